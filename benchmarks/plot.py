#!/usr/bin/env python3
"""Draws results of gq-bench and peers.py: plot.py [-o FOLDER] FILE.json...

    quantize-bandwidth.svg  GB/s against size, one line per block, and the copy
    quantize-speedup.svg    time of every peer divided by ours, at the largest size
    matmul-tflops.svg       TFLOP/s against size, with the peers
    matmul-speedup.svg      time of every peer divided by ours, at the largest size

A figure for which the files have no rows is not drawn. The same rows in several files:
the last one counts.
"""

import argparse
import json
import pathlib
import re
import statistics
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import report  # noqa: E402
import svg  # noqa: E402


def read(path):
    try:
        document = json.loads(pathlib.Path(path).read_text())
        if document["version"] != report.VERSION:
            raise ValueError(f"version is {document['version']}, "
                             f"{report.VERSION} is needed")  # fmt: skip
        for case in document["cases"]:
            for row in case["results"]:
                row["name"], row["role"], row["kind"], row["us"]["median"]
            case["sizes"]
        return document
    except OSError as error:
        raise SystemExit(f"error: {error}")
    except (ValueError, KeyError, TypeError) as error:
        reason = f"has no {error}" if isinstance(error, KeyError) else error
        raise SystemExit(f"error: '{path}' is no file of results: {reason}")


def size_of(case, row):
    """"8192x8192", or M x N x K of a matmul."""
    extents = [str(row[d]) for d in "mnk" if row.get(d)]
    return "x".join(extents) or case["sizes"].split(" ")[0] or "static"


def volume(size):
    product = 1
    for factor in re.findall(r"\d+", size):
        product *= int(factor)
    return product


def block_of(row):
    """"1x128,128x128", or one where both operands have the same."""
    found = re.search(r"_(\d+x\d+(?:_\d+x\d+)?)$", row["name"])
    text = row.get("block") or (found[1].replace("_", ",") if found else row["name"])
    blocks = text.split(",")
    return blocks[0] if len(set(blocks)) == 1 else text


class Table:
    """Rows of one kind: (series, size) -> row."""

    def __init__(self, documents, kind):
        self.rows, self.copies, self.roles = {}, {}, {}
        for document in documents:
            for case in document["cases"]:
                ours = [r for r in case["results"] if r["kind"] == kind and r["role"] == "ours"]
                if ours:
                    self._add(case, ours, kind)
        self.sizes = sorted({size for _, size in self.rows}, key=lambda s: (volume(s), s))

    def _add(self, case, ours, kind):
        size = size_of(case, ours[0])
        blocks = [block_of(row) for row in ours]
        for row in case["results"]:
            if row["name"] == "copy":
                self.copies.setdefault(size, []).append(row["gbps"])
            if row["kind"] != kind and row["role"] != "peer":
                continue
            name = row["name"]
            # The block says it shorter, unless two rows have the same.
            if row["role"] == "ours" and blocks.count(block_of(row)) == 1:
                name = f"GridQuant {block_of(row)}"
            self.rows[name, size] = row
            self.roles[name] = row["role"]

    def names(self, role):
        return [name for name in self.roles if self.roles[name] == role]

    def rates(self, name, rate):
        """(median, low, high) per size, of "gbps" or "tflops"."""
        values = []
        for size in self.sizes:
            row = self.rows.get((name, size))
            if not row or not row.get(rate):
                values.append(None)
                continue
            us = row["us"]
            spread = [row[rate] * us["median"] / us[q] if us.get(q) else row[rate]
                      for q in ("p80", "p20")]  # fmt: skip
            values.append((row[rate], *spread))
        return values


def subtitle(documents):
    """Where the numbers come from."""
    seen = []
    for d in documents:
        text = ", ".join(d.get(field) or "unknown" for field in ("gpu", "date"))
        text += f", commit {d.get('commit') or 'unknown'}"
        if text not in seen:
            seen.append(text)
    return "; ".join(seen)


def speedup(table, title, about):
    """Bars of the largest size that has peers."""
    for size in reversed(table.sizes):
        ours = [n for n in table.names("ours") if table.rows.get((n, size), {}).get("speedup")]
        if not ours:
            continue
        found = [table.rows[n, size]["speedup"] for n in ours]
        peers = list(dict.fromkeys(p for ratios in found for p in ratios))
        series = {p: [ratios.get(p) for ratios in found] for p in peers}
        return svg.bars(f"{title}, {size}", about, "time of the peer / time of GridQuant", ours,
                        series, mark=1)  # fmt: skip
    return None


def figures(documents):
    """name -> text of every figure there is data for."""
    about, result = subtitle(documents), {}
    quantize, matmul = Table(documents, "quantize"), Table(documents, "matmul")
    if quantize.sizes:
        series = {n: (False, quantize.rates(n, "gbps")) for n in quantize.names("ours")}
        copies = [quantize.copies.get(size) for size in quantize.sizes]
        if any(copies):
            series["copy"] = (True, [c and statistics.median(c) for c in copies])
        result["quantize-bandwidth.svg"] = svg.lines(
            "Quantisation to FP8", about, "GB/s", quantize.sizes, series)  # fmt: skip
        result["quantize-speedup.svg"] = speedup(quantize, "Quantisation to FP8", about)
    if matmul.sizes:
        names = matmul.names("ours") + matmul.names("peer")
        series = {n: (matmul.roles[n] == "peer" and n.startswith("cublas") and "," not in n,
                      matmul.rates(n, "tflops")) for n in names}  # fmt: skip
        result["matmul-tflops.svg"] = svg.lines(
            "FP8 matmul, M x N x K", about, "TFLOP/s", matmul.sizes, series)  # fmt: skip
        result["matmul-speedup.svg"] = speedup(matmul, "FP8 matmul", about)
    return {name: text for name, text in result.items() if text}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+")
    parser.add_argument("-o", "--out", type=pathlib.Path, default=pathlib.Path("docs/figures"))
    options = parser.parse_args()
    drawn = figures([read(path) for path in options.files])
    if not drawn:
        raise SystemExit("error: the files have no results to draw")
    options.out.mkdir(parents=True, exist_ok=True)
    for name, text in drawn.items():
        report.write_atomically(options.out / name, text)
        print(options.out / name)


if __name__ == "__main__":
    main()
