"""Matrix products beside cuBLASLt: the programs, and the tables of their times.

    products.py programs FOLDER        .mlir files, one for each kind and weight
    products.py run FOLDER BENCH OUT   times FOLDER/*.gqb with gq-bench, writes OUT
    products.py table FILE             a Markdown table and geometric means

Weights are those of 70B models and of DeepSeek-V3; rows of activations are dynamic.
"""

import json
import math
import pathlib
import subprocess
import sys
import tempfile

LARGE = [(8192, 8192), (8192, 10240), (8192, 57344), (28672, 8192)]
DEEPSEEK = [(7168, 2112), (1536, 24576), (512, 32768), (16384, 7168), (7168, 4096), (2048, 7168)]
ROWS = {True: [128, 256, 512, 1024, 2048, 4096, 8192], False: [128, 4096]}

# kind -> (what it is, blocks of a, blocks of b, options of the program, large weights only)
KINDS = {
    "rows": ("1x128 row-major", (1, 128), (128, 128), {}, False),
    "mmajor": ("1x128 M-major", (1, 128), (128, 128), {"transposed": ("a",)}, False),
    "square128": ("128x128 both", (128, 128), (128, 128), {}, True),
    "square256": ("256x256 both", (256, 256), (256, 256), {"promote": 256}, True),
    "wgrad": ("1x128 both, C += f32", (1, 128), (1, 128),
              {"out": "f32", "accumulate": True}, True),
    # Both kernels as one: x is bf16, and quantised before its product.
    "linear": ("bf16, quantised 1x128", None, None, {}, True),
    "wgradt": ("1x128 both M-major, C += f32", (1, 128), (1, 128),
               {"out": "f32", "accumulate": True, "transposed": ("a", "b")}, True),
}  # fmt: skip


def weights(large_only):
    return LARGE if large_only else LARGE + DEEPSEEK


def programs(folder):
    sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "python"))
    from gridquant_programs import linear, matmul

    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for kind, (_, a_block, b_block, options, large) in KINDS.items():
        for k, n in weights(large):
            name = f"{kind}_{k}x{n}"
            text = (matmul(name, a_block, b_block, n=n, k=k, **options) if a_block
                    else linear(name, n=n, k=k))  # fmt: skip
            (folder / f"{name}.mlir").write_text(text)


def run(folder, bench, out, *options):
    folder, report = pathlib.Path(folder), None
    for k, n in weights(False):
        files = [str(folder / f"{kind}_{k}x{n}.gqb") for kind in KINDS]
        files = [file for file in files if pathlib.Path(file).exists()]
        if not files:
            continue
        rows = ",".join(map(str, ROWS[(k, n) in LARGE]))
        with tempfile.NamedTemporaryFile(suffix=".json") as part:
            subprocess.run([bench, "--quiet", "--peers", "cublaslt", "--json", part.name,
                            "--sizes", rows, *options, *files],
                           check=True, stdout=subprocess.DEVNULL)  # fmt: skip
            more = json.load(open(part.name))
        if report:
            report["cases"] += more["cases"]
        else:
            report = more
    pathlib.Path(out).write_text(json.dumps(report, indent=1) + "\n")


def table(file):
    report = json.load(open(file))
    ratios = {}
    kinds = list(KINDS) + ["cublaslt-1x128", "cublaslt-bf16", "cublaslt-f32"]
    titles = [KINDS[kind][0] for kind in KINDS]
    titles += ["cuBLASLt 1x128", "cuBLASLt bf16", "cuBLASLt, C += f32"]
    print("| K | N | M | cuBLASLt us | " + " | ".join(titles) + " |")
    print("|" + " --: |" * (4 + len(kinds)))
    for case in report["cases"]:
        us = {row["name"].split("@")[0]: row["us"]["median"] for row in case["results"]}
        base = us["cublaslt"]
        own = next(row for row in case["results"] if row["role"] == "ours")
        cells = []
        for kind in kinds:
            found = [time for name, time in us.items() if name.split("_")[0] == kind]
            cells.append(f"{found[0] / base:.3f}" if found else "")
            if found:
                large = "M >= 1024" if own["m"] >= 1024 else "M < 1024"
                ratios.setdefault((kind, large), []).append(found[0] / base)
        print(f"| {own['k']} | {own['n']} | {own['m']} | {base:.1f} | " + " | ".join(cells) + " |")
    print()
    print("| geometric mean | " + " | ".join(titles) + " |")
    print("|" + " --: |" * (1 + len(kinds)))
    for large in ("M >= 1024", "M < 1024"):
        cells = []
        for kind in kinds:
            of = ratios.get((kind, large), [])
            cells.append(f"{math.exp(sum(map(math.log, of)) / len(of)):.3f}" if of else "")
        print(f"| {large} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    commands = {"programs": programs, "run": run, "table": table}
    if len(sys.argv) < 3 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    commands[sys.argv[1]](*sys.argv[2:])
