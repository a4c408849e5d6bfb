"""benchmarks/torch_model.py on the CPU: a small transformer learns in FP8 as in bf16."""

import json
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "benchmarks"))
import torch_model  # noqa: E402

SMALL = ["--device", "cpu", "--hidden", "64", "--mlp", "160", "--layers", "2", "--heads", "2", "--vocab", "64",
         "--tokens", "64", "--length", "32", "--steps", "6", "--rate", "3e-3"]  # fmt: skip


def run(folder, *more):
    assert torch_model.main([*SMALL, "--json", str(folder / "model.json"), "--plots", str(folder), *more]) == 0
    return json.loads((folder / "model.json").read_text())


def check(report, layers):
    losses = report["losses"]
    assert losses["bf16"][-1] < 0.97 * losses["bf16"][0]
    for one, other in zip(losses["fp8"], losses["bf16"]):
        assert abs(one / other - 1) < 0.01
    assert abs(report["unseen loss"]["fp8"] / report["unseen loss"]["bf16"] - 1) < 0.01
    noise = report["noise dB"]
    assert len(noise) == layers + 2  # the last layer is not quantised, but has their noise; and the logits
    assert all(15 < of < 60 for of in noise.values())


def test_own_model(tmp_path):
    check(run(tmp_path), 2 * 5)
    for name in ("model-loss.svg", "model-noise.svg"):
        assert (tmp_path / name).read_text().startswith("<svg ")


def test_model_of_transformers(tmp_path):
    pytest.importorskip("transformers")
    check(run(tmp_path, "--hf"), 2 * 7)


def test_programs_are_compiled_ahead(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(torch_model.gqt, "precompile", lambda folder, target: Recorder(seen, folder, target))
    assert torch_model.main([*SMALL, "--precompile", str(tmp_path), "--target", "h200"]) == 0
    assert seen == [(str(tmp_path), "h200")]


class Recorder:
    def __init__(self, seen, *arguments):
        self.seen, self.arguments = seen, arguments

    def __enter__(self):
        self.seen.append(self.arguments)

    def __exit__(self, *raised):
        pass
