"""Runs the tools on a text, through the server (Server.cpp), and says what is wrong with how
they ended."""

import dataclasses
import os
import pathlib
import re
import subprocess

SECONDS, MEBIBYTES = 20, 4096
# Of LLVM, or of how we work; a person who wrote a program can do nothing with them.
INTERNAL = ["Cannot select", "unrealized_conversion_cast", "failed to legalize", "LLVM ERROR", "UNREACHABLE",
            "Assertion", "PLEASE submit", "roundTrip testing"]  # fmt: skip
# A line of a stack: the file, the address, and the name if the file exports it.
FRAME = re.compile(r"^\d+ +(\S+) +(0x[0-9a-f]+)(?: (.*) \+ \d+)?$", re.M)
# What reports the crash.
NO_PLACE = re.compile(r"^libc|^libstdc|PrintStackTrace|RunSignalHandlers|^libLLVM\S* $")


@dataclasses.dataclass
class Outcome:
    status: int  # of the process, or minus the signal
    output: int  # bytes
    stderr: str
    kibibytes: int
    milliseconds: int


class Server:
    """Runs jobs one after the other. `folder`: for the files of the running job."""

    def __init__(self, binary, folder, memory=MEBIBYTES):
        self.binary, self.folder = str(binary), pathlib.Path(folder)
        environment = dict(os.environ, LLVM_DISABLE_SYMBOLIZATION="1")
        self.process = subprocess.Popen(
            [self.binary, str(SECONDS), str(memory)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, env=environment)  # fmt: skip

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def run(self, text, tool, arguments):
        source, out, messages = (self.folder / name for name in ("f.mlir", "f.out", "f.err"))
        source.write_text(text)
        written = self.folder / "f.written"
        written.unlink(missing_ok=True)
        more = [] if tool == "gq-run" else ["-o", str(written)]
        fields = [tool, str(out), str(messages), str(source), *more, *arguments]
        print(*(re.sub(r"[\t\n]", " ", field) for field in fields), sep="\t", file=self.process.stdin, flush=True)
        status, kibibytes, milliseconds = map(int, self.process.stdout.readline().split())
        result = written if more and written.exists() else out
        return Outcome(status, result.stat().st_size, messages.read_text(errors="replace"), kibibytes, milliseconds)

    def frames(self, stderr):
        """The names of the top of a stack, as far as a symbolizer is there."""
        names = []
        for file, address, name in FRAME.findall(stderr):
            if NO_PLACE.search(f"{file} {name}"):
                continue
            if file == "gq-fuzz-server":
                name = self.symbol(int(address, 16) - self.base())
            names.append(re.sub(r"\(.*", "", name) or file)
            if len(names) == 4:
                break
        return names

    @staticmethod
    def is_in_upstream_parser(stderr):
        """Whether the parser of MLIR crashed without having called anything of ours."""
        top = stderr.partition("mlir::parseAsmSourceFile")
        if not top[1]:  # a stack that is broken; what is parsed stands in front of it
            parsed = re.findall(r"MLIR Parser: custom op parser '(\w+)\.", stderr)
            return bool(parsed) and not parsed[-1].startswith("gq") and "gq-fuzz-server 0x" not in stderr
        return "gq-fuzz-server 0x" not in top[0]

    def base(self):
        """Where the binary is in memory, in children, too."""
        maps = pathlib.Path(f"/proc/{self.process.pid}/maps").read_text()
        return int(maps.split("-", 1)[0], 16)

    def symbol(self, address):
        try:
            done = subprocess.run(["llvm-symbolizer-22", "--no-inlines", "-C", "-s", f"--obj={self.binary}",
                                   hex(address)], capture_output=True, text=True)  # fmt: skip
        except OSError:
            return hex(address)
        name = (done.stdout.splitlines() or ["??"])[0]
        return hex(address) if name == "??" else name


def messages_of(stderr):
    """The error messages, without numbers, names and types."""
    found = re.findall(r"error: (.*)", stderr)
    return [re.sub(r"\b\d[\dx]*\b", "N", re.sub(r"'[^']*'|\"[^\"]*\"|<.*>|[%@]\w+", "_", text)) for text in found]


def fault(server, tool, text, outcome):
    """What is wrong, in a line that is the same for the same fault; None if nothing is."""
    stderr = outcome.stderr
    if outcome.status in (-24, -14):  # processor time, time
        return f"hang: {tool}, " + ", ".join(server.frames(stderr)[:1])
    if "out of memory" in stderr.lower() or outcome.kibibytes > MEBIBYTES << 10 or "bad_alloc" in stderr:
        return f"memory: {tool}, " + ", ".join(server.frames(stderr)[2:4])
    if outcome.status < 0 or outcome.status >= 125 or "Stack dump" in stderr or "Sanitizer" in stderr:
        fatal = re.search(r"LLVM ERROR: (.*)|runtime error: (.*)", stderr)
        if server.is_in_upstream_parser(stderr):
            return "crash of MLIR's parser: " + ", ".join(server.frames(stderr))
        words = f" {(fatal[1] or fatal[2])[:60]}:" if fatal else ""
        return f"crash: {-outcome.status},{words} " + ", ".join(server.frames(stderr))
    # gq-opt runs passes of upstream alone, on what people wrote for them.
    for word in INTERNAL if tool != "gq-opt" else INTERNAL[3:]:
        if word in stderr and word not in text:
            line = next(line for line in stderr.splitlines() if word in line)
            line = re.sub(r"^\S*:\d+:\d+: (error: )?", "", line)
            return f"words: {re.sub(r'0x[0-9a-f]+|[0-9]+', 'N', line)[:120]}"
    errors = messages_of(stderr)
    if tool != "gq-opt" and "gqgpu." not in text and "scf.forall" not in text:
        # What a person wrote has no such op, or loop; the passes made what does not work.
        # A result that is put together may have parts that the program itself never writes.
        parts = "insert_slice" in text
        own = next((error for error in re.findall(r"error: (.*)", stderr)
                    if "'gqgpu." in error and not (parts and "never writes" in error)), None)  # fmt: skip
        if own:
            return f"made by passes: {re.sub(r'[0-9][0-9x]*', 'N', own)[:120]}"
        if any("does not agree with the reference" in error for error in errors):
            return f"wrong: {tool} does not agree with the reference"
    if outcome.status and not errors:
        return f"silent: {tool} ends with {outcome.status} and no error, {stderr.strip()[:60]}"
    if not outcome.status and not outcome.output:
        return f"empty: {tool} ends with 0 and wrote nothing"
    return None
