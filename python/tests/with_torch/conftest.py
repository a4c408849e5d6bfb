import numpy as np
import pytest

torch = pytest.importorskip("torch")
ml_dtypes = pytest.importorskip("ml_dtypes")

from gridquant.torch import _programs  # noqa: E402
from gridquant.torch._dtypes import DTYPE  # noqa: E402


def to_numpy(tensor):
    """The bits of a tensor."""
    tensor = tensor.detach().contiguous()
    if tensor.dtype == torch.bfloat16:
        return tensor.view(torch.int16).numpy().view(np.uint16)
    if tensor.dtype.itemsize == 1 and tensor.dtype.is_floating_point:
        return tensor.view(torch.uint8).numpy()
    return tensor.numpy()


def from_numpy(array, element):
    dtype = DTYPE[element]
    bits = {1: np.uint8, 2: np.int16}.get(array.dtype.itemsize) if dtype.is_floating_point else None
    array = np.ascontiguousarray(array)
    return torch.from_numpy(array.view(bits) if bits and element != "f16" else array).view(dtype)


def _run(of, *inputs, outs=None):
    program = of.program()
    results = program.reference(*map(to_numpy, inputs))
    results = results if isinstance(results, list) else [results]
    tensors = [from_numpy(array, info.type) for array, info in zip(results, program.outputs)]
    for out, tensor in zip(outs or [], tensors):
        out.copy_(tensor)
    return tensors[0] if len(tensors) == 1 else tensors


@pytest.fixture
def programs_on_the_reference(monkeypatch):
    """What CUDA would launch runs on the reference of the compiler: with this the functions for
    CUDA take tensors of the CPU."""
    monkeypatch.setattr(_programs, "run", _run)


@pytest.fixture
def normal():
    def make(seed, *shape, dtype=torch.bfloat16):
        return torch.randn(*shape, generator=torch.Generator().manual_seed(seed)).to(dtype)

    return make
