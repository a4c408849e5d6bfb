"""The refusals that random programs may meet, beside those of the matrix (limits.py)."""

import limits
from limits import missing_in_readme, shorten

# What a message says, and the words of README.md that promise it.
limits.LIMITS.append(
    (r"'linalg.generic' op has no kernel: expects an elementwise op with one result of rank 2",
     "vectors along the last (of whole rows)"),
)  # fmt: skip
limits.LIMITS.append(
    (r"op 'tensor.extract_slice' on the host has no gpu lowering", "A slice whose rows a view cuts"),
)
find = limits.find

__all__ = ["find", "missing_in_readme", "shorten"]
