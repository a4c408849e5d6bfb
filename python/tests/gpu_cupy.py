#!/usr/bin/env python3
"""Calls of bundles with CuPy's arrays on a Hopper GPU, against the reference library and NumPy; on
a machine without a compiler with bundles that were compiled elsewhere:

    python3 python/tests/gpu_cupy.py --precompile FOLDER --target h200   # where gq-compile is
    GQ_CACHE_DIR=FOLDER python3 python/tests/gpu_cupy.py                 # where the GPU is

Prints a line for each check, and ends with 1 if one failed; without CuPy it says so and ends with
0. CuPy has no FP8: codes are arrays of uint8."""

import argparse
import sys

try:
    import numpy as np
except ImportError:
    print("gpu_cupy: skipped, there is no NumPy, and so no CuPy")
    sys.exit(0)

import gpu_checks  # noqa: E402
import gridquant  # noqa: E402
from gridquant import _device, compiler, reference  # noqa: E402

N, K = 512, 1024
LINEAR = gridquant.linear(n=N, k=K, x="f16", out="f32", bias="f32", activation="relu")
PLAIN = gridquant.linear(n=N, k=K)  # bf16
QUANTIZE = gridquant.quantize(n=K, x="f32")
WEIGHTS = gridquant.quantize(n=K, block=(128, 128), x="f32")
MATMUL = gridquant.matmul(n=N, k=K, out="f32")
INTEGER = gridquant.matmul(n=N, k=K, formats=("i8", "i8"), blocks=None, out="i32")
PROGRAMS = (LINEAR, PLAIN, QUANTIZE, WEIGHTS, MATMUL, INTEGER)

try:
    import cupy
except ImportError:
    cupy = None


def function(program):
    name = cupy.cuda.runtime.getDeviceProperties(0)["name"].decode()
    return program.compile(target=_device.target_of_name(name))


def normal(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def reference_codes(x, block):
    """Codes as bytes, and scales."""
    x = np.ascontiguousarray(x, dtype=np.float32)
    q = np.empty(x.shape, np.uint8)
    scales = np.empty(reference.scale_shape(*x.shape, block), np.float32)
    reference.quantize(x, "f32", x.shape, block, "f8E4M3FN", q, scales)
    return q, scales


def wide(q, scales, block):
    """What codes of f8E4M3FN and scales stand for."""
    values = np.empty(q.shape, np.float32)
    q, scales = np.ascontiguousarray(q), np.ascontiguousarray(scales)
    reference.dequantize(q, "f8E4M3FN", q.shape, block, scales, "f32", values)
    return values.astype(np.float64)


def weights():
    return function(WEIGHTS)(cupy.asarray(normal(99, N, K)))


def near(one, other, bound=1e-3):
    one, other = np.asarray(one, np.float64), np.asarray(other, np.float64)
    error = np.linalg.norm(one - other) / np.linalg.norm(other)
    assert error <= bound, f"error is {error:.2e}, need {bound:.2e}"


def same(one, other):
    assert one.shape == other.shape and one.dtype == other.dtype
    assert bool((one.view(cupy.uint8) == other.view(cupy.uint8)).all()), "bits differ"


# --- checks -----------------------------------------------------------------------------------


def check_quantize():
    for program, block in ((QUANTIZE, (1, 128)), (WEIGHTS, (128, 128))):
        for rows in (1, 200, 513):
            x = normal(rows, rows, K)
            q, scales = function(program)(cupy.asarray(x))
            assert isinstance(q, cupy.ndarray) and q.dtype == cupy.uint8 and scales.dtype == cupy.float32
            expected = reference_codes(x, block)
            np.testing.assert_array_equal(q.get(), expected[0])
            np.testing.assert_array_equal(scales.get(), expected[1])


def check_matmul():
    w, ws = weights()
    for rows in (1, 63, 300):
        q, s = function(QUANTIZE)(cupy.asarray(normal(rows, rows, K)))
        d = function(MATMUL)(q, w, s, ws)
        assert d.dtype == cupy.float32
        near(d.get(), wide(q.get(), s.get(), (1, 128)) @ wide(w.get(), ws.get(), (128, 128)).T)


def check_integers():
    random = np.random.default_rng(0)
    a, b = (random.integers(-128, 128, (rows, K), np.int8) for rows in (70, N))
    d = function(INTEGER)(cupy.asarray(a), cupy.asarray(b))
    np.testing.assert_array_equal(d.get(), a.astype(np.int64) @ b.astype(np.int64).T)


def check_linear():
    w, ws = weights()
    x, bias = normal(0, 64, K).astype(np.float16), normal(1, N)
    y = function(LINEAR)(cupy.asarray(x), w, ws, cupy.asarray(bias))
    q = wide(*reference_codes(x, (1, 128)), (1, 128))
    near(y.get(), np.maximum(q @ wide(w.get(), ws.get(), (128, 128)).T + bias, 0))


def check_ways_to_call():
    linear, (w, ws) = function(LINEAR), weights()
    x, bias = cupy.asarray(normal(0, 64, K).astype(np.float16)), cupy.asarray(normal(1, N))
    expected = linear(x, w, ws, bias)
    plan = linear.plan(x, w, ws, bias)
    out, space = cupy.empty_like(expected), cupy.empty(plan.workspace_size, cupy.uint8)
    side = cupy.cuda.Stream(non_blocking=True)
    for call in (linear, plan):
        for outs in (None, out):
            for workspace in (None, space):
                for stream in (None, side, side.ptr):
                    out.fill(0)
                    cupy.cuda.Device().synchronize()
                    y = call(x, w, ws, bias, outs=outs, workspace=workspace, stream=stream)
                    cupy.cuda.Device().synchronize()
                    assert outs is None or y is out
                    same(y, expected)
    for wrong, message in ((cupy.asfortranarray(x), "contiguous"), (x.astype(cupy.float32), "f32")):
        for call in (linear, plan):
            try:
                call(wrong, w, ws, bias)
            except (ValueError, gridquant.Error) as error:
                assert message in str(error), error
            else:
                raise AssertionError("nothing is refused")


def check_current_stream():
    """A call waits for what CuPy has enqueued in front, and is in front of what follows."""
    linear, (w, ws), bias = function(LINEAR), weights(), cupy.asarray(normal(1, N))
    inputs = [cupy.asarray(normal(seed, 64, K).astype(np.float16)) for seed in range(4)]
    expected = [linear(x * 2, w, ws, bias) + 1 for x in inputs]
    streams = [cupy.cuda.Stream(non_blocking=True) for _ in inputs]
    cupy.cuda.Device().synchronize()
    large = cupy.ones((4096, 4096), cupy.float32)
    plan = linear.plan(inputs[0], w, ws, bias)
    for call in (linear, plan):
        for _ in range(5):
            results = []
            for x, stream in zip(inputs, streams):
                with stream:
                    busy = large @ large  # keeps the stream busy in front of the rest
                    results.append(call(x * 2 + (busy[0, 0] * 0).astype(cupy.float16), w, ws, bias) + 1)
            for stream in streams:
                stream.synchronize()
            for one, other in zip(results, expected):
                same(one, other)


def check_capture():
    linear, (w, ws), bias = function(LINEAR), weights(), cupy.asarray(normal(1, N))
    x = cupy.asarray(normal(0, 64, K).astype(np.float16))
    plan = linear.plan(x, w, ws, bias)
    out, space = cupy.empty((64, N), cupy.float32), cupy.empty(plan.workspace_size, cupy.uint8)
    plan(x, w, ws, bias, outs=out, workspace=space)
    stream = cupy.cuda.Stream(non_blocking=True)
    cupy.cuda.Device().synchronize()
    with stream:
        stream.begin_capture()
        plan(x, w, ws, bias, outs=out, workspace=space)
        graph = stream.end_capture()
    for seed in (1, 2):
        x.set(normal(seed, 64, K).astype(np.float16))
        expected = linear(x, w, ws, bias)
        out.fill(0)
        cupy.cuda.Device().synchronize()
        graph.launch(stream)
        stream.synchronize()
        same(out, expected)


def check_bf16():
    try:
        import ml_dtypes

        x = cupy.asarray(normal(0, 64, K).astype(ml_dtypes.bfloat16))
        x.__dlpack__(stream=1)
    except Exception as error:
        return f"this CuPy hands no bfloat16 over: {error}"
    w, ws = weights()
    y = function(PLAIN)(x, w, ws)
    q = wide(*reference_codes(normal(0, 64, K).astype(ml_dtypes.bfloat16), (1, 128)), (1, 128))
    assert y.dtype == ml_dtypes.bfloat16
    near(y.get(), q @ wide(w.get(), ws.get(), (128, 128)).T, 5e-3)
    return None


def check_arrays_of_two_libraries():
    try:
        import torch
    except ImportError:
        return "there is no torch"
    linear, (w, ws) = function(LINEAR), weights()
    x, bias = cupy.asarray(normal(0, 64, K).astype(np.float16)), cupy.asarray(normal(1, N))
    expected = linear(x, w, ws, bias)
    out, space = cupy.empty_like(expected), cupy.empty(1 << 20, cupy.uint8)
    w = torch.from_dlpack(w)
    cupy.cuda.Device().synchronize()
    linear(x, w, ws, bias, outs=out, workspace=space, stream=0)
    cupy.cuda.Device().synchronize()
    same(out, expected)
    return None


CHECKS = [check_quantize, check_matmul, check_integers, check_linear, check_ways_to_call, check_current_stream,
          check_capture, check_bf16, check_arrays_of_two_libraries]  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--precompile", metavar="FOLDER", help="compile what the checks need, and end")
    parser.add_argument("--target", default="h200")
    options = parser.parse_args()
    if options.precompile:
        for program in PROGRAMS:
            compiler.compile_bytes(program, target=options.target, cache=options.precompile)
        print("%d bundles, %d bytes" % gridquant.cache.Cache(options.precompile).size())
        return 0
    if cupy is None or not cupy.cuda.is_available():
        print(f"gpu_cupy: skipped, {'there is no CuPy' if cupy is None else 'CuPy finds no GPU'}")
        return 0
    print(f"CuPy {cupy.__version__}")
    return gpu_checks.run((check.__name__, check) for check in CHECKS)


if __name__ == "__main__":
    sys.exit(main())
