#!/usr/bin/env python3
"""The table of shapes that torchao measures its blockwise FP8 GEMM with, in both FP8 formats:

    python3 examples/blockwise_gemm.py [--rows 1,16,512] [--shrink N] [--formats e4m3,e5m2]

Weights are quantised in blocks of 128 x 128, activations in blocks of 1 x 128 in the same
function as the product, which leaves in f16. Prints the loss against f16 without
quantisation, and the time of the launches where there is a GPU (once, with cold caches: to measure, use gq-bench).
`--shrink N` divides N and K, as the CPU needs minutes for the table as it is: 16 without a GPU.
"""

import argparse
import ctypes
import sys

import gq
import numpy as np

SHAPES = ((8192, 8192), (10240, 8192), (57344, 8192), (8192, 28672))  # N, K
ELEMENTS = {"e4m3": "f8E4M3FN", "e5m2": "f8E5M2"}
LEAST = {"e4m3": 27.0, "e5m2": 21.0}  # dB, of normally distributed data


def has_driver():
    try:
        return ctypes.CDLL("libcuda.so.1").cuInit(0) == 0
    except OSError:
        return False


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", default="1,16,512", help="M, by commas")
    parser.add_argument("--formats", default=",".join(ELEMENTS))
    parser.add_argument("--shrink", type=int, help="divides N and K")
    options = parser.parse_args()
    shrink = options.shrink or (1 if has_driver() else 16)
    rng = np.random.default_rng(0)
    worst = {}
    print("| M | N | K | format | backend | SNR, dB | ms |\n|---|---|---|---|---|---|---|")
    for n, k in ((n // shrink, k // shrink) for n, k in SHAPES):
        w = rng.standard_normal((n, k), dtype=np.float32).astype(np.float16)
        for name in options.formats.split(","):
            element = ELEMENTS[name]
            weights = gq.Run("blockwise_gemm.mlir", f"weights_{name}", [w], [element, "f32"]).results
            for m in map(int, options.rows.split(",")):
                # Of the size of activations whose product f16 can hold.
                x = (rng.standard_normal((m, k), dtype=np.float32) / np.sqrt(k)).astype(np.float16)
                run = gq.Run("blockwise_gemm.mlir", f"linear_{name}", [x, *weights], ["f16"])
                exact = x.astype(np.float32) @ w.astype(np.float32).T
                loss = gq.snr(exact.astype(np.float64), run.results[0].astype(np.float64))
                worst[name] = min(loss, worst.get(name, loss))
                print(f"| {m} | {n} | {k} | {name} | {run.backend} | {loss:.1f} | {run.ms:.3f} |", flush=True)
    for name, loss in worst.items():
        print(f"{name}: at least {loss:.1f} dB, {LEAST[name]:.0f} wanted")
    return 0 if all(loss >= LEAST[name] for name, loss in worst.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
