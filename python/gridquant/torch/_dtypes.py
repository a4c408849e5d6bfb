"""torch dtypes and MLIR's names of element types."""

from __future__ import annotations

import torch

from .._types import ELEMENT_TYPES


class _Elements(dict):
    def __missing__(self, dtype: torch.dtype) -> str:
        raise TypeError(f"dtype {dtype} has no element type, need one of {', '.join(map(str, self))}")


ELEMENT = _Elements({getattr(torch, name): element for element, (_, _, name) in ELEMENT_TYPES.items()
                     if hasattr(torch, name)})  # fmt: skip
DTYPE = {element: dtype for dtype, element in ELEMENT.items()}

FLOATS = (torch.bfloat16, torch.float16, torch.float32)
CODES = (torch.float8_e4m3fn, torch.float8_e5m2, torch.int8)
SCALES = (torch.float32, torch.bfloat16, torch.float8_e8m0fnu)


def element(what: str, dtype: torch.dtype, allowed: tuple[torch.dtype, ...]) -> str:
    if dtype not in allowed:
        raise TypeError(f"{what} has dtype {dtype}, need one of {', '.join(map(str, allowed))}")
    return ELEMENT[dtype]


def ceildiv(size, block):
    return -(-size // block)


def grid_shape(rows, columns, block, transposed=False, pad=1):
    """The shape of the scales of a rows x columns matrix; M-major ones have rows as long as
    the next multiple of `pad`."""
    grid = (ceildiv(rows, block[0]), ceildiv(columns, block[1]))
    return (grid[1], ceildiv(grid[0], pad) * pad) if transposed else grid
