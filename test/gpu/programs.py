"""The programs of the GPU suite: programs.py FOLDER writes them, and programs.json,
which says what the suite needs to know to run them."""

import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "python"))

import cast_programs  # noqa: E402
from gridquant_formats import (  # noqa: E402
    decoded_matmul,
    dequantize,
    own_scales,
    quantize_packed,
    requantize,
    widened,
)
from gridquant_loops import (  # noqa: E402
    batch_matmul,
    batch_op,
    batch_quantize,
    batch_quantize_op,
    beside_matmul,
    shard_matmul,
    split_matmul,
)
from gridquant_programs import (  # noqa: E402
    dual,
    elementwise,
    layers,
    linear,
    matmul,
    quantize,
    quantize_formats,
    quantized_matmul,
    split_k,
    write,
    zero_points,
)

QUANTIZE_BLOCKS = [(1, 128), (128, 128), (256, 256), (32, 32)]


MATMUL_BLOCKS = {
    "1x128_128x128": ((1, 128), (128, 128)),
    "128x128": ((128, 128), (128, 128)),
    "256x256": ((256, 256), (256, 256)),
}


# Few rows, each number of them, and whole tiles, with a row more or less.
INVARIANT_ROWS = sorted({*range(1, 131),
                         *(2**p + d for p in range(7, 13) for d in (-1, 0, 1)
                         if 2**p + d <= 4096)})  # fmt: skip


def programs():
    """name -> (text, facts the suite needs to run it)."""
    result = {}

    def add_quantize(name, block, **options):
        facts = dict(kind="quantize", block=block, x=options.get("x_type", "bf16"),
                     q=options.get("q_type", "f8E4M3FN"), m=options.get("m", -1),
                     n=options.get("n", -1),
                     scales=options.get("scale_kind", "f32"),
                     transposed=options.get("transposed", False),
                     producer=options.get("producer"),
                     amax=options.get("steps", False), divide=options.get("divide", False),
                     dual=options.get("dual", False))  # fmt: skip
        result[name] = (quantize(name, block, **options), facts)

    def add_matmul(name, a_block, b_block, kind="matmul", **options):
        facts = dict(kind=kind, a_block=a_block, b_block=b_block,
                     m=options.get("m", -1), n=options.get("n", -1),
                     k=options.get("k", -1), a=options.get("a_type", "f8E4M3FN"),
                     b=options.get("b_type", "f8E4M3FN"),
                     scale_types=options.get("scale_types", ("f32", "f32")),
                     out=options.get("out", "bf16"),
                     epilogue=options.get("epilogue", "round"),
                     accumulate=options.get("accumulate", False),
                     promote=options.pop("exact", options.get("promote", 128)),
                     transposed=options.get("transposed", ()),
                     ms=options.pop("ms", None),
                     invariant=INVARIANT_ROWS if options.get("invariant") else [])  # fmt: skip
        result[name] = (matmul(name, a_block, b_block, **options), facts)

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
    for shape, (a_block, b_block) in MATMUL_BLOCKS.items():
        add_matmul(f"matmul_{shape}", a_block, b_block)
        add_matmul(f"matmul_8k_{shape}", a_block, b_block, n=8192, k=8192)
        add_matmul(f"matmul_small_{shape}", a_block, b_block, m=7, n=96, k=80)
        add_matmul(f"matmul_one_tile_{shape}", a_block, b_block, m=100, n=128, k=128)
        add_matmul(f"matmul_small_k_{shape}", a_block, b_block, n=200, k=64)
    deepseek = MATMUL_BLOCKS["1x128_128x128"]
    add_matmul("matmul_m64", *deepseek, m=64)
    add_matmul("matmul_m128", *deepseek, m=128)
    add_matmul("matmul_f32", *deepseek, out="f32")
    add_matmul("matmul_e5m2_f16", *deepseek, a_type="f8E5M2", out="f16")
    add_matmul("matmul_32x128", (32, 128), (32, 128))
    for shape, blocks in MATMUL_BLOCKS.items():
        add_matmul(f"matmul_i8_{shape}", *blocks, a_type="i8", b_type="i8")
    add_matmul("matmul_i8_f32", *deepseek, a_type="i8", b_type="i8", out="f32")
    # A K that ends in the first block, inside of another, and with one, of blocks that are half a step.
    for k in (48, 96, 128, 176):
        add_matmul(f"matmul_i8_half_steps_{k}", (512, k), (1, 64), n=72, k=k, a_type="i8", b_type="i8",
                   epilogue="bias_relu", transposed=("a", "b"))  # fmt: skip
    add_matmul("matmul_i8_small", *deepseek, m=7, n=96, k=80, a_type="i8", b_type="i8")
    add_matmul("matmul_i8_bias_relu", *deepseek, a_type="i8", b_type="i8",
               epilogue="bias_relu")  # fmt: skip
    # Results of one byte: every way to store them, and columns that stay in order.
    for name, out, options in [
        ("e4m3", "f8E4M3FN", {}),
        ("e5m2", "f8E5M2", dict(n=288, k=400)),
        ("i8", "i8", dict(n=288, k=1024)),
        ("i8_staged", "i8", dict(n=200, k=384)),
        ("e4m3_staged", "f8E4M3FN", dict(n=41, k=384)),
        ("e4m3_split", "f8E4M3FN", dict(n=512, k=384, config="tile = [128, 256, 128], split = n, "
                                        "store = direct, stages = 4")),
        ("i8_deferred", "i8", dict(n=512, k=384, config="tile = [256, 128, 128], "
                                   "store = deferred, stages = 4")),
        ("i8_swap", "i8", dict(n=512, k=384, m=16, config="tile = [128, 16, 128], "
                               "swap = true, stages = 4")),
    ]:
        add_matmul(f"matmul_i8_to_{name}", *deepseek, kind="codes", a_type="i8", b_type="i8",
                   out=out, epilogue="to_i8" if out == "i8" else "round", **options)
    # Quantised in the tiles of the product: each result, rows and columns that end inside
    # of a tile, groups that split the columns; and in a kernel of its own.
    split_columns = ("tile = [128, 256, 128], split = n, store = direct, stages = 4, "
                     "quantize = true")
    for name, options in {
        "e4m3": dict(n=8192, k=1024),
        "rounded": dict(n=2112, k=384, x_type="bf16"),
        "i8_turned": dict(n=416, k=512, q_type="i8", scale_kind="e8m0", transposed=True),
        "bf16_scales": dict(n=416, k=512, scale_kind="bf16"),
        "divided": dict(n=416, k=512, divide=True),
        "e5m2_64": dict(n=288, k=400, x_type="f16", q_type="f8E5M2", block=(1, 64)),
        "columns": dict(n=544, k=512, config=split_columns),
        "256": dict(n=544, k=512, block=(1, 256)),
        "squares": dict(n=416, k=384, block=(128, 128)),
        # Of blocks of several rows the groups of a role find the maxima together.
        "squares_deferred": dict(n=512, k=512, block=(128, 128), x_type="bf16"),
        "squares_large": dict(n=8192, k=1024, block=(128, 128)),
        "squares_turned": dict(n=512, k=384, block=(128, 128), q_type="i8", scale_kind="e8m0",
                               transposed=True),
        "squares_direct": dict(n=768, k=512, block=(128, 128), scale_kind="bf16",
                               config="tile = [128, 128, 128], store = direct, stages = 4, "
                               "quantize = true"),
        "small_squares": dict(n=384, k=512, block=(64, 64), divide=True),
        "tall": dict(n=512, k=512, block=(256, 128), q_type="f8E5M2"),
        "wide": dict(n=512, k=512, block=(128, 256), x_type="f16"),
    }.items():
        name = f"quantized_product_{name}"
        facts = dict(kind="quantized", m=-1, n=options["n"], k=options["k"],
                     block=options.get("block", (1, 128)), x=options.get("x_type", "f32"),
                     q=options.get("q_type", "f8E4M3FN"), scales=options.get("scale_kind", "f32"),
                     transposed=options.get("transposed", False), producer=None, amax=False,
                     divide=options.get("divide", False), dual=False)  # fmt: skip
        result[name] = (quantized_matmul(name, **options), facts)
    # Two products of one a, in kernels of their own and in the same tiles.
    for name, options in {
        "chosen": dict(n=8192, k=512),
        "direct": dict(n=544, k=400, config="tile = [128, 128, 128], store = direct, dual = true"),
        "staged": dict(n=544, k=400, config="tile = [128, 64, 128], dual = true"),
        "deferred": dict(n=288, k=384, config="tile = [128, 64, 128], store = deferred, "
                                              "dual = true"),
        "one_step": dict(n=288, k=128, config="tile = [64, 96, 128], math_groups = 1, "
                                              "store = direct, dual = true"),
    }.items():  # fmt: skip
        facts = dict(kind="quotients", m=-1, n=options["n"], k=options["k"])
        result[f"quotients_{name}"] = (dual(f"quotients_{name}", **options), facts)
    add_matmul("matmul_bias_relu", *deepseek, epilogue="bias_relu")
    add_matmul("matmul_bias_twice", *deepseek, epilogue="bias_twice")
    # Without scales: sums of bf16 and f16 stay in the tensor cores, others are promoted.
    bf16 = dict(a_type="bf16", b_type="bf16")
    f16 = dict(a_type="f16", b_type="f16")
    for name, options in {
        "bf16": bf16,
        "bf16_f32": dict(bf16, out="f32"),
        "bf16_small": dict(bf16, m=7, n=96, k=40),
        "bf16_bias_relu": dict(bf16, epilogue="bias_relu"),
        "bf16_accumulate": dict(bf16, n=264, k=520, out="f32", epilogue=None, accumulate=True),
        "bf16_swapped": dict(bf16, n=520, k=1024, ms=[1, 7, 16, 33, 100]),
        "bf16_8k": dict(bf16, n=8192, k=8192),
        "f16": dict(f16, out="f16"),
        "f8": {},
        "f8_mixed": dict(a_type="f8E5M2", out="f32", promote=64),
        "i8": dict(a_type="i8", b_type="i8", out="f32"),
    }.items():
        add_matmul(f"matmul_unscaled_{name}", None, None, **options)
    for name, (n, k, config) in {
        "one_slot": (160, 264, "tile = [64, 64, 64], stages = 1, math_groups = 1"),
        "two_slabs": (520, 1000, "tile = [256, 128, 128], stages = 4, early_wait = false"),
        "columns": (512, 1024, "tile = [128, 256, 128], stages = 4, split = n, store = direct"),
        "pingpong": (1040, 2048, "tile = [64, 256, 64], stages = 2, schedule = pingpong"),
        "cut": (416, 2048, "tile = [128, 128, 64], stages = 5, schedule = streamk"),
        "parts": (416, 2048, "tile = [128, 64, 128], stages = 6, split_k = 4"),
        "cluster_a": (1040, 1024, "tile = [128, 256, 128], stages = 4, cluster = a"),
        "cluster_b": (1040, 1024, "tile = [128, 256, 64], stages = 4, cluster = b"),
        "swap": (2112, 1032, "tile = [64, 16, 256], stages = 8, math_groups = 1, swap = true, "
                             "occupancy = 2, split_k = 2"),
    }.items():
        add_matmul(f"matmul_unscaled_bf16_{name}", None, None, n=n, k=k, config=config, **bf16)
    # One scale for each row of a and of b, or one of all of b: the sum over all of K is an
    # integer. A reference that promotes adds up `exact` elements so.
    i8 = dict(a_type="i8", b_type="i8")
    for name, (n, k, options) in {
        "plain": (2112, 1000, {}),
        "8k": (8192, 8192, {}),
        "small": (96, 80, dict(m=7)),
        "swapped": (520, 1024, dict(ms=[1, 7, 16, 33, 100])),
        "f32": (264, 520, dict(out="f32")),
        "adds": (264, 528, dict(out="f32", accumulate=True)),
        "slots": (512, 1024, dict(config="tile = [128, 256, 256], stages = 4, split = n")),
        "pingpong": (544, 1040, dict(config="tile = [128, 128, 128], stages = 3, "
                                            "schedule = pingpong")),
        "cut": (416, 2048, dict(config="tile = [128, 128, 128], stages = 5, "
                                       "schedule = streamk")),
        "parts": (416, 2048, dict(config="tile = [128, 64, 128], stages = 6, split_k = 4")),
        "cluster": (1040, 1024, dict(config="tile = [128, 256, 128], stages = 4, cluster = a")),
        "groups": (512, 1040, dict(config="tile = [64, 16, 128], stages = 8, math_groups = 2, "
                                          "k_groups = 2, swap = true")),
    }.items():  # fmt: skip
        add_matmul(f"matmul_i8_rows_{name}", (1, k), (1, k), n=n, k=k, exact=k, **i8, **options)
    add_matmul("matmul_i8_rows_whole", (1, 1024), (288, 1024), n=288, k=1000, exact=1000, **i8)
    add_matmul("matmul_i8_rows_to_i8", (1, 384), (1, 384), kind="codes", n=512, k=384, exact=384,
               out="i8", epilogue="to_i8", **i8)  # fmt: skip
    for name, options in {"": dict(n=520, k=1000), "_any": {},
                          "_cut": dict(n=416, k=1024, config="tile = [128, 128, 128], stages = 5, "
                                                             "schedule = streamk")}.items():  # fmt: skip
        add_matmul(f"matmul_i32{name}", None, None, kind="codes", out="i32", epilogue=None, **i8,
                   **options)  # fmt: skip
    for name, options in {
        "a": dict(n=264, k=1000, a="i32"),
        "rows": dict(n=2112, k=1024, a="*i8", b="*i32"),
        "scaled": dict(n=520, k=528, a="*i8", b="i8", out="bf16"),
        "f32": dict(n=520, k=1040, b="*i32", out="f32"),
        # Rows that are no multiples of 16 bytes, which warps copy.
        "odd": dict(n=200, k=1003, a="*i32", b="*i8"),
        "wide": dict(n=8192, k=8192, a="*i8", b="i8"),
        "direct": dict(n=544, k=1040, a="*i8", b="*i8", out="bf16",
                       config="tile = [128, 96, 128], stages = 5, store = direct"),
        "columns": dict(n=520, k=1040, a="i8", b="*i8",
                        config="tile = [128, 160, 256], stages = 4, split = n"),
        "parts": dict(n=416, k=2048, a="*i32", b="*i32",
                      config="tile = [128, 64, 128], stages = 6, split_k = 4"),
        "cluster": dict(n=1040, k=1024, a="*i8", b="*i8",
                        config="tile = [128, 256, 128], stages = 4, cluster = a"),
        "swapped": dict(n=520, k=1024, a="*i8", b="*i8", out="bf16",
                        config="tile = [64, 16, 256], stages = 6, math_groups = 1, swap = true"),
        # The last slot ends with the shared memory, and the second group has no rows of b.
        "narrow": dict(n=8192, k=8192, a="*i8", b="*i8", out="bf16",
                       config="tile = [128, 64, 512], stages = 8, store = direct, stream_b = true"),
        # Sums of rows in kernels of their own.
        "groups": dict(n=512, k=1040, a="*i8", b="*i8",
                       config="tile = [64, 16, 128], stages = 8, math_groups = 2, k_groups = 2, "
                              "swap = true"),
    }.items():
        facts = dict(kind="zero_points", a_points=options.get("a", ""),
                     b_points=options.get("b", ""), n=options["n"], k=options["k"],
                     out=options.get("out", "i32"))  # fmt: skip
        name = f"matmul_zero_points_{name}"
        result[name] = (zero_points(name, **options), facts)
    # MSFP16: codes of i8 in boxes of 16 along K, which are decoded to bf16.
    boxes = dict(a_type="i8", b_type="i8", scale_types=("f8E8M0FNU", "f8E8M0FNU"))
    for name, options in {"": {}, "_f32": dict(n=264, k=1040, out="f32"),
                          "_small": dict(m=7, n=96, k=48), "_odd": dict(n=200, k=88),
                          "_bias_relu": dict(n=416, k=512, epilogue="bias_relu")}.items():  # fmt: skip
        add_matmul(f"matmul_msfp16{name}", (1, 16), (1, 16), **boxes, **options)
    # Several blocks in a step of K, and scales of one byte. Rows of these are copied by
    # words where the kernel knows or finds that they are whole words, as at 896 but not
    # at 160 of K, and by bytes otherwise.
    f32, e8m0, bf16 = "f32", "f8E8M0FNU", "bf16"
    for name, a_block, b_block, types, sizes in [
        ("k64", (1, 64), (64, 64), (f32, f32), {}),
        ("k32_k128", (1, 32), (128, 128), (f32, f32), {}),
        ("k256_k32", (128, 256), (32, 32), (f32, f32), {}),
        ("e8m0_k32", (1, 32), (32, 32), (e8m0, e8m0), {}),
        ("e8m0_k32_words", (1, 32), (32, 32), (e8m0, e8m0), dict(n=328, k=896)),
        ("e8m0_k32_bytes", (1, 32), (32, 32), (e8m0, e8m0), dict(m=77, k=160)),
        ("e8m0_k64", (64, 64), (128, 64), (e8m0, e8m0), {}),
        ("e8m0_k128", (1, 128), (128, 128), (e8m0, e8m0), {}),
        ("e8m0_f32", (1, 32), (128, 128), (e8m0, f32), {}),
        ("f32_e8m0", (1, 128), (64, 64), (f32, e8m0), {}),
        ("bf16", (1, 128), (128, 128), (bf16, bf16), {}),
        ("bf16_k32_words", (1, 32), (32, 32), (bf16, bf16), dict(n=328, k=896)),
        ("bf16_k32_halves", (1, 32), (32, 32), (bf16, bf16), dict(m=77, k=160)),
        ("bf16_e8m0", (1, 64), (64, 64), (bf16, e8m0), {}),
        ("f32_bf16", (1, 128), (1, 256), (f32, bf16), {}),
    ]:
        add_matmul(f"matmul_scales_{name}", a_block, b_block, scale_types=types, **sizes)
    # Blocks along K that steps of 128 do not go into, and that are all of K.
    for name, a_block, b_block, sizes in [
        ("96", (1, 96), (96, 96), {}),
        ("192_384", (1, 192), (128, 384), dict(n=256, k=1536)),
        ("160_128", (1, 160), (128, 128), dict(n=264, k=1040)),
        ("all", (1, 4304), (128, 128), dict(n=256, k=4304)),
        ("all_columns", (1, 400), (1, 400), dict(n=288, k=400)),
    ]:
        add_matmul(f"matmul_along_k_{name}", a_block, b_block, **sizes)
    # Rows of operands that the copy engine cannot start at.
    for name, a_block, b_block, sizes in [
        ("words", *deepseek, dict(n=264, k=1000)),
        ("bytes", *deepseek, dict(n=200, k=1001)),
        ("small", *deepseek, dict(m=7, n=9, k=3)),
        ("all_of_k", (1, 516), (1, 516), dict(n=264, k=516, out="f32")),
        ("accumulate", *deepseek, dict(n=264, k=1000, out="f32", accumulate=True)),
        ("two_slots", (256, 256), (256, 256), dict(n=328, k=1004, promote=256)),
        ("i8", *deepseek, dict(n=264, k=1000, a_type="i8", b_type="i8")),
    ]:
        add_matmul(f"matmul_odd_rows_{name}", a_block, b_block, **sizes)
    # Of a length that only the launch knows: whole 16 bytes and not.
    for name, sizes in {"n": dict(n=-1, k=272), "k": dict(n=264, k=-1)}.items():
        add_matmul(f"matmul_any_pitch_{name}", *deepseek, config="tile = [64, 64, 128], "
                   "math_groups = 1, pitch = any", **sizes)  # fmt: skip
    swap_small = "tile = [64, 16, 128], stages = 4, math_groups = 1, occupancy = 2, swap = true"
    add_matmul("matmul_odd_rows_swap", *deepseek, n=264, k=1000, config=swap_small)
    # Rings of other lengths, and other divisions of the rows.
    for name, config in {
        "one_slot": "tile = [128, 64, 128], stages = 1",
        "two_slots": "tile = [128, 128, 128], stages = 2",
        "late_wait": "tile = [256, 128, 128], stages = 4, early_wait = false",
        "three_groups": "tile = [192, 64, 128], stages = 2, math_groups = 3",
        "narrow": "tile = [256, 16, 128], stages = 5, math_groups = 4",
        # Thread blocks that share a tile of a, or of b.
        "cluster_a": "tile = [256, 128, 128], stages = 4, raster = 7, cluster = a",
        "cluster_a_small": "tile = [128, 64, 128], stages = 8, cluster = a",
        "cluster_a_one_slot": "tile = [128, 64, 128], stages = 1, cluster = a",
        "cluster_b": "tile = [128, 128, 128], stages = 6, cluster = b",
        "cluster_b_raster": "tile = [128, 128, 128], stages = 3, raster = 3, cluster = b",
    }.items():
        add_matmul(f"matmul_{name}", *deepseek, config=config)
    # Thread blocks of a cluster that add up parts of K: of 2 to 8 parts, steps that they do
    # not divide and fewer steps than parts, each way to store, one slot.
    for name, (n, k, config) in {
        "2": (2112, 7168, "tile = [128, 128, 128], stages = 4, split_k = 2"),
        "4": (2112, 7168, "tile = [128, 64, 128], stages = 5, split_k = 4"),
        "8": (520, 2048, "tile = [64, 128, 128], stages = 6, math_groups = 1, split_k = 8"),
        "uneven": (416, 1392, "tile = [64, 64, 128], stages = 8, math_groups = 1, split_k = 4"),
        "few_steps": (160, 256, "tile = [64, 128, 128], stages = 2, math_groups = 1, split_k = 8"),
        "two_slabs": (288, 1024, "tile = [256, 32, 128], stages = 2, split_k = 2"),
        "direct": (416, 2048, "tile = [128, 128, 128], stages = 4, store = direct, split_k = 4"),
        "one_slot": (416, 1024, "tile = [128, 64, 128], stages = 1, split_k = 2"),
        "raster": (1040, 512, "tile = [128, 64, 128], stages = 2, raster = 3, split_k = 2"),
    }.items():
        add_matmul(f"matmul_parts_{name}", *deepseek, n=n, k=k, config=config)
    split = "tile = [128, 128, 128], stages = 4, split_k = 2"
    add_matmul("matmul_parts_bias_relu", *deepseek, n=416, k=1024, epilogue="bias_relu", config=split)
    add_matmul("matmul_parts_f32", *deepseek, n=176, k=1040, out="f32", config=split)
    add_matmul("matmul_parts_scales_tma", *deepseek, n=520, k=2048, config=split + ", scales = tma")
    # Thread blocks that divide the steps of the last tiles: fewer tiles than thread blocks, so
    # that several share one, and waves of whole ones before; steps that they do not divide,
    # fewer steps than thread blocks, each way to store, one slot.
    for name, (n, k, config) in {
        "waves": (8192, 1024, "tile = [128, 128, 128], stages = 6, store = direct"),
        "deep": (2112, 7168, "tile = [128, 128, 128], stages = 5"),
        "few_tiles": (520, 8192, "tile = [64, 128, 128], stages = 6, math_groups = 1"),
        "few_steps": (160, 256, "tile = [64, 128, 128], stages = 2, math_groups = 1"),
        "uneven": (416, 1392, "tile = [64, 64, 128], stages = 8, math_groups = 1"),
        "two_slabs": (1056, 2048, "tile = [256, 128, 128], stages = 4, scales = tma, store = direct"),
        "columns": (1536, 2048, "tile = [128, 256, 128], stages = 4, split = n, scales = tma, store = direct"),
        "one_slot": (416, 1024, "tile = [128, 64, 128], stages = 1"),
        "raster": (1040, 512, "tile = [128, 64, 128], stages = 2, raster = 3"),
    }.items():
        add_matmul(f"matmul_cut_{name}", *deepseek, n=n, k=k, config=config + ", schedule = streamk")
    cut = "tile = [128, 128, 128], stages = 4, schedule = streamk"
    add_matmul("matmul_cut_bias_relu", *deepseek, n=416, k=1024, epilogue="bias_relu", config=cut)
    add_matmul("matmul_cut_f32", *deepseek, n=176, k=1040, out="f32", config=cut)
    # The product of b and a, whose transpose is stored: few rows as columns of an instruction,
    # several thread blocks on a multiprocessor, one step of K and many, an epilogue.
    for name, (n, k, config) in {
        "8": (2112, 7168, "tile = [64, 8, 128], stages = 12, occupancy = 2, scales = tma"),
        "8_short": (72, 80, "tile = [64, 8, 128], stages = 4, occupancy = 4"),
        "16": (4096, 4096, "tile = [64, 16, 128], stages = 10, occupancy = 2"),
        "16_parts": (2112, 7168, "tile = [64, 16, 128], stages = 10, occupancy = 2, split_k = 2"),
        "8_parts": (2112, 7168, "tile = [64, 8, 512], stages = 11, occupancy = 2, split_k = 2"),
        "16_first": (416, 1392, "tile = [64, 16, 128], stages = 5, split_k = 4"),
        "32_parts": (416, 1392, "tile = [64, 32, 128], stages = 5, occupancy = 3, split_k = 4"),
        "two_sums": (2112, 7168, "tile = [64, 8, 256], stages = 12, occupancy = 2"),
        "four_sums": (416, 1392, "tile = [64, 16, 512], stages = 8, occupancy = 2, split_k = 2"),
        "64_tma": (520, 1024, "tile = [64, 64, 128], stages = 5, occupancy = 2, split_k = 2, "
                              "scales = tma"),
    }.items():
        add_matmul(f"matmul_swap_{name}", *deepseek, n=n, k=k, ms=[1, 7, 16, 33, 100],
                   config=config + ", math_groups = 1, swap = true, stream_a = true")  # fmt: skip
    # Two math groups that take steps in turn: one step each and many, several sums in each, parts of K.
    for name, (n, k, config) in {
        "16": (2112, 7168, "tile = [64, 16, 256], stages = 5, swap = true, split_k = 2, "
                           "occupancy = 2, scales = tma"),
        "8_sums": (416, 1392, "tile = [64, 8, 512], stages = 4, swap = true, stream_a = true"),
        "one_each": (160, 256, "tile = [64, 16, 128], stages = 2, swap = true"),
        "upright": (520, 1040, "tile = [64, 64, 128], stages = 4"),
        "direct_parts": (416, 1392, "tile = [64, 64, 128], stages = 3, store = direct, split_k = 2"),
    }.items():
        add_matmul(f"matmul_k_groups_{name}", *deepseek, n=n, k=k, ms=[1, 7, 16, 33, 100],
                   config=config + ", k_groups = 2")  # fmt: skip
    swap = "tile = [128, 24, 128], stages = 4, swap = true, occupancy = 2"
    add_matmul("matmul_swap_dynamic", *deepseek, config=swap)
    add_matmul("matmul_swap_f32", *deepseek, n=176, k=1040, out="f32", config=swap)
    add_matmul("matmul_swap_bias_relu", *deepseek, n=416, k=1024, epilogue="bias_relu", config=swap)
    # Results straight from registers, with the rows of b permuted: rows and columns that
    # end inside a tile, 16 bytes of each type, what the epilogue reads, scales of columns.
    for store in ("direct", "deferred"):
        tile, small = (f"tile = [{rows}, 128, 128], store = {store}" for rows in (256, 128))
        add_matmul(f"matmul_{store}", *deepseek, n=288, k=384, config=tile)
        add_matmul(f"matmul_{store}_8k", *deepseek, n=8192, k=8192, config=tile)
        add_matmul(f"matmul_{store}_f16", *deepseek, n=96, k=1024, out="f16", config=small)
        add_matmul(f"matmul_{store}_f32", *deepseek, n=176, k=400, out="f32", config=small)
        add_matmul(f"matmul_{store}_one_step", *deepseek, n=160, k=128, config=small)
        add_matmul(f"matmul_{store}_bias_relu", *deepseek, n=416, k=512, epilogue="bias_relu",
                   config=tile)  # fmt: skip
        add_matmul(f"matmul_{store}_rows_both", (1, 128), (1, 128), n=288, k=512, config=small)
        add_matmul(f"matmul_{store}_256x256", (256, 256), (256, 256), n=544, k=640, config=tile)
        add_matmul(f"matmul_{store}_i8", *deepseek, n=288, k=384, a_type="i8", b_type="i8",
                   out="f32", config=small + ", early_wait = false")  # fmt: skip
        add_matmul(f"matmul_{store}_scales_tma", *deepseek, n=288, k=1024,
                   config=tile + ", scales = tma")  # fmt: skip
    # Math groups that take turns: fewer tiles than groups, odd numbers of them, several for
    # each; steps of K that take two slots, sizes that are not known.
    for name, (options, config) in {
        "dynamic": ({}, "tile = [128, 128, 128], stages = 3"),
        "8k": (dict(n=8192, k=8192), "tile = [128, 128, 128], stages = 3, raster = 7"),
        "64x128": (dict(n=8192, k=2048), "tile = [64, 128, 128], stages = 4"),
        "one_slot": (dict(n=640, k=512), "tile = [64, 64, 128], stages = 1"),
        "late_wait": (dict(n=640, k=512), "tile = [64, 64, 128], early_wait = false"),
        "direct": (dict(n=8192, k=1024), "tile = [128, 128, 128], stages = 3, store = direct"),
        "direct_f32": (dict(n=176, k=400, out="f32"), "tile = [64, 64, 128], store = direct"),
        "scales_tma": (dict(n=4096, k=1024), "tile = [128, 128, 128], stages = 3, scales = tma"),
        "scales_tma_direct": (dict(n=288, k=1024), "tile = [128, 64, 128], stages = 4, "
                              "scales = tma, store = direct"),
        "bias_relu": (dict(n=416, k=512, epilogue="bias_relu"), "tile = [64, 128, 128]"),
    }.items():
        add_matmul(f"matmul_pingpong_{name}", *deepseek, **options,
                   config=config + ", schedule = pingpong")  # fmt: skip
    add_matmul("matmul_pingpong_promote256", *MATMUL_BLOCKS["256x256"], promote=256, n=544, k=656,
               config="tile = [64, 128, 256], schedule = pingpong")  # fmt: skip
    # Scales of rows, and of columns too, by the copy engine, whole tiles and not.
    for name, (k, b_rows, config) in {
        "256": (2048, 128, "tile = [256, 128, 128], stages = 4"),
        "128": (896 * 4, 128, "tile = [128, 128, 128], stages = 6"),
        "64": (512, 128, "tile = [64, 128, 128], stages = 3, math_groups = 1"),
        "columns": (1536, 1, "tile = [128, 64, 128], stages = 3"),
        "late": (1024, 128, "tile = [256, 128, 128], early_wait = false"),
        "cluster_a": (2048, 128, "tile = [256, 128, 128], stages = 4, cluster = a"),
        "cluster_b": (1536, 1, "tile = [128, 64, 128], stages = 3, cluster = b"),
    }.items():
        add_matmul(f"matmul_scales_tma_{name}", (1, 128), (b_rows, 128), n=520, k=k,
                   config=config + ", scales = tma")  # fmt: skip
    # Tiles that are not whole blocks of b or a, nor divide them; other divisions of tiles.
    for name, (blocks, sizes, config) in {
        "160": (deepseek, dict(n=416), "tile = [128, 160, 128], stages = 4"),
        "160_tma": (deepseek, dict(n=1024, k=2048), "tile = [128, 160, 128], stages = 4, scales = tma"),
        "160_direct": (deepseek, dict(n=1184, k=1024),
                       "tile = [128, 160, 128], stages = 5, scales = tma, store = direct"),
        "160_deferred": (deepseek, dict(n=1184, k=1024),
                         "tile = [128, 160, 128], stages = 5, scales = tma, store = deferred"),
        "176": (deepseek, dict(n=2112, k=512), "tile = [128, 176, 128], stages = 4"),
        "192": (deepseek, dict(n=520, k=1024), "tile = [128, 192, 128], stages = 4, scales = tma"),
        "112": (deepseek, dict(n=304, k=384), "tile = [256, 112, 128], stages = 4"),
        "96_direct": (deepseek, dict(n=288, k=384), "tile = [256, 96, 128], stages = 4, store = direct"),
        "144_one_group": (deepseek, dict(m=64, n=328), "tile = [64, 144, 128], math_groups = 1"),
        "cluster_a": (deepseek, dict(n=640, k=512), "tile = [128, 160, 128], stages = 4, cluster = a"),
        "cluster_b": (deepseek, dict(n=640, k=512), "tile = [128, 96, 128], stages = 4, cluster = b"),
        # Products side by side: in parts of a group, and of groups that split the columns.
        "parts": (deepseek, dict(n=2112, k=512),
                  "tile = [192, 176, 128], math_groups = 3, parts = 2, stages = 3"),
        "parts_direct": (deepseek, dict(n=416, k=1024), "tile = [192, 192, 128], math_groups = 3, "
                         "parts = 2, stages = 3, scales = tma, store = direct"),
        "parts_deferred": (deepseek, dict(n=416, k=1024), "tile = [192, 192, 128], math_groups = 3, "
                           "parts = 2, stages = 3, scales = tma, store = deferred"),
        "split": (deepseek, dict(n=520, k=384), "tile = [256, 128, 128], stages = 4, split = n"),
        "split_parts": (deepseek, dict(n=520, k=384), "tile = [64, 192, 128], stages = 4, "
                        "split = n, parts = 3, cluster = b"),
        # Two boxes of the copy engine.
        "rows_320": (deepseek, dict(n=288, k=1024),
                     "tile = [320, 128, 128], stages = 3, split = n, scales = tma"),
        "rows_320_deferred": (deepseek, dict(n=288, k=1024), "tile = [320, 128, 128], stages = 3, "
                              "split = n, scales = tma, store = deferred"),
        "rows_192": (((128, 128), (128, 128)), dict(n=416, k=512),
                     "tile = [192, 96, 128], math_groups = 3, scales = tma"),
    }.items():
        add_matmul(f"matmul_columns_{name}", *blocks, config=config, **sizes)
    # A kernel for each range of rows: the compiler's, and by hand, with its ends.
    ends = [1, 64, 65, 128, 129, 200, 256, 257, 384, 385, 512, 513, 700, 768, 769, 1100]
    add_matmul("matmul_variants", *deepseek, n=8192, k=1024, ms=ends)
    add_matmul("matmul_variants_bias_relu", *deepseek, n=4096, k=512, epilogue="bias_relu", ms=ends)
    add_matmul("matmul_variants_by_hand", *deepseek, epilogue="bias_relu", ms=ends, variants={
        64: "tile = [64, 128, 128], stages = 8, math_groups = 1",
        200: "tile = [128, 64, 128], stages = 8",
        384: "tile = [192, 128, 128], stages = 4, math_groups = 3",
        512: "tile = [128, 64, 128], stages = 8",
        None: "tile = [256, 128, 128], stages = 4"})  # fmt: skip
    add_matmul("matmul_invariant", *deepseek, n=1024, k=1024, invariant=True, ms=[1, 64, 200, 513])
    add_matmul("matmul_invariant_8k", *deepseek, n=2112, k=8192, invariant=True, ms=[1, 200])
    add_matmul("matmul_invariant_early", *deepseek, n=4096, k=4096, invariant=True, launch="callers", ms=[1, 32])
    # Each column of the product has a scale of its own; few rows of A as columns, whose
    # product is stored transposed.
    add_matmul("matmul_rows_both", (1, 128), (1, 128))
    add_matmul("matmul_rows_fours", (1, 128), (4, 128), out="f32")
    add_matmul("matmul_swapped", *deepseek, swapped=True)
    add_matmul("matmul_swapped_f32", *deepseek, swapped=True, out="f32")
    add_matmul("matmul_swapped_bias_relu", *deepseek, swapped=True, epilogue="bias_relu")
    for m, columns in ((1, 8), (5, 8), (16, 16), (33, 40)):
        add_matmul(f"matmul_swapped_m{m}", *deepseek, m=m, swapped=True,
                   config=f"tile = [128, {columns}, 128]")  # fmt: skip
    # Scales that are stored M-major: copied, or brought by the copy engine in rows.
    tma = "tile = [128, 128, 128], stages = 4, scales = tma"
    for name, blocks, options in (
        ("a", deepseek, dict(transposed=("a",))),
        ("both", ((1, 128), (1, 128)), dict(transposed=("a", "b"))),
        ("e8m0_k32", ((1, 32), (32, 32)), dict(transposed=("a", "b"), scale_types=(e8m0, e8m0))),
        ("tma", deepseek, dict(transposed=("a",), m=1000, config=tma)),
        ("tma_both", ((1, 128), (1, 128)), dict(transposed=("a", "b"), m=260, n=200, config=tma)),
        ("tma_bf16", ((1, 128), (1, 128)),
         dict(transposed=("a", "b"), m=264, n=200, config=tma, scale_types=(bf16, bf16))),
        ("tma_e8m0", ((1, 128), (1, 128)),
         dict(transposed=("a", "b"), m=272, n=208, config=tma, scale_types=(e8m0, e8m0))),
    ):
        add_matmul(f"matmul_m_major_{name}", *blocks, **options)
    # What gq-stress launches, see run.sh: every kind of kernel, with few columns.
    tile = "tile = [128, 128, 128]"
    for name, options in {
        "variants": {},
        "wide": dict(n=8192, k=512),
        "cooperative": dict(config="tile = [256, 128, 128]"),
        "cluster_a": dict(config=tile + ", stages = 6, cluster = a"),
        "cluster_b": dict(config=tile + ", stages = 6, cluster = b"),
        "cluster_one_slot": dict(config="tile = [128, 64, 128], stages = 1, cluster = a"),
        "direct": dict(config=tile + ", store = direct, scales = tma"),
        "deferred": dict(config="tile = [256, 128, 128], store = deferred, scales = tma"),
        "either": dict(config=tile + ", scales = either", transposed=("a",)),
        "m_major": dict(transposed=("a",)),
        "bias_relu": dict(epilogue="bias_relu"),
        "invariant": dict(invariant=True),
    }.items():
        options = dict(dict(n=1056, k=1024, ms=[1, 77, 512, 2048]), **options)
        add_matmul(f"matmul_stress_{name}", *deepseek, **options)
    # A quantisation whose scales only the product reads: M-major, in padded rows.
    for name, options in {
        "linear": dict(n=1056, k=1024),
        "linear_8k": dict(n=8192, k=8192),
        "linear_f32": dict(n=200, k=384, out="f32"),
        "linear_e8m0": dict(n=264, k=512, scale_kind="e8m0"),
        "linear_static": dict(m=131, n=136, k=256),
        "linear_both": dict(n=136, k=512, b_block=(1, 128), both=True),
    }.items():
        facts = dict(kind="linear", m=-1, b_block=(128, 128), out="bf16", scale_kind="f32",
                     both=False)  # fmt: skip
        result[name] = (linear(name, **options), dict(facts, **options))
    # Sums that start from an argument, as the gradients of weights do; rounded, or not.
    for name, blocks, options in (
        ("rows_both", ((1, 128), (1, 128)), {}),
        ("rows_both_8k", ((1, 128), (1, 128)), dict(n=512, k=8192)),
        ("static", ((1, 128), (1, 128)), dict(m=200, n=136)),
        ("1x128_128x128", deepseek, {}),
        ("256x256", MATMUL_BLOCKS["256x256"], dict(promote=256)),
        ("odd_rows", deepseek, dict(n=201, k=256)),
        ("i8", deepseek, dict(a_type="i8", b_type="i8")),
    ):
        add_matmul(f"matmul_accumulate_{name}", *blocks, out="f32", accumulate=True, **options)
    # The same with scales as a quantiser of both transposes leaves them, and with as many
    # tiles that each thread block stores one and loads another under a product.
    both = ((1, 128), (1, 128))
    for name, options in {
        "wgrad": dict(m=512, n=384, k=1024, transposed=("a", "b")),
        "tiles": dict(n=2048, k=640, transposed=("a", "b"), ms=[300, 2200]),
        "tiles_row_major": dict(n=2048, k=512, ms=[300, 2200]),
        "tiles_direct": dict(n=2048, k=512, ms=[300, 2200],
                             config="tile = [256, 128, 128], scales = tma, store = direct"),
        "tiles_cluster": dict(n=2048, k=640, transposed=("a", "b"), m=2200,
                              config="tile = [256, 128, 128], scales = tma, store = deferred, "
                                     "cluster = a"),
        "tiles_staged": dict(n=2064, k=640, ms=[300, 2200], config="tile = [256, 128, 128]"),
    }.items():
        add_matmul(f"matmul_accumulate_{name}", *both, out="f32", accumulate=True, **options)
    add_matmul("matmul_accumulate_one_step", *deepseek, n=200, k=128, out="f32", accumulate=True)
    add_matmul("matmul_accumulate_one_tile", *deepseek, m=64, n=128, k=128, out="f32",
               accumulate=True)  # fmt: skip
    add_matmul("matmul_accumulate_bf16", *deepseek, accumulate=True, epilogue=None)
    add_matmul("matmul_accumulate_bias_relu", *deepseek, accumulate=True, epilogue="bias_relu")
    # Sums over nothing: no product is left of the first, the second finds out.
    for name, k in {"static": 0, "dynamic": -1}.items():
        name = f"matmul_empty_{name}"
        result[name] = (matmul(name, *deepseek, n=200, k=k, out="f32", accumulate=True),
                        dict(kind="empty", n=200))  # fmt: skip
    # Sums that go on from slot to slot: tails of K that end in the first and in the second.
    for name, blocks, options in (
        ("256x256", MATMUL_BLOCKS["256x256"], {}),
        ("256x256_8k", MATMUL_BLOCKS["256x256"], dict(n=8192, k=8192)),
        ("1x256_256x256", ((1, 256), (256, 256)), {}),
        ("small", MATMUL_BLOCKS["256x256"], dict(m=7, n=96, k=80)),
        ("tail", MATMUL_BLOCKS["256x256"], dict(n=328, k=656)),
        ("i8", MATMUL_BLOCKS["256x256"], dict(a_type="i8", b_type="i8")),
        ("late_wait", MATMUL_BLOCKS["256x256"],
         dict(config="tile = [256, 128, 256], stages = 4, early_wait = false")),
        ("two_slots", MATMUL_BLOCKS["256x256"], dict(config="tile = [128, 128, 256], stages = 2")),
    ):
        add_matmul(f"matmul_promote256_{name}", *blocks, promote=256, **options)
    add_matmul("matmul_promote512", (512, 512), (512, 512), promote=512)
    # Parts of K, added by a kernel of elementwise ops.
    for name, options in {
        "dynamic": dict(parts=2, n=200, k=512),
        "four": dict(parts=4, n=512, k=2048, m=100, out="f32"),
        "f16": dict(parts=3, n=128, k=768, m=7, out="f16"),
    }.items():
        name = f"matmul_split_k_{name}"
        facts = dict(kind="matmul", a_block=deepseek[0], b_block=deepseek[1],
                     m=options.get("m", -1), n=options["n"], k=options["k"], a="f8E4M3FN",
                     b="f8E4M3FN", scale_types=("f32", "f32"), out=options.get("out", "bf16"),
                     epilogue="round", accumulate=False, promote=128, transposed=())  # fmt: skip
        result[name] = (split_k(name, **options), facts)
    # Kernels that begin before the one in front has completed, against the same one after
    # the other: kernels for ranges of rows, several layers, weights that are loaded before
    # the wait and not.
    for shape, sizes in {
        "small": dict(m=-1, n=256, k=384),
        "wide": dict(m=-1, n=4096, k=1024),
        "three": dict(m=-1, n=512, k=512, count=3),
        "8k": dict(m=128, n=8192, k=8192),
        "few": dict(m=-1, n=1024, k=1024, count=3,
                    config="tile = [64, 16, 128], stages = 8, math_groups = 1, swap = true, "
                           "occupancy = 2, split_k = 2, stream_a = true"),
    }.items():
        # Of a config that is given there is one order of sums, and of invariant ones among those
        # that begin early.
        for invariant in (False, True):
            plain = f"layers_{shape}" + "_invariant" * invariant
            for suffix, options in {
                "": {},
                "_within": dict(launch="within"),
                "_callers": dict(launch="callers"),
                "_changing": dict(launch="callers", constant=False),
            }.items():
                early = invariant and suffix in ("_callers", "_changing")
                facts = dict(kind="dependent", plain=plain + "_within" * early,
                             layers=sizes.get("count", 1),
                             m=sizes["m"], n=sizes["n"], k=sizes["k"],
                             exact=early or "config" in sizes)  # fmt: skip
                result[plain + suffix] = (
                    layers(plain + suffix, invariant=invariant, **sizes, **options), facts)
    # Weights that give way to what the kernel in front still loads, against the same sums in
    # kernels that begin one after the other.
    sizes = dict(m=-1, n=2048, k=2048, count=3)
    config = ("tile = [64, 16, 256], stages = 6, math_groups = 1, swap = true, occupancy = 2, "
              "split_k = 2, stream_a = true")  # fmt: skip
    for suffix, options in {
        "": {},
        "_within": dict(launch="within"),
        "_callers": dict(launch="callers"),
    }.items():
        name = "layers_paused" + suffix
        facts = dict(kind="dependent", plain="layers_paused", layers=3, m=-1, n=2048, k=2048,
                     exact=True)  # fmt: skip
        paused = config + ", pause = [4, 2000]" * bool(suffix)
        result[name] = (layers(name, config=paused, **sizes, **options), facts)
    # Elementwise ops alone: chunks of all widths, rows that none divides.
    for x_type, out in (("bf16", "bf16"), ("f16", "f32"), ("f32", "f16"), ("f32", "f32")):
        for shape, sizes in {"": {}, "_wide": dict(n=8192), "_odd": dict(m=77, n=301)}.items():
            name = f"elementwise_{x_type}_{out}{shape}"
            facts = dict(kind="elementwise", x=x_type, out=out, m=-1, n=-1)
            result[name] = (elementwise(name, x_type=x_type, out=out, **sizes),
                            facts | sizes)  # fmt: skip
    # Loops over thread blocks around a product or a quantisation: a batch, whose matrices
    # end inside a tile; groups, whose numbers the kernel reads; parts of K.
    for name, facts in {
        "batch_matmul_m100": dict(count=3, m=100, n=96, k=256),
        "batch_matmul_dynamic": dict(count=4, m=-1, n=264, k=1024),
        "batch_matmul_f32": dict(count=2, m=200, n=384, k=512, out="f32"),
        "grouped_matmul": dict(count=8, m=128, n=512, k=512, weights=5),
        "grouped_matmul_m100": dict(count=6, m=100, n=136, k=384, weights=3),
    }.items():
        result[name] = (batch_matmul(name, **facts),
                        dict(dict(kind="batch_matmul", weights=None, out="bf16"), **facts))  # fmt: skip
    for name, facts in {
        "batch_op_m100": dict(count=3, m=100, n=96, k=256),
        "batch_op_dynamic": dict(count=4, m=-1, n=264, k=1024, out="f32"),
        "batch_op_shared": dict(count=3, m=-1, n=264, k=512, shared=True),
    }.items():
        result[name] = (batch_op(name, **facts),
                        dict(dict(kind="batch_matmul", weights=None, out="bf16", op=True), **facts))  # fmt: skip
    # Parts of wider tensors, which begin at blocks, and inside of them.
    for name, facts in {
        "shard_matmul_columns": dict(n=512, k=1024, rows=(128, 384), columns=(512, 1024)),
        "shard_matmul_rows": dict(n=520, k=512, rows=(168, 301), columns=(0, 512)),
        "shard_matmul_k64": dict(n=256, k=1024, rows=(0, 256), columns=(320, 704)),
        "shard_matmul_k32": dict(n=300, k=1000, rows=(70, 300), columns=(480, 1000), out="f32"),
    }.items():
        result[name] = (shard_matmul(name, **facts),
                        dict(dict(kind="shard_matmul", out="bf16"), **facts))  # fmt: skip
    for name, facts in {
        "beside_matmul_blocks": dict(n=384, k=512, cut=256),
        "beside_matmul_inside": dict(n=301, k=512, cut=101, out="f32"),
    }.items():
        whole = dict(kind="shard_matmul", rows=(0, facts["n"]), columns=(0, facts["k"]), out="bf16")
        result[name] = (beside_matmul(name, **facts), dict(whole, **facts))
    facts = dict(m=70, n=136, k=1024)
    result["split_matmul"] = (split_matmul("split_matmul", **facts),
                              dict(kind="split_matmul", **facts))  # fmt: skip
    for name, options in {
        "batch_quantize_1x128": dict(block=(1, 128), m=50, n=200),
        "batch_quantize_40x40": dict(block=(40, 40), m=100, n=72, x_type="f32", q_type="f8E5M2"),
        "batch_quantize_256x256": dict(block=(256, 256), m=100, n=1040),
        "batch_quantize_transposed": dict(block=(1, 128), m=50, n=256, transposed=True),
        "batch_quantize_e8m0": dict(block=(32, 32), m=50, n=200, q_type="i8",
                                    scale_kind="e8m0", transposed=True),
        "batch_quantize_op_1x128": dict(block=(1, 128), m=50, n=200, op=True),
        "batch_quantize_op_25x40": dict(block=(25, 40), m=100, n=72, x_type="f32", op=True),
    }.items():  # fmt: skip
        facts = dict(kind="batch_quantize", count=3, block=options["block"], m=options["m"],
                     n=options["n"], x=options.get("x_type", "bf16"),
                     q=options.get("q_type", "f8E4M3FN"),
                     scales=options.get("scale_kind", "f32"), amax=False, dual=False,
                     op=options.pop("op", False),
                     transposed=options.get("transposed", False))  # fmt: skip
        written = batch_quantize_op if facts["op"] else batch_quantize
        result[name] = (written(name, count=3, **options), facts)
    result.update(cast_programs.programs())
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
    return result


if __name__ == "__main__":
    write(pathlib.Path(sys.argv[1]), programs())
