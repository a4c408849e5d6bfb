"""Arithmetic on intervals of f64: what a program's numbers may be, given that sums have no order
and functions of the GPU are approximations. Independent of the project's own numerics.

An interval is (low, high), arrays of the same shape. Where a program is exact both are equal.
"""

import numpy as np
from formats import FLOATS, largest, round_to
from judge import SUMS, scale_of, spread

# What functions of the hardware are off by, relative and absolute; divisions and roots.
FUNCTION, ABSOLUTE, DIVISION = 2.0**-16, 2.0**-20, 2.0**-20


def point(values):
    return values, values


def width(x):
    return x[1] - x[0]


def rounded(x, element="f32"):
    """Of one rounding to nearest, which never changes an order."""
    return round_to(x[0], element), round_to(x[1], element)


def _hull(*ends):
    return np.minimum.reduce(ends), np.maximum.reduce(ends)


def _perhaps_rounded(x):
    """As f32, or not yet: a product that goes into a sum may be rounded once, with it."""
    r = rounded(x)
    return np.minimum(x[0], r[0]), np.maximum(x[1], r[1])


def _widen(x, relative, absolute=0.0):
    low, high = (np.where(np.isfinite(end), relative * np.abs(end), 0) + absolute for end in x)
    return x[0] - low, x[1] + high


def add(x, y):
    return rounded((x[0] + y[0], x[1] + y[1]))


def subtract(x, y):
    return rounded((x[0] - y[1], x[1] - y[0]))


def multiply(x, y):
    return _perhaps_rounded(_hull(x[0] * y[0], x[0] * y[1], x[1] * y[0], x[1] * y[1]))


def square(x):
    ends = _hull(x[0] * x[0], x[1] * x[1])
    return _perhaps_rounded((np.where((x[0] <= 0) & (x[1] >= 0), 0, ends[0]), ends[1]))


def divide(x, y):
    """By what may be 0 it is any number."""
    ends = _hull(x[0] / y[0], x[0] / y[1], x[1] / y[0], x[1] / y[1])
    low, high = rounded(_widen(ends, DIVISION))
    zero = (y[0] <= 0) & (y[1] >= 0)
    return np.where(zero, -np.inf, low), np.where(zero, np.inf, high)


def at_most(x, limit):
    """Where something else is known of x: what is said about it need not reach past the limit."""
    return np.minimum(x[0], limit), np.minimum(x[1], limit)


def at_least(x, limit):
    return np.maximum(x[0], limit), np.maximum(x[1], limit)


def maximum(x, y):
    return np.maximum(x[0], y[0]), np.maximum(x[1], y[1])


def minimum(x, y):
    return np.minimum(x[0], y[0]), np.minimum(x[1], y[1])


def negate(x):
    return -x[1], -x[0]


def absolute(x):
    low = np.where((x[0] <= 0) & (x[1] >= 0), 0, np.minimum(np.abs(x[0]), np.abs(x[1])))
    return low, np.maximum(np.abs(x[0]), np.abs(x[1]))


def select_above(x, c, above, below):
    """`above` where x > c, else `below`; either where it may be both."""
    sure, never = x[0] > c, x[1] <= c
    low, high = _hull(above[0], below[0])[0], _hull(above[1], below[1])[1]
    return (np.where(sure, above[0], np.where(never, below[0], low)),
            np.where(sure, above[1], np.where(never, below[1], high)))  # fmt: skip


def exactly(function):
    """Of a function that grows and has no error, such as floor."""
    return lambda x: (function(x[0]), function(x[1]))


def growing(function, relative=FUNCTION, absolute=ABSOLUTE):
    return lambda x: rounded(_widen((function(x[0]), function(x[1])), relative, absolute))


def falling(function, relative=FUNCTION):
    return lambda x: rounded(_widen((function(x[1]), function(x[0])), relative))


def swinging(function):
    """Of a slope of at most 1, such as the sine."""

    def apply(x):
        middle, off = (x[0] + x[1]) / 2, width(x) / 2 + FUNCTION
        return function(middle) - off, function(middle) + off

    return apply


def product(a, b, element, exact):
    """A . B^T of what the codes stand for; `element`: the type of the codes. `exact`: every sum
    is a number of f32, in any order."""
    (a, ra), (b, rb) = (((x[0] + x[1]) / 2, width(x) / 2) for x in (a, b))
    sums = a @ b.T
    off = np.zeros_like(sums) if exact else SUMS[element] * (np.abs(a) @ np.abs(b).T)
    if ra.any() or rb.any():
        off = off + ra @ np.abs(b).T + np.abs(a) @ rb.T + ra @ rb.T
    return sums - off, sums + off


def of_rows(x, kind):
    """The largest element of each row, or a sum in any order, of the elements or their squares."""
    if kind == "max":
        return x[0].max(1), x[1].max(1)
    x = square(x) if kind == "squares" else x
    off = FUNCTION * np.maximum(*map(np.abs, x)).sum(1)
    return rounded((x[0].sum(1) - off, x[1].sum(1) + off))


def _blocks(x, block):
    rows, cols = (-(-n // b) for n, b in zip(x.shape, block))
    padded = np.zeros((rows * block[0], cols * block[1]))
    padded[: x.shape[0], : x.shape[1]] = x
    return padded.reshape(rows, block[0], cols, block[1]).max((1, 3))


def scales(x, block, result):
    """Of blocks; `result` has an `element` and how `scales` are kept."""
    # Infinity counts as the largest number.
    least, most = (_blocks(np.minimum(end, FLOATS["f32"][2]), block) for end in absolute(x))
    low, high = (scale_of(end, result).astype(np.float64) for end in (least, most))
    # Of zeros the scale is 1.
    maybe = (least == 0) & (most != 0)
    low, high = np.where(maybe, 2.0**-126, low), np.where(maybe, np.maximum(high, 1), high)
    unknown = np.isnan(least) | np.isnan(most)
    return np.where(unknown, 0, low), np.where(unknown, np.inf, high)


def codes(x, s, block, element):
    """Of x by scales: f32(x * f32(1 / s)), rounded once."""
    inverse = [spread((np.float32(1) / end.astype(np.float32)), block, (0, 0), *x[0].shape) for end in (s[1], s[0])]
    with np.errstate(over="ignore"):
        ends = _hull(*((end.astype(np.float32) * i).astype(np.float64) for end in x for i in inverse))
    limit = largest(element)
    return tuple(round_to(np.clip(end, -limit, limit), element) for end in ends)


def scaled(q, s, block):
    """What codes stand for."""
    s = [spread(end, block, (0, 0), *q[0].shape) for end in s]
    return _hull(*(end * other for end in q for other in s))
