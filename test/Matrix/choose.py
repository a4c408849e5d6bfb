"""Which products the matrix has: `products()`, the same ones in the same order every time.

Each axis is a short list below. Products come in slices: the full product of a few axes,
while the others take their values in turn; and at last what it takes for any two values of
any two axes to meet in some product. A value, a block for example, is a line here.
"""

import itertools
import zlib

from product import ALL, Operand, Product, Result

E4M3, E5M2, E8M0 = "f8E4M3FN", "f8E5M2", "f8E8M0FNU"

# Name: element types of a and b, and scales that belong to the format.
FORMATS = {
    "e4m3": (E4M3, E4M3, None),
    "e5m2": (E5M2, E5M2, None),
    "e4m3_e5m2": (E4M3, E5M2, None),
    "e5m2_e4m3": (E5M2, E4M3, None),
    "i8": ("i8", "i8", None),
    "bf16": ("bf16", "bf16", "none"),
    "f16": ("f16", "f16", "none"),
    "msfp16": ("i8", "i8", (1, 16)),
    "mxfp8": (E4M3, E4M3, (1, 32)),
    "mxfp8_e5m2": (E4M3, E5M2, (1, 32)),
}
# Codes of four bits as b, which are decoded to bf16: blocks and scales that belong to the
# format, where it says them.
FOUR_BITS = {
    "mxfp4": ("f4E2M1FN", (1, 32), E8M0),
    "msfp12": ("i4", (1, 16), E8M0),
    "int4": ("i4", None, None),
    "fp4": ("f4E2M1FN", None, None),
}
# Mixtures that have no product.
OTHER_FORMATS = {
    "i8_e4m3": ("i8", E4M3, None),
    "bf16_e4m3": ("bf16", E4M3, "none"),
    "bf16_f16": ("bf16", "f16", "none"),
    "f32": ("f32", "f32", "none"),
}
# Rows and columns of a block; of the last ones kernels take none, or not in each format.
BLOCKS = [None, (ALL, ALL), (1, ALL), (1, 128), (128, 128), (256, 256), (32, 32), (64, 64),
          (1, 32), (1, 64), (1, 256), (128, ALL), (3, 96), (16, 160), (48, 128)]  # fmt: skip
OTHER_BLOCKS = [(128, 1), (1, 100), (1, 16), (64, 48)]
SOME_BLOCKS = [None, (ALL, ALL), (1, ALL), (1, 128), (128, 128), (32, 32), (1, 64), (3, 96)]
PAIRS = [((1, 128), (128, 128)), ((1, 128), (1, 128)), ((1, 32), (1, 32)), ((1, ALL), (1, ALL)),
         ((128, 128), (128, 128)), ((1, 64), (64, 64)), ((256, 256), (256, 256)), ((1, 256), (32, 32))]  # fmt: skip
WHOLE = [(None, None), ((1, ALL), (1, ALL)), ((ALL, ALL), (1, ALL)), ((1, ALL), (ALL, ALL)), ((ALL, ALL), (ALL, ALL))]
# Types of the scales of a and b, and those of them that are M-major.
SCALE_TYPES = list(itertools.product(("f32", "bf16", E8M0), repeat=2))
MAJORS = ["", "a", "b", "ab"]
RESULTS = [
    Result("plain", "bf16"), Result("plain", "f16"), Result("plain", "f32"),
    Result("static", E4M3), Result("static", E5M2), Result("static", "i8"),
    Result("blocks", E4M3, 128), Result("blocks", E4M3, 64, "bf16"),
    Result("blocks", E4M3, 32, "f32", "e8m0"), Result("blocks", E4M3, 128, "f32", "f32", True),
    Result("blocks", E5M2, 128, "bf16", "pow2"), Result("blocks", "i8", 128, "f32", "e8m0", True),
    Result("blocks", E4M3, 128, "f32", "bf16"),
    Result("blocks", E4M3, 128, "bf16", rows=128), Result("blocks", E4M3, 256, "bf16", rows=256),
    Result("blocks", "i8", 256, "f32", "e8m0", True, rows=256),
]  # fmt: skip
EPILOGUES = [(), ("bias",), ("bias", "relu"), ("bias", "silu"), ("residual",),
             ("bias", "silu", "residual")]  # fmt: skip
LAYOUTS = ["plain", "turned", "swapped"]
# m, n, k: tails in each, sizes below a tile, rows that are not whole 16 bytes.
SIZES = [(1, 264, 272), (2, 129, 131), (7, 96, 80), (16, 200, 256), (17, 7, 100), (33, 136, 400),
         (64, 264, 1), (65, 41, 272), (100, 300, 384), (127, 72, 48), (128, 128, 128), (129, 520, 144),
         (200, 1, 264), (255, 201, 127), (256, 288, 512), (300, 152, 300), (5, 8, 16), (48, 130, 1000)]  # fmt: skip
FREE = ["m", "", "mn", "mk", "mnk"]
# Zero points of a and b: of all rows or each, and their type.
_KINDS = [("all", "i8"), ("rows", "i32"), ("rows", "i8"), ("all", "i32")]
POINTS = [(None, None), *((kind, None) for kind in _KINDS), *((None, kind) for kind in _KINDS),
          *((_KINDS[i], _KINDS[j]) for i, j in ((0, 0), (0, 1), (1, 0), (1, 1), (2, 2), (3, 3)))]  # fmt: skip
# Where in the blocks of both operands the product begins.
ORIGINS = [(), (5, 0, 0), (0, 40, 0), (0, 0, 32), (0, 0, 64), (3, 17, 32), (130, 70, 96), (1, 255, 0)]
# Of a dynamic K or N there are two kernels, which take twice as long to compile.
OFTEN = {"free": ["m", "", "m", "mn", "m", "", "m", "mk", "m", "", "mnk", "m", ""],
         "points": POINTS[:1], "origin": ORIGINS[:1]}  # fmt: skip
# What else the number of rows is where the program does not know it.
ROWS = [(1, 300), (8, 129), (31, 64), (256, 3)]

AXES = {"format": [*FORMATS, *FOUR_BITS], "a": BLOCKS, "b": BLOCKS, "types": SCALE_TYPES, "majors": MAJORS,
        "result": RESULTS, "epilogue": EPILOGUES, "layout": LAYOUTS, "sizes": SIZES, "free": FREE,
        "rows": ROWS, "points": POINTS, "origin": ORIGINS}  # fmt: skip


def _fix_four_bits(choice):
    """Of codes of four bits, whose blocks have an even number of columns and row-major scales."""
    element, block, scale = FOUR_BITS[choice["format"]]
    block, scale = block or choice["b"], scale or choice["types"][1]
    if not block or block[1] % 2 or block[1] == ALL:
        return None
    return Operand("bf16"), Operand(element, block, scale)


def _takes_points(choice, a, b):
    """Sums of integers over all of K, which have one scale for each row or for all."""
    return choice["format"] == "i8" and (not a or (a[1] == b[1] == ALL and {a[0], b[0]} <= {1, ALL}))


def _fix(choice):
    """A choice of all axes as the product that it stands for: formats bring their scales,
    and where one side has none the other has none; zero points and origins are only where
    there is something that they are of. None where there is no such program."""
    if choice["format"] in FOUR_BITS:
        operands = _fix_four_bits(choice)
        return operands and _finish(choice, operands, choice["free"])
    kind = {**FORMATS, **OTHER_FORMATS}[choice["format"]]
    a, b, types, majors = (choice[axis] for axis in ("a", "b", "types", "majors"))
    if kind[2] == "none":
        a = b = None if "scaled" not in choice else a
    elif kind[2]:
        a = b = kind[2]
        types = (E8M0, E8M0)
    if not a or not b:
        a = b = None
    free, points, origin = choice["free"], choice["points"], choice["origin"]
    if not _takes_points(choice, a, b):
        points = None, None
    if any(points):  # K, and all of what has one scale, is of a size that is known
        origin = ()
        known = ["k", *(d for d, block in (("m", a), ("n", b)) if block and block[0] == ALL)]
        free = "".join(d for d in free if d not in known)
    operands = []
    for i, name in enumerate("ab"):
        block, scale = (a, b)[i], types[i]
        m_major = name in majors
        given = dict(block=block, scale=scale, m_major=m_major) if block else {}
        operands.append(Operand(kind[i], points=points[i], **given))
    return _finish(choice, operands, free, origin if a else ())


def _finish(choice, operands, free, origin=()):
    layout, result = choice["layout"], choice["result"]
    if result.kind == "blocks" and layout == "turned":
        return None
    rows = choice["rows"] if "m" in free else ()
    return Product(*operands, result, choice["epilogue"], layout, *choice["sizes"], free, rows, origin)


def _in_turn(index, slice_name, given):
    """The axes that `given` leaves open, each at a place that follows from the name."""
    place = lambda axis: zlib.crc32(f"{slice_name} {index} {axis}".encode())
    axes = {**AXES, **OFTEN}
    return {axis: values[place(axis) % len(values)] for axis, values in axes.items()} | given


def _slices():
    """(name, given axes) of the full products."""
    plain = dict(result=RESULTS[0], epilogue=(), layout="plain")
    for a, b in itertools.product(BLOCKS[1:] + OTHER_BLOCKS, repeat=2):
        yield "blocks", dict(format="e4m3", a=a, b=b, types=("f32", "f32"), majors="")
    for f, a, b in itertools.product(list(FORMATS)[1:5], SOME_BLOCKS[1:], SOME_BLOCKS[1:]):
        yield "blocks", dict(format=f, a=a, b=b)
    for f, a, b in itertools.product(("i8", "e5m2"), OTHER_BLOCKS, [(1, 128)] + OTHER_BLOCKS):
        yield "blocks", dict(format=f, a=a, b=b, **plain)
    for i, (f, result, epilogue) in enumerate(itertools.product(FORMATS, RESULTS, EPILOGUES)):
        if i % 5 in (0, 2):
            yield "results", dict(format=f, result=result, epilogue=epilogue)
    for i, (f, result, (a, b)) in enumerate(itertools.product(list(FORMATS)[:5], RESULTS, PAIRS)):
        if i % 3 != 1:
            yield "scaled", dict(format=f, result=result, a=a, b=b)
    for f, result in itertools.product(OTHER_FORMATS, RESULTS[:4]):
        yield "formats", dict(format=f, result=result, a=(1, 128), b=(1, 128), epilogue=(), layout="plain")
    for f in ("bf16", "f16", "f32"):
        yield "formats", dict(format=f, a=(1, 128), b=(128, 128), scaled=True, **plain)
    for i, ((a, b), types, majors) in enumerate(itertools.product(PAIRS, SCALE_TYPES, MAJORS)):
        if "bf16" not in types or (i + i // 4) % 2:
            yield "scales", dict(a=a, b=b, types=types, majors=majors)
    for f, sizes in itertools.product((*FORMATS, *FOUR_BITS), SIZES):
        yield "sizes", dict(format=f, sizes=sizes)
    for f, layout, free in itertools.product((*FORMATS, *FOUR_BITS), LAYOUTS, FREE):
        yield "layouts", dict(format=f, layout=layout, free=free, result=RESULTS[len(free) % 3])
    for f, result in itertools.product(FOUR_BITS, RESULTS):
        yield "fours", dict(format=f, result=result)
    for points, (a, b) in itertools.product(POINTS[1:], WHOLE):
        yield "points", dict(format="i8", points=points, a=a, b=b)
    for i, (origin, (a, b)) in enumerate(itertools.product(ORIGINS[1:], PAIRS)):
        yield "origins", dict(format=list(FORMATS)[i % 5], origin=origin, a=a, b=b)


def _met(choice):
    """Pairs of (axis, value) that meet in the product of a choice: what the format or the
    layout overrides, or makes meaningless, meets nothing."""
    product = _fix(choice)
    if product is None:
        return set()
    own = {"a": product.a.block, "b": product.b.block, "rows": product.rows, "free": product.free,
           "points": (product.a.points, product.b.points), "origin": product.origin,
           "types": product.a.block and (product.a.scale, product.b.scale),
           "majors": product.a.block and "".join(n for n in "ab" if getattr(product, n).m_major)}  # fmt: skip
    kept = [(axis, AXES[axis].index(value)) for axis, value in choice.items()
            if axis in AXES and value in AXES[axis] and own.get(axis, value) == value]  # fmt: skip
    return set(itertools.combinations(sorted(kept), 2))


def _cover(choices):
    """More choices, until any two values of any two axes that can meet have met: for each
    pair that is open, of a few fillings the one in which most new pairs meet."""
    met = set().union(*map(_met, choices))
    for i, j in itertools.combinations(sorted(AXES), 2):
        for x, y in itertools.product(range(len(AXES[i])), range(len(AXES[j]))):
            pair = ((i, x), (j, y))
            if pair in met:
                continue
            given = {i: AXES[i][x], j: AXES[j][y]}
            fillings = [_in_turn(t, f"pairs {pair}", given) for t in range(12)]
            best = max(fillings, key=lambda choice: (pair in _met(choice), len(_met(choice) - met)))
            if pair in _met(best):
                met |= _met(best)
                yield best


def products():
    """name -> Product. No product is there twice."""
    chosen, result, known = [], {}, set()

    def add(slice_name, choice):
        product = _fix(choice)
        if product is None or product in known:
            return
        known.add(product)
        result[f"{slice_name}_{len(result):04d}"] = product

    for index, (slice_name, given) in enumerate(_slices()):
        chosen.append(_in_turn(index, slice_name, given))
        add(slice_name, chosen[-1])
    for choice in _cover(chosen):
        add("pairs", choice)
    return result
