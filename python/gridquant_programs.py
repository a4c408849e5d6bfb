"""Functions with gq ops as .mlir text, for tests and benchmarks.

`matmul`, `split_k`, `linear`, `layers`, `quantize` and `elementwise` write one function; -1 is a
dynamic size.
The GPU suite (test/gpu/programs.py), the sweep of the simulator (test/Simulator/sweep.py)
and the benchmarks (benchmarks/quantize_programs.py) are lists of calls of these. Nothing
here needs a GPU or any package.
"""

import itertools
import json

IDENTITY = "affine_map<(i, j) -> (i, j)>"
COLUMN = "affine_map<(i, j) -> (j)>"
TURNED = "affine_map<(i, j) -> (j, i)>"
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
    "to_i8": (
        [],
        """%low = arith.constant -128.0 : f32
      %high = arith.constant 127.0 : f32
      %i = math.roundeven %x : f32
      %g = arith.maximumf %i, %low : f32
      %l = arith.minimumf %g, %high : f32
      %r = arith.fptosi %l : f32 to {out}""",
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
           b_type="f8E4M3FN", out="bf16", epilogue="round", config=None,
           scale_types=("f32", "f32"), swapped=False, accumulate=False, promote=128,
           transposed=(), variants=None, invariant=False, launch=None):  # fmt: skip
    """D = A . B^T with block scales, or with blocks of None without. `epilogue` is what follows the product in f32, or
    None: gq.scaled_matmul computes `out` itself. `swapped`: as the transpose of B . A^T.
    `accumulate`: what the product adds to is the last argument. `launch`:
    gq.dependent_launch of the function, whose weights are constant then. `transposed`: of "a" and
    "b" those whose scales are stored M-major. `variants`: a config for each limit of
    rows, the last for None."""
    a, b = tensor(m, k, a_type), tensor(n, k, b_type)
    scales, types = {}, {}
    for operand, rows, block, kind in (("a", m, a_block, scale_types[0]),
                                       ("b", n, b_block, scale_types[1])):  # fmt: skip
        if block:
            shape = [blocks(rows, block[0]), blocks(k, block[1])]
            shape = reversed(shape) if operand in transposed else shape
            types[operand] = tensor(*shape, kind)
            scales[operand] = f"%{operand}s block [{block[0]}, {block[1]}]"
    scaled = lambda *order: (
        "\n      scales(" + ", ".join(scales[o] for o in order) + ")" if scales else "",
        "".join(f", {types[o]}" for o in order if types),
    )
    result = tensor(m, n, out)
    acc_type = "f32" if epilogue else out
    acc = tensor(m, n, acc_type)
    sizes = dynamic(m=m, n=n)
    extras, body = EPILOGUES[epilogue or "round"]
    vector = f"tensor<{size(n)}xbf16>"
    args = "".join(f", %{e}: {vector}" for e in extras)
    maps = ", ".join([IDENTITY] + [COLUMN] * len(extras) + [IDENTITY])
    ins = ", ".join(["%acc"] + [f"%{e}" for e in extras])
    in_types = ", ".join([acc] + [vector] * len(extras))
    scalars = "".join(f", %{e}_e: bf16" for e in extras)
    epilogue_text = f"""
  %d = tensor.empty{sizes} : {result}
  %y = linalg.generic {{indexing_maps = [{maps}], {PARALLEL}}}
      ins({ins} : {in_types}) outs(%d : {result}) {{
    ^bb0(%x: f32{scalars}, %o: {out}):
      {body.format(out=out)}
      linalg.yield %r : {out}
  }} -> {result}
  return %y : {result}"""
    given = [f"promote = {promote}"] if promote != 128 else []
    given += [f"transposed_{operand}_scales" for operand in transposed]
    given += [f"config = #gq.matmul_config<{config}>"] if config else []
    if variants:
        texts = (f"up_to {most} = <{text}>" if most else f"above = <{text}>"
                 for most, text in variants.items())  # fmt: skip
        given.append(f"config = #gq.matmul_variants<{', '.join(texts)}>")
    if invariant:
        given.append("batch_invariant")
    strategy = f" {{{', '.join(given)}}}" if given else ""
    if out == acc_type:
        epilogue_text = f"\n  return %acc : {result}"
    start = f"""%e = tensor.empty{sizes} : {acc}
  %f = linalg.fill ins(%zero : {acc_type}) outs(%e : {acc}) -> {acc}"""
    if accumulate:
        start, args = "", f"{args}, %f: {acc}"
    words, scale_list = scaled("a", "b")
    product = f"""{start}
  %acc = gq.scaled_matmul %a, %b{words}
      outs(%f : {acc}){strategy} : {a}, {b}{scale_list} -> {acc}"""
    if swapped:
        turned = tensor(n, m, acc_type)
        words, scale_list = scaled("b", "a")
        product = f"""%e = tensor.empty{dynamic(n=n, m=m)} : {turned}
  %f = linalg.fill ins(%zero : {acc_type}) outs(%e : {turned}) -> {turned}
  %t = gq.scaled_matmul %b, %a{words}
      outs(%f : {turned}){strategy} : {b}, {a}{scale_list} -> {turned}
  %te = tensor.empty{sizes} : {acc}
  %acc = linalg.transpose ins(%t : {turned}) outs(%te : {acc}) permutation = [1, 0]"""
    says = " {gq.constant}" if launch else ""
    attributes = f' attributes {{gq.dependent_launch = "{launch}"}}' if launch else ""
    if scales:
        args = f", %as: {types['a']}, %bs: {types['b']}{says}{args}"
    return f"""func.func @{name}(%a: {a}, %b: {b}{says}{args})
    -> {result}{attributes} {{
  %c0 = arith.constant 0 : index
  %zero = arith.constant {"0" if acc_type == "i32" else "0.0"} : {acc_type}
  %m = tensor.dim %a, %c0 : {a}
  %n = tensor.dim %b, %c0 : {b}
  {product}{epilogue_text}
}}
"""


def zero_points(name, n, k, m=-1, a="", b="", out="i32", config=None):
    """D = (A - za) . (B - zb)^T of i8. `a` and `b`: the type of zero points, of each row if it
    begins with "*", or nothing; the arguments stand in that order behind A and B. Into f32 or
    bf16 with a scale for each row, the last two."""
    kinds = {"a": (a, m), "b": (b, n)}
    types = {o: f"tensor<{size(rows) + 'x' if t[0] == '*' else ''}{t.lstrip('*')}>"
             for o, (t, rows) in kinds.items() if t}  # fmt: skip
    args = "".join(f", %z{o}: {t}" for o, t in types.items())
    points = "".join(f" {o}_zero_points(%z{o} : {t})" for o, t in types.items())
    left, right, result = tensor(m, k, "i8"), tensor(n, k, "i8"), tensor(m, n, out)
    scales = scale_types = ""
    if out != "i32":
        args += f", %as: {tensor(m, 1, 'f32')}, %bs: {tensor(n, 1, 'f32')}"
        scales = f" scales(%as block [1, {k}], %bs block [1, {k}])"
        scale_types = f", {tensor(m, 1, 'f32')}, {tensor(n, 1, 'f32')}"
    attributes = f" {{config = #gq.matmul_config<{config}>}}" if config else ""
    return f"""func.func @{name}(%a: {left}, %b: {right}{args}) -> {result} {{
  %c0 = arith.constant 0 : index
  %zero = arith.constant {"0" if out == "i32" else "0.0"} : {out}
  %m = tensor.dim %a, %c0 : {left}
  %e = tensor.empty{dynamic(m=m, n=n)} : {result}
  %f = linalg.fill ins(%zero : {out}) outs(%e : {result}) -> {result}
  %d = gq.scaled_matmul %a, %b{scales}{points}
      outs(%f : {result}){attributes} : {left}, {right}{scale_types} -> {result}
  return %d : {result}
}}
"""


def split_k(name, parts, n, k, m=-1, out="bf16"):
    """The matmul of blocks 1 x 128 and 128 x 128 as products of `parts` parts of K, one
    above the other, whose sum is a kernel of its own."""
    assert k % (128 * parts) == 0
    part, steps = k // parts, k // parts // 128
    a, b = tensor(m, k, "f8E4M3FN"), tensor(n, k, "f8E4M3FN")
    a_scales, b_scales = tensor(m, k // 128, "f32"), tensor(blocks(n, 128), k // 128, "f32")
    acc, result = tensor(m, n, "f32"), tensor(m, n, out)
    stacked = tensor(m if m < 0 else parts * m, n, "f32")
    x, y = tensor(m, part, "f8E4M3FN"), tensor(n, part, "f8E4M3FN")
    x_scales, y_scales = tensor(m, steps, "f32"), tensor(blocks(n, 128), steps, "f32")
    rows = "%m" if m < 0 else str(m)
    slices = sums = ""
    total = "%x0"
    for i in range(parts):
        slices += f"""
  %r{i} = affine.apply affine_map<()[m] -> ({i} * m)>()[%m]
  %p{i} = tensor.extract_slice %parts[%r{i}, 0] [{rows}, {n}] [1, 1] : {stacked} to {acc}"""
        if i:
            sums += f"""
      %s{i} = arith.addf {total}, %x{i} : f32"""
            total = f"%s{i}"
    if out != "f32":
        sums += f"""
      %r = arith.truncf {total} : f32 to {out}"""
        total = "%r"
    maps = ", ".join([IDENTITY] * (parts + 1))
    ins = ", ".join(f"%p{i}" for i in range(parts))
    args = ", ".join(f"%x{i}: f32" for i in range(parts))
    return f"""func.func @{name}(%a: {a}, %b: {b}, %as: {a_scales}, %bs: {b_scales}) -> {result} {{
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : {a}
  %all = affine.apply affine_map<()[m] -> ({parts} * m)>()[%m]
  %init = tensor.empty{"(%all)" if m < 0 else "()"} : {stacked}
  %parts = scf.forall (%s) in ({parts}) shared_outs(%sum = %init) -> ({stacked}) {{
    %k = affine.apply affine_map<(s) -> (s * {part})>(%s)
    %block = affine.apply affine_map<(s) -> (s * {steps})>(%s)
    %row = affine.apply affine_map<(s)[m] -> (s * m)>(%s)[%m]
    %x = tensor.extract_slice %a[0, %k] [{rows}, {part}] [1, 1] : {a} to {x}
    %y = tensor.extract_slice %b[0, %k] [{n}, {part}] [1, 1] : {b} to {y}
    %xs = tensor.extract_slice %as[0, %block] [{rows}, {steps}] [1, 1] : {a_scales} to {x_scales}
    %ys = tensor.extract_slice %bs[0, %block] [{blocks(n, 128)}, {steps}] [1, 1]
        : {b_scales} to {y_scales}
    %e = tensor.empty{dynamic(m=m)} : {acc}
    %f = linalg.fill ins(%zero : f32) outs(%e : {acc}) -> {acc}
    %d = gq.scaled_matmul %x, %y scales(%xs block [1, 128], %ys block [128, 128])
        outs(%f : {acc}) : {x}, {y}, {x_scales}, {y_scales} -> {acc}
    scf.forall.in_parallel {{
      tensor.parallel_insert_slice %d into %sum[%row, 0] [{rows}, {n}] [1, 1] : {acc} into {stacked}
    }}
  }} {{mapping = [#gpu.block<z>]}}{slices}
  %o = tensor.empty{dynamic(m=m)} : {result}
  %z = linalg.generic {{indexing_maps = [{maps}], {PARALLEL}}}
      ins({ins} : {", ".join([acc] * parts)}) outs(%o : {result}) {{
    ^bb0({args}, %out: {out}):{sums}
      linalg.yield {total} : {out}
  }} -> {result}
  return %z : {result}
}}
"""


def linear(name, n, k, m=-1, b_block=(128, 128), scale_kind="f32", out="bf16", both=False):
    """x . b^T with x in bf16, quantised with blocks of 1 x 128 first, and codes and scales
    of b. `both`: b is in bf16 too, and quantised in blocks of `b_block`."""
    x, a, result = tensor(m, k, "bf16"), tensor(m, k, "f8E4M3FN"), tensor(m, n, out)
    b = tensor(n, k, "f8E4M3FN")
    scale_type, pow2 = SCALES[scale_kind]
    flags = " {pow2}" if pow2 else ""
    a_scales = tensor(m, blocks(k, 128), scale_type)
    b_scales = tensor(blocks(n, b_block[0]), blocks(k, b_block[1]), scale_type)
    sizes = dynamic(m=m)
    args, quantize_b = f"%b: {b}, %bs: {b_scales}", ""
    if both:
        args = f"%y: {tensor(n, k, 'bf16')}"
        quantize_b = f"""
  %be = tensor.empty() : {b}
  %bse = tensor.empty() : {b_scales}
  %b, %bs = gq.quantize %y block {list(b_block)} outs(%be, %bse : {b}, {b_scales}){flags}
      : {tensor(n, k, 'bf16')} -> {b}, {b_scales}"""
    return f"""func.func @{name}(%x: {x}, {args}) -> {result} {{
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : {out}
  %m = tensor.dim %x, %c0 : {x}
  %ae = tensor.empty{sizes} : {a}
  %ase = tensor.empty{sizes} : {a_scales}
  %a, %as = gq.quantize %x block [1, 128] outs(%ae, %ase : {a}, {a_scales}){flags}
      : {x} -> {a}, {a_scales}{quantize_b}
  %e = tensor.empty{sizes} : {result}
  %f = linalg.fill ins(%zero : {out}) outs(%e : {result}) -> {result}
  %d = gq.scaled_matmul %a, %b
      scales(%as block [1, 128], %bs block [{b_block[0]}, {b_block[1]}])
      outs(%f : {result}) : {a}, {b}, {a_scales}, {b_scales} -> {result}
  return %d : {result}
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
SCALES = {"f32": ("f32", False), "pow2": ("f32", True), "e8m0": ("f8E8M0FNU", True), "bf16": ("bf16", False)}

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


def quantized_matmul(name, n, k, block=(1, 128), x_type="f32", q_type="f8E4M3FN", scale_kind="f32",
                     transposed=False, config=None, divide=False, element="i8"):  # fmt: skip
    """Codes and scales of a product, of i8 unless said, with scales of 1x128 and 128x128 blocks."""
    a, b, x, q = tensor(-1, k, element), tensor(n, k, element), tensor(-1, n, x_type), tensor(-1, n, q_type)
    a_scales = tensor(-1, blocks(k, 128), "f32")
    b_scales = tensor(blocks(n, 128), blocks(k, 128), "f32")
    scale_type, pow2 = SCALES[scale_kind]
    shape = [blocks(-1, block[0]), blocks(n, block[1])]
    scales = tensor(*(reversed(shape) if transposed else shape), scale_type)
    flags = [flag for flag, on in (("pow2", pow2), ("transposed_scales", transposed), ("divide", divide)) if on]
    attributes = f" {{{', '.join(flags)}}}" if flags else ""
    given = f" {{config = #gq.matmul_config<{config}>}}" if config else ""
    return f"""func.func @{name}(%a: {a}, %b: {b}, %as: {a_scales}, %bs: {b_scales}) -> ({q}, {scales}) {{
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : {x_type}
  %rows = arith.constant {block[0]} : index
  %m = tensor.dim %a, %c0 : {a}
  %sm = arith.ceildivui %m, %rows : index
  %e = tensor.empty(%m) : {x}
  %f = linalg.fill ins(%zero : {x_type}) outs(%e : {x}) -> {x}
  %x = gq.scaled_matmul %a, %b scales(%as block [1, 128], %bs block [128, 128])
      outs(%f : {x}){given} : {a}, {b}, {a_scales}, {b_scales} -> {x}
  %eq = tensor.empty(%m) : {q}
  %es = tensor.empty(%sm) : {scales}
  %q, %s = gq.quantize %x block {list(block)} outs(%eq, %es : {q}, {scales}){attributes}
      : {x} -> {q}, {scales}
  return %q, %s : {q}, {scales}
}}
"""


def dual(name, n, k, config=None):
    """The quotients of two products of i8, of one a, with scales of 1x128 and 128x128 blocks."""
    a, b, x = tensor(-1, k, "i8"), tensor(n, k, "i8"), tensor(-1, n, "f32")
    a_scales = tensor(-1, blocks(k, 128), "f32")
    b_scales = tensor(blocks(n, 128), blocks(k, 128), "f32")
    given = f" {{config = #gq.matmul_config<{config}>}}" if config else ""
    return f"""#elements = affine_map<(m, n) -> (m, n)>
func.func @{name}(%a: {a}, %b: {b}, %c: {b}, %as: {a_scales}, %bs: {b_scales}, %cs: {b_scales}) -> {x} {{
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : {a}
  %e = tensor.empty(%m) : {x}
  %f = linalg.fill ins(%zero : f32) outs(%e : {x}) -> {x}
  %x = gq.scaled_matmul %a, %b scales(%as block [1, 128], %bs block [128, 128])
      outs(%f : {x}) : {a}, {b}, {a_scales}, {b_scales} -> {x}
  %y = gq.scaled_matmul %a, %c scales(%as block [1, 128], %cs block [128, 128])
      outs(%f : {x}){given} : {a}, {b}, {a_scales}, {b_scales} -> {x}
  %r = linalg.generic {{indexing_maps = [#elements, #elements, #elements],
                       iterator_types = ["parallel", "parallel"]}}
      ins(%x, %y : {x}, {x}) outs(%e : {x}) {{
  ^bb0(%p: f32, %q: f32, %o: f32):
    %d = arith.divf %p, %q : f32
    linalg.yield %d : f32
  }} -> {x}
  return %r : {x}
}}
"""


def quantize(name, block, m=-1, n=-1, x_type="bf16", q_type="f8E4M3FN", producer=None,
             scale_kind="f32", transposed=False, config=None, steps=False,
             dual=False, divide=False):  # fmt: skip
    """Codes and scales of x, or of what `producer` computes; `dual`: the transpose of the
    codes too. `divide`: x / s, not x * (1 / s)."""
    x, q = tensor(m, n, x_type), tensor(m, n, q_type)
    scale_type, pow2 = SCALES[scale_kind]
    scale_shape = [blocks(m, block[0]), blocks(n, block[1])]
    scale_sizes = dict(sm=m, sn=n)
    if transposed:
        scale_shape.reverse()
        scale_sizes = dict(sn=n, sm=m)
    scales = tensor(*scale_shape, scale_type)
    flags = [flag for flag, on in (("pow2", pow2), ("transposed_scales", transposed),
                               ("divide", divide)) if on]  # fmt: skip
    if config:
        flags.append(f"config = #gq.quantize_config<{config}>")
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


def layers(name, n, k, m=-1, count=1, launch=None, constant=True, config=None,
           invariant=False):  # fmt: skip
    """y = x . w^T, x quantised in blocks of 1 x 128 and w given in blocks of 128 x 128;
    of several layers each has its weights, and n is k. `launch`: gq.dependent_launch of
    the function. `constant`: the weights are said not to change. `config` of the products, which are `invariant` or
    not."""
    assert count == 1 or n == k
    kb, nb = blocks(k, 128), blocks(n, 128)
    x, q, s = tensor(m, k, "bf16"), tensor(m, k, "f8E4M3FN"), tensor(m, kb, "f32")
    w, ws = tensor(n, k, "f8E4M3FN"), tensor(nb, kb, "f32")
    wide, y = tensor(m, n, "f32"), tensor(m, n, "bf16")
    says = " {gq.constant}" if constant else ""
    given = [f"config = #gq.matmul_config<{config}>"] if config else []
    given = ", ".join(given + ["batch_invariant"] * invariant)
    given = f" {{{given}}}" if given else ""
    args, text, value = f"%x: {x}", "", "%x"
    for i in range(count):
        args += f", %w{i}: {w}{says}, %ws{i}: {ws}{says}"
        text += f"""
  %qe{i} = tensor.empty{dynamic(m=m)} : {q}
  %se{i} = tensor.empty{dynamic(m=m)} : {s}
  %q{i}, %s{i} = gq.quantize {value} block [1, 128] outs(%qe{i}, %se{i} : {q}, {s})
      : {x} -> {q}, {s}
  %e{i} = tensor.empty{dynamic(m=m)} : {wide}
  %f{i} = linalg.fill ins(%zero : f32) outs(%e{i} : {wide}) -> {wide}
  %p{i} = gq.scaled_matmul %q{i}, %w{i}
      scales(%s{i} block [1, 128], %ws{i} block [128, 128]) outs(%f{i} : {wide}){given}
      : {q}, {w}, {s}, {ws} -> {wide}
  %d{i} = tensor.empty{dynamic(m=m)} : {y}
  %y{i} = linalg.generic {{indexing_maps = [{IDENTITY}, {IDENTITY}], {PARALLEL}}}
      ins(%p{i} : {wide}) outs(%d{i} : {y}) {{
    ^bb0(%v: f32, %o: bf16):
      %r = arith.truncf %v : f32 to bf16
      linalg.yield %r : bf16
  }} -> {y}"""
        value = f"%y{i}"
    attributes = f' attributes {{gq.dependent_launch = "{launch}"}}' if launch else ""
    return f"""func.func @{name}({args}) -> {y}{attributes} {{
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : {x}{text}
  return {value} : {y}
}}
"""


def elementwise(name, m=-1, n=-1, x_type="bf16", out="bf16"):
    """max(x + b, 0) * w^T in f32, rounded: b has a value for each column, w is read
    transposed."""
    x, w, result = tensor(m, n, x_type), tensor(n, m, "f32"), tensor(m, n, out)
    b = f"tensor<{size(n)}xf32>"
    wide, last = "%xe", "%p"
    before = after = ""
    if x_type != "f32":
        wide, before = "%xf", f"%xf = arith.extf %xe : {x_type} to f32"
    if out != "f32":
        last, after = "%r", f"%r = arith.truncf %p : f32 to {out}"
    return f"""func.func @{name}(%x: {x}, %b: {b}, %w: {w}) -> {result} {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : {x}
  %n = tensor.dim %x, %c1 : {x}
  %e = tensor.empty{dynamic(m=m, n=n)} : {result}
  %y = linalg.generic {{indexing_maps = [{IDENTITY}, {COLUMN}, {TURNED}, {IDENTITY}], {PARALLEL}}}
      ins(%x, %b, %w : {x}, {b}, {w}) outs(%e : {result}) {{
    ^bb0(%xe: {x_type}, %be: f32, %we: f32, %o: {out}):
      {before}
      %s = arith.addf {wide}, %be : f32
      %c = arith.maximumf %s, %zero : f32
      %p = arith.mulf %c, %we : f32
      {after}
      linalg.yield {last} : {out}
  }} -> {result}
  return %y : {result}
}}
"""


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


def write(folder, programs):
    """name -> (text, facts): NAME.mlir each, and the facts in programs.json."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (text, _) in programs.items():
        (folder / f"{name}.mlir").write_text(text)
    facts = {name: facts for name, (_, facts) in programs.items()}
    (folder / "programs.json").write_text(json.dumps(facts, indent=1))
