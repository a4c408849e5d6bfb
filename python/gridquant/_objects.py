"""What torch has for code that calls it often: tensors read by C functions, in DLPack's
exchange API, and the allocation of torch.compile's code. Both may be absent."""

import ctypes as C
import functools
import os
import sys

from ._abi import DLPackExchangeAPI, ObjectApi
from ._tensors import capsule_get, capsule_is

#: A stream that stands for the current one.
CURRENT_STREAM = (1 << 8 * C.sizeof(C.c_void_p)) - 1

_PYTHON = ("PyTuple_Size", "PyTuple_GetItem", "PyEval_SaveThread", "PyEval_RestoreThread")
_NAME = b"dlpack_exchange_api"


@functools.lru_cache(maxsize=8)
def object_api(kind):
    """The functions for objects of a class of tensors; None if it has none."""
    capsule = getattr(kind, "__dlpack_c_exchange_api__", None)
    if capsule is None or not capsule_is(capsule, _NAME):
        return None
    table = DLPackExchangeAPI.from_address(capsule_get(capsule, _NAME))
    while table.major != 1:
        if not table.previous:
            return None
        table = table.previous.contents
    if not table.view or not table.current_stream:
        return None
    python = [C.cast(getattr(C.pythonapi, name), C.c_void_p).value for name in _PYTHON]
    return ObjectApi(*python[:2], table.view, table.current_stream, *python[2:])


# In a process that was forked from one that used CUDA torch.empty says so, the other crashes or
# gives what is no memory here.
_lost = False


def _in_child():
    global _lost
    torch = sys.modules.get("torch")
    _lost = _lost or bool(torch and getattr(torch.cuda, "_is_in_bad_fork", bool)())


os.register_at_fork(after_in_child=_in_child)


def _row_major(shape):
    strides, step = [], 1
    for extent in reversed(shape):
        strides.insert(0, step)
        step *= max(extent, 1)
    return tuple(strides)


def allocation(torch, device, number, specs):
    """A function that makes a list of tensors of (shape, dtype) each on a torch device: by
    torch.empty, or by what code of torch.compile calls, which takes a third of the time and
    knows the current device only. `number` is that of the GPU; None: it is none."""
    empty = torch.empty

    def slowly():
        return [empty(shape, dtype=dtype, device=device) for shape, dtype in specs]

    guards = getattr(getattr(torch._C, "_dynamo", None), "guards", None)
    quick = getattr(guards, "_empty_strided_cuda", None)
    current = getattr(torch._C, "_cuda_getDevice", None)
    if not quick or not current or number is None:
        return slowly
    full = [(tuple(shape), _row_major(shape), dtype) for shape, dtype in specs]

    def quickly():
        if _lost or current() != number:
            return slowly()
        return [quick(shape, strides, dtype) for shape, strides, dtype in full]

    def one_quickly():
        return slowly() if _lost or current() != number else [quick(shape, strides, dtype)]

    if len(full) != 1:
        return quickly
    (shape, strides, dtype), = full
    return one_quickly
