func.func @early_8192x57344(%a: tensor<?x8192xf8E4M3FN>, %b: tensor<57344x8192xf8E4M3FN>, %as: tensor<?x64xf32>, %bs: tensor<448x64xf32>)
    -> tensor<?x57344xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x8192xf8E4M3FN>
  %n = tensor.dim %b, %c0 : tensor<57344x8192xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x57344xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x57344xf32>) -> tensor<?x57344xf32>
  %acc = gq.scaled_matmul %a, %b
      scales(%as block [1, 128], %bs block [128, 128])
      outs(%f : tensor<?x57344xf32>) : tensor<?x8192xf8E4M3FN>, tensor<57344x8192xf8E4M3FN>, tensor<?x64xf32>, tensor<448x64xf32> -> tensor<?x57344xf32>
  %d = tensor.empty(%m) : tensor<?x57344xbf16>
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%acc : tensor<?x57344xf32>) outs(%d : tensor<?x57344xbf16>) {
    ^bb0(%x: f32, %o: bf16):
      %r = arith.truncf %x : f32 to bf16
      linalg.yield %r : bf16
  } -> tensor<?x57344xbf16>
  return %y : tensor<?x57344xbf16>
}
