#!/usr/bin/env python3
"""Random programs:

  random_programs.py list                           the text of every program
  random_programs.py run GQ-RUN GQ-COMPILE          compile each, run it on the simulator, and judge
  random_programs.py reference GQ-RUN               run each on the CPU reference, and judge
  random_programs.py compile GQ-COMPILE FOLDER      a bundle for each, and programs.json, for gpu.py

Products and quantisations, with chains of elementwise ops, broadcasts, views, slices, residuals and
second consumers around them. Each must compile, without a spill, or be refused for a reason that
README.md states; the simulator must find no fault and agree with the reference; and what comes out
must lie within what intervals of f64 allow (intervals.py). Ends with 1 if something is wrong.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import zlib

import draw
import reasons
import verdict
from matrix import message_of, read, report

import numpy as np


class Worker:
    """Does with one program what was asked for; (number, function, refusal, faults)."""

    def __init__(self, options):
        self.what, self.arguments, self.switches = options.what, options.arguments, options.switches
        self.spoiled = collections.Counter()

    def __call__(self, number):
        function, sizes, _ = draw.program(number, self.switches)
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            (folder / "f.mlir").write_text(function.text())
            if self.what == "reference":
                return number, function, None, self.judge(folder, function, sizes, "reference")
            compiler = self.arguments[0 if self.what == "compile" else 1]
            bundle = pathlib.Path(self.arguments[1] if self.what == "compile" else folder) / f"{function.name}.gqb"
            done = subprocess.run([compiler, str(folder / "f.mlir"), "--max-variants=2", "-o", str(bundle)],
                                  capture_output=True, text=True)  # fmt: skip
            if done.returncode:
                return number, function, message_of(done.stderr), []
            if self.what == "compile":
                return number, function, None, []
            return number, function, None, self.judge(folder, function, sizes, "simulate")

    def judge(self, folder, function, sizes, backend):
        """What is wrong, in words."""
        stored = verdict.inputs(function, sizes)
        command = [self.arguments[0], str(folder / "f.mlir"), f"--backend={backend}", "--cpu-threads=1"]
        if backend == "simulate" and "steps" not in function.kinds:  # the intervals know of those
            command.append("--check")
        for i, tensor in enumerate(stored):
            np.save(folder / f"arg{i}.npy", tensor)
            command.append(f"--input={folder}/arg{i}.npy")
        results = function.flat_results()
        command += [f"--output={folder}/out{i}.npy" for i in range(len(results))]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            checks = [line for line in done.stdout.splitlines() if line.startswith("check") and "failed" in line]
            return [f"{backend}: {message_of(done.stderr)} {'; '.join(checks)}"]
        outputs = [read(folder / f"out{i}.npy", value.element) for i, value in enumerate(results)]
        known = function.evaluate(stored)
        wrong = verdict.judge(function, outputs, known)
        if wrong:
            return [wrong]
        if verdict.spoil(function, outputs):
            self.spoiled["seen" if verdict.judge(function, outputs, known) else "missed"] += 1
        return []


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=("list", "run", "reference", "compile"))
    parser.add_argument("arguments", nargs="*")
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--every", type=int, default=1, help="every N-th program")
    parser.add_argument("--without", dest="less", action="append", default=[], choices=draw.SWITCHES)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    options.switches = [switch for switch in draw.SWITCHES if switch not in options.less]
    numbers = range(options.first, options.first + options.count, options.every)
    if options.what == "list":
        for number in numbers:
            function, sizes, exact = draw.program(number, options.switches)
            print(f"// {sizes}, {'exact' if exact else 'wide'}\n{function.text()}")
        return 0
    if options.what == "compile":
        pathlib.Path(options.arguments[1]).mkdir(parents=True, exist_ok=True)
    work = Worker(options)
    refused = collections.defaultdict(lambda: collections.defaultdict(list))
    done, wrong, kinds = {}, 0, collections.Counter()
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for number, function, refusal, faults in pool.map(work, numbers):
            if refusal:
                reason = reasons.find(refusal) or ("unknown", "")
                refused[reason][reasons.shorten(refusal)].append(function.name)
                faults = [refusal] if reason[0] == "unknown" else []
            else:
                done[number] = zlib.crc32(function.text().encode())
                kinds.update(function.kinds)
            for fault in faults:
                wrong += 1
                print(f"WRONG {function.name}: {fault}", flush=True)
    if options.what == "compile":
        (pathlib.Path(options.arguments[1]) / "programs.json").write_text(
            json.dumps(dict(switches=options.switches, programs=done)))
    missed, seen = work.spoiled["missed"], work.spoiled["seen"]
    if options.what != "compile":
        print(f"one element changed: seen {seen} times, missed {missed} times")
    if missed * 20 > seen:
        wrong += 1
        print("WRONG: what is changed is missed too often, the intervals are too wide")
    print("have " + ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())))
    for missing in reasons.missing_in_readme():
        wrong += 1
        print(f"WRONG README.md: {missing}")
    verb = "ran" if options.what == "reference" else "compiled"
    counts = {"programs": len(numbers), verb: len(done), "refused": 0, "left out": 0}
    for (kind, _), messages in refused.items():
        counts["left out" if kind == "fault" else "refused"] += sum(map(len, messages.values()))
    report({**counts, "wrong": wrong}, refused)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
