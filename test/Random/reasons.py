"""The refusals that random programs may meet, beside those of the matrix (limits.py)."""

import re

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
# gq-run --check takes infinity for wrong where its own sum, in f64, is past all numbers of f32. The
# intervals know better.
FALSE_ALARM = re.compile(r"check\d+ +failed: .*: -?inf, expected -?\d")
find = limits.find

__all__ = ["FALSE_ALARM", "find", "missing_in_readme", "shorten"]
