"""The ops on CUDA: programs of gridquant.builders, compiled when they are first needed.

What an op needs is a builder and its options, which shapes and dtypes decide: the *plan*. The
number of rows is dynamic in all of them, so that one bundle serves every batch. Fake kernels
know the plan as well: that is how `precompile` collects programs on a machine without a GPU.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import functools
import os
import threading
import typing

import torch

from .. import _device, compiler
from ..cache import Cache
from ..program import Program

if typing.TYPE_CHECKING:
    from ..runtime import Function

class Plan:
    """A builder and its options. Plans are the same if they are one object: planners keep them."""

    __slots__ = ("build", "options")

    def __init__(self, build: typing.Callable[..., Program], **options: typing.Any):
        self.build, self.options = build, options

    def program(self) -> Program:
        return self.build(**self.options)


_lock = threading.RLock()
_functions: dict[tuple[Plan, int], Function] = {}
_recorded: dict[Program, None] | None = None


@functools.lru_cache(maxsize=None)
def _target(device: int) -> str:
    name = torch.cuda.get_device_name(device)
    target = _device.target_of_name(name)
    if not target:
        raise RuntimeError(f"cuda:{device} is {name}, need one of {', '.join(compiler.TARGETS).upper()}")
    return target


def _compile(of: Plan, device: int) -> Function:
    with _lock:
        function = _functions.get((of, device))
        if function is None:
            function = of.program().compile(target=_target(device), device=device)
            _functions[of, device] = function
    return function


def _ready(tensor: torch.Tensor) -> torch.Tensor:
    """As kernels take operands: without gaps, from a multiple of 16 bytes on."""
    if not tensor.is_contiguous():
        tensor = tensor.contiguous()
    return tensor if tensor.data_ptr() % 16 == 0 else tensor.clone()


def run(of: Plan, *inputs: torch.Tensor, outs: typing.Sequence[torch.Tensor] | None = None):
    device = inputs[0].get_device()
    function = _functions.get((of, device)) or _compile(of, device)
    result = function.launch_objects(inputs, outs)
    return function(*map(_ready, inputs), outs=outs) if result is None else result


def note(planner: typing.Callable[..., Plan], *arguments: typing.Any) -> None:
    """Called by fake kernels, with what makes a plan of their arguments."""
    if _recorded is not None:
        _recorded[planner(*arguments).program()] = None


@contextlib.contextmanager
def record() -> typing.Iterator[dict[Program, None]]:
    """Collects the programs of what is run inside on device "meta"."""
    global _recorded
    with _lock:
        before, _recorded = _recorded, {}
        try:
            yield _recorded
        finally:
            _recorded = before


@contextlib.contextmanager
def precompile(folder: str | os.PathLike[str] | Cache, target: str) -> typing.Iterator[None]:
    """Compiles what is run inside, on device "meta", for the GPU `target` into a cache folder:

        with gridquant.torch.precompile("bundles", target="h200"):
            model(torch.empty(1, 8192, dtype=torch.bfloat16, device="meta"))

    Where GQ_CACHE_DIR names that folder, also on a machine without a compiler, the ops find
    their bundles there. Nothing is computed, and the number of rows does not matter. Forward,
    backward and optimizer may be run alike.

    Raises CompileError for a program that does not compile."""
    with record() as programs:
        yield
    compile = functools.partial(compiler.compile_bytes, target=target, cache=folder)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for _ in pool.map(compile, programs):
            pass
