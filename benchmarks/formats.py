"""Square products of every format beside those of PyTorch, in one process and in turns.

    formats.py bundles FOLDER GQ_COMPILE [TARGET]   programs, and what they compile to (h200)
    formats.py run FOLDER OUT [--sizes 4096,8192] [--rounds 9] [--rep-ms 40] [--commit C]
    formats.py table OUT                            times, and ratios that are of interest

`run` needs a GPU, torch, libgq_runtime and libgq_bench (GQ_RUNTIME_LIB, GQ_BENCH_LIB). A round
has a turn of each function and of each peer. Ratios are of turns of one round, since the power
state of a GPU drifts: the median over the rounds, the least and the largest.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
for path in (HERE, HERE / "python", HERE.parent / "python"):
    sys.path.insert(0, str(path))

import report  # noqa: E402
import timing  # noqa: E402

E8M0, SIZES = "f8E8M0FNU", (4096, 8192)
PLAIN = ((1, 128), (128, 128))


def kinds(size):
    """kind -> (blocks of a and b, their types, block of the result, options of the program)."""
    rows = ((1, size), (1, size))
    return {
        "bf16": ((None, None), ("bf16", "f32"), None, {}),
        "msfp16": (((1, 16), (1, 16)), ("i8", E8M0), None, {}),
        "i8": (rows, ("i8", "f32"), None, {"epilogue": "round"}),
        "i8_to_i8": (rows, ("i8", "f32"), None, {"epilogue": "to_i8", "out": "i8"}),
        "e4m3": (PLAIN, ("f8E4M3FN", "f32"), None, {}),
        "e4m3_1x128": (PLAIN, ("f8E4M3FN", "f32"), (1, 128), {}),
        "e4m3_128x128": (PLAIN, ("f8E4M3FN", "f32"), (128, 128), {}),
        "e4m3_256x256": (PLAIN, ("f8E4M3FN", "f32"), (256, 256), {}),
        "e5m2": (PLAIN, ("f8E5M2", "f32"), None, {}),
        "mxfp8": (((1, 32), (1, 32)), ("f8E4M3FN", E8M0), None, {}),
    }


#: kind -> options of gq-compile.
COMPILE = {"mxfp8": ["--coarsen-scales=128"]}
#: What is compared with what.
RATIOS = [("e5m2", "e4m3"), ("msfp16", "torch.mm"), ("e4m3_1x128", "e4m3"),
          ("e4m3_128x128", "e4m3"), ("e4m3_256x256", "e4m3"), ("mxfp8", "e4m3"),
          ("i8", "torch._int_mm"), ("i8_to_i8", "torch._int_mm"),
          ("e4m3", "torch._scaled_mm")]  # fmt: skip


def program(kind, size):
    from gridquant_programs import matmul, quantized_matmul

    blocks, (element, scales), result, options = kinds(size)[kind]
    name = f"{kind}_{size}"
    if result:
        return quantized_matmul(name, n=size, k=size, block=result, x_type="bf16", element=element)
    return matmul(name, *blocks, n=size, k=size, a_type=element, b_type=element,
                  scale_types=(scales, scales), **options)  # fmt: skip


def bundles(folder, compiler, target="h200"):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    commands = []
    for size in SIZES:
        for kind in kinds(size):
            source = folder / f"{kind}_{size}.mlir"
            source.write_text(program(kind, size))
            commands.append([compiler, str(source), f"--target={target}", "--emit=bundle",
                             *COMPILE.get(kind, []), "-o", str(source.with_suffix(".gqb"))])
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda command: subprocess.run(command, check=True), commands))


def operands(kind, size):
    """a, b, and their scales, as the function takes them: random, of magnitudes near one."""
    import torch

    blocks, (element, scales), _, _ = kinds(size)[kind]
    types = {"bf16": torch.bfloat16, "i8": torch.int8, "f8E4M3FN": torch.float8_e4m3fn,
             "f8E5M2": torch.float8_e5m2}  # fmt: skip
    values = [torch.randn(size, size, device="cuda") for _ in range(2)]
    if element == "i8":
        values = [(x * 40).round().clamp(-127, 127) for x in values]
    tensors = [x.to(types[element]) for x in values]
    for block in filter(None, blocks):
        shape = [-(-size // length) for length in block]
        tensors.append(torch.randint(120, 128, shape, device="cuda", dtype=torch.uint8)
                       if scales == E8M0 else torch.rand(shape, device="cuda") + 0.5)  # fmt: skip
    return tensors


def results(kind, size):
    import torch

    _, _, block, options = kinds(size)[kind]
    out = torch.uint8 if block else torch.int8 if options.get("out") == "i8" else torch.bfloat16
    tensors = [torch.empty(size, size, device="cuda", dtype=out)]
    if block:
        tensors.append(torch.empty([size // length for length in block], device="cuda"))
    return tensors


def peers(size):
    """name -> callable: products of torch without blocks."""
    import torch

    make = lambda dtype: torch.randn(size, size, device="cuda").to(dtype)
    a, b = make(torch.bfloat16), make(torch.bfloat16)
    ai, bi = ((torch.randn(size, size, device="cuda") * 40).clamp(-127, 127).to(torch.int8)
              for _ in range(2))  # fmt: skip
    af, bf = make(torch.float8_e4m3fn), make(torch.float8_e4m3fn)
    wide = torch.empty(size, size, device="cuda", dtype=torch.bfloat16)
    sums, one = torch.empty(size, size, device="cuda", dtype=torch.int32), torch.ones((), device="cuda")
    return {
        "torch.mm": lambda: torch.mm(a, b.t(), out=wide),
        "torch._int_mm": lambda: torch._int_mm(ai, bi.t(), out=sums),
        "torch._scaled_mm": lambda: torch._scaled_mm(af, bf.t(), one, one, use_fast_accum=True,
                                                     out_dtype=torch.bfloat16, out=wide),
    }  # fmt: skip


def time_size(folder, size, method):
    import gridquant

    candidates, roles = {}, {}
    for kind in kinds(size):
        file = folder / f"{kind}_{size}.gqb"
        function = gridquant.Bundle(str(file))[f"{kind}_{size}"]
        given, outs = operands(kind, size), results(kind, size)
        candidates[kind] = lambda f=function, given=given, outs=outs: f(*given, outs=outs)
        roles[kind] = "ours"
    for name, call in peers(size).items():
        candidates[name], roles[name] = call, "peer"
    times = timing.Timer(method).rounds(candidates)
    rows = [report.result(name, roles[name], "matmul", timing.summarise(samples), rounds,
                          flops=2 * size**3)
            for name, (samples, rounds) in times.items()]  # fmt: skip
    return report.case(f"formats {size}", f"{size}x{size}x{size}", rows)


def run(folder, out, *options):
    parser = argparse.ArgumentParser(prog="formats.py run")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--warmup-ms", type=float, default=10)
    parser.add_argument("--rep-ms", type=float, default=40)
    parser.add_argument("--commit", default="unknown")
    parsed = parser.parse_args(options)
    sizes = [int(word) for word in parsed.sizes.split(",")]
    if wrong := [size for size in sizes if size not in SIZES]:
        parser.error(f"--sizes: {wrong[0]} has no programs, of {', '.join(map(str, SIZES))} it may be")
    import torch

    from peers import header

    method = timing.Method(warmup_ms=parsed.warmup_ms, rep_ms=parsed.rep_ms, rounds=parsed.rounds)
    written = report.Report(out, dict(header(torch, method, parsed.commit),
                                      harness="benchmarks/formats.py"))  # fmt: skip
    for size in sizes:
        written.add(time_size(pathlib.Path(folder), size, method))
    table(out)


def ratio_of(rows, name, base):
    """(median, least, largest) of the ratios of turns of one round."""
    turns = sorted(a / b for a, b in zip(rows[name]["rounds"], rows[base]["rounds"]))
    return turns[len(turns) // 2], turns[0], turns[-1]


def table(file):
    for case in json.loads(pathlib.Path(file).read_text())["cases"]:
        print(report.table(case) + "\n")
        rows = {row["name"]: row for row in case["results"]}
        for name, base in RATIOS:
            if name in rows and base in rows:
                print("{} of {}: {:.3f} ({:.3f} to {:.3f})".format(
                    name, base, *ratio_of(rows, name, base)))  # fmt: skip
        print()


if __name__ == "__main__":
    calls = {"bundles": bundles, "run": run, "table": table}
    if len(sys.argv) < 3 or sys.argv[1] not in calls:
        sys.exit(__doc__)
    calls[sys.argv[1]](*sys.argv[2:])
