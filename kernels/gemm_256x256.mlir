// FP8 matrix multiplication with 256 x 256 blocks on both sides: a whole tile shares
// one pair of scales per 256 elements of K.
//
//   gq-run kernels/gemm_256x256.mlir --shape arg0=512x1024 --shape arg1=2x4 --check
//   gq-compile kernels/gemm_256x256.mlir --emit=ptx -o -
func.func @gemm(%a: tensor<?x1024xf8E4M3FN>, %sa: tensor<?x4xf32>,
                %b: tensor<1024x1024xf8E4M3FN>, %sb: tensor<4x4xf32>)
    -> tensor<?x1024xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %m = tensor.dim %a, %c0 : tensor<?x1024xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x1024xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x1024xbf16>) -> tensor<?x1024xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [256, 256], %sb block [256, 256])
         outs(%init : tensor<?x1024xbf16>)
         : tensor<?x1024xf8E4M3FN>, tensor<1024x1024xf8E4M3FN>,
           tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x1024xbf16>
  return %d : tensor<?x1024xbf16>
}
