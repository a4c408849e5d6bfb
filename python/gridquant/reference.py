"""The reference numerics from Python.

Thin ctypes bindings of libgq_reference; needs nothing beyond the standard
library. Tensors are passed as anything with the buffer protocol or NumPy's array
interface, or as raw addresses (int); outputs are written in place into memory the
caller provides. Element types are MLIR names: "bf16", "f8E4M3FN", ...

What is computed is defined in gq/Numerics/Quantize.h and ScaledMatmul.h.
"""

import ctypes
import os

from ._tools import find_library
from ._types import ELEMENT_TYPES

__all__ = [
    "NumericsError",
    "TYPE_SIZES",
    "block_absmax",
    "convert",
    "dequantize",
    "generate",
    "load_library",
    "quantize",
    "scale_shape",
    "scaled_cast",
    "scaled_matmul",
]

TYPE_SIZES = {name: size for name, (size, _, _) in ELEMENT_TYPES.items()}

_TRANSPOSED_SCALES = 1
_POWER_OF_TWO_SCALES = 2
_BF16_SCALES = 8
_DIVIDE = 4


class NumericsError(ValueError):
    """What the library refused, in its own words."""


class _Operand(ctypes.Structure):
    _fields_ = [
        ("data", ctypes.c_void_p),
        ("type", ctypes.c_char_p),
        ("block_rows", ctypes.c_int64),
        ("block_cols", ctypes.c_int64),
        ("flags", ctypes.c_uint),
        ("scales", ctypes.c_void_p),
    ]


class _MatmulArgs(ctypes.Structure):
    _fields_ = [
        ("struct_size", ctypes.c_size_t),
        ("a", _Operand),
        ("b", _Operand),
        ("m", ctypes.c_int64),
        ("n", ctypes.c_int64),
        ("k", ctypes.c_int64),
        ("origin_m", ctypes.c_int64),
        ("origin_n", ctypes.c_int64),
        ("origin_k", ctypes.c_int64),
        ("accumulation", ctypes.c_char_p),
        ("promote", ctypes.c_int64),
        ("output_type", ctypes.c_char_p),
        ("d", ctypes.c_void_p),
        ("init", ctypes.c_void_p),
        ("sum_abs", ctypes.c_void_p),
        ("threads", ctypes.c_uint),
    ]


_library = None


def load_library(path=None):
    """Loads libgq_reference once and returns it.

    Looks at `path`, then at $GQ_REFERENCE_LIB, then beside this file, in the lib/ folder of a
    wheel, an installation or a build, then where the system loader looks.
    """
    global _library
    if _library is not None and path is None:
        return _library
    path = path or os.environ.get("GQ_REFERENCE_LIB") or find_library("gq_reference")
    library = ctypes.CDLL(os.fspath(path))
    pointer, text = ctypes.c_void_p, ctypes.c_char_p
    size, flags = ctypes.c_int64, ctypes.c_uint
    signatures = {
        "gq_ref_scale_shape": [size] * 4 + [pointer] * 2,
        "gq_ref_quantize": [pointer, text, size, size, size, size, text, flags,
                            ctypes.c_float, pointer, pointer, flags],
        "gq_ref_block_absmax": [pointer, text, size, size, size, size, flags,
                                pointer, flags],
        "gq_ref_scaled_cast": [pointer, text, size, size, size, size, flags,
                               pointer, text, pointer, flags],
        "gq_ref_dequantize": [pointer, text, size, size, size, size, flags,
                              pointer, text, pointer, flags],
        "gq_ref_scaled_matmul": [ctypes.POINTER(_MatmulArgs)],
        "gq_ref_convert": [pointer, text, size, text, pointer],
        "gq_ref_generate": [text, ctypes.c_uint64, ctypes.c_double,
                            ctypes.c_double, text, size, pointer, flags],
    }  # fmt: skip
    for name, arguments in signatures.items():
        function = getattr(library, name)
        function.argtypes = arguments
        function.restype = ctypes.c_int
    library.gq_ref_last_error.argtypes = []
    library.gq_ref_last_error.restype = text
    _library = library
    return library


def _call(name, *arguments):
    library = load_library()
    if getattr(library, name)(*arguments) != 0:
        raise NumericsError(library.gq_ref_last_error().decode(errors="replace"))


def _address(what, tensor, size, writable=False):
    """The address of `tensor`, which must hold `size` contiguous bytes.

    Raw addresses are taken at their word.
    """
    if tensor is None or isinstance(tensor, int):
        return tensor
    interface = getattr(tensor, "__array_interface__", None)
    if interface is not None:
        if interface.get("strides") is not None:
            raise NumericsError(f"{what} is not contiguous, need C order")
        have = int(interface["typestr"][2:])
        for extent in interface["shape"]:
            have *= extent
        address, read_only = interface["data"]
    else:
        view = memoryview(tensor)
        if not view.c_contiguous:
            raise NumericsError(f"{what} is not contiguous, need C order")
        have, read_only = view.nbytes, view.readonly
        if have == 0:
            address = None
        elif read_only:
            # ctypes takes addresses of writable buffers only. bytes objects
            # are handed over by pointer; others are refused.
            if not isinstance(tensor, bytes):
                raise NumericsError(f"{what} is a read-only buffer, need bytes or a writable one")
            address = ctypes.cast(ctypes.c_char_p(tensor), ctypes.c_void_p).value
        else:
            address = ctypes.addressof(ctypes.c_char.from_buffer(view.cast("B")))
    if have != size:
        raise NumericsError(f"{what} has {have} bytes, need {size}")
    if writable and read_only and size:
        raise NumericsError(f"{what} is read-only, need memory to write to")
    return address


def _bytes(type, *shape):
    if type not in TYPE_SIZES:
        raise NumericsError(f"element type is '{type}', need one of {', '.join(TYPE_SIZES)}")
    size = TYPE_SIZES[type]
    for extent in shape:
        size *= extent
    return size


def _flags(transposed, power_of_two=False, divide=False, bf16=False):
    return ((_TRANSPOSED_SCALES if transposed else 0)
            | (_POWER_OF_TWO_SCALES if power_of_two else 0)
            | (_BF16_SCALES if bf16 else 0)
            | (_DIVIDE if divide else 0))  # fmt: skip


def scale_shape(rows, cols, block):
    """(block rows, block columns) of a rows x cols matrix."""
    scale_rows, scale_cols = ctypes.c_int64(), ctypes.c_int64()
    _call("gq_ref_scale_shape", rows, cols, *block,
          ctypes.byref(scale_rows), ctypes.byref(scale_cols))  # fmt: skip
    return scale_rows.value, scale_cols.value


def _scales_bytes(rows, cols, block):
    return _bytes("f32", *scale_shape(rows, cols, block))


def quantize(x, x_type, shape, block, q_type, q, scales, *, transposed=False,
             power_of_two=False, bf16_scales=False, amax_floor=0.0, divide=False,
             threads=0):  # fmt: skip
    """Quantises the blocks of `x` into `q` and the f32 `scales`: x * (1 / scale), or
    x / scale with `divide`. With `bf16_scales` these are rounded to what bf16 holds."""
    _call("gq_ref_quantize",
          _address("x", x, _bytes(x_type, *shape)), x_type.encode(), *shape, *block,
          q_type.encode(), _flags(transposed, power_of_two, divide, bf16_scales), amax_floor,
          _address("q", q, _bytes(q_type, *shape), True),
          _address("scales", scales, _scales_bytes(*shape, block), True), threads)  # fmt: skip


def block_absmax(x, x_type, shape, block, amax, *, transposed=False, threads=0):
    """The largest magnitude of each block, f32."""
    _call("gq_ref_block_absmax",
          _address("x", x, _bytes(x_type, *shape)), x_type.encode(), *shape, *block,
          _flags(transposed),
          _address("amax", amax, _scales_bytes(*shape, block), True), threads)  # fmt: skip


def scaled_cast(x, x_type, shape, block, scales, q_type, q, *, transposed=False, divide=False,
                threads=0):  # fmt: skip
    """Quantises with the given scales."""
    _call("gq_ref_scaled_cast",
          _address("x", x, _bytes(x_type, *shape)), x_type.encode(), *shape, *block,
          _flags(transposed, divide=divide),
          _address("scales", scales, _scales_bytes(*shape, block)),
          q_type.encode(), _address("q", q, _bytes(q_type, *shape), True), threads)  # fmt: skip


def dequantize(q, q_type, shape, block, scales, x_type, x, *, transposed=False, threads=0):
    """The inverse of quantize."""
    _call("gq_ref_dequantize",
          _address("q", q, _bytes(q_type, *shape)), q_type.encode(), *shape, *block,
          _flags(transposed), _address("scales", scales, _scales_bytes(*shape, block)),
          x_type.encode(), _address("x", x, _bytes(x_type, *shape), True), threads)  # fmt: skip


def _operand(what, data, type, rows, k, block, scales, transposed, origin):
    # Blocks below one are left to the library to refuse.
    phase = [o % b if b > 0 else 0 for o, b in zip(origin, block)]
    scale_bytes = _scales_bytes(rows + phase[0] if rows else 0, k + phase[1] if k else 0, block)
    return _Operand(_address(what, data, _bytes(type, rows, k)), type.encode(), *block,
                    _flags(transposed),
                    _address(f"{what} scales", scales, scale_bytes))  # fmt: skip


def scaled_matmul(a, a_type, a_block, a_scales, b, b_type, b_block, b_scales, m, n, k, d,
                  output_type="f64", *, accumulation="f64", promote=128, origin=(0, 0, 0),
                  init=None, sum_abs=None, a_transposed=False, b_transposed=False,
                  threads=0):  # fmt: skip
    """D = init + A . B^T with A [m, k] and B [n, k], scaled by block.

    Scales may be None for ones. `sum_abs` receives the sum of magnitudes that
    error bounds are stated in.
    """
    if promote < 1:
        raise NumericsError(f"promote is {promote}, must be at least 1")
    output_bytes = _bytes(output_type, m, n)
    args = _MatmulArgs(
        ctypes.sizeof(_MatmulArgs),
        _operand("a", a, a_type, m, k, a_block, a_scales, a_transposed, (origin[0], origin[2])),
        _operand("b", b, b_type, n, k, b_block, b_scales, b_transposed, (origin[1], origin[2])),
        m, n, k, *origin, accumulation.encode(), promote, output_type.encode(),
        _address("d", d, output_bytes, True),
        _address("init", init, output_bytes),
        _address("sum_abs", sum_abs, output_bytes, True),
        threads)  # fmt: skip
    _call("gq_ref_scaled_matmul", ctypes.byref(args))


def convert(source, source_type, count, target_type, target):
    """Converts `count` elements between any two types, by way of f32."""
    _call("gq_ref_convert",
          _address("source", source, _bytes(source_type, count)), source_type.encode(), count,
          target_type.encode(),
          _address("target", target, _bytes(target_type, count), True))  # fmt: skip


def generate(distribution, seed, type, count, data, *, mean=0.0, deviation=1.0, low=-1.0,
             high=1.0, threads=0):  # fmt: skip
    """Fills `data` with seeded values, the same on every machine."""
    p0, p1 = (low, high) if distribution == "uniform" else (mean, deviation)
    _call("gq_ref_generate", distribution.encode(), seed, p0, p1, type.encode(), count,
          _address("data", data, _bytes(type, count), True), threads)  # fmt: skip
