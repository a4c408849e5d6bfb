"""Tests of gridquant.reference. Standard library only."""

import array
import math
import unittest

from gridquant import reference


def floats(count):
    return array.array("f", [0.0] * count)


class ReferenceTest(unittest.TestCase):
    def test_quantize_by_hand(self):
        x = array.array("f", [448.0, -1.0, 0.0, math.nan, 3.0, 1.5])
        q, scales = bytearray(6), floats(4)
        reference.quantize(x, "f32", (2, 3), (1, 2), "f8E4M3FN", q, scales)
        self.assertEqual(scales[0], 1.0)
        self.assertEqual(scales[1], 1.0)  # zero
        self.assertEqual(list(q[:3]), [0x7E, 0xB8, 0x00])
        self.assertEqual(q[3], 0x7F)
        self.assertEqual(q[4], 0x7E)
        back = floats(6)
        reference.dequantize(q, "f8E4M3FN", (2, 3), (1, 2), scales, "f32", back)
        self.assertEqual(list(back[:3]), [448.0, -1.0, 0.0])
        self.assertTrue(math.isnan(back[3]))
        self.assertAlmostEqual(back[4], 3.0, places=6)

    def test_transposed_scales_and_halves(self):
        x = array.array("f", [1, 2, 3, 4, 5, 6])
        amax = floats(6)
        reference.block_absmax(x, "f32", (2, 3), (1, 1), amax, transposed=True)
        self.assertEqual(list(amax), [1, 4, 2, 5, 3, 6])
        q, cast, scales = bytearray(6), bytearray(6), floats(6)
        reference.quantize(x, "f32", (2, 3), (1, 1), "i8", q, scales, transposed=True,
                           power_of_two=True)  # fmt: skip
        self.assertEqual(scales[0], 0.015625)
        self.assertEqual(scales[5], 0.0625)
        reference.scaled_cast(x, "f32", (2, 3), (1, 1), scales, "i8", cast, transposed=True)
        self.assertEqual(q, cast)

    def test_scaled_matmul(self):
        a = bytes([0x38, 0x40, 0xB8, 0x38])  # 1 2 -1 1 in e4m3
        b = bytes([0x3C, 0x3C, 0x40, 0x3C])  # 1 1 2 1 in e5m2
        a_scales = array.array("f", [2.0, 3.0])
        for output_type, code in (("f64", "d"), ("f32", "f")):
            d = array.array(code, [0.0])
            sums = array.array(code, [0.0])
            init = array.array(code, [100.0])
            reference.scaled_matmul(a, "f8E4M3FN", (1, 2), a_scales, b, "f8E5M2", (1, 4), None,
                                    1, 1, 4, d, output_type, accumulation=output_type,
                                    init=init, sum_abs=sums)  # fmt: skip
            self.assertEqual(d[0], 100 + 2 * 3 + 3 * -1)
            self.assertEqual(sums[0], 2 * 3 + 3 * 3)

    def test_convert_and_generate(self):
        x, y = bytearray(8), bytearray(8)
        reference.generate("uniform", 3, "bf16", 4, x, low=1.0, high=1.5)
        reference.generate("uniform", 3, "bf16", 4, y, low=1.0, high=1.5, threads=2)
        self.assertEqual(x, y)
        values = floats(4)
        reference.convert(x, "bf16", 4, "f32", values)
        self.assertTrue(all(1.0 <= v <= 1.5 for v in values))
        self.assertGreater(len(set(values)), 1)

    def test_errors(self):
        x, q, scales = floats(4), bytearray(4), floats(4)
        arguments = ("f32", (2, 2), (1, 1), "i8")
        for wrong, message in (
            ((floats(3), *arguments, q, scales), "x has 12 bytes, need 16"),
            ((x, *arguments, bytes(4), scales), "q is read-only, need memory to write to"),
            ((x, "f32", (2, 2), (0, 1), "i8", q, scales),
             "block is 0 x 1, both sizes must be at least 1"),
            ((x, "f32", (2, 2), (1, 1), "f16", bytearray(8), scales),
             "output has element type f16, need f8E4M3FN, f8E5M2 or i8"),
        ):  # fmt: skip
            with self.assertRaises(reference.NumericsError) as caught:
                reference.quantize(*wrong)
            self.assertEqual(str(caught.exception), message)


if __name__ == "__main__":
    unittest.main()
