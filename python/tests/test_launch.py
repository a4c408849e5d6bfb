"""The runtime: where it is found, and that a launch opens no file, least of all in the cache."""

import os
import pathlib
import shutil

import gridquant
import pytest

HERE = pathlib.Path(__file__).resolve()
MOCK = os.environ.get("GQ_MOCK_CUDA") or str(HERE.parents[2] / "build" / "lib" / "libGQMockCuda.so")

LAUNCH = """
import gridquant, shutil, sys

class Tensor:  # what the package asks of a tensor
    def __init__(self, dtype, *shape):
        self.dtype, self.shape, self.device = dtype, shape, "cuda:0"
    def data_ptr(self):
        return 1 << 20
    def stride(self):
        return (self.shape[1], 1)

bundle = gridquant.compile(gridquant.quantize(n=256), cache=CACHE)
function = bundle["quantize"]
bundle.load()
shutil.rmtree(CACHE)
opened = []
sys.addaudithook(lambda event, arguments: opened.append((event, arguments)) if event.split(".")[0] in
                 ("open", "os", "shutil", "subprocess", "tempfile") else None)
x, q, s = Tensor("bfloat16", 8, 256), Tensor("float8_e4m3fn", 8, 256), Tensor("float32", 8, 2)
q.data_ptr, s.data_ptr = (lambda: 2 << 20), (lambda: 3 << 20)
for _ in range(3):
    function(x, outs=[q, s], stream=0)
print(opened)
"""


@pytest.mark.skipif(not os.path.exists(MOCK), reason="needs the mock driver of a build")
def test_a_launch_opens_nothing(cache_folder, python):
    done = python(f"CACHE = {str(cache_folder)!r}\n{LAUNCH}", GQ_LIBCUDA=MOCK)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "[]\n"


def test_the_runtime_of_a_source_tree(tmp_path, python):
    from gridquant._library import lib

    package = pathlib.Path(gridquant.__file__).parent
    shutil.copytree(package, tmp_path / "python" / "gridquant", ignore=shutil.ignore_patterns("*.so", "bin", "lib"))
    load = f"import sys; sys.path.insert(0, {str(tmp_path / 'python')!r}); import gridquant.runtime as r; print(r.lib._name)"
    done = python(load, GQ_RUNTIME_LIB="")
    assert "GQ_RUNTIME_LIB can name it" in done.stderr
    library = tmp_path / "build" / "lib" / "libgq_runtime.so"
    library.parent.mkdir(parents=True)
    library.symlink_to(pathlib.Path(lib._name).resolve())
    assert python(load, GQ_RUNTIME_LIB="").stdout == f"{library}\n"
    named = python(load, GQ_RUNTIME_LIB=str(tmp_path / "no.so"))
    assert "no.so" in named.stderr and named.returncode == 1
