#!/usr/bin/env python3
"""Times functions of bundles beside PyTorch, torch.compile, Triton kernels and
cuBLASLt, in one process and with one method, and writes what gq-bench writes.

    benchmarks/peers.py --facts programs.json --bundles bundles \\
        --quantize 'quantize_bf16_f8E4M3FN_*' --sizes 4096x4096,8192x8192 --json out.json
    benchmarks/peers.py --facts programs.json --bundles bundles \\
        --matmul 'matmul_8k_*' --mnk 8192x8192x8192 --json out.json --resume

Needs a GPU, torch and libgq_runtime (python/gridquant finds it, or GQ_RUNTIME_LIB);
triton for its kernels. `programs.json` says for each bundle what its function takes:
test/gpu/programs.py writes it (from templates in python/gridquant_programs.py).
"""

import argparse
import fnmatch
import json
import pathlib
import sys
import time
import zlib

HERE = pathlib.Path(__file__).resolve().parent
for folder in (HERE, HERE / "python", HERE.parent / "python"):
    sys.path.insert(0, str(folder))

import report  # noqa: E402
import timing  # noqa: E402


def parse_sizes(text, rank):
    try:
        sizes = [int(word) for word in text.split("x")]
    except ValueError:
        sizes = []
    if len(sizes) != rank or min(sizes, default=0) < 1:
        need = "x".join(["8192"] * rank)
        raise argparse.ArgumentTypeError(f"expects sizes as in {need}, got '{text}'")
    return sizes


def size_list(rank):
    return lambda text: [parse_sizes(word, rank) for word in text.split(",")]


def parser():
    result = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = result.add_argument
    add("--bundles", type=pathlib.Path, default=HERE / "bundles",
        help="folder with NAME.gqb (default: bundles beside this file)")
    add("--facts", type=pathlib.Path, default=HERE / "programs.json")
    add("--quantize", metavar="PATTERNS", default="",
        help="names of bundles with *, by commas")
    add("--sizes", type=size_list(2), default=[], help="of --quantize: rows x columns")
    add("--matmul", metavar="PATTERNS", default="")
    add("--mnk", type=size_list(3), default=[], help="of --matmul: M x N x K")
    add("--peers", metavar="LIST", default="torch,torch.compile,triton,cublas",
        help="of torch, torch.compile, triton, cublas; none (default: all)")
    add("--harness", choices=["flushed", "graph"], default="flushed",
        help="caches emptied before each run, or runs back to back in a CUDA graph")
    add("--graph-launches", type=int, default=200, help="of one graph, at least")
    add("--rounds", type=int, default=3)
    add("--warmup-ms", type=float, default=25)
    add("--rep-ms", type=float, default=100)
    add("--seed", type=int, default=1)
    add("--json", help="written after every case")
    add("--resume", action="store_true", help="skip cases that the file has")
    add("--commit", default="unknown")
    return result  # fmt: skip


def plain(about):
    """The peers do bf16 to f8E4M3FN, and f8E4M3FN to bf16, with nothing fused."""
    types = [("x", "bf16"), ("q", "f8E4M3FN"), ("a", "f8E4M3FN"), ("b", "f8E4M3FN"),
             ("out", "bf16"), ("epilogue", "round"), ("producer", None)]  # fmt: skip
    return all(about.get(name, value) == value for name, value in types)


def select(facts, kind, patterns, sizes):
    """Groups of names that are timed in turns: of a matmul all that take the sizes, of
    a quantisation those with the same block."""
    groups = {}
    for name, about in facts.items():
        fixed = [about[d] for d in "mnk" if d in about]
        if (about["kind"] == kind and plain(about)
                and any(fnmatch.fnmatch(name, p) for p in patterns.split(","))
                and all(f in (-1, s) for f, s in zip(fixed, sizes))):  # fmt: skip
            block = "x".join(map(str, about["block"])) if kind == "quantize" else ""
            groups.setdefault(block, []).append(name)
    return groups


def driver_version():
    path = pathlib.Path("/sys/module/nvidia/version")
    return path.read_text().strip() if path.exists() else "unknown"


def header(torch, method, commit):
    return dict(date=time.strftime("%Y-%m-%d", time.gmtime()),
                gpu=torch.cuda.get_device_name(0), driver=driver_version(),
                cuda=torch.version.cuda or "unknown", commit=commit,
                method=method.describe(), torch=torch.__version__)  # fmt: skip


def main():
    arguments = parser()
    options = arguments.parse_args()
    cases_wanted = [("quantize", options.quantize, s) for s in options.sizes]
    cases_wanted += [("matmul", options.matmul, s) for s in options.mnk]
    if not cases_wanted:
        arguments.error("--quantize with --sizes, or --matmul with --mnk, is needed")
    if options.resume and not options.json:
        arguments.error("--resume needs --json")
    peers = [] if options.peers == "none" else options.peers.split(",")
    facts = json.loads(options.facts.read_text())
    wanted = []  # kind, sizes, block, names
    for kind, patterns, sizes in cases_wanted:
        groups = select(facts, kind, patterns, sizes)
        if not groups:
            arguments.error(f"no bundle for --{kind} '{patterns}' takes "
                            + "x".join(map(str, sizes)))  # fmt: skip
        wanted += [(kind, sizes, block, names) for block, names in groups.items()]
    try:
        import torch
    except ImportError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if not torch.cuda.is_available():
        print("error: torch sees no gpu", file=sys.stderr)
        return 1
    return run(options, facts, wanted, peers, torch)


def run(options, facts, wanted, peers, torch):
    import gridquant

    import cases

    method = timing.Method(options.warmup_ms, options.rep_ms, options.rounds,
                           seed=options.seed, harness=options.harness,
                           graph_launches=options.graph_launches)  # fmt: skip
    about = header(torch, method, options.commit)
    results = report.Report(options.json, about, options.resume)
    timer = timing.Timer(method)
    bundles, noted = {}, set()
    for number, (kind, sizes, block, names) in enumerate(wanted, 1):
        text = "x".join(map(str, sizes)) + (f" block {block}" if block else "")
        where = f"[{number}/{len(wanted)}] {kind} {text}"
        functions, key = {}, ""
        for name in names:
            path = options.bundles / f"{name}.gqb"
            if name not in bundles:
                bundles[name] = gridquant.Bundle(str(path))
            functions[name] = (bundles[name][name], facts[name])
            key += f"{name}@{zlib.crc32(path.read_bytes()):08x} "
        key += f"| {kind} {text} | {' '.join(peers)} | {about['gpu']} | {about['method']}"
        done = results.find(key)
        if not done:
            torch.manual_seed(method.seed)
            notes = []
            measure = cases.quantize_case if kind == "quantize" else cases.matmul_case
            rows = measure(timer, functions, *sizes, notes, peers,
                           lambda what: print(f"{where}: {what}", file=sys.stderr))  # fmt: skip
            for note in notes:
                if note not in noted:
                    print(f"note: {note}", file=sys.stderr)
                noted.add(note)
            done = report.case(key, text, rows, method.harness)
            results.add(done)
        print(report.table(done) + "\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
