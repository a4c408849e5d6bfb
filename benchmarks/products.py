"""Matrix products beside cuBLASLt: the programs, and the tables of their times.

    products.py programs FOLDER        .mlir files, one for each kind and weight
    products.py run FOLDER BENCH OUT   times FOLDER/*.gqb with gq-bench, writes OUT
    products.py table FILE             a Markdown table and geometric means

`run` takes --rows few for 1 to 64 rows (default: many, 128 and more), and options of
gq-bench, such as --harness graph. Weights are those of 70B models and of DeepSeek-V3; rows
of activations are dynamic.
"""

import json
import math
import pathlib
import subprocess
import sys
import tempfile

LARGE = [(8192, 8192), (8192, 10240), (8192, 57344), (28672, 8192)]
DEEPSEEK = [(7168, 2112), (1536, 24576), (512, 32768), (16384, 7168), (7168, 4096), (2048, 7168)]
#: Those that few rows are multiplied with.
FEW = [*DEEPSEEK, (4096, 4096), *LARGE]
ROWS = {True: [128, 256, 512, 1024, 2048, 4096, 8192], False: [128, 4096]}
FEW_ROWS = [1, 2, 4, 8, 16, 32, 64]

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
    "early": ("1x128, begins early", (1, 128), (128, 128), {"launch": "callers"}, False),
    "invariant": ("1x128, begins early, batch_invariant", (1, 128), (128, 128),
                  {"launch": "callers", "invariant": True}, False),
    "linearearly": ("bf16, quantised 1x128, begins early", None, None,
                    {"launch": "callers"}, False),
}  # fmt: skip
#: With few rows these, of which the last three with few rows alone.
FEW_KINDS = ["rows", "linear", "early", "invariant", "linearearly"]
ONLY_FEW = FEW_KINDS[2:]


def weights_of(kind, few):
    if few:
        return FEW if kind in FEW_KINDS else []
    if kind in ONLY_FEW:
        return []
    return LARGE if KINDS[kind][4] else LARGE + DEEPSEEK


def programs(folder):
    sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "python"))
    from gridquant_programs import layers, linear, matmul

    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for kind, (_, a_block, b_block, options, _) in KINDS.items():
        for k, n in dict.fromkeys(weights_of(kind, False) + weights_of(kind, True)):
            name = f"{kind}_{k}x{n}"
            text = (matmul(name, a_block, b_block, n=n, k=k, **options) if a_block
                    else (layers if options else linear)(name, n=n, k=k, **options))  # fmt: skip
            (folder / f"{name}.mlir").write_text(text)


def commands(folder, bench, few, options):
    """The command of gq-bench for each weight that has bundles; the report is missing."""
    for k, n in FEW if few else LARGE + DEEPSEEK:
        kinds = [kind for kind in KINDS if (k, n) in weights_of(kind, few)]
        files = [folder / f"{kind}_{k}x{n}.gqb" for kind in kinds]
        files = [str(file) for file in files if file.exists()]
        if files:
            rows = FEW_ROWS if few else ROWS[(k, n) in LARGE]
            yield [bench, "--quiet", "--peers", "cublaslt", "--sizes", ",".join(map(str, rows)),
                   *options, *files]  # fmt: skip


def run(folder, bench, out, *options):
    options, few = list(options), False
    if "--rows" in options:
        at = options.index("--rows")
        which = options[at + 1 : at + 2]
        if which not in (["few"], ["many"]):
            sys.exit("--rows is few or many")
        few = which == ["few"]
        del options[at : at + 2]
    report = None
    for command in commands(pathlib.Path(folder), bench, few, options):
        with tempfile.NamedTemporaryFile(suffix=".json") as part:
            subprocess.run([*command, "--json", part.name], check=True,
                           stdout=subprocess.DEVNULL)  # fmt: skip
            more = json.load(open(part.name))
        if report:
            report["cases"] += more["cases"]
        else:
            report = more
    if not report:
        sys.exit(f"'{folder}' has no bundles of these products")
    pathlib.Path(out).write_text(json.dumps(report, indent=1) + "\n")


def group_of(rows):
    """Few rows one by one: memory limits each, and the share of a launch shrinks."""
    return f"M = {rows}" if rows < 128 else "M < 1024" if rows < 1024 else "M >= 1024"


def print_times(cases, kinds, titles):
    """Of each case; gives the ratios by kind, rows and weights."""
    ratios = {}
    print("| K | N | M | cuBLASLt us | " + " | ".join(titles) + " |")
    print("|" + " --: |" * (4 + len(kinds)))
    for case in cases:
        us = {row["name"].split("@")[0]: row["us"]["median"] for row in case["results"]}
        own = next(row for row in case["results"] if row["role"] == "ours")
        base, cells = us.get("cublaslt"), []
        for kind in kinds:
            found = [time for name, time in us.items() if name.split("_")[0] == kind]
            cells.append(f"{found[0] / base:.3f}" if found and base else "")
            if cells[-1]:
                weights = "70B" if (own["k"], own["n"]) in LARGE else "DeepSeek-V3"
                for part in (weights, "all"):
                    key = (kind, group_of(own["m"]), part)
                    ratios.setdefault(key, []).append(found[0] / base)
        print(f"| {own['k']} | {own['n']} | {own['m']} | {base or 0:.1f} | " + " | ".join(cells)
              + " |")  # fmt: skip
    return ratios


def print_means(ratios, kinds, titles):
    order = [f"M = {rows}" for rows in FEW_ROWS] + ["M < 1024", "M >= 1024"]
    print("| geometric mean | weights | " + " | ".join(titles) + " |")
    print("|" + " --: |" * (2 + len(kinds)))
    present = {key[1:] for key in ratios}
    others = {rows for rows, _ in present} - set(order)
    for rows in sorted(others, key=lambda text: int(text.split()[-1])) + order:
        for part in ("all", "70B", "DeepSeek-V3"):
            if (rows, part) not in present:
                continue
            cells = []
            for kind in kinds:
                of = ratios.get((kind, rows, part), [])
                cells.append(f"{math.exp(sum(map(math.log, of)) / len(of)):.3f}" if of else "")
            print(f"| {rows} | {part} | " + " | ".join(cells) + " |")


def table(file):
    report = json.load(open(file))
    names = {row["name"].split("_")[0] for case in report["cases"] for row in case["results"]}
    known = {kind: KINDS[kind][0] for kind in KINDS}
    known |= {"cublaslt-1x128": "cuBLASLt 1x128", "cublaslt-bf16": "cuBLASLt bf16",
              "cublaslt-f32": "cuBLASLt, C += f32"}  # fmt: skip
    kinds = [kind for kind in known if kind in names]
    titles = [known[kind] for kind in kinds]
    for harness in ("flushed", "graph"):
        cases = [c for c in report["cases"] if c.get("harness", "flushed") == harness]
        if not cases:
            continue
        print(f"Times by the {harness} harness, of cuBLASLt with one scale:\n")
        ratios = print_times(cases, kinds, titles)
        print()
        print_means(ratios, kinds, titles)
        print()


if __name__ == "__main__":
    calls = {"programs": programs, "run": run, "table": table}
    if len(sys.argv) < 3 or sys.argv[1] not in calls:
        sys.exit(__doc__)
    calls[sys.argv[1]](*sys.argv[2:])
