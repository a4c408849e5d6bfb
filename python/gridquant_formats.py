"""Functions on codes and scales, apart from products, as .mlir text: what codes stand for,
scales by a formula, elementwise ops on bytes. Beside gridquant_programs.py, and used like it."""

from gridquant_programs import IDENTITY, PARALLEL, blocks, dynamic, tensor


def dequantize(name, n, block, q_type="i8", packed=None, scale_type="f32", out="bf16", m=-1):
    """What the codes stand for; `packed`: codes of four bits, two to a byte."""
    q = tensor(m, blocks(n, 2) if packed else n, q_type)
    scales = tensor(blocks(m, block[0]), blocks(n, block[1]), scale_type)
    result = tensor(m, n, out)
    attributes = f" {{packed = {packed}}}" if packed else ""
    return f"""func.func @{name}(%q: {q}, %s: {scales}) -> {result} {{
  %c0 = arith.constant 0 : index
  %m = tensor.dim %q, %c0 : {q}
  %e = tensor.empty{dynamic(m=m)} : {result}
  %x = gq.dequantize %q scales(%s block {list(block)}) outs(%e : {result}){attributes}
      : {q}, {scales} -> {result}
  return %x : {result}
}}
"""


def quantize_packed(name, n, block, packed, scale_type="f32", x_type="bf16", m=-1, divide=False):
    """Codes of four bits, two to a byte, and their scales, powers of two in f8E8M0FNU."""
    x, q = tensor(m, n, x_type), tensor(m, blocks(n, 2), "i8")
    scales = tensor(blocks(m, block[0]), blocks(n, block[1]), scale_type)
    flags = [f"packed = {packed}"] + ["pow2"] * (scale_type == "f8E8M0FNU") + ["divide"] * divide
    rows = "" if m >= 0 else f"""
  %rows = affine.apply affine_map<(d) -> (d ceildiv {block[0]})>(%m)"""
    return f"""func.func @{name}(%x: {x}) -> ({q}, {scales}) {{
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : {x}{rows}
  %eq = tensor.empty{dynamic(m=m)} : {q}
  %es = tensor.empty{dynamic(rows=m)} : {scales}
  %q, %s = gq.quantize %x block {list(block)} outs(%eq, %es : {q}, {scales}) {{{", ".join(flags)}}}
      : {x} -> {q}, {scales}
  return %q, %s : {q}, {scales}
}}
"""


def decoded_matmul(name, n, k, block, packed, scale_type="f32", config=None, m=-1):
    """A product in bf16 of x and weights of four bits, two to a byte, that are decoded for it."""
    x, w, y = tensor(m, k, "bf16"), tensor(n, blocks(k, 2), "i8"), tensor(m, n, "bf16")
    scales, wide = tensor(blocks(n, block[0]), blocks(k, block[1]), scale_type), tensor(n, k, "bf16")
    config = f" {{config = #gq.matmul_config<{config}>}}" if config else ""
    return f"""func.func @{name}(%x: {x}, %w: {w}, %s: {scales}) -> {y} {{
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %m = tensor.dim %x, %c0 : {x}
  %ew = tensor.empty() : {wide}
  %wide = gq.dequantize %w scales(%s block {list(block)}) outs(%ew : {wide}) {{packed = {packed}}}
      : {w}, {scales} -> {wide}
  %e = tensor.empty{dynamic(m=m)} : {y}
  %init = linalg.fill ins(%zero : bf16) outs(%e : {y}) -> {y}
  %y = gq.scaled_matmul %x, %wide outs(%init : {y}){config} : {x}, {wide} -> {y}
  return %y : {y}
}}
"""


def requantize(name, n, read, made, q_type="f8E4M3FN", scale_type="f8E8M0FNU", m=-1):
    """Codes in blocks of `read`, in blocks of `made` with f32 powers of two, in one kernel."""
    q, x = tensor(m, n, q_type), tensor(m, n, "bf16")
    given = tensor(blocks(m, read[0]), blocks(n, read[1]), scale_type)
    scales = tensor(blocks(m, made[0]), blocks(n, made[1]), "f32")
    rows = "" if m >= 0 else f"""
  %rows = affine.apply affine_map<(d) -> (d ceildiv {made[0]})>(%m)"""
    return f"""func.func @{name}(%q: {q}, %s: {given}) -> ({q}, {scales}) {{
  %c0 = arith.constant 0 : index
  %m = tensor.dim %q, %c0 : {q}{rows}
  %e = tensor.empty{dynamic(m=m)} : {x}
  %x = gq.dequantize %q scales(%s block {list(read)}) outs(%e : {x}) : {q}, {given} -> {x}
  %eq = tensor.empty{dynamic(m=m)} : {q}
  %es = tensor.empty{dynamic(rows=m)} : {scales}
  %c, %t = gq.quantize %x block {list(made)} outs(%eq, %es : {q}, {scales}) {{pow2}}
      : {x} -> {q}, {scales}
  return %c, %t : {q}, {scales}
}}
"""


def own_scales(name, n, m=-1, x_type="bf16", q_type="f8E4M3FN", scale_type="f32",
               largest=448.0):  # fmt: skip
    """Codes and scales of x in blocks of 1 x 128, with scales max(amax, 1e-12) / largest."""
    x, q = tensor(m, n, x_type), tensor(m, n, q_type)
    maxima, scales = (tensor(m, blocks(n, 128), t) for t in ("f32", scale_type))
    last, rounding = "%d", ""
    if scale_type != "f32":
        last, rounding = "%r", f"%r = arith.truncf %d : f32 to {scale_type}"
    return f"""func.func @{name}(%x: {x}) -> ({q}, {scales}) {{
  %c0 = arith.constant 0 : index
  %least = arith.constant 1.0e-12 : f32
  %largest = arith.constant {largest} : f32
  %m = tensor.dim %x, %c0 : {x}
  %em = tensor.empty{dynamic(m=m)} : {maxima}
  %amax = gq.block_absmax %x block [1, 128] outs(%em : {maxima}) : {x} -> {maxima}
  %es = tensor.empty{dynamic(m=m)} : {scales}
  %s = linalg.generic {{indexing_maps = [{IDENTITY}, {IDENTITY}], {PARALLEL}}}
      ins(%amax : {maxima}) outs(%es : {scales}) {{
    ^bb0(%a: f32, %o: {scale_type}):
      %c = arith.maximumf %a, %least : f32
      %d = arith.divf %c, %largest : f32
      {rounding}
      linalg.yield {last} : {scale_type}
  }} -> {scales}
  %eq = tensor.empty{dynamic(m=m)} : {q}
  %q = gq.scaled_cast %x scales(%s block [1, 128]) outs(%eq : {q}) : {x}, {scales} -> {q}
  return %q, %s : {q}, {scales}
}}
"""


def widened(name, n, q_type, m=-1):
    """Codes times scales of one byte for each, in f32."""
    q, s, y = (tensor(m, n, t) for t in (q_type, "f8E8M0FNU", "f32"))
    return f"""func.func @{name}(%q: {q}, %s: {s}) -> {y} {{
  %c0 = arith.constant 0 : index
  %m = tensor.dim %q, %c0 : {q}
  %e = tensor.empty{dynamic(m=m)} : {y}
  %y = linalg.generic {{indexing_maps = [{IDENTITY}, {IDENTITY}, {IDENTITY}], {PARALLEL}}}
      ins(%q, %s : {q}, {s}) outs(%e : {y}) {{
    ^bb0(%c: {q_type}, %p: f8E8M0FNU, %o: f32):
      %w = arith.{"sitofp" if q_type == "i8" else "extf"} %c : {q_type} to f32
      %f = arith.extf %p : f8E8M0FNU to f32
      %r = arith.mulf %w, %f : f32
      linalg.yield %r : f32
  }} -> {y}
  return %y : {y}
}}
"""
