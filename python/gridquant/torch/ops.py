"""The ops `torch.ops.gridquant.*`: on the CPU by the reference, on CUDA by compiled bundles,
with fake kernels for torch.compile and torch.export. Gradients are in autograd.py.

Matrices are [rows, columns]; what has more dimensions in front is taken as their rows.
"""

from __future__ import annotations

import functools
import typing

import torch

from .. import builders
from .._epilogue import check_activation
from . import _programs, _reference
from ._dtypes import CODES, ELEMENT, FLOATS, element, grid_shape

Block = typing.Sequence[int]

_library = torch.library.Library("gridquant", "DEF")


def _define(schema: str, cpu: typing.Callable, cuda: typing.Callable, fake: typing.Callable,
            differentiable: bool = False) -> None:  # fmt: skip
    name = schema.partition("(")[0]
    _library.define(schema, tags=(torch.Tag.pt2_compliant_tag,))
    _library.impl(name, cpu, "CPU")
    _library.impl(name, cuda, "CUDA")
    torch.library.register_fake(f"gridquant::{name}", fake, lib=_library)
    if not differentiable:  # as ops on integers are: results never require a gradient
        _library.impl(name, torch.library.fallthrough_kernel, "Autograd")


def _matrix(x: torch.Tensor) -> torch.Tensor:
    return x if x.dim() == 2 else x.reshape(-1, x.shape[-1])


def _shaped(x: torch.Tensor, *shape: int) -> torch.Tensor:
    """x, a new tensor, with that shape: not a view, which the result of an op should not be."""
    return x if tuple(x.shape) == shape else torch.ops.aten._unsafe_view(x, shape)


def _kinds(*dtypes: torch.dtype) -> tuple[str, ...]:
    return tuple(ELEMENT[dtype] for dtype in dtypes)


def _kind(tensor: torch.Tensor | None) -> str | bool:
    """What builders take for an operand that may be absent."""
    return tensor is not None and ELEMENT[tensor.dtype]


# A plan is the same object for the same options.
_plan = functools.lru_cache(maxsize=None)(_programs.Plan)

# Those of the two ops that a model calls most, by what their options follow from: to make the
# options takes as long as the launch.
_plans: dict[tuple, _programs.Plan] = {}


def _dtype(tensor: torch.Tensor | None) -> torch.dtype | None:
    return None if tensor is None else tensor.dtype


def _present(*tensors: torch.Tensor | None) -> list[torch.Tensor]:
    return [tensor for tensor in tensors if tensor is not None]


# --- quantize ---------------------------------------------------------------------------------


def _quantize_plan(x, block, dtype, scale_dtype, pow2, divide, amax_floor, transposed_scales, padded_scales):
    return _plan(
        builders.quantize, n=int(x.shape[-1]), block=tuple(block), x=element("x", x.dtype, FLOATS),
        q=element("codes", dtype, CODES), scales=ELEMENT[scale_dtype], pow2=pow2, divide=divide,
        amax_floor=amax_floor, transposed_scales=transposed_scales, padded_scales=padded_scales)  # fmt: skip


def _quantize_cpu(x, block, dtype, scale_dtype=torch.float32, pow2=False, divide=False, amax_floor=0.0,
                  transposed_scales=False, padded_scales=False):  # fmt: skip
    q, scales = _reference.quantize(_matrix(x), block, dtype, scale_dtype, pow2, divide, amax_floor,
                                    transposed_scales, padded_scales)  # fmt: skip
    return _shaped(q, *x.shape), scales


def _quantize_cuda(x, block, dtype, scale_dtype=torch.float32, pow2=False, divide=False, amax_floor=0.0,
                   transposed_scales=False, padded_scales=False):  # fmt: skip
    plan = _quantize_plan(x, block, dtype, scale_dtype, pow2, divide, amax_floor, transposed_scales, padded_scales)
    q, scales = _programs.run(plan, _matrix(x))
    return _shaped(q, *x.shape), scales


def _quantize_fake(x, block, dtype, scale_dtype=torch.float32, pow2=False, divide=False, amax_floor=0.0,
                   transposed_scales=False, padded_scales=False):  # fmt: skip
    _programs.note(_quantize_plan, x, block, dtype, scale_dtype, pow2, divide, amax_floor, transposed_scales,
                   padded_scales)  # fmt: skip
    pad = 16 // scale_dtype.itemsize if padded_scales else 1
    shape = grid_shape(_matrix(x).shape[0], x.shape[-1], block, transposed_scales, pad)
    return x.new_empty(x.shape, dtype=dtype), x.new_empty(shape, dtype=scale_dtype)


_define(
    "quantize(Tensor x, int[2] block, ScalarType dtype, ScalarType scale_dtype=float, bool pow2=False, "
    "bool divide=False, float amax_floor=0.0, bool transposed_scales=False, bool padded_scales=False) "
    "-> (Tensor, Tensor)",
    _quantize_cpu, _quantize_cuda, _quantize_fake,
)  # fmt: skip


# --- scaled_matmul ----------------------------------------------------------------------------


def _matmul_plan(a, a_scales, b, b_scales, a_block, b_block, out_dtype, bias, multiplier, transposed_a_scales,
                 transposed_b_scales, padded_a_scales, compiled_dims, accumulate):  # fmt: skip
    sizes = {"m": int(a.shape[0]), "n": int(b.shape[0]), "k": int(a.shape[1])}
    if a_scales is None and a.dtype in (torch.float8_e4m3fn, torch.float8_e5m2):
        # Of FP8 without scales ptxas makes slow kernels for static sizes, which are refused.
        compiled_dims = ""
    return _plan(
        builders.matmul, **{dim: size if dim in compiled_dims else None for dim, size in sizes.items()},
        formats=_kinds(a.dtype, b.dtype),
        blocks=None if a_scales is None else (tuple(a_block), tuple(b_block)),
        scales=("f32", "f32") if a_scales is None else _kinds(a_scales.dtype, b_scales.dtype),
        out=ELEMENT[out_dtype], bias=_kind(bias), accumulate=accumulate,
        requantize=multiplier is not None, transposed_a_scales=transposed_a_scales,
        transposed_b_scales=transposed_b_scales, padded_a_scales=padded_a_scales)  # fmt: skip


def _matmul_cpu(a, a_scales, b, b_scales, a_block, b_block, out_dtype, bias=None, multiplier=None,
                transposed_a_scales=False, transposed_b_scales=False, padded_a_scales=False,
                compiled_dims="nk"):  # fmt: skip
    d = _reference.scaled_matmul(a, a_scales, b, b_scales, a_block, b_block, torch.float32, transposed_a_scales,
                                 transposed_b_scales, padded_a_scales)  # fmt: skip
    return _reference.finish(d, out_dtype, bias, multiplier=multiplier)


def _matmul_cuda(a, a_scales, b, b_scales, a_block, b_block, out_dtype, bias=None, multiplier=None,
                 transposed_a_scales=False, transposed_b_scales=False, padded_a_scales=False,
                 compiled_dims="nk"):  # fmt: skip
    m, k = a.shape
    key = (m if "m" in compiled_dims else None, k, b.shape, a.dtype, b.dtype, _dtype(a_scales), _dtype(b_scales),
           *a_block, *b_block, out_dtype, _dtype(bias), _dtype(multiplier), transposed_a_scales, transposed_b_scales,
           padded_a_scales, compiled_dims)  # fmt: skip
    plan = _plans.get(key)
    if plan is None:
        plan = _matmul_plan(a, a_scales, b, b_scales, a_block, b_block, out_dtype, bias, multiplier,
                            transposed_a_scales, transposed_b_scales, padded_a_scales, compiled_dims, False)  # fmt: skip
        _plans[key] = plan
    return _programs.run(plan, *_present(a, b, a_scales, b_scales, bias, multiplier))


def _matmul_fake(a, a_scales, b, b_scales, a_block, b_block, out_dtype, bias=None, multiplier=None,
                 transposed_a_scales=False, transposed_b_scales=False, padded_a_scales=False,
                 compiled_dims="nk"):  # fmt: skip
    _programs.note(_matmul_plan, a, a_scales, b, b_scales, a_block, b_block, out_dtype, bias, multiplier,
                   transposed_a_scales, transposed_b_scales, padded_a_scales, compiled_dims, False)  # fmt: skip
    return a.new_empty((a.shape[0], b.shape[0]), dtype=out_dtype)


_define(
    "scaled_matmul(Tensor a, Tensor? a_scales, Tensor b, Tensor? b_scales, int[2] a_block, int[2] b_block, "
    "ScalarType out_dtype, Tensor? bias=None, Tensor? multiplier=None, bool transposed_a_scales=False, "
    "bool transposed_b_scales=False, "
    'bool padded_a_scales=False, str compiled_dims="nk") -> Tensor',
    _matmul_cpu, _matmul_cuda, _matmul_fake,
)  # fmt: skip


def _matmul_out_cpu(a, a_scales, b, b_scales, a_block, b_block, out, c=None, transposed_a_scales=False,
                    padded_a_scales=False, compiled_dims="nk", accumulate=False):  # fmt: skip
    out.copy_(_reference.scaled_matmul(a, a_scales, b, b_scales, a_block, b_block, out.dtype,
                                       transposed_a_scales, False, padded_a_scales, init=out if accumulate else c))  # fmt: skip


def _matmul_out_cuda(a, a_scales, b, b_scales, a_block, b_block, out, c=None, transposed_a_scales=False,
                     padded_a_scales=False, compiled_dims="nk", accumulate=False):  # fmt: skip
    c = out if accumulate else c  # which kernels update in place
    plan = _matmul_plan(a, a_scales, b, b_scales, a_block, b_block, out.dtype, None, None, transposed_a_scales, False,
                        padded_a_scales, compiled_dims, c is not None)  # fmt: skip
    inputs = _present(a, b, a_scales, b_scales, c)
    if out.is_contiguous() and out.data_ptr() % 16 == 0:
        _programs.run(plan, *inputs, outs=[out])
    else:
        out.copy_(_programs.run(plan, *inputs))


def _matmul_out_fake(a, a_scales, b, b_scales, a_block, b_block, out, c=None, transposed_a_scales=False,
                     padded_a_scales=False, compiled_dims="nk", accumulate=False):  # fmt: skip
    _programs.note(_matmul_plan, a, a_scales, b, b_scales, a_block, b_block, out.dtype, None, None, transposed_a_scales,
                   False, padded_a_scales, compiled_dims, accumulate or c is not None)  # fmt: skip


_define(
    "scaled_matmul_out(Tensor a, Tensor? a_scales, Tensor b, Tensor? b_scales, int[2] a_block, int[2] b_block, "
    "Tensor(a!) out, Tensor? c=None, bool transposed_a_scales=False, bool padded_a_scales=False, "
    'str compiled_dims="nk", bool accumulate=False) -> ()',
    _matmul_out_cpu, _matmul_out_cuda, _matmul_out_fake,
)  # fmt: skip


# --- linear: weights that were quantised before -----------------------------------------------


def _linear_plan(x, w, w_scales, bias, residual, x_block, w_block, activation, x_activation):
    n, k = map(int, w.shape)
    return _plan(
        builders.linear, n=n, k=k, bias=_kind(bias), activation=activation, residual=_kind(residual),
        out=ELEMENT[x.dtype], x=element("x", x.dtype, FLOATS), blocks=(tuple(x_block), tuple(w_block)),
        formats=_kinds(w.dtype, w.dtype), scales=("f32", ELEMENT[w_scales.dtype]),
        x_activation=x_activation)  # fmt: skip


def _linear_cpu(x, w, w_scales, bias=None, residual=None, x_block=(1, 128), w_block=(128, 128), activation=None,
                x_activation=None):  # fmt: skip
    check_activation(activation)
    check_activation(x_activation, "x_activation")
    if x_activation:
        x = _reference.finish(x.float(), x.dtype, activation=x_activation)
    q, scales = _reference.quantize(_matrix(x), x_block, w.dtype)
    follows = bias is not None or activation or residual is not None
    y = _reference.scaled_matmul(q, scales, w, w_scales, x_block, w_block, torch.float32 if follows else x.dtype)
    y = _shaped(y, *x.shape[:-1], w.shape[0])
    return _reference.finish(y, x.dtype, bias, activation, residual) if follows else y


def _linear_cuda(x, w, w_scales, bias=None, residual=None, x_block=(1, 128), w_block=(128, 128), activation=None,
                 x_activation=None):  # fmt: skip
    key = (x.dtype, w.shape, w.dtype, w_scales.dtype, _dtype(bias), _dtype(residual), *x_block, *w_block, activation,
           x_activation)  # fmt: skip
    plan = _plans.get(key)
    if plan is None:
        plan = _linear_plan(x, w, w_scales, bias, residual, x_block, w_block, activation, x_activation)
        _plans[key] = plan
    rows = None if residual is None else _matrix(residual)
    y = _programs.run(plan, *_present(_matrix(x), w, w_scales, bias, rows))
    return y if x.dim() == 2 else _shaped(y, *x.shape[:-1], w.shape[0])


def _linear_fake(x, w, w_scales, bias=None, residual=None, x_block=(1, 128), w_block=(128, 128), activation=None,
                 x_activation=None):  # fmt: skip
    _programs.note(_linear_plan, x, w, w_scales, bias, residual, x_block, w_block, activation, x_activation)
    return x.new_empty((*x.shape[:-1], w.shape[0]))


_define(
    "linear(Tensor x, Tensor w, Tensor w_scales, Tensor? bias=None, Tensor? residual=None, "
    "int[2] x_block=[1, 128], int[2] w_block=[128, 128], str? activation=None, str? x_activation=None) -> Tensor",
    _linear_cpu, _linear_cuda, _linear_fake, differentiable=True,
)  # fmt: skip


# --- training_linear: weights in bf16, f16 or f32, quantised on the way -----------------------


def _training_plan(x, weight, bias, x_block, w_block, dtype):
    n, k = map(int, weight.shape)
    return _plan(
        builders.linear, n=n, k=k, bias=_kind(bias), out=ELEMENT[x.dtype],
        x=element("x", x.dtype, FLOATS), blocks=(tuple(x_block), tuple(w_block)),
        formats=_kinds(dtype, dtype), weight=element("weight", weight.dtype, FLOATS))  # fmt: skip


def _training_cpu(x, weight, bias, x_block, w_block, dy_block, wgrad_block, dtype, grad_dtype):
    w, w_scales = _reference.quantize(weight, w_block, dtype)
    q, scales = _reference.quantize(_matrix(x), x_block, dtype)
    y = _reference.scaled_matmul(q, scales, w, w_scales, x_block, w_block, x.dtype if bias is None else torch.float32)
    return _shaped(_reference.finish(y, x.dtype, bias), *x.shape[:-1], weight.shape[0])


def _training_cuda(x, weight, bias, x_block, w_block, dy_block, wgrad_block, dtype, grad_dtype):
    plan = _training_plan(x, weight, bias, x_block, w_block, dtype)
    return _shaped(_programs.run(plan, *_present(_matrix(x), weight, bias)), *x.shape[:-1], weight.shape[0])


def _training_fake(x, weight, bias, x_block, w_block, dy_block, wgrad_block, dtype, grad_dtype):
    _programs.note(_training_plan, x, weight, bias, x_block, w_block, dtype)
    return x.new_empty((*x.shape[:-1], weight.shape[0]))


_define(
    "training_linear(Tensor x, Tensor weight, Tensor? bias, int[2] x_block, int[2] w_block, int[2] dy_block, "
    "int[2] wgrad_block, ScalarType dtype, ScalarType grad_dtype) -> Tensor",
    _training_cpu, _training_cuda, _training_fake, differentiable=True,
)  # fmt: skip


def _dgrad_plan(dy, weight, dy_block, w_block, dtype, grad_dtype):
    n, k = map(int, weight.shape)
    return _plan(
        builders.linear_dgrad, n=n, k=k, dy=ELEMENT[dy.dtype], weight=ELEMENT[weight.dtype], out=ELEMENT[dy.dtype],
        blocks=(tuple(dy_block), tuple(w_block)), formats=_kinds(grad_dtype, dtype))  # fmt: skip


def _transposed(codes: torch.Tensor) -> torch.Tensor:
    # As bytes: not every version of torch copies FP8 with strides.
    return codes.view(torch.uint8).t().contiguous().view(codes.dtype)


def _dgrad_cpu(dy, weight, dy_block, w_block, dtype, grad_dtype):
    w, w_scales = _reference.quantize(weight, w_block, dtype, transposed_scales=True)
    q, scales = _reference.quantize(_matrix(dy), dy_block, grad_dtype)
    dx = _reference.scaled_matmul(q, scales, _transposed(w), w_scales, dy_block, w_block[::-1], dy.dtype)
    return _shaped(dx, *dy.shape[:-1], weight.shape[1])


def _dgrad_cuda(dy, weight, dy_block, w_block, dtype, grad_dtype):
    plan = _dgrad_plan(dy, weight, dy_block, w_block, dtype, grad_dtype)
    return _shaped(_programs.run(plan, _matrix(dy), weight), *dy.shape[:-1], weight.shape[1])


def _dgrad_fake(dy, weight, dy_block, w_block, dtype, grad_dtype):
    _programs.note(_dgrad_plan, dy, weight, dy_block, w_block, dtype, grad_dtype)
    return dy.new_empty((*dy.shape[:-1], weight.shape[1]))


_define(
    "training_linear_dgrad(Tensor dy, Tensor weight, int[2] dy_block, int[2] w_block, ScalarType dtype, "
    "ScalarType grad_dtype) -> Tensor",
    _dgrad_cpu, _dgrad_cuda, _dgrad_fake,
)  # fmt: skip


def _wgrad_plan(dy, x, block, dtype, grad_dtype, out_dtype):
    return _plan(
        builders.linear_wgrad, n=int(dy.shape[-1]), k=int(x.shape[-1]), dy=ELEMENT[dy.dtype], x=ELEMENT[x.dtype],
        out=ELEMENT[out_dtype], block=tuple(block), formats=_kinds(grad_dtype, dtype))  # fmt: skip


def _wgrad_cpu(dy, x, block, dtype, grad_dtype, out_dtype):
    d, d_scales = _reference.quantize(_matrix(dy), block, grad_dtype, transposed_scales=True)
    q, scales = _reference.quantize(_matrix(x), block, dtype, transposed_scales=True)
    return _reference.scaled_matmul(_transposed(d), d_scales, _transposed(q), scales, block[::-1], block[::-1],
                                    out_dtype)  # fmt: skip


def _wgrad_cuda(dy, x, block, dtype, grad_dtype, out_dtype):
    plan = _wgrad_plan(dy, x, block, dtype, grad_dtype, out_dtype)
    dy, x = _matrix(dy), _matrix(x)
    missing = -x.shape[0] % 16
    if missing:
        # Tokens are what is multiplied along, and the copy engine wants rows of whole 16 bytes.
        # Tokens of zeros change no scale and no sum.
        dy, x = (torch.nn.functional.pad(matrix, (0, 0, 0, missing)) for matrix in (dy, x))
    return _programs.run(plan, dy, x)


def _wgrad_fake(dy, x, block, dtype, grad_dtype, out_dtype):
    _programs.note(_wgrad_plan, dy, x, block, dtype, grad_dtype, out_dtype)
    return dy.new_empty((dy.shape[-1], x.shape[-1]), dtype=out_dtype)


_define(
    "training_linear_wgrad(Tensor dy, Tensor x, int[2] block, ScalarType dtype, ScalarType grad_dtype, "
    "ScalarType out_dtype) -> Tensor",
    _wgrad_cpu, _wgrad_cuda, _wgrad_fake,
)  # fmt: skip
