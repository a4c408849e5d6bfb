"""The usual operations: what gridquant.torch has, on JAX arrays.

Matrices are [rows, columns]; what has more dimensions in front is taken as their rows. Programs
are those of torch's ops: one bundle serves every number of rows, and both.
"""

from __future__ import annotations

import functools
import typing

import jax
import jax.numpy as jnp
import numpy as np

from .. import builders
from .._epilogue import check_activation
from .._numpy import dtype_of
from .._types import ELEMENT_TYPES
from ._call import results_of, vary, varying

__all__ = ["linear", "quantize", "scaled_matmul", "training_linear"]

Block = typing.Sequence[int]

_ELEMENTS = {dtype_of(element): element for element in ELEMENT_TYPES}
_FLOATS = ("bf16", "f16", "f32")
_CODES = ("f8E4M3FN", "f8E5M2", "i8")
_SCALES = ("f32", "bf16", "f8E8M0FNU")

_build = functools.lru_cache(maxsize=None)(lambda builder, **options: builder(**options))


def _element(what: str, dtype: typing.Any, allowed: tuple[str, ...]) -> str:
    element = _ELEMENTS.get(np.dtype(dtype))
    if element not in allowed:
        needed = ", ".join(str(dtype_of(one)) for one in allowed)
        raise TypeError(f"{what} has dtype {np.dtype(dtype)}, need one of {needed}")
    return element


def _kind(what: str, array: jax.Array | None) -> str | bool:
    """What builders take for an operand that may be absent."""
    return array is not None and _element(what, array.dtype, _FLOATS)


def _matrix(what: str, x: jax.Array, columns: int | None = None) -> jax.Array:
    if x.ndim < 2:
        raise ValueError(f"{what} has {x.ndim} dimensions, need at least 2")
    if columns is not None and x.shape[-1] != columns:
        raise ValueError(f"{what} has {x.shape[-1]} columns, need {columns}")
    return x.reshape(-1, x.shape[-1])


def _rank(what: str, x: jax.Array, rank: int) -> jax.Array:
    if x.ndim != rank:
        raise ValueError(f"{what} has {x.ndim} dimensions, need {rank}")
    return x


def _arrays(*arrays: typing.Any) -> list[typing.Any]:
    return [None if array is None else jnp.asarray(array) for array in arrays]


def _present(*arrays: jax.Array | None) -> list[jax.Array]:
    return [array for array in arrays if array is not None]


def quantize(x, block: Block, dtype, scale_dtype=jnp.float32, *, pow2: bool = False, divide: bool = False,
             amax_floor: float = 0.0, transposed_scales: bool = False,
             padded_scales: bool = False) -> tuple[jax.Array, jax.Array]:  # fmt: skip
    """(codes of `dtype`, scales) of blocks (rows, columns) of x. The options are those of
    gridquant.quantize. Codes have no gradients."""
    (x,) = _arrays(x)
    rows = _matrix("x", x)
    program = _build(
        builders.quantize, n=rows.shape[1], block=tuple(block), x=_element("x", x.dtype, _FLOATS),
        q=_element("codes", dtype, _CODES), scales=_element("scales", scale_dtype, _SCALES), pow2=pow2,
        divide=divide, amax_floor=amax_floor, transposed_scales=transposed_scales,
        padded_scales=padded_scales)  # fmt: skip
    q, scales = results_of(program, jax.lax.stop_gradient(rows))
    return q.reshape(x.shape), scales


def scaled_matmul(a, a_scales, b, b_scales, a_block: Block, b_block: Block, out_dtype, bias=None,
                  multiplier=None, *, transposed_a_scales: bool = False, transposed_b_scales: bool = False,
                  padded_a_scales: bool = False, compiled_dims: str = "nk") -> jax.Array:  # fmt: skip
    """a [m, k] . b [n, k]^T of codes with scales, or of both without (None), + bias [n], in
    `out_dtype`; int8 of it times a multiplier [n] in f32, rounded and clamped."""
    a, a_scales, b, b_scales, bias, multiplier = _arrays(a, a_scales, b, b_scales, bias, multiplier)
    _rank("a", a, 2), _rank("b", b, 2)
    if (a_scales is None) != (b_scales is None):
        raise ValueError("scales are there for one operand only, need those of both or none")
    kinds = (*_CODES, "bf16", "f16")
    formats = _element("a", a.dtype, kinds), _element("b", b.dtype, kinds)
    if a_scales is None and formats[0] in ("f8E4M3FN", "f8E5M2"):
        # Of FP8 without scales ptxas makes slow kernels for static sizes, which are refused.
        compiled_dims = ""
    sizes = {"m": a.shape[0], "n": b.shape[0], "k": a.shape[1]}
    scaled = a_scales is not None
    program = _build(
        builders.matmul, **{dim: size if dim in compiled_dims else None for dim, size in sizes.items()},
        formats=formats, blocks=(tuple(a_block), tuple(b_block)) if scaled else None,
        scales=tuple(_element(what, scales.dtype, _SCALES)
                     for what, scales in (("a_scales", a_scales), ("b_scales", b_scales)))
        if scaled else ("f32", "f32"),
        out=_element("out", out_dtype, (*_FLOATS, "i8", "i32")), bias=_kind("bias", bias),
        requantize=multiplier is not None, transposed_a_scales=transposed_a_scales,
        transposed_b_scales=transposed_b_scales, padded_a_scales=padded_a_scales)  # fmt: skip
    return results_of(program, *map(jax.lax.stop_gradient, _present(a, b, a_scales, b_scales, bias, multiplier)))[0]


_ACTIVATIONS: dict[str, typing.Callable[[jax.Array], jax.Array]] = {
    "relu": jax.nn.relu,
    "silu": jax.nn.silu,
    "gelu": lambda x: jax.nn.gelu(x, approximate=False),
    "gelu_tanh": lambda x: jax.nn.gelu(x, approximate=True),
}


def _through(activation: str, x: jax.Array, dy: jax.Array) -> jax.Array:
    """dy in front of an activation that was given x."""
    _, pull = jax.vjp(_ACTIVATIONS[activation], x.astype(jnp.float32))
    return pull(dy.astype(jnp.float32))[0].astype(dy.dtype)


def _gradient(of: jax.Array, gradient: jax.Array) -> jax.Array:
    """Of what all devices of a jax.shard_map have alike the sum of what each has found."""
    axes = varying(of)
    alike = tuple(varying(gradient) - axes)
    return vary(jax.lax.psum(gradient, alike) if alike else gradient, axes)


def _column_sums(dy: jax.Array, bias: jax.Array) -> jax.Array:
    """The gradient of a bias."""
    return dy.reshape(-1, dy.shape[-1]).sum(0, dtype=jnp.float32).astype(bias.dtype)


# --- linear: weights that were quantised before -----------------------------------------------


class _Linear(typing.NamedTuple):
    x_block: tuple[int, ...]
    w_block: tuple[int, ...]
    activation: str | None
    x_activation: str | None


@functools.partial(jax.custom_vjp, nondiff_argnums=(0,))
def _linear(how: _Linear, x, w, w_scales, bias, residual):
    rows = _matrix("x", x, w.shape[1])
    r = None if residual is None else _matrix("residual", residual, w.shape[0])
    element = _element("x", x.dtype, _FLOATS)
    code = _element("w", w.dtype, _CODES)
    program = _build(
        builders.linear, n=w.shape[0], k=w.shape[1], bias=_kind("bias", bias), activation=how.activation,
        residual=_kind("residual", residual), out=element, x=element, blocks=(how.x_block, how.w_block),
        formats=(code, code), scales=("f32", _element("w_scales", w_scales.dtype, _SCALES)),
        x_activation=how.x_activation)  # fmt: skip
    (y,) = results_of(program, *_present(rows, w, w_scales, bias, r))
    return y.reshape(*x.shape[:-1], w.shape[0])


def _linear_forward(how, x, w, w_scales, bias, residual):
    kind = None if residual is None else residual[:0]  # its dtype, and where it is
    return _linear(how, x, w, w_scales, bias, residual), (x, w, w_scales, bias, kind)


def _linear_backward(how, saved, dy):
    x, w, w_scales, bias, kind = saved
    residual = None if kind is None else _gradient(kind, dy.astype(kind.dtype))
    if how.activation:
        before = _linear(how._replace(activation=None), x, w, w_scales, bias, None)
        dy = _through(how.activation, before, dy)
    # The transpose of codes in blocks of the transpose: what it stands for is w^T, exactly.
    turned = _Linear(how.x_block, how.w_block[::-1], None, None)
    dx = _linear(turned, dy, w.T, w_scales.T, None, None)
    if how.x_activation:
        dx = _through(how.x_activation, x, dx)
    db = None if bias is None else _gradient(bias, _column_sums(dy, bias))
    return _gradient(x, dx), None, None, db, residual


_linear.defvjp(_linear_forward, _linear_backward)


def linear(x, w, w_scales, bias=None, residual=None, *, x_block: Block = (1, 128), w_block: Block = (128, 128),
           activation: str | None = None, x_activation: str | None = None) -> jax.Array:  # fmt: skip
    """activation(x [..., k] . w [n, k]^T + bias) + residual [..., n] in the dtype of x, which is
    quantised on the way; w are codes and w_scales their scales. x, bias and residual have
    gradients."""
    check_activation(activation)
    check_activation(x_activation, "x_activation")
    x, w, w_scales, bias, residual = _arrays(x, w, w_scales, bias, residual)
    _rank("w", w, 2)
    how = _Linear(tuple(x_block), tuple(w_block), activation, x_activation)
    return _linear(how, x, w, w_scales, bias, residual)


# --- training_linear: weights in bf16, f16 or f32, quantised on the way -----------------------


class _Training(typing.NamedTuple):
    x_block: tuple[int, ...]
    w_block: tuple[int, ...]
    dy_block: tuple[int, ...]
    wgrad_block: tuple[int, ...]
    code: str
    grad_code: str


@functools.partial(jax.custom_vjp, nondiff_argnums=(0,))
def _training(how: _Training, x, weight, bias):
    n, k = weight.shape
    element = _element("x", x.dtype, _FLOATS)
    program = _build(
        builders.linear, n=n, k=k, bias=_kind("bias", bias), out=element, x=element,
        blocks=(how.x_block, how.w_block), formats=(how.code, how.code),
        weight=_element("weight", weight.dtype, _FLOATS))  # fmt: skip
    (y,) = results_of(program, *_present(_matrix("x", x, k), weight, bias))
    return y.reshape(*x.shape[:-1], n)


def _training_forward(how, x, weight, bias):
    return _training(how, x, weight, bias), (x, weight, bias)


def _training_backward(how, saved, dy):
    x, weight, bias = saved
    n, k = weight.shape
    d_element, w_element = _ELEMENTS[dy.dtype], _ELEMENTS[weight.dtype]
    d, rows = dy.reshape(-1, n), x.reshape(-1, k)
    dgrad = _build(
        builders.linear_dgrad, n=n, k=k, dy=d_element, weight=w_element, out=_ELEMENTS[x.dtype],
        blocks=(how.dy_block, how.w_block), formats=(how.grad_code, how.code))  # fmt: skip
    (dx,) = results_of(dgrad, d, weight)
    # Tokens are what is multiplied along, and the copy engine wants rows of whole 16 bytes.
    # Tokens of zeros change no scale and no sum.
    missing = ((0, -rows.shape[0] % 16), (0, 0))
    wgrad = _build(
        builders.linear_wgrad, n=n, k=k, dy=d_element, x=_ELEMENTS[x.dtype], out=w_element,
        block=how.wgrad_block, formats=(how.grad_code, how.code))  # fmt: skip
    (dw,) = results_of(wgrad, jnp.pad(d, missing), jnp.pad(rows, missing))
    db = None if bias is None else _gradient(bias, _column_sums(dy, bias))
    return _gradient(x, dx.reshape(x.shape)), _gradient(weight, dw), db


_training.defvjp(_training_forward, _training_backward)


def training_linear(x, weight, bias=None, *, x_block: Block = (1, 128), w_block: Block = (128, 128),
                    dy_block: Block = (1, 128), wgrad_block: Block = (128, 128), dtype=jnp.float8_e4m3fn,
                    grad_dtype=jnp.float8_e4m3fn) -> jax.Array:  # fmt: skip
    """x [..., k] . weight [n, k]^T + bias, both quantised on the way. x, weight and bias have
    gradients, which are products of codes as well: `grad_dtype` are those of y's gradient."""
    x, weight, bias = _arrays(x, weight, bias)
    _rank("weight", weight, 2)
    how = _Training(tuple(x_block), tuple(w_block), tuple(dy_block), tuple(wgrad_block),
                    _element("codes", dtype, _CODES), _element("codes of gradients", grad_dtype, _CODES))  # fmt: skip
    return _training(how, x, weight, bias)
