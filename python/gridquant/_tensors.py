"""Turns tensor objects of any framework into DLTensor structures."""

import ctypes as C
import sys

from ._abi import DLManagedTensor, DLManagedTensorVersioned, DLTensor
from ._types import ELEMENT_TYPES

# The name of a torch dtype: (DLPack code, bits). Bytes stand for FP8 where a
# framework has no type for it.
_DTYPES = {torch: (code, 8 * size) for size, code, torch in ELEMENT_TYPES.values()}
_DTYPES["uint8"] = (1, 8)

_capsule_is = C.pythonapi.PyCapsule_IsValid
_capsule_is.restype = C.c_int
_capsule_is.argtypes = [C.py_object, C.c_char_p]
_capsule_get = C.pythonapi.PyCapsule_GetPointer
_capsule_get.restype = C.c_void_p
_capsule_get.argtypes = [C.py_object, C.c_char_p]


def _device(tensor):
    """(DLPack device type, number) of a torch device, or of its name."""
    name = str(tensor.device)
    kind, _, index = name.partition(":")
    if kind != "cuda":
        return 1, 0
    return 2, int(index or 0)


def _from_attributes(tensor):
    """Tensors with the interface of torch. Not through __dlpack__: that refuses
    fp8 in many versions, and tensors that require a gradient."""
    dtype = str(tensor.dtype).rpartition(".")[2]
    if dtype not in _DTYPES:
        raise TypeError(f"tensor has element type {tensor.dtype}, which no "
                        "kernel takes")
    rank = len(tensor.shape)
    shape = (C.c_int64 * rank)(*tensor.shape)
    strides = (C.c_int64 * rank)(*tensor.stride())
    result = DLTensor()
    result.data = tensor.data_ptr()
    result.device.device_type, result.device.device_id = _device(tensor)
    result.ndim = rank
    result.dtype.code, result.dtype.bits = _DTYPES[dtype]
    result.dtype.lanes = 1
    result.shape = C.cast(shape, C.POINTER(C.c_int64))
    result.strides = C.cast(strides, C.POINTER(C.c_int64))
    return result, (shape, strides)


def _from_capsule(tensor, stream):
    # DLPack numbers the default stream of CUDA 1.
    capsule = tensor.__dlpack__(stream=stream or 1)
    if _capsule_is(capsule, b"dltensor"):
        pointer = _capsule_get(capsule, b"dltensor")
        return DLManagedTensor.from_address(pointer).dl_tensor, capsule
    if _capsule_is(capsule, b"dltensor_versioned"):
        pointer = _capsule_get(capsule, b"dltensor_versioned")
        managed = DLManagedTensorVersioned.from_address(pointer)
        if managed.major != 1:
            raise TypeError(f"tensor has dlpack version {managed.major}, 1 is "
                            "needed")
        return managed.dl_tensor, capsule
    raise TypeError("__dlpack__ gave no dltensor capsule")


class Tensors:
    """A C array of DLTensor pointers. Keeps what it points to alive."""

    def __init__(self, objects, stream):
        self._alive = []
        self.count = len(objects)
        self.array = (C.POINTER(DLTensor) * self.count)()
        for i, thing in enumerate(objects):
            if hasattr(thing, "data_ptr") and hasattr(thing, "stride"):
                tensor, alive = _from_attributes(thing)
            elif hasattr(thing, "__dlpack__"):
                tensor, alive = _from_capsule(thing, stream)
            else:
                raise TypeError(f"{type(thing).__name__} is not a tensor: it has "
                                "neither __dlpack__ nor data_ptr")
            self._alive.append((tensor, alive))
            self.array[i] = C.pointer(tensor)

    def memory(self, index):
        """Address and bytes of a contiguous tensor: for workspaces."""
        tensor = self._alive[index][0]
        count = 1
        for i in range(tensor.ndim):
            count *= tensor.shape[i]
        return ((tensor.data or 0) + tensor.byte_offset,
                count * tensor.dtype.bits // 8)


def torch_if_used(objects):
    """The torch module if all objects are its tensors. Never imports it."""
    torch = sys.modules.get("torch")
    if torch and all(isinstance(x, torch.Tensor) for x in objects):
        return torch
    return None


def current_stream(objects):
    """The stream torch works on, for its tensors; else the default stream."""
    torch = torch_if_used(objects)
    if torch and objects and objects[0].is_cuda:
        return torch.cuda.current_stream(objects[0].device).cuda_stream
    return 0
