#!/usr/bin/env python3
"""Runs the random programs on a Hopper GPU: gpu.py [FOLDER] [--seconds N]

FOLDER has bundles and programs.json, which `random_programs.py compile` writes. Programs and their
inputs are made again here, from their numbers; results must lie within the intervals that they
have in f64 (verdict.py), for every number of rows, and what stands behind them in memory must stay.
Prints counts; ends with 1 if a result is wrong. Needs torch and NumPy, no compiler.
"""

import argparse
import collections
import json
import pathlib
import sys
import time
import zlib

import draw
import verdict

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "gpu"))

import torch  # noqa: E402

import gridquant  # noqa: E402
from device import Output, to_device  # noqa: E402
from watchdog import Watchdog  # noqa: E402


def launch(function, compiled, sizes, counts):
    """What is wrong, in words, or None."""
    stored = verdict.inputs(function, sizes)
    inputs = [to_device(array, value.element) for array, (value, _) in zip(stored, function.arguments)]
    outs = [Output(value.shape(sizes), value.element) for value in function.flat_results()]
    compiled(*inputs, outs=[out.tensor for out in outs])
    torch.cuda.synchronize()
    counts["launches"] += 1
    for number, out in enumerate(outs):
        if out.overrun():
            return f"writes past the end of result {number}"
    outputs, known = [out.stored() for out in outs], function.evaluate(stored)
    wrong = verdict.judge(function, outputs, known)
    if not wrong and verdict.spoil(function, outputs):
        counts["seen" if verdict.judge(function, outputs, known) else "missed"] += 1
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", nargs="?", type=pathlib.Path, default=HERE / "bundles")
    parser.add_argument("--seconds", type=float, default=1e9, help="when to stop, and skip the rest")
    options = parser.parse_args()
    made = json.loads((options.folder / "programs.json").read_text())
    numbers = made["programs"]
    start, watchdog, counts = time.time(), Watchdog(), collections.Counter()
    broken = None
    for number, checksum in numbers.items():
        if broken or time.time() - start > options.seconds:
            counts["skipped"] += 1
            continue
        function, sizes, _ = draw.program(int(number), made["switches"])
        if zlib.crc32(function.text().encode()) != checksum:
            sys.exit(f"{function.name} is not the program that was compiled")
        watchdog.begin(function.name)
        wrong = None
        try:
            with gridquant.Bundle(str(options.folder / f"{function.name}.gqb")) as bundle:
                for some in draw.rows_of(sizes):
                    wrong = wrong or launch(function, bundle[function.name], some, counts)
        except (gridquant.Error, TypeError, ValueError) as error:
            wrong = f"refused by the runtime: {error}"
        except RuntimeError as error:  # of torch: what the driver says from now on
            wrong, broken = f"breaks the context: {error}", function.name
        counts["failed" if wrong else "passed"] += 1
        if wrong:
            print(f"FAIL {function.name}: {wrong}", flush=True)
    if broken:
        print(f"the GPU did not survive {broken}")
    print(f"{torch.cuda.get_device_name(0)}, torch {torch.__version__}, {time.time() - start:.0f} s")
    print(f"one element changed: seen {counts['seen']} times, missed {counts['missed']} times")
    if counts["missed"] * 20 > counts["seen"]:
        print("FAIL: what is changed is missed too often, the intervals are too wide")
        counts["failed"] += 1
    print(f"{len(numbers) - counts['skipped']} run in {counts['launches']} launches, {counts['passed']} passed, "
          f"{counts['failed']} failed, {counts['skipped']} skipped")  # fmt: skip
    return 1 if counts["failed"] or not counts["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
