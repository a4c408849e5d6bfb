"""Inputs of the demo, and the error of its result: demo_data.py make|compare DIR."""

import pathlib
import sys

import numpy as np

K = N = 1024  # of @linear in kernels/linear.mlir


def to_bf16(x):
    """f32 to bf16 bits, rounded to nearest even; numpy has no bf16."""
    bits = x.astype(np.float32).view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)


def from_bf16(bits):
    return (bits.view(np.uint16).astype(np.uint32) << 16).view(np.float32)


def make(folder, rows):
    rng = np.random.default_rng(0)
    np.save(folder / "x.npy", to_bf16(rng.standard_normal((rows, K))))
    np.save(folder / "w.npy", to_bf16(rng.standard_normal((N, K)) / np.sqrt(K)))


def compare(folder):
    x, w, y = (from_bf16(np.load(folder / f"{name}.npy")).astype(np.float64)
               for name in "xwy")  # fmt: skip
    expected = x @ w.T
    error = np.linalg.norm(y - expected) / np.linalg.norm(expected)
    print(f"relative error {error:.2%} (what FP8 with block scales costs here)")
    if not error < 0.06:
        sys.exit("that is more than FP8 explains: expected below 6 %")


if __name__ == "__main__":
    where = pathlib.Path(sys.argv[2])
    if sys.argv[1] == "make":
        make(where, int(sys.argv[3]))
    else:
        compare(where)
