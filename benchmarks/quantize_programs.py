#!/usr/bin/env python3
"""Writes the programs behind the quantisation tables of docs/performance.md, and
programs.json, which says what peers.py must know of them: quantize_programs.py FOLDER

Rows are free (16 in decode_*, unless any), columns are in the name (free in any_*) unless they
are 8192.
"""

import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "python"))

from gridquant_programs import quantize, write  # noqa: E402

BLOCKS = [(1, 128), (128, 128), (256, 256)]


def cases():
    """(name, block, options of programs.quantize)"""
    for block in BLOCKS:
        b = f"{block[0]}x{block[1]}"
        for n in (16384, 28672, 8192, 7168):
            yield f"quantize_{b}_n{n}", block, dict(n=n)
        # One difference each from bf16 to f8E4M3FN with f32 scales in row-major order.
        for what, options in {
            "base": {}, "e5m2": dict(q_type="f8E5M2"), "i8": dict(q_type="i8"),
            "f16": dict(x_type="f16"), "e8m0": dict(scale_kind="e8m0"),
            "mmajor": dict(transposed=True), "f32": dict(x_type="f32"),
            "dual": dict(dual=True), "dual_mmajor": dict(dual=True, transposed=True),
        }.items():  # fmt: skip
            yield f"format_{b}_{what}", block, dict(n=8192, **options)
        yield f"any_{b}", block, dict()
        yield f"decode_{b}", block, dict(m=16, n=8192)
        yield f"decode_{b}_any", block, dict(n=8192)
    # Strategies for 256x256: its own, two passes of several kernels, and two phases of
    # one. GridQuant's first kernels took a block by one thread block, in two phases of
    # 32 x 32 elements at a time: as slabs those are 4 x 256.
    for n in (8192, 16384):
        for what, config in {
            "one_pass": None,
            "two_passes_32x32": "tile = [32, 32], threads = 128, passes = 2",
            "two_passes_32x256": "tile = [32, 256], passes = 2",
            "two_phases_4x256": "tile = [256, 256], threads = 128, slabs = 64, passes = 2",
            "two_phases_64x256": "tile = [256, 256], threads = 512, slabs = 4, passes = 2",
        }.items():
            yield f"{what}_n{n}", (256, 256), dict(n=n, config=config)


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__.strip())
    programs = {}
    for name, block, options in cases():
        facts = dict(kind="quantize", block=block, m=options.get("m", -1),
                     n=options.get("n", -1), x=options.get("x_type", "bf16"),
                     q=options.get("q_type", "f8E4M3FN"), producer=None)  # fmt: skip
        programs[name] = quantize(name, block, **options), facts
    write(pathlib.Path(sys.argv[1]), programs)


if __name__ == "__main__":
    main()
