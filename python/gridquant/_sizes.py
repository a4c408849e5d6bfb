"""Sizes of arguments and results: numbers, or what follows from the shapes of a call."""

from __future__ import annotations

import typing


class Dim(typing.NamedTuple):
    """A dynamic size: blocks of `block` elements of the size `of`, rounded up to a multiple
    of `pad`."""

    of: str
    block: int = 1
    pad: int = 1


Size = typing.Union[int, Dim]
#: Of several tensors.
Sizes = typing.Sequence[typing.Sequence[Size]]


def size_of(extent: int | None, name: str) -> Size:
    """`extent`, or the dynamic size of that name."""
    if extent is None:
        return Dim(name)
    if extent < 0:
        raise ValueError(f"{name} is {extent}, need at least 0, or None for a dynamic size")
    return extent


def blocks_in(size: Size, block: int, pad: int = 1) -> Size:
    if isinstance(size, Dim):
        return Dim(size.of, block, pad)
    return -(-(-(-size // block)) // pad) * pad


def words(sizes: typing.Iterable[int | None]) -> str:
    return f"[{', '.join('?' if size is None else str(size) for size in sizes)}]"


def _extent(size: Size, known: dict[str, int]) -> int | None:
    if not isinstance(size, Dim):
        return size
    return typing.cast(int, blocks_in(known[size.of], size.block, size.pad)) if size.of in known else None


def resolve(names: typing.Sequence[str], inputs: Sizes, outputs: Sizes,
            shapes: typing.Sequence[typing.Sequence[int]]) -> list[tuple[int, ...]]:  # fmt: skip
    """The shapes of the results for arguments of these shapes. ValueError for those that are not
    of the program, or do not fit each other."""
    known: dict[str, int] = {}
    first: dict[str, str] = {}
    # Sizes first: an argument may have blocks of what comes after it.
    for name, sizes, shape in zip(names, inputs, shapes):
        for size, extent in zip(sizes, shape):
            if isinstance(size, Dim) and size == Dim(size.of) and size.of not in known:
                known[size.of], first[size.of] = int(extent), name
    for name, sizes, shape in zip(names, inputs, shapes):
        need = [_extent(size, known) for size in sizes]
        if list(shape) == need:
            continue
        because = sorted({first[size.of] for size in sizes
                          if isinstance(size, Dim) and first[size.of] != name})  # fmt: skip
        raise ValueError(f"{name} has shape {words(shape)}, need {words(need)}"
                         + (f" beside that of {' and '.join(because)}" if because else ""))  # fmt: skip
    return [tuple(int(typing.cast(int, _extent(size, known))) for size in sizes) for sizes in outputs]
