"""Bundles and their functions, over the C interface of libgq_runtime."""

import collections
import collections.abc
import ctypes as C
import os

from . import _abi
from ._abi import DLManagedTensor, load_library
from ._tensors import Tensors, current_stream, torch_if_used
from ._types import ELEMENT_TYPES

_lib = load_library()

_TORCH_TYPES = {name: torch for name, (_, _, torch) in ELEMENT_TYPES.items()}


class Error(RuntimeError):
    """A failure of the runtime. `status` is its kind ("no driver")."""

    def __init__(self, message, status):
        super().__init__(message)
        self.status = status


#: `shape` has None where an extent depends on the inputs.
TensorInfo = collections.namedtuple("TensorInfo", ["name", "type", "shape"])


def _check(status):
    if status:
        raise Error(_lib.gq_last_error().decode(errors="replace"),
                    _lib.gq_status_string(status).decode())


def _tensor_info(query, function, index):
    info = _abi.CTensorInfo()
    _check(query(function, index, C.byref(info)))
    shape = tuple(None if info.shape[i] < 0 else info.shape[i]
                  for i in range(info.rank))
    return TensorInfo(info.name.decode(), _lib.gq_type_name(info.type).decode(),
                      shape)


class Function:
    """A function of a bundle. Call it with tensors; see `__call__`."""

    def __init__(self, bundle, handle):
        self._bundle, self._pointer = bundle, handle
        self.name = _lib.gq_function_name(handle).decode()
        self.inputs = [_tensor_info(_lib.gq_function_input, handle, i)
                       for i in range(_lib.gq_function_input_count(handle))]
        self.outputs = [_tensor_info(_lib.gq_function_output, handle, i)
                        for i in range(_lib.gq_function_output_count(handle))]

    @property
    def _handle(self):
        self._bundle._check_open()
        return self._pointer

    def _output_shapes(self, tensors):
        shapes = []
        for i, info in enumerate(self.outputs):
            rank = len(info.shape)
            shape = (C.c_int64 * max(rank, 1))()
            _check(_lib.gq_function_output_shape(
                self._handle, tensors.array, tensors.count, i, shape, rank))
            shapes.append(tuple(shape[:rank]))
        return shapes

    def _workspace_size(self, tensors):
        size = C.c_size_t()
        _check(_lib.gq_function_workspace_size(
            self._handle, tensors.array, tensors.count, C.byref(size)))
        return size.value

    def output_shapes(self, *inputs):
        """The shapes of the results for these inputs."""
        return self._output_shapes(Tensors(inputs, 0))

    def workspace_size(self, *inputs):
        """The bytes of workspace that a call with these inputs needs."""
        self._bundle.load()
        return self._workspace_size(Tensors(inputs, 0))

    def __call__(self, *inputs, outs=None, stream=None, workspace=None):
        """Enqueues the kernels and returns the result, or a list of several.

        outs       tensors for the results; allocated with torch when absent
        stream     a CUDA stream (number, or an object with cuda_stream); the
                   current stream of torch when absent
        workspace  a contiguous tensor; allocated with torch when absent and
                   needed

        Tensors must stay alive until the stream has passed the kernels, which
        torch sees to for tensors that are used on one stream only.
        """
        single = outs is not None and not isinstance(outs, (list, tuple))
        results = [outs] if single else outs
        if stream is None:
            stream = current_stream(inputs)
        stream = getattr(stream, "cuda_stream", stream)
        self._bundle.load()
        tensors = Tensors(inputs, stream)
        torch = torch_if_used(inputs) if inputs else None
        if results is None:
            results = self._allocate(torch, inputs, self._output_shapes(tensors))
        out_tensors = Tensors(results, stream)

        address, size = 0, 0
        if workspace is None and torch:
            size = self._workspace_size(tensors)
            if size:
                workspace = torch.empty(size, dtype=torch.uint8,
                                        device=inputs[0].device)
        if workspace is not None:
            address, size = Tensors([workspace], stream).memory(0)
        _check(_lib.gq_launch(self._handle, tensors.array, tensors.count,
                              out_tensors.array, out_tensors.count, address,
                              size, stream))
        return results[0] if len(results) == 1 else results

    def _allocate(self, torch, inputs, shapes):
        if not torch:
            raise TypeError(f"function {self.name}: outs is needed for inputs "
                            "that are not torch tensors")
        # A torch older than one of the one-byte floats gets its bytes.
        return [torch.empty(shape, device=inputs[0].device,
                            dtype=getattr(torch, _TORCH_TYPES[info.type],
                                          torch.uint8))
                for shape, info in zip(shapes, self.outputs)]


class Bundle(collections.abc.Mapping):
    """A kernel bundle: a mapping from names to functions.

    The kernels are loaded on `device` at the first call, or by `load`.
    """

    def __init__(self, path, device=0):
        self._handle = C.c_void_p()
        self.device = device
        self._loaded = False
        if isinstance(path, (bytes, bytearray)):
            data = bytes(path)
            _check(_lib.gq_bundle_open_memory(data, len(data),
                                              C.byref(self._handle)))
        else:
            _check(_lib.gq_bundle_open(os.fsencode(path),
                                       C.byref(self._handle)))
        self._functions = {}
        for i in range(_lib.gq_bundle_function_count(self._handle)):
            handle = C.c_void_p()
            _check(_lib.gq_bundle_function_at(self._handle, i, C.byref(handle)))
            function = Function(self, handle)
            self._functions[function.name] = function

    def _check_open(self):
        if not self._handle:
            raise ValueError("bundle is closed")

    def load(self):
        """Loads the kernels on the device, if that has not been done."""
        self._check_open()
        if not self._loaded:
            _check(_lib.gq_bundle_load(self._handle, self.device))
            self._loaded = True

    def close(self):
        """Unloads the kernels. They must have ended."""
        handle, self._handle = self._handle, C.c_void_p()
        if handle:
            _lib.gq_bundle_close(handle)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __getitem__(self, name):
        return self._functions[name]

    def __iter__(self):
        return iter(self._functions)

    def __len__(self):
        return len(self._functions)
