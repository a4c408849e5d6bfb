"""Products of ready codes, and MSFP16, by one call each, on torch tensors and NumPy arrays.

The right operand is [K, N] here, as of `a @ b`; its transpose, in row-major order, is what the
kernels take, so `y.T` of a row-major y costs nothing and others are copied. torch tensors are
computed where they are; NumPy arrays by the reference on the CPU.
"""

from __future__ import annotations

import sys
import typing

__all__ = ["fp32_to_msfp16", "fp8e4m3_matmul", "fp8e5m2_matmul", "msfp16_matmul", "quantized_matmul"]

_BOX = 16  # elements that share an exponent, and bytes of mantissas in front of it
_LARGEST = 127 * 2.0**121  # what MSFP16 can hold


class _Torch:
    """What the calls need of an array library; the rest is the same in both."""

    def __init__(self):
        import torch
        from . import torch as _  # noqa: F401  defines the ops

        self._torch, self._ops = torch, torch.ops.gridquant
        self.uint8, self.int8, self.float32 = torch.uint8, torch.int8, torch.float32
        self._e8m0 = torch.float8_e8m0fnu
        self.where = torch.where

    def dtype(self, element: str):
        from .torch._dtypes import DTYPE

        return DTYPE[element]

    def cast(self, x, dtype):
        return x.to(dtype)

    def rows(self, x):
        return x.contiguous()

    def pad(self, x, rows, columns):
        return self._torch.nn.functional.pad(x, (0, columns, 0, rows))

    def concatenate(self, parts):
        return self._torch.cat(parts, -1)

    def broadcast(self, value, like, shape):
        value = self._torch.as_tensor(value, dtype=self.float32, device=like.device)
        return value.expand(shape).contiguous()

    def quantize_boxes(self, x):
        q, scales = self._ops.quantize(x, (1, _BOX), self.int8, self._e8m0, True)
        return q, scales.view(self.uint8)

    def exponents(self, x):
        return x.contiguous().view(self._e8m0)

    def matmul(self, a, a_scales, b, b_scales, a_block, b_block, multiplier=None, element="i8"):
        out = self.float32 if multiplier is None else self.int8
        # One program for all sizes, but for K where a block is all of it.
        sizes = "k" if max(a_block[1], b_block[1]) == a.shape[1] else ""
        return self._ops.scaled_matmul(a, a_scales, b, b_scales, a_block, b_block, out, None, multiplier,
                                       compiled_dims=sizes)  # fmt: skip


class _NumPy:
    def __init__(self):
        import numpy

        self._numpy = numpy
        self.uint8, self.int8, self.float32 = numpy.uint8, numpy.int8, numpy.float32
        self.where = numpy.where

    def dtype(self, element: str):
        from ._numpy import dtype_of

        return dtype_of(element)

    def cast(self, x, dtype):
        return x.astype(dtype)

    def rows(self, x):
        return self._numpy.ascontiguousarray(x)

    def pad(self, x, rows, columns):
        return self._numpy.pad(x, ((0, rows), (0, columns)))

    def concatenate(self, parts):
        return self._numpy.concatenate(parts, -1)

    def broadcast(self, value, like, shape):
        value = self._numpy.asarray(value, dtype=self.float32)
        return self._numpy.ascontiguousarray(self._numpy.broadcast_to(value, shape))

    def quantize_boxes(self, x):
        from . import reference

        numpy = self._numpy
        q = numpy.empty(x.shape, numpy.int8)
        scales = numpy.empty((x.shape[0], x.shape[1] // _BOX), numpy.float32)
        if x.size:
            reference.quantize(x, "f32", x.shape, (1, _BOX), "i8", q, scales, power_of_two=True)
        # A power of two has nothing but its exponent.
        return q, (scales.view(numpy.uint32) >> 23).astype(numpy.uint8)

    def exponents(self, x):
        return self._numpy.ldexp(self._numpy.float32(1), x.astype(int) - 127).astype(self.float32)

    def matmul(self, a, a_scales, b, b_scales, a_block, b_block, multiplier=None, element="i8"):
        from . import reference
        from ._numpy import to_raw

        numpy = self._numpy
        (m, k), n = a.shape, b.shape[0]
        d = numpy.zeros((m, n), numpy.float32)
        if d.size and k:
            reference.scaled_matmul(to_raw("a", a, element), element, a_block, a_scales, to_raw("b", b, element),
                                    element, b_block, b_scales, m, n, k, d, "f32", accumulation="f32")  # fmt: skip
        if multiplier is None:
            return d
        return numpy.clip(numpy.rint(d * multiplier), -128, 127).astype(numpy.int8)


def _library(*arrays: typing.Any):
    torch = sys.modules.get("torch")
    of_torch = [torch is not None and isinstance(array, torch.Tensor) for array in arrays]
    if any(of_torch) and not all(of_torch):
        raise TypeError("one operand is a torch tensor and one is not, need both of one kind")
    return _Torch() if all(of_torch) else _NumPy()


def _operands(library, a, b, *dtypes) -> tuple[typing.Any, typing.Any]:
    """a, and the transpose of b, in row-major order."""
    for name, array in (("a", a), ("b", b)):
        if len(array.shape) != 2:
            raise ValueError(f"{name} has {len(array.shape)} dimensions, need 2")
        if array.dtype not in dtypes:
            raise TypeError(f"{name} has dtype {array.dtype}, need {dtypes[0]}")
    if a.shape[1] != b.shape[0]:
        raise ValueError(f"a has {a.shape[1]} columns and b {b.shape[0]} rows, need as many")
    return library.rows(a), library.rows(b.T)


def _fp8_matmul(a, b, element: str):
    library = _library(a, b)
    kind = library.dtype(element)
    a, b = _operands(library, a, b, *((kind,) if isinstance(library, _Torch) else (kind, library.uint8)))
    return library.matmul(a, None, b, None, (1, 1), (1, 1), element=element)


def fp8e4m3_matmul(a, b):
    """a [M, K] . b [K, N] of f8E4M3FN, f32 [M, N], without scales. NumPy arrays are of ml_dtypes'
    float8_e4m3fn, or its bits as uint8."""
    return _fp8_matmul(a, b, "f8E4M3FN")


def fp8e5m2_matmul(a, b):
    """The same of f8E5M2."""
    return _fp8_matmul(a, b, "f8E5M2")


def fp32_to_msfp16(x):
    """x [M, K] in f32 as MSFP16: uint8 [M', 17 K' / 16], M' and K' being M and K rounded up to
    multiples of 16. Of each box of 16 elements along K there are 16 bytes of a sign and 7 bits of
    magnitude, m, then one of exponent, e: they stand for +-m * 2^(e - 134).

    e is the least that holds the largest magnitude of the box; m is rounded to nearest even.
    Magnitudes above 127 * 2^121 saturate, NaN gives 0."""
    library = _library(x)
    if len(x.shape) != 2 or x.dtype != library.float32:
        raise TypeError(f"x is {x.dtype} with {len(x.shape)} dimensions, need float32 with 2")
    rows, columns = x.shape
    x = library.rows(library.pad(x.clip(-_LARGEST, _LARGEST), -rows % _BOX, -columns % _BOX))
    codes, exponents = library.quantize_boxes(x)
    boxes = library.cast(codes.reshape(x.shape[0], -1, _BOX), library.uint8)  # two's complement
    negative = boxes > 127
    mantissas = library.where(negative, ~boxes + 129, boxes)  # 128 + the magnitude, modulo 256
    exponents = (exponents + 7).reshape(x.shape[0], -1, 1)
    return library.concatenate([mantissas, exponents]).reshape(x.shape[0], -1)


def _from_msfp16(library, x, what: str):
    """(codes int8 [rows, K], scales as the products take them)."""
    if x.shape[1] % (_BOX + 1):
        raise ValueError(f"{what} has {x.shape[1]} bytes along K, need a multiple of {_BOX + 1}")
    boxes = x.reshape(x.shape[0], x.shape[1] // (_BOX + 1), _BOX + 1)
    magnitudes, exponents = boxes[..., :_BOX] & 127, boxes[..., _BOX:]
    # E8M0 begins at 2^-127: what is smaller loses bits below that.
    low = library.where(exponents < 7, 7 - exponents, exponents * 0)
    magnitudes = library.cast(magnitudes >> low, library.int8)
    codes = library.where(boxes[..., :_BOX] > 127, -magnitudes, magnitudes)
    scales = library.where(exponents < 7, exponents * 0, exponents - 7)
    return (library.rows(codes.reshape(x.shape[0], -1)),
            library.exponents(scales.reshape(x.shape[0], -1)))  # fmt: skip


def msfp16_matmul(x, y):
    """x [M, 17 K / 16] . y [17 K / 16, N] of MSFP16 as fp32_to_msfp16 makes them (y is transposed),
    f32 [M, N]. The products of a box are added up exactly."""
    library = _library(x, y)
    x, y = _operands(library, x, y, library.uint8)
    a, a_scales = _from_msfp16(library, x, "x")
    b, b_scales = _from_msfp16(library, y, "y")
    return library.matmul(a, a_scales, b, b_scales, (1, _BOX), (1, _BOX))


def _grid(library, what: str, scales, like, block, turned: bool):
    """(scales [., .] of f32, their block) of the matrix `like`: of a scalar or a scale for each
    row, one over all of K. `turned`: a person sees both the other way round."""
    rows, depth = like.shape
    shape = tuple(getattr(scales, "shape", ()))
    seen = (lambda extents: extents[::-1]) if turned else (lambda extents: extents)
    count = 1
    for extent in shape:
        count *= extent
    if count == 1 and block is None:
        value = scales.reshape(()) if shape else scales
        return library.broadcast(value, like, (rows, 1)), (1, max(depth, 1))
    if len(shape) == 1 and block is None:
        if shape[0] != rows:
            raise ValueError(f"{what} has {shape[0]} scales, need 1 or {rows}")
        return library.broadcast(scales.reshape(-1, 1), like, (rows, 1)), (1, max(depth, 1))
    if len(shape) != 2:
        raise ValueError(f"{what} has {len(shape)} dimensions, need 0, 1 or 2")
    if block is None:
        if 0 in shape or rows % shape[0] or depth % shape[1]:
            raise ValueError(f"{what} has shape {seen(shape)}, which says no block size: need "
                             + what.replace("scale", "block"))  # fmt: skip
        block = rows // shape[0], depth // shape[1]
    grid = -(-rows // block[0]), -(-depth // block[1])
    if shape != grid:
        raise ValueError(f"{what} has shape {seen(shape)}, need {seen(grid)}")
    return library.broadcast(scales, like, grid), tuple(block)


def quantized_matmul(a, b, scale_a, scale_b, scale_out=None, *, block_a=None, block_b=None):
    """a [M, K] . b [K, N] of int8 with scales.

    scale_a    one, or M (of rows), or a grid [M / rows, K / columns] for blocks of a
    scale_b    one, or N (of columns), or a grid [K / rows, N / columns] for blocks of b
    scale_out  one, or N: the result is int8, codes of the product over that scale, rounded to nearest
               even and clamped. Without it the result is f32, the product itself
    block_a, block_b
               (rows, columns) of a block, where the shape of the grid does not say it: the last
               blocks may stick out. On CUDA those along K are multiples of 32, or all of K
    """
    library = _library(a, b)
    a, b = _operands(library, a, b, library.int8)
    scale_b = scale_b.T if len(getattr(scale_b, "shape", ())) == 2 else scale_b
    block_b = block_b[::-1] if block_b else None
    a_scales, a_block = _grid(library, "scale_a", scale_a, a, block_a, False)
    b_scales, b_block = _grid(library, "scale_b", scale_b, b, block_b, True)
    multiplier = None
    if scale_out is not None:
        count = tuple(getattr(scale_out, "shape", ()))
        if count not in ((), (1,), (b.shape[0],)):
            raise ValueError(f"scale_out has shape {count}, need one scale or {b.shape[0]}")
        multiplier = 1 / library.broadcast(scale_out, b, (b.shape[0],))
    return library.matmul(a, a_scales, b, b_scales, a_block, b_block, multiplier)
