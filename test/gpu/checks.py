"""Correctness on the GPU: every result against the CPU reference or f64.

Quantisation must agree with the reference to the bit. A matmul is compared with
the f64 product of the dequantised operands: relative Frobenius error and a bound
for every element, see `matmul_error`.
"""

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


def count_wrong_integers(function, facts, m, n, k, generator):
    """Elements of a product of i8 that differ from the reference: its sums are exact."""
    a_block, b_block = facts["a_block"], facts["b_block"]
    a, b = (make_codes(rows, k, "i8", generator) for rows in (m, n))
    scales = [s for s in (scales_of(a_block, m, k, True, generator),
                          scales_of(b_block, n, k, True, generator)) if s is not None]  # fmt: skip
    d = unwritten(m, n, DTYPES[facts["out"]])
    expected, extras = torch.zeros(m, n), []
    if facts["accumulate"]:
        d = torch.randn((m, n), device="cuda", generator=generator)
        expected, extras = d.cpu(), [d]
    function(a, b, *scales, *extras, outs=[d])
    torch.cuda.synchronize()
    host_a, host_b, *host = [t.cpu() for t in (a, b, *scales)]
    scales_a, scales_b = (s.data_ptr() for s in host) if host else (None, None)
    reference.scaled_matmul(host_a.data_ptr(), "i8", a_block or (m, k), scales_a,
                            host_b.data_ptr(), "i8", b_block or (n, k), scales_b, m, n, k,
                            expected.data_ptr(), "f32", accumulation="f32",
                            promote=facts["promote"], init=expected.data_ptr())  # fmt: skip
    if facts["epilogue"] == "to_i8":
        expected = expected.round().clamp(-128, 127)
    # Conversions of torch do not saturate either, but for NaN, which has any sign.
    expected, d = expected.to(d.dtype), d.cpu()
    if d.dtype.itemsize > 1 or d.dtype == torch.int8:
        return (d != expected).sum().item()
    d, expected = ((t.view(torch.uint8), t.float().isnan()) for t in (d, expected))
    return ((d[0] != expected[0]) & ~(d[1] & expected[1])).sum().item()


def count_wrong_zero_points(function, facts, m, generator):
    """Elements of a product of i8 with zero points that differ from what they should be."""
    n, k = facts["n"], facts["k"]
    a, b = (make_codes(rows, k, "i8", generator) for rows in (m, n))
    wide, points = [], []
    for codes, kind in ((a, facts["a_points"]), (b, facts["b_points"])):
        wide.append(codes.double())
        if not kind:
            continue
        shape = (codes.shape[0],) if kind[0] == "*" else ()
        point = torch.randint(-128, 128, shape, device="cuda", generator=generator)
        wide[-1] = wide[-1] - (point[:, None] if shape else point)
        points.append(point.to(DTYPES[kind.lstrip("*")]))
    expected, scales = wide[0] @ wide[1].T, []
    d = unwritten(m, n, DTYPES[facts["out"]])
    if facts["out"] != "i32":
        scales = [make_scales(rows, 1, True, generator) for rows in (m, n)]
        # One rounding to f32 of the integer, of the scales' product, of both's.
        expected = expected.float().double() * (scales[0] * scales[1].T).double()
        expected = expected.float()
    function(a, b, *points, *scales, outs=[d])
    torch.cuda.synchronize()
    return (d != expected.to(d.dtype)).sum().item()


def check_quantized(function, facts, m, generator):
    """Number of codes, and of scales, of a product of i8 that differ from the reference."""
    n, k = facts["n"], facts["k"]
    a, b = (make_codes(rows, k, "i8", generator) for rows in (m, n))
    sa = make_scales(m, ceildiv(k, 128), True, generator)
    sb = make_scales(ceildiv(n, 128), ceildiv(k, 128), True, generator)
    q, s = outs = make_outputs(facts, (m, n))
    function(a, b, sa, sb, outs=outs)
    torch.cuda.synchronize()
    host, x = [t.cpu() for t in (a, b, sa, sb)], torch.zeros(m, n)
    reference.scaled_matmul(host[0].data_ptr(), "i8", (1, 128), host[2].data_ptr(),
                            host[1].data_ptr(), "i8", (128, 128), host[3].data_ptr(), m, n, k,
                            x.data_ptr(), "f32", accumulation="f32", promote=128,
                            init=x.data_ptr())  # fmt: skip
    expected_q, expected_s = quantize_reference(x.to(DTYPES[facts["x"]]), facts)
    return (bits(q) != expected_q).sum().item(), (bits(s) != bits(expected_s)).sum().item()


def count_wrong_quotients(function, facts, m, generator):
    """Number of quotients of two products of i8 that are not those of the reference.

    Scales are wild, so divisors are of all sizes for which a division has a way.
    """
    n, k = facts["n"], facts["k"]
    a, b, c = (make_codes(rows, k, "i8", generator) for rows in (m, n, n))
    sa = make_scales(m, ceildiv(k, 128), True, generator)
    sb, sc = (make_scales(ceildiv(n, 128), ceildiv(k, 128), True, generator) for _ in range(2))
    d = torch.full((m, n), float("nan"), device="cuda")
    function(a, b, c, sa, sb, sc, outs=[d])
    torch.cuda.synchronize()
    host_a, host_sa, products = a.cpu(), sa.cpu(), []
    for codes, scales in ((b.cpu(), sb.cpu()), (c.cpu(), sc.cpu())):
        x = torch.zeros(m, n)
        reference.scaled_matmul(host_a.data_ptr(), "i8", (1, 128), host_sa.data_ptr(),
                                codes.data_ptr(), "i8", (128, 128), scales.data_ptr(), m, n, k,
                                x.data_ptr(), "f32", accumulation="f32", promote=128,
                                init=x.data_ptr())  # fmt: skip
        products.append(x)
    expected = products[0] / products[1]
    return (~torch.isclose(d.cpu(), expected, rtol=0, atol=0, equal_nan=True)).sum().item()


def distance(d, expected, bound, promote=128):
    """(relative Frobenius error, elements past the bound) of a product, see `check_matmul`."""
    d = d.double()
    frobenius = ((d - expected).norm() / expected.norm()).item()
    past = (d - expected).abs() > 2.0**-8 * expected.abs() + promote * 2.0**-18 * bound
    return frobenius, (past | ~torch.isfinite(d)).sum().item()


def check_matmul(function, facts, m, n, k, generator, wild=True, wrong=False):
    """(relative Frobenius error, elements past the bound).

    The bound of an element is 2^-8 |ref| + promote / 128 * 2^-11 sum |a||b|: one
    rounding to the output type, and the rounding of the partial sums, one each 32
    elements of K until they are promoted (sums of bf16 and f16 are not, and rounded to
    f32). `wrong` falsifies one scale after the reference was computed, or without
    scales the sign of a row. What the product adds to is passed as its result as well.
    """
    a_block, b_block = facts["a_block"], facts["b_block"]
    rand = lambda *s: torch.randn(s, device="cuda", generator=generator)
    a, b = (make_codes(rows, k, facts[name], generator) for rows, name in ((m, "a"), (n, "b")))
    a_kind, b_kind = facts["scale_types"]
    sa = scales_of(a_block, m, k, wild, generator, a_kind)
    sb = scales_of(b_block, n, k, wild, generator, b_kind)
    wide_a, wide_b = widen(a, sa, a_block), widen(b, sb, b_block)
    expected = wide_a @ wide_b.T
    bound = wide_a.abs() @ wide_b.abs().T
    d = torch.full((m, n), float("nan"), device="cuda", dtype=DTYPES[facts["out"]])
    start = None
    if facts["accumulate"]:
        start = rand(m, n) * (expected.norm() / (m * n) ** 0.5).float()
        if facts["epilogue"] is None:
            start = start.to(d.dtype)
        expected = expected + start.double()
        bound = bound + start.double().abs()
        if start.dtype == d.dtype:
            d = start
    extras = []
    if facts["epilogue"] in ("bias_relu", "bias_twice"):
        bias = rand(n).to(torch.bfloat16)
        extras.append(bias)
        expected = expected + bias.double()
        bound = bound + bias.double().abs()
        if facts["epilogue"] == "bias_relu":
            expected = expected.clamp(min=0)
        else:
            expected, bound = 2 * expected, 2 * bound
    if wrong and a_block is None:
        # Of i8 the other sign, of floats the bit.
        row = a.double().abs().amax(1).argmax()
        bits = a.view({1: torch.int8, 2: torch.int16}[a.itemsize])
        if facts["a"] == "i8":
            a[row] = -a[row]
        else:
            bits[row] ^= torch.iinfo(bits.dtype).min
    elif wrong:  # the scale of the largest product of scales: it decides some elements
        columns = sb.double().amax(0).repeat_interleave(b_block[1])[:k]
        index = (expand(sa, a_block, m, k) * columns).argmax().item()
        sa[index // k // a_block[0], index % k // a_block[1]] *= 2
    if start is not None:
        extras.append(start)
    scales = []
    for name, values, kind in (("a", sa, a_kind), ("b", sb, b_kind)):
        if values is None:
            continue
        values = encode_scales(values, kind)
        scales.append(values.t().contiguous() if name in facts["transposed"] else values)
    function(a, b, *scales, *extras, outs=[d])
    torch.cuda.synchronize()
    return distance(d, expected, bound, facts["promote"])


def count_empty(function, facts, m, generator):
    """Elements of a sum over nothing that are not what it starts from."""
    n, codes = facts["n"], DTYPES["f8E4M3FN"]
    a, b = (torch.empty(rows, 0, device="cuda", dtype=codes) for rows in (m, n))
    sa, sb = (torch.empty(rows, 0, device="cuda") for rows in (m, ceildiv(n, 128)))
    start = torch.randn((m, n), device="cuda", generator=generator)
    d = torch.full_like(start, float("nan"))
    function(a, b, sa, sb, start, outs=[d])
    torch.cuda.synchronize()
    return (d != start).sum().item()


def count_variant_rows(function, facts, ms, n, k, generator):
    """Rows of a product that differ to the bit from those of one with more rows."""
    most, (a_block, b_block) = max(ms), (facts["a_block"], facts["b_block"])
    assert a_block[0] == 1
    a, b = (make_codes(rows, k, facts[name], generator) for rows, name in ((most, "a"), (n, "b")))
    sa = make_scales(most, ceildiv(k, a_block[1]), False, generator)
    sb = make_scales(ceildiv(n, b_block[0]), ceildiv(k, b_block[1]), False, generator)
    results = []
    for m in ms:
        d = torch.full((m, n), float("nan"), device="cuda", dtype=DTYPES[facts["out"]])
        function(a[:m], b, sa[:m], sb, outs=[d])
        results.append(d)
    torch.cuda.synchronize()
    whole = results[ms.index(most)]
    return sum((d != whole[: d.shape[0]]).any(1).sum().item() for d in results)


def check_linear(function, facts, m, generator):
    """As `check_matmul`, with codes and scales that are the reference's of bf16."""
    n, k, (rows, columns) = facts["n"], facts["k"], facts["b_block"]
    quantized = dict(x="bf16", q="f8E4M3FN", transposed=False,
                     scales="pow2" if facts["scale_kind"] == "e8m0" else "f32")  # fmt: skip

    def dequantized(x, block):
        q, s = quantize_reference(x, dict(quantized, block=block))
        return q, s, q.view(DTYPES["f8E4M3FN"]).cuda().double() * expand(s.cuda(), block, *x.shape)

    x, y = (make_input((size, k), torch.bfloat16, "normal", generator) for size in (m, n))
    _, _, wide_a = dequantized(x, (1, 128))
    b, sb, wide_b = dequantized(y, (rows, columns))
    stored = {"e8m0": "f8E8M0FNU", "bf16": "bf16"}.get(facts["scale_kind"], "f32")
    others = [y] if facts["both"] else [b.cuda(), encode_scales(sb, stored).cuda()]
    d = torch.full((m, n), float("nan"), device="cuda", dtype=DTYPES[facts["out"]])
    function(x, *others, outs=[d])
    torch.cuda.synchronize()
    return distance(d, wide_a @ wide_b.T, wide_a.abs() @ wide_b.abs().T)


def count_dependent(function, plain, facts, m, generator, calls=24):
    """Elements of the results of `function`, called many times in a row, that differ from
    those of a call with nothing beside it. Inputs are copied into one tensor in front of
    each call, so that a kernel that begins too early finds those of the call before. All of
    them where that call is not what `plain` computes: to the bit where both add up in one
    order (`exact`), else their configs are others, and so are the roundings of their sums."""
    n, k = facts["n"], facts["k"]
    weights = []
    for _ in range(facts["layers"]):
        weights += [make_codes(n, k, "f8E4M3FN", generator),
                    make_scales(ceildiv(n, 128), ceildiv(k, 128), False, generator)]  # fmt: skip
    inputs = [make_input((m, k), torch.bfloat16, "normal", generator) for _ in range(3)]
    expected = []
    for x in inputs:
        own, other = (torch.full((m, n), float("nan"), device="cuda", dtype=torch.bfloat16)
                      for _ in range(2))  # fmt: skip
        for call, y in ((function, own), (plain, other)):
            call(x, *weights, outs=[y])
            torch.cuda.synchronize()
        limit = 0 if facts["exact"] else 5e-3
        if not (own.double() - other.double()).norm() <= limit * other.double().norm():
            return m * n
        expected.append(own)
    x = torch.empty_like(inputs[0])
    results = [torch.full_like(expected[0], float("nan")) for _ in range(calls)]
    for call, y in enumerate(results):
        x.copy_(inputs[call % len(inputs)])
        function(x, *weights, outs=[y])
    torch.cuda.synchronize()
    return sum((y.view(torch.int16) != expected[call % len(inputs)].view(torch.int16)).sum().item()
               for call, y in enumerate(results))  # fmt: skip


def check_batch_matmul(function, facts, m, generator, wrong=False):
    """As `check_matmul`, of products of `m` rows each together. `wrong` falsifies the
    scales of the last row."""
    count, n, k, block = facts["count"], facts["n"], facts["k"], (128, 128)
    matrices, nb, kb = facts["weights"] or count, ceildiv(n, 128), ceildiv(k, 128)
    if facts.get("shared"):
        matrices = 1
    a = make_codes(count * m, k, "f8E4M3FN", generator)
    b = make_codes(matrices * n, k, "f8E4M3FN", generator)
    sa = make_scales(count * m, kb, True, generator)
    sb = make_scales(matrices * nb, kb, True, generator)
    extras, which = [], list(range(count))
    if facts["weights"]:
        extras = [torch.randint(0, matrices, (count,), device="cuda", generator=generator,
                                dtype=torch.int32)]  # fmt: skip
        which = extras[0].tolist()
    if facts.get("shared"):
        which = [0] * count
    wide_a = (a.double() * expand(sa, (1, 128), count * m, k)).view(count, m, k)
    wide_b = torch.stack([b[w * n : (w + 1) * n].double()
                          * expand(sb[w * nb : (w + 1) * nb], block, n, k)
                          for w in range(matrices)])[which]  # fmt: skip
    expected = (wide_a @ wide_b.transpose(1, 2)).view(count * m, n)
    bound = (wide_a.abs() @ wide_b.abs().transpose(1, 2)).view(count * m, n)
    if wrong:
        sa[-1] *= 2
    d = torch.full((count * m, n), float("nan"), device="cuda", dtype=DTYPES[facts["out"]])
    operands, result = (a, b, sa, sb), d
    if facts.get("op"):
        each = [count, matrices, count, matrices]
        operands = [t.view(c, -1, t.shape[1]) if c > 1 else t for t, c in zip(operands, each)]
        result = d.view(count, m, n)
    function(*operands, *extras, outs=[result])
    torch.cuda.synchronize()
    return distance(d, expected, bound)


def check_shard_matmul(function, facts, m, generator):
    """As `check_matmul`, of a part of the weights and of these columns of a. What is beside
    them is not a number."""
    n, k, (n0, n1), (k0, k1) = facts["n"], facts["k"], facts["rows"], facts["columns"]
    a, b = (make_codes(rows, k, "f8E4M3FN", generator) for rows in (m, n))
    sa = make_scales(m, ceildiv(k, 128), False, generator)
    sb = make_scales(ceildiv(n, 128), ceildiv(k, 128), False, generator)
    wide_a = (a.double() * expand(sa, (1, 128), m, k))[:, k0:k1]
    wide_b = (b.double() * expand(sb, (128, 128), n, k))[n0:n1, k0:k1]
    nan = 0x7F
    for codes, rows in ((a, (0, m)), (b, (n0, n1))):
        beside = torch.ones(codes.shape, dtype=torch.bool, device="cuda")
        beside[rows[0] : rows[1], k0:k1] = False
        codes.view(torch.uint8)[beside] = nan
    sa[:, : k0 // 128] = sa[:, ceildiv(k1, 128) :] = float("nan")
    d = torch.full((m, n1 - n0), float("nan"), device="cuda", dtype=DTYPES[facts["out"]])
    function(a, b, sa, sb, outs=[d])
    torch.cuda.synchronize()
    return distance(d, wide_a @ wide_b.T, wide_a.abs() @ wide_b.abs().T)


def check_split_matmul(function, facts, generator):
    """As `check_matmul`, of both parts; then the number of codes and of scales that differ
    from the reference's of their sum."""
    m, n, half = facts["m"], facts["n"], facts["k"] // 2
    a, b = (make_codes(rows, 2 * half, "f8E4M3FN", generator) for rows in (m, n))
    sa = make_scales(m, 2 * half // 128, False, generator)
    sb = make_scales(ceildiv(n, 128), 2 * half // 128, False, generator)
    wide_a = a.double() * expand(sa, (1, 128), m, 2 * half)
    wide_b = b.double() * expand(sb, (128, 128), n, 2 * half)
    wide = [(wide_a[:, p], wide_b[:, p]) for p in (slice(half), slice(half, 2 * half))]
    expected = torch.cat([x @ y.T for x, y in wide])
    bound = torch.cat([x.abs() @ y.abs().T for x, y in wide])
    quantized = dict(x="f32", q="f8E4M3FN", scales="f32", block=(1, 128), transposed=False,
                     amax=False, dual=False)  # fmt: skip
    outs = make_outputs(quantized, (m, n))
    outs.append(torch.full((2 * m, n), float("nan"), device="cuda"))
    function(a, b, sa, sb, outs=outs)
    torch.cuda.synchronize()
    q, s, parts = outs
    expected_q, expected_s = quantize_reference(parts[:m] + parts[m:], quantized)
    codes = (bits(q) != expected_q).sum().item()
    scales = (bits(s) != bits(expected_s)).sum().item()
    return *distance(parts, expected, bound), codes, scales


def check_batch_quantize(function, facts, kind, generator):
    """As `check_quantize`, of matrices below one another."""
    count, m, n = facts["count"], facts["m"], facts["n"]
    x = make_input((count * m, n), DTYPES[facts["x"]], kind, generator)
    q, s = (out.repeat(count, 1) for out in make_outputs(facts, (m, n)))
    operands = [x, q, s]
    if facts["op"]:
        operands = [t.view(count, -1, t.shape[1]) for t in operands]
    function(operands[0], outs=operands[1:])
    torch.cuda.synchronize()
    expected = [quantize_reference(part.contiguous(), facts) for part in x.split(m)]
    expected_q, expected_s = (torch.cat(parts) for parts in zip(*expected))
    codes = (bits(q) != expected_q).sum().item()
    return codes, (bits(s) != bits(expected_s)).sum().item()
