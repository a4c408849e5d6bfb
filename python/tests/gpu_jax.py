#!/usr/bin/env python3
"""gridquant.jax on a Hopper GPU, against the reference library and NumPy; on a machine without a
compiler with bundles that were compiled elsewhere:

    python3 python/tests/gpu_jax.py --precompile FOLDER --target h200   # where gq-compile is
    GQ_CACHE_DIR=FOLDER python3 python/tests/gpu_jax.py                 # where the GPU is

Prints a line for each check, and ends with 1 if one failed; without JAX, or where it has no CUDA,
it says so and ends with 0. All that XLA can capture it captures, so that calls are in CUDA graphs;
--uncaptured leaves that to XLA's defaults."""

import argparse
import os
import sys
import threading

if "--uncaptured" not in sys.argv:
    os.environ["XLA_FLAGS"] = "--xla_gpu_graph_min_graph_size=1 " + os.environ.get("XLA_FLAGS", "")
os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")

try:
    import jax
except ImportError:
    print("gpu_jax: skipped, there is no JAX")
    sys.exit(0)

import gpu_checks  # noqa: E402
import gridquant  # noqa: E402
import gridquant.jax as gqj  # noqa: E402
import jax.export  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402
from gridquant import compiler, reference  # noqa: E402

BF16, F8, F85, E8M0 = jnp.bfloat16, jnp.float8_e4m3fn, jnp.float8_e5m2, jnp.float8_e8m0fnu
BLOCKS = ((1, 128), (128, 128))
N, K = 512, 1024
PROGRAM = gridquant.linear(n=N, k=K)  # two kernels, with a workspace


def normal(seed, *shape, dtype=BF16):
    return jnp.asarray(np.random.default_rng(seed).standard_normal(shape, dtype=np.float32)).astype(dtype)


def weights(seed=99):
    return gqj.quantize(normal(seed, N, K), (128, 128), F8)


def bits(array):
    return np.asarray(array).view(np.uint8)


def same(*pairs):
    for one, other in pairs:
        assert one.shape == other.shape and one.dtype == other.dtype, (one.dtype, other.dtype, one.shape, other.shape)
        wrong = np.count_nonzero(bits(one) != bits(other))
        assert not wrong, f"{wrong} of {bits(one).size} bytes differ"


def near(one, other, bound):
    one, other = np.asarray(one, np.float64), np.asarray(other, np.float64)
    error = np.linalg.norm(one - other) / np.linalg.norm(other)
    assert error <= bound, f"error is {error:.2e}, need {bound:.2e}"


def expected_codes(x, block, code="f8E4M3FN", power_of_two=False):
    """Codes as bytes and scales in f32, of x in f32."""
    x = np.ascontiguousarray(np.asarray(x, np.float32))
    q = np.empty(x.shape, np.uint8)
    scales = np.empty(reference.scale_shape(*x.shape, block), np.float32)
    reference.quantize(x, "f32", x.shape, block, code, q, scales, power_of_two=power_of_two)
    return q, scales


def wide(q, scales, block):
    """What codes and scales stand for."""
    grid = np.asarray(scales, np.float64).repeat(block[0], 0).repeat(block[1], 1)
    return np.asarray(q, np.float64) * grid[: q.shape[0], : q.shape[1]]


def quantised(x, block):
    """x as it is behind its quantisation, in f64."""
    q, scales = expected_codes(x, block)
    return wide(q.view(F8), scales, block)


# --- checks -----------------------------------------------------------------------------------


def check_quantize():
    for rows in (1, 200, 513):
        x = normal(rows, rows, 1040)
        for block, code, name, options in (((1, 128), F8, "f8E4M3FN", {}), ((128, 128), F85, "f8E5M2", {}),
                                           ((1, 128), jnp.int8, "i8", {"pow2": True})):  # fmt: skip
            q, scales = jax.jit(lambda x: gqj.quantize(x * 2, block, code, **options))(x)
            expected = expected_codes(np.asarray(x, np.float32) * 2, block, name, bool(options))
            assert q.dtype == code
            np.testing.assert_array_equal(bits(q), expected[0])
            np.testing.assert_array_equal(np.asarray(scales), expected[1])
    q, scales = jax.jit(lambda x: gqj.quantize(x, (1, 32), F8, E8M0))(normal(2, 200, K))
    expected = expected_codes(normal(2, 200, K), (1, 32), power_of_two=True)
    assert scales.dtype == E8M0
    np.testing.assert_array_equal(bits(q), expected[0])
    np.testing.assert_array_equal(np.asarray(scales).astype(np.float32), expected[1])


def check_scaled_matmul():
    b, sb = weights()
    for rows in (1, 63, 300):
        a, sa = gqj.quantize(normal(rows, rows, K), (1, 128), F8)
        exact = wide(a, sa, BLOCKS[0]) @ wide(b, sb, BLOCKS[1]).T
        bias = normal(3, N)
        near(gqj.scaled_matmul(a, sa, b, sb, *BLOCKS, jnp.float32), exact, 1e-3)
        near(jax.jit(lambda *all: gqj.scaled_matmul(*all[:4], *BLOCKS, BF16, all[4]))(a, sa, b, sb, bias),
             exact + np.asarray(bias, np.float64), 4e-3)  # fmt: skip
        unscaled = gqj.scaled_matmul(a, None, b, None, (1, 1), (1, 1), jnp.float32)
        near(unscaled, np.asarray(a, np.float64) @ np.asarray(b, np.float64).T, 1e-3)


def check_linear_in_a_larger_function():
    (w, ws), bias = weights(), normal(1, N)

    def layers(x, bias):
        y = gqj.linear(x * 2, w, ws, bias, activation="relu")
        return (y + 1) * jnp.tanh(y)

    for rows in (64, 65):
        x = normal(rows, 2, rows, K)
        given = jax.jit(layers)(x, bias)
        inside = quantised(np.asarray(x, np.float32).reshape(-1, K) * 2, BLOCKS[0]) @ wide(w, ws, BLOCKS[1]).T
        y = np.maximum(inside + np.asarray(bias, np.float64), 0)
        near(np.asarray(given, np.float64).reshape(-1, N), (y + 1) * np.tanh(y), 1e-2)
        same((given, jax.jit(layers)(x, bias)))


def check_calls_again():
    """Captured or not, a call reads what is there now."""
    w, ws = weights()
    chain = jax.jit(lambda x: gqj.linear(jnp.tile(gqj.linear(x + 1, w, ws) * 0.03, 2), w, ws) + 1)
    inputs = [normal(seed, 64, K) for seed in range(4)]
    expected = [chain(x) for x in inputs]
    assert len({bits(y).tobytes() for y in expected}) == 4
    for turn in range(40):
        same((chain(inputs[turn % 4]), expected[turn % 4]))
    first = gqj.linear(inputs[0] + 1, w, ws)
    same((gqj.linear(jnp.tile(first * 0.03, 2), w, ws) + 1, expected[0]))


def check_two_functions_and_donation():
    w, ws = weights()
    one = jax.jit(lambda x: gqj.linear(x, w, ws), donate_argnums=0)
    other = jax.jit(lambda x: gqj.quantize(x, (1, 128), F8))
    square = jax.jit(lambda x: jnp.tile(gqj.linear(x, w, ws), 2), donate_argnums=0)  # into its argument
    x = normal(0, 64, K)
    expected = gqj.linear(x, w, ws), *gqj.quantize(x, (1, 128), F8)
    for _ in range(3):
        same((other(x)[0], expected[1]), (other(x)[1], expected[2]), (one(x + 0), expected[0]))
        same((square(x + 0), jnp.tile(expected[0], 2)))


def check_scan_map_and_vmap():
    w, ws = weights()
    xs = normal(0, 5, 48, K)
    whole = jnp.stack([gqj.linear(x, w, ws) for x in xs])
    same((jax.jit(lambda xs: jax.lax.scan(lambda c, x: (c, gqj.linear(x, w, ws)), 0, xs)[1])(xs), whole))
    same((jax.jit(jax.vmap(lambda x: gqj.linear(x, w, ws)))(xs), whole))

    def step(x, _):
        return jnp.tile(gqj.linear(x, w, ws), 2) * 0.03, None

    by_hand = xs[0]
    for _ in range(6):
        by_hand, _ = step(by_hand, None)
    near(jax.jit(lambda x: jax.lax.scan(step, x, length=6)[0])(xs[0]), by_hand, 1e-2)


def check_gradients():
    (w, ws), bias, residual = weights(), normal(1, N), normal(2, 64, N)
    x, weigh = normal(0, 64, K), normal(3, 64, N)

    def loss(x, bias, residual):
        return (gqj.linear(x, w, ws, bias, residual, activation="silu") * weigh).astype(jnp.float32).sum()

    dx, db, dr = jax.jit(jax.grad(loss, argnums=(0, 1, 2)))(x, bias, residual)
    before = quantised(x, BLOCKS[0]) @ wide(w, ws, BLOCKS[1]).T + np.asarray(bias, np.float64)
    s = 1 / (1 + np.exp(-before))
    dy = np.asarray(weigh, np.float64) * s * (1 + before * (1 - s))
    near(dx, dy @ wide(w, ws, BLOCKS[1]), 0.05)
    near(db, dy.sum(0), 0.02)
    near(dr, weigh, 1e-6)


def check_training():
    weight, bias = normal(1, N, K), normal(2, N)
    layer = jax.jit(jax.value_and_grad(
        lambda x, weight, bias, weigh: (gqj.training_linear(x, weight, bias) * weigh).astype(jnp.float32).sum(),
        argnums=(0, 1, 2)))  # fmt: skip
    for rows in (64, 100):
        x, weigh = normal(0, rows, K), normal(3, rows, N)
        _, (dx, dw, db) = layer(x, weight, bias, weigh)
        dy, of_x, of_w = (np.asarray(array, np.float64) for array in (weigh, x, weight))
        near(dx, dy @ of_w, 0.06)
        near(dw, dy.T @ of_x, 0.06)
        near(db, dy.sum(0), 0.02)


def _function():
    device = jax.local_devices(backend="cuda")[0]
    return PROGRAM.compile(target=gridquant._device.target_of_name(device.device_kind))


def check_bundles():
    """A function of a bundle, and of one that is closed again."""
    function, (w, ws), x = _function(), weights(), normal(0, 64, K)
    expected = gqj.linear(x, w, ws)
    same((gqj.call(function, x, w, ws), expected))
    layer = jax.jit(lambda x, w, ws: gqj.call(function, x, w, ws))
    same((layer(x, w, ws), expected))
    function._bundle.close()
    same((layer(x, w, ws), expected))
    try:
        gqj.call(function, x[:, :-1], w, ws)
    except ValueError as error:
        assert "x has shape [64, 1023], need [?, 1024]" in str(error), error
    else:
        raise AssertionError("nothing is refused")


def check_export():
    """What was exported is called by bundles that are known; others are named."""
    function, (w, ws), x = _function(), weights(), normal(0, 64, K)
    check = jax.export.DisabledSafetyCheck.custom_call("gridquant")
    exported = jax.export.export(jax.jit(lambda *a: gqj.call(function, *a)), disabled_checks=[check])(x, w, ws)
    again = jax.export.deserialize(exported.serialize())
    gqj.register(function._bundle)
    same((again.call(x, w, ws), gqj.linear(x, w, ws)))
    unknown = jax.ffi.ffi_call("gridquant", jax.ShapeDtypeStruct((64, N), BF16))
    try:
        jax.block_until_ready(unknown(x, bundle=np.int64(1), function="linear"))
    except Exception as error:
        assert "the bundle of function linear is not known in this process" in str(error), error
    else:
        raise AssertionError("nothing is refused")


def check_threads():
    w, ws = weights()
    layer = jax.jit(lambda x: gqj.linear(x, w, ws))
    inputs = [normal(seed, 64 + seed // 2, K) for seed in range(8)]
    wrong, start = [], threading.Barrier(8)

    def work(i):
        try:
            start.wait()
            results = [layer(inputs[i]) for _ in range(20)]
            if any((bits(y) != bits(results[0])).any() for y in results):
                wrong.append(i)
            results[0] = bits(results[0])
            near(np.asarray(results[1], np.float64), quantised(inputs[i], BLOCKS[0]) @ wide(w, ws, BLOCKS[1]).T, 1e-2)
        except Exception as error:
            wrong.append((i, repr(error)))

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong, f"threads {wrong} have other results"


def check_no_rows():
    w, ws = weights()
    assert gqj.linear(normal(0, 0, K), w, ws).shape == (0, N)
    assert jax.jit(lambda x: gqj.linear(x, w, ws) + 1)(normal(0, 0, K)).shape == (0, N)


def check_another_gpu():
    devices = jax.local_devices(backend="cuda")
    if len(devices) < 2:
        return "there is one GPU"
    (w, ws), x = weights(), normal(0, 64, K)
    expected = gqj.linear(x, w, ws)
    there = [jax.device_put(array, devices[1]) for array in (x, w, ws)]
    for call in (gqj.linear, jax.jit(gqj.linear)):
        y = call(*there)
        assert y.devices() == {devices[1]}
        same((y, expected))
    return None


CHECKS = [check_quantize, check_scaled_matmul, check_linear_in_a_larger_function, check_calls_again,
          check_two_functions_and_donation, check_scan_map_and_vmap, check_gradients, check_training, check_bundles,
          check_export, check_threads, check_no_rows, check_another_gpu]  # fmt: skip


def programs():
    """All that the checks call, but for the number of rows."""
    x, bias, weight, residual = normal(0, 16, K), normal(1, N), normal(2, N, K), normal(3, 16, N)
    for block, code, options in (((1, 128), F8, {}), ((128, 128), F85, {}), ((1, 128), jnp.int8, {"pow2": True})):
        gqj.quantize(normal(0, 16, 1040), block, code, **options)
    gqj.quantize(x, (1, 32), F8, E8M0)
    a, sa = gqj.quantize(x, (1, 128), F8)
    w, ws = weights()
    gqj.scaled_matmul(a, sa, w, ws, *BLOCKS, jnp.float32)
    gqj.scaled_matmul(a, sa, w, ws, *BLOCKS, BF16, bias)
    gqj.scaled_matmul(a, None, w, None, (1, 1), (1, 1), jnp.float32)
    gqj.linear(x, w, ws)
    gqj.linear(x, w, ws, bias, activation="relu")
    jax.grad(lambda x: gqj.linear(x, w, ws, bias, residual, activation="silu").astype(jnp.float32).sum())(x)
    jax.grad(lambda x, w: gqj.training_linear(x, w, bias).astype(jnp.float32).sum(), argnums=(0, 1))(x, weight)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--precompile", metavar="FOLDER", help="compile what the checks need, and end")
    parser.add_argument("--target", default="h200")
    parser.add_argument("--uncaptured", action="store_true", help="let XLA choose what it captures")
    options = parser.parse_args()
    if options.precompile:
        with gqj.precompile(options.precompile, target=options.target):
            programs()
        compiler.compile_bytes(PROGRAM, target=options.target, cache=options.precompile)
        print("%d bundles, %d bytes" % gridquant.cache.Cache(options.precompile).size())
        return 0
    try:
        jax.local_devices(backend="cuda")
    except RuntimeError as error:
        print(f"gpu_jax: skipped, JAX {jax.__version__} has no CUDA: {str(error).splitlines()[0]}")
        return 0
    print(f"JAX {jax.__version__}, XLA_FLAGS={os.environ.get('XLA_FLAGS', '')}")
    return gpu_checks.run((check.__name__, check) for check in CHECKS)


if __name__ == "__main__":
    sys.exit(main())
