"""Calls of a function for tensors of one set of shapes, prepared once."""

import ctypes as C
import struct

from ._cupy import cupy_allocation, cupy_if_used, cupy_results, current_stream
from ._library import check, launch_objects, lib
from ._objects import CURRENT_STREAM, allocation, object_api
from ._tensors import Tensors, stream_number, stream_query, torch_if_used
from ._types import ELEMENT_TYPES

_launch = lib.gq_plan_launch
_NOT_PLANNED = 11  # gq_status


def as_list(outs):
    return list(outs) if isinstance(outs, (list, tuple)) else [outs]


def signature(tensors):
    """What a plan depends on, of tensors with the interface of torch."""
    return tuple([(t.shape, t.dtype, t.get_device(), t.is_contiguous() or t.stride())
                  for t in tensors])


def output_shapes(function, tensors, infos):
    """`function` is a handle."""
    shapes = []
    for i, info in enumerate(infos):
        rank = len(info.shape)
        shape = (C.c_int64 * max(rank, 1))()
        check(lib.gq_function_output_shape(function, tensors.array, tensors.count,
                                           i, shape, rank))
        shapes.append(tuple(shape[:rank]))
    return shapes


def torch_results(torch, infos, shapes):
    """Shapes and dtypes. A torch older than one of the one-byte floats gets its
    bytes."""
    return [(shape, getattr(torch, ELEMENT_TYPES[info.type][2], torch.uint8))
            for info, shape in zip(infos, shapes)]


class Plan:
    """A function for tensors of the shapes and types of some that were shown to
    `Function.plan`. A call takes others of the same kind, and several threads may
    call one plan."""

    def __init__(self, function, inputs, outs=None):
        tensors = Tensors(inputs, 0)
        program = function._bundle._on(tensors.device)
        handle = C.c_void_p()
        self._handle = None
        self._function, self._program = function, program
        self._outs = None if outs is None else as_list(outs)
        given = Tensors(self._outs or [], 0)
        check(lib.gq_plan_create(program.functions[function._index], tensors.array,
                                 tensors.count, given.array if given.count else None,
                                 given.count, C.byref(handle)))
        self._handle = handle.value
        #: Bytes of workspace that a call needs.
        self.workspace_size = lib.gq_plan_workspace_size(handle)
        #: The shapes of the results.
        self.output_shapes = output_shapes(program.functions[function._index],
                                           tensors, function.outputs)
        self._inputs = [tensors.describe(i) for i in range(tensors.count)]
        self._pack_inputs = struct.Struct(f"{tensors.count}P").pack
        self._pack_outputs = struct.Struct(f"{len(function.outputs)}P").pack
        # Of the results and the workspace that were looked at last.
        self._known_outs = self._known_workspace = None
        self._signature = self._stream = None
        self._by_objects = None  # how many inputs
        self._make_outs = self._make_workspace = None
        self._cupy_outs = self._cupy_workspace = None
        if torch := torch_if_used(inputs) if inputs else None:
            self._use_torch(torch, inputs, tensors.device)
        elif cupy := cupy_if_used(inputs):
            self._use_cupy(cupy, inputs[0].device)

    def _use_torch(self, torch, inputs, number):
        """`number`: of the GPU."""
        outputs = self._function.outputs
        self._signature = signature(inputs)
        device = inputs[0].device
        self._make_outs = allocation(
            torch, device, number, torch_results(torch, outputs, self.output_shapes))
        if self.workspace_size:
            self._make_workspace = allocation(
                torch, device, number, [((self.workspace_size,), torch.uint8)])
        if number is None:
            return
        self._stream = stream_query(torch, number)
        api = object_api(torch.Tensor)
        if api:
            check(lib.gq_plan_use_objects(self._handle, api))
            self._by_objects = len(inputs)

    def _use_cupy(self, cupy, device):
        outputs = self._function.outputs
        self._stream = lambda: current_stream(cupy, device)
        self._cupy_outs = cupy_allocation(
            cupy, device, cupy_results(outputs, self.output_shapes))
        if self.workspace_size:
            self._cupy_workspace = cupy_allocation(
                cupy, device, [((self.workspace_size,), "uint8")])

    def __del__(self, destroy=lib.gq_plan_destroy):
        if getattr(self, "_handle", None):
            destroy(self._handle)

    def __repr__(self):
        return f"<gridquant.Plan of {self._function.name}: {', '.join(self._inputs)}>"

    def __call__(self, *inputs, outs=None, stream=None, workspace=None):
        """As a call of the function. Results go into the tensors that the plan was
        made with, if it was, where `outs` is absent."""
        result = self.launch_objects(inputs, outs, stream, workspace)
        if result is not None:
            return result
        try:
            same = self._signature == signature(inputs)
        except AttributeError:
            same = False
        if same:
            return self.launch(inputs, outs, stream, workspace)
        return self._launch_others(inputs, outs, stream, workspace)

    def launch_objects(self, inputs, outs, stream, workspace):
        """Of torch tensors that are read and held against the plan by the runtime, in
        one call. None, without an effect, if they do not fit or torch is too old: the
        other ways say what is wrong."""
        if len(inputs) != self._by_objects:
            return None
        if not self._program.handle:
            raise ValueError("bundle is closed")
        if outs is None:
            outs = self._outs
            if outs is None:
                outs = self._make_outs()
        elif not isinstance(outs, (list, tuple)):
            outs = [outs]
        if len(outs) != len(self.output_shapes):
            return None
        if workspace is None and self._make_workspace:
            workspace, = self._make_workspace()
        tensors = (*inputs, *outs) if workspace is None else (*inputs, *outs, workspace)
        if stream is None:
            stream = CURRENT_STREAM
        elif type(stream) is not int:
            stream = stream_number(stream)
        try:
            status = launch_objects(self._handle, tensors, stream)
        except Exception:  # of an object that is no tensor of torch's
            return None
        if status:
            if status == _NOT_PLANNED:
                return None
            check(status)
        return outs[0] if len(outs) == 1 else outs

    def launch(self, inputs, outs, stream, workspace):
        """Of torch tensors that have the signature of the plan."""
        address = 0
        try:
            if outs is not None or self._outs is not None:
                outs = self._check_outs(self._outs if outs is None else outs)
            else:
                outs = self._allocate_outs(stream)
            if workspace is not None:
                address = self._check_workspace(workspace)
        except AttributeError:  # tensors of another framework beside torch's
            return self._launch_others(inputs, outs, stream, workspace)
        if workspace is None and self._make_workspace:
            workspace, = self._make_workspace()
            address = workspace.data_ptr()
        if stream is None:
            stream = self._stream() if self._stream else 0
        elif type(stream) is not int:
            stream = stream_number(stream)
        self._enqueue(self._pack_inputs(*[t.data_ptr() for t in inputs]),
                      self._pack_outputs(*[t.data_ptr() for t in outs]), address,
                      stream)
        return outs[0] if len(outs) == 1 else outs

    def _enqueue(self, inputs, outputs, workspace, stream):
        if not self._program.handle:
            raise ValueError("bundle is closed")
        status = _launch(self._handle, inputs, outputs, workspace, stream)
        if status:
            check(status)

    def _check_outs(self, outs):
        if not isinstance(outs, (list, tuple)):
            outs = [outs]
        key = signature(outs)
        if key != self._known_outs:
            self._refuse_others("result", self._function.outputs, Tensors(outs, 0),
                                self._expected_outs())
            self._known_outs = key
        return outs

    def _check_workspace(self, space):
        """The address of the workspace."""
        key = (space.shape, space.dtype, space.get_device(), space.is_contiguous())
        if key != self._known_workspace:
            self._workspace_address(Tensors([space], 0))
            self._known_workspace = key
        return space.data_ptr()

    def _workspace_address(self, tensors):
        address, size = tensors.memory(0)
        words, name = tensors.describe(0), self._function.name
        if not words.endswith(" on " + self._where()):
            raise ValueError(f"function {name}: workspace is {words}, one that is "
                             f"contiguous and on {self._where()} is needed")
        if size < self.workspace_size:
            raise ValueError(f"function {name}: workspace has {size} bytes, "
                             f"{self.workspace_size} are needed")
        return address

    def _where(self):
        return f"cuda:{self._program.device}"

    def _expected_outs(self):
        where = self._where()
        return [f"{info.type} {list(shape)} on {where}"
                for info, shape in zip(self._function.outputs, self.output_shapes)]

    def _refuse_others(self, role, infos, given, expected):
        """What no kernel may get in silence: the runtime sees addresses only."""
        name = self._function.name
        if given.count != len(expected):
            raise ValueError(f"function {name}: number of {role}s is {given.count}, "
                             f"{len(expected)} is needed")
        for i, needed in enumerate(expected):
            found = given.describe(i)
            if found == needed:
                continue
            # One-byte floats may be bytes.
            kind, _, rest = needed.partition(" ")
            if kind.startswith("f8") and found == "u8 " + rest:
                continue
            words = "the plan is for " + needed if role == "operand" \
                else needed + " is needed"
            raise ValueError(f"function {name}: {role} {infos[i].display} is {found}, "
                             + words)

    def _allocate_outs(self, stream):
        if self._cupy_outs:
            return self._cupy_outs(stream)
        if not self._make_outs:
            raise TypeError(f"function {self._function.name}: outs is needed for "
                            "inputs that are not tensors of torch or CuPy")
        return self._make_outs()

    def _launch_others(self, inputs, outs, stream, workspace):
        """Of tensors of any framework."""
        function, stream = self._function, stream_number(stream, self._stream)
        tensors = Tensors(inputs, stream)
        self._refuse_others("operand", function.inputs, tensors, self._inputs)
        outs = self._outs if outs is None else as_list(outs)
        if outs is None:
            outs = self._allocate_outs(stream)
        results = Tensors(outs, stream)
        self._refuse_others("result", function.outputs, results,
                            self._expected_outs())
        if workspace is None and self._cupy_workspace:
            workspace, = self._cupy_workspace(stream)
        elif workspace is None and self._make_workspace:
            workspace, = self._make_workspace()
        elif workspace is None and self.workspace_size and not inputs:
            # Of a function without operands, the results say where.
            if torch := torch_if_used(outs):
                workspace = torch.empty(self.workspace_size, dtype=torch.uint8,
                                        device=outs[0].device)
        address, space = 0, None
        if workspace is not None:
            space = Tensors([workspace], stream)
            address = self._workspace_address(space)
        elif self.workspace_size:
            raise TypeError(f"function {function.name}: workspace is needed for "
                            "inputs that are not tensors of torch or CuPy, of "
                            f"{self.workspace_size} bytes")
        self._enqueue(self._pack_inputs(*tensors.addresses()),
                      self._pack_outputs(*results.addresses()), address, stream)
        return outs[0] if len(outs) == 1 else outs
