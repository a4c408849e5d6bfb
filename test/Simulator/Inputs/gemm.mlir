// The function whose kernel the other files of this folder hold at a later stage.
func.func @gemm(%a: tensor<200x384xf8E4M3FN>, %sa: tensor<200x3xf32>,
                %b: tensor<160x384xf8E4M3FN>, %sb: tensor<2x3xf32>) -> tensor<200x160xbf16> {
  %zero = arith.constant 0.0 : bf16
  %e = tensor.empty() : tensor<200x160xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<200x160xbf16>) -> tensor<200x160xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
         outs(%init : tensor<200x160xbf16>)
         {config = #gq.matmul_config<tile = [128, 64, 128], stages = 2, math_groups = 2>}
         : tensor<200x384xf8E4M3FN>, tensor<160x384xf8E4M3FN>,
           tensor<200x3xf32>, tensor<2x3xf32> -> tensor<200x160xbf16>
  return %d : tensor<200x160xbf16>
}
