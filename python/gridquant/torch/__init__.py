"""GridQuant for torch: ops, layers, checkpoints.

    import gridquant.torch as gqt

    model = gqt.quantize_(model)                       # weights quantised ahead
    model = gqt.quantize_(model, training=True)        # weights in bf16, products in FP8
    gqt.load_checkpoint_(model, "DeepSeek-V3/")        # codes and scales as they are

On CUDA kernels are compiled when they are first needed, for any number of rows, and come from
the disk cache afterwards; on the CPU the reference computes the same. The ops are
torch.ops.gridquant.*: torch.compile and torch.export go through them without a break.
"""

from __future__ import annotations

import torch

from . import autograd, ops  # noqa: F401
from ._programs import precompile
from .checkpoint import load_checkpoint_
from .interop import fp8_gemm_nt, per_token_group_quant_fp8
from .modules import Linear, TrainingLinear, quantize_

quantize = torch.ops.gridquant.quantize
scaled_matmul = torch.ops.gridquant.scaled_matmul
linear = torch.ops.gridquant.linear
training_linear = torch.ops.gridquant.training_linear

__all__ = [
    "Linear",
    "TrainingLinear",
    "fp8_gemm_nt",
    "linear",
    "load_checkpoint_",
    "per_token_group_quant_fp8",
    "precompile",
    "quantize",
    "quantize_",
    "scaled_matmul",
    "training_linear",
]
