"""Turns tensor objects of any framework into DLTensor structures."""

import ctypes as C
import sys

from ._abi import DLManagedTensor, DLManagedTensorVersioned, DLTensor
from ._types import ELEMENT_TYPES

# The name of a torch dtype: (DLPack code, bits). Bytes stand for FP8 where a
# framework has no type for it.
_DTYPES = {torch: (code, 8 * size) for size, code, torch in ELEMENT_TYPES.values()}
_DTYPES["uint8"] = (1, 8)
_NAMES = {(code, 8 * size): name
          for name, (size, code, _) in ELEMENT_TYPES.items()}
_NAMES[1, 8] = "u8"

capsule_is = C.pythonapi.PyCapsule_IsValid
capsule_is.restype = C.c_int
capsule_is.argtypes = [C.py_object, C.c_char_p]
capsule_get = C.pythonapi.PyCapsule_GetPointer
capsule_get.restype = C.c_void_p
capsule_get.argtypes = [C.py_object, C.c_char_p]


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
    # Producers refuse a stream in words of their own.
    if getattr(tensor, "__dlpack_device__", lambda: (2, 0))()[0] == 1:
        raise TypeError(f"{type(tensor).__name__} is in the memory of the host, "
                        "kernels need it in that of the GPU")
    # DLPack numbers the default stream of CUDA 1.
    capsule = tensor.__dlpack__(stream=stream or 1)
    if capsule_is(capsule, b"dltensor"):
        pointer = capsule_get(capsule, b"dltensor")
        return DLManagedTensor.from_address(pointer).dl_tensor, capsule
    if capsule_is(capsule, b"dltensor_versioned"):
        pointer = capsule_get(capsule, b"dltensor_versioned")
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

    @property
    def device(self):
        """The number of the GPU that the first tensor is on, None if on none."""
        if not self.count:
            return None
        device = self._alive[0][0].device
        return device.device_id if device.device_type in (2, 13) else None

    def addresses(self):
        """Of the first elements."""
        return [(tensor.data or 0) + tensor.byte_offset for tensor, _ in self._alive]

    def describe(self, index):
        """All of a tensor but its address, as words that are equal where that is:
        "bf16 [2, 64] on cuda:0"."""
        tensor = self._alive[index][0]
        shape = tensor.shape[:tensor.ndim]
        kind = (tensor.dtype.code, tensor.dtype.bits)
        words = f"{_NAMES.get(kind, f'dlpack type {kind}')} {list(shape)} on "
        device = tensor.device
        words += {1: "cpu", 2: "cuda", 13: "cuda"}.get(device.device_type,
                                           f"dlpack device {device.device_type}")
        if device.device_type != 1:
            words += f":{device.device_id}"
        if tensor.strides and 0 not in shape:
            step = 1
            for extent, stride in zip(reversed(shape),
                                      reversed(tensor.strides[:tensor.ndim])):
                if extent != 1 and stride != step:
                    return words + f", not contiguous: strides {list(tensor.strides[:tensor.ndim])}"
                step *= extent
        return words

    def memory(self, index):
        """Address and bytes of a contiguous tensor: for workspaces."""
        tensor = self._alive[index][0]
        count = 1
        for i in range(tensor.ndim):
            count *= tensor.shape[i]
        return self.addresses()[index], count * tensor.dtype.bits // 8


def torch_if_used(objects):
    """The torch module if all objects are its tensors. Never imports it."""
    torch = sys.modules.get("torch")
    if torch and all(isinstance(x, torch.Tensor) for x in objects):
        return torch
    return None


def stream_query(torch, device):
    """A function that gives the stream that torch works on, of the GPU with a
    number: the one it has for code that it generates itself, which makes no
    object."""
    query = getattr(torch._C, "_cuda_getCurrentRawStream", None)
    if query:
        return lambda: query(device)
    return lambda: torch.cuda.current_stream(device).cuda_stream


def stream_number(stream, query=None):
    """A stream as the driver has it, of an object of torch or CuPy too. Of None what
    `query` says, else the default stream."""
    if stream is None:
        return query() if query else 0
    if hasattr(stream, "cuda_stream"):
        return stream.cuda_stream
    return getattr(stream, "ptr", stream)
