"""`call`: a Program or a function of a bundle, as an operation of JAX."""

from __future__ import annotations

import concurrent.futures
import contextlib
import functools
import os
import threading
import typing

import jax
import jax.numpy as jnp
import numpy as np

from .. import _device, compiler
from .._numpy import dtype_of
from .._sizes import words
from ..program import Program

if typing.TYPE_CHECKING:
    from ..cache import Cache
    from ..runtime import Bundle, Function

_lock = threading.RLock()
_functions: dict[tuple[Program, str], Function] = {}
_recorded: dict[Program, None] | None = None


def varying(array: typing.Any) -> frozenset:
    """The axes of a jax.shard_map along which an array differs from device to device; none where
    it does not check them (`check_vma=False`)."""
    kind = jax.typeof(array) if hasattr(jax, "typeof") else None
    manual = getattr(kind, "manual_axis_type", None) or getattr(kind, "mat", None)
    return frozenset(manual.varying if manual is not None else getattr(kind, "vma", ()))


def vary(array: jax.Array, axes: frozenset) -> jax.Array:
    """The same array, as one that differs along these axes."""
    missing = tuple(axes - varying(array))
    if not missing:
        return array
    if hasattr(jax.lax, "pcast"):
        return jax.lax.pcast(array, missing, to="varying")
    return jax.lax.pvary(array, missing)


def _target() -> str | None:
    """What programs are compiled for; None where JAX has no CUDA."""
    try:
        device = jax.local_devices(backend="cuda")[0]
    except RuntimeError:
        return None
    target = _device.target_of_name(device.device_kind)
    if not target:
        needed = ", ".join(compiler.TARGETS).upper()
        raise RuntimeError(f"{device} is {device.device_kind}, need one of {needed}")
    return target


def _compile(program: Program, target: str) -> Function:
    with _lock:
        function = _functions.get((program, target))
        if function is None:
            function = _functions[program, target] = program.compile(target=target)
    return function


def _check(of: Program | Function, args: typing.Sequence[jax.Array]) -> None:
    """Element types and what is static of shapes, in the words of the program."""
    if len(args) != len(of.inputs):
        raise TypeError(f"{of.name} has {len(of.inputs)} inputs, got {len(args)}")
    for tensor, array in zip(of.inputs, args):
        name = getattr(tensor, "label", None) or tensor.name
        if array.dtype != dtype_of(tensor.type):
            raise TypeError(f"{of.name}: {name} has dtype {array.dtype}, need {dtype_of(tensor.type)}")
        if len(array.shape) != len(tensor.shape) or any(
            need not in (None, have) for need, have in zip(tensor.shape, array.shape)
        ):
            raise ValueError(f"{of.name}: {name} has shape {words(array.shape)}, need {words(tensor.shape)}")


def _results(of: Program | Function, args: typing.Sequence[typing.Any]) -> list[jax.ShapeDtypeStruct]:
    if isinstance(of, Program):
        try:
            shapes = of.output_shapes(*[array.shape for array in args])
        except ValueError as error:
            raise ValueError(f"{of.name}: {error}") from None
    else:
        from .._library import Error
        from ._library import Spec

        try:
            shapes = of.output_shapes(*[Spec(array.shape, array.dtype) for array in args])
        except Error as error:
            raise ValueError(str(error)) from None
    return [jax.ShapeDtypeStruct(shape, dtype_of(tensor.type))
            for shape, tensor in zip(shapes, of.outputs)]  # fmt: skip


def _by_kernels(function: Function, results: list[jax.ShapeDtypeStruct], *args: jax.Array) -> list[jax.Array]:
    """The custom call. A workspace is a result that is dropped: so XLA knows where it is, also in
    what it has captured."""
    from . import _library

    space = _library.workspace_size(function, [_library.Spec(array.shape, array.dtype) for array in args])
    if space:
        space += _library.ALIGNMENT - 1
        results = [*results, jax.ShapeDtypeStruct((space,), jnp.uint8)]
    key = _library.key_of(function._bundle)
    returned = jax.ffi.ffi_call(_library.TARGET, results, vmap_method="sequential")(
        *args, bundle=np.int64(key), function=function.name)  # fmt: skip
    return list(returned[: len(function.outputs)])


@functools.lru_cache(maxsize=None)
def _host_function(program: Program) -> typing.Callable:
    def run(*arrays):
        results = program.reference(*map(np.asarray, arrays))
        return results if isinstance(results, list) else [results]

    return run


def _by_reference(program: Program, results: list[jax.ShapeDtypeStruct], *args: jax.Array) -> list[jax.Array]:
    return list(jax.pure_callback(_host_function(program), results, *args, vmap_method="sequential"))


@functools.partial(jax.jit, static_argnums=(0, 1))
def _traced(of: Program | Function, target: str | None, *args: jax.Array) -> list[jax.Array]:
    results = _results(of, args)
    if not isinstance(of, Program):
        return _by_kernels(of, results, *args)
    on_cpu = functools.partial(_by_reference, of, results)
    if target is None:
        return on_cpu(*args)
    on_cuda = functools.partial(_by_kernels, _compile(of, target), results)
    return jax.lax.platform_dependent(*args, cpu=on_cpu, cuda=on_cuda)


def results_of(of: Program | Function, *args: typing.Any) -> list[jax.Array]:
    """The results of `call`, one or several."""
    if not hasattr(of, "inputs") or not hasattr(of, "outputs"):
        raise TypeError(f"call of a {type(of).__name__}, need a Program or a function of a bundle")
    arrays = [jnp.asarray(array) for array in args]
    _check(of, arrays)
    results = _results(of, arrays)  # what does not fit is said before JAX is among the callers
    if _recorded is not None and isinstance(of, Program):
        _recorded[of] = None
        return [jnp.zeros(result.shape, result.dtype) for result in results]
    # Custom calls and callbacks ask for one kind of all, and say nothing of what they return.
    axes = frozenset().union(*map(varying, arrays))
    traced = _traced(of, _target() if isinstance(of, Program) else None, *[vary(array, axes) for array in arrays])
    return [vary(result, axes) for result in traced]


def call(of: Program | Function, *args: typing.Any) -> jax.Array | list[jax.Array]:
    """The result, or a list of several, of a Program or of a function of a bundle.

    A Program runs on CUDA by kernels, which are compiled when the call is traced, and on a CPU by
    the reference. A function of a bundle runs on CUDA. jax.vmap makes one call after another;
    there are no gradients, which `linear` and `training_linear` have.

    Raises TypeError and ValueError, when the call is traced, for dtypes and shapes that are not
    those of the function."""
    results = results_of(of, *args)
    return results[0] if len(results) == 1 else results


def register(bundle: Bundle) -> None:
    """Makes the functions of a bundle known to XLA: for programs of JAX that were compiled or
    exported in another process. `call` does so itself."""
    from ._library import key_of

    key_of(bundle)


@contextlib.contextmanager
def precompile(folder: str | os.PathLike[str] | Cache, target: str) -> typing.Iterator[None]:
    """Compiles what is called inside for the GPU `target` into a cache folder:

        with gridquant.jax.precompile("bundles", target="h200"):
            jax.eval_shape(model, x)

    Where GQ_CACHE_DIR names that folder, also on a machine without a compiler, calls find their
    bundles there. Nothing is computed; functions that JAX has traced before are not traced again.

    Raises CompileError for a program that does not compile."""
    global _recorded
    with _lock:
        before, _recorded = _recorded, {}
        try:
            yield
        finally:
            programs, _recorded = list(_recorded), before
    compile = functools.partial(compiler.compile_bytes, target=target, cache=folder)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for _ in pool.map(compile, programs):
            pass
