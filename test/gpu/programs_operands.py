"""Products of the GPU suite by what they read and compute: formats, scales, blocks, results."""

from gridquant_programs import dual, quantized_matmul, zero_points


MATMUL_BLOCKS = {
    "1x128_128x128": ((1, 128), (128, 128)),
    "128x128": ((128, 128), (128, 128)),
    "256x256": ((256, 256), (256, 256)),
}
DEEPSEEK = MATMUL_BLOCKS["1x128_128x128"]


def scaled(result):
    add_matmul = result.add_matmul
    for shape, (a_block, b_block) in MATMUL_BLOCKS.items():
        add_matmul(f"matmul_{shape}", a_block, b_block)
        add_matmul(f"matmul_8k_{shape}", a_block, b_block, n=8192, k=8192)
        add_matmul(f"matmul_small_{shape}", a_block, b_block, m=7, n=96, k=80)
        add_matmul(f"matmul_one_tile_{shape}", a_block, b_block, m=100, n=128, k=128)
        add_matmul(f"matmul_small_k_{shape}", a_block, b_block, n=200, k=64)
    add_matmul("matmul_m64", *DEEPSEEK, m=64)
    add_matmul("matmul_m128", *DEEPSEEK, m=128)
    add_matmul("matmul_f32", *DEEPSEEK, out="f32")
    add_matmul("matmul_e5m2_f16", *DEEPSEEK, a_type="f8E5M2", out="f16")
    add_matmul("matmul_32x128", (32, 128), (32, 128))
    for shape, blocks in MATMUL_BLOCKS.items():
        add_matmul(f"matmul_i8_{shape}", *blocks, a_type="i8", b_type="i8")
    add_matmul("matmul_i8_f32", *DEEPSEEK, a_type="i8", b_type="i8", out="f32")
    # A K that ends in the first block, inside of another, and with one, of blocks that are half a step.
    for k in (48, 96, 128, 176):
        add_matmul(f"matmul_i8_half_steps_{k}", (512, k), (1, 64), n=72, k=k, a_type="i8", b_type="i8",
                   epilogue="bias_relu", transposed=("a", "b"))  # fmt: skip
    add_matmul("matmul_i8_small", *DEEPSEEK, m=7, n=96, k=80, a_type="i8", b_type="i8")
    add_matmul("matmul_i8_bias_relu", *DEEPSEEK, a_type="i8", b_type="i8",
               epilogue="bias_relu")  # fmt: skip


def one_byte(result):
    add_matmul = result.add_matmul
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
        add_matmul(f"matmul_i8_to_{name}", *DEEPSEEK, kind="codes", a_type="i8", b_type="i8",
                   out=out, epilogue="to_i8" if out == "i8" else "round", **options)
    # Quantised in the tiles of the product: each result, rows and columns that end inside
    # of a tile, groups that split the columns; and in a kernel of its own.
    split_columns = ("tile = [128, 256, 128], split = n, store = direct, stages = 4, "
                     "quantize = true")
    wide = "tile = [128, 256, 128], split = n, cluster = b, quantize = true"
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
        "tall_alone": dict(n=512, k=512, block=(256, 128), config="tile = [256, 128, 128], "
                           "store = direct, quantize = true"),
        # Of more rows than tiles have, the thread blocks of a cluster together.
        "cluster": dict(n=768, k=384, block=(256, 256), config=wide + ", store = deferred"),
        "cluster_rounded": dict(n=512, k=512, block=(256, 256), x_type="bf16",
                                config=wide + ", store = deferred"),
        "cluster_direct": dict(n=512, k=512, block=(256, 256), scale_kind="bf16", divide=True,
                               config=wide + ", store = direct"),
        "cluster_large": dict(n=8192, k=1024, block=(256, 256)),
        "cluster_one_step": dict(n=512, k=128, block=(256, 256), config=wide + ", store = direct"),
        "cluster_turned": dict(n=512, k=384, block=(256, 256), q_type="i8", scale_kind="e8m0",
                               transposed=True, config=wide + ", store = deferred"),
        "cluster_tall": dict(n=384, k=512, block=(512, 128), q_type="f8E5M2"),
        "cluster_small": dict(n=4096, k=512, block=(128, 128)),
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
    add_matmul("matmul_bias_relu", *DEEPSEEK, epilogue="bias_relu")
    add_matmul("matmul_bias_twice", *DEEPSEEK, epilogue="bias_twice")


def unscaled(result):
    add_matmul = result.add_matmul
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


def integers(result):
    add_matmul = result.add_matmul
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


def blocks(result):
    add_matmul = result.add_matmul
    # MSFP16: codes of i8 in boxes of 16 along K, which are decoded to bf16.
    boxes = dict(a_type="i8", b_type="i8", scale_types=("f8E8M0FNU", "f8E8M0FNU"))
    for name, options in {"": {}, "_f32": dict(n=264, k=1040, out="f32"),
                          "_small": dict(m=7, n=96, k=48), "_odd": dict(n=200, k=88),
                          "_bias_relu": dict(n=416, k=512, epilogue="bias_relu"),
                          "_m_major": dict(n=416, k=528, transposed=("a", "b"))}.items():  # fmt: skip
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
        ("words", *DEEPSEEK, dict(n=264, k=1000)),
        ("bytes", *DEEPSEEK, dict(n=200, k=1001)),
        ("small", *DEEPSEEK, dict(m=7, n=9, k=3)),
        ("all_of_k", (1, 516), (1, 516), dict(n=264, k=516, out="f32")),
        ("accumulate", *DEEPSEEK, dict(n=264, k=1000, out="f32", accumulate=True)),
        ("two_slots", (256, 256), (256, 256), dict(n=328, k=1004, promote=256)),
        ("i8", *DEEPSEEK, dict(n=264, k=1000, a_type="i8", b_type="i8")),
    ]:
        add_matmul(f"matmul_odd_rows_{name}", a_block, b_block, **sizes)
    # Of a length that only the launch knows: whole 16 bytes and not.
    for name, sizes in {"n": dict(n=-1, k=272), "k": dict(n=264, k=-1)}.items():
        add_matmul(f"matmul_any_pitch_{name}", *DEEPSEEK, config="tile = [64, 64, 128], "
                   "math_groups = 1, pitch = any", **sizes)  # fmt: skip
    swap_small = "tile = [64, 16, 128], stages = 4, math_groups = 1, occupancy = 2, swap = true"
    add_matmul("matmul_odd_rows_swap", *DEEPSEEK, n=264, k=1000, config=swap_small)


PROGRAMS = [scaled, one_byte, unscaled, integers, blocks]
