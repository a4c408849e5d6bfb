"""Programs whose epilogue reads tensors of the size of the result.

    epilogues.py DIR     writes one .mlir for each kind of epilogue

Each file holds functions for several sizes and types of the result."""

import pathlib
import sys

HEAD = """#id = affine_map<(m, n) -> (m, n)>
#col = affine_map<(m, n) -> (n)>
"""

# What an epilogue reads: t, a tensor like the result; T, one of f32; c, a vector of
# columns. And what it computes from the product %v and operands %0, %1, ...
EPILOGUES = {
    "residual": ("t", ["%r = arith.addf %v, %0 : f32"]),
    "gate_product": ("t", ["%r = arith.mulf %v, %0 : f32"]),
    "two_residuals": ("tt", ["%w = arith.addf %v, %0 : f32", "%r = arith.addf %w, %1 : f32"]),
    "wide_residuals": ("TT", ["%w = arith.addf %v, %0 : f32", "%r = arith.addf %w, %1 : f32"]),
    "bias_silu_residual": ("ct", [
        "%w = arith.addf %v, %0 : f32",
        "%neg = arith.negf %w : f32",
        "%exp = math.exp %neg : f32",
        "%den = arith.addf %exp, %one : f32",
        "%act = arith.divf %w, %den : f32",
        "%r = arith.addf %act, %1 : f32",
    ]),
    "bias": ("c", ["%r = arith.addf %v, %0 : f32"]),
    "bias_gelu": ("c", [
        "%w = arith.addf %v, %0 : f32",
        "%root = arith.constant 0.70710678 : f32",
        "%half = arith.mulf %w, %root : f32",
        "%erf = math.erf %half : f32",
        "%more = arith.addf %erf, %one : f32",
        "%r = arith.mulf %w, %more : f32",
    ]),
    "bias_tanh_residual": ("ct", [
        "%w = arith.addf %v, %0 : f32",
        "%act = math.tanh %w : f32",
        "%r = arith.addf %act, %1 : f32",
    ]),
}  # fmt: skip


def function(name, reads, body, m, n, k, out):
    size, sizes = ("?", "(%m)") if m is None else (m, "()")
    acc, result = f"tensor<{size}x{n}xf32>", f"tensor<{size}x{n}x{out}>"
    a, b = f"tensor<{size}x{k}xf8E4M3FN>", f"tensor<{n}x{k}xf8E4M3FN>"
    sa, sb = f"tensor<{size}x{k // 128}xf32>", f"tensor<{-(-n // 128)}x{k // 128}xf32>"
    kinds = {"t": (f"tensor<{size}x{n}xbf16>", "#id", "bf16"), "T": (acc, "#id", "f32"),
             "c": (f"tensor<{n}xf32>", "#col", "f32")}  # fmt: skip
    types = [kinds[kind] for kind in reads]
    args = "".join(f", %x{i}: {t}" for i, (t, _, _) in enumerate(types))
    lines = [
        f"%{i} = arith.{'extf %e' + str(i) + ' : bf16 to f32' if e == 'bf16' else 'addf %e' + str(i) + ', %zero : f32'}"
        for i, (_, _, e) in enumerate(types)
    ]
    lines += body
    value = "%r"
    if out != "f32":
        lines.append(f"%t = arith.truncf %r : f32 to {out}")
        value = "%t"
    text = "\n    ".join(lines)
    maps = ", ".join(["#id"] + [m for _, m, _ in types] + ["#id"])
    ins = ", ".join(["%d"] + [f"%x{i}" for i in range(len(types))])
    in_types = ", ".join([acc] + [t for t, _, _ in types])
    scalars = ", ".join(["%v: f32"] + [f"%e{i}: {e}" for i, (_, _, e) in enumerate(types)])
    dim = f"%m = tensor.dim %a, %c0 : {a}" if m is None else ""
    return f"""func.func @{name}(%a: {a}, %sa: {sa}, %b: {b}, %sb: {sb}{args}) -> {result} {{
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  {dim}
  %e = tensor.empty{sizes} : {acc}
  %i = linalg.fill ins(%zero : f32) outs(%e : {acc}) -> {acc}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : {acc})
      : {a}, {b}, {sa}, {sb} -> {acc}
  %eo = tensor.empty{sizes} : {result}
  %y = linalg.generic {{indexing_maps = [{maps}], iterator_types = ["parallel", "parallel"]}}
      ins({ins} : {in_types}) outs(%eo : {result}) {{
  ^bb0({scalars}, %o: {out}):
    {text}
    linalg.yield {value} : {out}
  }} -> {result}
  return %y : {result}
}}
"""


def main():
    directory = pathlib.Path(sys.argv[1])
    directory.mkdir(parents=True, exist_ok=True)
    for kind, (reads, body) in EPILOGUES.items():
        text = HEAD
        for m in (None, 64, 100, 4096):
            for n, out in ((1024, "bf16"), (1000, "bf16"), (1024, "f32")):
                if m is not None and n == 1000:
                    continue
                text += function(f"m{m or 'x'}_n{n}_{out}", reads, body, m, n, 512, out)
        # Many columns; a K of two steps, and of many.
        text += function("n8192", reads, body, None, 8192, 512, "bf16")
        text += function("two_steps", reads, body, 4096, 1024, 256, "f32")
        text += function("many_steps", reads, body, 4096, 8192, 8192, "bf16")
        (directory / f"{kind}.mlir").write_text(text)


if __name__ == "__main__":
    main()
