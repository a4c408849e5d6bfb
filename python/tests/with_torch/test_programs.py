"""Where CUDA's functions come from: compiled once, or carried to a machine without a compiler."""

import threading

import pytest
import torch
import gridquant
import gridquant.torch as gqt
from gridquant import builders, compiler
from gridquant.cache import Cache
from gridquant.torch import _programs
from torch import nn


@pytest.fixture(autouse=True)
def no_functions(monkeypatch):
    monkeypatch.setattr(_programs, "_functions", {})
    monkeypatch.setattr(_programs, "_target", lambda device: "h200")


PLAN = _programs.Plan(builders.quantize, n=64, block=(1, 64))


def test_compiled_once_by_many_threads(monkeypatch):
    compiled = []
    compile_program = gridquant.Program.compile
    monkeypatch.setattr(gridquant.Program, "compile",
                        lambda self, **options: compiled.append(options) or compile_program(self, **options))  # fmt: skip
    functions = []
    threads = [threading.Thread(target=lambda: functions.append(_programs._compile(PLAN, 0))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, functions))) == 1 and compiled == [{"target": "h200", "device": 0}]
    assert _programs._compile(PLAN, 1) is not functions[0]
    assert functions[0].name == "quantize"


def test_precompiled_bundles_travel(tmp_path, monkeypatch):
    model = gqt.quantize_(nn.Sequential(nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 128)).bfloat16(), training=True)
    with gqt.precompile(tmp_path / "bundles", target="h200"):
        x = torch.empty(3, 128, dtype=torch.bfloat16, device="meta", requires_grad=True)
        model.to("meta")(x).sum().backward()
    entries, _ = Cache(tmp_path / "bundles").size()
    assert entries == 2 + 4  # linear, dgrad and wgrad of two shapes
    monkeypatch.setenv("GQ_CACHE_DIR", str(tmp_path / "bundles"))
    monkeypatch.setattr(compiler, "find_tool", lambda name: None)
    of = _programs.Plan(builders.linear_dgrad, n=64, k=128, dy="bf16", weight="bf16", out="bf16",
                        blocks=((1, 128), (128, 128)), formats=("f8E4M3FN", "f8E4M3FN"))  # fmt: skip
    assert _programs._compile(of, 0).name == "linear_dgrad"
    with pytest.raises(gridquant.CompileError, match="bundles has no bundle of quantize for h200"):
        _programs._compile(PLAN, 0)


def test_a_plan_of_symbolic_sizes_is_recorded():
    with _programs.record() as programs:
        torch.export.export(lambda_module(), (torch.zeros(4, 64),), strict=False)
    assert [p.name for p in programs] == ["quantize"]


def lambda_module():
    class Quantize(nn.Module):
        def forward(self, x):
            return gqt.quantize(x, (1, 64), torch.int8)

    return Quantize()


def test_operands_are_made_ready():
    x = torch.zeros(5, 33, dtype=torch.bfloat16)
    assert _programs._ready(x) is x
    for odd in (x.t(), x[1:], x[:, :32]):
        ready = _programs._ready(odd)
        assert ready.is_contiguous() and ready.data_ptr() % 16 == 0 and torch.equal(ready, odd)


def test_gpus_without_kernels_are_named(monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: "NVIDIA A100-SXM4-80GB")
    with pytest.raises(RuntimeError, match="cuda:7 is NVIDIA A100-SXM4-80GB, need one of H100, H200"):
        _programs._target(7)
