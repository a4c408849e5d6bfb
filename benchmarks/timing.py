"""How a time is measured: by the timer of gq-bench (lib/Core/Bench/Timer.cpp), called
through libgq_bench. Candidates take turns in shuffled order, because the power state of a
GPU drifts.
"""

import ctypes
import dataclasses
import os
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
_ENQUEUE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)
_DOUBLES = ctypes.POINTER(ctypes.c_double)


def _load():
    """$GQ_BENCH_LIB, or what lies in lib beside this file or in the build."""
    places = [HERE / "lib", HERE.parent / "build" / "lib"]
    paths = [os.environ.get("GQ_BENCH_LIB"), *(p / "libgq_bench.so" for p in places)]
    path = next((p for p in paths if p and os.path.exists(p)), None)
    if path is None:
        raise SystemExit("libgq_bench.so was not found; GQ_BENCH_LIB may name it")
    lib = ctypes.CDLL(str(path))
    lib.gq_bench_last_error.restype = ctypes.c_char_p
    lib.gq_timer_create.argtypes = [ctypes.c_int, ctypes.c_double, ctypes.c_double,
                                    ctypes.c_size_t, ctypes.POINTER(ctypes.c_void_p)]
    lib.gq_timer_destroy.argtypes = [ctypes.c_void_p]
    lib.gq_timer_destroy.restype = None
    lib.gq_timer_round.argtypes = [ctypes.c_void_p, _ENQUEUE, ctypes.c_void_p,
                                   ctypes.POINTER(_DOUBLES), ctypes.POINTER(ctypes.c_size_t)]
    lib.gq_round_order.argtypes = [ctypes.c_size_t, ctypes.c_uint64, ctypes.c_uint,
                                   ctypes.POINTER(ctypes.c_size_t)]
    lib.gq_round_order.restype = None
    lib.gq_count_copies.argtypes = [ctypes.c_uint64, ctypes.c_uint64]
    lib.gq_count_copies.restype = ctypes.c_size_t
    lib.gq_quantile.argtypes = [_DOUBLES, ctypes.c_size_t, ctypes.c_double]
    lib.gq_quantile.restype = ctypes.c_double
    return lib


_lib = None


def library():
    """libgq_bench, loaded on first use: reports are read where there is none."""
    global _lib
    _lib = _lib or _load()
    return _lib


@dataclasses.dataclass
class Method:
    warmup_ms: float = 25
    rep_ms: float = 100
    rounds: int = 3
    flush_mb: int = 256
    seed: int = 1
    harness: str = "flushed"
    graph_launches: int = 200

    def describe(self):
        how = (f"graphs of {self.graph_launches} launches" if self.harness == "graph"
               else f"flush {self.flush_mb} MB")  # fmt: skip
        return (f"warmup {self.warmup_ms:g} ms, rep {self.rep_ms:g} ms, "
                f"{self.rounds} rounds, {how}, seed {self.seed}, normal")  # fmt: skip


def count_copies(own_bytes, cache_bytes):
    """How many copies of operands a graph uses in turn; gq-bench has as many."""
    return library().gq_count_copies(own_bytes, cache_bytes)


def quantile(samples, q):
    """Interpolates between neighbours. 0 of no samples."""
    return library().gq_quantile((ctypes.c_double * len(samples))(*samples), len(samples), q)


def summarise(samples):
    """The "us" of a result in the JSON."""
    at = lambda q: round(quantile(samples, q), 3)
    return dict(median=at(0.5), p20=at(0.2), p80=at(0.8), min=at(0), count=len(samples))


class Timer:
    """Times callables that enqueue their work on the default stream of a device."""

    def __init__(self, method, device=0):
        self.method, self.handle = method, ctypes.c_void_p()
        # What runs in a graph is flushed by its other copies.
        flush = 0 if method.harness == "graph" else method.flush_mb << 20
        self._check(library().gq_timer_create(device, method.warmup_ms, method.rep_ms, flush,
                                              self.handle))  # fmt: skip

    def __del__(self):
        if _lib and self.handle:
            _lib.gq_timer_destroy(self.handle)

    def _check(self, status):
        if status:
            raise RuntimeError(library().gq_bench_last_error().decode())

    def round(self, run):
        """One turn: microseconds, one per run."""
        raised = []

        def enqueue(_):
            try:
                run()
            except BaseException as error:  # through C, and raised again below
                raised.append(error)
            return len(raised)

        samples, count = _DOUBLES(), ctypes.c_size_t()
        status = library().gq_timer_round(self.handle, _ENQUEUE(enqueue), None, samples, count)
        if raised:
            raise raised[0]
        self._check(status)
        return samples[: count.value]

    def rounds(self, candidates, progress=lambda text: None, launches={}):
        """name -> (all samples, median of each round), of name -> callable. `launches`
        of a name: a call makes so many, and a time is that of one."""
        samples = {name: [] for name in candidates}
        medians = {name: [] for name in candidates}
        names = list(candidates)
        order = (ctypes.c_size_t * len(names))()
        for number in range(self.method.rounds):
            library().gq_round_order(len(names), self.method.seed, number, order)
            for name in (names[i] for i in order):
                progress(f"{name}, round {number + 1} of {self.method.rounds}")
                turn = [us / launches.get(name, 1) for us in self.round(candidates[name])]
                samples[name] += turn
                medians[name].append(round(quantile(turn, 0.5), 3))
        return {name: (samples[name], medians[name]) for name in candidates}
