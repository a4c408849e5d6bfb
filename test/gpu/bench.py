"""Timings on the GPU, peers in the same run.

Method: triton.testing.do_bench (CUDA events, 256 MB L2 flush between runs), median;
several rounds in shuffled order, because the chip's power state drifts. Peers:
cuBLASLt through torch (tensor-wise FP8 without block scales, and its own
block-scaled kernel) and a device copy.
"""

import random

import torch
from triton.testing import do_bench

ROUNDS = 5


def median(values):
    return sorted(values)[len(values) // 2]


def rounds(candidates):
    """name -> list of medians in microseconds, one per round."""
    times = {name: [] for name in candidates}
    for seed in range(ROUNDS):
        order = list(candidates)
        random.Random(seed).shuffle(order)
        for name in order:
            ms = do_bench(candidates[name], warmup=15, rep=60, return_mode="median")
            times[name].append(ms * 1e3)
    return times


def fp8(rows, cols):
    return torch.randn(rows, cols, device="cuda").to(torch.float8_e4m3fn)


def block_scaled_peer(a, b, sa, sb):
    """cuBLASLt's 1x128 by 128x128 kernel, or None where torch has no way to it."""
    try:
        from torch.nn.functional import ScalingType, scaled_mm
    except ImportError:
        return None
    sa = sa.t().contiguous().t()
    run = lambda: scaled_mm(a, b.t(), sa, ScalingType.BlockWise1x128, sb.t(),
                            ScalingType.BlockWise128x128,
                            output_dtype=torch.bfloat16)  # fmt: skip
    try:
        run()
    except Exception:  # the peer's own limits are no failure of ours
        return None
    return run


def bench_matmul(functions, m, n, k):
    a, b = fp8(m, k), fp8(n, k)
    one = torch.ones((), device="cuda")
    d = torch.empty(m, n, device="cuda", dtype=torch.bfloat16)
    scales = lambda rows, cols: torch.rand(rows, cols, device="cuda") + 0.5
    candidates = {
        "cublas tensorwise": lambda: torch._scaled_mm(
            a, b.t(), one, one, out_dtype=torch.bfloat16, use_fast_accum=True)
    }  # fmt: skip
    peer = block_scaled_peer(a, b, scales(m, k // 128), scales(n // 128, k // 128))
    if peer:
        candidates["cublas 1x128,128x128"] = peer
    for name, (function, facts) in functions.items():
        (am, ak), (bn, bk) = facts["a_block"], facts["b_block"]
        sa, sb = scales(-(-m // am), -(-k // ak)), scales(-(-n // bn), -(-k // bk))
        candidates[name] = lambda f=function, sa=sa, sb=sb: f(a, b, sa, sb, outs=[d])
    flops = 2.0 * m * n * k
    return [
        dict(kind="matmul", name=name, m=m, n=n, k=k, us=round(median(us), 2),
             tflops=round(flops / median(us) / 1e6, 1), rounds=[round(t, 1) for t in us])
        for name, us in rounds(candidates).items()
    ]  # fmt: skip


def bench_quantize(functions, m, n):
    x = torch.randn(m, n, device="cuda").to(torch.bfloat16)
    y = torch.empty_like(x)
    q = torch.empty(m, n, device="cuda", dtype=torch.uint8)
    candidates = {"device copy": lambda: y.copy_(x)}
    traffic = {"device copy": 4.0 * m * n}
    for name, (function, facts) in functions.items():
        br, bc = facts["block"]
        s = torch.empty(-(-m // br), -(-n // bc), device="cuda")
        candidates[name] = lambda f=function, s=s: f(x, outs=[q, s])
        traffic[name] = 3.0 * m * n + 4.0 * s.numel()
    times = rounds(candidates)
    copy = traffic["device copy"] / median(times["device copy"])
    rows = []
    for name, us in times.items():
        rate = traffic[name] / median(us)
        rows.append(dict(kind="quantize", name=name, m=m, n=n, us=round(median(us), 2),
                         gbps=round(rate / 1e3, 1), of_copy=round(rate / copy, 3),
                         rounds=[round(t, 1) for t in us]))  # fmt: skip
    return rows
