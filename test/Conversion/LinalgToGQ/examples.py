"""Compiles and checks the programs of a document: examples.py GQ-RUN GQ-COMPILE DOCUMENT"""

import pathlib
import re
import subprocess
import sys
import tempfile

run, compile, document = sys.argv[1:]
blocks = re.findall(r"^```mlir\n(.*?)^```$", pathlib.Path(document).read_text(), re.S | re.M)
programs = [block for block in blocks if "func.func" in block]
if not programs:
    sys.exit(f"{document}: no program")
with tempfile.TemporaryDirectory() as folder:
    source = pathlib.Path(folder, "program.mlir")
    for program in programs:
        source.write_text(program)
        name = re.search(r"func.func @(\w+)", program).group(1)
        for command in ([run, source, "--backend=simulate", "--check", "--m", "40"],
                        [compile, source, "-o", pathlib.Path(folder, "program.gqb")]):
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode != 0:
                sys.exit(f"@{name}: {done.stdout}{done.stderr}")
        print("ok:", name)
