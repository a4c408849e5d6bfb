"""How a time is measured: the method of triton.testing.do_bench, in rounds.

The same as gq-bench (lib/Core/Bench/Timer.cpp): five runs to estimate, a warm-up, then
runs between two events of their own, each after a flush of the L2 cache, all
enqueued before anything is waited for. Candidates take turns in shuffled order,
because the power state of a GPU drifts.
"""

import dataclasses
import random


@dataclasses.dataclass
class Method:
    warmup_ms: float = 25
    rep_ms: float = 100
    rounds: int = 3
    flush_mb: int = 256
    seed: int = 1

    def describe(self):
        return (f"warmup {self.warmup_ms:g} ms, rep {self.rep_ms:g} ms, "
                f"{self.rounds} rounds, flush {self.flush_mb} MB, seed {self.seed}, "
                "normal")  # fmt: skip


def quantile(samples, q):
    """Interpolates between neighbours. 0 of no samples."""
    ordered = sorted(samples)
    if not ordered:
        return 0.0
    position = q * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (position - below) * (ordered[above] - ordered[below])


def summarise(samples):
    """The "us" of a result in the JSON."""
    at = lambda q: round(quantile(samples, q), 3)
    return dict(median=at(0.5), p20=at(0.2), p80=at(0.8), min=at(0), count=len(samples))


class Timer:
    """Times callables on the current stream of torch."""

    def __init__(self, method, torch=None):
        if torch is None:
            import torch
        self.torch, self.method = torch, method
        self.scratch = None
        if method.flush_mb:
            self.scratch = torch.empty(method.flush_mb << 20, dtype=torch.int8,
                                       device="cuda")  # fmt: skip

    def _event(self):
        return self.torch.cuda.Event(enable_timing=True)

    def _flush(self):
        if self.scratch is not None:
            self.scratch.zero_()

    def round(self, run):
        """One turn: microseconds, one per run."""
        cuda, method = self.torch.cuda, self.method
        run()
        cuda.synchronize()
        begin, end = self._event(), self._event()
        begin.record()
        for _ in range(5):
            self._flush()
            run()
        end.record()
        cuda.synchronize()
        each = max(begin.elapsed_time(end) / 5, 1e-3)
        count = lambda ms: int(min(max(ms / each, 1), 5000))
        for _ in range(count(method.warmup_ms)):
            run()
        events = [(self._event(), self._event()) for _ in range(count(method.rep_ms))]
        for begin, end in events:
            self._flush()
            begin.record()
            run()
            end.record()
        cuda.synchronize()
        return [begin.elapsed_time(end) * 1e3 for begin, end in events]

    def rounds(self, candidates, progress=lambda text: None):
        """name -> (all samples, median of each round), of name -> callable."""
        samples = {name: [] for name in candidates}
        medians = {name: [] for name in candidates}
        for number in range(self.method.rounds):
            order = list(candidates)
            random.Random(self.method.seed * 1000003 + number).shuffle(order)
            for name in order:
                progress(f"{name}, round {number + 1} of {self.method.rounds}")
                turn = self.round(candidates[name])
                samples[name] += turn
                medians[name].append(round(quantile(turn, 0.5), 3))
        return {name: (samples[name], medians[name]) for name in candidates}
