#!/usr/bin/env python3
"""The matrix of products (choose.py) on this machine:

    matrix.py list
    matrix.py run GQ_RUN [--every N] [--only PATTERN]       on the reference and the simulator
    matrix.py compile GQ_COMPILE FOLDER [...]               bundles, and matrix.json for gpu.py

`run` judges results as judge.py says, with f64 and not with the reference. What is refused
is counted by message and must be one of limits.py. Ends with 1 if anything is wrong.
"""

import argparse
import collections
import concurrent.futures
import dataclasses
import fnmatch
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

import choose
import judge
import limits
import product as programs
from formats import STORED


def message_of(stderr):
    """The first error, without its place."""
    for line in stderr.splitlines():
        if "error: " in line:
            return line.split("error: ", 1)[1]
    return "no message: " + " / ".join(stderr.splitlines()[:2])


def read(path, element):
    """What gq-run wrote: bf16 and one-byte floats as raw bytes."""
    loaded = np.load(path)
    return loaded.view(STORED[element]) if loaded.dtype.kind == "V" else loaded


class Runner:
    """Runs one product on both backends and judges what comes out."""

    def __init__(self, gq_run):
        self.gq_run = gq_run

    def launch(self, folder, backend, product, sizes, exact):
        """(results, expected), or the message of a refusal."""
        stored, expected = judge.make(product, sizes, exact)
        command = [self.gq_run, str(folder / "f.mlir"), f"--backend={backend}", "--cpu-threads=1"]
        for i, tensor in enumerate(stored):
            np.save(folder / f"arg{i}.npy", tensor)
            command.append(f"--input={folder}/arg{i}.npy")
        shapes = judge.shapes(product, sizes)
        command += [f"--output={folder}/out{i}.npy" for i in range(len(shapes))]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            return message_of(done.stderr)
        return [read(folder / f"out{i}.npy", element) for i, (_, element) in enumerate(shapes)], expected

    def __call__(self, item):
        """(name, refusal or None, what is wrong)."""
        name, product = item
        wrong, refusals = [], {}
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            (folder / "f.mlir").write_text(programs.text(product, "f"))
            sizes = product.sizes()
            for backend, size, exact in (("simulate", sizes[0], True), ("simulate", sizes[-1], False),
                                         ("reference", sizes[0], True)):  # fmt: skip
                done = self.launch(folder, backend, product, size, exact)
                if isinstance(done, str):
                    refusals[backend] = done
                    continue
                outputs, expected = done
                kind = "exact" if exact else "wide"
                verdict = judge.judge(product, outputs, expected)
                if verdict:
                    wrong.append(f"{backend}, {kind}, {'x'.join(map(str, size))}: {verdict}")
                elif exact and outputs[0].size:
                    judge.spoil(product, outputs)
                    if not judge.judge(product, outputs, expected):
                        wrong.append(f"{backend}: an element was changed and nobody saw it")
        if "reference" in refusals and refusals["reference"] != refusals.get("simulate"):
            wrong.append(f"reference: {refusals['reference']}")
        return name, refusals.get("simulate"), wrong


class Compiler:
    """Compiles one product into a bundle."""

    def __init__(self, gq_compile, folder):
        self.gq_compile, self.folder = gq_compile, folder

    def __call__(self, item):
        name, product = item
        source = self.folder / f"{name}.mlir"
        source.write_text(programs.text(product, name))
        # Of a dynamic m one kernel, of every fourth product two, which differ in their rows.
        variants = 1 + (int(name.rsplit("_", 1)[1]) % 4 == 0)
        done = subprocess.run([self.gq_compile, str(source), f"--max-variants={variants}", "-o",
                               str(self.folder / f"{name}.gqb")], capture_output=True, text=True)  # fmt: skip
        source.unlink()
        return name, message_of(done.stderr) if done.returncode else None, []


def report(counts, refused):
    """Prints what was refused and why."""
    for words, messages in sorted(refused.items()):
        total = sum(len(names) for names in messages.values())
        print(f"refused: {total}, " + (f"as README.md says: {words}" if words else "by nothing that README.md says"))
        for message, names in messages.items():
            print(f"  {len(names)}, such as {names[0]}: {message}")
    print(", ".join(f"{count} {what}" for what, count in counts.items()))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=("list", "run", "compile"))
    parser.add_argument("arguments", nargs="*")
    parser.add_argument("--every", type=int, default=1, help="every N-th product")
    parser.add_argument("--only", default="*", help="names of products, with *")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    chosen = [(name, product) for name, product in choose.products().items()
              if fnmatch.fnmatch(name, options.only)][:: options.every]  # fmt: skip
    if not chosen:
        parser.error(f"no product has a name like '{options.only}': 'list' shows them")
    if options.what == "list":
        for name, product in chosen:
            print(f"{name}: {product.describe()}")
        return 0
    if options.what == "run":
        work = Runner(options.arguments[0])
    else:
        folder = pathlib.Path(options.arguments[1])
        folder.mkdir(parents=True, exist_ok=True)
        work = Compiler(options.arguments[0], folder)
    refused = collections.defaultdict(lambda: collections.defaultdict(list))
    done, wrong = [], 0

    def complain(name, text):
        nonlocal wrong
        wrong += 1
        print(f"WRONG {name} ({text})", flush=True)

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for (name, product), (_, refusal, faults) in zip(chosen, pool.map(work, chosen)):
            if refusal:
                words = limits.find(refusal) or ""
                refused[words][limits.shorten(refusal)].append(name)
                if not words:
                    complain(name, f"{product.describe()}: {refusal}")
            else:
                done.append(name)
            for fault in faults:
                complain(name, f"{product.describe()}: {fault}")
    if options.what == "compile":
        facts = {name: dataclasses.asdict(product) for name, product in chosen if name in set(done)}
        (folder / "matrix.json").write_text(json.dumps(dict(products=facts, refused=refused), indent=0))
    for missing in limits.missing_in_readme():
        complain("README.md", missing)
    verb = "ran" if options.what == "run" else "compiled"
    total = sum(len(names) for messages in refused.values() for names in messages.values())
    report({"products": len(chosen), verb: len(done), "refused": total, "wrong": wrong}, refused)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
