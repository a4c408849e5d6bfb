"""The programs of the GPU suite: programs.py FOLDER writes them, and programs.json,
which says what the suite needs to know to run them."""

import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "python"))

import cast_programs  # noqa: E402
import programs_configs  # noqa: E402
import programs_launches  # noqa: E402
import programs_operands  # noqa: E402
import programs_quantize  # noqa: E402
from gridquant_programs import matmul, quantize, write  # noqa: E402

# Few rows, each number of them, and whole tiles, with a row more or less.
INVARIANT_ROWS = sorted({*range(1, 131),
                         *(2**p + d for p in range(7, 13) for d in (-1, 0, 1)
                         if 2**p + d <= 4096)})  # fmt: skip


class Programs(dict):
    """name -> (text, facts the suite needs to run it)."""

    def add_quantize(self, name, block, **options):
        facts = dict(kind="quantize", block=block, x=options.get("x_type", "bf16"),
                     q=options.get("q_type", "f8E4M3FN"), m=options.get("m", -1),
                     n=options.get("n", -1),
                     scales=options.get("scale_kind", "f32"),
                     transposed=options.get("transposed", False),
                     producer=options.get("producer"),
                     amax=options.get("steps", False), divide=options.get("divide", False),
                     dual=options.get("dual", False))  # fmt: skip
        self[name] = (quantize(name, block, **options), facts)

    def add_matmul(self, name, a_block, b_block, kind="matmul", **options):
        facts = dict(kind=kind, a_block=a_block, b_block=b_block,
                     m=options.get("m", -1), n=options.get("n", -1),
                     k=options.get("k", -1), a=options.get("a_type", "f8E4M3FN"),
                     b=options.get("b_type", "f8E4M3FN"),
                     scale_types=options.get("scale_types", ("f32", "f32")),
                     out=options.get("out", "bf16"),
                     epilogue=options.get("epilogue", "round"),
                     accumulate=options.get("accumulate", False),
                     promote=options.pop("exact", options.get("promote", 128)),
                     transposed=options.get("transposed", ()),
                     ms=options.pop("ms", None),
                     invariant=INVARIANT_ROWS if options.get("invariant") else [])  # fmt: skip
        self[name] = (matmul(name, a_block, b_block, **options), facts)


def programs():
    """name -> (text, facts), in the order in which the suite compiles and runs them."""
    result = Programs()
    for kind in (programs_quantize, programs_operands, programs_configs, programs_launches):
        for add in kind.PROGRAMS:
            add(result)
    result.update(cast_programs.programs())
    for add in programs_quantize.CODES:
        add(result)
    return result


if __name__ == "__main__":
    write(pathlib.Path(sys.argv[1]), programs())
