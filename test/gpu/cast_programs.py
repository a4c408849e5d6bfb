"""Programs of the GPU suite that are nothing but a cast; casts.py judges them."""

from gridquant_programs import matmul, tensor

COLUMNS = 256


def scaled_cast(name, x_type, q_type):
    """Codes of x with scales that are given, of blocks of 1 x 128."""
    x, q, s = (tensor(-1, n, t) for n, t in ((COLUMNS, x_type), (COLUMNS, q_type), (2, "f32")))
    return f"""func.func @{name}(%x: {x}, %s: {s}) -> {q} {{
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : {x}
  %e = tensor.empty(%m) : {q}
  %q = gq.scaled_cast %x scales(%s block [1, 128]) outs(%e : {q}) : {x}, {s} -> {q}
  return %q : {q}
}}
"""


def programs():
    """name -> (text, facts)."""
    result = {}
    for x_type in ("bf16", "f16", "f32"):
        for q_type in ("f8E4M3FN", "f8E5M2"):
            name = f"cast_saturating_{x_type}_{q_type}"
            result[name] = (scaled_cast(name, x_type, q_type),
                            dict(kind="cast", m=-1, n=COLUMNS, x=x_type, out=q_type, saturating=True))  # fmt: skip
    for out in ("bf16", "f16", "f8E4M3FN", "f8E5M2"):
        name = f"cast_rounding_f32_{out}"
        text = matmul(name, None, None, n=COLUMNS, k=16, a_type="i8", b_type="i8", out=out,
                      accumulate=True)  # fmt: skip
        result[name] = (text, dict(kind="cast", m=-1, n=COLUMNS, x="f32", out=out, saturating=False))
    return result
