"""Data for a product of the matrix, and whether what a backend made of them is right.

Two kinds of data:

- exact: small integers and scales that are powers of two, so that every sum and every
  product is a number of f32 whatever the order. The result must be the one that f64 gives,
  rounded once: equal to the last bit (zeros of either sign are equal). A scale taken from
  the wrong block, a row past the end or a wrong rounding are seen as such.
- wide: normally distributed codes and scales of many sizes. The sum may be off by
  `SUMS[element] * sum |a| |b|`, a sum that is off goes through what follows, and the result
  must be the rounding of something in between.

docs/testing.md says the same to people. Needs NumPy, and neither MLIR nor a GPU.
"""

import zlib

import numpy as np
from formats import FLOATS, FOUR_BITS, decode, encode, largest, pack, round_to
from product import SCALES

# What a sum may be off by, relative to the sum of magnitudes: tensor cores keep about 14
# bits of sums of FP8; those of bf16 and f16 are f32, those of i8 exact until they are
# scaled in f32.
SUMS = {"f8E4M3FN": 2.0**-11, "f8E5M2": 2.0**-11, "bf16": 2.0**-16, "f16": 2.0**-16,
        "f32": 2.0**-16, "i8": 2.0**-16}  # fmt: skip
# Elementwise ops in f32, among them the exponential of the hardware.
ELEMENTWISE = 2.0**-16


def ceildiv(a, b):
    return -(-a // b)


def make_codes(rng, rows, cols, element, exact, half):
    if exact:
        values = rng.randint(-3, 4, (rows, cols)).astype(np.float64)
    elif element == "i8":
        values = round_to(rng.standard_normal((rows, cols)) * (4 if half else 40), element)
    else:
        values = round_to(rng.standard_normal((rows, cols)), element)
    return encode(values, element)


def make_four_bits(rng, rows, cols, element, exact):
    """Bytes of codes, and what they stand for: small ones, or any."""
    codes = rng.choice([0, 1, 2, 3, 9, 10, 13, 14, 15], (rows, cols)) if exact else rng.randint(0, 16, (rows, cols))
    return pack(codes, rng.randint(0, 16)), FOUR_BITS[element][codes]


def make_scales(rng, rows, cols, element, exact, shift):
    if exact:
        return encode(np.ldexp(1.0, rng.randint(-1, 2, (rows, cols))), element)
    values = np.ldexp(1.0, rng.randint(-3, 4, (rows, cols)) - shift)
    if element != "f8E8M0FNU":
        values = round_to(values * (1 + rng.random_sample((rows, cols))), element)
    return encode(values, element)


def spread(scales, block, begin, rows, cols):
    wide = scales.repeat(block[0], 0).repeat(block[1], 1)
    return wide[begin[0] : begin[0] + rows, begin[1] : begin[1] + cols]


def make(product, sizes, exact):
    """(stored arguments in order, expected): `expected` is what `judge` takes. The same for
    the same product, sizes and kind, everywhere."""
    m, n, k = sizes
    rng = np.random.RandomState(zlib.crc32(f"{product.describe()} {sizes} {exact}".encode()))
    r, half = product.result, product.result.element == "f16"
    stored, wide, grids = {}, {}, {}
    for name, rows in (("a", m), ("b", n)):
        operand = getattr(product, name)
        if operand.packed():
            stored[name], wide[name] = make_four_bits(rng, rows, k, operand.element, exact)
            continue
        codes = make_codes(rng, rows, k, operand.element, exact, half)
        stored[name], wide[name] = codes, decode(codes, operand.element)
    for name, rows in (("a", m), ("b", n)):
        operand = getattr(product, name)
        if operand.block:
            block, begin = product.block(name), product.begin(name)
            # Codes of i8 are about 40 times larger; what is curious of silu is near 0.
            shift = (5 if operand.element == "i8" else 0) + (2 if "silu" in product.epilogue else 0)
            scales = make_scales(rng, ceildiv(begin[0] + rows, block[0]), ceildiv(begin[1] + k, block[1]),
                             operand.scale, exact, shift)  # fmt: skip
            stored[f"{name}s"] = np.ascontiguousarray(scales.T if operand.m_major else scales)
            grids[name] = spread(decode(scales, operand.scale), block, begin, rows, k)
        if operand.points:
            kind, element = operand.points
            low, high = (-3, 4) if exact else (-128, 128)
            points = rng.randint(low, high, rows if kind == "rows" else ()).astype(np.int64)
            stored[f"{name}z"] = encode(points, element)
            wide[name] = wide[name] - points.reshape(-1, 1)
        if name in grids:
            wide[name] = wide[name] * grids[name]
        if operand.packed():  # decoded in f32, and rounded once
            wide[name] = round_to(round_to(wide[name], "f32"), "bf16")
    x = wide["a"] @ wide["b"].T
    off = np.zeros_like(x)
    if not exact:
        elements = ["bf16" if o.packed() else o.element for o in (product.a, product.b)]
        off = max(SUMS[e] for e in elements) * (np.abs(wide["a"]) @ np.abs(wide["b"]).T)
    inexact = not exact
    deviation = max(float(np.sqrt(np.mean(x * x))), 1e-30) if x.size else 1.0
    for step in product.epilogue:
        if step == "bias":
            bias = rng.randint(-8, 9, n) if exact else rng.standard_normal(n) * deviation
            stored["bias"] = encode(round_to(bias, "bf16"), "bf16")
            x = x + decode(stored["bias"], "bf16")
        elif step == "relu":
            x = np.maximum(x, 0)
        elif step == "silu":
            # Its slope is between -0.1 and 1.1; where the exponential overflows it is 0.
            with np.errstate(over="ignore"):
                x = x / (1 + np.exp(-x))
            off, inexact = 1.1 * off + 2.0**-100, True
        elif step == "residual":
            element = product.residual_element()
            rest = rng.randint(-8, 9, (m, n)) if exact else rng.standard_normal((m, n)) * deviation
            stored["residual"] = encode(round_to(rest, element), element)
            x = x + decode(stored["residual"], element)
        if inexact:
            off = off + ELEMENTWISE * np.abs(x)
    if r.kind == "static":
        # So that most are in range and some are not.
        fit = (4 if r.element == "f8E4M3FN" else 1) * largest(r.element) / 16 / deviation
        scales = np.ldexp(1.0, np.round(np.log2(fit)).astype(int) + rng.randint(-1, 2, n))
        if not exact:
            scales = round_to(scales * (1 + rng.random_sample(n)), "f32")
        stored["scale"] = encode(scales, "f32")
        x, off = x * scales, off * scales
        if inexact:
            off = off + ELEMENTWISE * np.abs(x)
    return list(stored.values()), (x, off)


def shapes(product, sizes):
    """(shape, element) of each result."""
    m, n, _ = sizes
    r = product.result
    if r.kind != "blocks":
        return [((n, m) if product.layout == "turned" else (m, n), r.element)]
    scales = (ceildiv(m, r.rows), ceildiv(n, r.block))
    return [((m, n), r.element), (scales[::-1] if r.m_major else scales, SCALES[r.scales][0])]


def outside(d, low, high):
    """How many elements are in no [low, high], NaN among them; and the first, in words."""
    bad = ~((low <= d) & (d <= high))
    if not bad.any():
        return None
    at = tuple(int(i) for i in np.argwhere(bad)[0])
    return (f"{int(bad.sum())} of {d.size} elements are wrong, the first at {at}: {d[at]:.9g}, "
            f"expected {low[at]:.9g} to {high[at]:.9g}")  # fmt: skip


def _saturated(x, element):
    """round_to of what was clamped to the range of the type before."""
    low, most = (-128 if element == "i8" else -largest(element)), largest(element)
    return round_to(np.clip(x, low, most), element)


def scale_of(amax, r):
    """The scale of blocks whose largest magnitude is `amax`, in f32 as it is defined."""
    amax = amax.astype(np.float32)
    scale = np.maximum(amax / np.float32(largest(r.element)), np.float32(2.0**-126))
    scale = np.where(amax == 0, np.float32(1), scale)
    if r.scales == "bf16":
        scale = round_to(scale, "bf16")
    elif r.scales != "f32":
        fraction, exponent = np.frexp(scale)
        scale = np.ldexp(np.float32(1), np.where(fraction == 0.5, exponent - 1, exponent))
    return scale.astype(np.float32)


def _scales(r, stored):
    """The scales of the result, a row for each row of blocks."""
    scales = decode(stored, SCALES[r.scales][0])
    return scales.T if r.m_major else scales


def _spread(r, values, shape):
    """Those of blocks for each element."""
    return values.repeat(r.rows, 0)[: shape[0]].repeat(r.block, 1)[:, : shape[1]]


def _judge_blocks(product, codes, scales, x, off):
    r = product.result
    codes, scales = decode(codes, r.element), _scales(r, scales)
    low, high = round_to(x - off, r.source), round_to(x + off, r.source)
    # Of each block the largest magnitude, at least and at most.
    def of_blocks(values):
        for dim, size in enumerate((r.rows, r.block)):
            values = np.maximum.reduceat(values, np.arange(0, x.shape[dim], size), dim)
        return values

    least = np.where((low <= 0) & (high >= 0), 0, np.minimum(np.abs(low), np.abs(high)))
    most = np.maximum(np.abs(low), np.abs(high))
    below, above = (scale_of(of_blocks(v), r) for v in (least, most))
    zero = of_blocks(least) == 0  # or not: the scale of zeros is 1
    below = np.where(zero & (above != 1), np.float32(2.0**-126), below)
    wrong = outside(np.where(zero & (scales == 1), above, scales), below, above)
    if wrong:
        return f"scales: {wrong}"
    # Codes by the scale that was stored: of f32(x * f32(1 / scale)), once rounded.
    inverse = _spread(r, np.float32(1) / scales.astype(np.float32), x.shape)
    below, above = ((v.astype(np.float32) * inverse).astype(np.float64) for v in (low, high))
    limit = largest(r.element)
    below, above = (round_to(np.clip(v, -limit, limit), r.element) for v in (below, above))
    wrong = outside(codes, below, above)
    return wrong and f"codes: {wrong}"


def judge(product, outputs, expected):
    """What is wrong with the stored results, in words, or None."""
    x, off = expected
    r = product.result
    if x.size == 0:
        return None
    if r.kind == "blocks":
        return _judge_blocks(product, *outputs, x, off)
    d = decode(outputs[0], r.element)
    if product.layout == "turned":
        d = d.T
    fit = _saturated if r.kind == "static" else round_to
    return outside(d, fit(x - off, r.element), fit(x + off, r.element))


def spoil(product, outputs):
    """Doubles or halves the largest element of the first result, about: `judge` must see it."""
    out, element = outputs[0], product.result.element
    values = np.abs(decode(out, element))
    if product.result.kind == "blocks":
        values = values * _spread(product.result, _scales(product.result, outputs[1]), out.shape)
    at = np.unravel_index(np.argmax(values), out.shape)
    if element == "i8":
        out[at] ^= 0x40
    else:  # the last bit of the exponent
        bits = out.view({1: np.uint8, 2: np.uint16, 4: np.uint32}[out.itemsize])
        bits[at] ^= 1 << FLOATS[element][0]
