"""Products of the GPU suite by how their kernels work: configs, and ranges of rows."""

from programs_operands import DEEPSEEK, MATMUL_BLOCKS



def rings(result):
    add_matmul = result.add_matmul
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
        add_matmul(f"matmul_{name}", *DEEPSEEK, config=config)


def parts(result):
    add_matmul = result.add_matmul
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
        add_matmul(f"matmul_parts_{name}", *DEEPSEEK, n=n, k=k, config=config)
    split = "tile = [128, 128, 128], stages = 4, split_k = 2"
    add_matmul("matmul_parts_bias_relu", *DEEPSEEK, n=416, k=1024, epilogue="bias_relu", config=split)
    add_matmul("matmul_parts_f32", *DEEPSEEK, n=176, k=1040, out="f32", config=split)
    add_matmul("matmul_parts_scales_tma", *DEEPSEEK, n=520, k=2048, config=split + ", scales = tma")
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
        add_matmul(f"matmul_cut_{name}", *DEEPSEEK, n=n, k=k, config=config + ", schedule = streamk")
    cut = "tile = [128, 128, 128], stages = 4, schedule = streamk"
    add_matmul("matmul_cut_bias_relu", *DEEPSEEK, n=416, k=1024, epilogue="bias_relu", config=cut)
    add_matmul("matmul_cut_f32", *DEEPSEEK, n=176, k=1040, out="f32", config=cut)


def few_rows(result):
    add_matmul = result.add_matmul
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
        add_matmul(f"matmul_swap_{name}", *DEEPSEEK, n=n, k=k, ms=[1, 7, 16, 33, 100],
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
        add_matmul(f"matmul_k_groups_{name}", *DEEPSEEK, n=n, k=k, ms=[1, 7, 16, 33, 100],
                   config=config + ", k_groups = 2")  # fmt: skip
    swap = "tile = [128, 24, 128], stages = 4, swap = true, occupancy = 2"
    add_matmul("matmul_swap_dynamic", *DEEPSEEK, config=swap)
    add_matmul("matmul_swap_f32", *DEEPSEEK, n=176, k=1040, out="f32", config=swap)
    add_matmul("matmul_swap_bias_relu", *DEEPSEEK, n=416, k=1024, epilogue="bias_relu", config=swap)


def stores(result):
    add_matmul = result.add_matmul
    # Results straight from registers, with the rows of b permuted: rows and columns that
    # end inside a tile, 16 bytes of each type, what the epilogue reads, scales of columns.
    for store in ("direct", "deferred"):
        tile, small = (f"tile = [{rows}, 128, 128], store = {store}" for rows in (256, 128))
        add_matmul(f"matmul_{store}", *DEEPSEEK, n=288, k=384, config=tile)
        add_matmul(f"matmul_{store}_8k", *DEEPSEEK, n=8192, k=8192, config=tile)
        add_matmul(f"matmul_{store}_f16", *DEEPSEEK, n=96, k=1024, out="f16", config=small)
        add_matmul(f"matmul_{store}_f32", *DEEPSEEK, n=176, k=400, out="f32", config=small)
        add_matmul(f"matmul_{store}_one_step", *DEEPSEEK, n=160, k=128, config=small)
        add_matmul(f"matmul_{store}_bias_relu", *DEEPSEEK, n=416, k=512, epilogue="bias_relu",
                   config=tile)  # fmt: skip
        add_matmul(f"matmul_{store}_rows_both", (1, 128), (1, 128), n=288, k=512, config=small)
        add_matmul(f"matmul_{store}_256x256", (256, 256), (256, 256), n=544, k=640, config=tile)
        add_matmul(f"matmul_{store}_i8", *DEEPSEEK, n=288, k=384, a_type="i8", b_type="i8",
                   out="f32", config=small + ", early_wait = false")  # fmt: skip
        add_matmul(f"matmul_{store}_scales_tma", *DEEPSEEK, n=288, k=1024,
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
        add_matmul(f"matmul_pingpong_{name}", *DEEPSEEK, **options,
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


def tiles(result):
    add_matmul = result.add_matmul
    # Tiles that are not whole blocks of b or a, nor divide them; other divisions of tiles.
    for name, (blocks, sizes, config) in {
        "160": (DEEPSEEK, dict(n=416), "tile = [128, 160, 128], stages = 4"),
        "160_tma": (DEEPSEEK, dict(n=1024, k=2048), "tile = [128, 160, 128], stages = 4, scales = tma"),
        "160_direct": (DEEPSEEK, dict(n=1184, k=1024),
                       "tile = [128, 160, 128], stages = 5, scales = tma, store = direct"),
        "160_deferred": (DEEPSEEK, dict(n=1184, k=1024),
                         "tile = [128, 160, 128], stages = 5, scales = tma, store = deferred"),
        "176": (DEEPSEEK, dict(n=2112, k=512), "tile = [128, 176, 128], stages = 4"),
        "192": (DEEPSEEK, dict(n=520, k=1024), "tile = [128, 192, 128], stages = 4, scales = tma"),
        "112": (DEEPSEEK, dict(n=304, k=384), "tile = [256, 112, 128], stages = 4"),
        "96_direct": (DEEPSEEK, dict(n=288, k=384), "tile = [256, 96, 128], stages = 4, store = direct"),
        "144_one_group": (DEEPSEEK, dict(m=64, n=328), "tile = [64, 144, 128], math_groups = 1"),
        "cluster_a": (DEEPSEEK, dict(n=640, k=512), "tile = [128, 160, 128], stages = 4, cluster = a"),
        "cluster_b": (DEEPSEEK, dict(n=640, k=512), "tile = [128, 96, 128], stages = 4, cluster = b"),
        # Products side by side: in parts of a group, and of groups that split the columns.
        "parts": (DEEPSEEK, dict(n=2112, k=512),
                  "tile = [192, 176, 128], math_groups = 3, parts = 2, stages = 3"),
        "parts_direct": (DEEPSEEK, dict(n=416, k=1024), "tile = [192, 192, 128], math_groups = 3, "
                         "parts = 2, stages = 3, scales = tma, store = direct"),
        "parts_deferred": (DEEPSEEK, dict(n=416, k=1024), "tile = [192, 192, 128], math_groups = 3, "
                           "parts = 2, stages = 3, scales = tma, store = deferred"),
        "split": (DEEPSEEK, dict(n=520, k=384), "tile = [256, 128, 128], stages = 4, split = n"),
        "split_parts": (DEEPSEEK, dict(n=520, k=384), "tile = [64, 192, 128], stages = 4, "
                        "split = n, parts = 3, cluster = b"),
        # Two boxes of the copy engine.
        "rows_320": (DEEPSEEK, dict(n=288, k=1024),
                     "tile = [320, 128, 128], stages = 3, split = n, scales = tma"),
        "rows_320_deferred": (DEEPSEEK, dict(n=288, k=1024), "tile = [320, 128, 128], stages = 3, "
                              "split = n, scales = tma, store = deferred"),
        "rows_192": (((128, 128), (128, 128)), dict(n=416, k=512),
                     "tile = [192, 96, 128], math_groups = 3, scales = tma"),
    }.items():
        add_matmul(f"matmul_columns_{name}", *blocks, config=config, **sizes)


def variants(result):
    add_matmul = result.add_matmul
    e8m0, bf16 = "f8E8M0FNU", "bf16"
    # A kernel for each range of rows: the compiler's, and by hand, with its ends.
    ends = [1, 64, 65, 128, 129, 200, 256, 257, 384, 385, 512, 513, 700, 768, 769, 1100]
    add_matmul("matmul_variants", *DEEPSEEK, n=8192, k=1024, ms=ends)
    add_matmul("matmul_variants_bias_relu", *DEEPSEEK, n=4096, k=512, epilogue="bias_relu", ms=ends)
    add_matmul("matmul_variants_by_hand", *DEEPSEEK, epilogue="bias_relu", ms=ends, variants={
        64: "tile = [64, 128, 128], stages = 8, math_groups = 1",
        200: "tile = [128, 64, 128], stages = 8",
        384: "tile = [192, 128, 128], stages = 4, math_groups = 3",
        512: "tile = [128, 64, 128], stages = 8",
        None: "tile = [256, 128, 128], stages = 4"})  # fmt: skip
    add_matmul("matmul_invariant", *DEEPSEEK, n=1024, k=1024, invariant=True, ms=[1, 64, 200, 513])
    add_matmul("matmul_invariant_8k", *DEEPSEEK, n=2112, k=8192, invariant=True, ms=[1, 200])
    add_matmul("matmul_invariant_early", *DEEPSEEK, n=4096, k=4096, invariant=True, launch="callers", ms=[1, 32])
    # Each column of the product has a scale of its own; few rows of A as columns, whose
    # product is stored transposed.
    add_matmul("matmul_rows_both", (1, 128), (1, 128))
    add_matmul("matmul_rows_fours", (1, 128), (4, 128), out="f32")
    add_matmul("matmul_swapped", *DEEPSEEK, swapped=True)
    add_matmul("matmul_swapped_f32", *DEEPSEEK, swapped=True, out="f32")
    add_matmul("matmul_swapped_bias_relu", *DEEPSEEK, swapped=True, epilogue="bias_relu")
    for m, columns in ((1, 8), (5, 8), (16, 16), (33, 40)):
        add_matmul(f"matmul_swapped_m{m}", *DEEPSEEK, m=m, swapped=True,
                   config=f"tile = [128, {columns}, 128]")  # fmt: skip
    # Scales that are stored M-major: copied, or brought by the copy engine in rows.
    tma = "tile = [128, 128, 128], stages = 4, scales = tma"
    for name, blocks, options in (
        ("a", DEEPSEEK, dict(transposed=("a",))),
        ("both", ((1, 128), (1, 128)), dict(transposed=("a", "b"))),
        ("e8m0_k32", ((1, 32), (32, 32)), dict(transposed=("a", "b"), scale_types=(e8m0, e8m0))),
        ("tma", DEEPSEEK, dict(transposed=("a",), m=1000, config=tma)),
        ("tma_both", ((1, 128), (1, 128)), dict(transposed=("a", "b"), m=260, n=200, config=tma)),
        ("tma_bf16", ((1, 128), (1, 128)),
         dict(transposed=("a", "b"), m=264, n=200, config=tma, scale_types=(bf16, bf16))),
        ("tma_e8m0", ((1, 128), (1, 128)),
         dict(transposed=("a", "b"), m=272, n=208, config=tma, scale_types=(e8m0, e8m0))),
    ):
        add_matmul(f"matmul_m_major_{name}", *blocks, **options)


def stress(result):
    add_matmul = result.add_matmul
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
        add_matmul(f"matmul_stress_{name}", *DEEPSEEK, **options)


PROGRAMS = [rings, parts, few_rows, stores, tiles, variants, stress]
