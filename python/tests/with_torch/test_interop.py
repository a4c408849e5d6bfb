"""The calls of the field's libraries."""

import pytest
import torch
import gridquant.torch as gqt

F8 = torch.float8_e4m3fn


def wide(q, scales, block):
    grid = scales.double().repeat_interleave(block[0], 0).repeat_interleave(block[1], 1)
    return q.double() * grid[: q.shape[0], : q.shape[1]]


def by_definition(x, size, eps=1e-10, pow2=False):
    groups = x.float().reshape(*x.shape[:-1], -1, size)
    scales = groups.abs().amax(-1).clamp_min(eps) / 448
    if pow2:
        scales = torch.exp2(torch.ceil(torch.log2(scales)))
    return (groups / scales[..., None]).clamp(-448, 448).to(F8).reshape(x.shape), scales


@pytest.mark.parametrize("shape", [(7, 256), (2, 5, 256)])
@pytest.mark.parametrize("pow2", [False, True])
@pytest.mark.parametrize("order", ["rows", "columns", "aligned"])
def test_per_token_group_quant(shape, pow2, order, normal):
    x = normal(0, *shape)
    x[..., 0, :] = 0
    q, s = gqt.per_token_group_quant_fp8(x, 128, column_major_scales=order != "rows",
                                         tma_aligned_scales=order == "aligned", use_ue8m0=pow2)  # fmt: skip
    expected_q, expected_s = by_definition(x, 128, pow2=pow2)
    assert torch.equal(q.view(torch.uint8), expected_q.view(torch.uint8))
    assert s.shape == (*shape[:-1], 2) and torch.equal(s, expected_s)
    if order != "rows" and len(shape) == 2:
        assert s.stride() == (1, 8 if order == "aligned" else 7)


def test_per_token_group_quant_options(normal):
    x = normal(0, 4, 64)
    out = torch.empty(4, 64, dtype=F8)
    q, s = gqt.per_token_group_quant_fp8(x, 64, eps=10.0, out_q=out)
    assert q is out and torch.equal(s, torch.full((4, 1), 10 / 448))
    assert gqt.per_token_group_quant_fp8(x, 64, dtype=torch.float8_e5m2)[0].dtype == torch.float8_e5m2
    with pytest.raises(ValueError, match="x has 64 columns, need a multiple of group_size, 48"):
        gqt.per_token_group_quant_fp8(x, 48)


@pytest.mark.parametrize("rows", [1, 7, 8])
@pytest.mark.parametrize("order", ["rows", "columns", "aligned", "other"])
@pytest.mark.parametrize("out", [torch.bfloat16, torch.float32])
def test_fp8_gemm_nt(rows, order, out, normal):
    a, sa = gqt.per_token_group_quant_fp8(normal(0, rows, 256), 128, column_major_scales=order in ("columns", "aligned"),
                                          tma_aligned_scales=order == "aligned")  # fmt: skip
    if order == "other":
        sa = torch.zeros(2, rows + 9)[:, :rows].copy_(sa.t()).t()
    b, sb = gqt.quantize(normal(1, 96, 256), (128, 128), F8)
    d = torch.empty(rows, 96, dtype=out)
    assert gqt.fp8_gemm_nt((a, sa), (b, sb), d) is None
    expected = wide(a, sa, (1, 128)) @ wide(b, sb, (128, 128)).T
    torch.testing.assert_close(d, expected.to(out), rtol=0.01 if out == torch.bfloat16 else 1e-5, atol=1e-3)


def test_fp8_gemm_nt_that_adds(normal):
    """As a gradient of weights: scales of 1 x 128 on both sides, any K."""
    a, sa = gqt.quantize(normal(0, 48, 300), (1, 128), F8)
    b, sb = gqt.quantize(normal(1, 96, 300), (1, 128), F8)
    c = normal(2, 48, 96, dtype=torch.float32)
    expected = c.double() + wide(a, sa, (1, 128)) @ wide(b, sb, (1, 128)).T
    for d, addend in ((c.clone(), None), (torch.empty(48, 96), c)):
        gqt.fp8_gemm_nt((a, sa), (b, sb), d, c=d if addend is None else addend, recipe=(1, 1, 128), compiled_dims="mn")
        torch.testing.assert_close(d.double(), expected, rtol=1e-5, atol=1e-3)


def test_fp8_gemm_nt_refused(normal):
    a, sa = gqt.quantize(normal(0, 48, 256), (1, 128), F8)
    b, sb = gqt.quantize(normal(1, 96, 256), (128, 128), F8)
    with pytest.raises(ValueError, match=r"the scales of a have shape \(48, 1\), need \(48, 2\)"):
        gqt.fp8_gemm_nt((a, sa[:, :1]), (b, sb), torch.empty(48, 96))
