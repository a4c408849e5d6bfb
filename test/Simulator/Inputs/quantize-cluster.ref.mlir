// What quantize-cluster.mlir computes.
func.func @quantize(%x: tensor<100x160xf32>) -> (tensor<100x160xi8>, tensor<2x3xf32>) {
  %eq = tensor.empty() : tensor<100x160xi8>
  %es = tensor.empty() : tensor<2x3xf32>
  %q, %s = gq.quantize %x block [64, 64] outs(%eq, %es : tensor<100x160xi8>, tensor<2x3xf32>) : tensor<100x160xf32> -> tensor<100x160xi8>, tensor<2x3xf32>
  return %q, %s : tensor<100x160xi8>, tensor<2x3xf32>
}
