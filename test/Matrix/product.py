"""One product of the matrix: what it is (`Product`), and its function as .mlir text."""

import dataclasses
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "python"))

from gridquant_programs import (  # noqa: E402
    COLUMN,
    IDENTITY,
    PARALLEL,
    SCALES,
    blocks,
    dynamic,
    tensor,
)

ALL = 0  # of a block: all of that dimension
# What stands for all of a dimension whose size the program does not know.
LONGEST = 512


@dataclasses.dataclass(frozen=True)
class Operand:
    """`block`: rows and columns that share a scale; None without scales. `scale`: the type of
    the scales. `m_major`: whether those of one block along K lie side by side."""

    element: str
    block: tuple = None
    scale: str = "f32"
    m_major: bool = False


@dataclasses.dataclass(frozen=True)
class Result:
    """`kind` plain: a rounding; static: codes of the sum times a given scale for each column;
    blocks: codes and scales, as gq.quantize makes them, of blocks of one row of the sum in
    `source`, whose scales are `scales` (a key of SCALES), `m_major` or not."""

    kind: str
    element: str
    block: int = None
    source: str = "f32"
    scales: str = "f32"
    m_major: bool = False


@dataclasses.dataclass(frozen=True)
class Product:
    """D = A . B^T. `epilogue`: of bias, relu, silu, residual those that follow, in this
    order. `layout` turned: D^T is stored; swapped: D is the transpose of B . A^T. `free`:
    the sizes of m, n and k that the program does not know. `rows`: what else m may be."""

    a: Operand
    b: Operand
    result: Result
    epilogue: tuple
    layout: str
    m: int
    n: int
    k: int
    free: str = ""
    rows: tuple = ()

    def sizes(self):
        """(m, n, k) of each launch."""
        return [(m, self.n, self.k) for m in dict.fromkeys((self.m, *self.rows))]

    def block(self, name):
        """Rows and columns of the blocks of operand a or b."""
        operand, rows = (self.a, "m") if name == "a" else (self.b, "n")
        whole = lambda d: LONGEST if d in self.free else getattr(self, d)
        return tuple(size or whole(d) for size, d in zip(operand.block, (rows, "k")))

    def residual_element(self):
        return "f16" if self.result.element == "f16" else "bf16"

    def describe(self):
        def operand(o):
            if not o.block:
                return o.element
            sizes = "x".join(str(size or "all") for size in o.block)
            return f"{o.element} {sizes} {o.scale}" + " m-major" * o.m_major

        r = self.result
        into = r.element if r.kind == "plain" else f"{r.element} {r.kind}"
        if r.kind == "blocks":
            into += f" 1x{r.block} {r.scales} of {r.source}" + " m-major" * r.m_major
        sizes = "x".join(f"{d}?" if d in self.free else str(getattr(self, d)) for d in "mnk")
        return ", ".join([operand(self.a), operand(self.b), f"to {into}",
                          "+".join(self.epilogue) or "no epilogue", self.layout, sizes])  # fmt: skip


def from_facts(facts):
    """The inverse of dataclasses.asdict, through JSON."""
    fixed = {key: tuple(value) if isinstance(value, list) else value for key, value in facts.items()}
    for name in "ab":
        block = facts[name]["block"]
        fixed[name] = Operand(**dict(facts[name], block=tuple(block) if block else None))
    return Product(**dict(fixed, result=Result(**facts["result"])))


def _body(product, value, x_type):
    """Of the elementwise ops behind the sum `value` in f32: (operands, lines, result)."""
    ins, lines = [], []

    def step(text):
        lines.append(f"%v{len(lines)} = {text}")
        return f"%v{len(lines) - 1}"

    for name in product.epilogue:
        if name == "bias":
            ins.append(("bias", "bf16", COLUMN))
            value = step(f"arith.addf {value}, {step('arith.extf %e_bias : bf16 to f32')} : f32")
        elif name == "relu":
            value = step(f"arith.maximumf {value}, %zero : f32")
        elif name == "silu":
            power = step(f"math.exp {step(f'arith.negf {value} : f32')} : f32")
            below = step(f"arith.addf {step('arith.constant 1.0 : f32')}, {power} : f32")
            value = step(f"arith.divf {value}, {below} : f32")
        elif name == "residual":
            element = product.residual_element()
            ins.append(("residual", element, IDENTITY))
            value = step(f"arith.addf {value}, {step(f'arith.extf %e_residual : {element} to f32')} : f32")
    if product.result.kind == "static":
        low, high = {"i8": (-128, 127), "f8E4M3FN": (-448, 448),
                     "f8E5M2": (-57344, 57344)}[x_type]  # fmt: skip
        ins.append(("scale", "f32", COLUMN))
        value = step(f"arith.mulf {value}, %e_scale : f32")
        if x_type == "i8":
            value = step(f"math.roundeven {value} : f32")
        value = step(f"arith.maximumf {value}, {step(f'arith.constant {low}.0 : f32')} : f32")
        value = step(f"arith.minimumf {value}, {step(f'arith.constant {high}.0 : f32')} : f32")
    if x_type == "i8":
        value = step(f"arith.fptosi {value} : f32 to i8")
    elif x_type != "f32":
        value = step(f"arith.truncf {value} : f32 to {x_type}")
    return ins, lines, value


def text(product, name):
    """The function @name. Its arguments: a, b, then where there are such the scales of a and
    of b, the bias, the residual, the scale of each column."""
    p, r = product, product.result
    m, n, k = (-1 if d in p.free else getattr(p, d) for d in "mnk")
    types = {"a": tensor(m, k, p.a.element), "b": tensor(n, k, p.b.element)}
    words = {"a": "", "b": ""}
    for operand, rows, spec in (("a", m, p.a), ("b", n, p.b)):
        if spec.block:
            block = p.block(operand)
            shape = [blocks(rows, block[0]), blocks(k, block[1])]
            types[f"{operand}s"] = tensor(*(reversed(shape) if spec.m_major else shape), spec.scale)
            words[operand] = f"%{operand}s block [{block[0]}, {block[1]}]"
    # The product, in f32 unless it is all there is.
    x_type = r.source if r.kind == "blocks" else r.element
    direct = r.kind == "plain" and not p.epilogue
    acc_type = x_type if direct else "f32"
    order = ("b", "a") if p.layout == "swapped" else ("a", "b")
    flags = [f"transposed_{slot}_scales" for slot, operand in zip("ab", order)
             if getattr(p, operand).block and getattr(p, operand).m_major]  # fmt: skip
    scales = f"\n      scales({', '.join(words[o] for o in order)})" if p.a.block else ""
    given = f" {{{', '.join(flags)}}}" if flags else ""
    listed = [types[o] for o in order] + [types[f"{o}s"] for o in order if p.a.block]
    plain, turned = tensor(m, n, acc_type), tensor(n, m, acc_type)
    acc = turned if p.layout == "swapped" else plain
    sizes = {"m": m, "n": n}
    sizes_of_acc = dict(n=n, m=m) if p.layout == "swapped" else sizes
    lines = [f"%c0 = arith.constant 0 : index", f"%zero = arith.constant 0.0 : {acc_type}",
             f"%m = tensor.dim %a, %c0 : {types['a']}", f"%n = tensor.dim %b, %c0 : {types['b']}",
             f"%e = tensor.empty{dynamic(**sizes_of_acc)} : {acc}",
             f"%f = linalg.fill ins(%zero : {acc_type}) outs(%e : {acc}) -> {acc}",
             f"%sum = gq.scaled_matmul %{order[0]}, %{order[1]}{scales}\n      outs(%f : {acc}){given}"
             f" : {', '.join(listed)} -> {acc}"]  # fmt: skip
    value = "%sum"
    if p.layout == "swapped":
        lines += [f"%te = tensor.empty{dynamic(**sizes)} : {plain}",
                  f"%t = linalg.transpose ins(%sum : {turned}) outs(%te : {plain}) permutation = [1, 0]"]
        value = "%t"
    result = tensor(m, n, x_type)
    ins, body, last = _body(p, "%x", x_type)
    if body and not direct:
        maps = ", ".join([IDENTITY, *(read for _, _, read in ins), IDENTITY])
        for operand, element, read in ins:
            size = "?" if n < 0 else n
            types[operand] = tensor(m, n, element) if read == IDENTITY else f"tensor<{size}x{element}>"
        reads = "".join(f", %{operand}" for operand, _, _ in ins)
        reads_types = "".join(f", {types[operand]}" for operand, _, _ in ins)
        scalars = "".join(f", %e_{operand}: {element}" for operand, element, _ in ins)
        inner = "\n      ".join(body)
        lines += [f"%de = tensor.empty{dynamic(**sizes)} : {result}",
                  f"%d = linalg.generic {{indexing_maps = [{maps}], {PARALLEL}}}\n"
                  f"      ins({value}{reads} : {plain}{reads_types}) outs(%de : {result}) {{\n"
                  f"    ^bb0(%x: f32{scalars}, %o: {x_type}):\n      {inner}\n"
                  f"      linalg.yield {last} : {x_type}\n  }} -> {result}"]  # fmt: skip
        value = "%d"
    results = [(value, result)]
    if r.kind == "blocks":
        kind, pow2 = SCALES[r.scales]
        shape = [m, blocks(n, r.block)]
        codes = tensor(m, n, r.element)
        kept = tensor(*(reversed(shape) if r.m_major else shape), kind)
        wanted = [word for word, on in (("pow2", pow2), ("transposed_scales", r.m_major)) if on]
        given = f" {{{', '.join(wanted)}}}" if wanted else ""
        counts = dynamic(sn=shape[1], m=m) if r.m_major else dynamic(m=m, sn=shape[1])
        lines += [f"%sn = affine.apply affine_map<(d) -> (d ceildiv {r.block})>(%n)",
                  f"%qe = tensor.empty{dynamic(**sizes)} : {codes}",
                  f"%se = tensor.empty{counts} : {kept}",
                  f"%q, %s = gq.quantize {value} block [1, {r.block}] outs(%qe, %se : {codes}, {kept})"
                  f"{given} : {result} -> {codes}, {kept}"]  # fmt: skip
        results = [("%q", codes), ("%s", kept)]
    elif p.layout == "turned":
        stored = tensor(n, m, x_type)
        lines += [f"%te = tensor.empty{dynamic(n=n, m=m)} : {stored}",
                  f"%t = linalg.transpose ins({value} : {result}) outs(%te : {stored}) permutation = [1, 0]"]
        results = [("%t", stored)]
    args = ", ".join(f"%{operand}: {kind}" for operand, kind in types.items())
    kinds = ", ".join(kind for _, kind in results)
    inner = "\n  ".join(lines)
    return (f"func.func @{name}({args}) -> ({kinds}) {{\n  {inner}\n"
            f"  return {', '.join(value for value, _ in results)} : {kinds}\n}}\n")  # fmt: skip
