"""Runs the commands of a document and compares what they print.

    examples_in_docs.py ROOT DOCUMENT

A block that starts with "$ " holds a command and what it prints, with lines
wrapped for reading; "..." stands for any text. Commands run in a folder
of their own that has the folders of ROOT, so that what they write is not left there."""

import pathlib
import re
import subprocess
import sys
import tempfile


def squeeze(text):
    """Without white space, which wrapping changes."""
    return re.sub(r"\s+", "", text)


def main(scratch):
    root, document = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    for folder in ("kernels", "test"):
        (scratch / folder).symlink_to(root / folder)
    blocks = re.findall(r"^```\n\$ (.*?)^```$", document.read_text(), re.S | re.M)
    examples = [block for block in blocks if "--remarks-filter" in block]
    if not examples:
        sys.exit(f"{document}: no example with --remarks-filter")
    for block in examples:
        command, expected = block.split("\n", 1)
        run = subprocess.run(command, shell=True, cwd=scratch, capture_output=True, text=True)
        if run.returncode != 0:
            sys.exit(f"{command}\nends with {run.returncode}:\n{run.stderr}")
        # Without the lines of the source that follow each remark.
        remarks = [line for line in run.stderr.splitlines() if ": remark: " in line]
        printed, at = squeeze("".join(remarks)), 0
        for part in expected.split("...\n"):
            at = printed.find(squeeze(part), at)
            if at < 0:
                sys.exit(f"{command}\nprints\n{run.stderr}\nwhich does not hold\n{part}")
            at += len(squeeze(part))
        print("ok:", command)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        main(pathlib.Path(scratch))
