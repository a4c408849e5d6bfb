"""Which GridQuant this is: the version, and the commit that it was made from.

A wheel has both in `_build.py`, which its build writes. In a source tree the version is
CMakeLists.txt's and the commit is asked of git, where there is one."""

from __future__ import annotations

import functools
import pathlib
import re
import subprocess


def _of_source_tree() -> tuple[str, str]:
    root = pathlib.Path(__file__).resolve().parents[2]
    try:
        said = re.search(r"project\(GridQuant VERSION ([0-9.]+)", (root / "CMakeLists.txt").read_text())
    except OSError:
        said = None
    if not said:
        return "0", "unknown"
    commit = ""
    try:
        if (root / ".git").exists():  # not of a project around an unpacked archive
            done = subprocess.run(["git", "-C", str(root), "rev-parse", "--short=12", "HEAD"],
                                  capture_output=True, text=True, timeout=10)  # fmt: skip
            commit = done.stdout.strip() if done.returncode == 0 else ""
    except (OSError, subprocess.SubprocessError):
        pass
    return said[1], commit or "unknown"


@functools.lru_cache(maxsize=None)
def version() -> str:
    """As "0.1.0+g0f7828100a1b", or "0.1.0+unknown" where no commit is known."""
    try:
        from ._build import COMMIT, VERSION  # type: ignore[import-not-found]
    except ImportError:
        VERSION, COMMIT = _of_source_tree()
    return f"{VERSION}+{COMMIT if COMMIT == 'unknown' else 'g' + COMMIT}"
