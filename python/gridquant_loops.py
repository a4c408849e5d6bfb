"""Functions with gq ops in loops over thread blocks as .mlir text: batches, the parts
of a split K, grouped products. Beside gridquant_programs.py, and used like it."""

from gridquant_programs import IDENTITY, PARALLEL, SCALES, blocks, dynamic, size, tensor

STEP = 128  # elements of K that share a scale, and columns of B that do


def rows_of_all(count, rows):
    return rows if rows < 0 else count * rows


def tie(text, value, symbol=None):
    """An affine expression of `value`, d0, and of `symbol`, s0."""
    if symbol:
        return f"affine.apply affine_map<(d0)[s0] -> ({text})>({value})[{symbol}]"
    return f"affine.apply affine_map<(d0) -> ({text})>({value})"


def batch_op(name, count, m, n, k, out="bf16", shared=False):
    """`count` products as one op, whose operands have a dimension for them; -1: rows are as
    many as there are. `shared`: all have one matrix B."""
    nb, kb = blocks(n, STEP), blocks(k, STEP)

    def of_all(rows, columns, element):
        return f"tensor<{count}x{size(rows)}x{columns}x{element}>"

    a, result, sa = of_all(m, k, "f8E4M3FN"), of_all(m, n, out), of_all(m, kb, "f32")
    b, sb = of_all(n, k, "f8E4M3FN"), of_all(nb, kb, "f32")
    if shared:
        b, sb = tensor(n, k, "f8E4M3FN"), tensor(nb, kb, "f32")
    return f"""func.func @{name}(%a: {a}, %b: {b}, %as: {sa}, %bs: {sb}) -> {result} {{
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : {out}
  %m = tensor.dim %a, %c1 : {a}
  %e = tensor.empty{dynamic(m=m)} : {result}
  %f = linalg.fill ins(%zero : {out}) outs(%e : {result}) -> {result}
  %d = gq.scaled_matmul %a, %b scales(%as block [1, {STEP}], %bs block [{STEP}, {STEP}])
      outs(%f : {result}) : {a}, {b}, {sa}, {sb} -> {result}
  return %d : {result}
}}
"""


def shard_matmul(name, n, k, rows, columns, out="bf16"):
    """The product with a part of n x k weights, of `rows` and `columns` from a first one
    to an end: with these columns of a, and with the scales of the blocks that the part
    touches."""
    (n0, n1), (k0, k1) = rows, columns
    blocks_of = lambda first, end: (first // STEP, blocks(end, STEP) - first // STEP)
    (nb, nbs), (kb, kbs) = blocks_of(n0, n1), blocks_of(k0, k1)
    a, b = tensor(-1, k, "f8E4M3FN"), tensor(n, k, "f8E4M3FN")
    sa, sb = tensor(-1, blocks(k, STEP), "f32"), tensor(blocks(n, STEP), blocks(k, STEP), "f32")
    x, y = tensor(-1, k1 - k0, "f8E4M3FN"), tensor(n1 - n0, k1 - k0, "f8E4M3FN")
    xs, ys = tensor(-1, kbs, "f32"), tensor(nbs, kbs, "f32")
    result = tensor(-1, n1 - n0, out)
    return f"""func.func @{name}(%a: {a}, %b: {b}, %as: {sa}, %bs: {sb}) -> {result} {{
  %c0 = arith.constant 0 : index
  %n0 = arith.constant {n0 % STEP} : index
  %k0 = arith.constant {k0 % STEP} : index
  %m = tensor.dim %a, %c0 : {a}
  %x = tensor.extract_slice %a[0, {k0}] [%m, {k1 - k0}] [1, 1] : {a} to {x}
  %y = tensor.extract_slice %b[{n0}, {k0}] [{n1 - n0}, {k1 - k0}] [1, 1] : {b} to {y}
  %xs = tensor.extract_slice %as[0, {kb}] [%m, {kbs}] [1, 1] : {sa} to {xs}
  %ys = tensor.extract_slice %bs[{nb}, {kb}] [{nbs}, {kbs}] [1, 1] : {sb} to {ys}
  %zero = arith.constant 0.0 : {out}
  %e = tensor.empty(%m) : {result}
  %f = linalg.fill ins(%zero : {out}) outs(%e : {result}) -> {result}
  %d = gq.scaled_matmul %x, %y scales(%xs block [1, {STEP}], %ys block [{STEP}, {STEP}])
      origin(%c0, %n0, %k0) outs(%f : {result}) : {x}, {y}, {xs}, {ys} -> {result}
  return %d : {result}
}}
"""


def beside_matmul(name, n, k, cut, out="bf16"):
    """The product with n x k weights as two, of the rows before `cut` and from there on, each
    in its columns of the result."""
    kb, nb = blocks(k, STEP), blocks(n, STEP)
    a, b, result = tensor(-1, k, "f8E4M3FN"), tensor(n, k, "f8E4M3FN"), tensor(-1, n, out)
    sa, sb = tensor(-1, kb, "f32"), tensor(nb, kb, "f32")
    text = f"""func.func @{name}(%a: {a}, %b: {b}, %as: {sa}, %bs: {sb}) -> {result} {{
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : {a}
  %r0 = tensor.empty(%m) : {result}
"""
    for i, (first, end) in enumerate(((0, cut), (cut, n))):
        block, rows = first // STEP, end - first
        count = blocks(end, STEP) - block
        y, ys, d = tensor(rows, k, "f8E4M3FN"), tensor(count, kb, "f32"), tensor(-1, rows, out)
        text += f"""  %n{i} = arith.constant {first % STEP} : index
  %y{i} = tensor.extract_slice %b[{first}, 0] [{rows}, {k}] [1, 1] : {b} to {y}
  %ys{i} = tensor.extract_slice %bs[{block}, 0] [{count}, {kb}] [1, 1] : {sb} to {ys}
  %e{i} = tensor.empty(%m) : {d}
  %d{i} = gq.scaled_matmul %a, %y{i} scales(%as block [1, {STEP}], %ys{i} block [{STEP}, {STEP}])
      origin(%c0, %n{i}, %c0) outs(%e{i} : {d}) : {a}, {y}, {sa}, {ys} -> {d}
  %r{i + 1} = tensor.insert_slice %d{i} into %r{i}[0, {first}] [%m, {rows}] [1, 1] : {d} into {result}
"""
    return text + f"""  return %r2 : {result}
}}
"""


def batch_matmul(name, count, m, n, k, weights=None, out="bf16"):
    """`count` products of `m` rows each, below one another; -1: as many as there are. With
    `weights` they are grouped: the fifth input says for each of them which of so many
    matrices B it takes."""
    nb, kb, grouped = blocks(n, STEP), blocks(k, STEP), weights is not None
    total, of_all = rows_of_all(count, m), weights or count
    a, b = tensor(total, k, "f8E4M3FN"), tensor(of_all * n, k, "f8E4M3FN")
    sa, sb = tensor(total, kb, "f32"), tensor(of_all * nb, kb, "f32")
    x, y = tensor(m, k, "f8E4M3FN"), tensor(n, k, "f8E4M3FN")
    xs, ys = tensor(m, kb, "f32"), tensor(nb, kb, "f32")
    sums, tile, result = tensor(m, n, "f32"), tensor(m, n, out), tensor(total, n, out)
    rows = size(m) if m >= 0 else "%m"
    made, groups, which = dynamic(m=m), "", "%s"
    args = f"%a: {a}, %b: {b}, %as: {sa}, %bs: {sb}"
    if grouped:
        args += f", %groups: tensor<{count}xi32>"
        groups = f"""
    %group = tensor.extract %groups[%s] : tensor<{count}xi32>
    %w = arith.index_cast %group : i32 to index"""
        which = "%w"
    done, rounding = "%d", ""
    if out != "f32":
        done, rounding = "%t", f"""
    %te = tensor.empty{made} : {tile}
    %t = linalg.generic {{indexing_maps = [{IDENTITY}, {IDENTITY}], {PARALLEL}}}
        ins(%d : {sums}) outs(%te : {tile}) {{
      ^bb0(%v: f32, %o: {out}):
        %rounded = arith.truncf %v : f32 to {out}
        linalg.yield %rounded : {out}
    }} -> {tile}"""
    return f"""func.func @{name}({args}) -> {result} {{
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %all = tensor.dim %a, %c0 : {a}
  %m = {tie(f"d0 floordiv {count}", "%all")}
  %init = tensor.empty{"(%all)" if m < 0 else "()"} : {result}
  %r = scf.forall (%s) in ({count}) shared_outs(%acc = %init) -> ({result}) {{{groups}
    %row = {tie("d0 * s0" if m < 0 else f"d0 * {m}", "%s", "%m" if m < 0 else None)}
    %column = {tie(f"d0 * {n}", which)}
    %block = {tie(f"d0 * {nb}", which)}
    %x = tensor.extract_slice %a[%row, 0] [{rows}, {k}] [1, 1] : {a} to {x}
    %y = tensor.extract_slice %b[%column, 0] [{n}, {k}] [1, 1] : {b} to {y}
    %xs = tensor.extract_slice %as[%row, 0] [{rows}, {kb}] [1, 1] : {sa} to {xs}
    %ys = tensor.extract_slice %bs[%block, 0] [{nb}, {kb}] [1, 1] : {sb} to {ys}
    %e = tensor.empty{made} : {sums}
    %f = linalg.fill ins(%zero : f32) outs(%e : {sums}) -> {sums}
    %d = gq.scaled_matmul %x, %y scales(%xs block [1, {STEP}], %ys block [{STEP}, {STEP}])
        outs(%f : {sums}) : {x}, {y}, {xs}, {ys} -> {sums}{rounding}
    scf.forall.in_parallel {{
      tensor.parallel_insert_slice {done} into %acc[%row, 0] [{rows}, {n}] [1, 1] : {tile} into {result}
    }}
  }} {{mapping = [#gpu.block<z>]}}
  return %r : {result}
}}
"""


def split_matmul(name, m, n, k):
    """K in two parts: both sums, and the codes and scales of what they add up to."""
    part, kb, nb = k // 2, blocks(k, STEP) // 2, blocks(n, STEP)
    a, b = tensor(m, k, "f8E4M3FN"), tensor(n, k, "f8E4M3FN")
    sa, sb = tensor(m, 2 * kb, "f32"), tensor(nb, 2 * kb, "f32")
    x, y = tensor(m, part, "f8E4M3FN"), tensor(n, part, "f8E4M3FN")
    xs, ys = tensor(m, kb, "f32"), tensor(nb, kb, "f32")
    sums, parts = tensor(m, n, "f32"), tensor(2 * m, n, "f32")
    q, s = tensor(m, n, "f8E4M3FN"), tensor(m, nb, "f32")
    return f"""func.func @{name}(%a: {a}, %b: {b}, %as: {sa}, %bs: {sb}) -> ({q}, {s}, {parts}) {{
  %zero = arith.constant 0.0 : f32
  %init = tensor.empty() : {parts}
  %parts = scf.forall (%s) in (2) shared_outs(%acc = %init) -> ({parts}) {{
    %k = {tie(f"d0 * {part}", "%s")}
    %block = {tie(f"d0 * {kb}", "%s")}
    %row = {tie(f"d0 * {m}", "%s")}
    %x = tensor.extract_slice %a[0, %k] [{m}, {part}] [1, 1] : {a} to {x}
    %y = tensor.extract_slice %b[0, %k] [{n}, {part}] [1, 1] : {b} to {y}
    %xs = tensor.extract_slice %as[0, %block] [{m}, {kb}] [1, 1] : {sa} to {xs}
    %ys = tensor.extract_slice %bs[0, %block] [{nb}, {kb}] [1, 1] : {sb} to {ys}
    %e = tensor.empty() : {sums}
    %f = linalg.fill ins(%zero : f32) outs(%e : {sums}) -> {sums}
    %d = gq.scaled_matmul %x, %y scales(%xs block [1, {STEP}], %ys block [{STEP}, {STEP}])
        outs(%f : {sums}) : {x}, {y}, {xs}, {ys} -> {sums}
    scf.forall.in_parallel {{
      tensor.parallel_insert_slice %d into %acc[%row, 0] [{m}, {n}] [1, 1] : {sums} into {parts}
    }}
  }} {{mapping = [#gpu.block<z>]}}
  %top = tensor.extract_slice %parts[0, 0] [{m}, {n}] [1, 1] : {parts} to {sums}
  %bottom = tensor.extract_slice %parts[{m}, 0] [{m}, {n}] [1, 1] : {parts} to {sums}
  %se = tensor.empty() : {sums}
  %sum = linalg.add ins(%top, %bottom : {sums}, {sums}) outs(%se : {sums}) -> {sums}
  %qe = tensor.empty() : {q}
  %ce = tensor.empty() : {s}
  %q:2 = gq.quantize %sum block [1, {STEP}] outs(%qe, %ce : {q}, {s}) : {sums} -> {q}, {s}
  return %q#0, %q#1, %parts : {q}, {s}, {parts}
}}
"""


def batch_quantize(name, count, block, m, n, x_type="bf16", q_type="f8E4M3FN",
                   scale_kind="f32", transposed=False):  # fmt: skip
    """`count` matrices of m x n below one another; no block is of two of them."""
    scale_type, pow2 = SCALES[scale_kind]
    grid = [blocks(m, block[0]), blocks(n, block[1])]
    if transposed:
        grid.reverse()
    x, q = tensor(m, n, x_type), tensor(m, n, q_type)
    s, all_s = tensor(*grid, scale_type), tensor(count * grid[0], grid[1], scale_type)
    all_x, all_q = tensor(count * m, n, x_type), tensor(count * m, n, q_type)
    flags = [flag for flag, on in (("pow2", pow2), ("transposed_scales", transposed)) if on]
    attributes = f" {{{', '.join(flags)}}}" if flags else ""
    return f"""func.func @{name}(%all: {all_x}) -> ({all_q}, {all_s}) {{
  %qi = tensor.empty() : {all_q}
  %si = tensor.empty() : {all_s}
  %r:2 = scf.forall (%b) in ({count}) shared_outs(%qo = %qi, %so = %si) -> ({all_q}, {all_s}) {{
    %row = {tie(f"d0 * {m}", "%b")}
    %block = {tie(f"d0 * {grid[0]}", "%b")}
    %x = tensor.extract_slice %all[%row, 0] [{m}, {n}] [1, 1] : {all_x} to {x}
    %qe = tensor.empty() : {q}
    %se = tensor.empty() : {s}
    %y:2 = gq.quantize %x block [{block[0]}, {block[1]}] outs(%qe, %se : {q}, {s})
        {attributes} : {x} -> {q}, {s}
    scf.forall.in_parallel {{
      tensor.parallel_insert_slice %y#0 into %qo[%row, 0] [{m}, {n}] [1, 1] : {q} into {all_q}
      tensor.parallel_insert_slice %y#1 into %so[%block, 0] [{grid[0]}, {grid[1]}] [1, 1] : {s} into {all_s}
    }}
  }} {{mapping = [#gpu.block<z>]}}
  return %r#0, %r#1 : {all_q}, {all_s}
}}
"""


def batch_quantize_op(name, count, block, m, n, x_type="bf16", q_type="f8E4M3FN"):
    """`count` matrices of m x n as one op, whose operands have a dimension for them; blocks
    end with matrices."""
    grid = [blocks(m, block[0]), blocks(n, block[1])]
    x, q, s = (
        f"tensor<{count}x{rows}x{columns}x{element}>"
        for rows, columns, element in ((m, n, x_type), (m, n, q_type), (*grid, "f32"))
    )
    return f"""func.func @{name}(%x: {x}) -> ({q}, {s}) {{
  %qe = tensor.empty() : {q}
  %se = tensor.empty() : {s}
  %y:2 = gq.quantize %x block [{block[0]}, {block[1]}] outs(%qe, %se : {q}, {s}) : {x} -> {q}, {s}
  return %y#0, %y#1 : {q}, {s}
}}
"""
