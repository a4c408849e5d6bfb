"""casts.py GQ-RUN LIBRARY: every conversion against ml_dtypes and NumPy, which are not ours.

- `convert` of the reference library, which saturates, between all float types;
- `scaled_cast` with scales of one, which is the same conversion;
- arith.truncf and arith.extf as gq-run computes them, which do not saturate.

Inputs are all 65536 of bf16 and of f16, all codes of one byte, and three million of f32:
each upper half with lower halves that are ties of bf16 and f16, one bit beside them, and
others. So there is every sign, exponent, infinity and kind of NaN, and around each value of
each type the ties and what lies next to them. A NaN is the canonical one of its type.
"""

import pathlib
import subprocess
import sys
import tempfile

import ml_dtypes
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "python"))
from gridquant import reference  # noqa: E402

# The type there, the bits of the NaN that conversions make here, the largest finite value.
TYPES = {
    "f32": (np.float32, None, None),
    "bf16": (ml_dtypes.bfloat16, 0x7FFF, None),
    "f16": (np.float16, 0x7FFF, None),
    "f8E4M3FN": (ml_dtypes.float8_e4m3fn, 0x7F, 448),
    "f8E5M2": (ml_dtypes.float8_e5m2, 0x7F, 57344),
}
BITS = {1: np.uint8, 2: np.uint16, 4: np.uint32}
NARROW = ["bf16", "f16", "f8E4M3FN", "f8E5M2"]
E8M0 = "f8E8M0FNU"


def every(element):
    """Inputs of the type, as its bits."""
    size = np.dtype(TYPES[element][0]).itemsize
    if size < 4:
        return np.arange(1 << 8 * size).astype(BITS[size])
    steps = np.array([0x0000, 0x0001, 0x0FFF, 0x1000, 0x1001, 0x1FFF], np.uint32)
    lower = (np.arange(8, dtype=np.uint32)[:, None] << 13 | steps).ravel()
    return (np.arange(1 << 16, dtype=np.uint32)[:, None] << 16 | lower).ravel()


def bits_of(values, element):
    """Bits of values of the type, with the canonical NaN."""
    bits = values.view(BITS[values.itemsize]).copy()
    if TYPES[element][1] is not None:
        bits[np.isnan(values)] = TYPES[element][1]
    return bits


class Cases:
    """Counts what was compared, and prints what differs."""

    def __init__(self):
        self.conversions, self.values, self.failed = 0, 0, 0

    def compare(self, what, got, expected, inputs):
        self.conversions += 1
        self.values += len(inputs)
        bad = np.flatnonzero(got.ravel() != expected.ravel())
        if bad.size:
            self.failed += 1
            i = bad[0]
            print(f"{what}: {bad.size} of {got.size} differ, the first of 0x{inputs[i]:x}: "
                  f"0x{got.ravel()[i]:x}, expected 0x{expected.ravel()[i]:x}")  # fmt: skip


def saturated(values, element):
    most = TYPES[element][2]
    with np.errstate(invalid="ignore", over="ignore"):
        values = values.astype(np.float32)
        if most:
            values = np.clip(values, -most, most)  # NaN stays
        return bits_of(values.astype(TYPES[element][0]), element)


def library(cases):
    for source in TYPES:
        inputs = every(source)
        values = inputs.view(TYPES[source][0])
        for target in NARROW:
            got = np.empty(len(inputs), BITS[np.dtype(TYPES[target][0]).itemsize])
            reference.convert(inputs, source, len(inputs), target, got)
            # To its own type a value is widened and rounded too, so that NaN becomes the
            # canonical one.
            cases.compare(f"convert {source} to {target}", got, saturated(values, target), inputs)
        wide = np.empty(len(inputs), np.float32)
        reference.convert(inputs, source, len(inputs), "f32", wide)
        numbers = ~np.isnan(values.astype(np.float32))
        cases.compare(f"convert {source} to f32", wide.view(np.uint32)[numbers],
                      values.astype(np.float32).view(np.uint32)[numbers], inputs[numbers])  # fmt: skip
        cases.compare(f"NaN of {source}", np.isnan(wide), ~numbers, inputs)
        if source not in ("f32", "bf16", "f16"):
            continue
        rows, ones = len(inputs) // 256, np.ones((len(inputs) // 256, 2), np.float32)
        for target in ("f8E4M3FN", "f8E5M2"):
            got = np.empty(len(inputs), np.uint8)
            reference.scaled_cast(inputs, source, (rows, 256), (1, 128), ones, target, got)
            cases.compare(f"scaled_cast {source} to {target}", got, saturated(values, target), inputs)


def scales(cases):
    """f8E8M0FNU: what codes stand for, and rounding up to the next of them."""
    codes = np.arange(256).astype(np.uint8)
    there = codes.view(ml_dtypes.float8_e8m0fnu).astype(np.float64)
    wide = np.empty(256, np.float32)
    reference.convert(codes, E8M0, 256, "f32", wide)
    cases.compare(f"convert {E8M0} to f32", wide[:255].view(np.uint32),
                  there[:255].astype(np.float32).view(np.uint32), codes)  # fmt: skip
    cases.compare(f"NaN of {E8M0}", np.isnan(wide), np.isnan(there), codes)
    inputs = every("f32")
    values = inputs.view(np.float32)
    got = np.empty(len(inputs), np.uint8)
    reference.convert(inputs, "f32", len(inputs), E8M0, got)
    with np.errstate(invalid="ignore"):
        expected = np.searchsorted(there[:255], values.astype(np.float64)).astype(np.uint8)
    expected[~(values >= 0) | np.isinf(values)] = 255
    expected[values == 0] = 0  # of either sign
    cases.compare(f"convert f32 to {E8M0}", got, expected, inputs)


def programs(cases, gq_run, folder):
    """truncf and extf of each type, all in one function for each type they are from."""
    for source in TYPES:
        inputs = every(source)
        values = inputs.view(TYPES[source][0])
        width = lambda t: np.dtype(TYPES[t][0]).itemsize
        targets = [t for t in TYPES if width(t) != width(source)]
        kind = lambda t: f"tensor<{len(inputs)}x{t}>"
        body = "".join(f"""
  %{t} = arith.{'truncf' if width(t) < width(source) else 'extf'} %x : {kind(source)} to {kind(t)}"""
                       for t in targets)  # fmt: skip
        results = ", ".join(kind(t) for t in targets)
        file = folder / f"{source}.mlir"
        file.write_text(f"func.func @casts(%x: {kind(source)}) -> ({results}) {{{body}\n  return "
                        f"{', '.join('%' + t for t in targets)} : {results}\n}}\n")  # fmt: skip
        np.save(folder / "x.npy", inputs.view(np.float32) if source == "f32" else
                inputs.view(np.float16) if source == "f16" else inputs)  # fmt: skip
        outputs = [folder / f"{t}.npy" for t in targets]
        subprocess.run([gq_run, file, "--backend=reference", f"--input={folder / 'x.npy'}",
                        *(f"--output={o}" for o in outputs)], check=True, stdout=subprocess.DEVNULL)  # fmt: skip
        for target, output in zip(targets, outputs):
            got = np.load(output)
            got = bits_of(got.view(TYPES[target][0]), target)
            with np.errstate(invalid="ignore", over="ignore"):
                expected = bits_of(values.astype(TYPES[target][0]), target)
            if target == "f32":  # NaN keeps what it has to say, or is any
                both = np.isnan(got.view(np.float32)) & np.isnan(expected.view(np.float32))
                got, expected = (np.where(both, 0x7FC00000, v) for v in (got, expected))
            cases.compare(f"arith {source} to {target}", got, expected, inputs)


def main():
    gq_run, path = sys.argv[1:]
    reference.load_library(path)
    cases = Cases()
    library(cases)
    scales(cases)
    with tempfile.TemporaryDirectory() as folder:
        programs(cases, gq_run, pathlib.Path(folder))
    print(f"{cases.conversions} conversions, {cases.values} values, {cases.failed} wrong, "
          f"ml_dtypes {ml_dtypes.__version__}")  # fmt: skip
    return 1 if cases.failed else 0


sys.exit(main())
