// What quantize-staged.mlir computes.
func.func @quantize(%x: tensor<100x160xbf16>) -> (tensor<100x160xf8E5M2>, tensor<100x5xf32>, tensor<160x100xf8E5M2>) {
  %eq = tensor.empty() : tensor<100x160xf8E5M2>
  %es = tensor.empty() : tensor<100x5xf32>
  %q, %s = gq.quantize %x block [1, 32] outs(%eq, %es : tensor<100x160xf8E5M2>, tensor<100x5xf32>) : tensor<100x160xbf16> -> tensor<100x160xf8E5M2>, tensor<100x5xf32>
  %et = tensor.empty() : tensor<160x100xf8E5M2>
  %t = linalg.transpose ins(%q : tensor<100x160xf8E5M2>) outs(%et : tensor<160x100xf8E5M2>) permutation = [1, 0]
  return %q, %s, %t : tensor<100x160xf8E5M2>, tensor<100x5xf32>, tensor<160x100xf8E5M2>
}
