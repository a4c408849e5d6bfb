"""Bodies of elementwise ops: scalar ops as lines of .mlir, each with its meaning on intervals."""

import numpy as np

import intervals as iv
from formats import round_to


def _erf(x):
    """Abramowitz and Stegun 7.1.26 is off by 1.5e-7: less than what is allowed."""
    t = 1 / (1 + 0.3275911 * np.abs(x))
    poly = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t
    return np.sign(x) * (1 - poly * np.exp(-x * x))


UNARY = {
    "arith.negf": iv.negate,
    "math.absf": iv.absolute,
    "math.floor": iv.exactly(np.floor),
    "math.ceil": iv.exactly(np.ceil),
    "math.roundeven": iv.exactly(np.rint),
    "math.exp": iv.growing(np.exp),
    "math.exp2": iv.growing(np.exp2),
    "math.log": iv.growing(np.log),
    "math.log2": iv.growing(np.log2),
    "math.tanh": iv.growing(np.tanh),
    "math.erf": iv.growing(_erf, absolute=2.0**-18),
    "math.sqrt": iv.growing(np.sqrt, iv.DIVISION, 0.0),
    "math.rsqrt": iv.falling(lambda x: 1 / np.sqrt(x)),
    "math.sin": iv.swinging(np.sin),
    "math.cos": iv.swinging(np.cos),
}
BINARY = {
    "arith.addf": iv.add,
    "arith.subf": iv.subtract,
    "arith.mulf": iv.multiply,
    "arith.divf": iv.divide,
    "arith.maximumf": iv.maximum,
    "arith.minimumf": iv.minimum,
}


class Body:
    """All in `kind`, f32 or bf16, whatever comes in and goes out; what is in bf16 is rounded after
    each op. `inputs`: the names of the scalars that come in; `result`: of the one that goes out."""

    def __init__(self, elements, kind="f32"):
        self.kind = kind
        self.inputs = [f"%in{i}" for i in range(len(elements))]
        self.lines, self.steps, self.count, self.result = [], [], 0, None
        self.wide = [self._given(name, element) for name, element in zip(self.inputs, elements)]

    def _given(self, name, element):
        if element == self.kind:
            return name
        if element != "f32":
            word = "arith.sitofp" if element.startswith("i") else "arith.extf"
            name = self._exact(f"{word} {name} : {element} to f32", name)
        return name if self.kind == "f32" else self._rounded(name, "f32", self.kind)

    def _rounded(self, x, element, to):
        return self._step(f"arith.truncf {x} : {element} to {to}", lambda known: iv.rounded(known[x], to))

    def _exact(self, text, x):
        return self._step(text, lambda known: known[x])

    def _step(self, text, meaning):
        self.count += 1
        name = f"%r{self.count}"
        self.lines.append(f"{name} = {text}")
        self.steps.append((name, meaning))
        return name

    def _computed(self, text, meaning):
        if self.kind == "f32":
            return self._step(text, meaning)
        return self._step(text, lambda known: iv.rounded(meaning(known), self.kind))

    def constant(self, value):
        point = np.float64(round_to(np.float32(value), self.kind))
        return self._step(f"arith.constant {float(point)!r} : {self.kind}", lambda known: iv.point(point))

    def unary(self, word, x):
        return self._computed(f"{word} {x} : {self.kind}", lambda known: UNARY[word](known[x]))

    def binary(self, word, x, y):
        text = f"{word} {x}, {y} : {self.kind}"
        if x == y and word == "arith.mulf":
            return self._computed(text, lambda known: iv.square(known[x]))
        return self._computed(text, lambda known: BINARY[word](known[x], known[y]))

    def below_largest(self, x, largest):
        """x - largest, of its row, and so no more than 0."""
        return self._computed(f"arith.subf {x}, {largest} : {self.kind}",
                              lambda known: iv.at_most(iv.subtract(known[x], known[largest]), 0.0))  # fmt: skip

    def select_above(self, x, c, above, below):
        """`above` where x > c, a constant, else `below`."""
        limit = self.constant(c)
        self.count += 1
        self.lines.append(f"%p{self.count} = arith.cmpf ogt, {x}, {limit} : {self.kind}")
        return self._step(f"arith.select %p{self.count}, {above}, {below} : {self.kind}",
                          lambda known: iv.select_above(known[x], c, known[above], known[below]))  # fmt: skip

    def finish(self, x, element):
        """Rounds to what goes out; codes are clamped first."""
        low, high = {"i8": (-128.0, 127.0), "f8E4M3FN": (-448.0, 448.0), "f8E5M2": (-57344.0, 57344.0)}.get(
            element, (None, None))  # fmt: skip
        if element == "i8":
            x = self.unary("math.roundeven", x)
        if low is not None:
            x = self.binary("arith.maximumf", x, self.constant(low))
            x = self.binary("arith.minimumf", x, self.constant(high))
        if element == "i8":
            x = self._exact(f"arith.fptosi {x} : {self.kind} to i8", x)
        elif element == "f16" and self.kind == "bf16":  # neither is in the other
            x = self._rounded(self._exact(f"arith.extf {x} : bf16 to f32", x), "f32", "f16")
        elif element != self.kind:
            x = (self._exact(f"arith.extf {x} : bf16 to f32", x) if element == "f32"
                 else self._rounded(x, self.kind, element))  # fmt: skip
        self.result = x

    def evaluate(self, given):
        known = dict(zip(self.inputs, given))
        for name, meaning in self.steps:
            known[name] = meaning(known)
        return known[self.result]


# Functions that models have, of a scalar.


def silu(body, x):
    power = body.unary("math.exp", body.unary("arith.negf", x))
    return body.binary("arith.divf", x, body.binary("arith.addf", body.constant(1.0), power))


def sigmoid(body, x):
    power = body.unary("math.exp", body.unary("arith.negf", x))
    return body.binary("arith.divf", body.constant(1.0), body.binary("arith.addf", body.constant(1.0), power))


def gelu(body, x):
    cube = body.binary("arith.mulf", body.binary("arith.mulf", x, x), x)
    inner = body.binary("arith.addf", x, body.binary("arith.mulf", cube, body.constant(0.044715)))
    bent = body.unary("math.tanh", body.binary("arith.mulf", inner, body.constant(0.79788456)))
    half = body.binary("arith.mulf", x, body.constant(0.5))
    return body.binary("arith.mulf", half, body.binary("arith.addf", bent, body.constant(1.0)))


def gelu_erf(body, x):
    bent = body.unary("math.erf", body.binary("arith.mulf", x, body.constant(0.70710678)))
    half = body.binary("arith.mulf", x, body.constant(0.5))
    return body.binary("arith.mulf", half, body.binary("arith.addf", bent, body.constant(1.0)))


def relu(body, x):
    return body.binary("arith.maximumf", x, body.constant(0.0))


def relu_squared(body, x):
    y = relu(body, x)
    return body.binary("arith.mulf", y, y)


def leaky_relu(body, x):
    return body.select_above(x, 0.0, x, body.binary("arith.mulf", x, body.constant(0.125)))


def softplus(body, x):
    most = body.binary("arith.minimumf", x, body.constant(20.0))
    return body.unary("math.log", body.binary("arith.addf", body.unary("math.exp", most), body.constant(1.0)))


def clamp(body, x):
    return body.binary("arith.minimumf", body.binary("arith.maximumf", x, body.constant(-6.0)), body.constant(6.0))


def root(body, x):
    return body.unary("math.sqrt", body.unary("math.absf", x))


def inverse_root(body, x):
    square = body.binary("arith.addf", body.binary("arith.mulf", x, x), body.constant(0.25))
    return body.unary("math.rsqrt", square)


def logarithm(body, x):
    return body.unary("math.log2", body.binary("arith.addf", body.unary("math.absf", x), body.constant(0.5)))


def power(body, x):
    return body.unary("math.exp2", clamp(body, x))


def wave(body, x):
    return body.unary("math.sin", clamp(body, x))


def other_wave(body, x):
    return body.unary("math.cos", clamp(body, x))


def whole(body, x):
    return body.unary("math.floor", x)


def plain(word):
    return lambda body, x: body.unary(word, x)


FUNCTIONS = {
    "silu": silu, "sigmoid": sigmoid, "gelu": gelu, "gelu_erf": gelu_erf, "relu": relu,
    "relu_squared": relu_squared, "leaky_relu": leaky_relu, "softplus": softplus, "clamp": clamp,
    "root": root, "inverse_root": inverse_root, "logarithm": logarithm, "power": power, "wave": wave,
    "other_wave": other_wave, "floor": whole, "tanh": plain("math.tanh"), "erf": plain("math.erf"),
    "abs": plain("math.absf"), "negate": plain("arith.negf"), "ceil": plain("math.ceil"),
}  # fmt: skip
# Of sums in another order they may be another whole number.
STEPS = ("floor", "ceil")
