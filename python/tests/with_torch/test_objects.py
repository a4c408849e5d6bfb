"""What torch has for code that calls it often, which the package uses where it is there."""

import os
import pathlib

import pytest
import torch
from gridquant import _objects

HERE = pathlib.Path(__file__).resolve()
MOCK = os.environ.get("GQ_MOCK_CUDA") or str(HERE.parents[3] / "build" / "lib" / "libGQMockCuda.so")

# Tensors of the CPU, which the runtime refuses for that alone, and which are then said to be on
# the GPU: their addresses are not looked at by the mock driver.
PROGRAM = """
import ctypes as C, gridquant, torch
from gridquant import _abi, _objects
from gridquant._library import launch_objects, lib

class OnCuda:  # what the package asks of a tensor
    def __init__(self, t):
        self.dtype, self.shape, self.device = t.dtype, t.shape, "cuda:0"
        self.data_ptr, self.stride = t.data_ptr, t.stride

def aligned(shape, dtype):
    memory = torch.empty(2048 + 256, dtype=torch.uint8)
    start = -memory.data_ptr() % 256
    return memory[start : start + 2048].view(dtype)[: shape[0] * shape[1]].view(shape)

x, q, s = aligned((2, 256), torch.bfloat16), aligned((2, 256), torch.float8_e4m3fn), aligned((2, 2), torch.float32)
bundle = gridquant.compile(gridquant.quantize(n=256), cache=CACHE)
plan = bundle["quantize"].plan(OnCuda(x))
api = _objects.object_api(torch.Tensor)
lib.gq_plan_use_objects(plan._handle, api)
plan._by_objects = 1
assert launch_objects(plan._handle, (x, q, s), 0) == 11
assert lib.gq_last_error() == b"operand arg0 (%x): dlpack device type is 1, 2 (cuda) is needed", lib.gq_last_error()
try:
    launch_objects(plan._handle, (3, q, s), 0)
    raise AssertionError("3 is a tensor")
except RuntimeError:
    pass
assert plan.launch_objects((3,), [q, s], 0, None) is None

real = C.PYFUNCTYPE(C.c_int, C.c_void_p, C.POINTER(_abi.DLTensor))(api.view)
@C.PYFUNCTYPE(C.c_int, C.c_void_p, C.POINTER(_abi.DLTensor))
def view(tensor, out):
    status = real(tensor, out)
    out[0].device.device_type, out[0].device.device_id = 2, 0
    return status
lib.gq_plan_use_objects(plan._handle, _objects.ObjectApi(api.count, api.item, C.cast(view, C.c_void_p).value,
                                                         api.current_stream, api.unlock, api.lock))
def launches(call):
    before = mock.mockLaunchCount()
    call()
    return mock.mockLaunchCount() - before

mock = C.CDLL(MOCK)
for given in (x, torch.nn.Parameter(x), x.detach().requires_grad_()):
    assert launches(lambda: plan(given, outs=(q, s), stream=0)) == 1
with torch.inference_mode():
    assert launches(lambda: plan(x, outs=[q, s], stream=0)) == 1
for other in (x[:1], x.float(), x.t().contiguous().t()):
    assert plan.launch_objects((other,), [q, s], 0, None) is None
"""


@pytest.mark.skipif(not hasattr(torch.Tensor, "__dlpack_c_exchange_api__"), reason="this torch has no exchange API")
@pytest.mark.skipif(not os.path.exists(MOCK), reason="needs the mock driver of a build")
def test_tensors_are_read_by_the_runtime(cache_folder, python):
    done = python(f"CACHE, MOCK = {str(cache_folder)!r}, {MOCK!r}\n{PROGRAM}", GQ_LIBCUDA=MOCK)
    assert done.returncode == 0, done.stderr


def test_the_allocation_is_that_of_empty(monkeypatch):
    """Of code of torch.compile, here for the CPU."""
    quick = torch._C._dynamo.guards._empty_strided_cpu
    asked = []
    monkeypatch.setattr(torch._C._dynamo.guards, "_empty_strided_cuda", quick, raising=False)
    monkeypatch.setattr(torch._C, "_cuda_getDevice", lambda: asked.append(0) or 0, raising=False)
    cpu = torch.device("cpu")
    specs = [((3, 4), torch.bfloat16), ((0, 5), torch.float8_e4m3fn), ((), torch.float32), ((7,), torch.uint8)]
    for inference in (False, True):
        with torch.inference_mode(inference):
            for some in (specs, specs[:1]):
                made = _objects.allocation(torch, cpu, 0, some)()
                for tensor, (shape, dtype) in zip(made, some):
                    like = torch.empty(shape, dtype=dtype)
                    for what in ("shape", "dtype", "device", "requires_grad"):
                        assert getattr(tensor, what) == getattr(like, what)
                    assert tensor.stride() == like.stride() and tensor.is_inference() == inference
    assert len(asked) == 4
