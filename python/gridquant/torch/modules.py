"""Layers: `Linear` with weights that were quantised ahead, `TrainingLinear` with weights that
an optimizer changes, and `quantize_`, which puts either into a model."""

from __future__ import annotations

import typing

import torch
from torch import nn

from .._epilogue import check_activation
from . import _programs, autograd, ops  # noqa: F401
from ._dtypes import CODES, SCALES, ceildiv

Block = typing.Tuple[int, int]

_ops = torch.ops.gridquant


def _quantized(weight: torch.Tensor, block: Block, dtype: torch.dtype, scale_dtype: torch.dtype):
    return _ops.quantize(weight.detach(), block, dtype, scale_dtype, scale_dtype == torch.float8_e8m0fnu)


# DTensor, once sharding.py, which says what the ops do with it, is imported.
_distributed: type | None = None


def _autocast(x: torch.Tensor) -> torch.Tensor:
    """x as torch.autocast wants it. Weights are quantised from what they are."""
    kind = x.device.type
    if kind in ("cpu", "cuda") and torch.is_autocast_enabled(kind):
        return x.to(torch.get_autocast_dtype(kind))
    return x


class Linear(nn.Module):
    """y = activation(x . weight^T + bias) + residual, with x quantised on the way, or x_activation(x).

    `weight` [out_features, in_features] are codes, `weight_scale_inv` their scales, one for each
    block of `block`: the names and the meaning of DeepSeek's checkpoints, which load as they are,
    with scales in f32, bf16 or E8M0, which stay what they are. Weights of 16 or 32 bits
    are quantised when they are loaded. Neither changes its dtype with .to(dtype).

    x is bf16, f16 or f32 [..., in_features], or what torch.autocast makes of it; y has its dtype.
    Gradients: x, bias, residual.
    """

    def __init__(self, in_features: int, out_features: int, bias: bool = True, *, block: Block = (128, 128),
                 x_block: Block = (1, 128), activation: str | None = None, x_activation: str | None = None,
                 dtype: torch.dtype = torch.float8_e4m3fn, scale_dtype: torch.dtype = torch.float32,
                 bias_dtype: torch.dtype = torch.bfloat16, device: typing.Any = None):  # fmt: skip
        super().__init__()
        check_activation(activation)
        check_activation(x_activation, "x_activation")
        if dtype not in CODES:
            raise TypeError(f"dtype is {dtype}, need one of {', '.join(map(str, CODES))}")
        self.in_features, self.out_features = in_features, out_features
        self.activation, self.x_activation = activation, x_activation
        self.block, self.x_block = (block[0], block[1]), (x_block[0], x_block[1])
        grid = ceildiv(out_features, block[0]), ceildiv(in_features, block[1])
        self.register_buffer("weight", torch.zeros(out_features, in_features, dtype=dtype, device=device))
        self.register_buffer("weight_scale_inv", torch.ones(grid, dtype=scale_dtype, device=device))
        self.bias = nn.Parameter(torch.zeros(out_features, dtype=bias_dtype, device=device)) if bias else None

    @classmethod
    def from_linear(cls, linear: nn.Linear, **options: typing.Any) -> Linear:
        """With the weights of a layer, quantised, and its bias, shared."""
        layer = cls(linear.in_features, linear.out_features, linear.bias is not None, device="meta", **options)
        scales = layer.weight_scale_inv.dtype
        layer.weight, layer.weight_scale_inv = _quantized(linear.weight, layer.block, layer.weight.dtype, scales)
        layer.bias = linear.bias
        return layer.train(linear.training)

    def forward(self, x: torch.Tensor, residual: torch.Tensor | None = None) -> torch.Tensor:
        return _ops.linear(_autocast(x), self.weight, self.weight_scale_inv, self.bias, residual, self.x_block, self.block,
                           self.activation, self.x_activation)  # fmt: skip

    def dequantize(self, dtype: torch.dtype = torch.bfloat16) -> torch.Tensor:
        """What the codes stand for, rounded to `dtype`."""
        grid = self.weight_scale_inv.float().repeat_interleave(self.block[0], 0)
        grid = grid.repeat_interleave(self.block[1], 1)[: self.out_features, : self.in_features]
        return (self.weight.float() * grid).to(dtype)

    def extra_repr(self) -> str:
        text = f"{self.in_features}, {self.out_features}, bias={self.bias is not None}, block={self.block}"
        for name in ("activation", "x_activation"):
            text += f", {name}={getattr(self, name)!r}" if getattr(self, name) else ""
        return f"{text}, {self.weight.dtype}"

    def _apply(self, fn, recurse=True):
        kept = {name: self._buffers[name] for name in ("weight", "weight_scale_inv")}
        super()._apply(fn, recurse)
        for name, before in kept.items():
            after = self._buffers[name]
            if after.dtype != before.dtype:
                self._buffers[name] = before.to(after.device)
        return self

    def _load_from_state_dict(self, state_dict, prefix, *arguments):
        weight, scales = state_dict.get(prefix + "weight"), state_dict.get(prefix + "weight_scale_inv")
        if weight is not None and weight.dtype not in CODES and weight.is_floating_point():
            weight, scales = _quantized(weight, self.block, self.weight.dtype, self.weight_scale_inv.dtype)
            state_dict[prefix + "weight"], state_dict[prefix + "weight_scale_inv"] = weight, scales
        if weight is not None and weight.dtype != self.weight.dtype:
            self.weight = torch.empty_like(self.weight, dtype=weight.dtype)
        if scales is not None:
            if scales.dtype == torch.uint8:  # the bits of E8M0, from writers without the type
                scales = scales.view(torch.float8_e8m0fnu)
            elif scales.dtype not in SCALES:
                scales = scales.float()
            state_dict[prefix + "weight_scale_inv"] = scales
            if scales.dtype != self.weight_scale_inv.dtype:
                self.weight_scale_inv = torch.empty_like(self.weight_scale_inv, dtype=scales.dtype)
        super()._load_from_state_dict(state_dict, prefix, *arguments)


class TrainingLinear(nn.Linear):
    """nn.Linear whose products are of codes: x and weight are quantised in the forward pass, the
    gradient of y in the backward pass, in both directions, all in the kernels' launches. The
    weight stays what it is, and so does everything that an optimizer sees.

    x_block, w_block    blocks of x and of weight in the forward pass; of weight also for dx
    dy_block            blocks of the gradient of y for dx
    wgrad_block         blocks (tokens, features) of the gradient of y and of x for dweight
    code_dtype, grad_dtype
                        codes of x and weight, and of the gradient of y
    """

    def __init__(self, in_features: int, out_features: int, bias: bool = True, *, x_block: Block = (1, 128),
                 w_block: Block = (128, 128), dy_block: Block = (1, 128), wgrad_block: Block = (128, 128),
                 code_dtype: torch.dtype = torch.float8_e4m3fn, grad_dtype: torch.dtype = torch.float8_e4m3fn,
                 device: typing.Any = None, dtype: torch.dtype | None = None):  # fmt: skip
        super().__init__(in_features, out_features, bias, device=device, dtype=dtype)
        self.x_block, self.w_block = tuple(x_block), tuple(w_block)
        self.dy_block, self.wgrad_block = tuple(dy_block), tuple(wgrad_block)
        self.code_dtype, self.grad_dtype = code_dtype, grad_dtype

    @classmethod
    def from_linear(cls, linear: nn.Linear, **options: typing.Any) -> TrainingLinear:
        """With the parameters of a layer, shared."""
        layer = cls(linear.in_features, linear.out_features, linear.bias is not None, device="meta",
                    dtype=linear.weight.dtype, **options)  # fmt: skip
        layer.weight, layer.bias = linear.weight, linear.bias
        return layer.train(linear.training)

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        # Of a sum that is sharded not each shard may add the bias.
        apart = self.bias is not None and _distributed is not None and isinstance(self.weight, _distributed)
        y = _ops.training_linear(_autocast(input), self.weight, None if apart else self.bias, self.x_block,
                                 self.w_block, self.dy_block, self.wgrad_block, self.code_dtype,
                                 self.grad_dtype)  # fmt: skip
        return y + self.bias.to(y.dtype) if apart else y


def _name_of(layer: nn.Module) -> str | None:
    """What builders call an activation that nothing is hooked to; None: it is no such."""
    if layer._forward_hooks or layer._forward_pre_hooks or layer._backward_hooks or layer._backward_pre_hooks:
        return None
    if type(layer) is nn.GELU:
        return "gelu" if layer.approximate == "none" else "gelu_tanh"
    return {nn.ReLU: "relu", nn.SiLU: "silu"}.get(type(layer))


def _fuse(sequence: nn.Sequential) -> None:
    """Activations in front of a Linear are computed where it quantises; an nn.Identity stays."""
    for place in range(1, len(sequence)):
        layer, name = sequence[place], _name_of(sequence[place - 1])
        if type(layer) is Linear and name and not layer.x_activation:
            layer.x_activation = name
            sequence[place - 1] = nn.Identity()


def quantize_(model: nn.Module, *, training: bool = False, fuse: bool = True,
              filter: typing.Callable[[str, nn.Module], bool] | None = None,
              **options: typing.Any) -> nn.Module:  # fmt: skip
    """Replaces the nn.Linear layers of a model, in place, and returns it: by Linear, or with
    `training` by TrainingLinear, whose `options` these are. `filter(name, layer)` says which;
    without it, all. Subclasses of nn.Linear, which may do anything, stay.

    With `fuse`, an nn.GELU, nn.SiLU or nn.ReLU in front of a Linear in an nn.Sequential becomes its
    x_activation, one kernel less, and an nn.Identity; one that has hooks stays."""
    if type(model) is nn.Linear:
        raise TypeError("the model is an nn.Linear itself, which cannot be replaced in place: use from_linear")
    kind = TrainingLinear if training else Linear
    for name, layer in list(model.named_modules()):
        if type(layer) is nn.Linear and (filter is None or filter(name, layer)):
            parent, _, attribute = name.rpartition(".")
            setattr(model.get_submodule(parent), attribute, kind.from_linear(layer, **options))
    for layer in model.modules() if fuse and not training else ():
        if type(layer) is nn.Sequential:
            _fuse(layer)
    return model
