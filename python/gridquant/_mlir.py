"""Writes one function of .mlir text: names, sizes and types, so that builders say what is
computed and no more."""

from __future__ import annotations

import re
import typing

from ._sizes import Dim, Size, blocks_in, size_of  # noqa: F401
from .program import Program, Tensor


class Type(typing.NamedTuple):
    shape: tuple[Size, ...]
    element: str

    def __str__(self) -> str:
        extents = ("?" if isinstance(size, Dim) else str(size) for size in self.shape)
        return f"tensor<{'x'.join([*extents, self.element])}>"


class Value(typing.NamedTuple):
    name: str
    type: Type


class FunctionWriter:
    """Arguments first, then ops in order, then `finish`."""

    def __init__(self, name: str):
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            raise ValueError(f"name is '{name}', need letters, digits and underscores")
        self.name = name
        self._arguments: list[Value] = []
        self._lines: list[str] = []
        self._sizes: dict[Dim, str] = {}
        self._constants: dict[tuple[str, str], str] = {}
        self._count = 0

    def argument(self, name: str, *shape: Size, element: str) -> Value:
        value = Value(f"%{name}", Type(tuple(shape), element))
        self._arguments.append(value)
        return value

    def fresh(self) -> str:
        self._count += 1
        return f"%{self._count - 1}"

    def line(self, text: str) -> None:
        self._lines.append("  " + text)

    def constant(self, text: str, kind: str) -> str:
        """A scalar or an index."""
        known = self._constants.get((text, kind))
        if not known:
            known = self._constants[text, kind] = self.fresh()
            self.line(f"{known} = arith.constant {text} : {kind}")
        return known

    def _size(self, dim: Dim) -> str:
        """The SSA value of a dynamic size: the extent of the argument that has it."""
        if dim in self._sizes:
            return self._sizes[dim]
        plain = Dim(dim.of)
        if dim == plain:
            argument, axis = next((a, i) for a in self._arguments
                                  for i, size in enumerate(a.type.shape) if size == plain)  # fmt: skip
            index = self.constant(str(axis), "index")
            name = self.fresh()
            self.line(f"{name} = tensor.dim {argument.name}, {index} : {argument.type}")
        else:
            whole = self._size(plain)
            formula = f"d0 ceildiv {dim.block}" if dim.block > 1 else "d0"
            if dim.pad > 1:
                formula = f"(({formula}) ceildiv {dim.pad}) * {dim.pad}"
            name = self.fresh()
            self.line(f"{name} = affine.apply affine_map<(d0) -> ({formula})>({whole})")
        self._sizes[dim] = name
        return name

    def empty(self, type: Type) -> Value:
        sizes = ", ".join(self._size(size) for size in type.shape if isinstance(size, Dim))
        name = self.fresh()
        self.line(f"{name} = tensor.empty({sizes}) : {type}")
        return Value(name, type)

    def zeros(self, type: Type) -> Value:
        zero = self.constant("0" if type.element.startswith("i") else "0.0", type.element)
        empty, name = self.empty(type), self.fresh()
        self.line(f"{name} = linalg.fill ins({zero} : {type.element}) outs({empty.name} : {type}) -> {type}")
        return Value(name, type)

    def transpose(self, value: Value) -> Value:
        turned = self.empty(Type(tuple(reversed(value.type.shape)), value.type.element))
        name = self.fresh()
        self.line(f"{name} = linalg.transpose ins({value.name} : {value.type}) "
                  f"outs({turned.name} : {turned.type}) permutation = [1, 0]")  # fmt: skip
        return Value(name, turned.type)

    def elementwise(self, inputs: typing.Sequence[Value], element: str,
                    body: typing.Callable[..., str]) -> Value:  # fmt: skip
        """A linalg.generic over the shape of the first input; inputs of rank 1 are read by
        column. `body(line, *scalars)` writes ops with `line` and returns the scalar to yield."""
        shape = inputs[0].type.shape
        result = self.empty(Type(shape, element))
        whole, column = "affine_map<(i, j) -> (i, j)>", "affine_map<(i, j) -> (j)>"
        maps = [whole if len(value.type.shape) == 2 else column for value in inputs] + [whole]
        scalars = [f"%x{i}" for i in range(len(inputs))]
        arguments = [f"{s}: {v.type.element}" for s, v in zip(scalars, inputs)] + [f"%out: {element}"]
        lines: list[str] = []
        yielded = body(lambda text: lines.append("    " + text), *scalars)
        name = self.fresh()
        self.line(f"{name} = linalg.generic {{indexing_maps = [{', '.join(maps)}], "
                  'iterator_types = ["parallel", "parallel"]}')  # fmt: skip
        self.line(f"    ins({', '.join(v.name for v in inputs)} : {', '.join(str(v.type) for v in inputs)}) "
                  f"outs({result.name} : {result.type}) {{")  # fmt: skip
        self.line(f"^bb0({', '.join(arguments)}):")
        self._lines += lines
        self.line(f"  linalg.yield {yielded} : {element}")
        self.line(f"}} -> {result.type}")
        return Value(name, result.type)

    def finish(self, **results: Value) -> Program:
        arguments = ", ".join(f"{a.name}: {a.type}" for a in self._arguments)
        types = [str(value.type) for value in results.values()]
        returned = types[0] if len(types) == 1 else f"({', '.join(types)})"
        names = ", ".join(value.name for value in results.values())
        text = "\n".join([
            f"func.func @{self.name}({arguments}) -> {returned} {{",
            *self._lines,
            f"  return {names} : {', '.join(types)}",
            "}\n",
        ])  # fmt: skip
        tensor = lambda name, type: Tensor(
            name, type.element, tuple(None if isinstance(s, Dim) else s for s in type.shape)
        )
        return Program(self.name, text, [tensor(a.name[1:], a.type) for a in self._arguments],
                       [tensor(name, value.type) for name, value in results.items()],
                       sizes=([a.type.shape for a in self._arguments],
                              [value.type.shape for value in results.values()]))  # fmt: skip
