"""Casts on the GPU beside PyTorch's, bit for bit.

- saturating: gq.scaled_cast with scales of one, of all 65536 bf16 and f16 and of three
  million f32;
- rounding: arith.truncf behind a product of zeros that starts from the f32.

A NaN is the canonical one. PyTorch's casts do not saturate, so its inputs are clamped first.
"""

import checks
import torch

NAN = {"bf16": 0x7FFF, "f16": 0x7FFF, "f8E4M3FN": 0x7F, "f8E5M2": 0x7F}


def inputs(dtype, columns):
    """Every value of 16 bits; of f32 each upper half with lower halves that are ties of
    narrower types, lie beside one, or do not."""
    upper = torch.arange(1 << 16, dtype=torch.int64)
    if dtype.itemsize == 2:
        return upper.to(torch.int32).to(torch.int16).view(dtype).view(-1, columns)
    steps = torch.tensor([0x0000, 0x0001, 0x0FFF, 0x1000, 0x1001, 0x1FFF])
    lower = (torch.arange(8)[:, None] << 13 | steps).flatten()
    bits = (upper[:, None] << 16 | lower).flatten()
    return bits.to(torch.int32).view(torch.float32).view(-1, columns)


def count_different(function, facts):
    """(elements that differ from PyTorch's, elements)."""
    out = checks.DTYPES[facts["out"]]
    x = inputs(checks.DTYPES[facts["x"]], facts["n"])
    d = checks.unwritten(*x.shape, out)
    if facts["saturating"]:
        function(x.cuda(), torch.ones(x.shape[0], 2, device="cuda"), outs=[d])
        most = torch.finfo(out).max
        expected = x.float().clamp(-most, most).to(out)
    else:
        zeros = [torch.zeros(rows, 16, device="cuda", dtype=torch.int8) for rows in x.shape]
        function(*zeros, x.cuda(), outs=[d])
        expected = (x + 0.0).to(out)  # of -0 the sum is 0
    torch.cuda.synchronize()
    bits = {1: torch.uint8, 2: torch.int16}[out.itemsize]
    wanted = expected.view(bits).clone()
    wanted[x.isnan()] = NAN[facts["out"]]
    # What rounds past the largest number of f8E4M3FN is a NaN there, of either sign.
    nan = expected.float().isnan() & ~x.isnan()
    got = d.cpu().view(bits)
    same = (got == wanted) | (nan & d.cpu().float().isnan())
    return (~same).sum().item(), same.numel()
