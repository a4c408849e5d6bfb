// A gated MLP as it is served, y = (silu(x . g^T) * (x . u^T)) . d^T + r, weights quantised ahead.
// Three kernels of many rows: x is quantised; x . g^T and x . u^T in the same tiles, with the
// activation, which leaves them quantised; the last product, which adds the residual. Of few rows
// x . g^T has a kernel of its own, a fourth.
//
//   gq-run kernels/gated_mlp.mlir --m 64 --check
//   gq-compile kernels/gated_mlp.mlir -o gated_mlp.gqb
#elements = affine_map<(m, n) -> (m, n)>
func.func @gated_mlp(%x: tensor<?x1024xbf16>, %gate: tensor<2048x1024xf8E4M3FN>, %gate_scales: tensor<16x8xf32>,
    %up: tensor<2048x1024xf8E4M3FN>, %up_scales: tensor<16x8xf32>,
    %down: tensor<1024x2048xf8E4M3FN>, %down_scales: tensor<8x16xf32>, %residual: tensor<?x1024xbf16>) -> tensor<?x1024xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %one = arith.constant 1.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x1024xbf16>
  %exq = tensor.empty(%m) : tensor<?x1024xf8E4M3FN>
  %exs = tensor.empty(%m) : tensor<?x8xf32>
  %xq, %xs = gq.quantize %x block [1, 128] outs(%exq, %exs : tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>)
    : tensor<?x1024xbf16> -> tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>
  %ei = tensor.empty(%m) : tensor<?x2048xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%ei : tensor<?x2048xbf16>) -> tensor<?x2048xbf16>
  %g = gq.scaled_matmul %xq, %gate scales(%xs block [1, 128], %gate_scales block [128, 128]) outs(%init : tensor<?x2048xbf16>)
    : tensor<?x1024xf8E4M3FN>, tensor<2048x1024xf8E4M3FN>, tensor<?x8xf32>, tensor<16x8xf32> -> tensor<?x2048xbf16>
  %u = gq.scaled_matmul %xq, %up scales(%xs block [1, 128], %up_scales block [128, 128]) outs(%init : tensor<?x2048xbf16>)
    : tensor<?x1024xf8E4M3FN>, tensor<2048x1024xf8E4M3FN>, tensor<?x8xf32>, tensor<16x8xf32> -> tensor<?x2048xbf16>
  // silu(g) * u
  %a = linalg.generic {indexing_maps = [#elements, #elements, #elements], iterator_types = ["parallel", "parallel"]}
      ins(%g, %u : tensor<?x2048xbf16>, tensor<?x2048xbf16>) outs(%ei : tensor<?x2048xbf16>) {
  ^bb0(%gv: bf16, %uv: bf16, %o: bf16):
    %gw = arith.extf %gv : bf16 to f32
    %uw = arith.extf %uv : bf16 to f32
    %n = arith.negf %gw : f32
    %e = math.exp %n : f32
    %d = arith.addf %e, %one : f32
    %s = arith.divf %gw, %d : f32
    %p = arith.mulf %s, %uw : f32
    %r = arith.truncf %p : f32 to bf16
    linalg.yield %r : bf16
  } -> tensor<?x2048xbf16>
  %eaq = tensor.empty(%m) : tensor<?x2048xf8E4M3FN>
  %eas = tensor.empty(%m) : tensor<?x16xf32>
  %aq, %as = gq.quantize %a block [1, 128] outs(%eaq, %eas : tensor<?x2048xf8E4M3FN>, tensor<?x16xf32>)
    : tensor<?x2048xbf16> -> tensor<?x2048xf8E4M3FN>, tensor<?x16xf32>
  %ey = tensor.empty(%m) : tensor<?x1024xbf16>
  %inity = linalg.fill ins(%zero : bf16) outs(%ey : tensor<?x1024xbf16>) -> tensor<?x1024xbf16>
  %y = gq.scaled_matmul %aq, %down scales(%as block [1, 128], %down_scales block [128, 128]) outs(%inity : tensor<?x1024xbf16>)
    : tensor<?x2048xf8E4M3FN>, tensor<1024x2048xf8E4M3FN>, tensor<?x16xf32>, tensor<8x16xf32> -> tensor<?x1024xbf16>
  %z = linalg.generic {indexing_maps = [#elements, #elements, #elements], iterator_types = ["parallel", "parallel"]}
      ins(%y, %residual : tensor<?x1024xbf16>, tensor<?x1024xbf16>) outs(%ey : tensor<?x1024xbf16>) {
  ^bb0(%yv: bf16, %rv: bf16, %o: bf16):
    %r = arith.addf %yv, %rv : bf16
    linalg.yield %r : bf16
  } -> tensor<?x1024xbf16>
  return %z : tensor<?x1024xbf16>
}
