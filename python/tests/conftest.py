"""The tests of the package. They run against a source tree with a build folder, and against an
installed wheel; which of them is a matter of PYTHONPATH alone. No GPU is needed."""

import os
import subprocess
import sys

import pytest


def pytest_configure(config):
    config.addinivalue_line("markers", "cuda: needs a Hopper GPU")


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
