// What quantize-warps.mlir computes.
func.func @quantize(%x: tensor<200x160xbf16>) -> (tensor<200x160xf8E4M3FN>, tensor<2x2xf32>) {
  %eq = tensor.empty() : tensor<200x160xf8E4M3FN>
  %es = tensor.empty() : tensor<2x2xf32>
  %q, %s = gq.quantize %x block [128, 128] outs(%eq, %es : tensor<200x160xf8E4M3FN>, tensor<2x2xf32>) : tensor<200x160xbf16> -> tensor<200x160xf8E4M3FN>, tensor<2x2xf32>
  return %q, %s : tensor<200x160xf8E4M3FN>, tensor<2x2xf32>
}
