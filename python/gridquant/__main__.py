"""python3 -m gridquant [cache [--clear]]: which GridQuant this is, what it finds, and its cache."""

from __future__ import annotations

import argparse
import sys

from . import _device, cache
from ._tools import find_library, find_ptxas, find_tool
from ._version import version


def main() -> int:
    parser = argparse.ArgumentParser(prog="python3 -m gridquant", description=__doc__)
    commands = parser.add_subparsers(dest="command")
    of_cache = commands.add_parser("cache", help="the folder, and how much is in it")
    of_cache.add_argument("--clear", action="store_true", help="remove all entries")
    options = parser.parse_args()
    place = cache.default_cache()
    if options.command == "cache" and options.clear:
        print(f"removed {place.clear() if place else 0} entries")
        return 0
    if options.command != "cache":
        print(f"gridquant  {version()}")
        for name in ("gq-compile", "gq-run"):
            print(f"{name:10} {find_tool(name) or 'not found'}")
        print(f"ptxas      {find_ptxas() or 'not found: bundles have PTX, which the driver compiles'}")
        print(f"reference  {find_library('gq_reference')}")
        print(f"gpu        {_device.target_of_machine() or 'none that there are kernels for'}")
    if place:
        print("cache      %s: %d entries, %d bytes" % (place.folder, *place.size()))
    else:
        print("cache      off")
    return 0


if __name__ == "__main__":
    sys.exit(main())
