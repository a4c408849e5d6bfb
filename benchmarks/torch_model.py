#!/usr/bin/env python3
"""A transformer in FP8 beside bf16: loss while it learns, noise layer by layer, speed.

    python3 benchmarks/torch_model.py --precompile FOLDER --target h200     # where gq-compile is
    GQ_CACHE_DIR=FOLDER python3 benchmarks/torch_model.py --json model.json --plots FOLDER   # where the GPU is
    python3 benchmarks/torch_model.py --device cpu --hidden 128 --mlp 256 --layers 1 --heads 2 --vocab 64 --tokens 64 --steps 3

Linear layers become FP8 by one call of gridquant.torch.quantize_; embeddings, attention, norms and the last layer stay.
With --hf the model is transformers' LlamaForCausalLM of the same sizes, its weights made here. What is learnt is a language
in which each token has eight successors.
"""

import argparse
import copy
import json
import math
import pathlib
import statistics
import sys

import gridquant.torch as gqt
import svg
import torch
from torch import nn
from torch_mlp import gpu_times

BF16 = torch.bfloat16
SUCCESSORS = 8


class Block(nn.Module):
    """Pre-norm, causal attention without positions, gated MLP."""

    def __init__(self, hidden, mlp, heads):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.RMSNorm(hidden), nn.RMSNorm(hidden)
        self.qkv, self.proj = nn.Linear(hidden, 3 * hidden, bias=False), nn.Linear(hidden, hidden, bias=False)
        self.gate, self.up = nn.Linear(hidden, mlp, bias=False), nn.Linear(hidden, mlp, bias=False)
        self.down = nn.Linear(mlp, hidden, bias=False)

    def forward(self, x):
        q, k, v = (t.unflatten(-1, (self.heads, -1)).transpose(1, 2) for t in self.qkv(self.norm1(x)).chunk(3, -1))
        y = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.proj(y.transpose(1, 2).flatten(2))
        y = self.norm2(x)
        return x + self.down(nn.functional.silu(self.gate(y)) * self.up(y))


class Transformer(nn.Module):
    def __init__(self, options):
        super().__init__()
        self.embed = nn.Embedding(options.vocab, options.hidden)
        self.blocks = nn.ModuleList(Block(options.hidden, options.mlp, options.heads) for _ in range(options.layers))
        self.norm, self.lm_head = nn.RMSNorm(options.hidden), nn.Linear(options.hidden, options.vocab, bias=False)

    def forward(self, tokens):
        x = self.embed(tokens)
        for block in self.blocks:
            x = block(x)
        return self.lm_head(self.norm(x))


class Logits(nn.Module):
    """What a model of transformers gives, as a tensor."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, tokens):
        return self.model(input_ids=tokens, use_cache=False).logits


def dense(options, device):
    torch.manual_seed(0)
    if options.hf:
        from transformers import LlamaConfig, LlamaForCausalLM

        model = Logits(LlamaForCausalLM(LlamaConfig(
            vocab_size=options.vocab, hidden_size=options.hidden, intermediate_size=options.mlp,
            num_hidden_layers=options.layers, num_attention_heads=options.heads,
            num_key_value_heads=options.heads, max_position_embeddings=options.length)))  # fmt: skip
    else:
        model = Transformer(options)
    return model.to(device, BF16)


def quantised(model, training):
    return gqt.quantize_(model, training=training, filter=lambda name, layer: "lm_head" not in name)


def batch(options, device, seed):
    """Tokens, batch x (length + 1)."""
    shape = (options.tokens // options.length, options.length + 1)
    generator = torch.Generator().manual_seed(seed)
    table = torch.randint(options.vocab, (options.vocab, SUCCESSORS), generator=torch.Generator().manual_seed(0))
    tokens = torch.randint(options.vocab, shape, generator=generator)
    choice = torch.randint(SUCCESSORS, shape, generator=generator)
    for i in range(1, shape[1]):
        tokens[:, i] = table[tokens[:, i - 1], choice[:, i]]
    return tokens.to(device)


def loss_of(model, tokens):
    logits = model(tokens[:, :-1]).float()
    return nn.functional.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten())


def train(model, options, device):
    optimizer = torch.optim.AdamW(model.parameters(), lr=options.rate)
    losses = []
    for step in range(options.steps):
        loss = loss_of(model, batch(options, device, step))
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    return losses


def outputs_of(model, tokens):
    """Of all linear layers, in order, and of the model."""
    outputs, handles = {}, []
    for name, layer in model.named_modules():
        if isinstance(layer, (nn.Linear, gqt.Linear)):
            handles.append(layer.register_forward_hook(
                lambda layer, args, y, name=name: outputs.__setitem__(name, y.detach().float())))  # fmt: skip
    with torch.no_grad():
        outputs["logits"] = model(tokens).float()
    for handle in handles:
        handle.remove()
    return outputs


def decibels(exact, other):
    return 20 * math.log10((exact.norm() / (other - exact).norm().clamp(min=1e-30)).item())


def learn(options, device):
    """Losses of both, step by step; then the bf16 model and its quantised copy on tokens that neither has seen."""
    model = dense(options, device)
    report = {"bf16": train(model, options, device)}
    report["fp8"] = train(quantised(dense(options, device), True), options, device)
    served = quantised(copy.deepcopy(model), False)
    unseen = batch(options, device, 1_000_000)
    with torch.no_grad():
        of = {"bf16": loss_of(model, unseen).item(), "fp8": loss_of(served, unseen).item()}
    exact, noisy = outputs_of(model, unseen[:, :-1]), outputs_of(served, unseen[:, :-1])
    noise = {name: decibels(y, noisy[name]) for name, y in exact.items() if name in noisy}
    return {"losses": report, "unseen loss": of, "noise dB": noise}


def times(options):
    """Medians in ms, in turns."""
    tokens = batch(options, "cuda", 0)
    models = {"bf16": dense(options, "cuda"), "fp8": quantised(dense(options, "cuda"), False)}
    learners = {"bf16": dense(options, "cuda"), "fp8": quantised(dense(options, "cuda"), True)}
    optimizers = {name: torch.optim.AdamW(m.parameters(), lr=options.rate, fused=True) for name, m in learners.items()}

    def forward(name):
        with torch.no_grad():
            models[name](tokens[:, :-1])

    def step(name):
        loss_of(learners[name], tokens).backward()
        optimizers[name].step()
        optimizers[name].zero_grad()

    return {what: gpu_times({name: lambda call=call, name=name: call(name) for name in models}, rounds=20)
            for what, call in (("forward ms", forward), ("step ms", step))}  # fmt: skip


def on_meta(options):
    """Everything that compiles something: layers one by one, as models of transformers need values between them."""
    for training in (True, False):
        for layer in quantised(dense(options, "meta"), training).modules():
            if isinstance(layer, (gqt.TrainingLinear, gqt.Linear)):
                x = torch.empty(options.tokens, layer.in_features, dtype=BF16, device="meta", requires_grad=training)
                y = layer(x)
                if training:
                    y.sum().backward()


def draw(report, folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    losses = report["losses"]
    steps = len(losses["bf16"])
    about = f"{report['device']}, {report['model']}"
    shown = [i for i in range(steps) if i % max(steps // 10, 1) == 0 or i == steps - 1]
    (folder / "model-loss.svg").write_text(svg.lines(
        "Loss while learning", about, "cross entropy", [str(i + 1) for i in shown],
        {name: (False, [of[i] for i in shown]) for name, of in losses.items()}))  # fmt: skip
    noise = report["noise dB"]
    (folder / "model-noise.svg").write_text(svg.lines(
        "Signal to noise of what layers give, quantised beside bf16", about, "dB", list(noise),
        {"fp8": (False, list(noise.values()))}))  # fmt: skip


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, size in (("tokens", 8192), ("length", 1024), ("hidden", 4096), ("mlp", 14336), ("layers", 2),
                       ("heads", 32), ("vocab", 8192), ("steps", 50)):  # fmt: skip
        parser.add_argument(f"--{name}", type=int, default=size)
    parser.add_argument("--rate", type=float, default=3e-4)
    parser.add_argument("--hf", action="store_true", help="a model of transformers")
    parser.add_argument("--device", default="cuda", choices=["cuda", "cpu"])
    parser.add_argument("--precompile", metavar="FOLDER", help="compile what is measured, and end")
    parser.add_argument("--target", default="h200")
    parser.add_argument("--json", help="where the numbers are written")
    parser.add_argument("--plots", metavar="FOLDER", help="where model-loss.svg and model-noise.svg are written")
    options = parser.parse_args(arguments)
    options.length = min(options.length, options.tokens)
    return options


def main(arguments=None):
    options = parse(arguments)
    if options.precompile:
        with gqt.precompile(options.precompile, target=options.target):
            on_meta(options)
        return 0
    if options.device == "cuda" and not torch.cuda.is_available():
        sys.exit("torch finds no GPU; --device cpu computes on the reference")
    report = {"device": torch.cuda.get_device_name() if options.device == "cuda" else "CPU reference",
              "torch": torch.__version__,
              "model": f"{'LlamaForCausalLM' if options.hf else 'transformer'}, {options.layers} layers, hidden "
                       f"{options.hidden}, MLP {options.mlp}, {options.tokens} tokens",
              **learn(options, options.device)}  # fmt: skip
    if options.device == "cuda":
        report.update(times(options))
    print(f"{report['device']}, torch {report['torch']}: {report['model']}")
    for step in range(0, options.steps, max(options.steps // 5, 1)):
        print(f"  step {step + 1}: loss " + ", ".join(f"{n} {of[step]:.4f}" for n, of in report["losses"].items()))
    last = {name: statistics.mean(of[-5:]) for name, of in report["losses"].items()}
    print(f"  last five: bf16 {last['bf16']:.4f}, fp8 {last['fp8']:.4f} ({100 * (last['fp8'] / last['bf16'] - 1):+.2f} %)")
    unseen = report["unseen loss"]
    print(f"  unseen tokens: bf16 {unseen['bf16']:.4f}, its weights in fp8 {unseen['fp8']:.4f} "
          f"({100 * (unseen['fp8'] / unseen['bf16'] - 1):+.2f} %)")  # fmt: skip
    for name, of in report["noise dB"].items():
        print(f"  {name:40} {of:6.1f} dB")
    for what in ("forward ms", "step ms"):
        if what in report:
            of = report[what]
            print(f"  {what}: bf16 {of['bf16']:.3f}, fp8 {of['fp8']:.3f}, {of['bf16'] / of['fp8']:.2f}x")
    if options.json:
        with open(options.json, "w") as file:
            json.dump(report, file, indent=1)
    if options.plots:
        draw(report, options.plots)
    return 0


if __name__ == "__main__":
    sys.exit(main())
