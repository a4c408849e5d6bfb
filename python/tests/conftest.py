"""The tests of the package. They run against a source tree with a build folder, and against an
installed wheel; which of them is a matter of PYTHONPATH alone. No GPU is needed."""

import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def pytest_configure(config):
    config.addinivalue_line("markers", "cuda: needs a Hopper GPU")
    library = ROOT / "build" / "lib" / "libgq_runtime.so"
    import gridquant

    if library.exists() and ROOT in pathlib.Path(gridquant.__file__).parents:
        os.environ.setdefault("GQ_RUNTIME_LIB", str(library))


@pytest.fixture(autouse=True)
def cache_folder(tmp_path, monkeypatch):
    """A cache of its own for each test."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("GQ_CACHE_DIR", str(folder))
    monkeypatch.delenv("GQ_CACHE", raising=False)
    return folder


@pytest.fixture
def python():
    """Runs a program in another interpreter."""

    def run(text, **environment):
        path = os.pathsep.join(p for p in sys.path if p)
        return subprocess.run([sys.executable, "-c", text], capture_output=True, text=True,
                              env={**os.environ, "PYTHONPATH": path, **environment})  # fmt: skip

    return run
