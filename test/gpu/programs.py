"""The .mlir programs of the GPU suite, as text.

Shapes are given per program; -1 is a dynamic size. Nothing here needs a GPU or
any package: scripts/make-gpu-suite.sh compiles what `programs()` returns.
"""

import itertools

IDENTITY = "affine_map<(i, j) -> (i, j)>"
COLUMN = "affine_map<(i, j) -> (j)>"
PARALLEL = 'iterator_types = ["parallel", "parallel"]'


def size(n):
    return "?" if n < 0 else str(n)


def tensor(rows, cols, element):
    return f"tensor<{size(rows)}x{size(cols)}x{element}>"


def blocks(n, block):
    return n if n < 0 else -(-n // block)


def dynamic(**sizes):
    """The operands of tensor.empty: the names of the dynamic sizes."""
    return "(" + ", ".join(f"%{name}" for name, n in sizes.items() if n < 0) + ")"


EPILOGUES = {
    "round": ([], "%r = arith.truncf %x : f32 to {out}"),
    "bias_relu": (
        ["bias"],
        """%be = arith.extf %bias_e : bf16 to f32
      %s = arith.addf %x, %be : f32
      %p = arith.maximumf %s, %zero : f32
      %r = arith.truncf %p : f32 to {out}""",
    ),
    # bias_relu with an edited body: twice the sum, and no clamp.
    "bias_twice": (
        ["bias"],
        """%be = arith.extf %bias_e : bf16 to f32
      %s = arith.addf %x, %be : f32
      %p = arith.addf %s, %s : f32
      %r = arith.truncf %p : f32 to {out}""",
    ),
}


def matmul(name, a_block, b_block, m=-1, n=-1, k=-1, a_type="f8E4M3FN",
           b_type="f8E4M3FN", out="bf16", epilogue="round", config=None):  # fmt: skip
    a, b = tensor(m, k, a_type), tensor(n, k, b_type)
    a_scales = tensor(blocks(m, a_block[0]), blocks(k, a_block[1]), "f32")
    b_scales = tensor(blocks(n, b_block[0]), blocks(k, b_block[1]), "f32")
    acc, result = tensor(m, n, "f32"), tensor(m, n, out)
    sizes = dynamic(m=m, n=n)
    extras, body = EPILOGUES[epilogue]
    vector = f"tensor<{size(n)}xbf16>"
    args = "".join(f", %{e}: {vector}" for e in extras)
    maps = ", ".join([IDENTITY] + [COLUMN] * len(extras) + [IDENTITY])
    ins = ", ".join(["%acc"] + [f"%{e}" for e in extras])
    types = ", ".join([acc] + [vector] * len(extras))
    scalars = "".join(f", %{e}_e: bf16" for e in extras)
    epilogue_text = f"""
  %d = tensor.empty{sizes} : {result}
  %y = linalg.generic {{indexing_maps = [{maps}], {PARALLEL}}}
      ins({ins} : {types}) outs(%d : {result}) {{
    ^bb0(%x: f32{scalars}, %o: {out}):
      {body.format(out=out)}
      linalg.yield %r : {out}
  }} -> {result}
  return %y : {result}"""
    strategy = f" {{config = #gq.config<{config}>}}" if config else ""
    if out == "f32":
        epilogue_text = f"\n  return %acc : {result}"
    return f"""func.func @{name}(%a: {a}, %b: {b}, %as: {a_scales}, %bs: {b_scales}{args})
    -> {result} {{
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : {a}
  %n = tensor.dim %b, %c0 : {b}
  %e = tensor.empty{sizes} : {acc}
  %f = linalg.fill ins(%zero : f32) outs(%e : {acc}) -> {acc}
  %acc = gq.scaled_matmul %a, %b
      scales(%as block [{a_block[0]}, {a_block[1]}], %bs block [{b_block[0]}, {b_block[1]}])
      outs(%f : {acc}){strategy} : {a}, {b}, {a_scales}, {b_scales} -> {acc}{epilogue_text}
}}
"""


# What x is computed from in the same kernel, how, and through which map the second
# operand is read.
PRODUCERS = {
    "silu_mul": ("""%one = arith.constant 1.0 : f32
      %gf = arith.extf %ge : {t} to f32
      %uf = arith.extf %ue : {t} to f32
      %neg = arith.negf %gf : f32
      %exp = math.exp %neg : f32
      %den = arith.addf %one, %exp : f32
      %sig = arith.divf %gf, %den : f32
      %pro = arith.mulf %sig, %uf : f32
      %r = arith.truncf %pro : f32 to {t}""", IDENTITY),
    "columns": ("""%gf = arith.extf %ge : {t} to f32
      %uf = arith.extf %ue : {t} to f32
      %pro = arith.mulf %gf, %uf : f32
      %r = arith.truncf %pro : f32 to {t}""", COLUMN),
}


# How scales are kept: the type of their elements, and whether they are powers of two.
SCALES = {"f32": ("f32", False), "pow2": ("f32", True), "e8m0": ("f8E8M0FNU", True)}

# gq.quantize, or its three steps with a strategy for the cast, which keeps them
# apart; then the absmax is a third result.
QUANTIZE = """
  %q, %s = gq.quantize %x block {block}
      outs(%qe, %se : {q}, {scales}){attributes} : {x} -> {q}, {scales}"""
STEPS = """
  %ae = tensor.empty{sizes} : {scales}
  %a = gq.block_absmax %x block {block} outs(%ae : {scales}) : {x} -> {scales}
  %s = gq.absmax_to_scale %a to {q_type} outs(%se : {scales}) : {scales} -> {scales}
  %q = gq.scaled_cast %x scales(%s block {block})
      outs(%qe : {q}){attributes} : {x}, {scales} -> {q}"""


def quantize(name, block, m=-1, n=-1, x_type="bf16", q_type="f8E4M3FN", producer=None,
             scale_kind="f32", transposed=False, config=None, steps=False,
             dual=False):  # fmt: skip
    x, q = tensor(m, n, x_type), tensor(m, n, q_type)
    scale_type, pow2 = SCALES[scale_kind]
    scale_shape = [blocks(m, block[0]), blocks(n, block[1])]
    scale_sizes = dict(sm=m, sn=n)
    if transposed:
        scale_shape.reverse()
        scale_sizes = dict(sn=n, sm=m)
    scales = tensor(*scale_shape, scale_type)
    flags = [flag for flag, on in (("pow2", pow2), ("transposed_scales", transposed)) if on]
    if config:
        flags.append(f"config = #gq.config<{config}>")
    attributes = f" {{{', '.join(flags)}}}" if flags else ""
    args, fused = f"%x: {x}", ""
    if producer:
        body, read = PRODUCERS[producer]
        u = x if read == IDENTITY else f"tensor<{size(n)}x{x_type}>"
        args = f"%g: {x}, %u: {u}"
        fused = f"""
  %xe = tensor.empty{dynamic(m=m, n=n)} : {x}
  %x = linalg.generic {{indexing_maps = [{IDENTITY}, {read}, {IDENTITY}], {PARALLEL}}}
      ins(%g, %u : {x}, {u}) outs(%xe : {x}) {{
    ^bb0(%ge: {x_type}, %ue: {x_type}, %o: {x_type}):
      {body.format(t=x_type)}
      linalg.yield %r : {x_type}
  }} -> {x}"""
    first = "%g" if producer else "%x"
    text = (STEPS if steps else QUANTIZE).format(
        block=list(block), x=x, q=q, scales=scales, q_type=q_type,
        sizes=dynamic(**scale_sizes), attributes=attributes,
    )  # fmt: skip
    third, third_type = (", %a", f", {scales}") if steps else ("", "")
    if dual:
        turned = tensor(n, m, q_type)
        third, third_type = third + ", %t", f"{third_type}, {turned}"
        text += f"""
  %te = tensor.empty{dynamic(n=n, m=m)} : {turned}
  %t = linalg.transpose ins(%q : {q}) outs(%te : {turned}) permutation = [1, 0]"""
    return f"""func.func @{name}({args}) -> ({q}, {scales}{third_type}) {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim {first}, %c0 : {x}
  %n = tensor.dim {first}, %c1 : {x}
  %sm = affine.apply affine_map<(d) -> (d ceildiv {block[0]})>(%m)
  %sn = affine.apply affine_map<(d) -> (d ceildiv {block[1]})>(%n){fused}
  %qe = tensor.empty{dynamic(m=m, n=n)} : {q}
  %se = tensor.empty{dynamic(**scale_sizes)} : {scales}{text}
  return %q, %s{third} : {q}, {scales}{third_type}
}}
"""


QUANTIZE_BLOCKS = [(1, 128), (128, 128), (256, 256), (32, 32)]


def quantize_formats():
    """(name, block, options) of every kind of output, for every kind of input.

    All combinations for three blocks, a sample for the others. Half of them have a
    static number of columns, whose chunks are aligned; they are spread so that any two
    choices meet in both halves.
    """
    choices = list(itertools.product(
        *(list(enumerate(choice)) for choice in (
            ((1, 128), (128, 128), (256, 256), (32, 32), (1, 100), (3, 7)),
            ("bf16", "f16", "f32"), ("f8E4M3FN", "f8E5M2", "i8"), SCALES,
            (False, True)))))  # fmt: skip
    for combination in choices:
        (b, block), (i, x_type), (j, q_type), (k, scale_kind), (t, transposed) = combination
        if b >= 3 and (i + j + k) % 3 != (b + t) % 3:
            continue
        static = (b + i + j + k + t) % 2 == 0
        order = "transposed" if transposed else "rows"
        name = f"formats_{x_type}_{q_type}_{scale_kind}_{order}_{block[0]}x{block[1]}"
        yield name, block, dict(x_type=x_type, q_type=q_type, scale_kind=scale_kind,
                                transposed=transposed, n=1040 if static else -1)  # fmt: skip


MATMUL_BLOCKS = {
    "1x128_128x128": ((1, 128), (128, 128)),
    "128x128": ((128, 128), (128, 128)),
    "256x256": ((256, 256), (256, 256)),
}


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
                     amax=options.get("steps", False),
                     dual=options.get("dual", False))  # fmt: skip
        result[name] = (quantize(name, block, **options), facts)

    def add_matmul(name, a_block, b_block, **options):
        facts = dict(kind="matmul", a_block=a_block, b_block=b_block,
                     m=options.get("m", -1), n=options.get("n", -1),
                     k=options.get("k", -1), a=options.get("a_type", "f8E4M3FN"),
                     b=options.get("b_type", "f8E4M3FN"),
                     out=options.get("out", "bf16"),
                     epilogue=options.get("epilogue", "round"))  # fmt: skip
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
    add_matmul("matmul_bias_relu", *deepseek, epilogue="bias_relu")
    add_matmul("matmul_bias_twice", *deepseek, epilogue="bias_twice")
    # Rings of other lengths, and other divisions of the rows.
    for name, config in {
        "one_slot": "tile = [128, 64, 128], stages = 1",
        "two_slots": "tile = [128, 128, 128], stages = 2",
        "late_wait": "tile = [256, 128, 128], stages = 4, early_wait = false",
        "three_groups": "tile = [192, 64, 128], stages = 2, math_groups = 3",
        "narrow": "tile = [256, 16, 128], stages = 5, math_groups = 4",
    }.items():
        add_matmul(f"matmul_{name}", *deepseek, config=config)
    return result


if __name__ == "__main__":
    import json
    import pathlib
    import sys

    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    facts = {}
    for name, (text, about) in programs().items():
        (out / f"{name}.mlir").write_text(text)
        facts[name] = about
    (out / "programs.json").write_text(json.dumps(facts, indent=1))
