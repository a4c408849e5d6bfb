"""Quantisations, elementwise ops, and codes of each format, against the reference and torch."""

import torch
from checks_data import (
    DTYPES,
    bits,
    block_amax,
    ceildiv,
    codes_of,
    expand,
    make_input,
    make_outputs,
    power_of_two,
    quantize_reference,
    scale_codes,
)


def check_quantize(function, facts, shape, kind, generator):
    """Number of codes, and of scales and maxima, that differ from the reference."""
    x = make_input(shape, DTYPES[facts["x"]], kind, generator)
    inputs = [x]
    if facts["producer"] == "columns":
        inputs.append(make_input(shape[1:], x.dtype, "normal", generator))
        x = (x.float() * inputs[1].float()).to(x.dtype)
    q, s, *others = outs = make_outputs(facts, shape)
    function(*inputs, outs=outs)
    torch.cuda.synchronize()
    expected_q, expected_s = quantize_reference(x, facts)
    codes = (bits(q) != expected_q).sum().item()
    if facts["dual"]:
        codes += (bits(others[-1]) != expected_q.t()).sum().item()
    scales = (bits(s) != bits(expected_s)).sum().item()
    if facts["amax"]:
        scales += (others[0] != block_amax(x, facts["block"])).sum().item()
    return codes, scales


def check_elementwise(function, facts, shape, generator):
    """Number of elements that differ from torch's max(x + b, 0) * w^T in f32."""
    x = make_input(shape, DTYPES[facts["x"]], "normal", generator)
    b = make_input(shape[1:], torch.float32, "normal", generator)
    w = make_input(shape[::-1], torch.float32, "normal", generator)
    y = torch.full(shape, float("nan"), device="cuda", dtype=DTYPES[facts["out"]])
    function(x, b, w, outs=[y])
    torch.cuda.synchronize()
    expected = ((x.float() + b).clamp_min(0) * w.t()).to(y.dtype)
    return (y != expected).sum().item()


FOUR_BITS = {"i4": [*range(8), *range(-8, 0)],
             "f4E2M1FN": [0, 0.5, 1, 1.5, 2, 3, 4, 6, -0.0, -0.5, -1, -1.5, -2, -3, -4, -6]}  # fmt: skip


def four_bits_of(shape, packed, generator):
    """Bytes of two codes, and what these stand for: columns of `shape`."""
    rows, columns = shape
    q = codes_of((rows, ceildiv(columns, 2)), "i8", generator)[0]
    table = torch.tensor(FOUR_BITS[packed], device="cuda", dtype=torch.float32)
    halves = q.view(torch.uint8).int()
    return q, table[torch.stack((halves & 15, halves >> 4), 2)].view(rows, -1)[:, :columns]


def check_decoded_matmul(function, facts, m, generator):
    """Number of elements that differ from torch's: rows that pick a column of the weights have its
    bits, and sums of all of them, as one, are near."""
    n, k, block = facts["n"], facts["k"], facts["block"]
    w, values = four_bits_of((n, k), facts["packed"], generator)
    shape = ceildiv(n, block[0]), ceildiv(k, block[1])
    if facts["scale_type"] == "f8E8M0FNU":
        codes = torch.randint(120, 130, shape, device="cuda", generator=generator)
        s, scales = codes.to(torch.uint8), power_of_two(codes)
    else:
        s, scales = scale_codes(shape, facts["scale_type"], generator)
    wide = (values * expand(scales, block, n, k).float()).bfloat16()

    def product(x):
        y = torch.full((m, n), float("nan"), device="cuda", dtype=torch.bfloat16)
        function(x, w, s, outs=[y])
        torch.cuda.synchronize()
        return y

    picked = torch.randint(0, k, (m,), device="cuda", generator=generator)
    x = torch.nn.functional.one_hot(picked, k).bfloat16()
    wrong = (product(x) != wide[:, picked].t()).sum().item()
    x = make_input((m, k), torch.bfloat16, "normal", generator)
    expected = x.double() @ wide.double().t()
    near = (product(x).double() - expected).norm() <= 4e-3 * expected.norm()
    return wrong + (0 if near else 1)


def check_dequantize(function, facts, m, generator):
    """Number of values that differ from torch's code * scale in f32, rounded once."""
    n, block, packed = facts["n"], facts["block"], facts["packed"]
    q, values = (four_bits_of((m, n), packed, generator) if packed
                 else codes_of((m, n), facts["q_type"], generator))  # fmt: skip
    shape = ceildiv(m, block[0]), ceildiv(n, block[1])
    s, scales = scale_codes(shape, facts["scale_type"], generator)
    x = torch.full((m, n), float("nan"), device="cuda", dtype=DTYPES[facts["out"]])
    function(q, s, outs=[x])
    torch.cuda.synchronize()
    expected = (values * expand(scales, block, m, n).float()).to(x.dtype)
    return (~torch.isclose(x, expected, rtol=0, atol=0, equal_nan=True)).sum().item()


def to_four_bits(values, packed):
    """Codes of f32 values: to nearest even, saturated; NaN is 0 of i4 and 6 of f4E2M1FN."""
    if packed == "i4":
        return values.nan_to_num(nan=0.0).clamp(-7, 7).round().int() & 15
    saturated = values.nan_to_num(nan=6.0).clamp(-6, 6)
    magnitude = saturated.abs()
    codes = torch.zeros(values.shape, device=values.device, dtype=torch.int32)
    for halfway, up in ((0.25, False), (0.75, True), (1.25, False), (1.75, True), (2.5, False),
                        (3.5, True), (5.0, False)):  # fmt: skip
        codes += magnitude >= halfway if up else magnitude > halfway
    return codes | saturated.signbit().int() << 3


def check_quantize_packed(function, facts, m, generator):
    """Number of bytes and scales that differ from torch's, of values of each kind."""
    n, block, packed = facts["n"], facts["block"], facts["packed"]
    encoded = facts["scale_type"] == "f8E8M0FNU"
    shape = ceildiv(m, block[0]), ceildiv(n, block[1])
    wrong = 0
    for kind in ("normal", "special", "outliers", "zeros", "denormals"):
        x = make_input((m, n), DTYPES[facts["x_type"]], kind, generator)
        q = torch.full((m, ceildiv(n, 2)), 0x55, device="cuda", dtype=torch.uint8)
        s = torch.full(shape, 0, device="cuda",
                       dtype=torch.uint8 if encoded else DTYPES[facts["scale_type"]])  # fmt: skip
        function(x, outs=[q.view(torch.int8), s])
        torch.cuda.synchronize()
        amax = block_amax(x, block)
        scales = (amax / torch.tensor(7.0 if packed == "i4" else 6.0, device="cuda")).clamp_min(2.0**-126)
        scales = torch.where(amax > 0, scales, 1.0)
        if encoded:  # rounded up: a carry out of the mantissa
            expected = ((scales.view(torch.int32) + 0x7FFFFF) >> 23).to(torch.uint8)
            scales = power_of_two(expected)
        else:
            expected = scales.to(s.dtype)
            scales = expected.float()
        wide = x.float()
        if facts["divide"]:
            wide = wide / expand(scales, block, m, n).float()
        else:
            wide = wide * expand(1 / scales, block, m, n).float()
        codes = torch.nn.functional.pad(to_four_bits(wide, packed), (0, n % 2))
        wrong += (q != codes[:, ::2] | codes[:, 1::2] << 4).sum().item()
        wrong += (s != expected).sum().item()
    return wrong


def check_requantize(function, facts, m, generator):
    """Number of codes and scales that differ from those of what torch decodes."""
    n, read = facts["n"], facts["read"]
    codes, values = codes_of((m, n), facts["q_type"], generator)
    shape = ceildiv(m, read[0]), ceildiv(n, read[1])
    s, scales = scale_codes(shape, facts["scale_type"], generator)
    made = dict(block=facts["made"], x="bf16", q=facts["q_type"], scales="pow2", transposed=False,
                divide=False, amax=False, dual=False, op=False)  # fmt: skip
    x = (values * expand(scales, read, m, n).float()).bfloat16()
    q, t = outs = make_outputs(made, (m, n))
    function(codes, s, outs=outs)
    torch.cuda.synchronize()
    expected_q, expected_t = quantize_reference(x, made)
    return (bits(q) != expected_q).sum().item() + (bits(t) != bits(expected_t)).sum().item()


def check_own_scales(function, facts, m, generator):
    """Number of codes and scales that differ from torch's."""
    n, block = facts["n"], (1, 128)
    x = make_input((m, n), DTYPES[facts["x_type"]], "outliers", generator)
    encoded = facts["scale_type"] == "f8E8M0FNU"
    s = torch.full((m, ceildiv(n, 128)), 0, device="cuda",
                   dtype=torch.uint8 if encoded else torch.float32)  # fmt: skip
    q = torch.full((m, n), 0x55, device="cuda", dtype=torch.uint8)
    function(x, outs=[q, s])
    torch.cuda.synchronize()
    expected = block_amax(x, block).clamp_min(1e-12)
    expected /= torch.tensor(facts["largest"], device="cuda")
    scales = expected
    if encoded:  # rounded up: a carry out of the mantissa
        expected = ((expected.view(torch.int32) + 0x7FFFFF) >> 23).to(torch.uint8)
        scales = power_of_two(expected)
    wide = x.float() * expand(1 / scales, block, m, n).float()
    codes = wide.clamp(-448, 448).to(torch.float8_e4m3fn).view(torch.uint8)
    return (q != codes).sum().item() + (s != expected).sum().item()


def check_widened(function, facts, m, generator):
    """Number of products of a code and a scale, each of a byte, that differ from torch's."""
    shape = m, facts["n"]
    q, values = codes_of(shape, facts["q_type"], generator)
    s, scales = scale_codes(shape, "f8E8M0FNU", generator)
    y = torch.full(shape, float("nan"), device="cuda")
    function(q, s, outs=[y])
    torch.cuda.synchronize()
    return (~torch.isclose(y, values * scales, rtol=0, atol=0, equal_nan=True)).sum().item()


def check_silu_mul(function, facts, shape, generator):
    """Share of codes that differ from quantising torch's silu(g) * u.

    The kernel's exponential is the hardware's, so a code may differ by one step
    where a value lies near the middle of two.
    """
    g, u = (make_input(shape, torch.bfloat16, "normal", generator) for _ in range(2))
    q, s, *others = outs = make_outputs(facts, shape)
    function(g, u, outs=outs)
    torch.cuda.synchronize()
    if facts["dual"] and not torch.equal(bits(others[-1]), bits(q).t()):
        return 1.0
    x = (torch.nn.functional.silu(g.double()) * u.double()).to(torch.bfloat16)
    expected, _ = quantize_reference(x, facts)
    return (bits(q) != expected).double().mean().item()
