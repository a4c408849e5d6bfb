"""Whether the matrices in .npy files are, to the bit, the first rows of the first one.

    same_rows.py WHOLE PART..."""

import ast
import struct
import sys


def load(path):
    """(rows, columns, bytes of the elements)"""
    with open(path, "rb") as file:
        magic = file.read(8)
        length = struct.unpack("<H" if magic[6] == 1 else "<I", file.read(2 * magic[6]))[0]
        rows, columns = ast.literal_eval(file.read(length).decode())["shape"]
        return rows, columns, file.read()


rows, columns, whole = load(sys.argv[1])
for path in sys.argv[2:]:
    count, width, part = load(path)
    assert width == columns and 0 < count < rows and any(part), path
    same = whole[: len(part)] == part
    print(f"{count} rows {'are' if same else 'are not'} the first of {rows}")
