#!/usr/bin/env python3
"""Writes the quantisation tables of a document from the results of quantize.sh:
tables.py RESULTS DOCUMENT

A table stands between the lines `<!-- table: NAME -->` and `<!-- end -->`; NAME is one
of quantize, any, decode, formats, strategies, peers.
"""

import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import report  # noqa: E402

BLOCKS = ["1x128", "128x128", "256x256"]


class Results:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def rows(self, file, sizes=None):
        """name -> row of the case with these sizes (the only case, without)."""
        try:
            cases = json.loads((self.folder / f"{file}.json").read_text())["cases"]
        except (OSError, ValueError, KeyError) as error:
            raise SystemExit(f"error: {self.folder / file}.json: {error!r}")
        for case in cases:
            if sizes in (None, case["sizes"]):
                return {row["name"]: row for row in case["results"]}
        raise SystemExit(f"error: {file}.json has no case of size {sizes}")


def us(row, digits=1):
    return f"{row['us']['median']:.{digits}f}"


def share(row, of):
    """Bandwidths compared: a copy moves a few bytes more or less."""
    return f"{row['gbps'] / of['gbps']:.1%}"


def table(header, rows):
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def quantize(results):
    lines = []
    for n, m in ((16384, 16384), (28672, 8192), (8192, 8192), (7168, 4096)):
        rows = results.rows(f"bench-h100-quantize-n{n}", str(m))
        for block in BLOCKS:
            row = rows[f"quantize_{block}_n{n}"]
            lines.append([block, str(m), str(n), us(row), f"{row['gbps']:.0f}",
                          share(row, rows["copy"]), share(row, rows["driver-copy"])])  # fmt: skip
    return table(["block", "rows", "columns", "us", "GB/s", "of the floor",
                  "of the driver's copy"], lines)  # fmt: skip


def any_size(results):
    lines = []
    for n in (16384, 16376, 16383):
        rows = results.rows("any-h100", f"16384x{n}")
        for block in BLOCKS:
            row = rows[f"any_{block}"]
            lines.append([block, "16384", str(n), us(row), f"{row['gbps']:.0f}",
                          share(row, rows["driver-copy"])])  # fmt: skip
    return table(["block", "rows", "columns", "us", "GB/s", "of the driver's copy"], lines)


def decode(results):
    static, free = results.rows("decode-h100"), results.rows("decode-h100-any")
    lines = []
    for block in BLOCKS:
        cells = [block]
        for rows, name in ((static, f"decode_{block}"), (free, f"decode_{block}_any")):
            over = rows[name]["us"]["median"] - rows["empty"]["us"]["median"]
            cells += [us(rows[name], 2), f"{over:.2f}"]
        lines.append([*cells, f"{static[f'decode_{block}']['host_us']:.1f}"])
    return table(["block", "16 rows", "over empty", "any rows", "over empty", "host"], lines)


FORMATS = {
    "bf16 to f8E4M3FN": ("base", ""), "to f8E5M2": ("e5m2", ""), "to i8": ("i8", ""),
    "from f16": ("f16", ""), "from f32": ("f32", "-f32"), "E8M0 scales": ("e8m0", ""),
    "M-major scales": ("mmajor", ""), "codes and their transpose": ("dual", "-dual"),
    "both, M-major scales": ("dual_mmajor", "-dual"),
}  # fmt: skip


def formats(results):
    lines = []
    for title, (what, suffix) in FORMATS.items():
        cells = [title]
        for block in BLOCKS:
            base = results.rows(f"formats-h100-{block}")[f"format_{block}_base"]
            rows = results.rows(f"formats-h100-{block}{suffix}")
            row = rows[f"format_{block}_{what}"]
            cells += [f"{us(row)} us, {share(row, rows['driver-copy'])}, "
                      f"{row['gbps'] / base['gbps']:.3f}"]  # fmt: skip
        lines.append(cells)
    return table(["", *BLOCKS], lines)


STRATEGIES = {
    "one pass: a 256 x 256 tile, 512 threads": "one_pass_n{}",
    "two phases of one kernel, slabs of 64 x 256": "two_phases_64x256_n{}",
    "two phases of one kernel, slabs of 4 x 256, 128 threads": "two_phases_4x256_n{}",
    "two passes, parts of 32 x 256": "two_passes_32x256_n{}",
    "two passes, parts of 32 x 32, 128 threads": "two_passes_32x32_n{}",
    "Triton, two kernels, 16 rows at a time": "triton 2 passes",
    "Triton, two phases of one kernel, tiles of 32 x 32": "triton 2 phases",
}


def strategies(results):
    files = {n: results.rows(f"strategies-h100-n{n}") for n in (8192, 16384)}
    lines = []
    for title, name in STRATEGIES.items():
        cells = [title]
        for n, rows in files.items():
            row, one = rows[name.format(n)], rows[f"one_pass_n{n}"]
            cells += [us(row), f"{row['us']['median'] / one['us']['median']:.2f}"]
        lines.append(cells)
    return table(["strategy", "8192 x 8192", "", "16384 x 16384", ""], lines)


def peers(results):
    names = ["triton", "triton 2 passes", "triton 2 phases", "torch.compile", "torch"]
    lines = []
    for n in (8192, 16384):
        for block in BLOCKS:
            rows = results.rows(f"bench-h100-peers-n{n}", f"{n}x{n} block {block}")
            lines.append([block, str(n), str(n), us(rows[f"quantize_{block}_n{n}"]),
                          *(us(rows[name]) if name in rows else "" for name in names)])  # fmt: skip
    return table(["block", "rows", "columns", "GridQuant", "Triton", "Triton, two passes",
                  "Triton, two phases", "torch.compile", "torch"], lines)  # fmt: skip


TABLES = dict(quantize=quantize, any=any_size, decode=decode, formats=formats,
              strategies=strategies, peers=peers)  # fmt: skip


def fill(document, make):
    """Writes the tables of `document`: make(NAME) is the text of one, None where no table
    is called so."""

    def replace(match):
        text = make(match[1])
        if text is None:
            raise SystemExit(f"error: {document}: no table is called '{match[1]}'")
        return f"<!-- table: {match[1]} -->\n\n{text}\n\n<!-- end -->"

    pattern = r"<!-- table: (\w+) -->\n.*?<!-- end -->"
    text, count = re.subn(pattern, replace, document.read_text(), flags=re.DOTALL)
    if count == 0:
        raise SystemExit(f"error: {document} has no line '<!-- table: NAME -->'")
    report.write_atomically(document, text)
    print(f"{document}: {count} tables")


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__.strip())
    results = Results(sys.argv[1])
    fill(pathlib.Path(sys.argv[2]), lambda name: TABLES[name](results) if name in TABLES else None)


if __name__ == "__main__":
    main()
