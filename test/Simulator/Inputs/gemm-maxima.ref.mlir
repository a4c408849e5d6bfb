// What gemm-maxima.mlir computes.
func.func @product(%a: tensor<100x128xi8>, %sa: tensor<100x1xf32>, %b: tensor<96x128xi8>, %sb: tensor<1x1xf32>) -> (tensor<100x96xi8>, tensor<1x2xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<100x96xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<100x96xf32>) -> tensor<100x96xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<100x96xf32>)
      : tensor<100x128xi8>, tensor<96x128xi8>, tensor<100x1xf32>, tensor<1x1xf32> -> tensor<100x96xf32>
  %eq = tensor.empty() : tensor<100x96xi8>
  %es = tensor.empty() : tensor<1x2xf32>
  %q, %s = gq.quantize %d block [128, 64] outs(%eq, %es : tensor<100x96xi8>, tensor<1x2xf32>) : tensor<100x96xf32> -> tensor<100x96xi8>, tensor<1x2xf32>
  return %q, %s : tensor<100x96xi8>, tensor<1x2xf32>
}
