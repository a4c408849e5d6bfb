"""GridQuant in JAX: programs and bundles that are called inside jax.jit, and the usual ops.

    import gridquant.jax as gqj

    program = gridquant.linear(n=4096, k=8192, activation="gelu")
    y = jax.jit(lambda x, w, ws: gqj.call(program, x, w, ws))(x, w, w_scales)
    y = gqj.linear(x, w, w_scales, activation="gelu")     # the same, with gradients

On CUDA a call is one custom call of XLA, of kernels that are compiled when it is traced and come
from the disk cache afterwards; on a CPU the reference computes the same.
"""

from __future__ import annotations

from ._call import call, precompile, register
from .ops import linear, quantize, scaled_matmul, training_linear

__all__ = [
    "call",
    "linear",
    "precompile",
    "quantize",
    "register",
    "scaled_matmul",
    "training_linear",
]
