"""libgq_jax, what XLA calls, and the bundles it knows."""

from __future__ import annotations

import ctypes
import functools
import os
import typing

import jax

from .._library import Error, check
from .._tensors import Tensors
from .._tools import find_library

if typing.TYPE_CHECKING:
    from ..runtime import Bundle, Function

#: The target of the custom calls.
TARGET = "gridquant"
#: What XLA aligns memory to is not what workspaces are aligned to.
ALIGNMENT = 256


@functools.lru_cache(maxsize=None)
def _library() -> ctypes.CDLL:
    path = os.environ.get("GQ_JAX_LIB") or find_library("gq_jax")
    try:
        library = ctypes.CDLL(path)
    except OSError as error:
        raise ImportError("cannot load libgq_jax.so, which is built where jaxlib is installed; GQ_JAX_LIB "
                          f"can name it: {error}") from None  # fmt: skip
    library.gq_jax_register.restype = ctypes.c_int
    library.gq_jax_register.argtypes = [ctypes.c_int64, ctypes.c_void_p]
    capsule = jax.ffi.pycapsule
    jax.ffi.register_ffi_target(TARGET, {"initialize": capsule(library.gq_jax_cuda),
                                         "execute": capsule(library.gq_jax_cuda)}, platform="CUDA")  # fmt: skip
    jax.ffi.register_ffi_target(TARGET, capsule(library.gq_jax_cpu), platform="cpu")
    return library


_registered: set[int] = set()


def key_of(bundle: Bundle) -> int:
    """The number that XLA's programs know the bundle by. It follows from its bytes: a program
    that JAX keeps on disk finds the same bundle in the next process."""
    key = int.from_bytes(bundle.digest()[:8], "little", signed=True)
    if key not in _registered:
        check(_library().gq_jax_register(key, bundle._any().handle))
        _registered.add(key)
    return key


class Spec:
    """A tensor without memory, as the runtime asks for shapes."""

    def __init__(self, shape: typing.Sequence[int], dtype: typing.Any):
        self.shape, self.dtype, self.device = tuple(shape), dtype, "cpu"

    def data_ptr(self) -> int:
        return 0

    def stride(self) -> tuple[int, ...]:
        strides: list[int] = []
        step = 1
        for extent in reversed(self.shape):
            strides.insert(0, step)
            step *= extent
        return tuple(strides)


def workspace_size(function: Function, specs: typing.Sequence[Spec]) -> int:
    """Loads the kernels only where the size depends on the device."""
    tensors = Tensors(specs, 0)
    try:
        return function._workspace_size(function._bundle._any(), tensors)
    except Error as error:
        if error.status != "not loaded":
            raise
    return function._workspace_size(function._bundle._on(None), tensors)
