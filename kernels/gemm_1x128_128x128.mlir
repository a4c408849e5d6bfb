// FP8 matrix multiplication with DeepSeek-V3's scales: 1 x 128 blocks for the
// activations a, 128 x 128 for the weights b. d = a . b^T, both K-major; each 128
// products along K are added by the tensor cores and promoted in f32.
//
//   gq-run kernels/gemm_1x128_128x128.mlir --m 128 --check
//   gq-run kernels/gemm_1x128_128x128.mlir --m 4096 --backend=cuda --repeat 20
//   gq-compile kernels/gemm_1x128_128x128.mlir --emit=ptx -o -
func.func @gemm(%a: tensor<?x1024xf8E4M3FN>, %sa: tensor<?x8xf32>,
                %b: tensor<1024x1024xf8E4M3FN>, %sb: tensor<8x8xf32>)
    -> tensor<?x1024xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %m = tensor.dim %a, %c0 : tensor<?x1024xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x1024xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x1024xbf16>) -> tensor<?x1024xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
         outs(%init : tensor<?x1024xbf16>)
         : tensor<?x1024xf8E4M3FN>, tensor<1024x1024xf8E4M3FN>,
           tensor<?x8xf32>, tensor<8x8xf32> -> tensor<?x1024xbf16>
  return %d : tensor<?x1024xbf16>
}
