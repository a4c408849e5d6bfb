"""Bundles and their functions, over the C interface of libgq_runtime."""

import collections
import collections.abc
import ctypes as C
import functools
import hashlib
import os
import threading

from . import _abi
from ._abi import DLManagedTensor
from ._cupy import cupy_allocation, cupy_if_used, cupy_results, current_stream
from ._library import Error, check, lib
from ._plan import Plan, as_list, output_shapes, signature, torch_results
from ._tensors import Tensors, stream_number, stream_query, torch_if_used



class TensorInfo(collections.namedtuple("TensorInfo", ["name", "type", "shape"])):
    """What an input or a result must be.

    name   as the bundle has it: "arg2", "res0"
    label  what the program calls it ("b" for %b); None where it does not say
    shape  has None where an extent depends on the inputs
    """

    label = None

    def __new__(cls, name, type, shape, label=None):
        info = super().__new__(cls, name, type, shape)
        info.label = label
        return info

    @property
    def display(self):
        """As messages have it: "arg2 (%b)", or the name."""
        return f"{self.name} (%{self.label})" if self.label else self.name

    def __str__(self):
        extents = "x".join("?" if extent is None else str(extent) for extent in self.shape)
        return f"{self.label or self.name}: {extents}{'x' if self.shape else ''}{self.type}"


# One bundle is loaded at a time, and none while the process is copied: a child
# would wait for a thread that it does not have.
_loading = threading.Lock()
os.register_at_fork(before=_loading.acquire, after_in_parent=_loading.release,
                    after_in_child=_loading.release)


def _tensor_info(query, function, index):
    info = _abi.CTensorInfo()
    check(query(function, index, C.byref(info)))
    shape = tuple(None if info.shape[i] < 0 else info.shape[i]
                  for i in range(info.rank))
    label = lib.gq_function_input_label(function, index).decode(errors="replace") \
        if query is lib.gq_function_input else None
    return TensorInfo(info.name.decode(), lib.gq_type_name(info.type).decode(),
                      shape, label or None)


class Function:
    """A function of a bundle. Call it with tensors; see `__call__`."""

    #: Calls are prepared once for each kind of inputs; the oldest of more kinds
    #: than this is forgotten.
    MAX_PLANS = 256

    def __init__(self, bundle, handle, index):
        self._bundle, self._index = bundle, index
        self._plans = {}  # by signature
        self._guesses = {}  # plans by the shape of the first input
        self.name = lib.gq_function_name(handle).decode()
        self.inputs = [_tensor_info(lib.gq_function_input, handle, i)
                       for i in range(lib.gq_function_input_count(handle))]
        self.outputs = [_tensor_info(lib.gq_function_output, handle, i)
                        for i in range(lib.gq_function_output_count(handle))]

    def __repr__(self):
        return (f"<gridquant.Function {self.name}({', '.join(map(str, self.inputs))}) -> "
                f"({', '.join(map(str, self.outputs))})>")

    def output_shapes(self, *inputs):
        """The shapes of the results for these inputs."""
        return output_shapes(self._bundle._any().functions[self._index],
                             Tensors(inputs, 0), self.outputs)

    def workspace_size(self, *inputs):
        """The bytes of workspace that a call with these inputs needs."""
        tensors = Tensors(inputs, 0)
        return self._workspace_size(self._bundle._on(tensors.device), tensors)

    def _workspace_size(self, program, tensors):
        size = C.c_size_t()
        check(lib.gq_function_workspace_size(program.functions[self._index],
                                             tensors.array, tensors.count,
                                             C.byref(size)))
        return size.value

    def plan(self, *inputs, outs=None):
        """A `Plan`: to be called with tensors of the shapes and types of these, as
        the function is. `outs` are tensors for the results of the calls that name
        none; without them torch allocates results in each call."""
        return Plan(self, inputs, outs)

    def __call__(self, *inputs, outs=None, stream=None, workspace=None):
        """Enqueues the kernels and returns the result, or a list of several.

        outs       tensors for the results; allocated with torch or CuPy, whose
                   tensors the inputs are, when absent
        stream     a CUDA stream (number, or an object of torch or CuPy); the
                   current stream of these when absent
        workspace  a contiguous tensor; allocated as outs when absent and needed

        Tensors must stay alive until the stream has passed the kernels, which
        torch and CuPy see to for tensors that are used on one stream only.
        """
        result = self.launch_objects(inputs, outs, stream, workspace)
        if result is None:
            result = self._find_plan(inputs, outs, stream, workspace)
        return result

    def launch_objects(self, inputs, outs=None, stream=None, workspace=None):
        """A call by the plan of the last one whose first input had this shape. None, without
        an effect, if the tensors are not for that plan."""
        try:
            plan = self._guesses[inputs[0].shape]
        except (AttributeError, IndexError, KeyError, TypeError):
            return None
        return plan.launch_objects(inputs, outs, stream, workspace)

    def _find_plan(self, inputs, outs, stream, workspace):
        try:
            key = signature(inputs)
            plan = self._plans.get(key)
        except (AttributeError, TypeError):  # tensors of another framework
            return self._launch(inputs, outs, stream, workspace)
        if plan is None:
            if not inputs or not torch_if_used(inputs):
                return self._launch(inputs, outs, stream, workspace)
            plan = Plan(self, inputs)
            if len(self._plans) >= self.MAX_PLANS:
                self._forget(list(self._plans)[0])
            self._plans[key] = plan
        self._guesses[key[0][0]] = plan
        return plan.launch(inputs, outs, stream, workspace)

    def _forget(self, key):
        plan = self._plans.pop(key, None)
        if self._guesses.get(key[0][0]) is plan:
            self._guesses.pop(key[0][0], None)

    def _launch(self, inputs, outs, stream, workspace):
        # Of a function without operands, the results say where it runs.
        known = inputs or (() if outs is None else as_list(outs))
        torch = torch_if_used(known) if known else None
        cupy = cupy_if_used(known)
        query = None
        if torch and known[0].is_cuda:
            query = stream_query(torch, known[0].get_device())
        elif cupy:
            query = functools.partial(current_stream, cupy, known[0].device)
        stream = stream_number(stream, query)
        tensors = Tensors(inputs, stream)
        program = self._bundle._on(tensors.device)
        if outs is None:
            if not torch and not cupy:
                raise TypeError(f"function {self.name}: outs is needed for inputs "
                                "that are not tensors of torch or CuPy")
            shapes = output_shapes(program.functions[self._index], tensors,
                                   self.outputs)
            if torch:
                outs = [torch.empty(shape, dtype=dtype, device=inputs[0].device)
                        for shape, dtype in torch_results(torch, self.outputs, shapes)]
            else:
                outs = cupy_allocation(cupy, inputs[0].device,
                                       cupy_results(self.outputs, shapes))(stream)
        outs = as_list(outs)
        results = Tensors(outs, stream)
        address, size = 0, 0
        if workspace is None and (torch or cupy):
            size = self._workspace_size(program, tensors)
            if size and torch:
                workspace = torch.empty(size, dtype=torch.uint8,
                                        device=known[0].device)
            elif size:
                workspace, = cupy_allocation(cupy, known[0].device,
                                             [((size,), "uint8")])(stream)
        if workspace is not None:
            space = Tensors([workspace], stream)
            address, size = space.memory(0)
        check(lib.gq_launch(program.functions[self._index], tensors.array,
                            tensors.count, results.array, results.count, address,
                            size, stream))
        return outs[0] if len(outs) == 1 else outs


class _Program:
    """A bundle object of the runtime, which serves one device."""

    def __init__(self, handle):
        self.handle = handle  # None: closed
        self.device = None  # not loaded
        self.functions = []
        for i in range(lib.gq_bundle_function_count(handle)):
            function = C.c_void_p()
            check(lib.gq_bundle_function_at(handle, i, C.byref(function)))
            self.functions.append(function)

    def close(self):
        handle, self.handle = self.handle, None
        if handle:
            lib.gq_bundle_close(handle)


class Bundle(collections.abc.Mapping):
    """A kernel bundle: a mapping from names to functions.

    path    a file, or the bytes of one
    device  the number of the GPU that kernels are loaded on, by `load` or at the
            first call; when absent that of the tensors of a call, so that one
            bundle serves several
    """

    def __init__(self, path, device=None):
        handle = C.c_void_p()
        self.device = device
        if isinstance(path, (bytes, bytearray)):
            data = self._content = bytes(path)
            check(lib.gq_bundle_open_memory(data, len(data), C.byref(handle)))
        else:
            self._content = os.path.abspath(path)
            check(lib.gq_bundle_open(os.fsencode(path), C.byref(handle)))
        self._digest = None
        self._first = _Program(handle)
        self._loaded = {}  # by device
        self._functions = {}
        for i, pointer in enumerate(self._first.functions):
            function = Function(self, pointer, i)
            self._functions[function.name] = function

    def digest(self):
        """The SHA-256 of the file."""
        if self._digest is None:
            data = self._content
            if not isinstance(data, bytes):
                with open(data, "rb") as file:
                    data = file.read()
            self._digest = hashlib.sha256(data).digest()
            self._content = None
        return self._digest

    def _any(self):
        """What needs no device."""
        if not self._first.handle:
            raise ValueError("bundle is closed")
        return self._first

    def _on(self, device):
        """The program that is loaded on the GPU for tensors on `device`; None: on
        none."""
        if self.device is not None or device is None:
            device = self.device or 0
        program = self._loaded.get(device)
        return program if program and program.handle else self._load(device)

    def _load(self, device):
        with _loading:
            program = self._loaded.get(device)
            if program and program.handle:
                return program
            program = self._any()
            if self._loaded:
                handle = C.c_void_p()
                check(lib.gq_bundle_share(program.handle, C.byref(handle)))
                program = _Program(handle)
            try:
                check(lib.gq_bundle_load(program.handle, device))
            except Error:
                if program is not self._first:
                    program.close()
                raise
            program.device = device
            self._loaded[device] = program
            return program

    def load(self, device=None):
        """Loads the kernels, if that has not been done: on the device of the
        bundle, which has none on `device`, else on 0."""
        self._on(device)

    def close(self):
        """Unloads the kernels. They must have ended."""
        for program in [*self._loaded.values(), self._first]:
            program.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __repr__(self):
        return f"<gridquant.Bundle of {', '.join(self._functions) or 'no function'}>"

    def __getitem__(self, name):
        if name not in self._functions:
            raise KeyError(f"no function {name!r}, the bundle has "
                           + (", ".join(self._functions) or "none"))
        return self._functions[name]

    def __iter__(self):
        return iter(self._functions)

    def __len__(self):
        return len(self._functions)
