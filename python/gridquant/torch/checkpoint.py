"""Checkpoints in safetensors with block-quantised weights, as DeepSeek publishes them."""

from __future__ import annotations

import json
import os
import pathlib
import typing

import torch
from torch import nn

from ._dtypes import CODES
from .modules import Linear

__all__ = ["load_checkpoint_"]

_SCALES = ".weight_scale_inv"


def _files(path: str | os.PathLike[str]) -> list[pathlib.Path]:
    """The safetensors files of a checkpoint: a file, a folder of them, or one with an index."""
    place = pathlib.Path(path)
    if not place.is_dir():
        return [place]
    index = place / "model.safetensors.index.json"
    if index.exists():
        return sorted({place / name for name in json.loads(index.read_text())["weight_map"].values()})
    found = sorted(place.glob("*.safetensors"))
    if not found:
        raise FileNotFoundError(f"{place} has no .safetensors file")
    return found


def _block(place: pathlib.Path) -> tuple[int, int]:
    """What config.json says, else DeepSeek's."""
    config = place / "config.json"
    if place.is_dir() and config.exists():
        said = json.loads(config.read_text()).get("quantization_config") or {}
        if said.get("weight_block_size"):
            rows, columns = said["weight_block_size"]
            return rows, columns
    return 128, 128


def load_checkpoint_(model: nn.Module, path: str | os.PathLike[str], *, strict: bool = True,
                     block: tuple[int, int] | None = None, **options: typing.Any) -> nn.Module:  # fmt: skip
    """Loads a checkpoint into a model, in place, and returns it. Each nn.Linear for which the
    checkpoint has scales, `NAME.weight_scale_inv` beside `NAME.weight`, becomes a Linear with
    just these codes and scales; other tensors are loaded as ever. The model, or parts of it, may be
    on "meta": what is loaded there is on the CPU then.

    path      a .safetensors file, or a folder of them, with model.safetensors.index.json or not
    strict    whether keys that the model lacks, or the checkpoint, are a RuntimeError
    block     of the weights; else what config.json says in quantization_config, else (128, 128)
    options   of Linear
    """
    from safetensors import safe_open

    files = _files(path)
    block = block or _block(pathlib.Path(path))
    names: set[str] = set()
    for file in files:
        with safe_open(file, framework="pt") as tensors:
            names.update(tensors.keys())
    for name in sorted(name[: -len(_SCALES)] for name in names if name.endswith(_SCALES)):
        parent, _, attribute = name.rpartition(".")
        try:
            layer = model.get_submodule(name)
        except AttributeError:
            continue  # an unexpected key: told below
        if type(layer) is nn.Linear:
            device = "cpu" if layer.weight.device.type == "meta" else layer.weight.device
            made = Linear(layer.in_features, layer.out_features, layer.bias is not None, block=block,
                          bias_dtype=layer.weight.dtype, device=device, **options)  # fmt: skip
            setattr(model.get_submodule(parent), attribute, made.train(layer.training))
    unexpected: list[str] = []
    own = model.state_dict()
    missing, on_meta = set(own), {name for name, tensor in own.items() if tensor.is_meta}
    for file in files:
        with safe_open(file, framework="pt") as tensors:
            part: dict[str, torch.Tensor] = {name: tensors.get_tensor(name) for name in tensors.keys()}
        # What is on "meta" cannot be copied to, and becomes what is read.
        for assign in (False, True):
            tensors_of = {name: tensor for name, tensor in part.items() if (name in on_meta) == assign}
            unexpected += model.load_state_dict(tensors_of, strict=False, assign=assign).unexpected_keys
        missing -= set(part)
        # Scales of weights that Linear has quantised while it loaded them.
        missing -= {f"{name}_scale_inv" for name, tensor in part.items() if tensor.dtype not in CODES}
    if strict and (missing or unexpected):
        raise RuntimeError(f"{path} does not fit the model: missing {sorted(missing)}, unexpected {sorted(unexpected)}")
    return model
