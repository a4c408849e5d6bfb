"""The disk cache: it saves time, and nothing that happens to it is an error."""

import os
import pathlib
import signal
import subprocess
import sys
import time

import gridquant
import pytest
from gridquant import compiler
from gridquant.cache import Cache, default_cache

TEXT = str(gridquant.quantize(n=256))
COMPILE = f"from gridquant import compiler\nprint(len(compiler.compile_bytes({TEXT!r})))\n"


@pytest.fixture
def counted(tmp_path, monkeypatch):
    """How often the compiler was run so far."""
    from gridquant._tools import find_tool

    log = tmp_path / "runs"
    tool = tmp_path / "gq-compile"
    tool.write_text(f'#!/bin/sh\ntest "$1" = --version || echo run >> {log}\nexec {find_tool("gq-compile")} "$@"\n')
    tool.chmod(0o755)
    monkeypatch.setenv("GQ_COMPILE", str(tool))
    return lambda: len(log.read_text().split()) if log.exists() else 0


def entries(folder):
    return sorted(pathlib.Path(folder).glob("*.gqc"))


def test_the_second_time_nothing_is_compiled(counted, cache_folder):
    first = compiler.compile_bytes(TEXT)
    assert compiler.compile_bytes(TEXT) == first
    assert counted() == 1
    assert len(entries(cache_folder)) == 1


def test_other_text_options_and_compilers_are_other_entries(counted, cache_folder, tmp_path, monkeypatch):
    compiler.compile_bytes(TEXT)
    compiler.compile_bytes(TEXT + "// more\n")
    compiler.compile_bytes(TEXT, target="h20")
    tuned = tmp_path / "tuned.json"
    tuned.write_text("{}")
    with pytest.raises(gridquant.CompileError):  # which must not be kept
        compiler.compile_bytes(TEXT, tuned=tuned)
    assert counted() == 4 and len(entries(cache_folder)) == 3
    tool = pathlib.Path(os.environ["GQ_COMPILE"])
    tool.write_text(tool.read_text() + "# another\n")
    compiler.compile_bytes(TEXT)
    assert counted() == 5 and len(entries(cache_folder)) == 4


@pytest.mark.parametrize("damage", [
    lambda entry: entry[:-1], lambda entry: b"", lambda entry: entry[:10],
    lambda entry: entry[:-5] + bytes([entry[-5] ^ 1]) + entry[-4:], lambda entry: b"x" + entry[1:],
    lambda entry: entry + b"x",
])  # fmt: skip
def test_a_damaged_entry_is_compiled_again(damage, counted, cache_folder):
    bundle = compiler.compile_bytes(TEXT)
    [path] = entries(cache_folder)
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    assert compiler.compile_bytes(TEXT) == bundle
    assert counted() == 2
    assert path.read_bytes() == whole


@pytest.mark.parametrize("call", ["os.fsync", "os.replace"])
def test_a_killed_writer_leaves_no_entry(call, python, counted, cache_folder):
    killed = python(f"import os, signal\n{call} = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n{COMPILE}")
    assert killed.returncode == -signal.SIGKILL
    assert not entries(cache_folder)
    [left] = cache_folder.glob("*.tmp")
    assert len(compiler.compile_bytes(TEXT)) > 0
    assert len(entries(cache_folder)) == 1
    assert left.exists()  # it may be of a writer that lives
    os.utime(left, (0, time.time() - 2 * 24 * 3600))
    compiler.compile_bytes(TEXT, target="h20")
    assert not left.exists()


def test_processes_do_not_wait_for_each_other(cache_folder):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    running = [subprocess.Popen([sys.executable, "-c", COMPILE], env=environment, text=True,
                                stdout=subprocess.PIPE) for _ in range(6)]  # fmt: skip
    sizes = {process.communicate(timeout=120)[0] for process in running}
    assert [process.returncode for process in running] == [0] * 6
    assert sizes == {f"{len(compiler.compile_bytes(TEXT))}\n"}
    assert len(entries(cache_folder)) == 1 and not list(cache_folder.glob("*.tmp"))


def test_a_folder_that_cannot_be_written(tmp_path, monkeypatch, counted):
    occupied = tmp_path / "file"
    occupied.write_text("not a folder")
    monkeypatch.setenv("GQ_CACHE_DIR", str(occupied / "cache"))
    bundle = compiler.compile_bytes(TEXT)
    assert compiler.compile_bytes(TEXT) == bundle and counted() == 2


def test_a_read_only_folder_is_read(cache_folder, counted, monkeypatch):
    bundle = compiler.compile_bytes(TEXT)
    # As root, permissions refuse nothing: the calls that write do.
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("gridquant.cache.tempfile.mkstemp", refuse)
    cache_folder.chmod(0o555)
    try:
        assert compiler.compile_bytes(TEXT) == bundle and counted() == 1
        assert len(compiler.compile_bytes(TEXT, target="h20")) > 0
        assert len(entries(cache_folder)) == 1
    finally:
        cache_folder.chmod(0o755)


def test_where_the_default_is(monkeypatch, tmp_path):
    monkeypatch.setenv("GQ_CACHE_DIR", "/a")
    assert default_cache().folder == pathlib.Path("/a")
    monkeypatch.delenv("GQ_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", "/b")
    assert default_cache().folder == pathlib.Path("/b/gridquant")
    monkeypatch.setenv("XDG_CACHE_HOME", "not/absolute")
    monkeypatch.setenv("HOME", "/c")
    assert default_cache().folder == pathlib.Path("/c/.cache/gridquant")
    monkeypatch.setenv("GQ_CACHE", "0")
    assert default_cache() is None


def test_off(counted, monkeypatch, cache_folder):
    monkeypatch.setenv("GQ_CACHE", "0")
    compiler.compile_bytes(TEXT)
    monkeypatch.delenv("GQ_CACHE")
    compiler.compile_bytes(TEXT, cache=False)
    assert counted() == 2 and not cache_folder.exists()


def test_a_folder_travels_to_a_machine_without_a_compiler(tmp_path, monkeypatch):
    folder = tmp_path / "travels"
    bundle = compiler.compile_bytes(TEXT, target="h200", cache=folder)
    monkeypatch.setattr(compiler, "find_tool", lambda name: None)
    assert compiler.compile_bytes(TEXT, target="h200", cache=folder) == bundle
    with pytest.raises(gridquant.CompileError, match=r"gq-compile is not found.*travels has no bundle of <mlir> for h20"):
        compiler.compile_bytes(TEXT, target="h20", cache=folder)
    with pytest.raises(gridquant.CompileError, match="gq-compile is not found"):
        compiler.compile_bytes(TEXT, cache=False)


def test_clear_and_size(tmp_path):
    cache = Cache(tmp_path / "some")
    assert cache.size() == (0, 0) and cache.clear() == 0 and cache.get("a") is None
    assert cache.put("a", b"1") and cache.put("b", b"22")
    assert cache.get("b") == b"22" and cache.size()[0] == 2
    assert cache.clear() == 2 and cache.get("a") is None
    assert "some" in repr(cache)
