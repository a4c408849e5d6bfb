#!/usr/bin/env python3
"""Changes every .mlir file of the tree and looks at how the tools end:

  fuzz.py SERVER [--seed N] [--first N] [--count N] [--seconds N] [--out FOLDER]
  fuzz.py SERVER --seed N --show I       # the I-th text and its command line, and what comes out

A tool must end by itself, in 20 s of processor time and 4 GiB, with 0 and an output or with an error
in a person's words. What does not is made shorter, and written to FOLDER, once for each kind; then
this ends with 1. SERVER is build/bin/gq-fuzz-server. The same seed and number is the same
text, and a file that is new in the tree changes few of the others.
"""

import argparse
import collections
import pathlib
import random
import shlex
import sys
import tempfile
import time

from corpus import choose_job, pieces
from known import find as find_known
from minimize import minimize
from mutations import Pool, mutate
from ring import Ring
from tools import Server, fault


class Fuzzer:
    def __init__(self, seed):
        self.seed, self.pieces = seed, pieces()
        self.pool = Pool(self.pieces)
        # What is refused as it stands leads to less that is new.
        self.ring = Ring(self.pieces, lambda piece: piece.name, lambda piece: 2 if "invalid" in piece.name else 8)

    def case(self, number):
        """(piece, text, tool, arguments) of a number."""
        rng = random.Random(f"{self.seed} {number}")
        piece = self.ring.draw(rng)
        text = mutate(rng, piece.text, self.pool)
        return piece, text, *choose_job(rng, piece, text)


def write_down(folder, server, kind, number, case):
    """The shortest text with this fault, in a file that says how to see it."""
    piece, text, tool, arguments = case

    def fails(shorter):
        return fault(server, tool, shorter, server.run(shorter, tool, arguments)) == kind

    text = minimize(text, fails, runs=10 if kind.startswith("hang") else 400)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{number}.mlir"
    command = " ".join(shlex.quote(word) for word in (tool, path.name, *arguments))
    path.write_text(f"// {kind}\n// {command}\n// from {piece.name}\n{text}")
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("server")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=1 << 62)
    parser.add_argument("--seconds", type=float, default=1e9)
    parser.add_argument("--out", type=pathlib.Path, default="fuzz-findings")
    parser.add_argument("--show", type=int)
    options = parser.parse_args()
    fuzzer = Fuzzer(options.seed)
    start, counts, kinds = time.time(), collections.Counter(), collections.Counter()
    tools, worst = collections.Counter(), collections.Counter()
    with tempfile.TemporaryDirectory() as folder, Server(options.server, folder) as server:
        if options.show is not None:
            piece, text, tool, arguments = fuzzer.case(options.show)
            outcome = server.run(text, tool, arguments)
            print(f"// {piece.name}: {tool} {' '.join(arguments)}\n{text}\n{outcome.stderr}\n{outcome}")
            print(fault(server, tool, text, outcome))
            return 0
        try:
            for number in range(options.first, options.first + options.count):
                if time.time() - start > options.seconds:
                    break
                case = fuzzer.case(number)
                outcome = server.run(case[1], case[2], case[3])
                tools[case[2]] += 1
                counts["accepted" if outcome.status == 0 else "refused"] += 1
                for what in ("milliseconds", "kibibytes"):
                    worst[what] = max(worst[what], getattr(outcome, what))
                kind = fault(server, case[2], case[1], outcome)
                if not kind:
                    continue
                why = find_known(kind, case[1])
                kinds[kind, why] += 1
                if kinds[kind, why] == 1 and not why:
                    path = write_down(options.out, server, kind, number, case)
                    print(f"FOUND {kind}\n  {path}", flush=True)
        except KeyboardInterrupt:
            print("interrupted")
    new = [kind for kind, why in kinds if not why]
    for (kind, why), count in sorted(kinds.items(), key=str):
        print(f"{count} of {kind} ({f'known, {why}' if why else 'NEW'})")
    total = sum(tools.values())
    print(f"{len(fuzzer.pieces)} pieces; " + ", ".join(f"{tool} {count}" for tool, count in sorted(tools.items()))
          + f"; longest {worst['milliseconds']} ms, most memory {worst['kibibytes'] >> 10} MiB, "
          f"{time.time() - start:.0f} s")  # fmt: skip
    print(f"{total} texts, {counts['accepted']} accepted, {counts['refused']} refused, {len(new)} new faults")
    return 1 if new else 0


if __name__ == "__main__":
    sys.exit(main())
