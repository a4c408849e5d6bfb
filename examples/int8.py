#!/usr/bin/env python3
"""int8 in, int8 out, with three sizes of blocks, against the same product in f32:

    python3 examples/int8.py [--size M,N,K] [--plot FILE.svg]

Activations have a few channels that are much larger than the others, as those of language
models have; the weights have none. Both are quantised in blocks of 1 x 32, 1 x 128 and 128 x 128,
multiplied, and stored as int8 with one scale for each column of the result. Prints what
each loses, and draws it as SVG.
"""

import argparse
import pathlib
import sys

import gq
import numpy as np

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "benchmarks"))
import svg  # noqa: E402

BLOCKS = ((1, 32), (1, 128), (128, 128))
OUTLIERS = (1, 3, 10, 30)  # how many times larger these channels are


def data(m, n, k, factor):
    rng = np.random.RandomState(0)  # whose numbers stay the same
    x, w = rng.standard_normal((m, k)), rng.standard_normal((n, k))
    x[:, rng.permutation(k)[: max(1, k // 100)]] *= factor
    return x.astype(np.float32), w.astype(np.float32)


def multiply(x, w, block, scales):
    """(what the product loses in f64, d in int8, the backend)."""
    name = f"{block[0]}x{block[1]}"
    run = lambda entry, arrays, kinds: gq.Run("int8.mlir", f"{entry}_{name}", arrays, kinds)
    a, sa = run("quantize", [x], ["i8", "f32"]).results
    b, sb = run("quantize", [w], ["i8", "f32"]).results
    product = run("matmul", [a, sa, b, sb, scales], ["i8"])
    wide = [gq.dequantize(q, "i8", s, "f32", block) for q, s in ((a, sa), (b, sb))]
    # Every code is the sum's, times the scale, rounded; or its neighbour, where f32 and f64
    # round a tie differently.
    exact = np.clip(wide[0] @ wide[1].T * scales, -128, 127)
    off = np.abs(product.results[0] - exact)
    if off.max() > 0.5 + 1e-3:
        sys.exit(f"{name}: a code is {off.max():.3f} from what it stands for")
    return product.results[0], product.backend


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", default="256,256,1024", help="M,N,K")
    parser.add_argument("--plot", type=pathlib.Path, help="where to draw the losses")
    options = parser.parse_args()
    m, n, k = (int(size) for size in options.size.split(","))
    losses = {f"{rows}x{columns}": [] for rows, columns in BLOCKS}
    for factor in OUTLIERS:
        x, w = data(m, n, k, factor)
        exact = x.astype(np.float64) @ w.astype(np.float64).T
        scales = (127 / np.abs(exact).max(0)).astype(np.float32)
        rounded = gq.snr(exact, np.rint(exact * scales) / scales)
        for block in BLOCKS:
            d, backend = multiply(x, w, block, scales)
            losses[f"{block[0]}x{block[1]}"].append(gq.snr(exact, d / scales))
        figures = ", ".join(f"{name} {values[-1]:.1f} dB" for name, values in losses.items())
        print(f"outliers x {factor} on {backend}: {figures}; rounding the result alone {rounded:.1f} dB")
    if options.plot:
        options.plot.write_text(svg.lines(
            "int8 products against f32", f"M, N, K = {m}, {n}, {k}; int8 out", "SNR, dB",
            [f"outliers x {factor}" for factor in OUTLIERS],
            {f"blocks {name}": (False, values) for name, values in losses.items()}))  # fmt: skip
        print(options.plot)
    # Smaller blocks never lose more, beside outliers.
    order = [values[-1] for values in losses.values()]
    return 0 if order == sorted(order, reverse=True) else 1


if __name__ == "__main__":
    sys.exit(main())
