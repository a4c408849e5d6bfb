"""`compile`: .mlir to a Bundle, by gq-compile as a subprocess and the disk cache."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import pathlib
import re
import subprocess
import typing
import warnings

from . import _device
from ._tools import find_ptxas, find_tool
from .cache import Cache, default_cache

if typing.TYPE_CHECKING:
    from .program import Program
    from .runtime import Bundle

__all__ = ["CompileError", "CompileWarning", "Diagnostic", "compile", "compile_bytes"]

TARGETS = ("h100", "h200", "h20", "gh200")


class Diagnostic(typing.NamedTuple):
    """What the compiler says about a place. `line` and `column` count from 1, and are 0 where
    it names no place; `excerpt` is the line of the source with a mark below."""

    severity: str  #: "error", "warning", "note" or "remark"
    message: str
    file: str
    line: int
    column: int
    excerpt: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}: " if self.line else ""
        return f"{place}{self.severity}: {self.message}" + (f"\n{self.excerpt}" if self.excerpt else "")


class CompileError(Exception):
    """What gq-compile refused, or that it could not be run. `diagnostics` has its messages,
    notes included, in order; `text` all that it wrote."""

    def __init__(self, message: str, diagnostics: typing.Sequence[Diagnostic] = (), text: str = ""):
        super().__init__(message)
        self.diagnostics = list(diagnostics)
        self.text = text


class CompileWarning(UserWarning):
    """What gq-compile warned of."""


_LOCATED = re.compile(r"(?:(?P<file>.*?):(?P<line>\d+):(?P<column>\d+): )?"
                      r"(?P<severity>error|warning|note|remark): (?P<message>.*)")  # fmt: skip


def parse_diagnostics(text: str) -> list[Diagnostic]:
    """The messages in what gq-compile has written to stderr."""
    found: list[Diagnostic] = []
    for line in text.splitlines():
        match = _LOCATED.fullmatch(line)
        if match:
            found.append(Diagnostic(match["severity"], match["message"], match["file"] or "",
                                    int(match["line"] or 0), int(match["column"] or 0), ""))  # fmt: skip
        elif found:
            last = found[-1]
            found[-1] = last._replace(excerpt=f"{last.excerpt}\n{line}" if last.excerpt else line)
    return found


@functools.lru_cache(maxsize=None)
def _said(path: str, modified: int, size: int, argument: str) -> str:
    """What a program answers; `modified` and `size` make this another question once it has
    been replaced."""
    done = subprocess.run([path, argument], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise CompileError(f"{path} {argument} ended with {done.returncode}: {done.stderr.strip()}",
                           text=done.stderr)  # fmt: skip
    return done.stdout.strip()


@functools.lru_cache(maxsize=None)
def _digest(path: str, modified: int, size: int) -> str:
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def _identity(compiler: str, ptxas: str | None) -> str:
    """What a bundle depends on besides text and options: these bytes of gq-compile, this LLVM,
    this ptxas or none."""
    try:
        status = os.stat(compiler)
        facts = [_digest(compiler, status.st_mtime_ns, status.st_size),
                 _said(compiler, status.st_mtime_ns, status.st_size, "--version")]  # fmt: skip
    except OSError as error:
        raise CompileError(f"cannot run gq-compile: {error}") from error
    if ptxas:
        try:
            status = os.stat(ptxas)
            facts.append(_said(ptxas, status.st_mtime_ns, status.st_size, "--version"))
        except OSError:
            pass  # gq-compile says what is wrong with it
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


def _read(source: str | os.PathLike[str] | Program) -> tuple[str, str]:
    """(text, the name for messages)."""
    if isinstance(source, os.PathLike) or (
        isinstance(source, str) and "\n" not in source and source.endswith(".mlir")
    ):
        path = os.fspath(source)
        return pathlib.Path(path).read_text(), str(path)
    text = source if isinstance(source, str) else getattr(source, "text", None)
    if not isinstance(text, str):
        raise TypeError(f"source is a {type(source).__name__}, need the text of a module, a path or a Program")
    return text, getattr(source, "name", "<mlir>")


def _arguments(options: dict[str, typing.Any]) -> list[str]:
    """The flags of gq-compile; what is None or False is left to it."""
    return [f"--{name.replace('_', '-')}" + ("" if value is True else f"={value}")
            for name, value in options.items() if value is not None and value is not False]  # fmt: skip


def _run(compiler: str, text: str, name: str, arguments: list[str]) -> bytes:
    command = [compiler, "-", "-o", "-", *arguments]
    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True)
    except OSError as error:
        raise CompileError(f"cannot run gq-compile: {error}") from error
    said = done.stderr.decode(errors="replace").replace("<stdin>:", f"{name}:")
    diagnostics = parse_diagnostics(said)
    if done.returncode == 0:
        for diagnostic in diagnostics:
            if diagnostic.severity == "warning":
                warnings.warn(str(diagnostic), CompileWarning, stacklevel=4)
        return done.stdout
    if done.returncode < 0:
        raise CompileError(f"gq-compile was ended by signal {-done.returncode}\n{said.strip()}",
                           diagnostics, said)  # fmt: skip
    raise CompileError(said.strip() or f"gq-compile ended with {done.returncode}", diagnostics, said)


def compile_bytes(
    source: str | os.PathLike[str] | Program,
    *,
    target: str | None = None,
    max_variants: int | None = None,
    batch_invariant: bool = False,
    coarsen_scales: int | None = None,
    dependent_launch: str | None = None,
    schedule: str | None = None,
    tuned: str | os.PathLike[str] | None = None,
    opt_level: str | None = None,
    allow_spills: bool = False,
    ptxas: str | None = None,
    cache: Cache | str | os.PathLike[str] | bool | None = None,
) -> bytes:
    """The bundle of a module, as the bytes of a .gqb file: what `compile` opens. Its arguments
    are described there."""
    text, name = _read(source)
    if target is None and "gq.target" not in text:
        # Beside a module that names its GPU, nothing is asked.
        target = _device.target_of_machine()
    if target is not None and target not in TARGETS:
        raise ValueError(f"target is '{target}', need one of {', '.join(TARGETS)}")
    options = {
        "target": target,
        "max_variants": max_variants,
        "batch_invariant": batch_invariant,
        "coarsen_scales": coarsen_scales,
        "dependent_launch": dependent_launch,
        "schedule": schedule,
        "opt_level": opt_level,
        "allow_spills": allow_spills,
    }
    files = {"tuned": os.fspath(tuned) if tuned else None, "ptxas": ptxas}
    contents = pathlib.Path(tuned).read_text() if tuned else None

    if cache is None or cache is True:
        place = default_cache()
    elif cache is False:
        place = None
    else:
        place = cache if isinstance(cache, Cache) else Cache(cache)
    compiler = find_tool("gq-compile")
    identity = _identity(compiler, find_ptxas(ptxas)) if compiler else (place.compiler if place else None)
    key = ""
    if place and identity:
        facts = [identity, text, options, contents]
        key = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
        bundle = place.get(key)
        if bundle is not None:
            return bundle
    if not compiler:
        where = f", and {place.folder} has no bundle of {name} for {target}" if place else ""
        raise CompileError("gq-compile is not found: GQ_COMPILE can name it" + where)
    bundle = _run(compiler, text, name, _arguments({**options, **files}))
    if place and place.put(key, bundle):
        place.compiler = identity  # type: ignore[assignment]
    return bundle


def compile(
    source: str | os.PathLike[str] | Program,
    *,
    target: str | None = None,
    device: int | None = None,
    **options: typing.Any,
) -> Bundle:
    """Compiles a module and opens the bundle, for the GPUs its tensors are on or for `device` alone.

    source            the text of a module, the path of an .mlir file, or a Program of a builder
    target            "h100", "h200", "h20" or "gh200"; else what the module says, else the GPU
                      of this machine, else "h100"
    max_variants, batch_invariant, coarsen_scales, dependent_launch, schedule, tuned, opt_level,
    allow_spills, ptxas  as the flags of gq-compile; what is left out is left to it
    cache             a folder, or a gridquant.cache.Cache; True, or nothing, for the default
                      (GQ_CACHE_DIR, else gridquant in XDG_CACHE_HOME or ~/.cache), False for none

    The key of an entry is made of the text, the options and the bytes of the compiler. On a
    machine without gq-compile the bundles of the compiler that wrote the folder are taken.

    Raises CompileError with the diagnostics of the compiler. Its warnings are CompileWarnings.
    """
    from .runtime import Bundle

    return Bundle(compile_bytes(source, target=target, **options), device=device)
