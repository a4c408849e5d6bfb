#!/usr/bin/env python3
"""A two-layer MLP in torch, in FP8 beside bf16: forward, training step, loss, and host time.

    python3 benchmarks/torch_mlp.py --precompile FOLDER --target h200     # where gq-compile is
    GQ_CACHE_DIR=FOLDER python3 benchmarks/torch_mlp.py --json mlp.json   # where the GPU is

Both sides are measured in one run, in turns: eager and through torch.compile. FP8 times have the
quantisation of activations in them, those of training that of weights and gradients as well.
"""

import argparse
import json
import statistics
import sys
import time

import gridquant
import gridquant.torch as gqt
import torch
from gridquant.compiler import compile_bytes
from torch import nn

BF16, F8 = torch.bfloat16, torch.float8_e4m3fn


def mlp(options, device):
    torch.manual_seed(0)
    with torch.device(device):
        return nn.Sequential(nn.Linear(options.features, options.hidden, bias=False, dtype=BF16), nn.GELU(),
                             nn.Linear(options.hidden, options.features, bias=False, dtype=BF16))  # fmt: skip


class Fused(nn.Module):
    """The MLP with weights quantised ahead, and GELU behind the first product, in its program."""

    def __init__(self, dense):
        super().__init__()
        self.up = gqt.Linear.from_linear(dense[0], activation="gelu")
        self.down = gqt.Linear.from_linear(dense[2])

    def forward(self, x):
        return self.down(self.up(x))


def training(options, device):
    return gqt.quantize_(mlp(options, device), training=True)


def batch(options, device, seed=0):
    if device == "meta":
        return torch.empty(options.tokens, options.features, dtype=BF16, device=device)
    generator = torch.Generator(device).manual_seed(seed)
    return torch.randn(options.tokens, options.features, dtype=BF16, device=device, generator=generator)


def step(model, optimizer, x, target):
    loss = nn.functional.mse_loss(model(x), target)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss


def gpu_times(calls, rounds=30):
    """The median of each call in ms; the calls take turns, so that clocks are the same for all."""
    for call in calls.values():
        for _ in range(5):
            call()
    times = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
            start.record()
            call()
            end.record()
            end.synchronize()
            times[name].append(start.elapsed_time(end))
    return {name: statistics.median(of) for name, of in times.items()}


def forward_times(options):
    dense = mlp(options, "cuda")
    quantised, behind = gqt.quantize_(mlp(options, "cuda")), Fused(dense)
    apart = gqt.quantize_(mlp(options, "cuda"), fuse=False)
    x = batch(options, "cuda")
    models = {"bf16": dense, "fp8, weights ahead": quantised, "fp8, weights ahead, GELU of torch": apart,
              "fp8, weights ahead, GELU of the first layer": behind,
              "fp8, weights on the way": training(options, "cuda")}  # fmt: skip
    models.update({f"{name}, compiled": torch.compile(model, fullgraph=True) for name, model in list(models.items())})
    with torch.no_grad():
        exact = dense(x).float()
        noise = (quantised(x).float() - exact).norm() / exact.norm()
        return gpu_times({name: lambda model=model: model(x) for name, model in models.items()}), noise.item()


def step_times(options):
    x, target = batch(options, "cuda"), batch(options, "cuda", 1)
    calls = {}
    for name, make in (("bf16", mlp), ("fp8", training)):
        for compiled in (False, True):
            model = make(options, "cuda")
            optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5, fused=True)
            run = torch.compile(model, fullgraph=True) if compiled else model
            calls[name + (", compiled" if compiled else "")] = (
                lambda run=run, optimizer=optimizer: step(run, optimizer, x, target))  # fmt: skip
    return gpu_times(calls, rounds=15)


def losses(options):
    """The mean of the last five of `steps` losses, of the same batches; what is learnt is another
    MLP."""
    torch.manual_seed(1)
    teacher = mlp(options, "cuda")
    with torch.no_grad():
        for parameter in teacher.parameters():
            parameter.mul_(2)
    result = {}
    for name, make in (("bf16", mlp), ("fp8", training)):
        model = make(options, "cuda")
        optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, fused=True)
        of = []
        for i in range(options.steps):
            x = batch(options, "cuda", 100 + i)
            with torch.no_grad():
                target = teacher(x)
            of.append(step(model, optimizer, x, target).item())
        result[name] = {"first": of[0], "last": statistics.mean(of[-5:])}
    return result


def host_programs(options):
    n = options.features
    return gridquant.matmul(n=n, k=n, out="bf16"), gridquant.linear(n=n, k=n)


def host_times(options, calls=2000):
    """Microseconds of the calling thread for a call with 16 rows, while the GPU keeps up."""
    dense = nn.Linear(options.features, options.features, bias=False, dtype=BF16, device="cuda")
    layer = gqt.Linear.from_linear(dense)
    x = batch(options, "cuda")[:16].contiguous()
    q, s = gqt.quantize(x, (1, 128), F8)
    one = torch.ones((), device="cuda")
    w, ws = layer.weight, layer.weight_scale_inv
    matmul, linear = (program.compile(target=options.target, device=0) for program in host_programs(options))
    operands = {"a": q, "b": w, "a_scales": s, "b_scales": ws}
    given = [operands[tensor.name] for tensor in host_programs(options)[0].inputs]
    plans = matmul.plan(*given), linear.plan(x, w, ws)
    out = torch.empty_like(x)
    space = torch.empty(plans[1].workspace_size, dtype=torch.uint8, device="cuda")
    stream = torch.cuda.current_stream().cuda_stream
    measured = {
        "function (one kernel)": lambda: matmul(*given),
        "plan (one kernel)": lambda: plans[0](*given),
        "plan, result given (one kernel)": lambda: plans[0](*given, outs=out),
        "plan, result and stream given (one kernel)": lambda: plans[0](*given, outs=out, stream=stream),
        "function (two kernels)": lambda: linear(x, w, ws),
        "plan (two kernels)": lambda: plans[1](x, w, ws),
        "plan, result and workspace given (two kernels)": lambda: plans[1](x, w, ws, outs=out, workspace=space),
        "gridquant.torch.linear (two kernels)": lambda: gqt.linear(x, w, ws),
        "gridquant.torch.scaled_matmul": lambda: gqt.scaled_matmul(q, s, w, ws, (1, 128), (128, 128), BF16),
        "torch._scaled_mm": lambda: torch._scaled_mm(q, w.t(), one, one, out_dtype=BF16),
        "torch.nn.functional.linear, bf16": lambda: nn.functional.linear(x, dense.weight),
    }
    result = {}
    with torch.inference_mode():  # as who serves has it: nothing of autograd is called
        for name, call in measured.items():
            times = []
            for _ in range(20):
                torch.cuda.synchronize()
                start = time.perf_counter()
                for _ in range(calls // 20):
                    call()
                times.append((time.perf_counter() - start) / (calls // 20) * 1e6)
            result[name] = statistics.median(times)
    return result


def on_meta(options):
    """Everything that compiles something."""
    x = batch(options, "meta")
    Fused(mlp(options, "meta"))(x)
    gqt.quantize_(mlp(options, "meta"))(x)
    gqt.quantize_(mlp(options, "meta"), fuse=False)(x)
    model = training(options, "meta")
    model(x).sum().backward()
    q, s = gqt.quantize(x, (1, 128), F8)
    layer = gqt.Linear.from_linear(nn.Linear(options.features, options.features, bias=False, dtype=BF16, device="meta"))
    layer(x)
    gqt.scaled_matmul(q, s, layer.weight, layer.weight_scale_inv, (1, 128), (128, 128), BF16)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, size in (("tokens", 4096), ("features", 8192), ("hidden", 8192), ("steps", 50)):
        parser.add_argument(f"--{name}", type=int, default=size)
    parser.add_argument("--precompile", metavar="FOLDER", help="compile what is measured, and end")
    parser.add_argument("--target", default="h200")
    parser.add_argument("--json", help="where the numbers are written")
    options = parser.parse_args()
    if options.precompile:
        with gqt.precompile(options.precompile, target=options.target):
            on_meta(options)
        for program in host_programs(options):
            compile_bytes(program, target=options.target, cache=options.precompile)
        return 0
    if not torch.cuda.is_available():
        sys.exit("torch finds no GPU")
    print(f"{torch.cuda.get_device_name()}, torch {torch.__version__}: {options.tokens} tokens, "
          f"{options.features} -> {options.hidden} -> {options.features}")  # fmt: skip
    forward, noise = forward_times(options)
    report = {"device": torch.cuda.get_device_name(), "torch": torch.__version__, "tokens": options.tokens,
              "features": options.features, "hidden": options.hidden, "forward ms": forward,
              "forward relative error": noise, "step ms": step_times(options), "loss": losses(options),
              "host us": host_times(options)}  # fmt: skip
    for what in ("forward ms", "step ms"):
        print(f"{what}:")
        for name, ms in report[what].items():
            base = report[what]["bf16, compiled" if "compiled" in name else "bf16"]
            print(f"  {name:46} {ms:8.3f}  {base / ms:.2f}x bf16")
    print(f"forward relative error {noise:.4f}")
    loss = report["loss"]
    print(f"loss after {options.steps} steps: bf16 {loss['bf16']['last']:.6g} (first {loss['bf16']['first']:.6g}), "
          f"fp8 {loss['fp8']['last']:.6g}, {100 * (loss['fp8']['last'] / loss['bf16']['last'] - 1):+.2f} %")  # fmt: skip
    for name, us in report["host us"].items():
        print(f"host us: {name:46} {us:.1f}")
    if options.json:
        with open(options.json, "w") as file:
            json.dump(report, file, indent=1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
