#!/usr/bin/env python3
"""Measures what block quantisation loses, and writes it into docs/accuracy.md:

    accuracy.py GQ_RUN [-o docs/accuracy.md] [--figures docs/figures] [--sizes M,N,K] [--draws N]

Programs with gq.quantize, gq.dequantize and gq.scaled_matmul are written here and run by
gq-run on the CPU reference; nothing quantises but them. Here is what makes the data and
what compares. The same sizes and draws give the same files, to the byte.

A format of elements is a row of `formats`, a block with its kind of scale one of `schemes`:
tables and figures follow from these two. Formats of four bits, which have blocks of their own,
are those of `four_bits`. Needs NumPy.
"""

import argparse
import concurrent.futures
import dataclasses
import functools
import itertools
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "python")]

import report  # noqa: E402
import svg  # noqa: E402
import tables  # noqa: E402
from gridquant_programs import SCALES, blocks, tensor  # noqa: E402

SIZES = (512, 512, 2048)
DRAWS = 5  # of data; a figure is the median
OUTLIERS, FACTORS = 0.005, (30, 100)  # share of the columns of a, how many times larger
SWEEP = tuple(10**e for e in range(10))  # times larger
INTERVALS = (32, 128, 256, None)  # of promote; None is K


#: Elements of four bits, of which a byte has two.
PACKED = {"int4": "i4", "e2m1": "f4E2M1FN"}


def formats():
    """Name in the tables -> element type."""
    return {"e4m3": "f8E4M3FN", "e5m2": "f8E5M2", "int8": "i8"}


@dataclasses.dataclass(frozen=True)
class Scheme:
    """One scale for each block of `a` and of `b`; None is all of a dimension. `scales` is
    a key of gridquant_programs.SCALES, which tables call `title`."""

    blocks: str
    a: tuple
    b: tuple
    scales: str
    title: str
    formats: tuple = ("e4m3", "e5m2", "int8")  # those it is measured with
    # Blocks of a and b under whose scales, f32 powers of two, the codes are brought then.
    coarse: tuple | None = None


def schemes():
    """In the order of the tables."""
    both = {"f32": "f32", "e8m0": "E8M0"}
    found = [
        Scheme(name, a, b, scales, title)
        for name, a, b, kinds in (
            ("per tensor", (None, None), (None, None), both),
            ("per row", (1, None), (1, None), both),
            ("per column", (None, 1), (None, 1), both),
            ("256x256", (256, 256), (256, 256), both),
            ("128x128", (128, 128), (128, 128), both),
            ("1x128, 128x128", (1, 128), (128, 128), both),
            ("1x128", (1, 128), (1, 128), both),
            ("1x32", (1, 32), (1, 32), {"f32": "f32", "e8m0": "E8M0 (MX)"}),
        )
        for scales, title in kinds.items()
    ]
    # What gq-coarsen-scales makes of MXFP8.
    mx = Scheme("1x32, coarsened", (1, 32), (1, 32), "e8m0", "E8M0 (MX)", ("e4m3", "e5m2"),
                ((1, 128), (128, 128)))  # fmt: skip
    return [*found, mx]


def four_bits():
    """Schemes of formats that have a name of their own, which is in the place of the blocks."""
    return [Scheme(name, block, block, scales, title, (element,))
            for name, element, block, scales, title in (
                ("MSFP12", "int4", (1, 16), "e8m0", "E8M0"),
                ("MXFP4", "e2m1", (1, 32), "e8m0", "E8M0"),
                ("INT4", "int4", (1, 128), "bf16", "bf16"),
            )]  # fmt: skip


def find(blocks, scales="f32"):
    return next(s for s in schemes() if (s.blocks, s.scales) == (blocks, scales))


# Data.


@dataclasses.dataclass
class Data:
    """a (M x K) and b (N x K) in f32. `ordinary`: the columns of a without outliers."""

    name: str
    about: str
    a: np.ndarray
    b: np.ndarray
    ordinary: np.ndarray

    @functools.cached_property
    def exact(self):
        """a . b^T of what is not quantised."""
        return self.a.astype(np.float64) @ self.b.astype(np.float64).T


def make_data(name, sizes, seed, factor=None):
    """RandomState, because NumPy promises that its streams stay. `factor`: of all outliers."""
    m, n, k = sizes
    rng = np.random.RandomState(seed)
    draw = (lambda shape: rng.standard_t(3, shape)) if name == "t3" else rng.standard_normal
    a, b = draw((m, k)), draw((n, k))
    ordinary = np.ones(k, dtype=bool)
    if name == "outliers":
        columns = rng.permutation(k)[: max(1, round(OUTLIERS * k))]
        ordinary[columns] = False
        a[:, columns] *= factor or rng.uniform(*FACTORS, size=len(columns))
    about = {
        "normal": "a and b: normal, deviation 1",
        "outliers": f"the same, {k - ordinary.sum()} columns of a {FACTORS[0]} to {FACTORS[1]} "
                    "times larger",
        "t3": "a and b: Student's t, 3 degrees of freedom",
    }[name]  # fmt: skip
    return Data(name, about, a.astype(np.float32), b.astype(np.float32), ordinary)


DATA = ("normal", "outliers", "t3")


# Programs.


def quantize(operand, shape, block, element, scales, coarse=None):
    """Text that quantises %OPERAND and dequantises that, and what names the results; with
    `coarse` the same of the values again, in such blocks."""
    if coarse:
        text, _, _, (values, _) = quantize(operand, shape, block, element, scales)
        again, *results = quantize(values[1:], shape, coarse, element, "pow2")
        return text + again, *results
    block = [extent if size is None else size for size, extent in zip(block, shape)]
    scale_type, pow2 = SCALES[scales]
    packed = element in PACKED.values()
    x = tensor(*shape, "f32")
    q = tensor(shape[0], blocks(shape[1], 2), "i8") if packed else tensor(*shape, element)
    s = tensor(*map(blocks, shape, block), scale_type)
    p = f"%{operand}_{element}"
    flag = [f"packed = {element}"] if packed else []
    made, read = (f"{{{', '.join(flags)}}} " if flags else ""
                  for flags in (flag + ["pow2"] * pow2, flag))  # fmt: skip
    text = f"""
  {p}_qe = tensor.empty() : {q}
  {p}_se = tensor.empty() : {s}
  {p}_de = tensor.empty() : {x}
  {p}_q, {p}_s = gq.quantize %{operand} block {block} outs({p}_qe, {p}_se : {q}, {s})
      {made}: {x} -> {q}, {s}
  {p}_d = gq.dequantize {p}_q scales({p}_s block {block}) outs({p}_de : {x}) {read}: {q}, {s} -> {x}"""
    if packed:  # what products read
        h = tensor(*shape, "bf16")
        text += f"""
  {p}_he = tensor.empty() : {h}
  {p}_h = gq.dequantize {p}_q scales({p}_s block {block}) outs({p}_he : {h}) {read}: {q}, {s} -> {h}"""
        return text, (f"{p}_h", h), None, (f"{p}_d", x)
    return text, (f"{p}_q", q), (f"{p}_s", s, block), (f"{p}_d", x)


def program(scheme, sizes, wanted, promote=128):
    """A function of a and b. For each format of the scheme it returns what is `wanted`:
    a or b, quantised and dequantised, and y, the product of both quantised."""
    m, n, k = sizes
    a, b, y = tensor(m, k, "f32"), tensor(n, k, "f32"), tensor(m, n, "f32")
    body, results = "", []
    coarse = scheme.coarse or (None, None)
    for element in ((formats() | PACKED)[name] for name in scheme.formats):
        text, (aq, aq_type), of_a, a_values = quantize(
            "a", (m, k), scheme.a, element, scheme.scales, coarse[0])  # fmt: skip
        more, (bq, bq_type), of_b, b_values = quantize(
            "b", (n, k), scheme.b, element, scheme.scales, coarse[1])  # fmt: skip
        product = f"%y_{element}"
        body += text
        if set(wanted) & set("by"):
            body += more
        if "y" in wanted and of_a:
            (a_s, as_type, a_block), (b_s, bs_type, b_block) = of_a, of_b
            body += f"""
  {product} = gq.scaled_matmul {aq}, {bq} scales({a_s} block {a_block}, {b_s} block {b_block})
      outs(%zero : {y}) {{promote = {promote}}}
      : {aq_type}, {bq_type}, {as_type}, {bs_type} -> {y}"""
        elif "y" in wanted:
            body += f"""
  {product} = gq.scaled_matmul {aq}, {bq} outs(%zero : {y}) : {aq_type}, {bq_type} -> {y}"""
        values = dict(a=a_values, b=b_values, y=(product, y))
        results += [values[one] for one in wanted]
    types = ", ".join(t for _, t in results)
    return f"""func.func @measure(%a: {a}, %b: {b}) -> ({types}) {{
  %zero = arith.constant dense<0.0> : {y}{body}
  return {", ".join(v for v, _ in results)} : {types}
}}
"""


def run(tool, scheme, data, wanted, promote=128):
    """format -> {letter of `wanted`: array}"""
    sizes = (len(data.a), len(data.b), data.a.shape[1])
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "measure.mlir").write_text(program(scheme, sizes, wanted, promote))
        np.save(folder / "a.npy", data.a)
        np.save(folder / "b.npy", data.b)
        outputs = [(f, w, folder / f"{f}_{w}.npy") for f in scheme.formats for w in wanted]
        command = [tool, folder / "measure.mlir", "--backend=reference", "--cpu-threads=1"]
        command += [f"--input={folder / x}.npy" for x in "ab"]
        command += [f"--output={path}" for _, _, path in outputs]
        try:
            subprocess.run(command, capture_output=True, text=True, check=True)
        except OSError as error:
            raise SystemExit(f"error: {error}") from None
        except subprocess.CalledProcessError as error:
            raise SystemExit(f"error: blocks {scheme.blocks}, {scheme.title}: {tool} says\n"
                             f"{error.stderr}") from None  # fmt: skip
        found = {f: {} for f in scheme.formats}
        for f, w, path in outputs:
            found[f][w] = np.load(path).astype(np.float64)
        return found


# What is measured.


def snr(expected, found):
    """In dB; infinite where nothing is lost."""
    expected = expected.astype(np.float64)
    signal, noise = np.sum(expected**2), np.sum((found - expected) ** 2)
    return 10 * np.log10(signal / noise) if noise else float("inf")


def losses(tool, scheme, data):
    """format -> SNR of the values of a, of those in ordinary columns, of the product."""
    columns = data.ordinary
    return {f: dict(values=snr(data.a, found["a"]),
                    ordinary=snr(data.a[:, columns], found["a"][:, columns]),
                    product=snr(data.exact, found["y"]))
            for f, found in run(tool, scheme, data, "ay").items()}  # fmt: skip


def sums(tool, scheme, data, promote):
    """format -> SNR of the product against the exact one of the same quantised operands,
    and against that of the operands before. Scales are powers of two: what is dequantised
    has no rounding of its own."""
    assert SCALES[scheme.scales][1]
    return {f: dict(alone=snr(found["a"] @ found["b"].T, found["y"]),
                    product=snr(data.exact, found["y"]))
            for f, found in run(tool, scheme, data, "aby", promote).items()}  # fmt: skip


class Measured:
    """Everything that is in the document. The draws have the seeds 1, 2, ..."""

    def __init__(self, tool, sizes, draws):
        self.sizes = sizes
        self.data = {d: [make_data(d, sizes, seed + 1) for seed in range(draws)] for d in DATA}
        for one in itertools.chain(*self.data.values()):
            one.exact  # once, before the threads share it
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            submit = pool.submit
            losses_of = {(s, d): [submit(losses, tool, s, one) for one in self.data[d]]
                         for s in [*schemes(), *four_bits()] for d in DATA}  # fmt: skip
            sums_of = {(s, p): submit(sums, tool, s, self.data["normal"][0], p or sizes[2])
                       for s in (find("per tensor", "e8m0"), find("1x128, 128x128", "e8m0"))
                       for p in INTERVALS}  # fmt: skip
            sweep_of = {(s, x): submit(self.sweep, tool, s, x)
                        for s in (find("per tensor"), find("1x128")) for x in SWEEP}  # fmt: skip
            drawn = {key: [one.result() for one in futures] for key, futures in losses_of.items()}
            self.sums = {key: future.result() for key, future in sums_of.items()}
            self.sweeps = {key: future.result() for key, future in sweep_of.items()}
        # (scheme, data, what) -> format -> the draws
        self.draws = {(*key, what): {f: [one[f][what] for one in found] for f in key[0].formats}
                      for key, found in drawn.items()
                      for what in ("values", "ordinary", "product")}  # fmt: skip

    def sweep(self, tool, scheme, factor):
        """format -> SNR of ordinary columns where all outliers are `factor` times larger."""
        data = make_data("outliers", self.sizes, 1, factor)
        c = data.ordinary
        return {f: snr(data.a[:, c], found["a"][:, c])
                for f, found in run(tool, scheme, data, "a").items()}  # fmt: skip

    def median(self, f, *key):
        """None where the format is not measured with the scheme."""
        found = self.draws[key].get(f)
        return None if found is None else statistics.median(found)

    def spread(self, f, data, what):
        """The most that draws differ by, of all schemes."""
        return max(max(found[f]) - min(found[f]) for key, found in self.draws.items()
                   if key[1:] == (data, what) and f in found)  # fmt: skip


# The document.


def decibels(value, digits=1):
    return "" if value is None else "exact" if value == float("inf") else f"{value:.{digits}f}"


def of_values():
    """The schemes in which a and b have the same blocks: what quantises a, once each."""
    return [s for s in schemes() if s.a == s.b]


def rows(measured, found, columns):
    """A row for each of the schemes `found`; columns are (data, what)."""
    return [[s.blocks, s.title, *(decibels(measured.median(f, s, data, what))
                                  for data, what in columns for f in formats())]
            for s in found]  # fmt: skip


def header(*groups):
    """A column for each format in each group, which the first one names."""
    first, *others = formats()
    return [title for group in groups for title in (f"{group}: {first}", *others)]


def table_data(measured):
    def crest(x):
        return np.abs(x).max() / np.sqrt(np.mean(x.astype(np.float64) ** 2))

    lines = []
    for name, drawn in measured.data.items():
        shapes = ["x".join(map(str, x.shape)) for x in (drawn[0].a, drawn[0].b)]
        spreads = [decibels(measured.spread(f, name, "product")) for f in formats()]
        lines.append([name, drawn[0].about, *shapes,
                      f"{statistics.median(crest(d.a) for d in drawn):.1f}", *spreads])  # fmt: skip
    return tables.table(["data", "what", "a", "b", "largest of a / root mean square",
                         *header("spread of products, dB")], lines)  # fmt: skip


def table_values(measured):
    lines = rows(measured, of_values(), [("normal", "values"), ("t3", "values")])
    return tables.table(["blocks", "scales", *header("normal", "t3")], lines)


def table_outliers(measured):
    lines = rows(measured, of_values(), [("outliers", "values"), ("outliers", "ordinary")])
    return tables.table(["blocks", "scales", *header("all columns", "ordinary columns")], lines)


def table_products(measured):
    lines = rows(measured, schemes(), [(data, "product") for data in DATA])
    return tables.table(["blocks", "scales", *header(*DATA)], lines)


def table_four_bits(measured):
    lines = []
    for s in four_bits():
        (element,) = s.formats
        found = [measured.median(element, s, data, what) for data, what in (
            ("normal", "values"), ("outliers", "values"), ("outliers", "ordinary"), ("t3", "values"),
            *((data, "product") for data in DATA))]  # fmt: skip
        lines.append([s.blocks, element, "x".join(map(str, s.a)), s.title, *map(decibels, found)])
    return tables.table(["format", "elements", "blocks", "scales", "values: normal", "outliers",
                         "ordinary columns", "t3", "products: normal", "outliers", "t3"],
                        lines)  # fmt: skip


def table_sums(measured):
    lines = []
    for scheme in dict.fromkeys(s for s, _ in measured.sums):
        for f in scheme.formats:
            for what, text, digits in (("alone", "quantised", 1), ("product", "before", 3)):
                found = [measured.sums[scheme, p][f][what] for p in INTERVALS]
                lines.append([scheme.blocks, f, text, *(decibels(x, digits) for x in found)])
    intervals = [str(p) if p else f"K = {measured.sizes[2]}" for p in INTERVALS]
    return tables.table(["blocks", "elements", "operands", *intervals], lines)


TABLES = dict(data=table_data, values=table_values, outliers=table_outliers,
              products=table_products, four_bits=table_four_bits, sums=table_sums)  # fmt: skip


def figures(measured):
    """name -> text"""
    about = "a {0} x {2}, b {1} x {2}, CPU reference".format(*measured.sizes)

    def bars(title, found, data, what):
        shown = [s for s in found if s.title != "E8M0"]
        series = {}
        for f in formats():
            medians = [measured.median(f, s, data, what) for s in shown]
            series[f] = [None if x is None else round(x) for x in medians]
        labels = [s.blocks + s.title.removeprefix("f32").replace("E8M0", "") for s in shown]
        return svg.bars(title, about, "dB", labels, series)

    sweeps = {f"{f}, {scheme.blocks}": (False, [measured.sweeps[scheme, x][f] for x in SWEEP])
              for scheme in dict.fromkeys(s for s, _ in measured.sweeps)
              for f in scheme.formats}  # fmt: skip
    return {
        "accuracy-products.svg": bars("Products of heavy-tailed operands (Student's t)",
                                      schemes(), "t3", "product"),
        "accuracy-outliers.svg": bars("Values in ordinary columns beside outliers",
                                      of_values(), "outliers", "ordinary"),
        "accuracy-sweep.svg": svg.lines("Values in ordinary columns, against the size of outliers",
                                        about, "dB", [f"1e{len(str(x)) - 1}" for x in SWEEP],
                                        sweeps),
    }  # fmt: skip


def positive(names):
    """A parser of that many numbers, as argparse takes it."""

    def parse(text):
        parts = text.split(",")
        if len(parts) != len(names.split(",")) or not all(p.isdecimal() and int(p) for p in parts):
            raise argparse.ArgumentTypeError(f"expects {names}, positive, got '{text}'")
        return tuple(map(int, parts))

    return parse


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tool", metavar="GQ_RUN")
    parser.add_argument("-o", "--out", type=pathlib.Path, default=pathlib.Path("docs/accuracy.md"))
    parser.add_argument("--figures", type=pathlib.Path, default=pathlib.Path("docs/figures"))
    parser.add_argument("--sizes", type=positive("M,N,K"), default=SIZES, metavar="M,N,K")
    parser.add_argument("--draws", type=positive("N"), default=(DRAWS,), metavar="N")
    options = parser.parse_args()
    # When the first table is found to be one of these.
    measure = functools.cache(lambda: Measured(options.tool, options.sizes, *options.draws))
    tables.fill(options.out, lambda name: TABLES[name](measure()) if name in TABLES else None)
    options.figures.mkdir(parents=True, exist_ok=True)
    for name, text in figures(measure()).items():
        report.write_atomically(options.figures / name, text)
        print(options.figures / name)


if __name__ == "__main__":
    main()
