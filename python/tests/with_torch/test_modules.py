"""Layers, quantize_, and checkpoints."""

import json

import pytest
import torch
import gridquant.torch as gqt
from torch import nn

safetensors = pytest.importorskip("safetensors.torch")

E8M0 = torch.float8_e8m0fnu


def linear(seed=0, k=272, n=48, bias=True):
    torch.manual_seed(seed)
    return nn.Linear(k, n, bias=bias, dtype=torch.bfloat16)


def near(a, b, limit):
    assert ((a.float() - b.float()).norm() / b.float().norm()).item() < limit


def test_linear_from_linear(normal):
    dense = linear()
    layer = gqt.Linear.from_linear(dense)
    x = normal(0, 2, 9, 272)
    near(layer(x), dense(x), 0.05)
    near(layer.dequantize(), dense.weight, 0.04)
    assert layer.bias is dense.bias
    assert list(layer.state_dict()) == ["bias", "weight", "weight_scale_inv"]
    residual = normal(1, 2, 9, 48)
    near(layer(x, residual), dense(x) + residual, 0.05)
    assert "272, 48, bias=True, block=(128, 128), torch.float8_e4m3fn" in repr(layer)


def test_linear_with_other_formats(normal):
    dense, x = linear(), normal(0, 9, 272)
    for options, limit in (({"dtype": torch.float8_e5m2}, 0.1), ({"scale_dtype": E8M0}, 0.05),
                           ({"block": (1, 32), "x_block": (1, 32)}, 0.05), ({"dtype": torch.int8}, 0.02),
                           ({"activation": "silu"}, 0.05)):  # fmt: skip
        layer = gqt.Linear.from_linear(dense, **options)
        y = dense(x)
        near(layer(x), nn.functional.silu(y) if "activation" in options else y, limit)
    with pytest.raises(ValueError, match="activation is 'swish'"):
        gqt.Linear(8, 8, activation="swish")
    with pytest.raises(TypeError, match="dtype is torch.float32, need one of torch.float8_e4m3fn"):
        gqt.Linear(8, 8, dtype=torch.float32)


def test_codes_survive_conversions(normal):
    layer = gqt.Linear.from_linear(linear())
    before = layer.weight.view(torch.uint8).clone()
    layer.half().to(torch.bfloat16)
    assert layer.weight.dtype == torch.float8_e4m3fn and layer.weight_scale_inv.dtype == torch.float32
    assert torch.equal(layer.weight.view(torch.uint8), before)
    assert layer.bias.dtype == torch.bfloat16


def test_training_linear_shares_parameters(normal):
    dense = linear()
    layer = gqt.TrainingLinear.from_linear(dense)
    assert layer.weight is dense.weight and layer.bias is dense.bias
    x = normal(0, 9, 272).requires_grad_()
    near(layer(x), dense(x), 0.05)
    layer(x).sum().backward()
    assert dense.weight.grad is not None and x.grad is not None


@pytest.mark.parametrize("kind", [gqt.Linear, gqt.TrainingLinear])
def test_autocast(kind, normal):
    torch.manual_seed(0)
    dense = nn.Linear(272, 48)
    layer = kind.from_linear(dense)
    x = normal(0, 9, 272, dtype=torch.float32).requires_grad_()
    with torch.autocast("cpu", torch.bfloat16):
        y = layer(x)
    assert y.dtype == torch.bfloat16
    near(y, dense(x), 0.05)
    y.sum().backward()
    assert x.grad.dtype == dense.bias.grad.dtype == torch.float32
    assert kind is gqt.Linear or dense.weight.grad.dtype == torch.float32


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(64)
        self.mlp = nn.Sequential(nn.Linear(64, 128), nn.GELU(), nn.Linear(128, 64))
        self.head = nn.Linear(64, 10, bias=False)

    def forward(self, x):
        return self.head(x + self.mlp(self.norm(x)))


def test_quantize_():
    model = Block().bfloat16()
    before = model(torch.ones(3, 64, dtype=torch.bfloat16))
    assert gqt.quantize_(model, filter=lambda name, layer: name != "head") is model
    assert [type(layer) for layer in (model.mlp[0], model.mlp[2], model.head)] == [gqt.Linear, gqt.Linear, nn.Linear]
    near(model(torch.ones(3, 64, dtype=torch.bfloat16)), before, 0.1)
    assert type(model.mlp[1]) is nn.Identity and model.mlp[2].x_activation == "gelu"
    assert "x_activation='gelu'" in repr(model.mlp[2]) and model.mlp[0].x_activation is None
    gqt.quantize_(model, training=True, grad_dtype=torch.float8_e5m2)
    assert type(model.head) is gqt.TrainingLinear and model.head.grad_dtype == torch.float8_e5m2
    with pytest.raises(TypeError, match="use from_linear"):
        gqt.quantize_(linear())


def sequence(*between):
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(64, 128), *between, nn.Linear(128, 64)).bfloat16()


@pytest.mark.parametrize("between", [nn.GELU(), nn.GELU("tanh"), nn.SiLU(), nn.ReLU()])
def test_fused_activations(between, normal):
    x = normal(0, 9, 64)
    apart, fused = gqt.quantize_(sequence(between), fuse=False), gqt.quantize_(sequence(between))
    assert apart[1] is between and type(fused[1]) is nn.Identity
    near(fused(x), apart(x), 0.002)


def test_activations_that_stay():
    hooked = nn.GELU()
    hooked.register_forward_hook(lambda *arguments: None)
    for between in ((hooked,), (nn.GELU(), nn.Dropout()), (nn.Tanh(),)):
        model = gqt.quantize_(sequence(*between))
        assert list(model[1:-1]) == list(between) and model[-1].x_activation is None
    training = gqt.quantize_(sequence(nn.GELU()), training=True)
    assert type(training[1]) is nn.GELU


def test_training_goes_where_bf16_goes():
    """The loss of a small regression after 50 steps, beside the same with bf16 layers."""
    losses = []
    for training in (False, True):
        torch.manual_seed(0)
        model = nn.Sequential(nn.Linear(64, 128), nn.GELU(), nn.Linear(128, 64)).bfloat16()
        if training:
            gqt.quantize_(model, training=True)
        optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
        x = torch.randn(256, 64).bfloat16()
        target = torch.tanh(x.float() @ (torch.randn(64, 64) / 8))
        for _ in range(50):
            loss = nn.functional.mse_loss(model(x).float(), target)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        losses.append(loss.item())
    assert losses[0] < 0.08 and abs(losses[1] - losses[0]) < 0.15 * losses[0], losses


@pytest.mark.parametrize("scale", ["f32", "bf16", "e8m0", "bits"])
@pytest.mark.parametrize("layout", ["file", "folder", "index"])
def test_checkpoint(scale, layout, tmp_path, normal):
    source = {f"mlp.{i}": layer for i, layer in ((0, linear(1, 300, 200)), (2, linear(2, 200, 300)))}
    tensors, expected = {"norm.weight": torch.full((300,), 2.0, dtype=torch.bfloat16),
                         "norm.bias": torch.ones(300, dtype=torch.bfloat16)}, {}  # fmt: skip
    for name, dense in source.items():
        quantized = gqt.Linear.from_linear(dense, scale_dtype=torch.float32 if scale in ("f32", "bf16") else E8M0)
        scales = quantized.weight_scale_inv
        if scale == "bf16":
            scales = quantized.weight_scale_inv = scales.bfloat16()
        tensors[f"{name}.weight"] = quantized.weight
        tensors[f"{name}.weight_scale_inv"] = scales.view(torch.uint8) if scale == "bits" else scales
        tensors[f"{name}.bias"] = dense.bias.detach()
        expected[name] = quantized
    path = tmp_path / "model.safetensors"
    if layout == "index":
        # Codes and scales of a layer may be in different files.
        parts = {"a.safetensors": {}, "b.safetensors": {}}
        for name, tensor in tensors.items():
            parts["b.safetensors" if name.endswith("_inv") else "a.safetensors"][name] = tensor
        for file, part in parts.items():
            safetensors.save_file(part, tmp_path / file)
        index = {name: file for file, part in parts.items() for name in part}
        (tmp_path / "model.safetensors.index.json").write_text(json.dumps({"weight_map": index}))
    else:
        safetensors.save_file(tensors, path)

    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            with torch.device("meta"):
                self.norm = nn.LayerNorm(300, dtype=torch.bfloat16)
                self.mlp = nn.Sequential(nn.Linear(300, 200), nn.GELU(), nn.Linear(200, 300)).bfloat16()

    model = gqt.load_checkpoint_(Model(), path if layout == "file" else tmp_path)
    x = normal(0, 9, 300)
    for name, quantized in expected.items():
        layer = model.get_submodule(name)
        if name == "mlp.0":
            assert torch.equal(layer(x), quantized(x))
        assert torch.equal(layer.weight.view(torch.uint8), quantized.weight.view(torch.uint8))
        assert layer.weight_scale_inv.dtype == {"f32": torch.float32, "bf16": torch.bfloat16}.get(scale, E8M0)
    assert model.norm.weight[0] == 2 and isinstance(model.norm.weight, nn.Parameter)
    assert not any(tensor.is_meta for tensor in model.state_dict().values())


@pytest.mark.parametrize("device", ["cpu", "meta"])
def test_checkpoint_of_wide_weights(device, tmp_path):
    dense = linear()
    safetensors.save_file({"0.weight": dense.weight.detach(), "0.bias": dense.bias.detach()}, tmp_path / "m.safetensors")
    model = nn.Sequential(gqt.Linear(272, 48, device=device))
    gqt.load_checkpoint_(model, tmp_path)
    assert torch.equal(model[0].weight.view(torch.uint8), gqt.Linear.from_linear(dense).weight.view(torch.uint8))


def test_checkpoint_with_the_blocks_that_its_config_says(tmp_path, normal):
    dense = linear(bias=False)
    quantized = gqt.Linear.from_linear(dense, block=(32, 64))
    safetensors.save_file({"0.weight": quantized.weight, "0.weight_scale_inv": quantized.weight_scale_inv},
                          tmp_path / "m.safetensors")  # fmt: skip
    (tmp_path / "config.json").write_text('{"quantization_config": {"weight_block_size": [32, 64]}}')
    model = gqt.load_checkpoint_(nn.Sequential(linear(bias=False)), tmp_path, x_block=(1, 64))
    assert model[0].block == (32, 64)
    near(model[0](normal(0, 9, 272)), dense(normal(0, 9, 272)), 0.05)


def test_checkpoint_that_does_not_fit(tmp_path):
    quantized = gqt.Linear.from_linear(linear())
    safetensors.save_file({"1.weight": quantized.weight, "1.weight_scale_inv": quantized.weight_scale_inv},
                          tmp_path / "m.safetensors")  # fmt: skip
    with pytest.raises(RuntimeError, match=r"missing \['0.bias', '0.weight'\], unexpected \['1.weight', '1.weight_sc"):
        gqt.load_checkpoint_(nn.Sequential(linear()), tmp_path)
    with pytest.raises(RuntimeError, match="size mismatch for 0.weight"):
        (gqt.load_checkpoint_(nn.Sequential(), tmp_path, strict=False),
         nn.Sequential(gqt.Linear(8, 8)).load_state_dict({"0.weight": quantized.weight}, strict=False))  # fmt: skip
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileNotFoundError, match="has no .safetensors file"):
        gqt.load_checkpoint_(nn.Sequential(linear()), tmp_path / "empty")


def test_layers_of_a_compiled_model(normal):
    model = gqt.quantize_(nn.Sequential(linear(1, 272, 96), nn.ReLU(), linear(2, 96, 48)))
    x = normal(0, 9, 272)
    compiled = torch.compile(model, fullgraph=True, backend="aot_eager")
    torch.testing.assert_close(compiled(x), model(x))
    training = gqt.quantize_(nn.Sequential(linear(1, 272, 96), nn.ReLU(), linear(2, 96, 48)), training=True)
    compiled = torch.compile(training, fullgraph=True, backend="aot_eager")
    grads = []
    for call in (training, compiled):
        training.zero_grad()
        call(x).square().mean().backward()
        grads.append([p.grad.clone() for p in training.parameters()])
    for a, b in zip(*grads):
        torch.testing.assert_close(a, b)
