"""Whether what a backend made of a random program is right."""

import zlib

import numpy as np

import intervals as iv
from formats import FLOATS, decode
from judge import outside
from program import Codes


def inputs(function, sizes):
    """The arguments as they are stored; the same for the same program and sizes, everywhere."""
    seed = zlib.crc32(f"{function.name} {sorted(sizes.items())}".encode())
    return function.inputs(np.random.RandomState(seed), sizes)


def _all_within(got, known, what):
    # What has no value in f64, such as 0 * infinity, has none here.
    low, high = (np.where(np.isnan(end), far, end) for end, far in zip(known, (-np.inf, np.inf)))
    nan = np.isnan(known[0]) | np.isnan(known[1])
    wrong = outside(np.where(nan, 0.0, got), low, high)
    return wrong and f"{what}: {wrong}"


def judge(function, outputs, known):
    """What is wrong with the stored results, in words, or None."""
    outputs = iter(outputs)
    for number, result in enumerate(function.results):
        if not isinstance(result, Codes):
            wrong = _all_within(decode(next(outputs), result.element), known[result.name], f"result {number}")
        else:
            codes = decode(next(outputs), result.element)
            scales = decode(next(outputs), result.values.element)
            wrong = _all_within(scales, known[result.values.name], f"scales of result {number}")
            # Codes by the scales that were stored.
            x = known[function.sources[result.codes.name].name]
            stored = iv.point(scales.T if result.m_major else scales)
            wrong = wrong or _all_within(codes, iv.codes(x, stored, result.block, result.element),
                                         f"codes of result {number}")  # fmt: skip
        if wrong:
            return wrong
    return None


def spoil(function, outputs):
    """Doubles or halves the largest element of the last result but scales: `judge` must see it.
    False if there is none but zeros."""
    last = len(outputs) - (2 if isinstance(function.results[-1], Codes) else 1)
    element = function.flat_results()[last].element
    out = outputs[last]
    magnitudes = np.abs(np.nan_to_num(decode(out, element), nan=0, posinf=0, neginf=0))
    if not magnitudes.any():
        return False
    at = np.unravel_index(np.argmax(magnitudes), out.shape)
    if element == "i8":
        out[at] ^= 0x40
    elif element == "f8E8M0FNU":
        out[at] ^= 1
    else:  # the last bit of the exponent
        out.view({1: np.uint8, 2: np.uint16, 4: np.uint32}[out.itemsize])[at] ^= 1 << FLOATS[element][0]
    return True
