// The middle of a gated MLP: h = silu(gate) * up, quantised with 1 x 128 blocks for
// the next matrix multiplication. The elementwise op is fused into the quantisation
// kernel: h is never written.
//
//   gq-run kernels/silu_mul_quantize.mlir --m 128 --check
//   gq-compile kernels/silu_mul_quantize.mlir --emit=ptx -o -
#id = affine_map<(m, n) -> (m, n)>
func.func @silu_mul_quantize(%gate: tensor<?x1024xbf16>, %up: tensor<?x1024xbf16>)
    -> (tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1.0 : f32
  %m = tensor.dim %gate, %c0 : tensor<?x1024xbf16>
  %eh = tensor.empty(%m) : tensor<?x1024xf32>
  %h = linalg.generic {indexing_maps = [#id, #id, #id],
                       iterator_types = ["parallel", "parallel"]}
         ins(%gate, %up : tensor<?x1024xbf16>, tensor<?x1024xbf16>)
         outs(%eh : tensor<?x1024xf32>) {
    ^bb0(%g: bf16, %u: bf16, %o: f32):
      %x = arith.extf %g : bf16 to f32
      %y = arith.extf %u : bf16 to f32
      %minus = arith.negf %x : f32
      %exp = math.exp %minus : f32
      %below = arith.addf %exp, %one : f32
      %silu = arith.divf %x, %below : f32
      %product = arith.mulf %silu, %y : f32
      linalg.yield %product : f32
  } -> tensor<?x1024xf32>
  %eq = tensor.empty(%m) : tensor<?x1024xf8E4M3FN>
  %es = tensor.empty(%m) : tensor<?x8xf32>
  %q, %s = gq.quantize %h block [1, 128]
             outs(%eq, %es : tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>)
             : tensor<?x1024xf32> -> tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>
  return %q, %s : tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>
}
