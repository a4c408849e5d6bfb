#!/usr/bin/env python3
"""Runs the matrix of products on a Hopper GPU: gpu.py [FOLDER] [--only PATTERN] [--seconds N]

FOLDER has bundles and matrix.json, which `matrix.py compile` writes. Every product is launched with
each of its sizes, on both kinds of data of judge.py; results are judged there, on the CPU
in f64. What stands behind a result in memory must stay. Prints counts; ends with 1 if a
result is wrong. Needs torch and NumPy, no compiler.
"""

import argparse
import collections
import fnmatch
import json
import pathlib
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "python"), str(HERE.parent / "gpu")]

import torch  # noqa: E402

import gridquant  # noqa: E402
import judge  # noqa: E402
from device import Output, to_device  # noqa: E402
from product import from_facts  # noqa: E402
from watchdog import Watchdog  # noqa: E402


def launch(function, product, sizes, exact):
    """(stored results, expected, what was written outside of them)."""
    stored, expected = judge.make(product, sizes, exact)
    inputs = [to_device(array, info.type) for array, info in zip(stored, function.inputs)]
    outs = [Output(*what) for what in judge.shapes(product, sizes)]
    function(*inputs, outs=[out.tensor for out in outs])
    torch.cuda.synchronize()
    beyond = [i for i, out in enumerate(outs) if out.overrun()]
    return [out.stored() for out in outs], expected, beyond


def check(function, product, counts):
    """What is wrong with a product, in words."""
    wrong = []
    for number, sizes in enumerate(product.sizes()):
        for exact in (True, False):
            counts["launches"] += 1
            outputs, expected, beyond = launch(function, product, sizes, exact)
            verdict = judge.judge(product, outputs, expected)
            if beyond:
                verdict = f"writes past the end of result {beyond[0]}; {verdict}"
            if verdict:
                wrong.append(f"{'exact' if exact else 'wide'}, {'x'.join(map(str, sizes))}: {verdict}")
            elif exact and number == 0:
                judge.spoil(product, outputs)
                if not judge.judge(product, outputs, expected):
                    wrong.append("an element was changed and nobody saw it")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", nargs="?", type=pathlib.Path, default=HERE / "bundles")
    parser.add_argument("--only", default="*", help="names of products, with *")
    parser.add_argument("--seconds", type=float, default=1e9, help="when to stop, and skip the rest")
    options = parser.parse_args()
    facts = json.loads((options.folder / "matrix.json").read_text())
    start, watchdog = time.time(), Watchdog()
    counts, failed = collections.Counter(), collections.Counter()
    skipped, broken = collections.Counter(), None
    for words, messages in facts["refused"].items():
        skipped["refused by the compiler: " + words] += sum(map(len, messages.values()))
    for name, given in facts["products"].items():
        if not fnmatch.fnmatch(name, options.only):
            skipped["not asked for"] += 1
            continue
        if time.time() - start > options.seconds:
            skipped["no time left"] += 1
            continue
        if broken:
            skipped[f"behind {broken}, which the GPU did not survive"] += 1
            continue
        product = from_facts(given)
        watchdog.begin(name)
        try:
            with gridquant.Bundle(str(options.folder / f"{name}.gqb")) as bundle:
                wrong = check(bundle[name], product, counts)
        except (gridquant.Error, TypeError, ValueError) as error:
            wrong = [f"refused by the runtime: {error}"]
        except RuntimeError as error:  # of torch: what the driver says from now on
            wrong, broken = [f"breaks the context: {error}"], name
        counts["run"] += 1
        counts["failed" if wrong else "passed"] += 1
        failed[name.split("_")[0]] += bool(wrong)
        for text in wrong:
            print(f"FAIL {name} ({product.describe()}): {text}", flush=True)
    print(f"{torch.cuda.get_device_name(0)}, torch {torch.__version__}, {time.time() - start:.0f} s")
    for reason, count in skipped.items():
        print(f"skipped: {count}, {reason}")
    print(f"{counts['run']} run in {counts['launches']} launches, {counts['passed']} passed, "
          f"{counts['failed']} failed, {sum(skipped.values())} skipped")  # fmt: skip
    return 1 if counts["failed"] or not counts["run"] else 0


if __name__ == "__main__":
    sys.exit(main())
