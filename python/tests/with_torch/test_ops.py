"""The ops: by definition, the same on CUDA's programs as on the CPU, and as torch wants them."""

import pytest
import torch
import gridquant.torch as gqt
from gridquant.torch import _programs, ops

F8, F85 = torch.float8_e4m3fn, torch.float8_e5m2
_ops = torch.ops.gridquant
RECIPE = ((1, 128), (128, 128), (1, 128), (128, 128), F8, F85)


def wide(q, scales, block):
    grid = scales.double().repeat_interleave(block[0], 0).repeat_interleave(block[1], 1)
    return q.double() * grid[: q.shape[0], : q.shape[1]]


def same(a, b):
    """Bit-equal codes; floats but for the order of sums."""
    for x, y in zip(*((r,) if isinstance(r, torch.Tensor) else r for r in (a, b))):
        assert x.shape == y.shape and x.dtype == y.dtype
        if x.dtype.itemsize == 1:
            assert torch.equal(x.view(torch.uint8), y.view(torch.uint8))
        else:
            torch.testing.assert_close(x, y, rtol=2.0**-7 if x.dtype == torch.bfloat16 else 1e-5, atol=1e-5)


def test_quantize_and_product_by_definition(normal):
    x, w = normal(0, 3, 11, 320), normal(1, 96, 320, dtype=torch.float32)
    q, s = gqt.quantize(x, (1, 128), F8)
    assert q.shape == x.shape and s.shape == (33, 3)
    torch.testing.assert_close(wide(q.view(33, 320), s, (1, 128)), x.view(33, 320).double(), rtol=0.0625, atol=0.01)
    wq, ws = gqt.quantize(w, (128, 128), F8)
    d = gqt.scaled_matmul(q.view(33, 320), s, wq, ws, (1, 128), (128, 128), torch.float32)
    exact = wide(q.view(33, 320), s, (1, 128)) @ wide(wq, ws, (128, 128)).T
    torch.testing.assert_close(d.double(), exact, rtol=1e-5, atol=1e-3)
    y = gqt.linear(x, wq, ws)
    assert y.shape == (3, 11, 96) and y.dtype == torch.bfloat16
    torch.testing.assert_close(y.view(33, 96), d.bfloat16(), rtol=0, atol=0)


@pytest.mark.parametrize("options", [
    {}, {"dtype": F85, "divide": True, "amax_floor": 1e-4}, {"dtype": torch.int8, "block": (128, 128)},
    {"scale_dtype": torch.float8_e8m0fnu, "block": (1, 32)}, {"pow2": True, "transposed_scales": True},
    {"scale_dtype": torch.bfloat16}, {"scale_dtype": torch.bfloat16, "transposed_scales": True, "padded_scales": True},
    {"transposed_scales": True, "padded_scales": True, "amax_floor": 1e-4},
], ids=str)  # fmt: skip
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32])
def test_quantize_is_its_program(options, dtype, normal, programs_on_the_reference):
    x = normal(2, 2, 9, 272, dtype=dtype)
    options = {"block": (1, 128), "dtype": F8, **options}
    same(ops._quantize_cuda(x, **options), ops._quantize_cpu(x, **options))


@pytest.mark.parametrize("options", [
    {}, {"bias": True}, {"out_dtype": torch.float16}, {"multiplier": True, "out_dtype": torch.int8, "codes": torch.int8},
    {"transposed_a_scales": True, "padded_a_scales": True}, {"transposed_b_scales": True},
    {"blocks": None}, {"blocks": None, "codes": torch.bfloat16}, {"compiled_dims": "mn", "out_dtype": torch.float32},
], ids=str)  # fmt: skip
def test_scaled_matmul_is_its_program(options, normal, programs_on_the_reference):
    m, n, k = 18, 48, 272
    options = dict(options)
    codes, blocks = options.pop("codes", F8), options.pop("blocks", ((1, 128), (128, 128)))
    a, sa = normal(3, m, k, dtype=torch.float32), None
    b, sb = normal(4, n, k, dtype=torch.float32), None
    if blocks:
        a, sa = gqt.quantize(a, blocks[0], codes, transposed_scales=options.get("transposed_a_scales", False),
                             padded_scales=options.get("padded_a_scales", False))  # fmt: skip
        b, sb = gqt.quantize(b, blocks[1], codes, transposed_scales=options.get("transposed_b_scales", False))
    else:
        a, b, blocks = a.to(codes), b.to(codes), ((1, 1), (1, 1))
    if options.pop("bias", False):
        options["bias"] = normal(5, n)
    if options.pop("multiplier", False):
        options["multiplier"] = normal(6, n, dtype=torch.float32)
    arguments = (a, sa, b, sb, *blocks, options.pop("out_dtype", torch.bfloat16))
    same(ops._matmul_cuda(*arguments, **options), ops._matmul_cpu(*arguments, **options))


@pytest.mark.parametrize("accumulate", [False, True])
@pytest.mark.parametrize("strided", [False, True])
def test_scaled_matmul_out_is_its_program(accumulate, strided, normal, programs_on_the_reference):
    a, sa = gqt.quantize(normal(3, 18, 272), (1, 128), F8)
    b, sb = gqt.quantize(normal(4, 48, 272), (128, 128), F8)
    c = normal(5, 18, 48, dtype=torch.float32) if accumulate else None
    outs = [torch.zeros(18, 50)[:, :48] if strided else torch.zeros(18, 48) for _ in range(2)]
    ops._matmul_out_cuda(a, sa, b, sb, (1, 128), (128, 128), outs[0], c)
    ops._matmul_out_cpu(a, sa, b, sb, (1, 128), (128, 128), outs[1], c)
    same(*outs)
    assert outs[0].abs().sum() > 0
    for call, out in zip((ops._matmul_out_cuda, ops._matmul_out_cpu), outs):
        call(a, sa, b, sb, (1, 128), (128, 128), out, accumulate=True)
    same(*outs)


@pytest.mark.parametrize("activation", [None, "relu", "silu", "gelu", "gelu_tanh"])
@pytest.mark.parametrize("more", [False, True])
def test_linear_is_its_program(activation, more, normal, programs_on_the_reference):
    x = normal(7, 2, 9, 272)
    w, ws = gqt.quantize(normal(8, 48, 272), (128, 128), F8, torch.float8_e8m0fnu if more else torch.float32)
    extra = (normal(9, 48), normal(10, 2, 9, 48)) if more else (None, None)
    arguments = (x, w, ws, *extra, (1, 128), (128, 128), activation)
    same(ops._linear_cuda(*arguments), ops._linear_cpu(*arguments))
    same(ops._linear_cuda(*arguments, activation), ops._linear_cpu(*arguments, activation))


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32])
def test_training_is_its_programs(dtype, normal, programs_on_the_reference):
    x, w, dy = (normal(i, *shape, dtype=dtype) for i, shape in ((11, (2, 70, 272)), (12, (48, 272)), (13, (2, 70, 48))))
    for bias in (None, normal(14, 48, dtype=dtype)):
        same(ops._training_cuda(x, w, bias, *RECIPE), ops._training_cpu(x, w, bias, *RECIPE))
    arguments = (dy, w, (1, 128), (128, 128), F8, F85)
    same(ops._dgrad_cuda(*arguments), ops._dgrad_cpu(*arguments))
    arguments = (dy, x, (128, 128), F8, F85, torch.float32)
    same(ops._wgrad_cuda(*arguments), ops._wgrad_cpu(*arguments))


@pytest.mark.parametrize("rows", [0, 1])
def test_few_rows(rows, normal):
    w, ws = gqt.quantize(normal(8, 48, 272), (128, 128), F8)
    x = normal(0, rows, 272).requires_grad_()
    y = gqt.linear(x, w, ws, normal(1, 48))
    y.sum().backward()
    assert y.shape == (rows, 48) and x.grad.shape == (rows, 272)
    weight = normal(8, 48, 272).requires_grad_()
    gqt.training_linear(x, weight, None, *RECIPE).sum().backward()
    assert weight.grad.shape == (48, 272)


def test_refused(normal):
    a, sa = gqt.quantize(normal(0, 18, 272), (1, 128), F8)
    call = lambda *arguments: gqt.scaled_matmul(*arguments, (1, 128), (128, 128), torch.float32)
    b, sb = gqt.quantize(normal(1, 48, 272), (128, 128), F8)
    with pytest.raises(ValueError, match=r"a_scales has shape \(3, 18\), need \(18, 3\)"):
        call(a, sa.t().contiguous(), b, sb)
    with pytest.raises(ValueError, match=r"b has shape \(48, 256\), need \(48, 272\)"):
        call(a, sa, b[:, :256], sb)
    with pytest.raises(ValueError, match="scales are there for one operand only"):
        call(a, sa, b, None)
    with pytest.raises(TypeError, match="a has dtype torch.int32, need one of torch.float8_e4m3fn"):
        call(a.view(torch.uint8).int(), sa, b, sb)
    with pytest.raises(TypeError, match="dtype torch.bool has no element type, need one of torch.bfloat16"):
        ops._matmul_cuda(a.view(torch.uint8) > 0, sa, b, sb, (1, 128), (128, 128), torch.float32)
    with pytest.raises(TypeError, match="x has dtype torch.float64, need one of torch.bfloat16"):
        gqt.quantize(normal(0, 4, 4, dtype=torch.float64), (1, 4), F8)
    with pytest.raises(ValueError, match="activation is 'swish', need one of relu"):
        gqt.linear(normal(0, 4, 272), b, sb, activation="swish")
    with pytest.raises(ValueError, match="x_activation is 'swish', need one of relu"):
        gqt.linear(normal(0, 4, 272), b, sb, x_activation="swish")


def opcheck_arguments(codes, normal):
    x, weight, bias = normal(0, 9, 272).requires_grad_(), normal(1, 48, 272).requires_grad_(), normal(2, 48)
    w, ws = gqt.quantize(weight, (128, 128), codes)
    q, s = gqt.quantize(x, (1, 128), codes)
    dy, residual = normal(3, 9, 48), normal(4, 9, 48).requires_grad_()
    blocks = ((1, 128), (128, 128))
    return {
        "quantize": (x, (1, 128), codes),
        "scaled_matmul": (q, s, w, ws, *blocks, torch.bfloat16, bias),
        "scaled_matmul_out": (q, s, w, ws, *blocks, torch.empty(9, 48)),
        "linear": (x, w, ws, bias.clone().requires_grad_(), residual, *blocks, "gelu"),
        "training_linear": (x, weight, bias.clone().requires_grad_(), *RECIPE[:4], codes, codes),
        "training_linear_dgrad": (dy, weight.detach(), *blocks, codes, codes),
        "training_linear_wgrad": (dy, x.detach(), (128, 128), codes, codes, torch.float32),
    }


@pytest.mark.parametrize("codes", [torch.int8, F8])
@pytest.mark.parametrize("name", ["quantize", "scaled_matmul", "scaled_matmul_out", "linear", "training_linear",
                                  "training_linear_dgrad", "training_linear_wgrad"])  # fmt: skip
def test_opcheck(name, codes, normal):
    utils = ["test_autograd_registration", "test_faketensor", "test_aot_dispatch_dynamic"]
    if codes == torch.int8:  # torch cannot compare FP8, as this one does
        utils.append("test_schema")
    torch.library.opcheck(getattr(_ops, name).default, opcheck_arguments(codes, normal)[name], test_utils=utils)


def test_one_program_for_every_number_of_rows(normal):
    w, ws = gqt.quantize(normal(8, 48, 272), (128, 128), F8)
    weight = normal(8, 48, 272).to("meta").requires_grad_()
    with _programs.record() as programs:
        for rows in (1, 7, 4096):
            x = torch.empty(rows, 272, dtype=torch.bfloat16, device="meta", requires_grad=True)
            gqt.linear(x, w.to("meta"), ws.to("meta"))
            gqt.training_linear(x, weight, None, *RECIPE).sum().backward()
    assert [program.name for program in programs] == ["linear", "linear", "linear_dgrad", "linear_wgrad"]


def test_compile_has_no_break_and_does_not_recompile(normal):
    w, ws = gqt.quantize(normal(8, 48, 272), (128, 128), F8)
    graphs = []

    def backend(graph, inputs):
        graphs.append(graph)
        return graph.forward

    compiled = torch.compile(lambda x: gqt.linear(x * 2, w, ws, activation="relu") + 1, fullgraph=True, dynamic=True,
                             backend=backend)  # fmt: skip
    for rows in (5, 8, 17):
        x = normal(rows, rows, 272)
        same(compiled(x), gqt.linear(x * 2, w, ws, activation="relu") + 1)
    assert len(graphs) == 1


def test_export(normal):
    layer = gqt.Linear.from_linear(torch.nn.Linear(272, 48, dtype=torch.bfloat16))
    rows = torch.export.Dim("rows", min=2, max=4096)
    exported = torch.export.export(layer, (normal(0, 9, 272),), dynamic_shapes=({0: rows},))
    x = normal(1, 33, 272)
    same(exported.module()(x), layer(x))
