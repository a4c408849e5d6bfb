"""gridquant.compile: what it returns, refuses and asks the compiler."""

import os
import stat

import gridquant
import pytest
from gridquant import _device, compiler

GOOD = str(gridquant.quantize(n=256))
BAD = """func.func @f(%x: tensor<?x4xbf16>) -> tensor<?x5xbf16> {
  return %x : tensor<?x4xbf16>
}
"""


def fake(path, script):
    """A gq-compile of a few lines."""
    path.write_text("#!/bin/sh\n" + script)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_bundle_has_the_function():
    with gridquant.compile(GOOD) as bundle:
        assert list(bundle) == ["quantize"]
        function = bundle["quantize"]
        assert [tuple(t.shape) for t in function.inputs] == [(None, 256)]
        assert [t.type for t in function.outputs] == ["f8E4M3FN", "f32"]


def test_path_text_and_program_are_the_same(tmp_path):
    path = tmp_path / "quantize.mlir"
    path.write_text(GOOD)
    of_text = compiler.compile_bytes(GOOD)
    assert of_text == compiler.compile_bytes(path) == compiler.compile_bytes(str(path))
    assert of_text == compiler.compile_bytes(gridquant.quantize(n=256))


def test_error_has_place_and_words():
    with pytest.raises(gridquant.CompileError) as caught:
        gridquant.compile(BAD)
    [error] = [d for d in caught.value.diagnostics if d.severity == "error"]
    assert (error.file, error.line, error.column) == ("<mlir>", 2, 3)
    assert "type of return operand 0" in error.message
    assert error.excerpt.splitlines() == ["  return %x : tensor<?x4xbf16>", "  ^"]
    assert "<mlir>:2:3: error: type of return operand 0" in str(caught.value)


def test_error_names_the_file(tmp_path):
    path = tmp_path / "bad.mlir"
    path.write_text(BAD)
    with pytest.raises(gridquant.CompileError) as caught:
        gridquant.compile(path)
    assert caught.value.diagnostics[0].file == str(path)


def test_notes_belong_to_the_error():
    text = "a.mlir:1:2: error: one\nline\n ^\na.mlir:3:4: note: two\nerror: three\n"
    assert compiler.parse_diagnostics(text) == [
        ("error", "one", "a.mlir", 1, 2, "line\n ^"),
        ("note", "two", "a.mlir", 3, 4, ""),
        ("error", "three", "", 0, 0, ""),
    ]


def test_missing_file_is_a_file_error():
    with pytest.raises(FileNotFoundError):
        gridquant.compile("no/such/file.mlir")


def test_other_things_are_no_source():
    with pytest.raises(TypeError, match="source is a int, need"):
        gridquant.compile(7)


def test_target_is_one_of_the_gpus():
    with pytest.raises(ValueError, match="target is 'a100', need one of h100, h200"):
        gridquant.compile(GOOD, target="a100")


@pytest.mark.parametrize("name, target", [
    ("NVIDIA H200", "h200"), ("NVIDIA H100 80GB HBM3", "h100"), ("NVIDIA H20", "h20"),
    ("NVIDIA GH200 480GB", "gh200"), ("NVIDIA A100-SXM4-80GB", None), ("NVIDIA H200 NVL", "h200"),
])  # fmt: skip
def test_target_of_a_gpu(name, target):
    assert _device.target_of_name(name) == target


class Nvml:
    """A library that knows one GPU, by a name."""

    def __init__(self, name, failing=None):
        self._name = name
        for function in ("nvmlInit_v2", "nvmlDeviceGetHandleByIndex_v2", "nvmlDeviceGetName", "nvmlShutdown"):
            result = 7 if function == failing else 0
            setattr(self, function, lambda *arguments, result=result, f=function: self._call(f, result, arguments))

    def _call(self, function, result, arguments):
        if function == "nvmlDeviceGetName" and not result:
            arguments[1].value = self._name.encode()
        return result


@pytest.mark.parametrize("failing, target", [
    (None, "h200"), ("nvmlInit_v2", None), ("nvmlDeviceGetHandleByIndex_v2", None), ("nvmlDeviceGetName", None)])  # fmt: skip
def test_the_gpu_is_asked_of_nvml(failing, target, monkeypatch):
    monkeypatch.setattr(_device.ctypes, "CDLL", lambda name: Nvml("NVIDIA H200", failing))
    assert _device.target_of_machine.__wrapped__() == target


def test_the_gpu_of_the_machine_is_compiled_for(tmp_path, monkeypatch):
    # The arguments are what this compiler writes.
    tool = fake(tmp_path / "gq-compile", 'test "$1" = --version && exit; cat >/dev/null; echo "$@"\n')
    monkeypatch.setenv("GQ_COMPILE", tool)
    monkeypatch.setattr(_device, "target_of_machine", lambda: "h200")
    said = lambda *source, **options: compiler.compile_bytes(*source, cache=False, **options).decode().split()
    assert said(GOOD) == ["-", "-o", "-", "--target=h200"]
    assert said(GOOD, target="h20") == ["-", "-o", "-", "--target=h20"]
    assert said("module attributes {gq.target = #gq.target<h100>} {\n}") == ["-", "-o", "-"]
    assert said(GOOD, max_variants=3, batch_invariant=True, allow_spills=False, schedule="pingpong")[4:] == [
        "--max-variants=3", "--batch-invariant", "--schedule=pingpong"]  # fmt: skip
    assert "--coarsen-scales=128" in said(GOOD, coarsen_scales=128)


def test_warnings_are_warnings(tmp_path, monkeypatch):
    script = 'test "$1" = --version && exit; cat >/dev/null; echo "<stdin>:1:2: warning: slow" >&2\n'
    monkeypatch.setenv("GQ_COMPILE", fake(tmp_path / "gq-compile", script))
    with pytest.warns(gridquant.CompileWarning, match="<mlir>:1:2: warning: slow"):
        compiler.compile_bytes(GOOD)


def test_a_compiler_that_dies_is_named(tmp_path, monkeypatch):
    script = 'test "$1" = --version && exit; cat >/dev/null; kill -SEGV $$\n'
    monkeypatch.setenv("GQ_COMPILE", fake(tmp_path / "gq-compile", script))
    with pytest.raises(gridquant.CompileError, match="ended by signal 11"):
        compiler.compile_bytes(GOOD)


@pytest.mark.parametrize("tool", ["/no/such/compiler", os.devnull])
def test_a_compiler_that_is_none(tool, monkeypatch):
    monkeypatch.setenv("GQ_COMPILE", tool)
    with pytest.raises(gridquant.CompileError, match="cannot run gq-compile"):
        compiler.compile_bytes(GOOD)


def test_version_has_the_commit():
    number, _, commit = gridquant.__version__.partition("+")
    assert number.count(".") == 2
    assert commit == "unknown" or commit[0] == "g"


def test_names_are_what_they_say():
    assert set(gridquant.__all__) <= set(dir(gridquant))
    for name in gridquant.__all__:
        assert getattr(gridquant, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        gridquant.nothing
