// A product with a bias and a transpose, and a variant for each range of rows.
#id = affine_map<(i, j) -> (i, j)>
func.func @linear(%a: tensor<?x256xf8E4M3FN>, %sa: tensor<?x2xf32>, %b: tensor<192x256xf8E4M3FN>, %sb: tensor<3x2xf32>, %bias: tensor<192xf32>)
    -> (tensor<?x192xbf16>, tensor<192x?xbf16>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x192xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x192xf32>) -> tensor<?x192xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [64, 128]) outs(%init : tensor<?x192xf32>)
      {config = #gq.matmul_variants<up_to 64 = <tile = [64, 64, 128], math_groups = 1, stages = 3>, up_to 100 = <tile = [128, 64, 128], stages = 2>,
                                    up_to 130 = <tile = [64, 64, 128], math_groups = 1, stages = 3>, above = <tile = [192, 64, 128], math_groups = 3, stages = 2>>}
      : tensor<?x256xf8E4M3FN>, tensor<192x256xf8E4M3FN>, tensor<?x2xf32>, tensor<3x2xf32> -> tensor<?x192xf32>
  %o = tensor.empty(%m) : tensor<?x192xbf16>
  %r = linalg.generic {indexing_maps = [#id, affine_map<(i, j) -> (j)>, #id], iterator_types = ["parallel", "parallel"]}
      ins(%d, %bias : tensor<?x192xf32>, tensor<192xf32>) outs(%o : tensor<?x192xbf16>) {
  ^bb0(%p: f32, %q: f32, %u: bf16):
    %s = arith.addf %p, %q : f32
    %t = arith.truncf %s : f32 to bf16
    linalg.yield %t : bf16
  } -> tensor<?x192xbf16>
  %te = tensor.empty(%m) : tensor<192x?xbf16>
  %t = linalg.transpose ins(%r : tensor<?x192xbf16>) outs(%te : tensor<192x?xbf16>) permutation = [1, 0]
  return %r, %t : tensor<?x192xbf16>, tensor<192x?xbf16>
}
