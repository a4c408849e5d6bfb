"""Timings on the GPU, peers in the same run: the cases of benchmarks/cases.py with the
bundles of the suite. peers.py in the same folder times more of them."""

import cases
import report
import timing

METHOD = timing.Method(warmup_ms=15, rep_ms=60, rounds=5)


def bench(programs):
    """Finished cases; `programs` gives name -> (function, facts) for a prefix."""
    timer = timing.Timer(METHOD)
    finished, notes = [], []
    for m in (8192, 4096):
        rows = cases.matmul_case(timer, programs("matmul_8k_"), m, 8192, 8192, notes)
        finished.append(report.case("", f"{m}x8192x8192", rows))
    for name, program in programs("quantize_wide_").items():
        block = "x".join(map(str, program[1]["block"]))
        # The compiler of torch takes longer than the rest of the suite.
        rows = cases.quantize_case(timer, {name: program}, 8192, 8192, notes,
                                   peers=["torch", "triton"])  # fmt: skip
        finished.append(report.case("", f"8192x8192 block {block}", rows))
    for note in dict.fromkeys(notes):
        print(f"note: {note}", flush=True)
    return finished
