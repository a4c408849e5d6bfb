"""The refusals that the matrix may meet: limits that README.md states."""

import pathlib
import re

# What a message says, and the words of README.md that promise it.
LIMITS = [
    (r"expects blocks of [ab] along K to be a multiple of 32, or one that is all of a static K, got",
     "Blocks along K are of a multiple of 32 elements, or one is all of a static K"),
    (r"expects operand b of element type \w+ beside an operand a of '\w+', got",
     "Matmul: f8E4M3FN and f8E5M2, mixed at will, or i8 by i8"),
    (r"expects operand a of element type bf16, f16, f8E4M3FN, f8E5M2 or i8, got",
     "Matmul: f8E4M3FN and f8E5M2, mixed at will, or i8 by i8"),
    (r"expects operand a of element type f8E4M3FN, f8E5M2 or i8, got",
     "Without scales also bf16 by bf16 and f16 by f16"),
]  # fmt: skip


def find(message):
    """The words of README.md that a message follows from; None if there are none."""
    return next((words for pattern, words in LIMITS if re.search(pattern, message)), None)


def shorten(message):
    """Without numbers, types and names, so that the same refusals are counted together."""
    message = re.sub(r"tensor<[^>]*>", "tensor<...>", message)
    message = re.sub(r"\b[a-z]+_\d{4}_\w+", "...", message)  # a kernel
    return re.sub(r"\b\d+(x\d+)*\b", "N", message)


def missing_in_readme():
    """Words of limits that README.md does not have."""
    readme = " ".join((pathlib.Path(__file__).resolve().parents[2] / "README.md").read_text().split())
    return [f"does not say: {words}" for _, words in LIMITS if words not in readme]
