"""Quantisations of the GPU suite, and what makes and reads codes of each format."""

from gridquant_formats import (
    decoded_matmul,
    dequantize,
    own_scales,
    quantize_packed,
    requantize,
    widened,
)
from gridquant_programs import quantize_formats


QUANTIZE_BLOCKS = [(1, 128), (128, 128), (256, 256), (32, 32)]


def one_pass(result):
    add_quantize = result.add_quantize
    for block in QUANTIZE_BLOCKS:
        shape = f"{block[0]}x{block[1]}"
        for x_type in ("bf16", "f16", "f32"):
            for q_type in ("f8E4M3FN", "f8E5M2"):
                add_quantize(f"quantize_{x_type}_{q_type}_{shape}", block,
                             x_type=x_type, q_type=q_type)  # fmt: skip
        add_quantize(f"quantize_wide_{shape}", block, n=8192)
        # Static and smaller than a tile.
        add_quantize(f"quantize_small_{shape}", block, m=7, n=130)
    for name, block, options in quantize_formats():
        add_quantize(name, block, **options)
    for shape, (block, options) in {
        "1x128": ((1, 128), {}),
        "256x256": ((256, 256), dict(x_type="f32", n=1040)),
        "i8": ((1, 128), dict(q_type="i8", x_type="f16")),
        "two": ((128, 128), dict(config="tile = [128, 128], passes = 2")),
        "two_parts": ((256, 256), dict(n=2048, config="tile = [32, 256], passes = 2")),
    }.items():
        add_quantize(f"quantize_divide_{shape}", block, divide=True, **options)
    add_quantize("quantize_odd_1x100", (1, 100))
    add_quantize("quantize_odd_3x7", (3, 7))
    add_quantize("quantize_large_512x512", (512, 512), n=1024, x_type="f32")  # a cluster
    add_quantize("quantize_silu_mul", (1, 128), n=8192, producer="silu_mul")
    add_quantize("quantize_small_silu_mul", (32, 32), n=200, producer="silu_mul")
    add_quantize("quantize_large_silu_mul", (256, 256), n=1024, producer="silu_mul")
    add_quantize("quantize_large_dynamic_silu_mul", (256, 256), producer="silu_mul")


def two_passes(result):
    add_quantize = result.add_quantize
    # Two passes, with tiles of whole blocks, then of parts of one.
    for shape, (block, whole, parts) in {
        "1x128": ((1, 128), "tile = [16, 512]", "tile = [64, 64]"),
        "128x128": ((128, 128), "tile = [128, 128]", "tile = [16, 512]"),
        "256x256": ((256, 256), "tile = [256, 256], cluster = 4", "tile = [32, 256]"),
    }.items():
        add_quantize(f"quantize_two_{shape}", block, config=whole + ", passes = 2")
        add_quantize(f"quantize_two_parts_{shape}", block, n=2048,
                     config=parts + ", passes = 2")  # fmt: skip
        add_quantize(f"quantize_two_small_{shape}", block, m=7, n=130,
                     config=whole + ", passes = 2")  # fmt: skip
        add_quantize(f"quantize_steps_{shape}", block, steps=True, x_type="f16",
                     q_type="f8E5M2", config="tile = [64, 128]")  # fmt: skip
    add_quantize("quantize_two_silu_mul", (1, 128), n=4096, producer="silu_mul",
                 config="tile = [8, 1024], passes = 2")  # fmt: skip
    # Tiles that one thread block reads in slabs, keeping the last one or none.
    for width, n in (("", -1), ("wide_", 8192)):
        add_quantize(f"quantize_slabs_{width}f32_256x256", (256, 256), n=n, x_type="f32")
        add_quantize(f"quantize_phases_{width}256x256", (256, 256), n=n,
                     config="tile = [256, 256], threads = 128, slabs = 16, passes = 2")  # fmt: skip
    add_quantize("quantize_slabs_512x512", (512, 512), n=8192)
    add_quantize("quantize_slabs_transposed", (512, 256), n=1040, x_type="f32", transposed=True,
                 q_type="i8", scale_kind="e8m0")  # fmt: skip
    add_quantize("quantize_slabs_dual", (256, 256), n=1040, x_type="f32", dual=True)
    add_quantize("quantize_slabs_silu_mul", (256, 256), n=4096, producer="silu_mul",
                 config="tile = [256, 256], threads = 512, slabs = 4")  # fmt: skip
    # In slabs, what rows share is parked once.
    add_quantize("quantize_slabs_columns", (256, 256), n=4096, producer="columns",
                 config="tile = [256, 256], threads = 512, slabs = 4")  # fmt: skip
    add_quantize("quantize_large_columns", (256, 256), producer="columns")
    # Blocks that only two passes can do: rows, columns, the whole tensor.
    add_quantize("quantize_two_32x32", (256, 256), n=2048,
                 config="tile = [32, 32], threads = 128, passes = 2")  # fmt: skip
    add_quantize("quantize_rows_28672", (1, 28672), n=28672)
    add_quantize("quantize_rows_200000", (1, 200000), m=5, n=200000)
    add_quantize("quantize_rows_f32", (1, 150001), m=3, n=150001, x_type="f32")
    add_quantize("quantize_rows_dynamic", (1, 200000))
    add_quantize("quantize_columns", (140000, 1), m=140000, n=9)
    add_quantize("quantize_columns_8192", (8192, 1), n=96)
    add_quantize("quantize_columns_2048", (2048, 1), n=96, x_type="f16")
    add_quantize("quantize_columns_dynamic", (140000, 1), q_type="f8E5M2")
    add_quantize("quantize_tensor", (700, 1001), m=700, n=1001)
    add_quantize("quantize_tensor_8k", (4096, 8192), m=4096, n=8192)


def transposes(result):
    add_quantize = result.add_quantize
    # The codes and their transpose: rows of the second whose ends are known to be
    # aligned, are found to be, and are not.
    for block in QUANTIZE_BLOCKS + [(1, 100), (3, 7)]:
        shape = f"{block[0]}x{block[1]}"
        add_quantize(f"quantize_dual_{shape}", block, dual=True)
        add_quantize(f"quantize_dual_wide_{shape}", block, n=2080, dual=True)
        add_quantize(f"quantize_dual_static_{shape}", block, m=260, n=528, dual=True)
        add_quantize(f"quantize_dual_small_{shape}", block, m=7, n=130, dual=True)
    add_quantize("quantize_dual_f32_i8", (1, 128), x_type="f32", q_type="i8", n=512,
                 scale_kind="e8m0", transposed=True, dual=True)  # fmt: skip
    add_quantize("quantize_dual_f32_cluster", (256, 256), x_type="f32", n=512, dual=True,
                 config="tile = [256, 256], threads = 512, cluster = 2")  # fmt: skip
    add_quantize("quantize_dual_silu_mul", (128, 128), n=512, producer="silu_mul", dual=True)
    add_quantize("quantize_dual_two", (256, 256), n=2048, dual=True,
                 config="tile = [64, 256], passes = 2")  # fmt: skip
    add_quantize("quantize_dual_narrow", (1, 2), dual=True, n=6)


def decoded(result):
    # What codes stand for, of a byte and of half a byte; scales by a formula; bytes alone.
    for name, options in {
        "dequantize_msfp12": dict(n=272, block=(1, 16), packed="i4", scale_type="f8E8M0FNU"),
        "dequantize_mxfp4": dict(n=4096, block=(1, 32), packed="f4E2M1FN", scale_type="f8E8M0FNU"),
        "dequantize_int4_bf16": dict(n=1024, block=(1, 128), packed="i4", scale_type="bf16"),
        "dequantize_int4_f16": dict(n=192, block=(1, 64), packed="i4", scale_type="f16", out="f16"),
        "dequantize_int4_odd": dict(n=301, block=(1, 32), packed="i4", out="f32"),
        "dequantize_e4m3": dict(n=1040, block=(128, 128), q_type="f8E4M3FN"),
        "dequantize_e5m2_odd": dict(n=301, block=(1, 100), q_type="f8E5M2", out="f32"),
        "dequantize_i8": dict(n=512, block=(1, 128), scale_type="bf16"),
    }.items():
        facts = dict(kind="dequantize", q_type="i8", packed=None, scale_type="f32", out="bf16")
        result[name] = (dequantize(name, **options), facts | options)
    # Of few rows on the way to the product, of many by a kernel of its own; rows of codes that
    # are no whole words, steps of several slots, parts of K.
    for name, options in {
        "mxfp4": dict(n=2112, k=7168, block=(1, 32), packed="f4E2M1FN", scale_type="f8E8M0FNU"),
        "msfp12": dict(n=1000, k=1040, block=(1, 16), packed="i4", scale_type="f8E8M0FNU"),
        "int4": dict(n=4096, k=4096, block=(1, 128), packed="i4", scale_type="bf16"),
        "int4_f32": dict(n=328, k=1000, block=(1, 128), packed="i4"),
        "int4_f16": dict(n=328, k=1024, block=(64, 64), packed="i4", scale_type="f16"),
        "bytes": dict(n=200, k=1002, block=(1, 32), packed="f4E2M1FN", scale_type="f8E8M0FNU",
                      config="tile = [64, 16, 64], math_groups = 1, swap = true, dequantize = true"),
        "upright": dict(n=264, k=520, block=(1, 32), packed="i4", scale_type="bf16",
                        config="tile = [64, 64, 64], math_groups = 1, dequantize = true"),
        "parts": dict(n=512, k=4096, block=(1, 32), packed="f4E2M1FN", scale_type="f8E8M0FNU",
                      config="tile = [64, 16, 256], stages = 8, math_groups = 1, split_k = 2, "
                             "swap = true, dequantize = true"),
    }.items():  # fmt: skip
        facts = dict(kind="decoded_matmul", scale_type="f32")
        name = f"decoded_matmul_{name}"
        result[name] = (decoded_matmul(name, **options), facts | options)


def encoded(result):
    for name, options in {
        "quantize_msfp12": dict(n=272, block=(1, 16), packed="i4", scale_type="f8E8M0FNU"),
        "quantize_mxfp4": dict(n=4096, block=(1, 32), packed="f4E2M1FN", scale_type="f8E8M0FNU"),
        "quantize_mxfp4_f32": dict(n=512, block=(1, 32), packed="f4E2M1FN", x_type="f32",
                                   scale_type="f8E8M0FNU"),
        "quantize_int4_bf16": dict(n=1024, block=(1, 128), packed="i4", scale_type="bf16"),
        "quantize_int4_f16": dict(n=192, block=(1, 64), packed="i4", x_type="f16", divide=True),
        "quantize_int4_odd": dict(n=301, block=(1, 32), packed="i4", x_type="f32"),
        "quantize_mxfp4_odd": dict(n=75, block=(1, 32), packed="f4E2M1FN"),
        "quantize_int4_256x256": dict(n=512, block=(256, 256), packed="i4", x_type="f32"),
    }.items():  # fmt: skip
        facts = dict(kind="quantize_packed", scale_type="f32", x_type="bf16", divide=False)
        result[name] = (quantize_packed(name, **options), facts | options)
    for name, options in {
        "requantize_mx": dict(n=1024, read=(1, 32), made=(1, 128)),
        "requantize_mx_square": dict(n=1040, read=(1, 32), made=(128, 128)),
        "requantize_odd": dict(n=301, read=(1, 32), made=(1, 128), q_type="f8E5M2"),
        "requantize_squares": dict(n=512, read=(128, 128), made=(256, 256), scale_type="f32"),
    }.items():
        facts = dict(kind="requantize", q_type="f8E4M3FN", scale_type="f8E8M0FNU")
        result[name] = (requantize(name, **options), facts | options)
    for name, options in {
        "own_scales": dict(n=1024),
        "own_scales_odd": dict(n=301, x_type="f32", largest=400.0),
        "own_scales_e8m0": dict(n=2048, scale_type="f8E8M0FNU"),
        "own_scales_e8m0_three": dict(n=2048, scale_type="f8E8M0FNU", largest=400.0),
    }.items():
        facts = dict(kind="own_scales", x_type="bf16", scale_type="f32", largest=448.0)
        result[name] = (own_scales(name, **options), facts | options)
    for q_type in ("i8", "f8E4M3FN", "f8E5M2"):
        for n in (512, 301):
            name = f"widened_{q_type}_{n}"
            result[name] = (widened(name, n, q_type), dict(kind="widened", n=n, q_type=q_type))


PROGRAMS = [one_pass, two_passes, transposes]
CODES = [decoded, encoded]
