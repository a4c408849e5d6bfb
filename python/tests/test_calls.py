"""The one-call products on NumPy arrays and, where it is there, torch tensors."""

import importlib.util

import gridquant
import numpy as np
import pytest

ml_dtypes = pytest.importorskip("ml_dtypes")
LIBRARIES = ["numpy"] + (["torch"] if importlib.util.find_spec("torch") else [])


@pytest.fixture(params=LIBRARIES)
def make(request):
    """An array of the library from one of NumPy."""
    if request.param == "numpy":
        return lambda array: array
    import torch

    names = {"float8_e4m3fn": torch.float8_e4m3fn, "float8_e5m2": torch.float8_e5m2}

    def convert(array):
        kind = names.get(array.dtype.name)
        return torch.from_numpy(array.view(np.uint8)).view(kind) if kind else torch.from_numpy(array)

    return convert


def normal(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def decode(boxes):
    """MSFP16 by its definition."""
    boxes = boxes.reshape(boxes.shape[0], -1, 17).astype(np.float64)
    m, e = boxes[..., :16], boxes[..., 16:]
    value = np.where(m >= 128, -(m - 128), m) * np.exp2(e - 134)
    return value.reshape(boxes.shape[0], -1)


@pytest.mark.parametrize("call, kind", [
    ("fp8e4m3_matmul", "float8_e4m3fn"), ("fp8e5m2_matmul", "float8_e5m2")])  # fmt: skip
def test_fp8(call, kind, make):
    x, y = (normal(i, 16, 32).astype(getattr(ml_dtypes, kind)) for i in (0, 1))
    d = getattr(gridquant, call)(make(x), make(y).T)
    assert tuple(d.shape) == (16, 16) and "float32" in str(d.dtype)
    np.testing.assert_allclose(np.asarray(d), x.astype(np.float64) @ y.astype(np.float64).T, rtol=1e-5, atol=1e-5)


def test_fp8_bits_of_numpy():
    x, y = (normal(i, 16, 32).astype(ml_dtypes.float8_e4m3fn) for i in (0, 1))
    np.testing.assert_array_equal(gridquant.fp8e4m3_matmul(x.view(np.uint8), y.view(np.uint8).T),
                                  gridquant.fp8e4m3_matmul(x, y.T))  # fmt: skip


def test_fp8_refused(make):
    x = make(normal(0, 16, 32).astype(ml_dtypes.float8_e4m3fn))
    with pytest.raises(TypeError, match="a has dtype .*, need .*float8_e5m2"):
        gridquant.fp8e5m2_matmul(x, x.T)
    with pytest.raises(ValueError, match="a has 32 columns and b 16 rows"):
        gridquant.fp8e4m3_matmul(x, x)


def test_msfp16(make):
    x, y = normal(2, 16, 32), normal(3, 16, 32)
    a, b = gridquant.fp32_to_msfp16(make(x)), gridquant.fp32_to_msfp16(make(y))
    assert tuple(a.shape) == (16, 34) and "uint8" in str(a.dtype)
    wide_a, wide_b = decode(np.asarray(a)), decode(np.asarray(b))
    largest = np.abs(x).reshape(16, 2, 16).max(2).repeat(16, 1)
    assert (np.abs(wide_a - x) <= largest / 126).all()
    d = gridquant.msfp16_matmul(a, b.T)
    np.testing.assert_allclose(np.asarray(d), wide_a @ wide_b.T, rtol=1e-6, atol=1e-6)


def test_msfp16_of_numbers_with_few_bits(make):
    x = np.zeros((3, 20), np.float32)  # padded to 16 x 32
    x[0, :4] = 1, -0.5, 127 / 64, -2.0**-6
    x[1, 0], x[1, 1] = 2.0**127, -(2.0**121)
    x[2, :3] = np.inf, -np.inf, np.nan
    boxes = np.asarray(gridquant.fp32_to_msfp16(make(x)))
    assert boxes.shape == (16, 34)
    value = decode(boxes)
    np.testing.assert_array_equal(value[0, :4], x[0, :4])
    np.testing.assert_array_equal(value[1, :2], x[1, :2])
    np.testing.assert_array_equal(value[2, :3], [127 * 2.0**121, -127 * 2.0**121, 0])
    assert boxes[0, :4].tolist() == [64, 128 + 32, 127, 128 + 1] and boxes[0, 16] == 128
    assert not value[3:].any() and not value[:, 20:].any()


def test_msfp16_small_exponents(make):
    # Written by others: an exponent below that of the least scale.
    boxes = np.zeros((16, 17), np.uint8)
    boxes[0, :2], boxes[0, 16] = (64, 128 + 64), 3
    one = gridquant.fp32_to_msfp16(np.eye(16, dtype=np.float32) * np.float32(2.0**100))
    d = gridquant.msfp16_matmul(make(boxes), make(one).T)
    np.testing.assert_array_equal(np.asarray(d)[0, :3], [2.0 ** (100 + 6 + 3 - 134), -(2.0 ** (100 + 6 + 3 - 134)), 0])


def codes(seed, *shape):
    return np.random.default_rng(seed).integers(-127, 128, shape).astype(np.int8)


def scales(seed, *shape):
    return np.random.default_rng(seed).uniform(0.5, 2, shape).astype(np.float32)


@pytest.mark.parametrize("sa, sb, block_a, block_b, wide_a, wide_b", [
    (0.5, 2.0, None, None, lambda s: s, lambda s: s),
    (scales(1, 32), scales(2, 48), None, None, lambda s: s[:, None], lambda s: s[None, :]),
    (scales(1, 32, 2), scales(2, 1, 3), None, None, lambda s: s.repeat(32, 1), lambda s: s.repeat(64, 0).repeat(16, 1)),
    (scales(1, 2, 1), scales(2, 2, 4), (20, 64), (32, 15),
     lambda s: s.repeat(20, 0)[:32].repeat(64, 1), lambda s: s.repeat(32, 0).repeat(15, 1)[:, :48]),
])  # fmt: skip
@pytest.mark.parametrize("out", [None, "one", "each"])
def test_quantized_matmul(sa, sb, block_a, block_b, wide_a, wide_b, out, make):
    a, b = codes(3, 32, 64), codes(4, 64, 48)
    exact = (a * wide_a(sa)) @ (b * wide_b(sb)).astype(np.float64)
    of = lambda value: make(value) if isinstance(value, np.ndarray) else value
    if out is None:
        d = gridquant.quantized_matmul(make(a), make(b), of(sa), of(sb), block_a=block_a, block_b=block_b)
        np.testing.assert_allclose(np.asarray(d), exact, rtol=1e-5, atol=1e-2)
        return
    scale = 300.0 if out == "one" else scales(5, 48) * 300
    d = gridquant.quantized_matmul(make(a), make(b), of(sa), of(sb), of(scale), block_a=block_a, block_b=block_b)
    assert "int8" in str(d.dtype)
    assert np.abs(np.asarray(d) - np.clip(exact / scale, -128, 127)).max() <= 0.51


@pytest.mark.parametrize("options, words", [
    ({"scale_a": scales(0, 31)}, "scale_a has 31 scales, need 1 or 32"),
    ({"scale_a": scales(0, 3, 3)}, r"scale_a has shape \(3, 3\), which says no block size: need block_a"),
    ({"scale_b": scales(0, 5, 3)}, r"scale_b has shape \(5, 3\), which says no block size: need block_b"),
    ({"scale_b": scales(0, 3, 3), "block_b": (32, 16)}, r"scale_b has shape \(3, 3\), need \(2, 3\)"),
    ({"scale_out": scales(0, 7)}, r"scale_out has shape \(7,\), need one scale or 48"),
])  # fmt: skip
def test_quantized_matmul_refused(options, words, make):
    options = {name: make(value) if isinstance(value, np.ndarray) else value for name, value in options.items()}
    with pytest.raises(ValueError, match=words):
        gridquant.quantized_matmul(make(codes(3, 32, 64)), make(codes(4, 64, 48)),
                                   **{"scale_a": 1.0, "scale_b": 1.0, **options})  # fmt: skip


def test_operands_of_two_libraries():
    torch = pytest.importorskip("torch")
    with pytest.raises(TypeError, match="one operand is a torch tensor and one is not"):
        gridquant.quantized_matmul(torch.zeros(2, 2, dtype=torch.int8), codes(0, 2, 2), 1.0, 1.0)
