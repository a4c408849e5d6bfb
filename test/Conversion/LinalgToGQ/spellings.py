"""Layers in many spellings, all of which are raised and compute the same: spellings.py GQ-RUN GQ-OPT [OPTIONS]

A weight of some format, blocks, scales and layout is decoded in one of four ways and multiplied
in one of four, with tokens of bf16 or with codes. Which meet is drawn at random, always the same."""

import itertools
import pathlib
import random
import re
import subprocess
import sys
import tempfile

M, N, K = 16, 128, 256
FORMATS = ["f8E4M3FN", "f8E5M2", "i8"]
BLOCKS = [(1, K), (N, K), (128, 128), (64, 32), (1, 32), (N, 64)]
SCALES = ["f32", "bf16", "f8E8M0FNU"]
DECODES = ["body", "steps", "named", "arith"]
PRODUCTS = ["matmul", "transposed", "contract", "generic"]


def tensor(shape, element):
    return "tensor<" + "".join(f"{size}x" for size in shape) + element + ">"


class Program:
    """The text of a function, whose values are numbered."""

    def __init__(self):
        self.lines, self.count = [], 0

    def add(self, text):
        name = f"%v{self.count}"
        self.count += 1
        self.lines.append(f"  {name} = {text}")
        return name

    def empty(self, shape, element):
        return self.add(f"tensor.empty() : {tensor(shape, element)}")

    def generic(self, maps, inputs, out, kinds, body):
        """inputs: (value, shape, element); body: lines that yield %r of %a0, %a1 ... and %o."""
        value, shape, element = out
        args = ", ".join(f"%a{i}: {kind}" for i, (_, _, kind) in enumerate(inputs))
        head = (f"linalg.generic {{indexing_maps = [{', '.join(f'affine_map<{m}>' for m in maps)}], iterator_types = ["
                + ", ".join(f'"{kind}"' for kind in kinds) + "]} ins("
                + ", ".join(name for name, _, _ in inputs) + " : "
                + ", ".join(tensor(s, e) for _, s, e in inputs)
                + f") outs({value} : {tensor(shape, element)}) {{\n  ^bb0({args}, %o: {element}):\n")
        tail = "".join(f"    {line}\n" for line in body) + f"    linalg.yield %r : {element}\n  }} -> {tensor(shape, element)}"
        return self.add(head + tail)

    def view(self, value, shape, element):
        return self.add(f"tensor.expand_shape {value} [[0, 1], [2, 3]] output_shape [{', '.join(map(str, shape))}] : "
                        f"{tensor((shape[0] * shape[1], shape[2] * shape[3]), element)} into {tensor(shape, element)}")

    def matrix(self, value, shape, element):
        return self.add(f"tensor.collapse_shape {value} [[0, 1], [2, 3]] : {tensor(shape, element)} into "
                        f"{tensor((shape[0] * shape[1], shape[2] * shape[3]), element)}")


def widen(format):
    return "arith.sitofp" if format == "i8" else "arith.extf"


IDENTITY = "(a, b, c, d) -> (a, b, c, d)"
GRID = "(a, b, c, d) -> (a, c)"
PARALLEL = ["parallel"] * 4


def decode(p, way, codes, format, scales, kind, rows, columns, block, result):
    """codes * scales in f32, rounded to `result`; all of it as a matrix."""
    r, c = block
    grid, shape = (rows // r, columns // c), (rows // r, r, columns // c, c)
    scale = [f"%wide = arith.extf %a1 : {kind} to f32"] if kind != "f32" else []
    name = "%wide" if scale else "%a1"
    last = [f"%r = arith.mulf %f, {name} : f32"] if result == "f32" else [
        f"%p = arith.mulf %f, {name} : f32", f"%r = arith.truncf %p : f32 to {result}"]
    if way == "body":
        d = p.generic([IDENTITY, GRID, IDENTITY],
                      [(p.view(codes, shape, format), shape, format), (scales, grid, kind)],
                      (p.empty(shape, result), shape, result), PARALLEL,
                      [f"%f = {widen(format)} %a0 : {format} to f32"] + scale + last)
        return p.matrix(d, shape, result)
    if way == "steps":
        f = p.generic([IDENTITY, IDENTITY], [(p.view(codes, shape, format), shape, format)],
                      (p.empty(shape, "f32"), shape, "f32"), PARALLEL, [f"%r = {widen(format)} %a0 : {format} to f32"])
        d = p.generic([IDENTITY, GRID, IDENTITY], [(f, shape, "f32"), (scales, grid, kind)],
                      (p.empty(shape, "f32"), shape, "f32"), PARALLEL, scale + [f"%r = arith.mulf {name}, %a0 : f32"])
        if result != "f32":
            d = p.generic([IDENTITY, IDENTITY], [(d, shape, "f32")], (p.empty(shape, result), shape, result), PARALLEL,
                          [f"%r = arith.truncf %a0 : f32 to {result}"])
        return p.matrix(d, shape, result)
    flat = (rows, columns)
    if way == "named":
        f = p.add(f"linalg.map {{ {widen(format)} }} ins({codes} : {tensor(flat, format)}) "
                  f"outs({p.empty(flat, 'f32')} : {tensor(flat, 'f32')})")
        if kind != "f32":
            scales = p.add(f"linalg.map {{ arith.extf }} ins({scales} : {tensor(grid, kind)}) "
                           f"outs({p.empty(grid, 'f32')} : {tensor(grid, 'f32')})")
    else:
        f = p.add(f"{widen(format)} {codes} : {tensor(flat, format)} to {tensor(flat, 'f32')}")
        if kind != "f32":
            scales = p.add(f"arith.extf {scales} : {tensor(grid, kind)} to {tensor(grid, 'f32')}")
    wide = tensor(shape, "f32")
    f = p.view(f, shape, "f32")
    s = p.add(f"linalg.broadcast ins({scales} : {tensor(grid, 'f32')}) outs({p.empty(shape, 'f32')} : {wide}) dimensions = [1, 3]")
    if way == "named":
        d = p.add(f"linalg.mul ins({f}, {s} : {wide}, {wide}) outs({p.empty(shape, 'f32')} : {wide}) -> {wide}")
    else:
        d = p.add(f"arith.mulf {f}, {s} : {wide}")
    d = p.matrix(d, shape, "f32")
    if result == "f32":
        return d
    if way == "named":
        return p.add(f"linalg.map {{ arith.truncf }} ins({d} : {tensor(flat, 'f32')}) "
                     f"outs({p.empty(flat, result)} : {tensor(flat, result)})")
    return p.add(f"arith.truncf {d} : {tensor(flat, 'f32')} to {tensor(flat, result)}")


def multiply(p, way, x, w, of_columns, element, result):
    """x . w^T, or x . w where w is K x N."""
    shape = (K, N) if of_columns else (N, K)
    if way == "transposed":
        flipped = shape[::-1]
        w = p.add(f"linalg.transpose ins({w} : {tensor(shape, element)}) "
                  f"outs({p.empty(flipped, element)} : {tensor(flipped, element)}) permutation = [1, 0]")
        shape, of_columns = flipped, not of_columns
    out = tensor((M, N), result)
    zero = p.add(f"arith.constant 0.0 : {result}")
    init = p.add(f"linalg.fill ins({zero} : {result}) outs({p.empty((M, N), result)} : {out}) -> {out}")
    second = "(m, n, k) -> (k, n)" if of_columns else "(m, n, k) -> (n, k)"
    maps = ["(m, n, k) -> (m, k)", second, "(m, n, k) -> (m, n)"]
    operands = f"ins({x}, {w} : {tensor((M, K), element)}, {tensor(shape, element)}) outs({init} : {out})"
    if way == "generic":
        body = [f"%{n} = arith.extf %a{i} : {element} to f32" for i, n in enumerate("pq")] if element != "f32" else []
        p0, q0 = ("%p", "%q") if body else ("%a0", "%a1")
        body += [f"%t = arith.mulf {p0}, {q0} : f32", "%r = arith.addf %o, %t : f32"]
        return p.generic(maps, [(x, (M, K), element), (w, shape, element)], (init, (M, N), result),
                         ["parallel", "parallel", "reduction"], body)
    name = "contract" if way == "contract" else "matmul"
    return p.add(f"linalg.{name} indexing_maps = [{', '.join(f'affine_map<{m}>' for m in maps)}] {operands} -> {out}")


def function(number, choice):
    format, block, kind, of_columns, way, product, of_codes, result = choice
    # Named ops round f32 operands to the type of their result; a body here has none of bf16.
    result = "f32" if of_codes or product == "generic" else result
    p = Program()
    element = "f32" if of_codes else "bf16"
    rows, columns = (K, N) if of_columns else (N, K)
    stored = block[::-1] if of_columns else block
    args = [f"%w: {tensor((rows, columns), format)}", f"%s: {tensor((rows // stored[0], columns // stored[1]), kind)}"]
    if of_codes:
        args += [f"%x: {tensor((M, K), format)}", f"%sx: {tensor((M, K // 128), 'f32')}"]
        x = decode(p, way, "%x", format, "%sx", "f32", M, K, (1, 128), "f32")
    else:
        args.append(f"%x: {tensor((M, K), 'bf16')}")
        x = "%x"
    w = decode(p, way, "%w", format, "%s", kind, rows, columns, stored, element)
    y = multiply(p, product, x, w, of_columns, element, result)
    out = tensor((M, N), result)
    return "\n".join([f"func.func @f{number}({', '.join(args)}) -> {out} {{", *p.lines, f"  return {y} : {out}", "}"])


def main(run, opt, folder):
    every = list(itertools.product(FORMATS, BLOCKS, SCALES, [False, True], DECODES, PRODUCTS, [False, True], ["f32", "bf16"]))
    functions = {}
    for choice in random.Random(7).sample(every, 60):
        functions[f"f{len(functions)}"] = (choice, function(len(functions), choice))
    source, raised = folder / "source.mlir", folder / "raised.mlir"
    source.write_text("\n".join(text for _, text in functions.values()))
    subprocess.run([*opt, source, "--pass-pipeline=builtin.module(func.func(convert-linalg-to-gq))", "-o", raised], check=True)
    texts = dict(re.findall(r"func\.func @(f\d+)(.*?)^  }$", raised.read_text(), re.S | re.M))
    for name, (choice, _) in functions.items():
        of_codes = choice[6]
        scaled = re.search(r"gq\.scaled_matmul .* scales\(", texts[name])
        if texts[name].count("gq.scaled_matmul") != 1 or bool(scaled) != of_codes \
                or re.search(r"linalg\.(matmul|contract|mul|map|broadcast)|arith\.mulf", texts[name]) \
                or ("gq.dequantize" in texts[name]) == of_codes:
            sys.exit(f"{choice} becomes\n{texts[name]}")
        done = subprocess.run([run, raised, f"--reference={source}", "--backend=reference", f"--entry={name}"],
                              capture_output=True, text=True)
        if done.returncode != 0 or "check0     passed" not in done.stdout:
            sys.exit(f"{choice}: {done.stdout}{done.stderr}\n{texts[name]}")
    print(len(functions), "spellings")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        main(sys.argv[1], sys.argv[2:], pathlib.Path(scratch))
