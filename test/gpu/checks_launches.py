"""Programs of several kernels, and loops over thread blocks, against the f64 product or to the bit."""

import torch
from checks_data import (
    DTYPES,
    bits,
    ceildiv,
    distance,
    encode_scales,
    expand,
    make_codes,
    make_input,
    make_outputs,
    make_scales,
    quantize_reference,
)


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
