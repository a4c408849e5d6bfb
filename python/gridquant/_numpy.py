"""NumPy arrays as tensors of MLIR's element types. NumPy has no type for FP8 and bf16: they
are of ml_dtypes, or bits as unsigned integers."""

from __future__ import annotations

import functools
import typing

import numpy

from ._types import ELEMENT_TYPES

#: What ml_dtypes calls the types that NumPy lacks, and the bits that stand for them.
_EXTENDED = {
    "bf16": ("bfloat16", "uint16"),
    "f8E4M3FN": ("float8_e4m3fn", "uint8"),
    "f8E5M2": ("float8_e5m2", "uint8"),
    "f8E8M0FNU": ("float8_e8m0fnu", "uint8"),
}


@functools.lru_cache(maxsize=None)
def dtype_of(element: str) -> numpy.dtype:
    """The dtype of an element type; bits, where ml_dtypes is needed and absent."""
    if element not in _EXTENDED:
        return numpy.dtype(ELEMENT_TYPES[element][2])
    name, bits = _EXTENDED[element]
    try:
        import ml_dtypes

        return numpy.dtype(getattr(ml_dtypes, name))
    except (ImportError, AttributeError):
        return numpy.dtype(bits)


def to_raw(name: str, array: typing.Any, element: str) -> numpy.ndarray:
    """The array in row-major order, as bits where it is of an extended type. TypeError for
    another element type than `element`."""
    array = numpy.asarray(array, order="C")
    bits = _EXTENDED.get(element, (None, None))[1]
    if array.dtype == dtype_of(element):
        return array.view(bits) if bits else array
    if bits and array.dtype in (numpy.dtype(bits), numpy.dtype(f"V{array.dtype.itemsize}")) and (
        array.dtype.itemsize == numpy.dtype(bits).itemsize
    ):
        return array.view(bits)
    raise TypeError(f"{name} has element type {array.dtype}, need {dtype_of(element)} for {element}")


def from_raw(array: numpy.ndarray, element: str) -> numpy.ndarray:
    return array.view(dtype_of(element))
