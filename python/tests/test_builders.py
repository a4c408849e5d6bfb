"""What builders compute, on the reference, against NumPy; and that all of it compiles."""

import math
import subprocess

import gridquant
import numpy as np
import pytest
from gridquant import builders, compiler
from gridquant._tools import find_tool

ml_dtypes = pytest.importorskip("ml_dtypes")
BF16, E4M3, E5M2 = ml_dtypes.bfloat16, ml_dtypes.float8_e4m3fn, ml_dtypes.float8_e5m2


def normal(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def wide(codes, scales, block):
    """What codes and scales stand for, in f64."""
    grid = scales.astype(np.float64).repeat(block[0], 0).repeat(block[1], 1)
    return codes.astype(np.float64) * grid[: codes.shape[0], : codes.shape[1]]


def quantized(x, block, q="f8E4M3FN", **options):
    return gridquant.quantize(*x.shape, block=block, x="f32", q=q, **options).reference(x)


def close(actual, expected, sum_abs, rounding):
    """Within the rounding of the result and 2^-11 of the sum of magnitudes."""
    error = np.abs(actual.astype(np.float64) - expected)
    assert (error <= rounding * np.abs(expected) + 2.0**-11 * sum_abs).all(), error.max()


def test_pitched():
    program = gridquant.linear(256, 1024, bias=True)
    assert "(%x: tensor<?x1024xbf16> {gq.pitched}, %w: tensor<256x1024xf8E4M3FN>, " in program.pitched("x").text
    every = program.pitched()
    assert every.text.count("{gq.pitched}") == 3 and "%bias: tensor<256xbf16>)" in every.text
    assert program.pitched("w", "w_scales").text.count("{gq.pitched}") == 2 and program.text.count("pitched") == 0
    w, scales = quantized(normal(0, 256, 1024), (128, 128))
    arguments = normal(1, 16, 1024).astype(BF16), w, scales, normal(2, 256).astype(BF16)
    np.testing.assert_array_equal(every.reference(*arguments), program.reference(*arguments))
    with pytest.raises(ValueError, match="linear has no matrix bias, need one of x, w, w_scales"):
        program.pitched("bias")
    with pytest.raises(ValueError, match="the text of linear has no argument %x without attributes"):
        every.pitched("x")


def test_quantize_by_definition():
    x = normal(0, 40, 300)
    q, s = quantized(x, (1, 128))
    assert q.dtype == E4M3 and s.shape == (40, 3) and s.dtype == np.float32
    blocks = np.pad(np.abs(x), ((0, 0), (0, 84))).reshape(40, 3, 128)
    scales = blocks.max(2) / np.float32(448)
    np.testing.assert_array_equal(s, scales)
    inverse = (np.float32(1) / scales).repeat(128, 1)[:, :300]
    np.testing.assert_array_equal(q.view(np.uint8), (x * inverse).astype(E4M3).view(np.uint8))


def test_quantize_options():
    x = normal(1, 40, 300)
    q, s, qt = quantized(x, (128, 128), transpose="also")
    np.testing.assert_array_equal(q.T.view(np.uint8), qt.view(np.uint8))
    st, only = quantized(x, (128, 128), transpose="only", transposed_scales=True)
    np.testing.assert_array_equal(st, s.T)
    np.testing.assert_array_equal(only.view(np.uint8), qt.view(np.uint8))
    q, s = quantized(x, (1, 32), scales="f8E8M0FNU", q="f8E5M2")
    assert q.dtype == E5M2 and s.dtype == ml_dtypes.float8_e8m0fnu
    # Codes are those of the scale that is stored, rounded to bf16.
    q, s = quantized(x, (1, 100), scales="bf16")
    exact = np.abs(x).reshape(40, 3, 100).max(2) / np.float32(448)
    assert s.dtype == BF16
    np.testing.assert_array_equal(s, exact.astype(BF16))
    wide = x * (np.float32(1) / s.astype(np.float32)).repeat(100, 1)
    np.testing.assert_array_equal(q.view(np.uint8), wide.clip(-448, 448).astype(E4M3).view(np.uint8))
    q, s = quantized(x[:37], (1, 128), scales="bf16", transposed_scales=True, padded_scales=True)
    assert s.shape == (3, 40)
    q, s = quantized(np.zeros_like(x), (1, 128), amax_floor=1e-10, divide=True)
    np.testing.assert_array_equal(s, np.float32(1e-10) / np.float32(448))
    q, s = quantized(x[:37], (1, 128), transposed_scales=True, padded_scales=True)
    assert s.shape == (3, 40)


def unpacked(q, n):
    """Codes of four bits, those of low ones first."""
    bytes = q.view(np.uint8)
    return np.stack((bytes & 15, bytes >> 4), 2).reshape(len(q), -1)[:, :n]


# Ties, and what is next to them; all that saturates; zeros. Blocks of 6 (or 7), so that the scale is 1.
def four_bit_cases(largest):
    at = np.concatenate([np.arange(0, 4 * largest + 1) / 4, [1e-30, 1e-40]]).astype(np.float32)
    near = [at, np.nextafter(at, np.float32(0)), np.nextafter(at, np.float32(largest))]
    x = np.concatenate([*near, normal(5, 100).clip(-largest, largest)]).astype(np.float32)
    return np.concatenate([[[largest]], x[None, :], -x[None, :]], axis=1).astype(np.float32)


def test_quantize_four_bits():
    x = four_bit_cases(6)
    q, s = quantized(x, (1, x.shape[1] + 1), q="f4E2M1FN")
    assert q.dtype == np.int8 and q.shape == (1, (x.shape[1] + 1) // 2)
    np.testing.assert_array_equal(s, [[1]])
    np.testing.assert_array_equal(unpacked(q, x.shape[1]), x.astype(ml_dtypes.float4_e2m1fn).view(np.uint8))
    x = four_bit_cases(7)
    q, s = quantized(x, (1, x.shape[1] + 1), q="i4")
    np.testing.assert_array_equal(unpacked(q, x.shape[1]), np.rint(x).astype(np.int8).view(np.uint8) & 15)
    # MXFP4: scales round up, so that nothing saturates; the end of an odd row is 0.
    x = normal(6, 40, 301)
    q, s = quantized(x, (1, 32), q="f4E2M1FN", scales="f8E8M0FNU")
    largest = np.pad(np.abs(x), ((0, 0), (0, 19))).reshape(40, 10, 32).max(2)
    scales = 2.0 ** np.ceil(np.log2(largest / np.float32(6)))
    np.testing.assert_array_equal(s.astype(np.float64), scales)
    codes = (x / scales.repeat(32, 1)[:, :301]).astype(np.float32).astype(ml_dtypes.float4_e2m1fn)
    np.testing.assert_array_equal(unpacked(q, 302), np.pad(codes.view(np.uint8), ((0, 0), (0, 1))))
    # NaN is 0 of i4 and 6 of f4E2M1FN; what is infinite saturates.
    x = np.array([[np.nan, np.inf, -np.inf, 1e38]], np.float32)
    assert unpacked(quantized(x, (1, 4), q="i4")[0], 4).tolist() == [[0, 7, 9, 2]]
    assert unpacked(quantized(x, (1, 4), q="f4E2M1FN")[0], 4).tolist() == [[7, 7, 15, 4]]
    with pytest.raises(ValueError, match="transpose is 'also', need None with codes of four bits, got i4"):
        gridquant.quantize(8, 8, q="i4", transpose="also")


CASES = {
    "plain": {},
    "f32": {"out": "f32"},
    "bias": {"bias": "f32"},
    "all": {"bias": True, "activation": "gelu", "residual": True},
    "relu": {"activation": "relu", "out": "f32"},
    "silu": {"activation": "silu", "bias": True, "out": "f16"},
    "gelu_tanh": {"activation": "gelu_tanh", "out": "f32"},
    "mixed": {"formats": ("f8E5M2", "f8E4M3FN")},
    "blocks": {"blocks": ((1, 32), (64, 32))},
    "rows": {"blocks": ((1, None), (1, None)), "formats": ("i8", "i8")},
}
TYPES = {"bf16": (BF16, 2.0**-8), "f16": (np.float16, 2.0**-11), "f32": (np.float32, 2.0**-20)}


def activated(x, name):
    if name == "relu":
        return np.maximum(x, 0)
    if name == "silu":
        return x / (1 + np.exp(-x))
    if name == "gelu":
        return x * 0.5 * (1 + np.vectorize(math.erf)(x / math.sqrt(2)))
    if name == "gelu_tanh":
        return x * 0.5 * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    return x


@pytest.mark.parametrize("case", CASES)
def test_matmul(case):
    options = CASES[case]
    m, n, k = 33, 96, 320
    (a_format, b_format) = options.get("formats", ("f8E4M3FN", "f8E4M3FN"))
    blocks = [tuple(size if extent is None else extent for extent, size in zip(block, (1, k)))
              for block in options.get("blocks", ((1, 128), (128, 128)))]  # fmt: skip
    a, sa = quantized(normal(2, m, k), blocks[0], a_format)
    b, sb = quantized(normal(3, n, k), blocks[1], b_format)
    out = options.get("out", "bf16")
    kind, rounding = TYPES[out]
    bias_kind = np.float32 if options.get("bias") == "f32" else kind
    extra = []
    if options.get("bias"):
        extra.append(normal(4, n).astype(bias_kind))
    if options.get("residual"):
        extra.append(normal(5, m, n).astype(kind))
    d = gridquant.matmul(n=n, k=k, **options).reference(a, b, sa, sb, *extra)
    assert d.dtype == kind and d.shape == (m, n)
    x, y = wide(a, sa, blocks[0]), wide(b, sb, blocks[1])
    expected = x @ y.T + (extra[0].astype(np.float64) if options.get("bias") else 0)
    expected = activated(expected, options.get("activation"))
    if options.get("residual"):
        expected = expected + extra[-1].astype(np.float64)
    close(d, expected, 1.2 * (np.abs(x) @ np.abs(y).T) + 8, rounding)


def test_matmul_that_adds():
    a, b, c = normal(6, 16, 64).astype(BF16), normal(7, 32, 64).astype(BF16), normal(8, 16, 32)
    program = gridquant.matmul(blocks=None, formats=("bf16", "bf16"), out="f32", accumulate=True)
    assert [t.name for t in program.inputs] == ["a", "b", "init"]
    exact = a.astype(np.float64) @ b.astype(np.float64).T + c
    np.testing.assert_allclose(program.reference(a, b, c), exact, atol=1e-4)


def test_matmul_into_codes():
    a, sa = quantized(normal(9, 16, 256), (1, 128), "i8")
    b, sb = quantized(normal(10, 48, 256), (128, 128), "i8")
    exact = wide(a, sa, (1, 128)) @ wide(b, sb, (128, 128)).T
    multiplier = (127 / np.abs(exact).max(0)).astype(np.float32)
    d = gridquant.matmul(formats=("i8", "i8"), out="i8", requantize=True).reference(a, b, sa, sb, multiplier)
    assert d.dtype == np.int8
    assert np.abs(d - exact * multiplier).max() <= 0.501


def test_linear_is_quantize_and_matmul():
    x, w = normal(11, 33, 320).astype(BF16), normal(12, 96, 320)
    wq, ws = quantized(w, (128, 128))
    bias, residual = normal(13, 96).astype(BF16), normal(14, 33, 96).astype(BF16)
    a, sa = gridquant.quantize(n=320).reference(x)
    options = {"bias": True, "activation": "silu", "residual": True}
    product = gridquant.matmul(n=96, k=320, **options).reference(a, wq, sa, ws, bias, residual)
    whole = gridquant.linear(96, 320, **options).reference(x, wq, ws, bias, residual)
    np.testing.assert_array_equal(whole.view(np.uint16), product.view(np.uint16))
    wide_w = w.astype(BF16)
    wq, ws = gridquant.quantize(96, 320, block=(128, 128)).reference(wide_w)
    a = gridquant.linear(96, 320).reference(x, wq, ws)
    b = gridquant.linear(96, 320, weight="bf16").reference(x, wide_w)
    np.testing.assert_array_equal(a.view(np.uint16), b.view(np.uint16))


def test_gradients():
    m, n, k = 200, 96, 320
    dy, x, w = normal(15, m, n).astype(BF16), normal(16, m, k).astype(BF16), normal(17, n, k).astype(BF16)
    q = lambda value, block: wide(*gridquant.quantize(*value.shape, block=block).reference(value), block)
    dx = builders.linear_dgrad(n, k).reference(dy, w)
    y, z = q(dy, (1, 128)), q(w, (128, 128))
    close(dx, y @ z, np.abs(y) @ np.abs(z), 2.0**-8)
    y, z = q(dy, (128, 128)), q(x, (128, 128))
    expected, magnitude = y.T @ z, np.abs(y.T) @ np.abs(z)
    close(builders.linear_wgrad(n, k).reference(dy, x), expected, magnitude, 2.0**-8)
    before = normal(18, n, k)
    dw = builders.linear_wgrad(n, k, out="f32", accumulate=True).reference(dy, x, before)
    close(dw, expected + before, magnitude, 2.0**-20)


@pytest.mark.parametrize("program", [
    gridquant.quantize(n=256, transposed_scales=True, padded_scales=True, divide=True, amax_floor=1e-10),
    gridquant.quantize(block=(128, 128), transpose="also"),
    gridquant.quantize(n=256, block=(128, 128), transpose="only", transposed_scales=True),
    gridquant.matmul(n=128, k=256, scales=("f32", "f8E8M0FNU"), transposed_a_scales=True, padded_a_scales=True),
    gridquant.matmul(n=128, k=256, formats=("i8", "i8"), blocks=((1, 16), (1, 16)), scales=("f8E8M0FNU",) * 2),
    gridquant.matmul(n=128, k=256, scales=("bf16", "bf16"), transposed_a_scales=True, padded_a_scales=True),
    gridquant.quantize(n=256, scales="bf16"),
    gridquant.linear(128, 256, bias=True, activation="gelu", residual=True),
    builders.linear_dgrad(128, 256),
    builders.linear_wgrad(128, 256, out="f32", accumulate=True),
], ids=repr)  # fmt: skip
def test_it_compiles(program):
    assert len(compiler.compile_bytes(program, max_variants=1)) > 0


@pytest.mark.parametrize("program", [
    gridquant.quantize(n=384, transposed_scales=True, padded_scales=True, divide=True, amax_floor=1e-10),
    gridquant.quantize(n=384, block=(128, 128), transpose="only", transposed_scales=True),
    gridquant.matmul(n=64, k=128, formats=("i8", "i8"), blocks=((1, None), (1, None)), out="i8", requantize=True),
    gridquant.linear(256, 384, bias=True, activation="gelu", residual=True),
    gridquant.linear(256, 384, bias=True, weight="bf16"),
    builders.linear_dgrad(256, 384),
    builders.linear_wgrad(256, 384, out="f32", accumulate=True),
], ids=repr)  # fmt: skip
def test_its_kernels_are_right(program, tmp_path):
    """In the simulator."""
    program.save(tmp_path / "program.mlir")
    done = subprocess.run([find_tool("gq-run"), tmp_path / "program.mlir", "--backend=simulate", "--check", "-m", "200"],
                          capture_output=True, text=True)  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("passed") == len(program.outputs)


@pytest.mark.parametrize("build, words", [
    (lambda: gridquant.linear(8, 8, activation="swish"), "activation is 'swish', need one of relu, silu"),
    (lambda: gridquant.linear(8, 8, x_activation="swish"), "x_activation is 'swish', need one of relu, silu"),
    (lambda: gridquant.linear(8, 8, x="f64"), "x is 'f64', need one of bf16, f16, f32"),
    (lambda: gridquant.quantize(q="f4"), "q is 'f4', need one of f8E4M3FN"),
    (lambda: gridquant.quantize(block=(1, 0)), r"block is \(1, 0\), need positive"),
    (lambda: gridquant.quantize(block=(1, None)), "block has None for all columns, whose number is dynamic"),
    (lambda: gridquant.quantize(n=-4), "n is -4, need at least 0"),
    (lambda: gridquant.quantize(padded_scales=True), "padded_scales needs transposed_scales"),
    (lambda: gridquant.quantize(transpose="yes"), "transpose is 'yes', need also or only"),
    (lambda: gridquant.matmul(bias=True, accumulate=True), "accumulate needs no bias"),
    (lambda: gridquant.matmul(requantize=True), "out is 'bf16', need one of i8"),
    (lambda: gridquant.matmul(scales=("f32", "f16")), "scales is 'f16', need one of f32, bf16, f8E8M0FNU"),
    (lambda: gridquant.quantize(scales="i8", pow2=True), "scales is 'i8', need one of f32, bf16, f8E8M0FNU"),
    (lambda: gridquant.matmul(name="a b"), "name is 'a b', need letters"),
])  # fmt: skip
def test_refused(build, words):
    with pytest.raises(ValueError, match=words):
        build()


def test_reference_speaks_of_the_function():
    program = gridquant.quantize(n=256)
    with pytest.raises(gridquant.program.ReferenceError, match="quantize has 1 inputs, got 2"):
        program.reference(1, 2)
    with pytest.raises(TypeError, match="x has element type float32, need bfloat16 for bf16"):
        program.reference(normal(0, 4, 256))
    with pytest.raises(gridquant.program.ReferenceError, match="256"):
        program.reference(normal(0, 4, 128).astype(BF16))


def test_programs_print():
    program = gridquant.linear(128, 256, bias=True)
    assert repr(program) == ("<gridquant.Program linear(x: ?x256xbf16, w: 128x256xf8E4M3FN, "
                             "w_scales: 1x2xf32, bias: 128xbf16) -> (y: ?x128xbf16)>")  # fmt: skip
    assert str(program).startswith("func.func @linear(%x: tensor<?x256xbf16>")
    assert program == gridquant.linear(128, 256, bias=True) and len({program, gridquant.linear(128, 256)}) == 2


def test_shapes_of_results():
    linear = gridquant.linear(n=256, k=1024, residual=True)
    shapes = [(8, 1024), (256, 1024), (2, 8), (8, 256)]
    assert linear.output_shapes(*shapes) == [(8, 256)]
    assert gridquant.quantize().output_shapes((5, 300)) == [(5, 300), (5, 3)]
    padded = dict(transposed_scales=True, padded_scales=True)
    assert gridquant.quantize(**padded).output_shapes((5, 300)) == [(5, 300), (3, 8)]
    matmul = gridquant.matmul()
    assert matmul.output_shapes((5, 300), (7, 300), (5, 3), (1, 3)) == [(5, 7)]
    for program, given, words in (
        (linear, shapes[:3], "linear has 4 inputs, got 3"),
        (linear, [(8, 1023), *shapes[1:]], r"x has shape \[8, 1023\], need \[\?, 1024\]"),
        (linear, [(8,), *shapes[1:]], r"x has shape \[8\], need \[\?, 1024\]"),
        (linear, [*shapes[:3], (9, 256)], r"residual has shape \[9, 256\], need \[8, 256\] beside that of x"),
        (matmul, [(5, 300), (7, 301), (5, 3), (1, 3)], r"b has shape \[7, 301\], need \[7, 300\] beside that of a"),
        (matmul, [(5, 300), (7, 300), (5, 2), (1, 3)], r"a_scales has shape \[5, 2\], need \[5, 3\] beside that of a"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=words):
            program.output_shapes(*given)
    by_hand = gridquant.Program(linear.name, linear.text, linear.inputs, linear.outputs)
    with pytest.raises(ValueError, match=r"what the shape of y, \[\?, 256\], follows from is known of programs of"):
        by_hand.output_shapes(*shapes)
