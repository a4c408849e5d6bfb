"""Faults that are known and left out: a pattern of what tools.fault() says, one that the text has, and
why."""

import re

KNOWN = [
    # Of array<index>, of a permutation that is no array of integers, and of linalg.matmul with maps that
    # have no results, as operands of rank 0 do, in MLIR 22.
    (r"^crash of MLIR's parser", "", "upstream's, before any code of ours"),
    # It writes out as many iterations as it is told, and may be told 2^63 of them.
    (r"^(crash: 11|memory: gq-opt|hang: gq-opt).*(Operation|clone|malloc)", r"transform\.loop\.unroll",
     "upstream's, which unrolls by any factor"),
    (r"^(memory|hang): gq-opt", r"transform\.loop\.unroll[^}]*factor = \d{6}", "upstream's, as above"),
    # Of linalg.generic on 0x0 as well.
    (r"^crash: 11, mlir::linalg::computeTileSizes", r"transform\.structured\.fuse",
     "upstream's, which tiles no tensors without elements"),
]  # fmt: skip


def find(kind, text):
    """Why a fault is left out; None if it is not."""
    return next((why for pattern, within, why in KNOWN if re.search(pattern, kind) and re.search(within, text)), None)
