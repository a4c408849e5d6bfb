"""Functions that are built step by step: each step writes a line of .mlir, and keeps what it
means as a function of intervals, so that the text and its meaning stand side by side."""

import dataclasses
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
# Of the matrix: how types round, and what data are.
sys.path += [str(HERE.parent / "Matrix"), str(HERE.parents[1] / "python")]

import numpy as np  # noqa: E402

import intervals as iv  # noqa: E402
from formats import decode, encode, round_to  # noqa: E402


@dataclasses.dataclass(frozen=True)
class Dim:
    """ceil(coef / div), or with a symbol ceil(coef * its size / div)."""

    coef: int
    symbol: str = ""
    div: int = 1

    def of(self, sizes):
        return -(-self.coef * sizes.get(self.symbol, 1) // self.div)

    def text(self):
        return "?" if self.symbol else str(self.of({}))

    def ssa(self):
        parts = [self.symbol] + [f"x{self.coef}"] * (self.coef != 1) + [f"by{self.div}"] * (self.div != 1)
        return "%size_" + "_".join(parts)


def static(n):
    return Dim(n)


def blocks_of(dim, block):
    return Dim(dim.coef, dim.symbol, dim.div * block) if dim.symbol else Dim(-(-dim.of({}) // block))


@dataclasses.dataclass(frozen=True)
class Value:
    """`exact`: small integers, whose sums have no rounding."""

    name: str
    element: str
    dims: tuple
    exact: bool = False

    @property
    def type(self):
        return "tensor<" + "".join(f"{dim.text()}x" for dim in self.dims) + f"{self.element}>"

    @property
    def rank(self):
        return len(self.dims)

    def shape(self, sizes):
        return tuple(dim.of(sizes) for dim in self.dims)


@dataclasses.dataclass(frozen=True)
class Codes:
    """Codes and their scales, a value each; `scales` a key of gridquant_programs.SCALES."""

    codes: Value
    values: Value
    block: tuple
    scales: str
    m_major: bool = False

    @property
    def element(self):  # what judge.scale_of asks for
        return self.codes.element


class Function:
    """`arguments`: (Value, maker); a maker takes (rng, shape) and returns the array as it is
    stored. `results`: Values and Codes in order. `kinds`: what the function has in it. `sources`: of
    the names of codes, the values that they were made of."""

    def __init__(self, name):
        self.name, self.lines, self.steps = name, [], []
        self.arguments, self.results, self.kinds = [], [], set()
        self.sources, self.dims, self.count = {}, {}, 0

    # Writing.

    def fresh(self, word="v"):
        self.count += 1
        return f"%{word}{self.count}"

    def use(self, *dims):
        for dim in dims:
            if dim.symbol:
                self.dims[dim] = None

    def argument(self, word, element, dims, maker, exact=False):
        value = Value(self.fresh(word), element, tuple(dims), exact)
        self.arguments.append((value, maker))
        return value

    def empty(self, element, dims):
        value = Value(self.fresh("e"), element, tuple(dims))
        self.use(*dims)
        unknown = ", ".join(dim.ssa() for dim in dims if dim.symbol)
        self.lines.append(f"{value.name} = tensor.empty({unknown}) : {value.type}")
        return value

    def step(self, kind, value, meaning):
        self.kinds.add(kind)
        self.steps.append((value.name, meaning))
        return value

    def text(self):
        prologue = ["%c0 = arith.constant 0 : index", "%c1 = arith.constant 1 : index"]
        for symbol in dict.fromkeys(dim.symbol for dim in self.dims):
            value, at = next((value, i) for value, _ in self.arguments
                             for i, dim in enumerate(value.dims) if dim == Dim(1, symbol))  # fmt: skip
            prologue.append(f"%size_{symbol} = tensor.dim {value.name}, %c{at} : {value.type}")
        for dim in self.dims:
            if dim != Dim(1, dim.symbol):
                prologue.append(f"{dim.ssa()} = affine.apply affine_map<()[s] -> ((s * {dim.coef}) "
                                f"ceildiv {dim.div})>()[%size_{dim.symbol}]")  # fmt: skip
        results = self.flat_results()
        arguments = ", ".join(f"{value.name}: {value.type}" for value, _ in self.arguments)
        kinds = ", ".join(value.type for value in results)
        body = "\n  ".join([*prologue, *self.lines])
        return (f"func.func @{self.name}({arguments}) -> ({kinds}) {{\n  {body}\n"
                f"  return {', '.join(value.name for value in results)} : {kinds}\n}}\n")  # fmt: skip

    def flat_results(self):
        flat = []
        for result in self.results:
            flat += [result.codes, result.values] if isinstance(result, Codes) else [result]
        return flat

    # Meaning.

    def inputs(self, rng, sizes):
        """The arguments, as they are stored."""
        return [np.ascontiguousarray(maker(rng, value.shape(sizes))) for value, maker in self.arguments]

    def evaluate(self, stored):
        """name -> interval of every value."""
        known = {value.name: iv.point(decode(array, value.element))
                 for (value, _), array in zip(self.arguments, stored)}  # fmt: skip
        with np.errstate(all="ignore"):
            for name, meaning in self.steps:
                known[name] = meaning(known)
        return known

    # Steps.

    def matmul(self, a, b, element):
        """The product of two Codes or Values without scales, into `element`."""
        codes = [x.codes if isinstance(x, Codes) else x for x in (a, b)]
        dims = (codes[0].dims[0], codes[1].dims[0])
        init = self.empty(element, dims)
        zero, filled = self.fresh("zero"), self.fresh("f")
        self.lines += [f"{zero} = arith.constant 0.0 : {element}",
                       f"{filled} = linalg.fill ins({zero} : {element}) outs({init.name} : {init.type}) "
                       f"-> {init.type}"]  # fmt: skip
        scaled = isinstance(a, Codes)
        words = ", ".join(f"{x.values.name} block [{x.block[0]}, {x.block[1]}]" for x in (a, b) if scaled)
        flags = [f"transposed_{slot}_scales" for slot, x in zip("ab", (a, b)) if scaled and x.m_major]
        kinds = [x.type for x in codes] + ([a.values.type, b.values.type] if scaled else [])
        value = Value(self.fresh("d"), element, dims)
        self.lines.append(f"{value.name} = gq.scaled_matmul {codes[0].name}, {codes[1].name}"
                          + (f" scales({words})" if scaled else "")
                          + f" outs({filled} : {init.type})" + (f" {{{', '.join(flags)}}}" if flags else "")
                          + f" : {', '.join(kinds)} -> {init.type}")  # fmt: skip
        exact = all(x.exact for x in codes)

        def meaning(known):
            sides = [self._stands_for(x, known) for x in (a, b)]
            sums = iv.product(*sides, codes[0].element, exact)
            return sums if exact and element == "f32" else iv.rounded(sums, element)

        return self.step("product", value, meaning)

    @staticmethod
    def _stands_for(x, known):
        if not isinstance(x, Codes):
            return known[x.name]
        s = known[x.values.name]
        s = tuple(end.T for end in s) if x.m_major else s
        return iv.scaled(known[x.codes.name], s, x.block)

    def quantize(self, x, block, element, scales, m_major=False):
        kind = "f8E8M0FNU" if scales == "e8m0" else "f32"
        shape = [blocks_of(dim, size) for dim, size in zip(x.dims, block)]
        init = self.empty(element, x.dims)
        init_scales = self.empty(kind, shape[::-1] if m_major else shape)
        codes = Value(self.fresh("q"), element, x.dims)
        values = Value(self.fresh("s"), kind, init_scales.dims)
        result = Codes(codes, values, block, scales, m_major)
        flags = [word for word, on in (("pow2", scales != "f32"), ("transposed_scales", m_major)) if on]
        self.lines.append(f"{codes.name}, {values.name} = gq.quantize {x.name} block [{block[0]}, {block[1]}] "
                          f"outs({init.name}, {init_scales.name} : {init.type}, {init_scales.type})"
                          + (f" {{{', '.join(flags)}}}" if flags else "")
                          + f" : {x.type} -> {codes.type}, {values.type}")  # fmt: skip

        def scales_of(known):
            s = iv.scales(known[x.name], block, result)
            return tuple(end.T for end in s) if m_major else s

        def codes_of(known):
            s = known[values.name]
            return iv.codes(known[x.name], tuple(end.T for end in s) if m_major else s, block, element)

        self.step("quantisation", values, scales_of)
        self.step("quantisation", codes, codes_of)
        self.sources[codes.name] = x
        return result

    def elementwise(self, inputs, dims, body, element):
        """`inputs`: (Value, map as text, how its array broadcasts); `body`: a scalars.Body that
        has been written."""
        init = self.empty(element, dims)
        names = [f"d{i}" for i in range(len(dims))]
        identity = f"affine_map<({', '.join(names)}) -> ({', '.join(names)})>"
        maps = ", ".join([*(f"affine_map<({', '.join(names)}) -> ({read})>" for _, read, _ in inputs), identity])
        kinds = ", ".join(['"parallel"'] * len(dims))
        value = Value(self.fresh("y"), element, tuple(dims))
        scalars = ", ".join(f"{name}: {x.element}" for name, (x, _, _) in zip(body.inputs, inputs))
        inner = "\n      ".join(body.lines)
        self.lines.append(
            f"{value.name} = linalg.generic {{indexing_maps = [{maps}], iterator_types = [{kinds}]}}\n"
            f"      ins({', '.join(x.name for x, _, _ in inputs)} : {', '.join(x.type for x, _, _ in inputs)}) "
            f"outs({init.name} : {init.type}) {{\n    ^bb0({scalars}, %out: {element}):\n      {inner}\n"
            f"      linalg.yield {body.result} : {element}\n  }} -> {value.type}")  # fmt: skip

        def meaning(known):
            given = [tuple(broadcast(end) for end in known[x.name]) for x, _, broadcast in inputs]
            result = body.evaluate(given)
            # All of the elements, where only some dimensions were read.
            shape = np.broadcast_shapes(*(end.shape for ends in given for end in ends))
            return tuple(np.broadcast_to(end, shape) for end in result)

        return self.step("elementwise", value, meaning)

    def reduce(self, x, kind, least=-np.inf):
        """Of each row, in f32: the sum, the sum of squares, or the largest element. `least`: what is
        known of it."""
        word, start = {"max": ("arith.maximumf", "0xFF800000")}.get(kind, ("arith.addf", "0.0"))
        init = self.empty("f32", x.dims[:1])
        zero, filled = self.fresh("zero"), self.fresh("f")
        value = Value(self.fresh("row"), "f32", x.dims[:1])
        body = [] if x.element == "f32" else [f"%wide = arith.extf %in : {x.element} to f32"]
        wide = "%wide" if body else "%in"
        if kind == "squares":
            body.append(f"%squared = arith.mulf {wide}, {wide} : f32")
            wide = "%squared"
        inner = "\n      ".join([*body, f"%next = {word} %out, {wide} : f32"])
        self.lines += [f"{zero} = arith.constant {start} : f32",
                       f"{filled} = linalg.fill ins({zero} : f32) outs({init.name} : {init.type}) -> {init.type}",
                       f"{value.name} = linalg.generic {{indexing_maps = [affine_map<(i, j) -> (i, j)>, "
                       f"affine_map<(i, j) -> (i)>], iterator_types = [\"parallel\", \"reduction\"]}}\n"
                       f"      ins({x.name} : {x.type}) outs({filled} : {init.type}) {{\n"
                       f"    ^bb0(%in: {x.element}, %out: f32):\n      {inner}\n"
                       f"      linalg.yield %next : f32\n  }} -> {init.type}"]  # fmt: skip
        return self.step("reduction", value, lambda known: iv.at_least(iv.of_rows(known[x.name], kind), least))

    def constant(self, element, dims, maker):
        """Numbers that the program itself has."""
        rng = np.random.RandomState(len(self.lines) + 1000 * self.count)
        array = maker(rng, tuple(dim.of({}) for dim in dims))
        value = Value(self.fresh("const"), element, tuple(dims))
        self.lines.append(f'{value.name} = arith.constant dense<"0x{array.tobytes().hex()}"> : {value.type}')
        return self.step("constant", value, lambda known: iv.point(decode(array, element)))

    def view(self, word, x, groups, dims):
        """tensor.expand_shape or collapse_shape."""
        value = Value(self.fresh("v"), x.element, tuple(dims), x.exact)
        shape = ""
        if word == "expand":
            self.use(*dims)
            sizes = ", ".join(dim.ssa() if dim.symbol else dim.text() for dim in dims)
            shape = f" output_shape [{sizes}]"
        self.lines.append(f"{value.name} = tensor.{word}_shape {x.name} {groups}{shape} : {x.type} into {value.type}")
        small, large = (x, value) if word == "collapse" else (value, x)

        def meaning(known):
            old = known[x.name][0].shape
            rows = [int(np.prod([old[i] for i in group])) for group in groups] if word == "collapse" else None
            new = rows if rows else self._expanded(old, groups, dims)
            return tuple(end.reshape(new) for end in known[x.name])

        return self.step("view", value, meaning)

    @staticmethod
    def _expanded(old, groups, dims):
        new = []
        for size, group in zip(old, groups):
            rest = [1 if dims[i].symbol else dims[i].of({}) for i in group]
            new += [size // int(np.prod(rest)) if dims[i].symbol else dims[i].of({}) for i in group]
        return new

    def slice(self, x, offsets, dims):
        """A part of a wider tensor, with static offsets."""
        value = Value(self.fresh("w"), x.element, tuple(dims), x.exact)
        self.use(*dims)
        sizes = ", ".join(dim.ssa() if dim.symbol else dim.text() for dim in dims)
        self.lines.append(f"{value.name} = tensor.extract_slice {x.name}[{', '.join(map(str, offsets))}] [{sizes}] "
                          f"[{', '.join('1' for _ in dims)}] : {x.type} to {value.type}")  # fmt: skip

        def meaning(known):
            ends = known[x.name]
            part = tuple(slice(at, None if dim.symbol else at + dim.of({})) for at, dim in zip(offsets, dims))
            return tuple(end[part] for end in ends)

        return self.step("slice", value, meaning)

    def transpose(self, x):
        init = self.empty(x.element, x.dims[::-1])
        value = Value(self.fresh("t"), x.element, x.dims[::-1], x.exact)
        self.lines.append(f"{value.name} = linalg.transpose ins({x.name} : {x.type}) outs({init.name} : {init.type}) "
                          "permutation = [1, 0]")  # fmt: skip
        return self.step("transpose", value, lambda known: tuple(end.T for end in known[x.name]))


def stored(values, element):
    """Values rounded to the type, as they are stored."""
    return encode(round_to(values, element), element)
