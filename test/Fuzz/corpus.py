"""What is mutated: pieces of the .mlir files of the tree, each with the command lines of
tools that its file's own RUN lines have, and those that anyone may try on it."""

import dataclasses
import pathlib
import re
import shlex
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "test" / "Random"))

import draw  # noqa: E402

RANDOM = 200
FOLDERS = ("test", "kernels", "examples")
TOOLS = ("gq-opt", "gq-run", "gq-compile")
# Options that compare, split or write; the oracle does that here.
DROPPED = ("--verify-diagnostics", "--split-input-file", "--verify-roundtrip", "--output=", "--stages")
def _stages():
    """The passes of gq-lower-to-nvvm in their order: the one list of them."""
    names = re.findall(r'{"(gq-[a-z-]+)"', (ROOT / "lib/Pipelines/Pipelines.cpp").read_text())
    assert len(names) > 20, names
    return ["gq-set-target", *names, "convert-gqgpu-to-nvvm"]


STAGES = _stages()


@dataclasses.dataclass(frozen=True)
class Piece:
    """`name`: file and number. `jobs`: (tool, arguments) of the RUN lines."""

    name: str
    text: str
    jobs: tuple


def _run_lines(text):
    """The commands of RUN lines, with what DEFINE lines define."""
    defined, lines, kept = {}, [], ""
    for line in text.splitlines():
        found = re.match(r"\s*(?://|#)?\s*(RUN|DEFINE|REDEFINE):\s?(.*)", line)
        if not found:
            continue
        kind, rest = found[1], kept + found[2].strip()
        if rest.endswith("\\"):
            kept = rest[:-1] + " "
            continue
        kept = ""
        if kind != "RUN":
            name, _, value = rest.partition("=")
            defined[name.strip()] = value.strip()
            continue
        for _ in range(4):  # definitions that name others
            for name, value in defined.items():
                rest = rest.replace(name, value)
        lines.append(rest)
    return lines


def _jobs(text):
    """(tool, arguments) of each command that reads the file itself and nothing else."""
    jobs = {}
    for line in _run_lines(text):
        passes = ()
        for command in re.split(r"\s*(?:\|\||&&|\||;)\s*", line):
            try:
                words = shlex.split(command)
            except ValueError:  # a quoted bar
                break
            words = [word for word in words if word not in ("not", "--crash", "env")]
            if not words or words[0] not in TOOLS or ("%s" not in words and not passes):
                break
            arguments, skip = [], False
            for word in words[1:]:
                if skip or word == "%s" or word.startswith(DROPPED) or word[0] in "<>" or word[:2] == "2>":
                    skip = False
                elif word in ("-o", "--output"):
                    skip = True
                else:
                    arguments.append(word)
            if any("%" in word and "affine" not in word for word in arguments):
                break
            # So many rows may be so many tiles, each of which is run.
            if any(re.match(r"--shape=.*\d{5}", word) for word in arguments):
                break
            # What follows in a pipe of gq-opt goes on with its result.
            passes = (*passes, *arguments) if words[0] == "gq-opt" else ()
            jobs[words[0], tuple(passes or arguments)] = None
            if words[0] != "gq-opt":
                break
    return tuple(jobs)


def _functions(text):
    """Texts with one function of many each, beside what stands around all of them."""
    starts = [m.start() for m in re.finditer(r"^func\.func ", text, re.M)]
    if len(starts) < 2:
        return [text]
    ends = [text.index("\n}", start) + 2 if "\n}" in text[start:] else len(text) for start in starts]
    if any(end > start for end, start in zip(ends, starts[1:])):
        return [text]
    around = text[: starts[0]] + "".join(text[end:start] for end, start in zip(ends, [*starts[1:], len(text)]))
    return [around + text[start:end] + "\n" for start, end in zip(starts, ends)]


def pieces(folders=FOLDERS):
    """All of them, in the same order every time; and some of the random programs."""
    result = [Piece(f"random#{n}", draw.program(n, ())[0].text(), ()) for n in range(RANDOM)]
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.mlir")):
            text = path.read_text()
            jobs = _jobs(text)
            bare = "".join(line + "\n" for line in text.splitlines() if not re.match(r"\s*//(?! -----|---)", line))
            parts = re.split(r"^// -----.*\n", bare, flags=re.M)
            parts = [function for part in parts for function in _functions(part)]
            for number, part in enumerate(part for part in parts if part.strip()):
                result.append(Piece(f"{path.relative_to(ROOT)}#{number}", part, jobs))
    return result


def elements(text):
    """The number of elements of the largest tensor that the text names; a size that is not
    known counts as 8."""
    most = 0
    for shape in re.findall(r"(?:tensor|memref)<((?:(?:\?|\d+)x)+)", text):
        count = 1
        for size in shape.split("x")[:-1]:
            count *= 8 if size == "?" else int(size)
        most = max(most, count)
    return most


def runnable(text):
    """Whether running takes little time, or is refused: no one has that much memory."""
    return not 1 << 18 < elements(text) < 1 << 40


def choose_job(rng, piece, text):
    """(tool, arguments): of the piece's own, or one that anyone may try."""
    lowered = "gqgpu." in text or "nvvm." in text or "gpu.module" in text
    run = [("gq-run", ("--backend=reference",)), ("gq-run", ("--backend=simulate", "--check"))]
    if lowered:
        first = rng.randrange(len(STAGES))
        some = tuple(f"--{stage}" for stage in STAGES[first : first + rng.randint(1, 8)])
        other = [("gq-opt", some), ("gq-opt", ("--convert-gqgpu-to-nvvm",)), ("gq-opt", ()),
                 ("gq-run", ("--backend=simulate", "--after=none"))]  # fmt: skip
    else:
        last = rng.randrange(1, len(STAGES))
        some = tuple(f"--{stage}" for stage in STAGES[:last])
        other = [("gq-compile", ("--emit=ptx",)), ("gq-compile", ("--emit=nvvm",)), *run,
                 ("gq-opt", some), ("gq-opt", ("--gq-lower-to-nvvm",))]  # fmt: skip
    tool, arguments = rng.choice(piece.jobs if piece.jobs and rng.random() < 0.5 else other)
    if tool == "gq-run":
        if not runnable(text):
            return "gq-opt", ("--gq-lower-to-nvvm",)
        arguments = (*arguments, "--cpu-threads=1")
        if not any(re.match(r"--?m\b", argument) for argument in arguments):
            arguments += (f"--m={rng.choice((0, 1, 7, 33))}",)
    elif tool == "gq-compile":
        # ptxas takes longer than everything before it.
        arguments = tuple(a for a in arguments if not a.startswith("--emit=") or a in ("--emit=nvvm", "--emit=llvm"))
        if not any(a.startswith("--emit=") for a in arguments):
            arguments += ("--emit=bundle" if rng.random() < 0.02 else "--emit=ptx",)
    elif rng.random() < 0.25:
        arguments = ("--verify-roundtrip", *arguments)
    return tool, arguments
