"""wheel.py SOURCE BUILD WORK: makes a wheel of a build, installs it into a fresh virtual
environment without network, and runs the package's tests there, away from the source tree.
Ends with 77, which skips the test, where scikit-build-core or pytest is not installed."""

import importlib.util
import os
import pathlib
import shutil
import subprocess
import sys

source, build, work = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
for needed in ("scikit_build_core", "pytest", "pip", "numpy", "ml_dtypes"):
    if importlib.util.find_spec(needed) is None:
        print(f"skipped: {sys.executable} has no {needed}; scripts/setup.sh installs it where it can")
        sys.exit(77)


def run(*command, **environment):
    # What a person's shell says about tools, libraries and modules must not be needed.
    clean = {k: v for k, v in os.environ.items() if not k.startswith("GQ_") and k not in ("PYTHONPATH", "LD_LIBRARY_PATH")}
    done = subprocess.run(list(map(str, command)), cwd=work, env={**clean, **environment}, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip
    print(done.stdout)
    if done.returncode:
        sys.exit(f"failed ({done.returncode}): {' '.join(map(str, command))}")
    return done.stdout


shutil.rmtree(work, ignore_errors=True)
work.mkdir(parents=True)
pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
run(*pip, "wheel", source, "--no-build-isolation", "--no-deps", "--no-index", "-q", "-w", work, GQ_BUILD=str(build))
[wheel] = work.glob("gridquant-*-py3-none-*.whl")
run(sys.executable, "-m", "venv", "--without-pip", work / "venv")
python = work / "venv" / "bin" / "python"
run(*pip, "--python", python, "install", "--no-index", "--no-deps", "-q", wheel)

where = run(python, "-c", "import gridquant; print(gridquant.__file__, gridquant.__version__)").split()
if not where[0].startswith(str(work / "venv")):
    sys.exit(f"gridquant is {where[0]}, need that of {work / 'venv'}")
package = pathlib.Path(where[0]).parent
for tool in ("gq-bundle", "gq-compile", "gq-run"):
    binary = (package / "bin" / tool).read_bytes()
    if str(build / "lib").encode() in binary:
        sys.exit(f"{tool} looks for libraries in {build / 'lib'}")
    run(package / "bin" / tool, "--help")

# The packages that tests import are those of this interpreter; gridquant is not among them.
sites = {str(pathlib.Path(importlib.util.find_spec(name).origin).parents[1])
         for name in ("pytest", "_pytest", "numpy", "ml_dtypes", "pluggy", "iniconfig", "packaging")
         if importlib.util.find_spec(name)}  # fmt: skip
tests = source / "python" / "tests"
run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", tests, "--ignore", tests / "torch",
    PYTHONPATH=os.pathsep.join(sorted(sites)), PYTHONDONTWRITEBYTECODE="1")  # fmt: skip
