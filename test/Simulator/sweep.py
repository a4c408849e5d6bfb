"""sweep.py GQ-RUN [N]: no false alarms, and the same numbers at every stage.

Runs every file of kernels/, every program of the GPU suite, and matmuls and
quantisations over shapes with tails and over the configs that config selection can
choose or a person may write, through `gq-run --stages` with N interleavings (200):
after every pass the simulator must find no fault, and the results must agree with the
reference. Prints what it ran.
"""

import itertools
import os
import pathlib
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "python"), str(ROOT / "test" / "gpu")]
import gridquant_formats as formats  # noqa: E402
import gridquant_programs as write  # noqa: E402
from programs import programs  # noqa: E402

E4M3, E5M2 = "f8E4M3FN", "f8E5M2"


def ceil(a, b):
    return -(-a // b)


def matmul(m, n, k, a=(1, 128), b=(128, 128), ta=E4M3, tb=E4M3, td="bf16"):
    text = write.matmul("matmul", a, b, m, n, k, ta, tb, td, epilogue=None)
    blocks = f"{a[0]}x{a[1]} by {b[0]}x{b[1]}" if a else "without scales"
    return f"matmul {m}x{n}x{k} {blocks} {ta} {tb} {td}", text


def quantize(m, n, block, tx="bf16", tq=E4M3, scales="f32", transposed=False):
    text = write.quantize("quantize", block, m, n, tx, tq, scale_kind=scales, transposed=transposed)
    order = "transposed" if transposed else "row-major"
    return f"quantize {m}x{n} {block[0]}x{block[1]} {tx} {tq} {scales} {order}", text


def pack(m, n, block, packed, scales, tx="bf16"):
    text = formats.quantize_packed("pack", n, block, packed, scales, tx, m)
    return f"pack {m}x{n} {block[0]}x{block[1]} {tx} {packed} {scales}", text


def generated():
    """(name, text, options) of the functions made here."""
    # What selection makes of the rows: 64 and 128 are where the tile changes.
    for m in (1, 40, 64, 65, 128, 129, 256, 300):
        yield *matmul(m, 136, 272), []
    # Of the blocks: columns follow those of b, stages what fits.
    blocks_a = [(1, 128), (128, 128), (256, 256), (64, 256), (32, 128)]
    blocks_b = [(128, 128), (256, 256), (64, 128), (48, 128), (16, 256), (96, 128), (32, 384), (192, 128)]
    for i, (a, b) in enumerate(itertools.product(blocks_a, blocks_b)):
        m, n, k = ((200, 150, 400), (300, 264, 144), (70, 40, 528))[i % 3]
        yield *matmul(m, n, k, a, b), []
    # Bands of tiles higher than the ones above have rows for.
    for m, n in ((1100, 264), (2100, 130)):
        yield *matmul(m, n, 16), []
    # Of the types.
    for ta, tb, td in itertools.product((E4M3, E5M2), (E4M3, E5M2), ("bf16", "f16", "f32")):
        yield *matmul(100, 72, 272, ta=ta, tb=tb, td=td), []
    for td in ("bf16", "f32"):
        yield *matmul(100, 72, 272, ta="i8", tb="i8", td=td), []
    # Without scales, and with scales that are decoded first.
    for (m, n, k), (t, td) in itertools.product(
        ((1, 136, 272), (65, 72, 40), (200, 152, 1032), (300, 264, 264)),
        (("bf16", "bf16"), ("f16", "f32"), ("i8", "bf16"), (E5M2, "f16")),
    ):
        if t not in (E5M2, "i8") or k % 16 == 0:
            yield *matmul(m, n, k, None, None, t, t, td), []
    half = matmul(300, 264, 1032, None, None, "bf16", "bf16")
    for config in (
        "tile = [64, 64, 64], stages = 1, math_groups = 1",
        "tile = [256, 128, 192], stages = 4, early_wait = false",
        "tile = [192, 128, 64], stages = 3, math_groups = 3, raster = 2",
        "tile = [64, 256, 64], stages = 2, schedule = pingpong",
        "tile = [128, 128, 128], stages = 4, schedule = streamk",
        "tile = [128, 64, 64], stages = 4, split_k = 4",
        "tile = [64, 32, 256], stages = 6, math_groups = 1, swap = true, occupancy = 2",
        "tile = [128, 256, 128], split = n, stages = 4",
    ):
        yield *half, [f"--config=#gq.matmul_config<{config}>"]
    # Configs a person may write.
    small, large = matmul(200, 152, 400), matmul(600, 300, 272)
    for case, config in itertools.product((small, large), (
        "tile = [64, 64, 128], stages = 1, math_groups = 1",
        "tile = [64, 128, 128], stages = 8, math_groups = 1",
        "tile = [128, 128, 128], stages = 2",
        "tile = [128, 128, 128], stages = 3, early_wait = false",
        "tile = [128, 128, 128], stages = 1, math_groups = 1",
        "tile = [192, 64, 128], stages = 2, math_groups = 3",
        "tile = [256, 64, 128], stages = 4, raster = 2",
        "tile = [256, 128, 128], stages = 4, raster = 3, early_wait = false",
        "tile = [256, 16, 128], stages = 5, math_groups = 4",
        "tile = [64, 64, 128], stages = 1, schedule = pingpong",
        "tile = [64, 128, 128], stages = 4, early_wait = false, schedule = pingpong",
        "tile = [128, 128, 128], stages = 3, raster = 2, schedule = pingpong",
        "tile = [128, 64, 128], stages = 2, split_k = 2",
        "tile = [64, 128, 128], stages = 3, math_groups = 1, split_k = 4",
        "tile = [128, 64, 128], stages = 2, schedule = streamk",
        "tile = [64, 128, 128], stages = 3, math_groups = 1, raster = 2, schedule = streamk",
        "tile = [64, 16, 128], stages = 3, math_groups = 1, swap = true, split_k = 2, occupancy = 3",
        "tile = [128, 24, 128], stages = 2, swap = true, stream_a = true",
        "tile = [64, 16, 128], stages = 2, swap = true, k_groups = 2, split_k = 2",
        "tile = [64, 64, 128], stages = 1, k_groups = 2",
        "tile = [64, 16, 256], stages = 3, math_groups = 1, swap = true",
        "tile = [128, 64, 256], stages = 4, math_groups = 4, split = n, early_wait = false",
    )):
        yield *case, [f"--config=#gq.matmul_config<{config}>"]
    for store in ("direct", "deferred"):
        for m, n, tile in ((600, 288, "256, 128, 128"), (200, 160, "128, 64, 128")):
            yield *matmul(m, n, 272), [f"--config=#gq.matmul_config<tile = [{tile}], store = {store}>"]
    yield *matmul(200, 160, 400), [
        "--config=#gq.matmul_config<tile = [64, 128, 128], stages = 3, math_groups = 1, split_k = 4, store = direct>"
    ]  # fmt: skip
    wide = matmul(200, 300, 272, (64, 128), (192, 128))
    yield *wide, ["--config=#gq.matmul_config<tile = [64, 192, 128], stages = 4, math_groups = 1>"]
    # Quantisations: every kind of tile, tails in both directions.
    for block in ((1, 128), (128, 128), (256, 256), (32, 32), (1, 100), (3, 7), (1, 64), (64, 1),
                  (16, 16), (256, 64), (64, 256), (2, 512)):
        for m, n in ((1, 256), (77, 300), (300, 513)):
            yield *quantize(m, n, block), []
    for tx, tq in itertools.product(("bf16", "f16", "f32"), (E4M3, E5M2)):
        for block in ((1, 128), (128, 128)):
            yield *quantize(150, 272, block, tx, tq), []
    # Of the kinds of output: a sample of what runs on the GPU.
    for i, (_, block, facts) in enumerate(write.quantize_formats()):
        if i % 7 == 0:
            yield *quantize(*((77, 300), (150, 272))[i % 2], block, facts["x_type"], facts["q_type"],
                            facts["scale_kind"], facts["transposed"]), []  # fmt: skip
    # Two codes to a byte: rows that end with half of one, blocks of one byte and of all rows.
    for (m, n), (block, packed, scales) in itertools.product(((1, 256), (77, 301), (150, 272)), (
        ((1, 16), "i4", "f8E8M0FNU"), ((1, 32), "f4E2M1FN", "f8E8M0FNU"), ((1, 128), "i4", "bf16"),
        ((1, 2), "f4E2M1FN", "f32"), ((64, 6), "i4", "f32"), ((256, 256), "f4E2M1FN", "f32"),
    )):  # fmt: skip
        yield *pack(m, n, block, packed, scales, "f32" if n == 301 else "bf16"), []
    # Two passes: a person's choice, with tiles of whole blocks and of parts.
    for block, tile in (((1, 128), "16, 512"), ((1, 128), "64, 64"), ((128, 128), "32, 256"),
                        ((256, 256), "256, 64"), ((256, 256), "32, 128"), ((3, 7), "384, 14"),
                        ((64, 1), "16, 64"), ((2, 512), "64, 128")):
        threads = ", threads = 224" if block == (3, 7) else ""
        for m, n in ((1, 256), (300, 513)):
            config = f"#gq.quantize_config<tile = [{tile}]{threads}, passes = 2>"
            yield *quantize(m, n, block), [f"--config={config}"]
    # Slabs, of which one is kept or none, with tails inside and between them.
    for block, config in (((256, 256), "tile = [256, 256], threads = 128, slabs = 16, passes = 2"),
                          ((256, 256), "tile = [256, 256], threads = 512, slabs = 4"),
                          ((128, 128), "tile = [128, 256], slabs = 2"),
                          ((128, 128), "tile = [128, 128], slabs = 4, passes = 2"),
                          ((96, 40), "tile = [96, 80], threads = 160, slabs = 3"),
                          ((64, 1), "tile = [64, 64], threads = 64, slabs = 8")):
        for i, (m, n) in enumerate(((1, 256), (77, 300), (300, 513))):
            flags = dict(scales=("f32", "e8m0", "pow2")[i], transposed=i == 1)
            for tx in ("bf16", "f32"):
                strategy = f"--config=#gq.quantize_config<{config}>"
                yield *quantize(m, n, block, tx, **flags), [strategy]
    yield *quantize(530, 1040, (512, 512)), []
    # And where nothing else works: rows, columns, whole tensors.
    for m, n, block in ((3, 140001, (1, 140001)), (2, 300000, (1, 150000)), (140000, 3, (140000, 1)),
                        (500, 600, (500, 600)), (513, 513, (1000, 1000)), (1100, 300, (550, 300))):
        yield *quantize(m, n, block), []


# Kinds that have tests of the simulator to themselves: empty-sums.mlir, zero-points.mlir,
# slices.mlir, decoded-weights.mlir, dequantize.mlir, four-bits-quantize.mlir, requantize.mlir,
# scales-of-programs.mlir.
OF_THEIR_OWN = ["empty", "zero_points", "shard_matmul", "decoded_matmul", "dequantize",
                "quantize_packed", "requantize", "own_scales", "widened"]  # fmt: skip


def shapes_of(facts, m, n, k):
    """Shapes of the arguments of a program of the GPU suite, as far as they are free."""
    kind = facts["kind"]
    if kind == "quantize":
        return [(m, n)] + {None: [], "silu_mul": [(m, n)], "columns": [(n,)]}[facts["producer"]]
    if kind == "elementwise":
        return [(m, n), (n,), (n, m)]
    if kind in ("matmul", "codes"):
        shapes = [(m, k), (n, k)]
        for name, rows, block in (("a", m, facts["a_block"]), ("b", n, facts["b_block"])):
            if block:
                scales = (ceil(rows, block[0]), ceil(k, block[1]))
                shapes.append(scales[::-1] if name in facts["transposed"] else scales)
        if facts["epilogue"] in ("bias_relu", "bias_twice"):
            shapes.append((n,))
        return [*shapes, (m, n)] if facts["accumulate"] else shapes
    if kind == "batch_matmul":
        rows = facts["count"] * m
        of_all = facts["weights"] or facts["count"]
        steps = ceil(k, 128)
        if facts.get("op"):
            count = [facts["count"]]
            of_b = [] if facts.get("shared") else count
            return [(*count, m, k), (*of_b, n, k), (*count, m, steps),
                    (*of_b, ceil(n, 128), steps)]  # fmt: skip
        return [(rows, k), (of_all * n, k), (rows, steps), (of_all * ceil(n, 128), steps)]
    if kind == "quantized":
        return [(m, k), None, (m, ceil(k, 128))]  # the others are static
    if kind == "quotients":
        return [(m, k), None, None, (m, ceil(k, 128))]
    if kind == "cast":
        return [(m, n), (m, 2)] if facts["saturating"] else [(m, 16), None, (m, n)]
    if kind in ("linear", "dependent"):
        return [(m, k)]  # the others are static
    return []  # static


def suite(m=100, n=200, k=272):
    """(name, text, options) of the programs that run on the GPU."""
    for name, (text, facts) in programs().items():
        if facts.get("k", -1) > 1024:
            continue  # minutes here
        if name.startswith("formats_"):
            continue  # very many; generated() has a sample
        if facts["kind"] in OF_THEIR_OWN:
            continue
        if facts["m"] * facts["n"] > 1 << 21:
            continue
        if facts["kind"] == "quotients" and facts["n"] * facts["k"] > 1 << 18:
            continue  # as well
        if facts["kind"] in ("linear", "dependent") and facts["n"] * facts["k"] > 1 << 17:
            continue  # as well
        sizes = (size if facts.get(d, -1) < 0 else facts[d]
                 for d, size in (("m", m), ("n", n), ("k", k)))  # fmt: skip
        shapes = shapes_of(facts, *sizes)
        yield name, text, [f"--shape=arg{i}={'x'.join(map(str, shape))}"
                           for i, shape in enumerate(shapes) if shape]  # fmt: skip


def kernels():
    """(name, text, options) of the kernels that come with the project."""
    folder = ROOT / "kernels"
    for file in sorted(os.listdir(folder)):
        if file == "gridquant_pipeline.mlir":
            continue  # minutes
        text = (folder / file).read_text()
        for m in (1, 100, 300) if "?" in text else (1,):
            rows = ceil(m, 256) if "256x256" in file else m
            shapes = [f"--m={m}"]
            if file == "gemm_256x256.mlir":
                shapes += [f"--shape=arg1={rows}x4"]
            yield f"{file} M={m}", text, shapes
    text = (folder / "linear.mlir").read_text()
    for m, n, k in ((33, 40, 144), (300, 200, 272)):
        yield f"linear_dynamic {m}x{n}x{k}", text, [
            "--entry=linear_dynamic", f"--shape=arg0={m}x{k}", f"--shape=arg1={n}x{k}",
        ]  # fmt: skip


def main():
    gq_run = sys.argv[1]
    interleavings = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    cases = [*kernels(), *suite(), *generated()]

    def run(case):
        name, text, options = case
        with tempfile.NamedTemporaryFile("w", suffix=".mlir") as file:
            file.write(text)
            file.flush()
            result = subprocess.run(
                [gq_run, file.name, "--stages", f"--interleavings={interleavings}", *options],
                capture_output=True, text=True,
            )  # fmt: skip
        lines = result.stdout.splitlines()
        done = [line for line in lines if line.startswith("after ")]
        runs = sum(int(line.split(", ")[1].split()[0]) for line in done)
        return name, options, result, len(done), runs

    failed = stages = total = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, options, result, done, runs in pool.map(run, cases):
            stages += done
            total += runs
            if result.returncode:
                failed += 1
                print(f"FAILED: {name} {' '.join(options)}\n{result.stdout}{result.stderr}")
    print(f"{len(cases)} functions, {stages} stages, {total} interleavings, {failed} failed")
    sys.exit(failed != 0)


main()
