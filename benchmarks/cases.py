"""The cases that peers.py and the GPU suite time: functions of bundles and, in the
same process and in turns with them, other ways to do the same.

A peer that does not exist on this machine, refuses the shapes or disagrees with our
result is left out, and `notes` says so.
"""

import torch

import graphs
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
    """Callables of a case, with what the report says about them: of each candidate one
    for every copy of the operands, of which there is one without a graph."""

    def __init__(self, wanted, notes, copies=1):
        self.wanted, self.notes, self.rows = wanted, notes, {}
        self.copies, self.results = copies, {}

    def add(self, name, role, runs, results=None, **about):
        """`results`: the tensors that each run writes, compared after a replay."""
        self.rows[name] = (runs, dict(role=role, **about))
        self.results[name] = results

    def peer(self, name, make, check, **about):
        """`make` gives the callable for a copy, or None with nothing to say; `check`
        looks at what that for the first copy computed and gives what is wrong with it."""
        if name.split()[0] not in self.wanted:
            return
        try:
            runs = [make(0)]
            if runs[0] is None:
                return
            runs[0]()
            torch.cuda.synchronize()
            wrong = check()
            runs += [make(copy) for copy in range(1, self.copies)]
        except Exception as error:  # the peer's own limits are no failure of ours
            first = next((line for line in str(error).splitlines() if line.strip()), "")
            wrong = f"{type(error).__name__}: {first.strip()[:120]}"
        if wrong:
            self.notes.append(f"{name} left out: {wrong}")
        else:
            self.add(name, "peer", runs, **about)

    def capture(self, launches):
        """name -> graph. A peer that cannot be captured is left out."""
        captured = {}
        for name, (runs, about) in list(self.rows.items()):
            try:
                captured[name] = graphs.Graph(runs, launches)
            except Exception as error:
                if about["role"] == "ours":
                    raise
                self.notes.append(f"{name} left out: {type(error).__name__} in a graph")
                del self.rows[name]
                continue
            about.update(copies=len(runs), launches=captured[name].launches)
        return captured

    def time_graphs(self, timer, progress):
        captured = self.capture(timer.method.graph_launches)
        times = timer.rounds({name: graph.replay for name, graph in captured.items()}, progress,
                             {name: graph.launches for name, graph in captured.items()})  # fmt: skip
        for name, graph in captured.items():
            results = self.results[name]
            wrong = results and graphs.check_replay(graph, self.rows[name][0], results)
            if wrong:
                raise RuntimeError(f"{name}: {wrong}")
        return times

    def time(self, timer, progress):
        if timer.method.harness == "graph":
            times = self.time_graphs(timer, progress)
        else:
            times = timer.rounds({name: runs[0] for name, (runs, _) in self.rows.items()},
                                 progress)  # fmt: skip
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
    pairs = [torch.randint(0, 255, (2, half), device="cuda", dtype=torch.uint8)
             for _ in range(candidates.copies)]  # fmt: skip
    runs = [lambda pair=pair: pair[1].copy_(pair[0]) for pair in pairs]
    candidates.add("copy", "floor", runs, kind="other", bytes=2 * half)


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


def quantize_peers(candidates, xs, block, ours, about):
    """`ours`: codes and scales of the first of `xs`."""
    copies = [(x, torch.empty(x.shape, device="cuda", dtype=torch.float8_e4m3fn),
               torch.empty_like(ours[1])) for x in xs]  # fmt: skip
    _, q, s = copies[0]
    check = lambda: quantize_difference(q, s, *ours)

    def add(name, make):
        q.view(torch.uint8).fill_(0xAA)
        s.fill_(float("nan"))
        candidates.peer(name, lambda copy: make(*copies[copy]), check, **about)

    add("torch", lambda x, q, s: lambda: torch_quantize(x, block, q, s))
    if "torch.compile" in candidates.wanted:
        torch._dynamo.reset()
        compiled = torch.compile(torch_quantize, dynamic=False)
        add("torch.compile", lambda x, q, s: lambda: compiled(x, block, q, s))
    triton_kernels = import_triton(candidates)
    if not triton_kernels:
        return
    add("triton", lambda x, q, s: triton_kernels.one_pass(x, q, s, block))
    add("triton 2 passes", lambda x, q, s: triton_kernels.two_passes(x, q, s, block))
    add("triton 2 phases", lambda x, q, s: triton_kernels.two_phases(x, q, s, block))


def quantize_case(timer, functions, m, n, notes, peers=PEERS, progress=lambda text: None):
    """Results of quantising [m, n] bf16; functions: name -> (function, facts), all with
    the same block."""
    copies = graphs.count_copies(3 * m * n, timer.method)
    xs = [torch.randn(m, n, device="cuda").to(torch.bfloat16) for _ in range(copies)]
    candidates = Candidates(peers, notes, copies)
    for name, (function, facts) in functions.items():
        br, bc = facts["block"]
        outs = [(torch.empty(m, n, device="cuda", dtype=torch.float8_e4m3fn),
                 torch.empty(ceildiv(m, br), ceildiv(n, bc), device="cuda"))
                for _ in xs]  # fmt: skip
        about = dict(kind="quantize", bytes=3 * m * n + 4 * outs[0][1].numel(), m=m, n=n,
                     block=f"{br}x{bc}")  # fmt: skip
        runs = [lambda f=function, x=x, out=out: f(x, outs=list(out))
                for x, out in zip(xs, outs)]  # fmt: skip
        candidates.add(name, "ours", runs, outs, **about)
    runs[0]()
    torch.cuda.synchronize()
    # The peers are checked against copies: ours are written again and again.
    quantize_peers(candidates, xs, (br, bc), [out.clone() for out in outs[0]], about)
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


def matmul_peers(candidates, a, bs, deepseek, about):
    """`deepseek`: our function with blocks of 1x128 and 128x128, which checks the peers
    that have them; or None."""
    (m, k), n = a.shape, bs[0].shape[0]
    sa = scales(m, ceildiv(k, 128))
    sbs = [scales(ceildiv(n, 128), ceildiv(k, 128)) for _ in bs]
    ours = torch.empty(m, n, device="cuda", dtype=torch.bfloat16)
    out = [None]

    def check():
        if deepseek is None:
            return ""
        deepseek(a, bs[0], sa, sbs[0], outs=[ours])
        error = ((out[0].float() - ours.float()).norm() / ours.float().norm()).item()
        return f"relative error {error:.2e} to ours" if not error < 5e-3 else ""

    one = torch.ones((), device="cuda")

    def tensorwise(copy):
        def run():
            out[0] = torch._scaled_mm(a, bs[copy].t(), one, one, out_dtype=torch.bfloat16,
                                      use_fast_accum=True)  # fmt: skip

        return run

    # Fast accumulation rounds the sums: its own check would need its own bound.
    candidates.peer("cublas tensorwise", tensorwise, lambda: "", **about)
    candidates.peer("cublas 1x128,128x128",
                    lambda copy: block_scaled(a, bs[copy], sa, sbs[copy], out), check,
                    **about)  # fmt: skip
    triton_kernels = import_triton(candidates)
    if not triton_kernels:
        return
    if k % 128:
        candidates.notes.append(f"triton left out: K is {k}, a multiple of 128 is needed")
        return
    ds = [torch.empty(m, n, device="cuda", dtype=torch.bfloat16) for _ in bs]
    for config in triton_kernels.MATMUL_CONFIGS:
        out[0] = ds[0]
        ds[0].fill_(float("nan"))
        name = f"triton 1x128,128x128 tile {config[0]}x128 stages {config[1]}"
        candidates.peer(name, lambda copy: triton_kernels.matmul(a, bs[copy], ds[copy], sa,
                                                                 sbs[copy], config),
                        check, **about)  # fmt: skip


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
    """Results of [m, k] times [n, k]; functions: name -> (function, facts). In a graph
    each copy has other weights. All have a in common: it is in L2, as behind a kernel that
    has written it."""
    copies = graphs.count_copies(n * k + 2 * m * n, timer.method)
    a, bs = fp8(m, k), [fp8(n, k) for _ in range(copies)]
    candidates = Candidates(peers, notes, copies)
    flops = 2 * m * n * k
    deepseek = None
    for name, (function, facts) in functions.items():
        (am, ak), (bn, bk) = facts["a_block"], facts["b_block"]
        sa, runs, results = scales(ceildiv(m, am), ceildiv(k, ak)), [], []
        for b in bs:
            sb = scales(ceildiv(n, bn), ceildiv(k, bk))
            d = torch.empty(m, n, device="cuda", dtype=torch.bfloat16)
            runs.append(lambda f=function, b=b, sa=sa, sb=sb, d=d: f(a, b, sa, sb, outs=[d]))
            results.append([d])
        moved = m * k + n * k + 2 * m * n + 4 * (sa.numel() + sb.numel())
        if [am, ak, bn, bk] == [1, 128, 128, 128]:
            deepseek = function
        candidates.add(name, "ours", runs, results, kind="matmul", bytes=moved, flops=flops,
                       m=m, n=n, k=k, block=f"{am}x{ak},{bn}x{bk}")  # fmt: skip
    about = dict(kind="matmul", bytes=m * k + n * k + 2 * m * n, flops=flops, m=m, n=n, k=k)
    matmul_peers(candidates, a, bs, deepseek, about)
    return keep_fastest(candidates.time(timer, progress), "triton 1x128,128x128")
