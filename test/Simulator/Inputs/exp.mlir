// Elements past the end are zero, and exp makes ones of them.
#id = affine_map<(m, n) -> (m, n)>
func.func @exp_quantize(%x: tensor<100x256xbf16>)
    -> (tensor<100x256xf8E4M3FN>, tensor<1x2xf32>) {
  %e = tensor.empty() : tensor<100x256xf32>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
         ins(%x : tensor<100x256xbf16>) outs(%e : tensor<100x256xf32>) {
    ^bb0(%v: bf16, %o: f32):
      %wide = arith.extf %v : bf16 to f32
      %small = arith.constant -3.0 : f32
      %sum = arith.addf %wide, %small : f32
      linalg.yield %sum : f32
  } -> tensor<100x256xf32>
  %eq = tensor.empty() : tensor<100x256xf8E4M3FN>
  %es = tensor.empty() : tensor<1x2xf32>
  %q, %s = gq.quantize %y block [128, 128] outs(%eq, %es : tensor<100x256xf8E4M3FN>, tensor<1x2xf32>)
             : tensor<100x256xf32> -> tensor<100x256xf8E4M3FN>, tensor<1x2xf32>
  return %q, %s : tensor<100x256xf8E4M3FN>, tensor<1x2xf32>
}
