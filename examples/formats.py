#!/usr/bin/env python3
"""Converts two matrices of 16 x 32 to e4m3, e5m2 and MSFP16 and multiplies them:

    python3 examples/formats.py

Every code, scale and sum is checked: codes and scales against the definitions of the formats,
written here in NumPy, the first sums against the numbers that are known to come out.
Prints what each format loses, and ends with 1 if anything is not as it should be.
"""

import sys

import gq
import numpy as np

# Name: element type, block, type of its scales, d[0, 0:4].
FORMATS = {
    "e4m3": ("f8E4M3FN", (16, 32), "f32", (2.683036, 0.606505, -2.635204, -2.048470)),
    "e5m2": ("f8E5M2", (16, 32), "f32", (2.665817, 0.551658, -2.637755, -2.199618)),
    "msfp16": ("i8", (1, 16), "f8E8M0FNU", (2.662109375, 0.5625, -2.693359375, -2.0771484375)),
}
LARGEST = {"f8E4M3FN": 448.0, "f8E5M2": 57344.0, "i8": 127.0}


def matrices():
    """Numbers with a few bits, rows of different sizes."""
    i, j = np.indices((16, 32))
    x = ((7 * i + 5 * j) % 33 - 16) / 8 * np.ldexp(1.0, i % 5 - 2)
    w = ((3 * i + 11 * j) % 29 - 14) / 7
    return x.astype(np.float32), w.astype(np.float32)


def quantize(x, element, block, power_of_two):
    """(codes' values, scales) by definition, in f32: a scale maps the largest magnitude of a
    block to the largest code, or is the next power of two; a value is multiplied with its
    inverse and rounded to nearest, ties to even."""
    rows, columns = x.shape[0] // block[0], x.shape[1] // block[1]
    largest = np.abs(x).reshape(rows, block[0], columns, block[1]).max((1, 3))
    scales = largest / np.float32(LARGEST[element])
    if power_of_two:
        scales = np.exp2(np.ceil(np.log2(scales)))
    scaled = x * (np.float32(1) / scales).repeat(block[0], 0).repeat(block[1], 1)
    if element == "i8":
        return np.rint(scaled), scales
    mantissa, smallest = (3, -6) if element == "f8E4M3FN" else (2, -14)
    exponent = np.maximum(np.frexp(scaled)[1] - 1, smallest)
    unit = np.ldexp(1.0, exponent - mantissa)
    return np.clip(np.rint(scaled / unit) * unit, -LARGEST[element], LARGEST[element]), scales


def main():
    x, w = matrices()
    exact = x.astype(np.float64) @ w.astype(np.float64).T
    wrong = 0
    for name, (element, block, kind, known) in FORMATS.items():
        run = gq.Run("formats.mlir", name, [x, w], [element, kind, element, kind, "f32"])
        a, sa, b, sb, d = run.results
        same = True
        for values, codes, scales in ((x, a, sa), (w, b, sb)):
            expected, expected_scales = quantize(values, element, block, kind == "f8E8M0FNU")
            same &= np.array_equal(gq.decode(codes, element), expected)
            same &= np.array_equal(gq.decode(scales, kind), expected_scales)
        wide_a = gq.dequantize(a, element, sa, kind, block)
        wide_b = gq.dequantize(b, element, sb, kind, block)
        near = np.abs(d - wide_a @ wide_b.T) <= 2.0**-11 * (np.abs(wide_a) @ np.abs(wide_b).T)
        known = np.allclose(d[0, :4], known, rtol=1e-3, atol=0)
        wrong += not (same and near.all() and known)
        print(f"{name:6} on {run.backend}: codes and scales {'as defined' if same else 'WRONG'}, "
              f"sums {'right' if near.all() and known else 'WRONG'}; x {gq.snr(x, wide_a):.1f} dB, "
              f"x . w^T {gq.snr(exact, d):.1f} dB; d[0, 0:4] = " + ", ".join(f"{v:.4f}" for v in d[0, :4]))  # fmt: skip
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
