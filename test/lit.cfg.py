# The lit suite. Everything that depends on the machine is a feature found by
# probing; the configured paths come from lit.site.cfg.py.
import ctypes
import os
import shutil
import subprocess

import lit.formats
from lit.llvm import llvm_config
from lit.llvm.subst import ToolSubst

config.name = "GridQuant"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.gq_obj_root, "test")
config.excludes = ["Inputs"]

llvm_config.with_system_environment(
    ["HOME", "TMP", "TEMP", "CUDA_HOME", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS"]
)
llvm_config.use_default_substitutions()
llvm_config.with_environment("PATH", config.llvm_tools_dir, append_path=True)
llvm_config.with_environment("PATH", config.gq_tools_dir, append_path=True)


def find_ptxas():
    """ptxas on PATH, then in CUDA_HOME, then where the CUDA installer puts it."""
    homes = [os.environ.get("CUDA_HOME"), "/usr/local/cuda"]
    path = os.pathsep.join(
        [os.environ.get("PATH", "")] + [os.path.join(h, "bin") for h in homes if h]
    )
    return shutil.which("ptxas", path=path)


def count_sm90_devices():
    """CUDA devices of compute capability 9.0, asked of the driver itself."""
    try:
        cuda = ctypes.CDLL("libcuda.so.1")
    except OSError:
        return 0
    count, found = ctypes.c_int(0), 0
    if cuda.cuInit(0) != 0 or cuda.cuDeviceGetCount(ctypes.byref(count)) != 0:
        return 0
    major, minor = 75, 76  # CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_{MAJOR,MINOR}
    for ordinal in range(count.value):
        device, values = ctypes.c_int(0), []
        if cuda.cuDeviceGet(ctypes.byref(device), ordinal) != 0:
            continue
        for attribute in (major, minor):
            value = ctypes.c_int(0)
            if cuda.cuDeviceGetAttribute(ctypes.byref(value), attribute, device) != 0:
                break
            values.append(value.value)
        found += values == [9, 0]
    return found


for program in ("cmake", "git"):
    if shutil.which(program):
        config.available_features.add(program)
ptxas = find_ptxas()
if ptxas:
    config.available_features.add("ptxas")
    config.substitutions.append(("%ptxas", ptxas))
    llvm_config.with_environment("PATH", os.path.dirname(ptxas), append_path=True)
if count_sm90_devices() > 0:
    config.available_features.add("gpu-sm90")

# Stock mlir-opt, into which the plugin is loaded. It is called %mlir_opt, so that
# no test takes it for one of our own tools.
mlir_opt = os.path.join(config.llvm_tools_dir, "mlir-opt")
if os.path.exists(mlir_opt):
    config.available_features.add("mlir-opt")
    config.substitutions.append(("%mlir_opt", mlir_opt))
if config.gq_plugin:
    config.available_features.add("plugin")
    config.substitutions.append(("%gq_plugin", config.gq_plugin))
config.substitutions.append(("%gq_src_root", config.gq_src_root))

# The Python that scripts/find-python.sh chose: 3.9 or later, with numpy. First, for lit
# calls its own %python, too.
if config.gq_python:
    config.available_features.add("python")
    config.substitutions.insert(0, ("%python", config.gq_python))
    # What scripts/setup.sh installs where it can, torch and JAX.
    for module in ("ml_dtypes", "pytest", "torch", "safetensors", "jax"):
        found = f"import importlib.util, sys; sys.exit(not importlib.util.find_spec({module!r}))"
        if subprocess.run([config.gq_python, "-c", found], capture_output=True).returncode == 0:
            config.available_features.add(module.replace("_", "-"))
    # The package of this source tree, with the tools and libraries of this build. Not where
    # these have sanitizers, which a Python without cannot load.
    if not config.gq_sanitized:
        config.available_features.add("python-package")
    libraries = os.path.dirname(config.gq_reference)
    variables = {
        "PYTHONPATH": os.path.join(config.gq_src_root, "python"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "GQ_COMPILE": os.path.join(config.gq_tools_dir, "gq-compile"),
        "GQ_RUN": os.path.join(config.gq_tools_dir, "gq-run"),
        "GQ_RUNTIME_LIB": os.path.join(libraries, "libgq_runtime.so"),
        "GQ_REFERENCE_LIB": config.gq_reference,
        "GQ_JAX_LIB": os.path.join(libraries, "libgq_jax.so"),
        "GQ_MOCK_CUDA": os.path.join(libraries, "libGQMockCuda.so"),
    }
    # gridquant.jax without what XLA calls is half of it: that was built where jaxlib is.
    if not os.path.exists(variables["GQ_JAX_LIB"]):
        config.available_features.discard("jax")
    settings = " ".join(f"{name}={value}" for name, value in variables.items())
    pytest = f"env {settings} {config.gq_python} -m pytest -q -p no:cacheprovider"
    tests = os.path.join(config.gq_src_root, "python", "tests")
    config.substitutions.insert(0, ("%pytest", f"{pytest} {tests}"))
config.substitutions.append(("%gq_reference", config.gq_reference))
# A driver whose kernels do nothing.
config.substitutions.append(("%mock_cuda", os.path.join(os.path.dirname(config.gq_reference), "libGQMockCuda.so")))
# A static build has none.
fuzz_server = os.path.join(config.gq_tools_dir, "gq-fuzz-server")
if os.path.exists(fuzz_server):
    config.available_features.add("fuzz-server")
    config.substitutions.append(("%gq_fuzz_server", fuzz_server))

# Our tools, by name, from the build tree only: the name of a tool that was not
# built stays a word the shell does not know, and the test fails.
# Whatever gq-opt reads in a test must survive printing and parsing, too.
extra = {"gq-opt": ["--verify-roundtrip"]}
tools = [ToolSubst(name, extra_args=extra.get(name)) for name in config.gq_tools]
llvm_config.add_tool_substitutions(tools, [config.gq_tools_dir])
