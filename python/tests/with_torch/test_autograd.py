"""Gradients, against those of the same formula on what codes stand for."""

import pytest
import torch
import torch.nn.functional as F
import gridquant.torch as gqt

F8, F85 = torch.float8_e4m3fn, torch.float8_e5m2


def wide(x, block, dtype=F8):
    """What quantised x stands for."""
    rows = x.reshape(-1, x.shape[-1])
    q, scales = gqt.quantize(rows, block, dtype)
    grid = scales.repeat_interleave(block[0], 0).repeat_interleave(block[1], 1)[: rows.shape[0], : rows.shape[1]]
    return (q.float() * grid).view(x.shape)


ACTIVATIONS = {None: lambda x: x, "relu": F.relu, "silu": F.silu, "gelu": F.gelu,
               "gelu_tanh": lambda x: F.gelu(x, approximate="tanh")}  # fmt: skip


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_linear(activation, normal):
    x = normal(0, 2, 20, 272, dtype=torch.float32).requires_grad_()
    bias = normal(1, 48, dtype=torch.float32).requires_grad_()
    residual = normal(2, 2, 20, 48, dtype=torch.float32).requires_grad_()
    w, ws = gqt.quantize(normal(3, 48, 272), (128, 128), F8)
    dy = normal(4, 2, 20, 48, dtype=torch.float32)
    y = gqt.linear(x, w, ws, bias, residual, (1, 128), (128, 128), activation)
    y.backward(dy)
    weight = wide(normal(3, 48, 272), (128, 128))
    z = (wide(x.detach(), (1, 128)) @ weight.T + bias.detach()).requires_grad_()
    # The slope's argument is without the bias' gradient path: bias is inside z.
    expected = ACTIVATIONS[activation](z)
    expected.backward(dy)
    torch.testing.assert_close(y, expected + residual, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(residual.grad, dy)
    torch.testing.assert_close(bias.grad, z.grad.sum((0, 1)), rtol=1e-3, atol=1e-3)
    torch.testing.assert_close(x.grad, wide(z.grad, (1, 128)) @ weight, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_linear_behind_an_activation(activation, normal):
    x = normal(0, 20, 272, dtype=torch.float32).requires_grad_()
    w, ws = gqt.quantize(normal(3, 48, 272), (128, 128), F8)
    dy = normal(4, 20, 48, dtype=torch.float32)
    y = gqt.linear(x, w, ws, None, None, (1, 128), (128, 128), "silu", activation)
    y.backward(dy)
    weight, apart = wide(normal(3, 48, 272), (128, 128)), x.detach().requires_grad_()
    before = ACTIVATIONS[activation](apart)
    z = (wide(before.detach(), (1, 128)) @ weight.T).requires_grad_()
    expected = F.silu(z)
    expected.backward(dy)
    torch.testing.assert_close(y, expected, rtol=1e-4, atol=1e-4)
    before.backward(wide(z.grad, (1, 128)) @ weight)
    torch.testing.assert_close(x.grad, apart.grad, rtol=1e-3, atol=1e-3)


def test_linear_of_weights_in_rows_of_blocks(normal):
    """Blocks that are no squares: the transpose of codes has those of the transpose."""
    x = normal(0, 20, 256, dtype=torch.float32).requires_grad_()
    w, ws = gqt.quantize(normal(3, 96, 256), (32, 64), F8)
    dy = normal(4, 20, 96, dtype=torch.float32)
    gqt.linear(x, w, ws, None, None, (1, 64), (32, 64)).backward(dy)
    expected = wide(dy, (1, 64)) @ wide(normal(3, 96, 256), (32, 64))
    torch.testing.assert_close(x.grad, expected, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("grad_dtype", [F8, F85])
def test_training_linear(grad_dtype, normal):
    x, w, b = (normal(i, *shape, dtype=torch.float32).requires_grad_()
               for i, shape in enumerate(((3, 50, 272), (48, 272), (48,))))  # fmt: skip
    dy = normal(4, 3, 50, 48, dtype=torch.float32)
    y = gqt.training_linear(x, w, b, (1, 128), (128, 128), (1, 128), (128, 128), F8, grad_dtype)
    y.backward(dy)
    codes = lambda tensor, block, dtype=F8: wide(tensor.detach(), block, dtype)
    expected = codes(x, (1, 128)) @ codes(w, (128, 128)).T + b
    torch.testing.assert_close(y, expected, rtol=1e-4, atol=1e-3)
    torch.testing.assert_close(x.grad, codes(dy, (1, 128), grad_dtype) @ codes(w, (128, 128)), rtol=1e-3, atol=1e-3)
    rows = lambda tensor, dtype: codes(tensor.detach().reshape(-1, tensor.shape[-1]), (128, 128), dtype)
    torch.testing.assert_close(w.grad, rows(dy, grad_dtype).T @ rows(x, F8), rtol=1e-3, atol=1e-3)
    torch.testing.assert_close(b.grad, dy.sum((0, 1)), rtol=1e-4, atol=1e-4)


def test_only_what_is_needed(normal):
    x, w = normal(0, 9, 272), normal(1, 48, 272).requires_grad_()
    gqt.training_linear(x, w, None, (1, 128), (128, 128), (1, 128), (128, 128), F8, F8).sum().backward()
    assert x.grad is None and w.grad.shape == w.shape


def test_codes_have_no_gradient(normal):
    q, scales = gqt.quantize(normal(0, 9, 272).requires_grad_(), (1, 128), F8)
    assert not q.requires_grad and not scales.requires_grad
