"""Faults that are known and left out: a pattern of what tools.fault() says, and why."""

import re

KNOWN = [
    # Of array<index>, and of a permutation that is no array of integers, in MLIR 22.
    (r"^crash of MLIR's parser", "upstream's, before any code of ours"),
    (r"'gqgpu.kernel' op expects sizes of argument N of at most", "sizes past 32 bits, in words of a kernel"),
]


def find(kind):
    """Why a fault is left out; None if it is not."""
    return next((why for pattern, why in KNOWN if re.search(pattern, kind)), None)
