"""Checks benchmarks/accuracy.py against rounding that is written here from the definitions
of the formats, in NumPy: losses.py ROOT GQ_RUN"""

import pathlib
import sys
import unittest
from unittest import mock

import numpy as np

ROOT, GQ_RUN = pathlib.Path(sys.argv[1]), sys.argv[2]
sys.path.insert(0, str(ROOT / "benchmarks"))

import accuracy  # noqa: E402

SIZES = (32, 64, 256)


def codes(exponent_bits, mantissa_bits, largest):
    """Every value of a float, from its bits, in order; those past `largest` are no numbers."""
    bias, values = 2 ** (exponent_bits - 1) - 1, set()
    for e in range(2**exponent_bits):
        for f in range(2**mantissa_bits):
            fraction = f / 2**mantissa_bits
            value = (1 + fraction) * 2.0 ** (e - bias) if e else fraction * 2.0 ** (1 - bias)
            values.add(min(value, largest))
    return np.array(sorted({-v for v in values} | values))


GRIDS = {
    "e4m3": codes(4, 3, 448.0),
    "e5m2": codes(5, 2, 57344.0),
    "int8": np.arange(-127.0, 128.0),
}


FOUR_BITS = {"int4": np.arange(-7.0, 8.0), "e2m1": codes(2, 1, 6.0)}


def bf16(x):
    """To nearest even, by the bits; as f64."""
    bits = x.astype(np.float32).view(np.uint32).astype(np.uint64)
    bits = (bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF0000
    return bits.astype(np.uint32).view(np.float32).astype(np.float64)


def quantised(x, block, grid, pow2, rounded=False):
    """x, rounded to the nearest value on the grid of its block. No value is half way
    between two here, nor does the division round across such a point: data are random."""
    rows, cols = (n if b is None else min(b, n) for b, n in zip(block, x.shape))
    blocked = x.reshape(x.shape[0] // rows, rows, x.shape[1] // cols, cols)
    scales = (np.abs(blocked).max(axis=(1, 3), keepdims=True) / grid[-1]).astype(np.float32)
    scales = scales.astype(np.float64)
    if pow2:
        scales = 2.0 ** np.ceil(np.log2(scales))
    if rounded:
        scales = bf16(scales)
    scaled = blocked / scales
    above = np.clip(np.searchsorted(grid, scaled), 1, len(grid) - 1)
    nearer = np.where(scaled - grid[above - 1] < grid[above] - scaled, above - 1, above)
    return (grid[nearer] * scales).reshape(x.shape)


class Accuracy(unittest.TestCase):
    def test_losses(self):
        for name in accuracy.DATA:
            data = accuracy.make_data(name, SIZES, seed=3)
            a, b = data.a.astype(np.float64), data.b.astype(np.float64)
            for blocks, scales in (("per tensor", "f32"), ("per column", "e8m0"),
                                   ("1x128, 128x128", "f32"), ("1x32", "e8m0")):  # fmt: skip
                scheme = accuracy.find(blocks, scales)
                found = accuracy.losses(GQ_RUN, scheme, data)
                self.assertEqual(list(found), list(GRIDS))
                for f, grid in GRIDS.items():
                    with self.subTest(data=name, blocks=blocks, scales=scales, format=f):
                        a_q = quantised(a, scheme.a, grid, scales == "e8m0")
                        b_q = quantised(b, scheme.b, grid, scales == "e8m0")
                        error, ordinary = a_q - a, data.ordinary
                        self.assertAlmostEqual(
                            found[f]["values"],
                            10 * np.log10((a**2).sum() / (error**2).sum()), 3)  # fmt: skip
                        self.assertAlmostEqual(
                            found[f]["ordinary"],
                            10 * np.log10((a[:, ordinary] ** 2).sum()
                                          / (error[:, ordinary] ** 2).sum()), 3)  # fmt: skip
                        exact, y = a @ b.T, a_q @ b_q.T
                        self.assertAlmostEqual(
                            found[f]["product"],
                            10 * np.log10((exact**2).sum() / ((y - exact) ** 2).sum()), 3)  # fmt: skip

    def test_four_bits(self):
        for name in accuracy.DATA:
            data = accuracy.make_data(name, SIZES, seed=3)
            a, b = data.a.astype(np.float64), data.b.astype(np.float64)
            for scheme in accuracy.four_bits():
                (element,) = scheme.formats
                a_q, b_q = (quantised(x, scheme.a, FOUR_BITS[element], scheme.scales == "e8m0",
                                      scheme.scales == "bf16") for x in (a, b))  # fmt: skip
                with self.subTest(data=name, format=scheme.blocks):
                    found = accuracy.losses(GQ_RUN, scheme, data)[element]
                    self.assertAlmostEqual(
                        found["values"],
                        10 * np.log10((a**2).sum() / ((a_q - a) ** 2).sum()), 3)  # fmt: skip
                    exact, y = a @ b.T, bf16(a_q) @ bf16(b_q).T
                    self.assertAlmostEqual(
                        found["product"],
                        10 * np.log10((exact**2).sum() / ((y - exact) ** 2).sum()), 3)  # fmt: skip

    def test_sums(self):
        data = accuracy.make_data("normal", SIZES, seed=3)
        short, whole = (accuracy.sums(GQ_RUN, accuracy.find("per tensor", "e8m0"), data, promote)
                        for promote in (32, 256))  # fmt: skip
        for f in ("e4m3", "e5m2"):
            self.assertGreater(short[f]["alone"], 130)
            self.assertNotEqual(short[f]["alone"], whole[f]["alone"])
        self.assertEqual(short["int8"]["alone"], float("inf"))

    def test_a_row_more(self):
        # Measured with one format only: the others have empty cells.
        more = accuracy.Scheme("1x16", (1, 16), (1, 16), "pow2", "powers of two", ("int8",))
        some = [s for s in accuracy.schemes() if s.blocks != "per column"] + [more]
        with mock.patch.multiple(accuracy, schemes=lambda: some, SWEEP=(1,), DATA=("normal", "t3")):
            measured = accuracy.Measured(GQ_RUN, (16, 16, 128), 1)
            text = accuracy.table_values(measured)
            rows = dict(line[1:-1].replace(" ", "").split("|", 1) for line in text.splitlines())
            self.assertNotIn("percolumn", rows)
            self.assertRegex(rows["1x16"], r"^powersoftwo\|\|\|4\d\.\d\|\|\|4\d\.\d$")

    def test_the_document_has_all(self):
        page = (ROOT / "docs" / "accuracy.md").read_text()
        for name in accuracy.TABLES:
            self.assertIn(f"<!-- table: {name} -->\n\n| ", page)
        for name in ("products", "outliers", "sweep"):
            self.assertIn(f"(figures/accuracy-{name}.svg)", page)
            self.assertTrue((ROOT / "docs" / "figures" / f"accuracy-{name}.svg").exists())

    def test_errors(self):
        data = accuracy.make_data("normal", (4, 4, 4), seed=1)
        with self.assertRaisesRegex(SystemExit, "(?s)blocks 1x32, f32: .* says\n.*promote"):
            accuracy.run(GQ_RUN, accuracy.find("1x32"), data, "y", promote=0)
        with self.assertRaisesRegex(SystemExit, "No such file .*'no-tool'"):
            accuracy.losses("no-tool", accuracy.find("1x32"), data)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
