"""Which programs there are: `programs(count)`, the same ones every time. Everything is drawn from
the number of the program, so that programs do not change with how many there are."""

import random

import numpy as np

from program import Codes, Dim, Function, blocks_of, static, stored  # first: it finds the others
from judge import make_codes, make_scales
from scalars import FUNCTIONS, STEPS, Body

E4M3, E5M2, E8M0 = "f8E4M3FN", "f8E5M2", "f8E8M0FNU"
ROWS = [1, 5, 17, 33, 64, 70, 100, 128, 129, 200]
COLUMNS = [16, 40, 64, 72, 96, 128, 136, 192, 200, 256, 264]
DEPTHS = [64, 80, 128, 144, 256, 272, 384]
ALL = 0
# What programs have beside products, quantisations and functions in f32, unless told otherwise.
SWITCHES = ("constants", "reductions", "narrow")
# Blocks of both sides of a product.
PAIRS = [((1, 128), (128, 128)), ((1, 128), (1, 128)), ((1, ALL), (1, ALL)), ((128, 128), (128, 128)),
         ((1, 32), (1, 32)), ((1, 64), (64, 64)), ((32, 32), (32, 32)), ((256, 256), (128, 128))]  # fmt: skip
QUANTIZED = [(1, 128), (1, 128), (1, 64), (1, 32), (128, 128), (32, 32), (16, 64), (1, ALL)]


def values(element, exact, spread=1.0):
    """A maker of arguments: small integers, or normally distributed."""

    def make(rng, shape):
        if element in ("i8", E4M3, E5M2):
            return make_codes(rng, *shape, element, exact, False)
        drawn = rng.randint(-4, 5, shape) if exact else rng.standard_normal(shape) * spread
        return stored(np.asarray(drawn, np.float64), element)

    return make


def scale_values(element, exact, shift):
    return lambda rng, shape: make_scales(rng, *shape, element, exact, shift)


class Chooser:
    """Draws one program. `exact`: whether its data are small integers. `switches`: of SWITCHES
    those that programs may have."""

    def __init__(self, name, seed, switches):
        self.switches = switches
        self.rng, self.exact = random.Random(seed), seed % 2 == 0
        self.f = Function(name)
        draw = self.rng.random()
        self.m = Dim(1, "m") if draw < 0.55 else static(self.rng.choice(ROWS))
        self.n, self.k = (static(self.rng.choice(sizes)) for sizes in (COLUMNS, DEPTHS))
        if self.rng.random() < 0.08:
            self.n = Dim(1, "n")
        if self.rng.random() < 0.05:
            self.k = Dim(1, "k")
        symbols = {"m": ROWS, "n": COLUMNS, "k": DEPTHS}
        self.sizes = {dim.symbol: self.rng.choice(symbols[dim.symbol])
                      for dim in (self.m, self.n, self.k) if dim.symbol}  # fmt: skip

    def maybe(self, share):
        return self.rng.random() < share

    # Where values come from.

    def tensor(self, dims, elements=("bf16", "bf16", "f16", "f32"), word="x"):
        element = self.rng.choice(elements)
        make = values(element, self.exact)
        if "constants" in self.switches and not any(dim.symbol for dim in dims) and self.maybe(0.3):
            return self.f.constant(element, dims, make)
        if len(dims) == 2 and all(not dim.symbol for dim in dims[1:]) and self.maybe(0.1):
            wide = (dims[0], static(dims[1].of({}) + 128))
            return self.f.slice(self.f.argument(word, element, wide, make), (0, 128), dims)
        return self.f.argument(word, element, dims, make)

    def weights(self, rows, depth, element, block, scale, m_major=False):
        """Codes with scales, as arguments."""
        block = tuple(size or (512 if dim.symbol else dim.of({})) for size, dim in zip(block, (rows, depth)))
        codes = self.f.argument("w", element, (rows, depth), values(element, self.exact), self.exact)
        shape = tuple(blocks_of(dim, size) for dim, size in zip((rows, depth), block))
        shift = 5 if element == "i8" else 0
        scales = self.f.argument("s", scale, shape[::-1] if m_major else shape,
                                 scale_values(scale, self.exact, shift + 3))  # fmt: skip
        self.f.use(*(dim for dim in shape if dim.symbol))
        return Codes(codes, scales, block, "e8m0" if scale == E8M0 else "f32", m_major)

    def result_element(self):
        return self.rng.choice(("f32", "f32", "f32", "bf16", "f16"))

    def product(self):
        """A product of arguments."""
        kind = self.rng.random()
        if kind < 0.15:
            element = self.rng.choice(("bf16", "f16"))
            a, b = (self.f.argument("w", element, (rows, self.k), values(element, self.exact), self.exact)
                    for rows in (self.m, self.n))  # fmt: skip
            return self.f.matmul(a, b, self.result_element())
        floats = [self.rng.choice((E4M3, E4M3, E5M2)) for _ in range(2)]
        kinds = ("i8", "i8") if kind < 0.3 else floats
        blocks = self.rng.choice(PAIRS)
        sides = []
        for rows, element, block in zip((self.m, self.n), kinds, blocks):
            scale = E8M0 if self.maybe(0.15) else "f32"
            sides.append(self.weights(rows, self.k, element, block, scale, self.maybe(0.15)))
        return self.f.matmul(*sides, self.result_element())

    def linear(self, x):
        """x quantised, times codes that are an argument."""
        element = self.rng.choice((E4M3, E4M3, "i8"))
        block, weight_block = self.rng.choice(PAIRS[:6])
        block = tuple(size or (512 if dim.symbol else dim.of({})) for size, dim in zip(block, x.dims))
        scales = self.rng.choice(("f32", "f32", "pow2", "e8m0"))
        q = self.f.quantize(x, block, element, scales)
        if self.maybe(0.3):
            self.f.results.append(q)
        rows = static(self.rng.choice(COLUMNS))
        return self.f.matmul(q, self.weights(rows, x.dims[1], element, weight_block, "f32"), self.result_element())

    def start(self):
        kind = self.rng.random()
        if kind < 0.55:
            return self.product()
        x = self.tensor((self.m, self.k))
        if kind < 0.7:
            return x
        if kind < 0.85:
            x = self.pointwise(x)
        return self.linear(x)

    # What follows.

    def normalize(self, x):
        """RMSNorm, or a softmax, of rows."""
        rows, row = "d0", lambda array: array[:, None]
        gain = self.tensor(x.dims[1:], word="gain")
        if self.maybe(0.6):
            inputs = [(x, "d0, d1", lambda a: a), (self.f.reduce(x, "squares"), rows, row), (gain, "d1", lambda a: a)]
            body = Body([value.element for value, _, _ in inputs])
            columns = x.dims[1].of({"n": 256, "k": 256})  # about the mean, where nobody knows
            mean = body.binary("arith.mulf", body.wide[1], body.constant(1.0 / columns))
            root = body.unary("math.rsqrt", body.binary("arith.addf", mean, body.constant(0.0625)))
            value = body.binary("arith.mulf", body.binary("arith.mulf", body.wide[0], root), body.wide[2])
            element = self.rng.choice(("bf16", "f32"))
            body.finish(value, element)
            return self.f.elementwise(inputs, x.dims, body, element)
        body = Body([x.element, "f32"])
        body.finish(body.unary("math.exp", body.below_largest(*body.wide)), "f32")
        most = (self.f.reduce(x, "max"), rows, row)
        powers = self.f.elementwise([(x, "d0, d1", lambda a: a), most], x.dims, body, "f32")
        body = Body(["f32", "f32"])
        body.finish(body.binary("arith.divf", *body.wide), "bf16")
        total = (self.f.reduce(powers, "sum", least=1 - 2.0**-10), rows, row)  # of e^0, among others
        return self.f.elementwise([(powers, "d0, d1", lambda a: a), total], x.dims, body, "bf16")

    def second(self, dims):
        """(value, map, how its array broadcasts) of another operand of an elementwise op."""
        rank = len(dims)
        last = f"d{rank - 1}"
        kind = self.rng.random()
        if kind < 0.35:
            return self.tensor(dims[-1:], word="bias"), last, lambda x: x
        if kind < 0.5 and rank == 2:
            return self.tensor(dims[:1], word="rows"), "d0", lambda x: x[:, None]
        if kind < 0.6 and rank == 2:
            return self.tensor((dims[0], static(1)), word="rows"), "d0, 0", lambda x: x
        if kind < 0.65 and rank == 2:
            return self.tensor((static(1), dims[1]), word="columns"), "0, d1", lambda x: x
        if kind < 0.7 and rank == 2 and not self.f.kinds & {"quantisation"}:
            return self.tensor(dims[::-1], word="turned"), "d1, d0", lambda x: x.T
        names = ", ".join(f"d{i}" for i in range(rank))
        if rank == 3:  # as a view, too
            flat = self.tensor((dims[0], Dim(dims[1].of({}) * dims[2].of({}))), word="residual")
            return self.f.view("expand", flat, [[0], [1, 2]], dims), names, lambda x: x
        return self.tensor(dims, word="residual"), names, lambda x: x

    def pointwise(self, x, element=None):
        """An elementwise op of x and up to two other operands."""
        names = ", ".join(f"d{i}" for i in range(x.rank))
        inputs = [(x, names, lambda array: array)]
        for _ in range(self.rng.choice((0, 1, 1, 1, 2))):
            inputs.append(self.second(x.dims))
        narrow = "narrow" in self.switches and self.maybe(0.5)
        body = Body([operand.element for operand, _, _ in inputs], "bf16" if narrow else "f32")
        value, others = body.wide[0], body.wide[1:]
        for _ in range(self.rng.choice((1, 1, 2, 3))):
            if others and self.maybe(0.5):
                word = self.rng.choice(("arith.addf", "arith.addf", "arith.mulf", "arith.subf", "arith.maximumf"))
                value = body.binary(word, value, others.pop())
            elif self.maybe(0.25):
                word = self.rng.choice(("arith.addf", "arith.mulf", "arith.maximumf", "arith.minimumf"))
                value = body.binary(word, value, body.constant(self.rng.choice((0.5, -1.0, 3.0, 0.1, 0.0625))))
            else:
                name = self.rng.choice(list(FUNCTIONS))
                self.f.kinds |= {"steps"} if name in STEPS else set()
                bent = FUNCTIONS[name](body, value)
                joined = self.maybe(0.15)
                value = body.binary("arith.addf", bent, value) if joined else bent
        for other in others:
            value = body.binary("arith.addf", value, other)
        element = element or self.rng.choice(("bf16", "bf16", "f32", "f16"))
        body.finish(value, element)
        return self.f.elementwise(inputs, x.dims, body, element)

    def on_a_view(self, x):
        """An elementwise op on x with its columns in groups, or rows."""
        columns = x.dims[1].of({}) if not x.dims[1].symbol else 0
        groups = [g for g in (8, 16, 32, 64) if columns and columns % g == 0]
        if not groups:
            return self.pointwise(x)
        group = self.rng.choice(groups)
        dims = (x.dims[0], static(columns // group), static(group))
        y = self.pointwise(self.f.view("expand", x, [[0], [1, 2]], dims))
        return self.f.view("collapse", y, [[0], [1, 2]], x.dims)

    def computed(self, x):
        """Whether a launch writes x; an argument, or a part of one, is no result."""
        return x.name[1] in "dy" or x.name[1] == "v" and self.f.kinds & {"product", "elementwise"}

    def program(self):
        x = self.start()
        for _ in range(self.rng.choice((0, 1, 1, 1, 2, 2, 3))):
            if self.maybe(0.15) and self.computed(x):
                self.f.results.append(x)
                self.f.kinds.add("two consumers")
            if "reductions" in self.switches and self.maybe(0.3):
                x = self.normalize(x)
            else:
                x = self.on_a_view(x) if self.maybe(0.2) else self.pointwise(x)
        end = self.rng.random()
        if end < 0.3:
            block = tuple(size or (512 if dim.symbol else dim.of({}))
                          for size, dim in zip(self.rng.choice(QUANTIZED), x.dims))  # fmt: skip
            element = self.rng.choice((E4M3, E4M3, E5M2, "i8"))
            scales = self.rng.choice(("f32", "f32", "pow2", "e8m0"))
            both = self.f.quantize(x, block, element, scales, self.maybe(0.2))
            self.f.results.append(self.rng.choice((both, both, both, both, both.codes, both.values)))
        elif end < 0.45:
            y = self.linear(x)
            self.f.results.append(self.pointwise(y) if self.maybe(0.5) else y)
        elif end < 0.55 and self.computed(x):
            self.f.results.append(self.f.transpose(x))
        elif end < 0.65:
            self.f.results.append(self.pointwise(x, self.rng.choice((E4M3, "i8", E5M2))))
        elif self.computed(x):
            self.f.results.append(x)
        else:
            self.f.results.append(self.pointwise(x))
        return self.f


def program(number, switches=SWITCHES):
    """(function, sizes of what it does not know, whether data are small integers)."""
    chooser = Chooser(f"random_{number:04d}", number, switches)
    return chooser.program(), chooser.sizes, chooser.exact


def rows_of(sizes):
    """The sizes of each launch: other numbers of rows, too, where the program allows."""
    if "m" not in sizes:
        return [sizes]
    return [dict(sizes, m=m) for m in dict.fromkeys((sizes["m"], 1, 131))]
