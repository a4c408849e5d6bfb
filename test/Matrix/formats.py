"""Element types as their definitions have them, in NumPy and f64: what codes stand for and
what rounding to nearest even gives. Nothing here calls the project's own numerics, so that
what is judged with it is judged by someone else.

Tensors are kept as kernels read them ("stored"): f32, f16 and i8 in NumPy's types, bf16 as
uint16, one-byte floats as uint8.
"""

import numpy as np

# Bits of mantissa, exponent of the smallest normal number, largest finite value.
FLOATS = {
    "f32": (23, -126, (2 - 2.0**-23) * 2.0**127),
    "bf16": (7, -126, (2 - 2.0**-7) * 2.0**127),
    "f16": (10, -14, 65504.0),
    "f8E4M3FN": (3, -6, 448.0),
    "f8E5M2": (2, -14, 57344.0),
}
STORED = {"f32": np.float32, "f16": np.float16, "bf16": np.uint16, "i8": np.int8,
          "i32": np.int32, "f8E4M3FN": np.uint8, "f8E5M2": np.uint8, "f8E8M0FNU": np.uint8}  # fmt: skip
# What codes of four bits stand for, two of which are a byte of i8.
FOUR_BITS = {"i4": np.array([*range(8), *range(-8, 0)], np.float64),
             "f4E2M1FN": np.array([0, 0.5, 1, 1.5, 2, 3, 4, 6, -0.0, -0.5, -1, -1.5, -2, -3, -4, -6])}  # fmt: skip


def largest(element):
    """The largest magnitude that codes have: what a scale maps the largest value to."""
    return 127.0 if element == "i8" else FLOATS[element][2]


def round_to(x, element):
    """The nearest values of the type, in f64; ties go to even. Past the largest finite value
    stands infinity, whether or not the type has one."""
    x = np.asarray(x, np.float64)
    if element == "i8":
        return np.clip(np.rint(x), -128, 127)
    mantissa, smallest, most = FLOATS[element]
    _, exponent = np.frexp(x)  # x = f * 2^exponent, f in [1/2, 1)
    unit = np.ldexp(1.0, np.maximum(exponent - 1, smallest) - mantissa)
    rounded = np.rint(x / unit) * unit
    return np.where(np.abs(rounded) > most, np.copysign(np.inf, rounded), rounded)


def _table(element):
    """What each of the 256 codes of a float of one byte stands for."""
    codes = np.arange(256)
    if element == "f8E8M0FNU":
        return np.where(codes == 255, np.nan, np.ldexp(1.0, codes - 127))
    mantissa, smallest, most = FLOATS[element]
    exponent, fraction = (codes & 0x7F) >> mantissa, codes & ((1 << mantissa) - 1)
    normal = np.ldexp(1 + fraction / (1 << mantissa), exponent - 1 + smallest)
    values = np.where(exponent == 0, np.ldexp(fraction / (1 << mantissa), smallest), normal)
    values = np.where(values > most, np.nan, values)
    if element == "f8E5M2":
        values[0x7C] = values[0xFC] = np.inf
    return np.where(codes & 0x80, -values, values)


TABLES = {element: _table(element) for element in ("f8E4M3FN", "f8E5M2", "f8E8M0FNU")}


def decode(stored, element):
    """What a stored tensor stands for, in f64."""
    if element in TABLES:
        return TABLES[element][stored]
    if element == "bf16":
        return (stored.astype(np.uint32) << 16).view(np.float32).astype(np.float64)
    return stored.astype(np.float64)


def encode(values, element):
    """Values that the type has, as they are stored."""
    if element == "bf16":
        return (np.asarray(values, np.float32).view(np.uint32) >> 16).astype(np.uint16)
    if element == "f8E8M0FNU":
        return (np.log2(values) + 127).astype(np.uint8)
    if element in TABLES:
        positive = TABLES[element][:0x80]
        positive = positive[np.isfinite(positive)]
        codes = np.searchsorted(positive, np.abs(values)).astype(np.uint8)
        assert (positive[codes] == np.abs(values)).all()
        return codes | (np.signbit(values).astype(np.uint8) << 7)
    return np.asarray(values).astype(STORED[element])


def pack(codes, behind):
    """Rows of codes of four bits as bytes, the even column in the low half; `behind` is the
    code in the last byte of an odd row, which stands for nothing."""
    if codes.shape[1] % 2:
        codes = np.pad(codes, ((0, 0), (0, 1)), constant_values=behind)
    return (codes[:, ::2] | (codes[:, 1::2] << 4)).astype(np.uint8).view(np.int8)
