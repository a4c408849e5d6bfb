"""Scales of any dimensions of a view, in any order: maps.py GQ-RUN GQ-OPT [OPTIONS]

Programs decode a weight on a view of four dimensions, stored in some order of them, by scales
of some of them. Some have blocks and are raised, some have none and stay; what comes out is
the same in either case."""

import pathlib
import random
import re
import subprocess
import sys
import tempfile

ROWS = 8


def tensor(shape, element):
    return "tensor<" + "".join(f"{size}x" for size in shape) + element + ">"


def function(name, draw):
    sizes = {"a": draw.choice([1, 2, 4]), "b": draw.choice([8, 16, 32]), "c": draw.choice([1, 2, 4]), "d": draw.choice([32, 64])}
    order = draw.choice(["abcd", "abcd", "bacd", "abdc", "cdab", "acbd"])
    of = draw.sample("abcd", draw.choice([0, 1, 2, 2, 2, 3, 4]))
    places = [dim if draw.random() < 0.9 else "0" for dim in of]
    format, convert = draw.choice([("f8E4M3FN", "arith.extf"), ("i8", "arith.sitofp")])
    stored, view = [sizes[dim] for dim in order], [sizes[dim] for dim in "abcd"]
    flat = (stored[0] * stored[1], stored[2] * stored[3])
    n, k = view[0] * view[1], view[2] * view[3]
    scales = [sizes[dim] if place != "0" else 1 for dim, place in zip(of, places)]
    result = tensor((ROWS, n), "f32")
    parallel = ", ".join(['"parallel"'] * 4)
    return f"""func.func @{name}(%w: {tensor(flat, format)}, %s: {tensor(scales, "f32")}, %x: {tensor((ROWS, k), "bf16")}) -> {result} {{
  %v = tensor.expand_shape %w [[0, 1], [2, 3]] output_shape {stored} : {tensor(flat, format)} into {tensor(stored, format)}
  %e4 = tensor.empty() : {tensor(view, "bf16")}
  %d4 = linalg.generic {{indexing_maps = [affine_map<(a, b, c, d) -> ({", ".join(order)})>, affine_map<(a, b, c, d) -> ({", ".join(places)})>, affine_map<(a, b, c, d) -> (a, b, c, d)>], iterator_types = [{parallel}]}} ins(%v, %s : {tensor(stored, format)}, {tensor(scales, "f32")}) outs(%e4 : {tensor(view, "bf16")}) {{
  ^bb0(%q: {format}, %sc: f32, %o: bf16):
    %f = {convert} %q : {format} to f32
    %p = arith.mulf %f, %sc : f32
    %r = arith.truncf %p : f32 to bf16
    linalg.yield %r : bf16
  }} -> {tensor(view, "bf16")}
  %d = tensor.collapse_shape %d4 [[0, 1], [2, 3]] : {tensor(view, "bf16")} into {tensor((n, k), "bf16")}
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : {result}
  %i = linalg.fill ins(%zero : f32) outs(%e : {result}) -> {result}
  %y = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>] ins(%x, %d : {tensor((ROWS, k), "bf16")}, {tensor((n, k), "bf16")}) outs(%i : {result}) -> {result}
  return %y : {result}
}}
"""


def main(run, opt, folder):
    draw = random.Random(5)
    functions = {f"f{i}": function(f"f{i}", draw) for i in range(30)}
    source, raised = folder / "source.mlir", folder / "raised.mlir"
    source.write_text("".join(functions.values()))
    subprocess.run([*opt, source, "--pass-pipeline=builtin.module(func.func(convert-linalg-to-gq))", "-o", raised], check=True)
    texts = dict(re.findall(r"func\.func @(f\d+)(.*?)^  }$", raised.read_text(), re.S | re.M))
    for name, text in functions.items():
        done = subprocess.run([run, raised, f"--reference={source}", "--backend=reference", f"--entry={name}"],
                              capture_output=True, text=True)
        if done.returncode != 0 or "check0     passed" not in done.stdout:
            sys.exit(f"{done.stdout}{done.stderr}\n{text}\nbecomes\n{texts[name]}")
    with_blocks = sum("gq.dequantize" in text for text in texts.values())
    print(f"{with_blocks} have blocks, {len(functions) - with_blocks} have none")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        main(sys.argv[1], sys.argv[2:], pathlib.Path(scratch))
