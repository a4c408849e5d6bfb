#!/usr/bin/env python3
"""The torch ops on a Hopper GPU, against the CPU route; on a machine without a compiler with
bundles that were compiled elsewhere:

    python3 python/tests/gpu_torch.py --precompile FOLDER --target h200   # where gq-compile is
    GQ_CACHE_DIR=FOLDER python3 python/tests/gpu_torch.py                 # where the GPU is

Each case computes on the device it is given: what "cuda" gives is compared with "cpu", and "meta"
says which programs that takes. Beyond the cases: torch's checks of ops, torch.compile without a
break, capture in a CUDA graph, other streams and threads; and the functions of bundles, in
gpu_calls.py. Prints a line for each, and ends with 1 if one failed. Needs torch and nothing else; test_cuda.py runs the same under pytest.
"""

import argparse
import sys
import threading

import gpu_calls
import gpu_checks
import gridquant
import gridquant.torch as gqt
import torch
from gridquant.torch import _programs
from torch import nn

F8, F85, E8M0 = torch.float8_e4m3fn, torch.float8_e5m2, torch.float8_e8m0fnu
BF16, F16, F32 = torch.bfloat16, torch.float16, torch.float32
BLOCKS = ((1, 128), (128, 128))
_ops = torch.ops.gridquant


def normal(device, seed, *shape, dtype=BF16):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed)).to(dtype).to(device)


def quantised(device, seed, rows, columns, block, dtype=F8, **options):
    return gqt.quantize(normal(device, seed, rows, columns), block, dtype, **options)


CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


@case
def quantize(device):
    results = []
    for rows in (1, 200, 513):
        for dtype, options in ((BF16, {}), (F32, {"pow2": True}), (F16, {"divide": True, "amax_floor": 1e-4})):
            results += gqt.quantize(normal(device, rows, rows, 1040, dtype=dtype), (1, 128), F8, **options)
    results += gqt.quantize(normal(device, 1, 200, 1040), (128, 128), F85)
    results += gqt.quantize(normal(device, 2, 200, 1040), (1, 32), F8, E8M0)
    results += gqt.quantize(normal(device, 3, 200, 1040), (128, 128), torch.int8)
    results += gqt.quantize(normal(device, 4, 2, 100, 1024), (1, 128), F8, transposed_scales=True)
    results += gqt.quantize(normal(device, 5, 203, 1024), (1, 128), F8, transposed_scales=True, padded_scales=True)
    return results


@case
def scaled_matmul(device):
    results = []
    for rows in (1, 63, 300):
        a, sa = quantised(device, rows, rows, 1024, (1, 128))
        b, sb = quantised(device, 7, 528, 1024, (128, 128))
        results.append(gqt.scaled_matmul(a, sa, b, sb, *BLOCKS, BF16, normal(device, 8, 528)))
        a, sa = quantised(device, rows, rows, 1024, (1, 128), transposed_scales=True)
        results.append(gqt.scaled_matmul(a, sa, b, sb, *BLOCKS, F32, transposed_a_scales=True))
    a, sa = quantised(device, 9, 70, 1024, (1, 32), F85, scale_dtype=E8M0)
    b, sb = quantised(device, 10, 528, 1024, (1, 32), F8, scale_dtype=E8M0)
    results.append(gqt.scaled_matmul(a, sa, b, sb, (1, 32), (1, 32), F16))
    results.append(gqt.scaled_matmul(a, None, b, None, (1, 1), (1, 1), F32, compiled_dims=""))
    x, y = normal(device, 11, 70, 256), normal(device, 12, 528, 256)
    results.append(gqt.scaled_matmul(x, None, y, None, (1, 1), (1, 1), BF16))
    return results


@case
def linear(device):
    results = []
    w, ws = quantised(device, 13, 1040, 1024, (128, 128))
    for rows in (1, 16, 129, 1000):
        x, residual = normal(device, rows, rows, 1024), normal(device, 14, rows, 1040)
        results.append(gqt.linear(x, w, ws))
        results.append(gqt.linear(x, w, ws, normal(device, 15, 1040), residual, *BLOCKS, "gelu"))
    for activation in ("relu", "silu"):
        results.append(gqt.linear(normal(device, 16, 3, 40, 1024), w, ws, activation=activation))
        results.append(gqt.linear(normal(device, 16, 3, 40, 1024), w, ws, x_activation=activation))
    w, ws = quantised(device, 17, 512, 1024, (128, 128), scale_dtype=E8M0)
    results.append(gqt.linear(normal(device, 18, 33, 1024, dtype=F16), w, ws))
    return results


@case
def linear_gradients(device):
    w, ws = quantised(device, 19, 512, 1024, (128, 128))
    x, bias = normal(device, 20, 2, 100, 1024).requires_grad_(), normal(device, 21, 512).requires_grad_()
    y = gqt.linear(x, w, ws, bias, None, *BLOCKS, "silu")
    y.backward(normal(device, 22, 2, 100, 512))
    return y.detach(), x.grad, bias.grad


@case
def training(device):
    results = []
    for tokens, dtype in ((256, BF16), (300, BF16), (128, F32)):
        torch.manual_seed(0)
        layer = gqt.TrainingLinear(512, 1024, dtype=dtype, grad_dtype=F85).to(device)
        x = normal(device, 23, tokens, 512, dtype=dtype).requires_grad_()
        y = layer(x)
        y.backward(normal(device, 24, tokens, 1024, dtype=dtype))
        results += [y.detach(), x.grad, layer.weight.grad, layer.bias.grad]
    return results


@case
def interop(device):
    results = []
    b, sb = quantised(device, 25, 512, 1024, (128, 128))
    for options in ({}, {"column_major_scales": True}, {"column_major_scales": True, "tma_aligned_scales": True}):
        for rows in (17, 128):
            a, sa = gqt.per_token_group_quant_fp8(normal(device, 26, rows, 1024), 128, **options)
            d = torch.zeros(rows, 512, dtype=BF16, device=device)
            gqt.fp8_gemm_nt((a, sa), (b, sb), d)
            results += [a, sa.contiguous(), d]
    a, sa = quantised(device, 27, 256, 384, (1, 128))
    b, sb = quantised(device, 28, 512, 384, (1, 128))
    d = normal(device, 29, 256, 512, dtype=F32)
    gqt.fp8_gemm_nt((a, sa), (b, sb), d, c=d, recipe=(1, 1, 128), compiled_dims="mn")
    return [*results, d]


@case
def calls(device):
    x, y = normal(device, 30, 16, 32, dtype=F32), normal(device, 31, 16, 32, dtype=F32)
    msfp_x, msfp_y = gridquant.fp32_to_msfp16(x), gridquant.fp32_to_msfp16(y)
    codes = [normal(device, seed, 64, 128, dtype=F32).mul(40).round().clamp(-127, 127).to(torch.int8) for seed in (32, 33)]
    scale = normal(device, 34, 64, dtype=F32).abs() + 0.5
    return [
        gridquant.fp8e4m3_matmul(x.to(F8), y.to(F8).transpose(0, 1)),
        gridquant.fp8e5m2_matmul(x.to(F85), y.to(F85).transpose(0, 1)),
        msfp_x,
        gridquant.msfp16_matmul(msfp_x, msfp_y.transpose(0, 1)),
        gridquant.quantized_matmul(codes[0], codes[1].T, scale, 0.25),
        gridquant.quantized_matmul(codes[0], codes[1].T, scale, scale, 4000.0),
    ]


def compare(results, expected, limit=4e-3):
    """None, or what is wrong. Codes of a quantisation are equal; those of a product may be the
    neighbour; floats agree as products of FP8 do, whose sums have some 14 bits."""
    if len(results) != len(expected):
        return f"{len(results)} results, {len(expected)} expected"
    for i, (x, y) in enumerate(zip(results, expected)):
        x = x.cpu()
        if x.shape != y.shape or x.dtype != y.dtype:
            return f"result {i} is {x.dtype} {tuple(x.shape)}, expected {y.dtype} {tuple(y.shape)}"
        if x.dtype in (F8, F85, E8M0, torch.uint8):
            different = (x.view(torch.uint8) != y.view(torch.uint8)).sum().item()
            if different:
                return f"result {i}: {different} of {x.numel()} codes differ"
        elif x.dtype == torch.int8:
            if (x.int() - y.int()).abs().max() > 1:
                return f"result {i}: a code differs by more than 1"
        else:
            error = ((x.double() - y.double()).norm() / y.double().norm().clamp_min(1e-30)).item()
            if not error <= limit:  # NaN too
                return f"result {i}: relative error {error:.3g}"
    return None


def check_ops():
    from torch.library import opcheck

    x, w, bias = (normal("cuda", i, *shape) for i, shape in ((0, (64, 1024)), (1, (512, 1024)), (2, (512,))))
    for codes in (torch.int8, F8):
        utils = ["test_autograd_registration", "test_faketensor", "test_aot_dispatch_dynamic"]
        utils += ["test_schema"] if codes == torch.int8 else []  # torch cannot compare FP8, as this does
        q, s = gqt.quantize(x, (1, 128), codes)
        wq, ws = gqt.quantize(w, (128, 128), codes)
        grad = lambda tensor: tensor.clone().requires_grad_()
        opcheck(_ops.quantize.default, (x, (1, 128), codes), test_utils=utils)
        opcheck(_ops.scaled_matmul.default, (q, s, wq, ws, *BLOCKS, BF16), test_utils=utils)
        opcheck(_ops.scaled_matmul_out.default, (q, s, wq, ws, *BLOCKS, torch.empty(64, 512, device="cuda")),
                test_utils=utils)  # fmt: skip
        opcheck(_ops.linear.default, (grad(x), wq, ws, grad(bias), None, *BLOCKS, "relu"), test_utils=utils)
        opcheck(_ops.training_linear.default, (grad(x), grad(w), grad(bias), *BLOCKS, (1, 128), (128, 128), codes, codes),
                test_utils=utils)  # fmt: skip


def ops_on_meta(device="meta"):
    """The programs of check_ops and of the checks below."""
    x, w, bias = (normal(device, i, *shape) for i, shape in ((0, (64, 1024)), (1, (512, 1024)), (2, (512,))))
    for codes in (torch.int8, F8):
        q, s = gqt.quantize(x, (1, 128), codes)
        wq, ws = gqt.quantize(w, (128, 128), codes)
        gqt.scaled_matmul(q, s, wq, ws, *BLOCKS, BF16)
        _ops.scaled_matmul_out(q, s, wq, ws, *BLOCKS, torch.empty(64, 512, device=device))
        grad = lambda tensor: tensor.clone().requires_grad_()
        gqt.linear(grad(x), wq, ws, grad(bias), None, *BLOCKS, "relu").sum().backward()
        gqt.training_linear(grad(x), grad(w), grad(bias), *BLOCKS, (1, 128), (128, 128), codes, codes).sum().backward()
    model(device)(x).sum().backward()
    model(device, False)(x)


def model(device, training=True):
    torch.manual_seed(0)
    made = nn.Sequential(nn.Linear(1024, 512), nn.GELU(), nn.Linear(512, 1024)).to(BF16)
    return gqt.quantize_(made, training=training).to(device)


def check_compile():
    for training in (True, False):
        eager = model("cuda", training)
        compiled = torch.compile(eager, fullgraph=True, dynamic=True)
        for rows in (64, 200, 33):
            x = normal("cuda", rows, rows, 1024)
            results = []
            for call in (eager, compiled):
                eager.zero_grad()
                y = call(x)
                if training:
                    y.square().mean().backward()
                results.append([y.detach(), *(p.grad.clone() for p in eager.parameters() if p.grad is not None)])
            # An elementwise op that is fused may round elsewhere, and a code with it.
            wrong = compare(results[1], [r.cpu() for r in results[0]], limit=0.02)
            assert not wrong, wrong


def check_capture():
    layers = model("cuda", False)
    x = normal("cuda", 0, 64, 1024)
    with torch.no_grad():
        expected = layers(x)  # loads what is captured
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            y = layers(x)
        for seed in (1, 2):
            x.copy_(normal("cuda", seed, 64, 1024))
            graph.replay()
            torch.cuda.synchronize()
            assert torch.equal(y, layers(x)) and not torch.equal(y, expected)


def check_streams_and_threads():
    layers = model("cuda", False)
    inputs = [normal("cuda", seed, 64 + seed, 1024) for seed in range(16)]
    with torch.no_grad():
        expected = [layers(x) for x in inputs]
        torch.cuda.synchronize()
        wrong = []

        def work(i):
            with torch.no_grad():
                for _ in range(2):
                    stream = torch.cuda.Stream()
                    with torch.cuda.stream(stream):
                        for _ in range(20):
                            y = layers(inputs[i])
                    stream.synchronize()
                    if not torch.equal(y, expected[i]):
                        wrong.append(i)

        threads = [threading.Thread(target=work, args=(i,)) for i in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not wrong, f"threads {wrong} have other results"


def check_rows_do_not_compile():
    layers = model("cuda", False)
    layers(normal("cuda", 0, 64, 1024))
    before = len(_programs._functions)
    for rows in (0, 1, 2, 65, 1000):
        assert layers(normal("cuda", 0, rows, 1024)).shape == (rows, 1024)
    assert len(_programs._functions) == before


CHECKS = [check_ops, check_compile, check_capture, check_streams_and_threads, check_rows_do_not_compile,
          *gpu_calls.CHECKS]  # fmt: skip


def run_case(name):
    wrong = compare(CASES[name]("cuda"), CASES[name]("cpu"))
    assert not wrong, wrong


def programs():
    """Runs everything on "meta"."""
    for function in CASES.values():
        function("meta")
    ops_on_meta()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--precompile", metavar="FOLDER", help="compile what the cases need, and end")
    parser.add_argument("--target", default="h200")
    options = parser.parse_args()
    if options.precompile:
        with gqt.precompile(options.precompile, target=options.target):
            programs()
        gpu_calls.precompile(options.precompile, options.target)
        print("%d bundles, %d bytes" % gridquant.cache.Cache(options.precompile).size())
        return 0
    cases = [(name, lambda name=name: run_case(name)) for name in CASES]
    return gpu_checks.run(cases + [(check.__name__, check) for check in CHECKS])


if __name__ == "__main__":
    sys.exit(main())
