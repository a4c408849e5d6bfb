"""Gradients of the ops.

`linear` has weights that do not change: gradients of x, bias and residual. `training_linear`
has those of x, weight and bias. Codes have none: what quantises outside of a layer passes
nothing on.
"""

from __future__ import annotations

import math
import typing

import torch

from . import ops  # noqa: F401  defines what is registered for here

_ops = torch.ops.gridquant


def _needed(ctx, count: int) -> tuple[bool, ...]:
    """needs_input_grad of all inputs: torch leaves those out that were left to their defaults."""
    said = tuple(ctx.needs_input_grad)
    return said + (False,) * (count - len(said))


def _columns(dy: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
    """The gradient of a bias."""
    return dy.reshape(-1, dy.shape[-1]).sum(0, dtype=torch.float32).to(bias.dtype)


def _relu(x):
    return (x > 0).to(x.dtype)


def _silu(x):
    s = torch.sigmoid(x)
    return s * (1 + x * (1 - s))


def _gelu(x):
    return 0.5 * (1 + torch.erf(x / math.sqrt(2))) + x * torch.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)


def _gelu_tanh(x):
    root, cubic = math.sqrt(2 / math.pi), 0.044715
    t = torch.tanh(root * (x + cubic * x**3))
    return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * root * (1 + 3 * cubic * x * x)


_SLOPES: dict[str, typing.Callable[[torch.Tensor], torch.Tensor]] = {
    "relu": _relu, "silu": _silu, "gelu": _gelu, "gelu_tanh": _gelu_tanh,
}  # fmt: skip


def _linear_setup(ctx, inputs, output):
    x, w, w_scales, bias, residual, ctx.x_block, ctx.w_block, ctx.activation, ctx.x_activation = inputs
    # x only where the slope of an activation needs what was in front of it.
    ctx.save_for_backward(x if ctx.activation or ctx.x_activation else None, w, w_scales, bias)


def _linear_backward(ctx, dy):
    x, w, w_scales, bias = ctx.saved_tensors
    need = _needed(ctx, 9)
    residual = dy if need[4] else None
    if ctx.activation and (need[0] or need[3]):
        before = _ops.linear(x, w, w_scales, bias, None, ctx.x_block, ctx.w_block, None, ctx.x_activation)
        dy = (dy.float() * _SLOPES[ctx.activation](before.float())).to(dy.dtype)
    dx = None
    if need[0]:
        # The transpose of codes in blocks of the transpose: what it stands for is w^T, exactly.
        turned = w.view(torch.uint8).t().contiguous().view(w.dtype)
        dx = _ops.linear(dy, turned, w_scales.t().contiguous(), None, None, ctx.x_block, ctx.w_block[::-1], None)
        if ctx.x_activation:
            dx = (dx.float() * _SLOPES[ctx.x_activation](x.float())).to(x.dtype)
    return dx, None, None, _columns(dy, bias) if need[3] else None, residual, *[None] * 4


torch.library.register_autograd("gridquant::linear", _linear_backward, setup_context=_linear_setup)


def _training_setup(ctx, inputs, output):
    x, weight, bias, _, ctx.w_block, ctx.dy_block, ctx.wgrad_block, ctx.dtype, ctx.grad_dtype = inputs
    ctx.save_for_backward(x, weight, bias)


def _training_backward(ctx, dy):
    x, weight, bias = ctx.saved_tensors
    need = _needed(ctx, 9)
    dx = dw = None
    if need[0]:
        dx = _ops.training_linear_dgrad(dy, weight, ctx.dy_block, ctx.w_block, ctx.dtype, ctx.grad_dtype)
    if need[1]:
        dw = _ops.training_linear_wgrad(dy, x, ctx.wgrad_block, ctx.dtype, ctx.grad_dtype, weight.dtype)
    return dx, dw, _columns(dy, bias) if need[2] else None, *[None] * 6


torch.library.register_autograd("gridquant::training_linear", _training_backward, setup_context=_training_setup)
