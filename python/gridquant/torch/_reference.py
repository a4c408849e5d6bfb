"""The ops on the CPU: the pinned numerics of libgq_reference on contiguous tensors."""

from __future__ import annotations

import typing

import torch
import torch.nn.functional as F

from .. import reference
from ._dtypes import CODES, FLOATS, SCALES, element, grid_shape

Block = typing.Sequence[int]


def check_shape(what: str, tensor: torch.Tensor, *shape: int) -> None:
    if tuple(tensor.shape) != shape:
        raise ValueError(f"{what} has shape {tuple(tensor.shape)}, need {shape}")


def _padding_scale(dtype: torch.dtype, amax_floor: float, pow2: bool, divide: bool) -> float:
    """The scale of a block of zeros."""
    zero = torch.zeros(1, 1)
    return quantize(zero, (1, 1), dtype, pow2=pow2, divide=divide, amax_floor=amax_floor)[1].item()


def quantize(x: torch.Tensor, block: Block, dtype: torch.dtype, scale_dtype: torch.dtype = torch.float32,
             pow2: bool = False, divide: bool = False, amax_floor: float = 0.0,
             transposed_scales: bool = False, padded_scales: bool = False):  # fmt: skip
    rows, columns = x.shape
    x = x.contiguous()
    kind, code = element("x", x.dtype, FLOATS), element("codes", dtype, CODES)
    element("scales", scale_dtype, SCALES)
    pow2 = pow2 or scale_dtype == torch.float8_e8m0fnu
    q = torch.empty(x.shape, dtype=dtype)
    scales = torch.empty(grid_shape(rows, columns, block, transposed_scales), dtype=torch.float32)
    if x.numel():
        reference.quantize(x.data_ptr(), kind, (rows, columns), block, code, q.data_ptr(),
                           scales.data_ptr(), transposed=transposed_scales, power_of_two=pow2,
                           bf16_scales=scale_dtype == torch.bfloat16, amax_floor=amax_floor,
                           divide=divide)  # fmt: skip
    if padded_scales:
        pad = 16 // scale_dtype.itemsize
        wide = grid_shape(rows, columns, block, transposed_scales, pad)
        scales = F.pad(scales, (0, wide[1] - scales.shape[1]),
                       value=_padding_scale(dtype, amax_floor, pow2, divide))  # fmt: skip
    return q, scales.to(scale_dtype)


def _grid(what: str, scales: torch.Tensor, rows: int, depth: int, block: Block, transposed: bool,
          padded: bool) -> torch.Tensor:  # fmt: skip
    """The scales as the library takes them: f32, without padding."""
    element(what, scales.dtype, SCALES)
    pad = 16 // scales.element_size() if padded else 1
    check_shape(what, scales, *grid_shape(rows, depth, block, transposed, pad))
    if padded:
        scales = scales[:, : grid_shape(rows, depth, block, True)[1]]
    return scales.to(torch.float32).contiguous()


def scaled_matmul(a: torch.Tensor, a_scales: torch.Tensor | None, b: torch.Tensor,
                  b_scales: torch.Tensor | None, a_block: Block, b_block: Block, out_dtype: torch.dtype,
                  transposed_a_scales: bool = False, transposed_b_scales: bool = False,
                  padded_a_scales: bool = False, init: torch.Tensor | None = None):  # fmt: skip
    """init + a [m, k] . b [n, k]^T, in `out_dtype`."""
    (m, k), n = a.shape, b.shape[0]
    check_shape("b", b, n, k)
    a, b = a.contiguous(), b.contiguous()
    kinds = (*CODES, torch.bfloat16, torch.float16)
    types = element("a", a.dtype, kinds), element("b", b.dtype, kinds)
    if (a_scales is None) != (b_scales is None):
        raise ValueError("scales are there for one operand only, need those of both or none")
    if a_scales is not None and b_scales is not None:
        a_scales = _grid("a_scales", a_scales, m, k, a_block, transposed_a_scales, padded_a_scales)
        b_scales = _grid("b_scales", b_scales, n, k, b_block, transposed_b_scales, False)
    d = torch.zeros((m, n))  # f32: rounded to another dtype once, at the end
    if init is not None:
        check_shape("init", init, m, n)
        init = init.float().contiguous()
    if not (m and n and k):
        return (d if init is None else init).to(out_dtype)
    pointer = lambda tensor: None if tensor is None else tensor.data_ptr()
    reference.scaled_matmul(a.data_ptr(), types[0], tuple(a_block), pointer(a_scales), b.data_ptr(),
                            types[1], tuple(b_block), pointer(b_scales), m, n, k, d.data_ptr(),
                            "f32", accumulation="f32", init=pointer(init),
                            a_transposed=transposed_a_scales, b_transposed=transposed_b_scales)  # fmt: skip
    return d.to(out_dtype)


ACTIVATIONS: dict[str, typing.Callable[[torch.Tensor], torch.Tensor]] = {
    "relu": F.relu,
    "silu": F.silu,
    "gelu": F.gelu,
    "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
}


def finish(product: torch.Tensor, out_dtype: torch.dtype, bias: torch.Tensor | None = None,
           activation: str | None = None, residual: torch.Tensor | None = None,
           multiplier: torch.Tensor | None = None) -> torch.Tensor:  # fmt: skip
    """What follows a product in f32."""
    if bias is not None:
        product = product + bias.float()
    if activation:
        product = ACTIVATIONS[activation](product)
    if residual is not None:
        product = product + residual.float()
    if multiplier is not None:
        product = product * multiplier
    if out_dtype == torch.int8:
        product = product.round().clamp(-128, 127)  # to nearest even
    return product.to(out_dtype)
