// What gemm-peer-maxima.mlir computes.
func.func @product(%a: tensor<300x128xi8>, %sa: tensor<300x1xf32>, %b: tensor<96x128xi8>, %sb: tensor<1x1xf32>) -> (tensor<300x96xi8>, tensor<2x2xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<300x96xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<300x96xf32>) -> tensor<300x96xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<300x96xf32>)
      : tensor<300x128xi8>, tensor<96x128xi8>, tensor<300x1xf32>, tensor<1x1xf32> -> tensor<300x96xf32>
  %eq = tensor.empty() : tensor<300x96xi8>
  %es = tensor.empty() : tensor<2x2xf32>
  %q, %s = gq.quantize %d block [256, 64] outs(%eq, %es : tensor<300x96xi8>, tensor<2x2xf32>) : tensor<300x96xf32> -> tensor<300x96xi8>, tensor<2x2xf32>
  return %q, %s : tensor<300x96xi8>, tensor<2x2xf32>
}
