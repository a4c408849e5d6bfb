// d = relu(a . b^T + bias) in bf16: the elementwise op behind the product is ordinary
// linalg, and ends up in the kernel, on the accumulators.
//
//   gq-run kernels/gemm_bias_relu.mlir --m 128 --check
//   gq-compile kernels/gemm_bias_relu.mlir --emit=ptx -o -
#id = affine_map<(m, n) -> (m, n)>
#column = affine_map<(m, n) -> (n)>
func.func @gemm_bias_relu(%a: tensor<?x1024xf8E4M3FN>, %sa: tensor<?x8xf32>,
                          %b: tensor<1024x1024xf8E4M3FN>, %sb: tensor<8x8xf32>,
                          %bias: tensor<1024xbf16>) -> tensor<?x1024xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x1024xf8E4M3FN>
  %acc = tensor.empty(%m) : tensor<?x1024xf32>
  %init = linalg.fill ins(%zero : f32) outs(%acc : tensor<?x1024xf32>) -> tensor<?x1024xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
         outs(%init : tensor<?x1024xf32>)
         : tensor<?x1024xf8E4M3FN>, tensor<1024x1024xf8E4M3FN>,
           tensor<?x8xf32>, tensor<8x8xf32> -> tensor<?x1024xf32>
  %out = tensor.empty(%m) : tensor<?x1024xbf16>
  %y = linalg.generic {indexing_maps = [#id, #column, #id],
                       iterator_types = ["parallel", "parallel"]}
         ins(%d, %bias : tensor<?x1024xf32>, tensor<1024xbf16>)
         outs(%out : tensor<?x1024xbf16>) {
    ^bb0(%v: f32, %w: bf16, %o: bf16):
      %wide = arith.extf %w : bf16 to f32
      %sum = arith.addf %v, %wide : f32
      %relu = arith.maximumf %sum, %zero : f32
      %narrow = arith.truncf %relu : f32 to bf16
      linalg.yield %narrow : bf16
  } -> tensor<?x1024xbf16>
  return %y : tensor<?x1024xbf16>
}
