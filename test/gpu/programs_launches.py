"""Programs of the GPU suite of several kernels, or beside a product: sums that go on, launches that
begin early, elementwise ops, loops over thread blocks."""

from gridquant_loops import (
    batch_matmul,
    batch_op,
    batch_quantize,
    batch_quantize_op,
    beside_matmul,
    shard_matmul,
    split_matmul,
)
from gridquant_programs import elementwise, layers, linear, matmul, split_k
from programs_operands import DEEPSEEK, MATMUL_BLOCKS



def linears(result):
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


def sums(result):
    add_matmul = result.add_matmul
    # Sums that start from an argument, as the gradients of weights do; rounded, or not.
    for name, blocks, options in (
        ("rows_both", ((1, 128), (1, 128)), {}),
        ("rows_both_8k", ((1, 128), (1, 128)), dict(n=512, k=8192)),
        ("static", ((1, 128), (1, 128)), dict(m=200, n=136)),
        ("1x128_128x128", DEEPSEEK, {}),
        ("256x256", MATMUL_BLOCKS["256x256"], dict(promote=256)),
        ("odd_rows", DEEPSEEK, dict(n=201, k=256)),
        ("i8", DEEPSEEK, dict(a_type="i8", b_type="i8")),
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
    add_matmul("matmul_accumulate_one_step", *DEEPSEEK, n=200, k=128, out="f32", accumulate=True)
    add_matmul("matmul_accumulate_one_tile", *DEEPSEEK, m=64, n=128, k=128, out="f32",
               accumulate=True)  # fmt: skip
    add_matmul("matmul_accumulate_bf16", *DEEPSEEK, accumulate=True, epilogue=None)
    add_matmul("matmul_accumulate_bias_relu", *DEEPSEEK, accumulate=True, epilogue="bias_relu")
    # Sums over nothing: no product is left of the first, the second finds out.
    for name, k in {"static": 0, "dynamic": -1}.items():
        name = f"matmul_empty_{name}"
        result[name] = (matmul(name, *DEEPSEEK, n=200, k=k, out="f32", accumulate=True),
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
        facts = dict(kind="matmul", a_block=DEEPSEEK[0], b_block=DEEPSEEK[1],
                     m=options.get("m", -1), n=options["n"], k=options["k"], a="f8E4M3FN",
                     b="f8E4M3FN", scale_types=("f32", "f32"), out=options.get("out", "bf16"),
                     epilogue="round", accumulate=False, promote=128, transposed=())  # fmt: skip
        result[name] = (split_k(name, **options), facts)


def dependent(result):
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


def alone(result):
    # Elementwise ops alone: chunks of all widths, rows that none divides.
    for x_type, out in (("bf16", "bf16"), ("f16", "f32"), ("f32", "f16"), ("f32", "f32")):
        for shape, sizes in {"": {}, "_wide": dict(n=8192), "_odd": dict(m=77, n=301)}.items():
            name = f"elementwise_{x_type}_{out}{shape}"
            facts = dict(kind="elementwise", x=x_type, out=out, m=-1, n=-1)
            result[name] = (elementwise(name, x_type=x_type, out=out, **sizes),
                            facts | sizes)  # fmt: skip


def loops(result):
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


PROGRAMS = [linears, sums, dependent, alone, loops]
