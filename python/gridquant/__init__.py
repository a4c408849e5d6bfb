"""GridQuant from Python: compile, build, run.

    import gridquant

    bundle = gridquant.Bundle("linear.gqb")           # or gridquant.compile("linear.mlir")
    linear = bundle["linear"]
    y = linear(x, w)                                  # torch allocates the results
    linear(x, w, outs=[y], stream=s, workspace=space) # nothing is allocated
    plan = linear.plan(x, w)                          # all that follows from shapes
    y = plan(x2, w)                                   # tensors of the same kind

    program = gridquant.linear(4096, 8192, bias=True, activation="gelu")
    print(program)                                    # its .mlir
    f = program.compile()                             # compiled once, then from the disk cache

`gridquant.reference` has the numerics on the CPU, `gridquant.torch` ops and layers for
torch, `gridquant.jax` calls for JAX.
"""

from __future__ import annotations

import importlib
import typing

if typing.TYPE_CHECKING:
    from . import builders, cache, compiler, program, reference
    from .builders import linear, matmul, quantize
    from .calls import fp8e4m3_matmul, fp8e5m2_matmul, fp32_to_msfp16, msfp16_matmul, quantized_matmul
    from .compiler import CompileError, CompileWarning, Diagnostic, compile
    from .program import Program
    from .runtime import Bundle, Error, Function, Plan, TensorInfo

    __version__: str

# Nothing is loaded before it is asked for: the reference can be imported where only that is
# installed, and the compiler where there is no runtime.
_HOME = {
    "Bundle": "runtime",
    "CompileError": "compiler",
    "CompileWarning": "compiler",
    "Diagnostic": "compiler",
    "Error": "runtime",
    "Function": "runtime",
    "Plan": "runtime",
    "Program": "program",
    "TensorInfo": "runtime",
    "compile": "compiler",
    "fp32_to_msfp16": "calls",
    "fp8e4m3_matmul": "calls",
    "fp8e5m2_matmul": "calls",
    "linear": "builders",
    "matmul": "builders",
    "msfp16_matmul": "calls",
    "quantize": "builders",
    "quantized_matmul": "calls",
}

_MODULES = ("builders", "cache", "compiler", "program", "reference")

__all__ = [*_HOME, *_MODULES, "__version__"]


def __getattr__(name: str) -> typing.Any:
    if name == "__version__":
        from ._version import version

        return version()
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
