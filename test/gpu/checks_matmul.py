"""Products of two matrices, against the f64 product of what they stand for, or to the bit."""

import torch
from checks_data import (
    DTYPES,
    bits,
    ceildiv,
    distance,
    encode_scales,
    expand,
    make_codes,
    make_outputs,
    make_scales,
    quantize_reference,
    scales_of,
    unwritten,
    widen,
)
from gridquant import reference


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


def check_matmul(function, facts, m, n, k, generator, wild=True, wrong=False):
    """(relative error in the norm, elements past the bound), see `distance`.

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
