"""check-abi.py NM LIBRARY LIST: what LIBRARY exports is what LIST has, one name a line.

A name that is gone breaks programs that were linked before: the ABI version in the header must
rise with it. A new one is added to the list, and stays."""

import pathlib
import subprocess
import sys

nm, library, path = sys.argv[1:]
lines = subprocess.run([nm, "-D", "--defined-only", library], check=True, capture_output=True,
                       text=True).stdout.splitlines()  # fmt: skip
exported = {line.split()[-1] for line in lines}
listed = set(pathlib.Path(path).read_text().split())
# A library with sanitizers shows some of their symbols.
exported = {name for name in exported if not name.startswith(("__asan", "__odr_asan", "__ubsan", "__sanitizer"))}
gone, new = sorted(listed - exported), sorted(exported - listed)
if gone:
    print(f"{library} no longer exports {', '.join(gone)}: programs that use it must be built "
          "again, so the ABI version in the header must rise")  # fmt: skip
if new:
    print(f"{library} exports {', '.join(new)}, which {path} does not list: what is listed stays")
sys.exit(1 if gone or new else 0)
