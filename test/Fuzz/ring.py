"""Draws that barely change when there is more to draw from: a test that is new must not change what
is made of all others."""

import bisect
import zlib


class Ring:
    """Consistent hashing: each item has places on a ring, more with a larger weight, and a draw is
    a point on it, which belongs to the next place."""

    def __init__(self, items, name=str, weight=lambda item: 1):
        places = sorted((zlib.crc32(f"{copy} {name(item)}".encode()), i)
                        for i, item in enumerate(items) for copy in range(weight(item)))  # fmt: skip
        self.items, self.points = [items[i] for _, i in places], [point for point, _ in places]

    def draw(self, rng):
        return self.items[bisect.bisect(self.points, rng.randrange(1 << 32)) % len(self.items)]
