"""What every check of the GPU suite has in common: inputs, memory for results, codes and scales of each
format, and the reference on the CPU."""

import torch
from gridquant import reference

DTYPES = {"bf16": torch.bfloat16, "f16": torch.float16, "f32": torch.float32,
          "f8E4M3FN": torch.float8_e4m3fn, "f8E5M2": torch.float8_e5m2,
          "i8": torch.int8, "i32": torch.int32}  # fmt: skip


def ceildiv(a, b):
    return -(-a // b)


def make_input(shape, dtype, kind, generator):
    """Values that exercise one corner each; `dtype` limits the magnitudes."""
    x = torch.randn(shape, device="cuda", generator=generator)
    flat = x.view(-1)
    small, large = (1e-7, 100.0) if dtype == torch.float16 else (1e-38, 1e4)
    if kind == "special":
        flat[::97] = float("nan")
        flat[5::1013] = float("inf")
        flat[7::1511] = -float("inf")
        flat[3::211] *= small
        x[:, : min(shape[1], 300)] = 0
    elif kind == "outliers":
        flat[::5003] *= large
    elif kind == "zeros":
        x.zero_()
    elif kind == "denormals":
        x *= small * 1e-2 if dtype != torch.float16 else small
    return x.to(dtype).contiguous()


def scale_shape(facts, shape):
    rows, cols = (ceildiv(n, b) for n, b in zip(shape, facts["block"]))
    return (cols, rows) if facts["transposed"] else (rows, cols)


def quantize_reference(x, facts):
    """The codes as bytes, the scales as f32, bf16 or the bytes of E8M0."""
    host = x.cpu()
    q = torch.empty(x.shape, dtype=torch.uint8)
    s = torch.empty(scale_shape(facts, x.shape))
    reference.quantize(host.data_ptr(), facts["x"], tuple(x.shape), facts["block"],
                       facts["q"], q.data_ptr(), s.data_ptr(),
                       transposed=facts["transposed"],
                       power_of_two=facts["scales"] in ("pow2", "e8m0"),
                       bf16_scales=facts["scales"] == "bf16",
                       divide=facts.get("divide", False))  # fmt: skip
    if facts["scales"] == "e8m0":  # the biased exponent
        s = (s.view(torch.int32) >> 23).to(torch.uint8)
    elif facts["scales"] == "bf16":
        s = s.bfloat16()
    return q, s


def make_outputs(facts, shape):
    """Memory that holds what no kernel writes: NaN, and E8M0 codes below all scales."""
    q_type = torch.int8 if facts["q"] == "i8" else torch.uint8
    q = torch.full(shape, 0x55, device="cuda", dtype=q_type)
    kind = {"e8m0": torch.uint8, "bf16": torch.bfloat16}.get(facts["scales"], torch.float32)
    s = torch.full(scale_shape(facts, shape), float("nan") if kind.is_floating_point else 0, device="cuda",
                   dtype=kind)  # fmt: skip
    outs = [q, s]
    if facts["amax"]:
        outs.append(torch.full_like(s, float("nan")))
    if facts["dual"]:
        outs.append(torch.full_like(q.t().contiguous(), 0x55))
    return outs


def bits(tensor):
    host = tensor.cpu()
    return host.view({1: torch.uint8, 2: torch.int16, 4: torch.int32}[host.itemsize])


def block_amax(x, block):
    """Largest magnitude of each block; NaN is none, infinity the largest float."""
    wide = x.float().abs().nan_to_num(nan=0.0, posinf=torch.finfo(torch.float32).max)
    rows, cols = (ceildiv(size, b) for size, b in zip(x.shape, block))
    padded = wide.new_zeros(rows * block[0], cols * block[1])
    padded[: x.shape[0], : x.shape[1]] = wide
    return padded.view(rows, block[0], cols, block[1]).amax((1, 3))


def power_of_two(codes):
    """What bytes of E8M0 stand for, NaN apart."""
    return torch.ldexp(torch.ones(codes.shape, device="cuda"), codes.int() - 127)


def codes_of(shape, dtype, generator):
    """Every byte: the codes, and what they stand for."""
    codes = torch.randint(0, 256, shape, device="cuda", generator=generator).to(torch.uint8)
    return codes.view(DTYPES[dtype]), codes.view(DTYPES[dtype]).float()


def scale_codes(shape, kind, generator):
    """Scales as they are stored, and as f32."""
    if kind == "f8E8M0FNU":
        codes = torch.randint(100, 150, shape, device="cuda", generator=generator)
        return codes.to(torch.uint8), power_of_two(codes)
    scales = torch.rand(shape, device="cuda", generator=generator).to(DTYPES[kind])
    return scales, scales.float()


def expand(scales, block, rows, cols):
    wide = scales.double().repeat_interleave(block[0], 0)[:rows]
    return wide.repeat_interleave(block[1], 1)[:, :cols]


def make_scales(rows, cols, wild, generator, kind="f32"):
    """Scales in f32 that `encode_scales` keeps: for f8E8M0FNU powers of two."""
    noise = 1 + torch.rand(rows, cols, device="cuda", generator=generator)
    if kind == "bf16":
        noise = noise.bfloat16().float()
    elif kind != "f32":
        noise = noise.round()
    if not wild:
        return noise
    exponents = torch.randint(-20, 21, (rows, cols), device="cuda", generator=generator)
    return noise * torch.exp2(exponents.float())


def make_codes(rows, cols, element, generator):
    """An operand of a matmul: about what quantising normally distributed data gives."""
    x = torch.randn((rows, cols), device="cuda", generator=generator)
    if element == "i8":
        x = (x * 40).round().clamp(-127, 127)
    return x.to(DTYPES[element])


def encode_scales(scales, kind):
    """As a kernel takes them: f32, bf16, or the bytes of f8E8M0FNU, the biased exponents."""
    if kind != "f8E8M0FNU":
        return scales.to(DTYPES[kind])
    return (scales.view(torch.int32) >> 23).to(torch.uint8)


def unwritten(m, n, dtype):
    """NaN, or an integer or a code that is rare."""
    if dtype == torch.int32:
        return torch.full((m, n), 0x55555555, device="cuda", dtype=dtype)
    if dtype.itemsize > 1:
        return torch.full((m, n), float("nan"), device="cuda", dtype=dtype)
    return torch.full((m, n), 0x55, device="cuda", dtype=torch.uint8).view(dtype)


def scales_of(block, rows, k, wild, generator, kind="f32"):
    """One for each block; none where there are no blocks."""
    if block is None:
        return None
    return make_scales(ceildiv(rows, block[0]), ceildiv(k, block[1]), wild, generator, kind)


def widen(codes, scales, block):
    """What operands stand for."""
    if block is None:
        return codes.double()
    return codes.double() * expand(scales, block, *codes.shape)


def distance(d, expected, bound, promote=128):
    """(relative error in the norm, elements past the bound) of a product, see `check_matmul`.

    Elements are measured by their sums of magnitudes, `bound`. Without, the few with the
    largest scales are all of a norm, and how these happen to be rounded is its error.
    """
    d, measure = d.double(), bound.clamp(min=torch.finfo(torch.float64).tiny)
    error = (((d - expected) / measure).norm() / (expected / measure).norm()).item()
    past = (d - expected).abs() > 2.0**-8 * expected.abs() + promote * 2.0**-18 * bound
    return error, (past | ~torch.isfinite(d)).sum().item()
