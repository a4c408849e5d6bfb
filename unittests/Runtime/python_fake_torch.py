"""A torch that has just what the package uses of it, of two ages."""

import ctypes
import itertools
import sys
import types

from gridquant import _abi, _tensors

ADDRESSES = itertools.count(1 << 32, 1 << 32)


class Device(str):
    pass


class Dtype(str):
    def __str__(self):
        return "torch." + self


class Tensor:
    def __init__(self, shape, dtype, device=0, contiguous=True, pitch=None):
        self.shape, self.dtype, self._index = tuple(shape), dtype, device
        self.device, self.is_cuda = Device(f"cuda:{device}"), True
        self._address, self._contiguous = next(ADDRESSES), contiguous and pitch is None
        self._pitch = pitch

    def get_device(self):
        return self._index

    def data_ptr(self):
        return self._address

    def is_contiguous(self):
        return self._contiguous

    def stride(self):
        if self._pitch is not None:
            return (self._pitch, 1)
        strides, step = [], 1
        for extent in reversed(self.shape):
            strides.insert(0, step)
            step *= extent
        return tuple(strides if self._contiguous else reversed(strides))


class Others:
    """A tensor of another framework: the interface without the device number."""

    def __init__(self, tensor):
        self.shape, self.dtype, self.device = tensor.shape, tensor.dtype, tensor.device
        self.data_ptr, self.stride = tensor.data_ptr, tensor.stride


@ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.py_object, ctypes.POINTER(_abi.DLTensor))
def view(tensor, out):
    if not isinstance(tensor, Tensor):
        return -1
    out[0], tensor.kept = _tensors._from_attributes(tensor)
    return 0


@ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_int32, ctypes.POINTER(ctypes.c_uint64))
def current_stream(kind, device, out):
    out[0] = sys.modules["torch"].streams[device] if kind == 2 else 0
    return 0


def exchange_api():
    """A table of DLPack behind one of a version to come."""
    address = lambda function: ctypes.cast(function, ctypes.c_void_p).value
    old = _abi.DLPackExchangeAPI(1, 3, None, 1, 1, 1, address(view), address(current_stream))
    new = _abi.DLPackExchangeAPI(2, 0, ctypes.pointer(old))
    make = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)(
        ("PyCapsule_New", ctypes.pythonapi))
    KEPT.extend((old, new))
    return make(ctypes.addressof(new), b"dlpack_exchange_api", None)


KEPT = []


class NewTensor(Tensor):
    """Of a torch that shows tensors to C functions."""

    __dlpack_c_exchange_api__ = exchange_api()


def make_torch(kind):
    torch = types.ModuleType("torch")
    torch.Tensor = kind
    for name in ("bfloat16", "float32", "float8_e4m3fn", "uint8"):
        setattr(torch, name, Dtype(name))
    torch.made = []

    def empty(shape, dtype, device):
        shape = (shape,) if isinstance(shape, int) else shape
        torch.made.append(kind(shape, dtype, int(device[5:])))
        return torch.made[-1]

    def empty_strided(shape, strides, dtype):
        made = empty(shape, dtype, f"cuda:{torch.current}")
        assert made.stride() == strides
        return made

    torch.empty = empty
    torch.streams = {0: 70, 1: 71}
    torch._C = types.SimpleNamespace(
        _cuda_getCurrentRawStream=lambda index: torch.streams[index])
    torch.cuda = types.SimpleNamespace(
        current_stream=lambda index: types.SimpleNamespace(
            cuda_stream=torch.streams[index] + 100))
    if kind is NewTensor:
        torch.current = 0
        torch._C._cuda_getDevice = lambda: torch.current + 0
        guards = types.SimpleNamespace(_empty_strided_cuda=empty_strided)
        torch._C._dynamo = types.SimpleNamespace(guards=guards)
    return torch
