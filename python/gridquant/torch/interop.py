"""Calls with the signatures that the field's libraries have, for programs that make them."""

from __future__ import annotations

import typing

import torch

from . import autograd, ops  # noqa: F401
from ._dtypes import ceildiv

__all__ = ["fp8_gemm_nt", "per_token_group_quant_fp8"]

_ops = torch.ops.gridquant

Operand = typing.Tuple[torch.Tensor, torch.Tensor]


def per_token_group_quant_fp8(x: torch.Tensor, group_size: int, eps: float = 1e-10,
                              dtype: torch.dtype | None = None, column_major_scales: bool = False,
                              tma_aligned_scales: bool = False, out_q: torch.Tensor | None = None,
                              use_ue8m0: bool | None = None):  # fmt: skip
    """(codes, scales) of x [..., K], a scale for each `group_size` elements of a row: f32
    [..., K / group_size], the largest magnitude, at least `eps`, over that of the format; codes
    are quotients. With `use_ue8m0` scales are powers of two.

    column_major_scales    scales of a row are apart: the strides are (1, rows)
    tma_aligned_scales     and rows of the transposed scales start at multiples of 16 bytes

    As in vLLM and SGLang.
    """
    if x.shape[-1] % group_size:
        raise ValueError(f"x has {x.shape[-1]} columns, need a multiple of group_size, {group_size}")
    padded = column_major_scales and tma_aligned_scales
    q, scales = _ops.quantize(x.contiguous(), (1, group_size), dtype or torch.float8_e4m3fn, torch.float32,
                              bool(use_ue8m0), True, eps, column_major_scales, padded)  # fmt: skip
    rows = x.numel() // x.shape[-1] if x.shape[-1] else 0
    if column_major_scales:
        scales = scales.t()[:rows]
    scales = scales.unflatten(0, x.shape[:-1]) if x.dim() != 2 else scales
    if out_q is not None:
        out_q.copy_(q)
        q = out_q
    return q, scales


def _m_major(scales: torch.Tensor, rows: int) -> tuple[torch.Tensor, bool, bool]:
    """(scales as the op takes them, whether they are M-major, whether they are padded).
    Column-major scales are a view of M-major ones, which are taken where they lie."""
    padded = ceildiv(rows, 4) * 4
    if scales.is_contiguous() or scales.stride(0) != 1:
        return scales.contiguous(), False, False
    for pitch in (rows, padded):
        if scales.stride(1) == pitch and scales.shape[1]:
            size = scales.storage_offset() + pitch * scales.shape[1]
            if size * scales.element_size() <= scales.untyped_storage().nbytes():
                return scales.as_strided((scales.shape[1], pitch), (pitch, 1)), True, pitch != rows
    return scales.contiguous(), False, False


def fp8_gemm_nt(a: Operand, b: Operand, d: torch.Tensor, c: torch.Tensor | None = None,
                recipe: tuple[int, int, int] | None = None, compiled_dims: str = "nk",
                disable_ue8m0_cast: bool = False) -> None:  # fmt: skip
    """d [M, N] = c + a [M, K] . b [N, K]^T; each operand is (codes, scales), d is bf16 or f32.

    recipe    how many elements along M, N and K share a scale: (1, 128, 128) without it. Scales of
              a are [M / recipe[0], K / recipe[2]], row-major or column-major, those of b
              [N / recipe[1], K / recipe[2]].
    c         what the product is added to, of d's dtype; may be d itself
    compiled_dims
              which of "m", "n" and "k" a kernel is compiled for; others are free

    As in DeepGEMM. Scales are taken as they are, so disable_ue8m0_cast has nothing to disable.
    """
    (a_codes, a_scales), (b_codes, b_scales) = a, b
    m_block, n_block, k_block = recipe or (1, 128, 128)
    grid = ceildiv(a_codes.shape[0], m_block), ceildiv(a_codes.shape[1], k_block)
    if tuple(a_scales.shape) != grid:
        raise ValueError(f"the scales of a have shape {tuple(a_scales.shape)}, need {grid}")
    a_scales, transposed, padded = _m_major(a_scales, grid[0])
    accumulate = c is d
    _ops.scaled_matmul_out(a_codes, a_scales, b_codes, b_scales.contiguous(), (m_block, k_block), (n_block, k_block), d,
                           None if accumulate else c, transposed, padded, compiled_dims, accumulate)  # fmt: skip
