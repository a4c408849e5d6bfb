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
    size,
    tensor,
)

ALL = 0  # of a block: all of that dimension
FOUR_BITS = ("i4", "f4E2M1FN")
# What stands for all of a dimension whose size the program does not know.
LONGEST = 512


@dataclasses.dataclass(frozen=True)
class Operand:
    """`block`: rows and columns that share a scale; None without scales. `scale`: the type of
    the scales. `m_major`: whether those of one block along K lie side by side. `points`: zero
    points, ("all" or "rows", their type). Codes of four bits, i4 or f4E2M1FN, are decoded to
    bf16, which is what is multiplied."""

    element: str
    block: tuple = None
    scale: str = "f32"
    m_major: bool = False
    points: tuple = None

    def packed(self):
        return self.element in FOUR_BITS


@dataclasses.dataclass(frozen=True)
class Result:
    """`kind` plain: a rounding; static: codes of the sum times a given scale for each column;
    blocks: codes and scales, as gq.quantize makes them, of blocks of `rows` rows and `block`
    columns of the sum in `source`, whose scales are `scales` (a key of SCALES), `m_major` or
    not."""

    kind: str
    element: str
    block: int = None
    source: str = "f32"
    scales: str = "f32"
    m_major: bool = False
    rows: int = 1


@dataclasses.dataclass(frozen=True)
class Product:
    """D = A . B^T. `epilogue`: of bias, relu, silu, residual those that follow, in this
    order. `layout` turned: D^T is stored; swapped: D is the transpose of B . A^T. `free`:
    the sizes of m, n and k that the program does not know. `rows`: what else m may be.
    `origin`: where in the blocks element (0, 0, 0) lies, along m, n and k."""

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
    origin: tuple = ()

    def sizes(self):
        """(m, n, k) of each launch."""
        return [(m, self.n, self.k) for m in dict.fromkeys((self.m, *self.rows))]

    def block(self, name):
        """Rows and columns of the blocks of operand a or b."""
        operand, rows = (self.a, "m") if name == "a" else (self.b, "n")
        whole = lambda d: LONGEST if d in self.free else getattr(self, d)
        return tuple(given or whole(d) for given, d in zip(operand.block, (rows, "k")))

    def begin(self, name):
        """Rows and columns of the first block of operand a or b that lie in front of it."""
        if not self.origin:
            return 0, 0
        places = self.origin[0 if name == "a" else 1], self.origin[2]
        return tuple(place % size for place, size in zip(places, self.block(name)))

    def residual_element(self):
        return "f16" if self.result.element == "f16" else "bf16"

    def describe(self):
        def operand(o):
            points = f" - {o.points[1]} of {o.points[0]}" if o.points else ""
            if not o.block:
                return o.element + points
            sizes = "x".join(str(given or "all") for given in o.block)
            return f"{o.element}{points} {sizes} {o.scale}" + " m-major" * o.m_major

        r = self.result
        into = r.element if r.kind == "plain" else f"{r.element} {r.kind}"
        if r.kind == "blocks":
            into += f" {r.rows}x{r.block} {r.scales} of {r.source}" + " m-major" * r.m_major
        sizes = "x".join(f"{d}?" if d in self.free else str(getattr(self, d)) for d in "mnk")
        return ", ".join([operand(self.a), operand(self.b), f"to {into}",
                          "+".join(self.epilogue) or "no epilogue", self.layout, sizes,
                          *([f"from {self.origin}"] if self.origin else [])])  # fmt: skip


def from_facts(facts):
    """The inverse of dataclasses.asdict, through JSON."""
    fixed = {key: tuple(value) if isinstance(value, list) else value for key, value in facts.items()}
    for name in "ab":
        lists = {key: value and tuple(value) for key, value in facts[name].items() if key in ("block", "points")}
        fixed[name] = Operand(**{**facts[name], **lists})
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


class Writer:
    """Writes one function, part by part: `types` of its arguments, its `lines`, and the
    `value` that the next part reads."""

    def __init__(self, product):
        self.product, self.lines = product, []
        self.m, self.n, self.k = (-1 if d in product.free else getattr(product, d) for d in "mnk")
        stored = lambda rows, o: (tensor(rows, blocks(self.k, 2), "i8") if o.packed()
                                  else tensor(rows, self.k, o.element))  # fmt: skip
        self.types = {"a": stored(self.m, product.a), "b": stored(self.n, product.b)}
        r = product.result
        self.x_type = r.source if r.kind == "blocks" else r.element
        # The product is in f32 unless it is all there is.
        self.direct = r.kind == "plain" and not product.epilogue
        self.value = None

    def empty(self, name, element, **sizes):
        """A tensor of these sizes, and its type."""
        kind = tensor(*sizes.values(), element)
        self.lines.append(f"%{name} = tensor.empty{dynamic(**sizes)} : {kind}")
        return kind

    def turn(self, kind, **sizes):
        """The transpose of the value, of these sizes."""
        result = self.empty("te", kind.rsplit("x", 1)[1][:-1], **sizes)
        self.lines.append(f"%t = linalg.transpose ins({self.value} : {kind}) outs(%te : {result}) "
                          "permutation = [1, 0]")  # fmt: skip
        self.value = "%t"
        return result

    def decode(self, operand, scales):
        """An operand of codes of four bits as bf16: (value, type)."""
        rows = {"a": "m", "b": "n"}[operand]
        self.lines += ["%c1 = arith.constant 1 : index", f"%k = tensor.dim %a, %c1 : {self.types['a']}"]
        kind = self.empty(f"{operand}e", "bf16", **{rows: getattr(self, rows), "k": self.k})
        self.lines.append(f"%{operand}d = gq.dequantize %{operand} scales({scales}) outs(%{operand}e : {kind})\n"
                          f"      {{packed = {getattr(self.product, operand).element}}} : {self.types[operand]}, "
                          f"{self.types[f'{operand}s']} -> {kind}")  # fmt: skip
        return f"%{operand}d", kind

    def sum(self):
        """The product, as rows of m."""
        p, words = self.product, {}
        for operand, rows, spec in (("a", self.m, p.a), ("b", self.n, p.b)):
            if spec.block:
                block, begin = p.block(operand), p.begin(operand)
                shape = [blocks(d if d < 0 else d + first, each)
                         for d, first, each in zip((rows, self.k), begin, block)]  # fmt: skip
                shape = reversed(shape) if spec.m_major else shape
                self.types[f"{operand}s"] = tensor(*shape, spec.scale)
                words[operand] = f"%{operand}s block [{block[0]}, {block[1]}]"
            if spec.points:
                kind, element = spec.points
                self.types[f"{operand}z"] = f"tensor<{f'{size(rows)}x' * (kind == 'rows')}{element}>"
        order = ("b", "a") if p.layout == "swapped" else ("a", "b")
        flags = [f"transposed_{slot}_scales" for slot, operand in zip("ab", order)
                 if getattr(p, operand).block and getattr(p, operand).m_major]  # fmt: skip
        element = self.x_type if self.direct else "f32"
        self.lines += ["%c0 = arith.constant 0 : index", f"%zero = arith.constant 0.0 : {element}",
                       f"%m = tensor.dim %a, %c0 : {self.types['a']}",
                       f"%n = tensor.dim %b, %c0 : {self.types['b']}"]  # fmt: skip
        read, decoded = dict(a="%a", b="%b"), {}
        for operand in order:
            if getattr(p, operand).packed():
                read[operand], decoded[operand] = self.decode(operand, words.pop(operand))
        scales = f"\n      scales({', '.join(words[o] for o in order)})" if words else ""
        for slot, operand in zip("ab", order):
            if getattr(p, operand).points:
                scales += f"\n      {slot}_zero_points(%{operand}z : {self.types[f'{operand}z']})"
        if p.origin:
            begin = dict(zip("abk", p.origin))
            names = []
            for place in (*order, "k"):
                names.append(f"%o{place}")
                self.lines.append(f"%o{place} = arith.constant {begin[place]} : index")
            scales += f"\n      origin({', '.join(names)})"
        given = f" {{{', '.join(flags)}}}" if flags else ""
        kinds = ", ".join([*(decoded.get(o, self.types[o]) for o in order),
                           *(self.types[f"{o}s"] for o in order if words)])  # fmt: skip
        sizes = dict(m=self.m, n=self.n)
        turned = p.layout == "swapped"
        acc = self.empty("e", element, **(dict(n=self.n, m=self.m) if turned else sizes))
        self.lines += [f"%f = linalg.fill ins(%zero : {element}) outs(%e : {acc}) -> {acc}",
                       f"%sum = gq.scaled_matmul {read[order[0]]}, {read[order[1]]}{scales}\n      outs(%f : {acc})"
                       f"{given} : {kinds} -> {acc}"]  # fmt: skip
        self.value = "%sum"
        return self.turn(acc, **sizes) if turned else acc

    def behind(self, acc):
        """The elementwise ops behind it, and the conversion to what is stored or quantised."""
        ins, body, last = _body(self.product, "%x", self.x_type)
        if not body or self.direct:
            return acc
        for operand, element, read in ins:
            sizes = (self.m, self.n) if read == IDENTITY else (self.n,)
            self.types[operand] = f"tensor<{'x'.join(map(size, sizes))}x{element}>"
        maps = ", ".join([IDENTITY, *(read for _, _, read in ins), IDENTITY])
        reads = "".join(f", %{operand}" for operand, _, _ in ins)
        kinds = "".join(f", {self.types[operand]}" for operand, _, _ in ins)
        scalars = "".join(f", %e_{operand}: {element}" for operand, element, _ in ins)
        inner = "\n      ".join(body)
        result = self.empty("de", self.x_type, m=self.m, n=self.n)
        self.lines.append(f"%d = linalg.generic {{indexing_maps = [{maps}], {PARALLEL}}}\n"
                          f"      ins({self.value}{reads} : {acc}{kinds}) outs(%de : {result}) {{\n"
                          f"    ^bb0(%x: f32{scalars}, %o: {self.x_type}):\n      {inner}\n"
                          f"      linalg.yield {last} : {self.x_type}\n  }} -> {result}")  # fmt: skip
        self.value = "%d"
        return result

    def quantize(self, x):
        """[(name, type)] of codes and scales."""
        r = self.product.result
        kind, pow2 = SCALES[r.scales]
        wanted = [word for word, on in (("pow2", pow2), ("transposed_scales", r.m_major)) if on]
        given = f" {{{', '.join(wanted)}}}" if wanted else ""
        self.lines.append(f"%sn = affine.apply affine_map<(d) -> (d ceildiv {r.block})>(%n)")
        codes = self.empty("qe", r.element, m=self.m, n=self.n)
        self.lines.append(f"%sm = affine.apply affine_map<(d) -> (d ceildiv {r.rows})>(%m)")
        across, down = blocks(self.n, r.block), blocks(self.m, r.rows)
        sizes = dict(sn=across, sm=down) if r.m_major else dict(sm=down, sn=across)
        scales = self.empty("se", kind, **sizes)
        self.lines.append(f"%q, %s = gq.quantize {self.value} block [{r.rows}, {r.block}] outs(%qe, %se : "
                          f"{codes}, {scales}){given} : {x} -> {codes}, {scales}")  # fmt: skip
        return [("%q", codes), ("%s", scales)]


def text(product, name):
    """The function @name. Its arguments: a, b, then where there are such the scales and the
    zero points of a and those of b, the bias, the residual, the scale of each column."""
    writer = Writer(product)
    x = writer.behind(writer.sum())
    if product.result.kind == "blocks":
        results = writer.quantize(x)
    else:
        if product.layout == "turned":
            x = writer.turn(x, n=writer.n, m=writer.m)
        results = [(writer.value, x)]
    args = ", ".join(f"%{operand}: {kind}" for operand, kind in writer.types.items())
    kinds = ", ".join(kind for _, kind in results)
    inner = "\n  ".join(writer.lines)
    return (f"func.func @{name}({args}) -> ({kinds}) {{\n  {inner}\n"
            f"  return {', '.join(value for value, _ in results)} : {kinds}\n}}\n")  # fmt: skip
