"""Where the programs and libraries of GridQuant are: named by the user, in the package of a
wheel, in an installation around the package, or in the build folder of a source tree."""

from __future__ import annotations

import os
import pathlib
import shutil

_HERE = pathlib.Path(__file__).resolve().parent


def find_tool(name: str) -> str | None:
    """The path of a tool as "gq-compile"; GQ_COMPILE names that one. None if there is none.
    What a variable names is taken at its word."""
    named = os.environ.get(name.upper().replace("-", "_"))
    if named:
        return named
    for folder in (_HERE / "bin", _HERE.parent / "bin", _HERE.parents[1] / "bin",
                   _HERE.parents[1] / "build" / "bin"):  # fmt: skip
        if os.access(folder / name, os.X_OK):
            return str(folder / name)
    return shutil.which(name)


def find_ptxas(named: str | None = None) -> str | None:
    """The ptxas that gq-compile takes: `named`, or from PATH, CUDA_HOME, /usr/local/cuda."""
    if named:
        return named
    homes = [os.environ.get("CUDA_HOME"), "/usr/local/cuda"]
    folders = [os.path.join(home, "bin") for home in homes if home]
    return shutil.which("ptxas", path=os.pathsep.join([os.environ.get("PATH", ""), *folders]))


def find_library(name: str) -> str:
    """The path of a library as "gq_reference", or its file name for the system's loader."""
    file = f"lib{name}.so"
    for folder in (_HERE, _HERE / "lib", _HERE.parent / "lib", _HERE.parents[1] / "lib",
                   _HERE.parents[1] / "build" / "lib"):  # fmt: skip
        if (folder / file).exists():
            return str(folder / file)
    return file
