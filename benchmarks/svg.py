"""Line and bar charts as SVG, with nothing but the standard library. The same input
gives the same bytes."""

import math
from xml.sax.saxutils import escape

COLOURS = ["#2563ab", "#d1495b", "#2e8b57", "#e08e0b", "#7a5195", "#5b6770", "#17a2b8",
           "#a0522d", "#c71585"]  # fmt: skip
WIDTH, HEIGHT = 780, 440
LEFT, RIGHT, TOP, BOTTOM = 80, 210, 58, 92


def number(value):
    """Short, and the same on every machine."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def ticks(largest):
    """From 0 to at least `largest` in at most seven round steps."""
    if largest <= 0:
        return [0, 1]
    step = 10 ** math.floor(math.log10(largest / 5))
    step = next(step * f for f in (1, 2, 2.5, 5, 10) if largest / (step * f) <= 6)
    return [step * i for i in range(math.ceil(largest / step - 1e-9) + 1)]


class Canvas:
    """The frame of a chart: title, axes, grid, legend."""

    def __init__(self, title, subtitle, unit, labels, largest):
        self.parts = []
        self.labels = labels
        self.ticks = ticks(largest)
        self._text(LEFT, 24, title, size=16, weight="bold")
        self._text(LEFT, 42, subtitle, size=11, fill="#666")
        for tick in self.ticks:
            y = self.y(tick)
            self.line(LEFT, y, WIDTH - RIGHT, y, "#ddd" if tick else "#333", 1)
            self._text(LEFT - 8, y + 4, number(tick), anchor="end")
        middle = (TOP + HEIGHT - BOTTOM) / 2
        self.parts.append(f'<text transform="translate(24 {number(middle)}) rotate(-90)" '
                          f'text-anchor="middle" font-size="12">{escape(unit)}</text>')  # fmt: skip
        for i, label in enumerate(labels):
            self._label(self.x(i), label)

    def _label(self, x, text):
        y = HEIGHT - BOTTOM + 16
        if max(map(len, self.labels)) * 7 > self.width():
            self.parts.append(f'<text transform="translate({number(x)} {y}) rotate(-30)" '
                              f'text-anchor="end" font-size="11">{escape(text)}</text>')  # fmt: skip
        else:
            self._text(x, y, text, anchor="middle", size=11)

    def x(self, index):
        """The middle of a place on the x axis."""
        return LEFT + (index + 0.5) * self.width()

    def width(self):
        return (WIDTH - RIGHT - LEFT) / max(len(self.labels), 1)

    def y(self, value):
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / self.ticks[-1]

    def line(self, x1, y1, x2, y2, colour, width):
        self.parts.append(f'<line x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" '
                          f'y2="{number(y2)}" stroke="{colour}" stroke-width="{width}"/>')  # fmt: skip

    def _text(self, x, y, text, anchor="start", size=12, weight="normal", fill="#222"):
        self.parts.append(f'<text x="{number(x)}" y="{number(y)}" text-anchor="{anchor}" '
                          f'font-size="{size}" font-weight="{weight}" fill="{fill}">'
                          f"{escape(text)}</text>")  # fmt: skip

    def legend(self, index, name, colour, dashed=False):
        x, y = WIDTH - RIGHT + 16, TOP + 8 + 19 * index
        dash = ' stroke-dasharray="5 4"' if dashed else ""
        self.parts.append(f'<line x1="{x}" y1="{y}" x2="{x + 20}" y2="{y}" stroke="{colour}" '
                          f'stroke-width="3"{dash}/>')  # fmt: skip
        self._text(x + 26, y + 4, name, size=11)

    def svg(self):
        head = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
                f'width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif">\n'
                f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>\n')  # fmt: skip
        return head + "\n".join(self.parts) + "\n</svg>\n"


def lines(title, subtitle, unit, labels, series):
    """`series`: name -> (dashed, [value or (value, low, high) or None per label])."""
    points = {}
    for name, (dashed, values) in series.items():
        triples = [v if v is None or isinstance(v, tuple) else (v, v, v) for v in values]
        points[name] = (dashed, triples)
    largest = max((t[2] for _, ts in points.values() for t in ts if t), default=0)
    canvas = Canvas(title, subtitle, unit, labels, largest)
    for index, (name, (dashed, triples)) in enumerate(points.items()):
        colour = "#888" if dashed else COLOURS[index % len(COLOURS)]
        path = [(canvas.x(i), t) for i, t in enumerate(triples) if t]
        where = " ".join(f"{number(x)},{number(canvas.y(t[0]))}" for x, t in path)
        dash = ' stroke-dasharray="5 4"' if dashed else ""
        canvas.parts.append(f'<polyline points="{where}" fill="none" stroke="{colour}" '
                            f'stroke-width="2"{dash}/>')  # fmt: skip
        for x, (value, low, high) in path:
            if high > low:
                canvas.line(x, canvas.y(low), x, canvas.y(high), colour, 1)
            canvas.parts.append(f'<circle cx="{number(x)}" cy="{number(canvas.y(value))}" '
                                f'r="3" fill="{colour}"/>')  # fmt: skip
        canvas.legend(index, name, colour, dashed)
    return canvas.svg()


def bars(title, subtitle, unit, labels, series, mark=None):
    """Groups of bars; `series`: name -> [value or None per label]. `mark` is a value
    with a line of its own."""
    values = [v for vs in series.values() for v in vs if v is not None]
    canvas = Canvas(title, subtitle, unit, labels, max(values + [mark or 0], default=0))
    each = canvas.width() * 0.8 / max(len(series), 1)
    for index, (name, heights) in enumerate(series.items()):
        colour = COLOURS[index % len(COLOURS)]
        for place, value in enumerate(heights):
            if value is None:
                continue
            x = canvas.x(place) - canvas.width() * 0.4 + index * each
            y = canvas.y(value)
            canvas.parts.append(f'<rect x="{number(x)}" y="{number(y)}" '
                                f'width="{number(each * 0.92)}" '
                                f'height="{number(canvas.y(0) - y)}" fill="{colour}"/>')  # fmt: skip
            canvas._text(x + each * 0.46, y - 3, number(value), anchor="middle", size=9)
        canvas.legend(index, name, colour)
    if mark is not None:
        y = canvas.y(mark)
        canvas.line(LEFT, y, WIDTH - RIGHT, y, "#333", 1)
    return canvas.svg()
