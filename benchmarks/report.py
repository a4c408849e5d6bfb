"""Results as JSON and as a table. README.md describes the format, which is that of
gq-bench (lib/Core/Bench/Report.cpp)."""

import json
import os
import pathlib
import tempfile

VERSION = 1


def result(name, role, kind, us, rounds, bytes=0, flops=0, **extra):
    """One row of a case. `us` is what timing.summarise gives."""
    row = dict(name=name, role=role, kind=kind, us=us, rounds=rounds, bytes=bytes,
               flops=flops, **extra)  # fmt: skip
    median = us["median"]
    if flops:
        row["tflops"] = round(flops / median / 1e6, 3) if median else 0.0
    row["gbps"] = round(bytes / median / 1e3, 3) if median else 0.0
    return row


def case(key, sizes, results, harness="flushed"):
    """Adds what compares the rows of a case with each other."""
    copy = next((r for r in results if r["name"] == "copy"), None)
    peers = [r for r in results if r["role"] == "peer"]
    for row in results:
        if copy and copy["gbps"] and row["bytes"] and row["kind"] != "matmul":
            row["of_floor"] = round(row["gbps"] / copy["gbps"], 3)
        if row["role"] == "ours" and row["us"]["median"]:
            row["speedup"] = {p["name"]: round(p["us"]["median"] / row["us"]["median"], 3)
                              for p in peers}  # fmt: skip
    return dict(key=key, sizes=sizes, harness=harness, results=results)


def write_atomically(path, text):
    """A reader sees the old file or the whole new one."""
    path = pathlib.Path(path)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name + ".tmp")
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


class Report:
    """A file of results, written after every case."""

    def __init__(self, path, header, resume=False):
        self.path, self.cases = path, []
        self.header = dict(harness="benchmarks/peers.py", version=VERSION, **header)
        if resume and path and pathlib.Path(path).exists():
            earlier = json.loads(pathlib.Path(path).read_text())
            if earlier.get("version") != VERSION:
                raise SystemExit(f"error: '{path}' has version {earlier.get('version')} "
                                 f"of the format, {VERSION} is needed")  # fmt: skip
            self.cases = earlier["cases"]

    def find(self, key):
        return next((c for c in self.cases if c["key"] == key), None)

    def add(self, finished):
        self.cases.append(finished)
        if self.path:
            text = json.dumps(dict(self.header, cases=self.cases), indent=1)
            write_atomically(self.path, text + "\n")


def table(finished):
    """One case as lines of text."""
    results = finished["results"]
    flops = any(r["flops"] for r in results)
    floor = any("of_floor" in r for r in results)
    peers = [r for r in results if r["role"] == "peer"]
    rows = [[finished["sizes"], "us", "p20..p80", "TFLOP/s" if flops else "GB/s"]]
    rows[0] += ["of floor"] if floor else []
    rows[0] += [f"vs {p['name']}" for p in peers]
    for r in results:
        us = r["us"]
        rate = r.get("tflops") if flops else r["gbps"]
        row = [r["name"], f"{us['median']:.2f}", f"{us['p20']:.2f}..{us['p80']:.2f}",
               f"{rate:.1f}" if rate else "-"]  # fmt: skip
        if floor:
            row.append(f"{r['of_floor']:.1%}" if "of_floor" in r else "-")
        speedup = r.get("speedup", {})
        row += [f"{speedup[p['name']]:.3f}x" if p["name"] in speedup else "-" for p in peers]
        rows.append(row)
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        row[0].ljust(widths[0]) + "".join("  " + cell.rjust(width)
                                          for cell, width in zip(row[1:], widths[1:]))
        for row in rows)  # fmt: skip
