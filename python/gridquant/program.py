"""A function as .mlir text with the types of its arguments and results: what builders make."""

from __future__ import annotations

import os
import pathlib
import re
import subprocess
import tempfile
import typing

from ._sizes import Sizes, resolve, words
from ._tools import find_tool

if typing.TYPE_CHECKING:
    import numpy

    from .runtime import Function

__all__ = ["Program", "ReferenceError", "Tensor"]


class ReferenceError(RuntimeError):
    """What gq-run refused, in its own words."""


class Tensor(typing.NamedTuple):
    """An argument or a result. `shape` has None where an extent depends on the inputs, `type`
    is MLIR's name of the element type."""

    name: str
    type: str
    shape: tuple[int | None, ...]

    def __str__(self) -> str:
        extents = "x".join("?" if extent is None else str(extent) for extent in self.shape)
        return f"{self.name}: {extents}x{self.type}" if self.shape else f"{self.name}: {self.type}"


class Program:
    """`text` is a whole module with one public function, `name`. Programs with the same text
    are equal. `sizes` are those of inputs and results, where builders know what dynamic ones
    follow from."""

    def __init__(self, name: str, text: str, inputs: typing.Sequence[Tensor],
                 outputs: typing.Sequence[Tensor],
                 sizes: tuple[Sizes, Sizes] | None = None):  # fmt: skip
        self.name, self.text = name, text
        self.inputs, self.outputs = tuple(inputs), tuple(outputs)
        self._sizes = sizes

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        arguments = ", ".join(map(str, self.inputs))
        return f"<gridquant.Program {self.name}({arguments}) -> ({', '.join(map(str, self.outputs))})>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Program) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the text, for gq-run and gq-compile."""
        pathlib.Path(path).write_text(self.text)

    def pitched(self, *names: str) -> Program:
        """The same, but arguments of these names, or all that are matrices, may be columns of a
        wider tensor: rows may be further apart than they are long, by a multiple of 16 bytes.

        Raises ValueError for what is no matrix among the arguments."""
        matrices = [tensor.name for tensor in self.inputs if len(tensor.shape) == 2]
        for name in names:
            if name not in matrices:
                raise ValueError(f"{self.name} has no matrix {name}, need one of {', '.join(matrices)}")
        text = self.text
        for name in names or matrices:
            # In the list of arguments; types of tensors have no comma and no parenthesis.
            pattern = rf"(func\.func @{re.escape(self.name)}\([^)]*%{re.escape(name)}: tensor<[^>]*>)(?=[,)])"
            text, count = re.subn(pattern, r"\1 {gq.pitched}", text, count=1)
            if not count:
                raise ValueError(f"the text of {self.name} has no argument %{name} without attributes")
        return Program(self.name, text, self.inputs, self.outputs, self._sizes)

    def output_shapes(self, *shapes: typing.Sequence[int]) -> list[tuple[int, ...]]:
        """The shapes of the results for inputs of these shapes.

        Raises ValueError for shapes that are not those of the inputs, or do not fit each other."""
        if len(shapes) != len(self.inputs):
            raise ValueError(f"{self.name} has {len(self.inputs)} inputs, got {len(shapes)}")
        for tensor, shape in zip(self.inputs, shapes):
            if len(shape) != len(tensor.shape) or any(
                need not in (None, have) for need, have in zip(tensor.shape, shape)
            ):
                raise ValueError(f"{tensor.name} has shape {words(shape)}, need {words(tensor.shape)}")
        if self._sizes:
            return resolve([tensor.name for tensor in self.inputs], *self._sizes, shapes)
        for tensor in self.outputs:
            if None in tensor.shape:
                raise ValueError(f"what the shape of {tensor.name}, {words(tensor.shape)}, follows from "
                                 "is known of programs of builders only")  # fmt: skip
        return [typing.cast("tuple[int, ...]", tensor.shape) for tensor in self.outputs]

    def compile(self, **options: typing.Any) -> Function:
        """The function of the compiled bundle; `options` are those of `gridquant.compile`."""
        from .compiler import compile

        return compile(self, **options)[self.name]

    def reference(self, *inputs: typing.Any) -> numpy.ndarray | list[numpy.ndarray]:
        """The result, or a list of several, of the CPU reference: by gq-run, whose numerics are
        those that the kernels are checked against.

        Inputs are NumPy arrays (FP8 and bf16 as ml_dtypes has them, or as uint8 and uint16 of
        the same bits). Results are as ml_dtypes has them where it is installed, else bits.

        Raises ReferenceError, also for shapes that do not fit each other."""
        from ._numpy import from_raw, to_raw
        import numpy

        tool = find_tool("gq-run")
        if not tool:
            raise ReferenceError("gq-run is not found: GQ_RUN can name it")
        if len(inputs) != len(self.inputs):
            raise ReferenceError(f"{self.name} has {len(self.inputs)} inputs, got {len(inputs)}")
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, self.name + ".mlir")
            self.save(path)
            command = [tool, path, f"--entry={self.name}", "--backend=reference"]
            for i, (tensor, array) in enumerate(zip(self.inputs, inputs)):
                numpy.save(f"{folder}/in{i}.npy", to_raw(tensor.name, array, tensor.type))
                command.append(f"--input={folder}/in{i}.npy")
            outputs = [f"{folder}/out{i}.npy" for i in range(len(self.outputs))]
            command += [f"--output={output}" for output in outputs]
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode != 0:
                raise ReferenceError((done.stderr or done.stdout).strip().replace(path, self.name))
            results = [from_raw(numpy.load(output), tensor.type)
                       for output, tensor in zip(outputs, self.outputs)]  # fmt: skip
        return results[0] if len(results) == 1 else results
