"""What the examples share: run a function of an .mlir file on NumPy arrays.

`run` hands the arrays to gq-run, which takes the GPU if there is one and the CPU reference
otherwise, and reads back what it wrote. One-byte floats are uint8 arrays here, since NumPy
has no type for them; `decode` says what they stand for.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
STORED = {"f32": np.float32, "f16": np.float16, "i8": np.int8}


def find_gq_run():
    """$GQ_RUN, or that of the build beside this folder, or the one on PATH."""
    built = HERE.parent / "build" / "bin" / "gq-run"
    found = os.environ.get("GQ_RUN") or (str(built) if built.exists() else shutil.which("gq-run"))
    if not found:
        sys.exit("gq-run is not found: `make build` builds it, GQ_RUN can name it")
    return found


class Run:
    """`results`: arrays in order; `backend`: where they come from; `ms`: how long that took
    there, without copies; `seconds`: all of it."""

    def __init__(self, file, entry, inputs, elements, options=()):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            command = [find_gq_run(), str(HERE / file), f"--entry={entry}", *options]
            for i, array in enumerate(inputs):
                np.save(folder / f"in{i}.npy", np.ascontiguousarray(array))
                command.append(f"--input={folder}/in{i}.npy")
            outputs = [folder / f"out{i}.npy" for i in range(len(elements))]
            command += [f"--output={path}" for path in outputs]
            start = time.time()
            done = subprocess.run(command, capture_output=True, text=True)
            self.seconds = time.time() - start
            if done.returncode:
                sys.exit(f"{' '.join(command[:3])}:\n{done.stdout}{done.stderr}")
            said = dict(line.split(None, 1) for line in done.stdout.splitlines() if " " in line)
            self.backend, self.ms = said["backend"], float(said["time"].split()[0])
            stored = [STORED.get(e, np.uint8) for e in elements]
            self.results = [np.load(path).view(kind) for path, kind in zip(outputs, stored)]


def decode(codes, element):
    """What codes stand for, from the bits of the formats: 1 sign, then exponent, mantissa."""
    if element == "f8E8M0FNU":
        return np.ldexp(1.0, codes.astype(int) - 127)
    if element not in ("f8E4M3FN", "f8E5M2"):
        return codes.astype(np.float64)
    mantissa, bias = (3, 7) if element == "f8E4M3FN" else (2, 15)
    exponent, fraction = (codes & 0x7F) >> mantissa, (codes & ((1 << mantissa) - 1)) / (1 << mantissa)
    value = np.where(exponent == 0, np.ldexp(fraction, 1 - bias),
                     np.ldexp(1 + fraction, exponent.astype(int) - bias))  # fmt: skip
    return np.where(codes & 0x80, -value, value)


def dequantize(codes, element, scales, scale_element, block):
    """Codes times the scales of their blocks, in f64."""
    wide = decode(scales, scale_element).repeat(block[0], 0).repeat(block[1], 1)
    return decode(codes, element) * wide[: codes.shape[0], : codes.shape[1]]


def snr(exact, value):
    """Signal to noise, in dB: 6 more are half the error."""
    noise = np.sum((value - exact) ** 2)
    return 10 * np.log10(np.sum(exact**2) / noise) if noise else float("inf")
