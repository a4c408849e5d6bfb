"""gpu_torch.py under pytest; and that its cases run where there is no GPU."""

import pathlib
import sys

import pytest
import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import gpu_torch  # noqa: E402
from gridquant.torch import _programs  # noqa: E402

hopper = torch.cuda.is_available() and torch.cuda.get_device_capability() == (9, 0)


@pytest.mark.cuda
@pytest.mark.skipif(not hopper, reason="needs a Hopper GPU")
@pytest.mark.parametrize("name", gpu_torch.CASES)
def test_case(name):
    gpu_torch.run_case(name)


@pytest.mark.cuda
@pytest.mark.skipif(not hopper, reason="needs a Hopper GPU")
@pytest.mark.parametrize("check", gpu_torch.CHECKS, ids=lambda check: check.__name__)
def test_check(check):
    reason = check()
    if reason:
        pytest.skip(reason)


@pytest.mark.parametrize("name", gpu_torch.CASES)
def test_case_on_the_cpu(name):
    results = gpu_torch.CASES[name]("cpu")
    assert gpu_torch.compare(results, results) is None
    with _programs.record() as programs:
        of_meta = gpu_torch.CASES[name]("meta")
    assert programs and [tuple(r.shape) for r in of_meta] == [tuple(r.shape) for r in results]


def test_compare_sees_differences():
    x = torch.ones(4)
    assert "relative error" in gpu_torch.compare([x * 1.01], [x])
    assert "relative error nan" in gpu_torch.compare([x * float("nan")], [x])
    codes = torch.zeros(4, dtype=torch.uint8)
    assert "1 of 4 codes differ" in gpu_torch.compare([codes + torch.tensor([0, 0, 0, 1], dtype=torch.uint8)], [codes])
    assert "differs by more than 1" in gpu_torch.compare([codes.char() + 2], [codes.char()])
    assert "expected torch.int8 (4,)" in gpu_torch.compare([codes], [codes.char()])
