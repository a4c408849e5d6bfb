// The gradient of a linear layer's weights, added to what is there: dw += dy^T . x over
// 1024 tokens. Both operands are K-major (K is tokens here), with a scale for each 1 x 128
// elements, as a quantiser of dy^T and x^T leaves them; dw is f32. A caller that passes
// one tensor as the argument %dw and as the result has it updated in place.
//
//   gq-run kernels/wgrad.mlir --check
//   gq-compile kernels/wgrad.mlir --emit=ptx -o -
func.func @wgrad(%dyt: tensor<512x1024xf8E4M3FN>, %sdy: tensor<512x8xf32>,
                 %xt: tensor<384x1024xf8E4M3FN>, %sx: tensor<384x8xf32>,
                 %dw: tensor<512x384xf32>) -> tensor<512x384xf32> {
  %sum = gq.scaled_matmul %dyt, %xt scales(%sdy block [1, 128], %sx block [1, 128])
           outs(%dw : tensor<512x384xf32>)
           : tensor<512x1024xf8E4M3FN>, tensor<384x1024xf8E4M3FN>,
             tensor<512x8xf32>, tensor<384x8xf32> -> tensor<512x384xf32>
  return %sum : tensor<512x384xf32>
}
