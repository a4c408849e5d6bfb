"""extract.py PAGE.md FOLDER: writes each fenced block that the paragraph before it names
(`name.ext`) to FOLDER/name.ext, and prints the names."""

import pathlib
import re
import sys

page, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
for match in re.finditer(r"([^\n]+)\n\n```[a-z]+\n(.*?)^```$", page.read_text(), re.M | re.S):
    names = re.findall(r"`([A-Za-z_]+\.[a-z]+)`", match[1])
    if names:
        (folder / names[-1]).write_text(match[2])
        print(names[-1])
