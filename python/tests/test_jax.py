"""gridquant.jax on a CPU: what is computed is what the reference computes of the same program; how
JAX sees calls; what is refused. On a GPU: gpu_jax.py."""

import gridquant
import numpy as np
import pytest

jax = pytest.importorskip("jax")

import gridquant.jax as gqj  # noqa: E402
import jax.export  # noqa: E402
import jax.numpy as jnp  # noqa: E402
from gridquant.jax import _call  # noqa: E402

BF16, F8, F85, E8M0 = jnp.bfloat16, jnp.float8_e4m3fn, jnp.float8_e5m2, jnp.float8_e8m0fnu
BLOCKS = ((1, 128), (128, 128))


def normal(seed, *shape, dtype=BF16):
    return jnp.asarray(np.random.default_rng(seed).standard_normal(shape, dtype=np.float32)).astype(dtype)


def weights(seed, n, k):
    return gqj.quantize(normal(seed, n, k), (128, 128), F8)


def same(one, other):
    one, other = np.asarray(one), np.asarray(other)
    assert one.dtype == other.dtype and one.shape == other.shape
    np.testing.assert_array_equal(one.view(np.uint8), other.view(np.uint8))


def near(one, other, bound=0.06):
    one, other = np.asarray(one, np.float64), np.asarray(other, np.float64)
    assert np.linalg.norm(one - other) <= bound * np.linalg.norm(other)


@pytest.mark.parametrize("x, block, codes, options", [
    (BF16, (1, 128), F8, {}), (jnp.float32, (128, 128), F85, {"pow2": True}), (jnp.float16, (1, 32), jnp.int8, {}),
    (BF16, (1, 32), F8, {"scale_dtype": E8M0}), (BF16, (1, 32), F8, {"scale_dtype": BF16}), (BF16, (1, 128), F8, {"divide": True, "amax_floor": 0.5}),
    (BF16, (1, 128), F8, {"transposed_scales": True, "padded_scales": True}),
])  # fmt: skip
def test_quantize(x, block, codes, options):
    x = normal(0, 2, 9, 256, dtype=x)
    q, scales = jax.jit(lambda x: gqj.quantize(x, block, codes, **options))(x)
    assert q.shape == x.shape and q.dtype == codes
    options = dict(options)
    kinds = {"float32": "f32", "bfloat16": "bf16", "float8_e8m0fnu": "f8E8M0FNU"}
    options["scales"] = kinds[jnp.dtype(options.pop("scale_dtype", "float32")).name]
    names = {F8: "f8E4M3FN", F85: "f8E5M2", jnp.int8: "i8"}
    program = gridquant.quantize(n=256, block=block, q=names[codes], x=gqj.ops._ELEMENTS[x.dtype], **options)
    expected = program.reference(np.asarray(x).reshape(18, 256))
    same(q.reshape(18, 256), expected[0])
    same(scales, expected[1])


def test_scaled_matmul():
    a, sa = gqj.quantize(normal(0, 20, 256), (1, 128), F8)
    b, sb = weights(1, 48, 256)
    bias, multiplier = normal(2, 48), jnp.full(48, 0.5, jnp.float32)
    same(gqj.scaled_matmul(a, sa, b, sb, *BLOCKS, BF16, bias),
         gridquant.matmul(n=48, k=256, bias=True).reference(*map(np.asarray, (a, b, sa, sb, bias))))  # fmt: skip
    d = gqj.scaled_matmul(a, sa, b, sb, *BLOCKS, jnp.int8, None, multiplier)
    assert d.dtype == jnp.int8 and np.asarray(d).any()
    unscaled = gqj.scaled_matmul(a, None, b, None, (1, 1), (1, 1), jnp.float32)
    near(unscaled, a.astype(jnp.float32) @ b.astype(jnp.float32).T, 1e-6)
    st = gqj.quantize(normal(0, 20, 256), (1, 128), F8, transposed_scales=True, padded_scales=True)[1]
    same(gqj.scaled_matmul(a, st, b, sb, *BLOCKS, BF16, transposed_a_scales=True, padded_a_scales=True),
         gqj.scaled_matmul(a, sa, b, sb, *BLOCKS, BF16))  # fmt: skip
    c, sc = gqj.quantize(normal(0, 20, 256), (1, 32), F85, E8M0)
    e, se = gqj.quantize(normal(1, 48, 256), (1, 32), F8, E8M0)
    near(gqj.scaled_matmul(c, sc, e, se, (1, 32), (1, 32), jnp.float16), normal(0, 20, 256) @ normal(1, 48, 256).T, 0.1)


def test_linear_in_a_larger_function():
    x, bias, residual = normal(0, 2, 5, 256), normal(1, 48), normal(2, 2, 5, 48)
    w, ws = weights(3, 48, 256)
    layer = lambda x, *more: gqj.linear(x, w, ws, *more, activation="silu", x_activation="relu")
    y = jax.jit(lambda x, bias, residual: layer(x * 2, bias, residual) + 1)(x, bias, residual)
    assert y.shape == (2, 5, 48) and y.dtype == BF16
    program = gridquant.linear(48, 256, bias=True, residual=True, activation="silu", x_activation="relu")
    arguments = ((x * 2).reshape(10, 256), w, ws, bias, residual.reshape(10, 48))
    expected = program.reference(*map(np.asarray, arguments))
    same(y, (jnp.asarray(expected) + 1).reshape(2, 5, 48))


def test_calls_again_and_others():
    w, ws = weights(0, 48, 256)
    layer = jax.jit(lambda x: gqj.linear(x, w, ws))
    program = gridquant.linear(48, 256)
    other = jax.jit(lambda x, w, ws: gqj.call(program, x, w, ws))
    for seed, rows in ((1, 4), (2, 4), (3, 7)):
        x = normal(seed, rows, 256)
        same(layer(x), other(x, w, ws))
        same(layer(x), program.reference(*map(np.asarray, (x, w, ws))))
    assert layer(normal(0, 0, 256)).shape == (0, 48)


def test_vmap_and_scan():
    w, ws = weights(0, 48, 256)
    xs = normal(1, 3, 4, 256)
    layer = lambda x: gqj.linear(x, w, ws)
    whole = layer(xs)
    same(jax.vmap(layer)(xs), whole)
    same(jax.jit(lambda xs: jax.lax.scan(lambda c, x: (c, layer(x)), 0, xs)[1])(xs), whole)
    same(jax.lax.map(lambda x: gqj.quantize(x, (1, 128), F8)[0], xs), gqj.quantize(xs, (1, 128), F8)[0])


@pytest.mark.parametrize("activation", [None, "relu", "silu", "gelu", "gelu_tanh"])
@pytest.mark.parametrize("x_activation", [None, "silu"])
def test_gradients_of_linear(activation, x_activation):
    x, bias, residual = normal(0, 4, 256), normal(1, 48), normal(2, 4, 48, dtype=jnp.float32)
    w, ws = weights(3, 48, 256)
    dense = w.astype(jnp.float32) * jnp.repeat(jnp.repeat(ws, 128, 0)[:48], 128, 1)
    functions = gqj.ops._ACTIVATIONS
    act = functions.get(activation, lambda y: y)
    x_act = functions.get(x_activation, lambda y: y)
    weigh = normal(4, 4, 48, dtype=jnp.float32)

    def ours(x, bias, residual):
        y = gqj.linear(x, w, ws, bias, residual, activation=activation, x_activation=x_activation)
        return (y.astype(jnp.float32) * weigh).sum()

    def exact(x, bias, residual):
        wide = x_act(x).astype(BF16).astype(jnp.float32)
        q, s = gqj.quantize(wide, (1, 128), F8)  # slopes are those behind what x was rounded to
        wide += jax.lax.stop_gradient(q.astype(jnp.float32) * jnp.repeat(s, 128, 1) - wide)
        return ((act(wide @ dense.T + bias) + residual) * weigh).sum()

    given = jax.jit(jax.grad(ours, argnums=(0, 1, 2)))(x, bias, residual)
    expected = jax.grad(exact, argnums=(0, 1, 2))(x.astype(jnp.float32), bias.astype(jnp.float32), residual)
    for one, other, array in zip(given, expected, (x, bias, residual)):
        assert one.dtype == array.dtype and one.shape == array.shape
        near(one, other, 0.05)


def test_gradients_leave_codes_alone():
    w, ws = weights(0, 48, 256)
    x = normal(1, 4, 256)
    dw, dws = jax.grad(lambda w, ws: gqj.linear(x, w, ws).astype(jnp.float32).sum(), argnums=(0, 1))(w, ws)
    assert dw.dtype == F8 and not np.asarray(dw.astype(jnp.float32)).any() and not np.asarray(dws).any()
    # Codes of a quantisation pass nothing on.
    dx = jax.grad(lambda x: gqj.quantize(x, (1, 128), F8)[1].sum())(normal(1, 4, 256, dtype=jnp.float32))
    assert not np.asarray(dx).any()


def test_training_linear():
    x, weight, bias = normal(0, 3, 7, 256), normal(1, 48, 256), normal(2, 48)
    weigh = normal(3, 3, 7, 48)

    def loss(layer):
        return jax.jit(jax.value_and_grad(lambda *a: (layer(*a) * weigh).astype(jnp.float32).sum(), argnums=(0, 1, 2)))

    value, given = loss(lambda x, w, b: gqj.training_linear(x, w, b, grad_dtype=F85))(x, weight, bias)
    exact, expected = loss(lambda x, w, b: x @ w.T + b)(x, weight, bias)
    near(value, exact, 0.2)
    for one, other, array in zip(given, expected, (x, weight, bias)):
        assert one.dtype == array.dtype and one.shape == array.shape
        near(one, other, 0.1)
    program = gridquant.builders.linear_dgrad(48, 256, formats=("f8E5M2", "f8E4M3FN"))
    same(given[0].reshape(21, 256), program.reference(np.asarray(weigh).reshape(21, 48), np.asarray(weight)))
    assert gqj.training_linear(x, weight).shape == (3, 7, 48)


@pytest.mark.parametrize("call, error, words", [
    (lambda x, w, ws: gqj.linear(x[:, :255], w, ws), ValueError, "x has 255 columns, need 256"),
    (lambda x, w, ws: gqj.linear(x, w, ws[:, :1]), ValueError, r"linear: w_scales has shape \[1, 1\], need \[1, 2\]"),
    (lambda x, w, ws: gqj.linear(x, w, ws, x[0]), ValueError, r"linear: bias has shape \[256\], need \[48\]"),
    (lambda x, w, ws: gqj.linear(x, w, ws, None, normal(0, 5, 48)), ValueError,
     r"linear: residual has shape \[5, 48\], need \[4, 48\] beside that of x"),
    (lambda x, w, ws: gqj.linear(x, w, ws, None, normal(0, 4, 47)), ValueError, "residual has 47 columns, need 48"),
    (lambda x, w, ws: gqj.linear(x.astype(jnp.int32), w, ws), TypeError,
     "x has dtype int32, need one of bfloat16, float16, float32"),
    (lambda x, w, ws: gqj.linear(x, w.astype(BF16), ws), TypeError, "w has dtype bfloat16, need one of float8_e4m3fn"),
    (lambda x, w, ws: gqj.linear(x, w[0], ws), ValueError, "w has 1 dimensions, need 2"),
    (lambda x, w, ws: gqj.linear(x[0], w, ws), ValueError, "x has 1 dimensions, need at least 2"),
    (lambda x, w, ws: gqj.linear(x, w, ws, activation="tanh"), ValueError, "activation is 'tanh', need one of relu"),
    (lambda x, w, ws: gqj.quantize(x, (1, 128), jnp.int16), TypeError, "codes has dtype int16, need one of"),
    (lambda x, w, ws: gqj.scaled_matmul(w, ws, w, None, *BLOCKS, BF16), ValueError, "scales are there for one operand"),
    (lambda x, w, ws: gqj.training_linear(x, normal(0, 48, 255)), ValueError, "x has 256 columns, need 255"),
    (lambda x, w, ws: gqj.call(gridquant.quantize(n=256), x, x), TypeError, "quantize has 1 inputs, got 2"),
    (lambda x, w, ws: gqj.call(gridquant.quantize(n=128), x), ValueError,
     r"quantize: x has shape \[4, 256\], need \[\?, 128\]"),
    (lambda x, w, ws: gqj.call(gridquant.quantize(n=256, x="f32"), x), TypeError,
     "quantize: x has dtype bfloat16, need float32"),
    (lambda x, w, ws: gqj.call("linear.mlir", x), TypeError, "call of a str, need a Program or a function of a bundle"),
])  # fmt: skip
def test_refused(call, error, words):
    w, ws = weights(0, 48, 256)
    for run in (call, jax.jit(call)):
        with pytest.raises(error, match=words):
            run(normal(0, 4, 256), w, ws)


def test_a_function_of_a_bundle():
    bundle = gridquant.compile(gridquant.linear(n=256, k=1024), target="h200")
    function = bundle["linear"]
    x, (w, ws) = normal(0, 8, 1024), weights(1, 256, 1024)
    traced = jax.make_jaxpr(lambda *a: gqj.call(function, *a))(x, w, ws)
    assert [(a.shape, a.dtype) for a in traced.out_avals] == [((8, 256), BF16)]
    with pytest.raises(Exception, match="function linear of a bundle has kernels for GPUs only; gridquant.jax.call "):
        jax.block_until_ready(gqj.call(function, x, w, ws))
    with pytest.raises(TypeError, match="linear: w has dtype bfloat16, need float8_e4m3fn"):
        gqj.call(function, x, w.astype(BF16), ws)
    with pytest.raises(ValueError, match=r"linear: x has shape \[1024\], need \[\?, 1024\]"):
        gqj.call(function, x[0], w, ws)
    matmul = gridquant.compile(gridquant.matmul(n=256, k=1024), target="h200")["matmul"]
    with pytest.raises(ValueError, match=r"operand a_scales \(argument 2, %a_scales\)"):
        gqj.call(matmul, *gqj.quantize(x, (1, 128), F8)[:1], w, jnp.ones((7, 8)), ws)


def test_the_custom_call(tmp_path):
    """What compiled programs of JAX carry means the same in another process."""
    bundle = gridquant.compile(gridquant.linear(n=256, k=1024), target="h200", cache=tmp_path / "cache")
    path = tmp_path / "linear.gqb"
    path.write_bytes(gridquant.compiler.compile_bytes(gridquant.linear(n=256, k=1024), target="h200", cache=False))
    texts = []
    for one in (bundle, gridquant.Bundle(path)):
        function = one["linear"]
        exported = jax.export.export(
            jax.jit(lambda *a: gqj.call(function, *a)), platforms=["cuda"],
            disabled_checks=[jax.export.DisabledSafetyCheck.custom_call("gridquant")],
        )(*(jax.ShapeDtypeStruct(s, d) for s, d in (((8, 1024), BF16), ((256, 1024), F8), ((2, 8), jnp.float32))))  # fmt: skip
        texts.append([line for line in exported.mlir_module().splitlines() if "@gridquant" in line])
    assert len(texts[0]) == 1 and texts[0] == texts[1]
    key = int.from_bytes(bundle.digest()[:8], "little", signed=True)
    assert f"{{bundle = {key} : i64, function = \"linear\"}}" in texts[0][0]
    # Codes of x [8, 1024] and scales [8, 8], from a multiple of 256 bytes on.
    assert f"-> (tensor<8x256xbf16>, tensor<{8192 + 256 + 255}xui8>)" in texts[0][0]


def test_on_a_gpu_that_is_known(monkeypatch):
    """Programs are compiled for it, and a CPU beside it gets the reference."""
    monkeypatch.setattr(_call, "_target", lambda: "h200")
    program = gridquant.quantize(n=512)
    x = normal(0, 4, 512)
    for result, expected in zip(gqj.call(program, x), program.reference(np.asarray(x))):
        same(result, expected)
    traced = str(jax.make_jaxpr(lambda x: gqj.call(program, x))(x))
    assert "target_name=gridquant" in traced and "pure_callback" in traced
    assert (program, "h200") in _call._functions


def test_the_target(monkeypatch):
    device = type("Device", (), {"device_kind": "NVIDIA H200", "__str__": lambda self: "cuda:0"})()
    monkeypatch.setattr(jax, "local_devices", lambda backend: [device])
    assert _call._target() == "h200"
    device.device_kind = "NVIDIA A100"
    with pytest.raises(RuntimeError, match="cuda:0 is NVIDIA A100, need one of H100"):
        _call._target()


def test_precompile(tmp_path, monkeypatch):
    folder = tmp_path / "bundles"

    def loss(x, weight):
        return gqj.training_linear(x, weight).astype(jnp.float32).sum()

    arguments = [jax.ShapeDtypeStruct(shape, BF16) for shape in ((16, 256), (128, 256))]
    with gqj.precompile(folder, target="h200"):
        jax.eval_shape(jax.grad(loss, argnums=(0, 1)), *arguments)
    cache = gridquant.cache.Cache(folder)
    assert cache.size()[0] == 3  # forward, and both gradients
    with pytest.raises(gridquant.CompileError), gqj.precompile(folder, target="h200"):
        gqj.call(gridquant.Program("f", "no module", [], []))
    monkeypatch.setattr(gridquant.compiler, "find_tool", lambda name: None)
    gridquant.linear(128, 256, weight="bf16").compile(target="h200", cache=folder)


SHARDED = """
import gridquant.jax as gqj, jax, jax.numpy as jnp, numpy as np
from jax.sharding import NamedSharding, PartitionSpec as P

def same(one, other):
    np.testing.assert_array_equal(np.asarray(one, np.float32), np.asarray(other, np.float32))

assert jax.device_count() == 8  # as many threads, of which callbacks and sums of two devices wait in some
normal = lambda seed, *shape: jax.random.normal(jax.random.key(seed), shape, jnp.bfloat16)
mesh = jax.make_mesh((2,), ("devices",), devices=jax.devices()[:2])
spread = lambda array, *dims: jax.device_put(array, NamedSharding(mesh, P(*dims)))
w, ws = gqj.quantize(normal(0, 512, 256), (128, 128), jnp.float8_e4m3fn)
x = normal(1, 16, 256)
whole = jax.jit(gqj.linear)(x, w, ws)

# Gathered in jax.jit: right all the same.
plain = jax.jit(gqj.linear)
same(plain(spread(x, "devices"), w, ws), whole)
assert "all-gather" in plain.lower(spread(x, "devices"), w, ws).compile().as_text()

# Rows, and columns of the weight, stay where they are in jax.shard_map.
for specs, out in (((P("devices"), P(), P()), P("devices")),
                   ((P(), P("devices"), P("devices")), P(None, "devices"))):
    layer = jax.jit(jax.shard_map(gqj.linear, mesh=mesh, in_specs=specs, out_specs=out))
    arguments = [spread(array, *spec) for array, spec in zip((x, w, ws), specs)]
    y = layer(*arguments)
    assert y.sharding.spec == P(*out, *[None] * (2 - len(out))), y.sharding
    same(y, whole)
    assert "all-gather" not in layer.lower(*arguments).compile().as_text()

# Gradients: of what all devices have alike the sum of theirs, whether JAX follows that or not.
def gradients(layer, *arguments):
    loss = lambda *a: jnp.square(layer(*a).astype(jnp.float32)).sum()
    return jax.jit(jax.grad(loss, argnums=tuple(range(len(arguments)))))(*arguments)

def near(some, others):
    for one, other in zip(some, others):
        one, other = np.asarray(one, np.float32), np.asarray(other, np.float32)
        assert np.linalg.norm(one - other) <= 0.01 * np.linalg.norm(other) > 0

weight, bias = normal(2, 128, 256), normal(4, 128)
long = normal(3, 512, 256)
expected = gradients(gqj.training_linear, long, weight, bias)
served = lambda x, bias, residual: gqj.linear(x, w, ws, bias, residual, activation="silu")
more = normal(5, 512), normal(6, 16, 512)
for check in (True, False):
    over = lambda f, *specs: jax.shard_map(f, mesh=mesh, in_specs=specs, out_specs=P("devices"), check_vma=check)
    layer = over(gqj.training_linear, P("devices"), P(), P())
    near(gradients(layer, spread(long, "devices"), weight, bias), expected)
    layer = over(served, P("devices"), P(), P("devices"))
    given = gradients(layer, spread(x, "devices"), more[0], spread(more[1], "devices"))
    near(given, gradients(served, x, *more))
    # Of columns of the weight each device has a part of the gradient of x.
    columns = jax.shard_map(gqj.training_linear, mesh=mesh, in_specs=(P(), P("devices"), P("devices")),
                            out_specs=P(None, "devices"), check_vma=check)
    tall, wide = normal(7, 512, 256), normal(8, 512)
    given = gradients(columns, long, spread(tall, "devices"), spread(wide, "devices"))
    near(given, gradients(gqj.training_linear, long, tall, wide))
print("sharded")
"""


def test_sharded_arrays(python):
    done = python(SHARDED, XLA_FLAGS="--xla_force_host_platform_device_count=8")
    assert done.stdout == "sharded\n", done.stderr


def test_without_the_library(python):
    done = python(
        "import gridquant, gridquant.jax as g, jax.numpy as jnp\n"
        "f = gridquant.compile(gridquant.quantize(n=256), target='h200')['quantize']\n"
        "g.call(f, jnp.zeros((4, 256), jnp.bfloat16))", GQ_JAX_LIB="/nowhere/libgq_jax.so")  # fmt: skip
    assert "cannot load libgq_jax.so, which is built where jaxlib is installed" in done.stderr
