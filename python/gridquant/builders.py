"""Builders: the usual programs by their sizes and formats, as Programs.

Sizes are numbers, or None for one that only a call knows. Element types are MLIR's names.
A block (rows, columns) may have None for all of a static dimension.
"""

from __future__ import annotations

import typing

from ._epilogue import apply_activation, apply_epilogue, check_activation
from ._mlir import FunctionWriter, Size, Type, Value, blocks_in, size_of
from .program import Program

__all__ = ["linear", "linear_dgrad", "linear_wgrad", "matmul", "quantize"]

Block = typing.Tuple[typing.Optional[int], typing.Optional[int]]
Pair = typing.Tuple[str, str]

_FLOATS = ("bf16", "f16", "f32")
_CODES = ("f8E4M3FN", "f8E5M2", "i8")
_FOUR_BITS = ("i4", "f4E2M1FN")
_SCALES = ("f32", "bf16", "f8E8M0FNU")


def _one_of(what: str, value: str, choices: typing.Sequence[str]) -> str:
    if value not in choices:
        raise ValueError(f"{what} is '{value}', need one of {', '.join(choices)}")
    return value


def _block(what: str, block: Block, rows: Size, columns: Size) -> tuple[int, int]:
    resolved = []
    for extent, size, axis in zip(block, (rows, columns), ("rows", "columns")):
        if extent is None:
            if not isinstance(size, int):
                raise ValueError(f"{what} has None for all {axis}, whose number is dynamic")
            extent = max(size, 1)
        if extent < 1:
            raise ValueError(f"{what} is {tuple(block)}, need positive sizes")
        resolved.append(extent)
    return resolved[0], resolved[1]


def _grid(rows: Size, columns: Size, block: tuple[int, int], element: str, transposed: bool,
          padded: bool) -> Type:  # fmt: skip
    """The type of the scales of blocks: of rows x columns of blocks, or M-major."""
    pad = 16 // {"f32": 4, "bf16": 2, "f8E8M0FNU": 1}[element] if padded else 1
    if transposed:
        return Type((blocks_in(columns, block[1]), blocks_in(rows, block[0], pad)), element)
    return Type((blocks_in(rows, block[0]), blocks_in(columns, block[1], pad)), element)


def _flags(**flags: object) -> str:
    """An attribute dictionary: True for a unit, a text for a value."""
    said = [name if flag is True else f"{name} = {flag}" for name, flag in flags.items() if flag]
    return f" {{{', '.join(said)}}}" if said else ""


def _quantize(f: FunctionWriter, x: Value, block: tuple[int, int], q: str, scales: str, *,
              pow2: bool = False, transposed: bool = False, padded: bool = False,
              divide: bool = False, amax_floor: float = 0.0) -> tuple[Value, Value]:  # fmt: skip
    rows, columns = x.type.shape
    packed = q if q in _FOUR_BITS else None
    codes = f.empty(Type((rows, blocks_in(columns, 2)), "i8") if packed else Type((rows, columns), q))
    grid = f.empty(_grid(rows, columns, block, scales, transposed, padded))
    flags = _flags(pow2=pow2, transposed_scales=transposed, padded_scales=padded, divide=divide,
                   amax_floor=f"{amax_floor:.9e} : f32" if amax_floor else None,
                   packed=packed)  # fmt: skip
    first, second = f.fresh(), f.fresh()
    f.line(f"{first}, {second} = gq.quantize {x.name} block [{block[0]}, {block[1]}] "
           f"outs({codes.name}, {grid.name} : {codes.type}, {grid.type}){flags} "
           f": {x.type} -> {codes.type}, {grid.type}")  # fmt: skip
    return Value(first, codes.type), Value(second, grid.type)


def _product(f: FunctionWriter, a: Value, b: Value, init: Value,
             scales: tuple[Value, tuple[int, int], Value, tuple[int, int]] | None,
             **flags: object) -> Value:  # fmt: skip
    words = types = ""
    if scales:
        sa, a_block, sb, b_block = scales
        words = (f" scales({sa.name} block [{a_block[0]}, {a_block[1]}], "
                 f"{sb.name} block [{b_block[0]}, {b_block[1]}])")  # fmt: skip
        types = f", {sa.type}, {sb.type}"
    name = f.fresh()
    f.line(f"{name} = gq.scaled_matmul {a.name}, {b.name}{words} outs({init.name} : {init.type})"
           f"{_flags(**flags)} : {a.type}, {b.type}{types} -> {init.type}")  # fmt: skip
    return Value(name, init.type)


def _check_scales(scales: str, pow2: bool) -> bool:
    """Whether scales are powers of two, which E8M0 ones are."""
    return _one_of("scales", scales, _SCALES) == "f8E8M0FNU" or pow2


def quantize(m: int | None = None, n: int | None = None, *, block: Block = (1, 128), x: str = "bf16",
             q: str = "f8E4M3FN", scales: str = "f32", pow2: bool = False, divide: bool = False,
             amax_floor: float = 0.0, transposed_scales: bool = False, padded_scales: bool = False,
             transpose: str | None = None, name: str = "quantize") -> Program:  # fmt: skip
    """x [m, n] to codes `q` [m, n] and their `scales` [ceil(m / rows), ceil(n / columns)].

    q           "i4" and "f4E2M1FN" are codes of four bits, in bytes of two: i8 [m, ceil(n / 2)],
                that of the even column in the low four bits
    pow2, divide, amax_floor, transposed_scales, padded_scales
                as the attributes of gq.quantize; scales in f8E8M0FNU are powers of two anyway
    transpose   "also": the codes' transpose [n, m] is a third result; "only": it is there
                instead of the codes
    """
    if transpose not in (None, "also", "only"):
        raise ValueError(f"transpose is '{transpose}', need also or only, or None")
    if padded_scales and not transposed_scales:
        raise ValueError("padded_scales needs transposed_scales")
    if transpose and q in _FOUR_BITS:
        raise ValueError(f"transpose is '{transpose}', need None with codes of four bits, got {q}")
    f, rows, columns = FunctionWriter(name), size_of(m, "m"), size_of(n, "n")
    value = f.argument("x", rows, columns, element=_one_of("x", x, _FLOATS))
    codes, grid = _quantize(f, value, _block("block", block, rows, columns),
                            _one_of("q", q, (*_CODES, *_FOUR_BITS)),
                            scales, pow2=_check_scales(scales, pow2), divide=divide,
                            amax_floor=amax_floor, transposed=transposed_scales,
                            padded=padded_scales)  # fmt: skip
    results = {} if transpose == "only" else {"q": codes}
    results["scales"] = grid
    if transpose:
        results["qt"] = f.transpose(codes)
    return f.finish(**results)


def matmul(m: int | None = None, n: int | None = None, k: int | None = None, *,
           formats: Pair = ("f8E4M3FN", "f8E4M3FN"),
           blocks: tuple[Block, Block] | None = ((1, 128), (128, 128)),
           scales: Pair = ("f32", "f32"), out: str = "bf16", bias: str | bool = False,
           activation: str | None = None, residual: str | bool = False, accumulate: bool = False,
           requantize: bool = False, transposed_a_scales: bool = False,
           transposed_b_scales: bool = False, padded_a_scales: bool = False,
           promote: int | None = None, name: str = "matmul") -> Program:  # fmt: skip
    """d [m, n] = activation(a [m, k] . b [n, k]^T + bias [n]) + residual [m, n], rounded to `out`.

    Arguments: a, b, then a_scales and b_scales (none where `blocks` is None), then bias,
    residual, multiplier, init, as far as they are asked for.

    formats     element types of a and b
    blocks      which elements of a and of b share a scale
    scales      element types of the scales of a and of b
    bias, residual
                an element type, or True for that of the result
    accumulate  there is an init [m, n] of type `out`, which the product is added to
    requantize  `out` is "i8": codes of d times a multiplier [n] in f32, rounded to nearest even
                and clamped
    transposed_a_scales, transposed_b_scales, padded_a_scales, promote
                as the attributes of gq.scaled_matmul
    """
    check_activation(activation)
    _one_of("out", out, ("i8",) if requantize else (*_FLOATS, "i32"))
    f = FunctionWriter(name)
    rows, columns, depth = size_of(m, "m"), size_of(n, "n"), size_of(k, "k")
    kinds = (*_CODES, "bf16", "f16")
    a = f.argument("a", rows, depth, element=_one_of("formats[0]", formats[0], kinds))
    b = f.argument("b", columns, depth, element=_one_of("formats[1]", formats[1], kinds))
    scaled = None
    if blocks:
        a_block = _block("blocks[0]", blocks[0], rows, depth)
        b_block = _block("blocks[1]", blocks[1], columns, depth)
        for scale in scales:
            _one_of("scales", scale, _SCALES)
        a_grid = _grid(rows, depth, a_block, scales[0], transposed_a_scales, padded_a_scales)
        b_grid = _grid(columns, depth, b_block, scales[1], transposed_b_scales, False)
        scaled = (f.argument("a_scales", *a_grid.shape, element=a_grid.element), a_block,
                  f.argument("b_scales", *b_grid.shape, element=b_grid.element), b_block)  # fmt: skip
    follows = bool(bias or activation or residual or requantize)
    element = lambda said: out if said is True else _one_of("bias or residual", said, _FLOATS)
    extra = {
        "bias": f.argument("bias", columns, element=element(bias)) if bias else None,
        "residual": f.argument("residual", rows, columns, element=element(residual)) if residual else None,
        "multiplier": f.argument("multiplier", columns, element="f32") if requantize else None,
    }
    type = Type((rows, columns), "f32" if follows else out)
    if accumulate:
        if follows:
            raise ValueError("accumulate needs no bias, activation, residual or requantize beside it")
        init = f.argument("init", rows, columns, element=out)
    else:
        init = f.zeros(type)
    d = _product(f, a, b, init, scaled, promote=promote, transposed_a_scales=transposed_a_scales,
                 transposed_b_scales=transposed_b_scales, padded_a_scales=padded_a_scales)  # fmt: skip
    if follows:
        d = apply_epilogue(f, d, out, activation=activation, **extra)
    return f.finish(d=d)


def linear(n: int, k: int, *, m: int | None = None, bias: str | bool = False,
           activation: str | None = None, residual: str | bool = False, out: str = "bf16",
           x: str = "bf16", blocks: tuple[Block, Block] = ((1, 128), (128, 128)),
           formats: Pair = ("f8E4M3FN", "f8E4M3FN"), scales: Pair = ("f32", "f32"),
           weight: str | None = None, x_activation: str | None = None, name: str = "linear") -> Program:  # fmt: skip
    """y [m, n] = activation(x [m, k] . w [n, k]^T + bias [n]) + residual [m, n], in `out`.

    x is quantised on the way, in the same kernel x_activation(x), rounded to the type of x, instead
    of x where that is given: what stands between two layers costs no pass of its own. Arguments: x, w, w_scales, bias, residual; w are codes that were
    quantised before, in blocks of blocks[1]. With `weight`, an element type, w is of that type
    and quantised on the way too, and there are no w_scales: what training does.
    """
    check_activation(activation)
    check_activation(x_activation, "x_activation")
    f, rows = FunctionWriter(name), size_of(m, "m")
    x_block = _block("blocks[0]", blocks[0], rows, k)
    w_block = _block("blocks[1]", blocks[1], n, k)
    pow2 = [_check_scales(scale, False) and scale == "f8E8M0FNU" for scale in scales]
    value = f.argument("x", rows, k, element=_one_of("x", x, _FLOATS))
    _one_of("out", out, _FLOATS)
    for i, q in enumerate(formats):
        _one_of(f"formats[{i}]", q, _CODES)
    if weight:
        wide = f.argument("w", n, k, element=_one_of("weight", weight, _FLOATS))
    else:
        w = f.argument("w", n, k, element=formats[1])
        grid = _grid(n, k, w_block, scales[1], False, False)
        w_scales = f.argument("w_scales", *grid.shape, element=grid.element)
    element = lambda said: out if said is True else _one_of("bias or residual", said, _FLOATS)
    b = f.argument("bias", n, element=element(bias)) if bias else None
    r = f.argument("residual", rows, n, element=element(residual)) if residual else None
    if x_activation:
        value = apply_activation(f, value, x_activation)
    a, a_scales = _quantize(f, value, x_block, formats[0], scales[0], pow2=pow2[0])
    if weight:
        w, w_scales = _quantize(f, wide, w_block, formats[1], scales[1], pow2=pow2[1])
    follows = bool(bias or activation or residual)
    init = f.zeros(Type((rows, n), "f32" if follows else out))
    y = _product(f, a, w, init, (a_scales, x_block, w_scales, w_block))
    if follows:
        y = apply_epilogue(f, y, out, bias=b, activation=activation, residual=r)
    return f.finish(y=y)


def linear_dgrad(n: int, k: int, *, m: int | None = None, dy: str = "bf16", weight: str = "bf16",
                 out: str = "bf16", blocks: tuple[Block, Block] = ((1, 128), (128, 128)),
                 formats: Pair = ("f8E4M3FN", "f8E4M3FN"), name: str = "linear_dgrad") -> Program:  # fmt: skip
    """The gradient of a linear layer's input, dx [m, k] = dy [m, n] . w [n, k], both quantised
    on the way: dy in blocks[0], w in blocks[1] of w itself, whose transposed codes are what is
    multiplied. `formats` are those of dy and of w."""
    f, rows = FunctionWriter(name), size_of(m, "m")
    gradient = f.argument("dy", rows, n, element=_one_of("dy", dy, _FLOATS))
    wide = f.argument("w", n, k, element=_one_of("weight", weight, _FLOATS))
    dy_block = _block("blocks[0]", blocks[0], rows, n)
    w_block = _block("blocks[1]", blocks[1], n, k)
    a, a_scales = _quantize(f, gradient, dy_block, _one_of("formats[0]", formats[0], _CODES), "f32")
    w, w_scales = _quantize(f, wide, w_block, _one_of("formats[1]", formats[1], _CODES), "f32", transposed=True)
    init = f.zeros(Type((rows, k), _one_of("out", out, _FLOATS)))
    dx = _product(f, a, f.transpose(w), init, (a_scales, dy_block, w_scales, w_block[::-1]))
    return f.finish(dx=dx)


def linear_wgrad(n: int, k: int, *, m: int | None = None, dy: str = "bf16", x: str = "bf16",
                 out: str = "bf16", block: Block = (128, 128), accumulate: bool = False,
                 formats: Pair = ("f8E4M3FN", "f8E4M3FN"), name: str = "linear_wgrad") -> Program:  # fmt: skip
    """The gradient of a linear layer's weights, dw [n, k] = dy [m, n]^T . x [m, k], both
    quantised on the way in blocks of `block` (tokens, features). With `accumulate` it is
    added to the last argument, dw. `formats` are those of dy and of x."""
    f, rows = FunctionWriter(name), size_of(m, "m")
    gradient = f.argument("dy", rows, n, element=_one_of("dy", dy, _FLOATS))
    value = f.argument("x", rows, k, element=_one_of("x", x, _FLOATS))
    type = Type((n, k), _one_of("out", out, _FLOATS))
    init = f.argument("dw", n, k, element=out) if accumulate else f.zeros(type)
    operands = []
    for i, operand in enumerate((gradient, value)):
        cut = _block("block", block, *operand.type.shape)
        codes, grid = _quantize(f, operand, cut, _one_of(f"formats[{i}]", formats[i], _CODES), "f32",
                                transposed=True)  # fmt: skip
        operands.append((f.transpose(codes), grid, cut[::-1]))
    (a, a_scales, a_block), (b, b_scales, b_block) = operands
    return f.finish(dw=_product(f, a, b, init, (a_scales, a_block, b_scales, b_block)))
