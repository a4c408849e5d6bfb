"""Functions and plans of bundles on a Hopper GPU, as programs call them that do without the ops:
the ways to say where results go, threads and streams, CUDA graphs, forked processes, other GPUs.
Part of gpu_torch.py."""

import os
import sys
import threading

import gridquant
import torch
from gridquant import _device, compiler

BF16, F8 = torch.bfloat16, torch.float8_e4m3fn
PROGRAM = gridquant.linear(n=512, k=1024)  # two kernels, with a workspace
QUANTIZE = gridquant.quantize(n=1024, block=(128, 128))  # two results


def precompile(folder, target):
    for program in (PROGRAM, QUANTIZE):
        compiler.compile_bytes(program, target=target, cache=folder)


def _functions():
    target = _device.target_of_name(torch.cuda.get_device_name(0))
    return [gridquant.compile(program, target=target)[program.name] for program in (PROGRAM, QUANTIZE)]


def _x(seed, rows, device="cuda"):
    return torch.randn(rows, 1024, generator=torch.Generator().manual_seed(seed)).to(BF16).to(device)


def _weights(device="cuda"):
    w = torch.randn(512, 1024, generator=torch.Generator().manual_seed(99)).to(BF16).to(device)
    return _functions()[1](w)


def check_ways_to_call():
    linear, _ = _functions()
    w, ws = _weights()
    x = _x(0, 64)
    expected = linear(x, w, ws)
    wide = x.float() @ (w.float().view(4, 128, 8, 128) * ws.view(4, 1, 8, 1)).view(512, 1024).T
    assert (expected.float() - wide).norm() / wide.norm() < 0.05
    plan = linear.plan(x, w, ws)
    out, space = torch.empty_like(expected), torch.empty(plan.workspace_size, dtype=torch.uint8, device="cuda")
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    for call in (linear, plan):
        for outs in (None, out, [out]):
            for workspace in (None, space):
                for stream in (None, side, side.cuda_stream):
                    out.zero_()
                    torch.cuda.synchronize()
                    y = call(x, w, ws, outs=outs, workspace=workspace, stream=stream)
                    torch.cuda.synchronize()
                    assert torch.equal(y, expected) and (outs is None or y is out)
        with torch.inference_mode():
            y = call(x, torch.nn.Parameter(w, requires_grad=False), ws)
            assert y.is_inference() and torch.equal(y, expected)
        y = call(x.clone().requires_grad_(), w, ws)
        assert torch.equal(y, expected) and not y.requires_grad
    if hasattr(torch.Tensor, "__dlpack_c_exchange_api__"):
        assert torch.equal(plan.launch_objects((x, w, ws), None, None, None), expected)
        assert torch.equal(linear.launch_objects((x, w, ws)), expected)
    for wrong, message in ((_x(0, 65), "the plan is for bf16"), (x.t().contiguous().t(), "not contiguous"),
                           (x.float(), "operand .* is f32"), (x.cpu(), "on cpu")):  # fmt: skip
        _raises(message, lambda wrong=wrong: plan(wrong, w, ws))
    _raises("result .* is bf16 .63, 512.", lambda: plan(x, w, ws, outs=out[:63]))
    _raises("workspace has", lambda: plan(x, w, ws, workspace=space[:-1]))


def _raises(message, call):
    import re

    try:
        call()
    except (ValueError, gridquant.Error) as error:
        assert re.search(message, str(error)), error
    else:
        raise AssertionError(f"nothing is refused: {message}")


def check_threads_on_two_streams():
    linear, _ = _functions()
    w, ws = _weights()
    inputs = [_x(seed, 64 + seed // 2) for seed in range(16)]
    expected = [linear(x, w, ws) for x in inputs]
    plans = [linear.plan(x, w, ws) for x in inputs]
    torch.cuda.synchronize()
    wrong, start = [], threading.Barrier(16)

    def work(i):
        try:
            streams = torch.cuda.Stream(), torch.cuda.Stream()
            start.wait()
            for turn in range(25):
                results = []
                for stream in streams:
                    with torch.cuda.stream(stream):
                        results += [linear(inputs[i], w, ws), plans[i](inputs[i], w, ws)]
                for stream in streams:
                    stream.synchronize()
                if not all(torch.equal(y, expected[i]) for y in results):
                    wrong.append((i, turn))
        except Exception as error:
            wrong.append((i, repr(error)))

    threads = [threading.Thread(target=work, args=(i,)) for i in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong, f"threads and turns {wrong} have other results"


def check_capture_of_calls():
    linear, quantize = _functions()
    w, ws = _weights()
    x = _x(0, 64)
    plan = linear.plan(x, w, ws)
    given = torch.empty(64, 512, dtype=BF16, device="cuda")
    quantize(x)  # loads what is captured
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        captured = [linear(x, w, ws), plan(x, w, ws), plan(x, w, ws, outs=given), *quantize(x)]
        captured.append(linear(captured[0].repeat(1, 2), w, ws))
    for seed in (1, 2, 3):
        x.copy_(_x(seed, 64))
        graph.replay()
        # Beside what the graph owns.
        y = linear(x, w, ws)
        expected = [y, y, y, *quantize(x), linear(y.repeat(1, 2), w, ws)]
        torch.cuda.synchronize()
        for one, other in zip(captured, expected):
            assert torch.equal(one.view(torch.uint8), other.view(torch.uint8))
    assert captured[2] is given


FORK = """
import os, sys
sys.path.insert(0, {here!r})
import gpu_calls, gridquant, torch

def in_child(body):
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = body()
        except BaseException as error:
            print(type(error).__name__, str(error).splitlines()[0], file=sys.stderr, flush=True)
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

def refused(call):
    try:
        call()
    except (RuntimeError, ValueError) as error:
        if "fork" in str(error):
            return 0
        raise
    return 2

def works():
    linear = gpu_calls._functions()[0]
    x, (w, ws) = gpu_calls._x(0, 64), gpu_calls._weights()
    return 0 if torch.equal(linear(x, w, ws), linear.plan(x, w, ws)(x, w, ws)) else 3

assert in_child(works) == 0, "before CUDA was used"
linear, _ = gpu_calls._functions()
x, (w, ws) = gpu_calls._x(0, 64), gpu_calls._weights()
y = linear(x, w, ws)
plan = linear.plan(x, w, ws)
space = torch.empty(plan.workspace_size, dtype=torch.uint8, device="cuda")
for call in (lambda: linear(x, w, ws), lambda: plan(x, w, ws),
             lambda: plan(x, w, ws, outs=y, workspace=space, stream=0), lambda: linear.plan(x, w, ws)):
    assert in_child(lambda: refused(call)) == 0, "in a child"
assert torch.equal(linear(x, w, ws), y), "in the parent, later"
"""


def check_fork():
    import subprocess

    here = os.path.dirname(os.path.abspath(__file__))
    done = subprocess.run([sys.executable, "-c", FORK.format(here=here)], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


def check_another_gpu():
    if torch.cuda.device_count() < 2:
        return "there is one GPU"
    linear, _ = _functions()
    expected = linear(_x(0, 64), *_weights()).cpu()
    other = _x(0, 64, "cuda:1"), *_weights("cuda:1")
    for current in (0, 1):
        with torch.cuda.device(current):
            for call in (linear, linear.plan(*other)):
                y = call(*other)
                assert y.device == torch.device("cuda:1") and torch.equal(y.cpu(), expected)
            with torch.cuda.stream(torch.cuda.Stream(1)):
                assert torch.equal(linear(*other).cpu(), expected)
    return None


CHECKS = [check_ways_to_call, check_threads_on_two_streams, check_capture_of_calls, check_fork, check_another_gpu]
