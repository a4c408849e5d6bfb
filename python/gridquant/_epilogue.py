"""What comes before a quantisation or follows a product, element by element in f32: bias,
activation, residual, rounding."""

from __future__ import annotations

import typing

from ._mlir import FunctionWriter, Value

Line = typing.Callable[[str], None]


def _relu(line: Line, x: str) -> str:
    line("%zero = arith.constant 0.0 : f32")
    line(f"%activated = arith.maximumf {x}, %zero : f32")
    return "%activated"


def _silu(line: Line, x: str) -> str:
    line("%one = arith.constant 1.0 : f32")
    line(f"%minus = arith.negf {x} : f32")
    line("%exp = math.exp %minus : f32")
    line("%below = arith.addf %exp, %one : f32")
    line(f"%activated = arith.divf {x}, %below : f32")
    return "%activated"


def _gelu(line: Line, x: str) -> str:
    line("%one = arith.constant 1.0 : f32")
    line("%half = arith.constant 0.5 : f32")
    line("%root = arith.constant 0.707106769 : f32")
    line(f"%inner = arith.mulf {x}, %root : f32")
    line("%erf = math.erf %inner : f32")
    return _half_of_one_plus(line, x, "%erf")


def _gelu_tanh(line: Line, x: str) -> str:
    line("%one = arith.constant 1.0 : f32")
    line("%half = arith.constant 0.5 : f32")
    line("%cubic = arith.constant 0.044715 : f32")
    line("%root = arith.constant 0.797884583 : f32")
    line(f"%square = arith.mulf {x}, {x} : f32")
    line("%share = arith.mulf %square, %cubic : f32")
    line("%factor = arith.addf %share, %one : f32")
    line(f"%bent = arith.mulf {x}, %factor : f32")
    line("%inner = arith.mulf %bent, %root : f32")
    line("%tanh = math.tanh %inner : f32")
    return _half_of_one_plus(line, x, "%tanh")


def _half_of_one_plus(line: Line, x: str, y: str) -> str:
    line(f"%above = arith.addf {y}, %one : f32")
    line(f"%part = arith.mulf {x}, %half : f32")
    line("%activated = arith.mulf %part, %above : f32")
    return "%activated"


ACTIVATIONS: dict[str, typing.Callable[[Line, str], str]] = {
    "relu": _relu,
    "silu": _silu,
    "gelu": _gelu,
    "gelu_tanh": _gelu_tanh,
}


def check_activation(name: str | None, what: str = "activation") -> None:
    if name is not None and name not in ACTIVATIONS:
        raise ValueError(f"{what} is '{name}', need one of {', '.join(ACTIVATIONS)}, or None")


def _widen(line: Line, x: str, element: str, name: str) -> str:
    if element == "f32":
        return x
    line(f"{name} = arith.extf {x} : {element} to f32")
    return name


def _round(line: Line, x: str, element: str) -> str:
    if element == "f32":
        return x
    if element == "i8":
        line("%low = arith.constant -128.0 : f32")
        line("%high = arith.constant 127.0 : f32")
        line(f"%even = math.roundeven {x} : f32")
        line("%least = arith.maximumf %even, %low : f32")
        line("%code = arith.minimumf %least, %high : f32")
        line("%rounded = arith.fptosi %code : f32 to i8")
    else:
        line(f"%rounded = arith.truncf {x} : f32 to {element}")
    return "%rounded"


def apply_activation(f: FunctionWriter, x: Value, activation: str) -> Value:
    """activation(x), rounded to the type of x."""
    element = x.type.element
    return f.elementwise([x], element, lambda line, one: _round(
        line, ACTIVATIONS[activation](line, _widen(line, one, element, "%x_f32")), element))  # fmt: skip


def apply_epilogue(f: FunctionWriter, product: Value, element: str, *, bias: Value | None = None,
                   activation: str | None = None, residual: Value | None = None,
                   multiplier: Value | None = None) -> Value:  # fmt: skip
    """activation(product + bias) + residual, times a multiplier for each column, rounded to
    `element` once. `product` is f32."""
    operands = {"bias": bias, "residual": residual, "multiplier": multiplier}
    given = {name: value for name, value in operands.items() if value is not None}

    def body(line: Line, x: str, *scalars: str) -> str:
        of = {name: _widen(line, scalar, given[name].type.element, f"%{name}_f32")
              for name, scalar in zip(given, scalars)}  # fmt: skip
        if bias is not None:
            line(f"%biased = arith.addf {x}, {of['bias']} : f32")
            x = "%biased"
        if activation:
            x = ACTIVATIONS[activation](line, x)
        if residual is not None:
            line(f"%added = arith.addf {x}, {of['residual']} : f32")
            x = "%added"
        if multiplier is not None:
            line(f"%scaled = arith.mulf {x}, {of['multiplier']} : f32")
            x = "%scaled"
        return _round(line, x, element)

    return f.elementwise([product, *given.values()], element, body)
