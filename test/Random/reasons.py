"""The refusals that random programs may meet, as limits.py of the matrix."""

import re

import limits
from limits import missing_in_readme, shorten

# What a message says, and the words of README.md that promise it.
LIMITS = [
    (r"'linalg.generic' op has no kernel: expects an elementwise op with one result of rank 2",
     "vectors along the last (of whole rows)"),
]  # fmt: skip
# What a message says, and why the programs that meet it are left out for now.
FAULTS = []
# gq-run --check takes infinity for wrong where its own sum, in f64, is past all numbers of f32. The
# intervals know better.
FALSE_ALARM = r"check\d+ +failed: .*: -?inf, expected -?\d"


def find(message):
    """("limit" or "fault", words) of what a message follows from; None if it is neither."""
    for kind, table in (("limit", LIMITS), ("fault", FAULTS)):
        for pattern, words in table:
            if re.search(pattern, message):
                return kind, words
    return limits.find(message)


limits.LIMITS = limits.LIMITS + LIMITS
__all__ = ["find", "missing_in_readme", "shorten"]
