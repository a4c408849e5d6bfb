// The product of ../swapped-product.mlir the other way round.
func.func @mm(%a: tensor<?x400xf8E4M3FN>, %sa: tensor<?x4xf32>, %b: tensor<200x400xf8E4M3FN>, %sb: tensor<2x4xf32>,
              %bias: tensor<200xbf16>) -> tensor<?x200xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x400xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x200xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x200xf32>) -> tensor<?x200xf32>
  %t = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%f : tensor<?x200xf32>)
      : tensor<?x400xf8E4M3FN>, tensor<200x400xf8E4M3FN>, tensor<?x4xf32>, tensor<2x4xf32> -> tensor<?x200xf32>
  %d = tensor.empty(%m) : tensor<?x200xbf16>
  %r = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>],
                       iterator_types = ["parallel", "parallel"]}
      ins(%t, %bias : tensor<?x200xf32>, tensor<200xbf16>) outs(%d : tensor<?x200xbf16>) {
  ^bb0(%x: f32, %y: bf16, %o: bf16):
    %w = arith.extf %y : bf16 to f32
    %s = arith.addf %x, %w : f32
    %q = arith.truncf %s : f32 to bf16
    linalg.yield %q : bf16
  } -> tensor<?x200xbf16>
  return %r : tensor<?x200xbf16>
}
