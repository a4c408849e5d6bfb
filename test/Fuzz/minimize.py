"""Makes a text shorter as long as a fault stays: lines first, then tokens."""

from mutations import tokens_of


def _shrink(parts, fails, budget):
    """Removes runs of parts, long ones first."""
    length = max(len(parts) // 2, 1)
    while length and budget[0] > 0:
        i = 0
        while i < len(parts) and budget[0] > 0:
            rest = parts[:i] + parts[i + length :]
            budget[0] -= 1
            if rest and fails("".join(rest)):
                parts = rest
            else:
                i += length
        length //= 2
    return parts


def minimize(text, fails, runs=400):
    """`fails(text)`: whether the fault is there. At most so many runs, which half of are for
    lines."""
    budget = [runs // 2]
    text = "".join(_shrink(text.splitlines(keepends=True), fails, budget))
    budget = [runs // 2 + budget[0]]
    return "".join(_shrink(tokens_of(text), fails, budget))
