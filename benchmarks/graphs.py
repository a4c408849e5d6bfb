"""CUDA graphs of what PyTorch, Triton and bundles launch: the graph harness of gq-bench
(lib/Core/Bench/Graph.cpp) for peers.py. README.md says what it measures."""

import torch

import timing


def count_copies(own_bytes, method):
    """How many sets of operands a case has, if `own_bytes` of each are its own."""
    if method.harness != "graph":
        return 1
    cache = torch.cuda.get_device_properties(0).L2_cache_size
    return timing.count_copies(own_bytes, cache)


class Graph:
    """At least `launches` calls of `runs` in turn, each as often. A run launches on the
    current stream."""

    def __init__(self, runs, launches):
        turns = -(-launches // len(runs))
        self.launches = turns * len(runs)
        for run in runs:  # outside of the capture, where code may be loaded
            run()
        torch.cuda.synchronize()
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph):
            for run in list(runs) * turns:
                run()

    def replay(self):
        self.graph.replay()


def _clear(tensors):
    for tensor in tensors:
        tensor.view(torch.uint8).fill_(0xFF)


def check_replay(graph, runs, results):
    """What is wrong with `results[i]`, the tensors that `runs[i]` writes, after a
    replay: they must be what the run gives by itself, to the bit."""
    for tensors in results:
        _clear(tensors)
    graph.replay()
    for number, (run, tensors) in enumerate(zip(runs, results)):
        found = [tensor.clone() for tensor in tensors]
        _clear(tensors)
        run()
        for tensor, was in zip(tensors, found):
            different = (tensor.view(torch.uint8) != was.view(torch.uint8)).sum().item()
            if different:
                return (f"copy {number} in a graph: {different} bytes of the results are not "
                        "those of a launch by itself")  # fmt: skip
    return ""
