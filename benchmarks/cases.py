"""The cases that peers.py and the GPU suite time: functions of bundles and, in the
same process and in turns with them, other ways to do the same.

A peer that does not exist on this machine, refuses the shapes or disagrees with our
result is left out, and `notes` says so.
"""

import torch

import report
import timing

FP8_MAX = 448.0


def ceildiv(a, b):
    return -(-a // b)


def fp8(rows, cols):
    return torch.randn(rows, cols, device="cuda").to(torch.float8_e4m3fn)


def scales(rows, cols):
    return torch.rand(rows, cols, device="cuda") + 0.5


#: What --peers takes.
PEERS = ["torch", "torch.compile", "triton", "cublas"]


class Candidates:
    """Callables of a case, with what the report says about them."""

    def __init__(self, wanted, notes):
        self.wanted, self.notes, self.rows = wanted, notes, {}

    def add(self, name, role, run, **about):
        self.rows[name] = (run, dict(role=role, **about))

    def peer(self, name, make, check, **about):
        """`make` gives a callable, or None with nothing to say; `check` looks at what
        it computed and gives what is wrong with it."""
        if name.split()[0] not in self.wanted:
            return
        try:
            run = make()
            if run is None:
                return
            run()
            torch.cuda.synchronize()
            wrong = check()
        except Exception as error:  # the peer's own limits are no failure of ours
            first = next((line for line in str(error).splitlines() if line.strip()), "")
            wrong = f"{type(error).__name__}: {first.strip()[:120]}"
        if wrong:
            self.notes.append(f"{name} left out: {wrong}")
        else:
            self.add(name, "peer", run, **about)

    def time(self, timer, progress):
        runs = {name: run for name, (run, _) in self.rows.items()}
        times = timer.rounds(runs, progress)
        return [
            report.result(name, us=timing.summarise(times[name][0]), rounds=times[name][1],
                          **about)
            for name, (_, about) in self.rows.items()
        ]  # fmt: skip


def import_triton(candidates):
    """Our Triton kernels, or None where they are not wanted or there is no triton."""
    if "triton" not in candidates.wanted:
        return None
    try:
        import triton_kernels
    except ImportError as error:
        candidates.notes.append(f"triton left out: {error}")
        return None
    return triton_kernels


def add_copy(candidates, moved):
    """The floor: a copy that moves as many bytes, half read and half written."""
    half = ceildiv(moved, 32) * 16
    source = torch.randint(0, 255, (half,), device="cuda", dtype=torch.uint8)
    target = torch.empty_like(source)
    candidates.add("copy", "floor", lambda: target.copy_(source), kind="other",
                   bytes=2 * half)  # fmt: skip


def torch_quantize(x, block, q, s):
    """Into `q` and `s`, or a refusal of blocks that stick out."""
    (rows, cols), (br, bc) = x.shape, block
    if rows % br or cols % bc:
        raise ValueError(f"{rows}x{cols} is not a multiple of the block")
    tiles = x.view(rows // br, br, cols // bc, bc).float()
    amax = tiles.abs().amax((1, 3), keepdim=True)
    scale = torch.where(amax == 0, torch.ones_like(amax), amax / FP8_MAX)
    q.copy_((tiles * (1.0 / scale)).to(torch.float8_e4m3fn).view(rows, cols))
    s.copy_(scale.view(rows // br, cols // bc))


def quantize_difference(q, s, ours_q, ours_s):
    """What is wrong with the codes and scales of a peer: divisions of the peers are
    not all rounded correctly, so that a code near the middle of two may differ."""
    torch.testing.assert_close(s, ours_s, rtol=1e-6, atol=0)
    share = (q.view(torch.uint8) != ours_q.view(torch.uint8)).double().mean().item()
    return f"{share:.2%} of the codes differ" if share > 0.01 else ""


def quantize_peers(candidates, x, block, ours, about):
    q = torch.empty(x.shape, device="cuda", dtype=torch.float8_e4m3fn)
    s = torch.empty_like(ours[1])
    check = lambda: quantize_difference(q, s, *ours)

    def add(name, make):
        q.view(torch.uint8).fill_(0xAA)
        s.fill_(float("nan"))
        candidates.peer(name, make, check, **about)

    add("torch", lambda: lambda: torch_quantize(x, block, q, s))

    def compiled():
        torch._dynamo.reset()
        function = torch.compile(torch_quantize, dynamic=False)
        return lambda: function(x, block, q, s)

    add("torch.compile", compiled)
    triton_kernels = import_triton(candidates)
    if not triton_kernels:
        return
    add("triton", lambda: triton_kernels.one_pass(x, q, s, block))
    add("triton 2 passes", lambda: triton_kernels.two_passes(x, q, s, block))
    add("triton 2 phases", lambda: triton_kernels.two_phases(x, q, s, block))


def quantize_case(timer, functions, m, n, notes, peers=PEERS, progress=lambda text: None):
    """Results of quantising [m, n] bf16; functions: name -> (function, facts), all with
    the same block."""
    x = torch.randn(m, n, device="cuda").to(torch.bfloat16)
    candidates = Candidates(peers, notes)
    for name, (function, facts) in functions.items():
        br, bc = facts["block"]
        q = torch.empty(m, n, device="cuda", dtype=torch.float8_e4m3fn)
        s = torch.empty(ceildiv(m, br), ceildiv(n, bc), device="cuda")
        about = dict(kind="quantize", bytes=3 * m * n + 4 * s.numel(), m=m, n=n,
                     block=f"{br}x{bc}")  # fmt: skip
        candidates.add(name, "ours", lambda f=function, q=q, s=s: f(x, outs=[q, s]), **about)
    function(x, outs=[q, s])
    torch.cuda.synchronize()
    # The peers are checked against copies: ours are written again and again.
    quantize_peers(candidates, x, (br, bc), (q.clone(), s.clone()), about)
    add_copy(candidates, about["bytes"])
    return candidates.time(timer, progress)


def block_scaled(a, b, sa, sb, out):
    """cuBLASLt's 1x128 by 128x128 kernel, as torch offers it."""
    from torch.nn.functional import ScalingType, scaled_mm

    columns = sa.t().contiguous().t()

    def run():
        out[0] = scaled_mm(a, b.t(), columns, ScalingType.BlockWise1x128, sb.t(),
                           ScalingType.BlockWise128x128,
                           output_dtype=torch.bfloat16)  # fmt: skip

    return run


def matmul_peers(candidates, a, b, deepseek, about):
    """`deepseek`: our function with blocks of 1x128 and 128x128, which checks the peers
    that have them; or None."""
    (m, k), n = a.shape, b.shape[0]
    sa, sb = scales(m, ceildiv(k, 128)), scales(ceildiv(n, 128), ceildiv(k, 128))
    ours = torch.empty(m, n, device="cuda", dtype=torch.bfloat16)
    out = [None]

    def check(sa, sb):
        if deepseek is None:
            return ""
        deepseek(a, b, sa, sb, outs=[ours])
        error = ((out[0].float() - ours.float()).norm() / ours.float().norm()).item()
        return f"relative error {error:.2e} to ours" if not error < 5e-3 else ""

    one = torch.ones((), device="cuda")

    def tensorwise():
        out[0] = torch._scaled_mm(a, b.t(), one, one, out_dtype=torch.bfloat16,
                                  use_fast_accum=True)  # fmt: skip

    # Fast accumulation rounds the sums: its own check would need its own bound.
    candidates.peer("cublas tensorwise", lambda: tensorwise, lambda: "", **about)
    candidates.peer("cublas 1x128,128x128", lambda: block_scaled(a, b, sa, sb, out),
                    lambda: check(sa, sb), **about)  # fmt: skip
    triton_kernels = import_triton(candidates)
    if not triton_kernels:
        return
    if k % 128:
        candidates.notes.append(f"triton left out: K is {k}, a multiple of 128 is needed")
        return
    d = torch.empty(m, n, device="cuda", dtype=torch.bfloat16)
    for config in triton_kernels.MATMUL_CONFIGS:
        out[0] = d
        d.fill_(float("nan"))
        name = f"triton 1x128,128x128 tile {config[0]}x128 stages {config[1]}"
        candidates.peer(name, lambda: triton_kernels.matmul(a, b, d, sa, sb, config),
                        lambda: check(sa, sb), **about)  # fmt: skip


def keep_fastest(results, name):
    """Of several configurations of one peer, the one with the smallest median."""
    same = [r for r in results if r["name"].startswith(name)]
    best = min(same, key=lambda r: r["us"]["median"], default=None)
    if best:
        best["config"] = best["name"][len(name) + 1 :]
        best["name"] = name
    return [r for r in results if r is best or r not in same]


def matmul_case(timer, functions, m, n, k, notes, peers=PEERS,
                progress=lambda text: None):  # fmt: skip
    """Results of [m, k] times [n, k]; functions: name -> (function, facts)."""
    a, b = fp8(m, k), fp8(n, k)
    candidates = Candidates(peers, notes)
    flops = 2 * m * n * k
    deepseek = None
    for name, (function, facts) in functions.items():
        (am, ak), (bn, bk) = facts["a_block"], facts["b_block"]
        d = torch.empty(m, n, device="cuda", dtype=torch.bfloat16)
        sa, sb = scales(ceildiv(m, am), ceildiv(k, ak)), scales(ceildiv(n, bn), ceildiv(k, bk))
        moved = m * k + n * k + 2 * m * n + 4 * (sa.numel() + sb.numel())
        if [am, ak, bn, bk] == [1, 128, 128, 128]:
            deepseek = function
        run = lambda f=function, sa=sa, sb=sb, d=d: f(a, b, sa, sb, outs=[d])
        candidates.add(name, "ours", run, kind="matmul", bytes=moved, flops=flops, m=m, n=n,
                       k=k, block=f"{am}x{ak},{bn}x{bk}")  # fmt: skip
    about = dict(kind="matmul", bytes=m * k + n * k + 2 * m * n, flops=flops, m=m, n=n, k=k)
    matmul_peers(candidates, a, b, deepseek, about)
    return keep_fastest(candidates.time(timer, progress), "triton 1x128,128x128")
