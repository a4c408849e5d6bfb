// The gradient of a linear layer's weights, added to what is there: dw += dy^T . x over
// 1024 tokens. Both operands are K-major (K is tokens here), with a scale for each 1 x 128
// elements; dw is f32. Scales are M-major: a quantiser that reads dy and x in blocks of
// 128 x 1 and writes the transpose of its codes leaves both like that. A caller that passes
// one tensor as the argument %dw and as the result has it updated in place.
//
//   gq-run kernels/wgrad.mlir --check
//   gq-compile kernels/wgrad.mlir --emit=ptx -o -
func.func @wgrad(%dyt: tensor<512x1024xf8E4M3FN>, %sdy: tensor<8x512xf32>,
                 %xt: tensor<384x1024xf8E4M3FN>, %sx: tensor<8x384xf32>,
                 %dw: tensor<512x384xf32>) -> tensor<512x384xf32> {
  %sum = gq.scaled_matmul %dyt, %xt scales(%sdy block [1, 128], %sx block [1, 128])
           outs(%dw : tensor<512x384xf32>) {transposed_a_scales, transposed_b_scales}
           : tensor<512x1024xf8E4M3FN>, tensor<384x1024xf8E4M3FN>,
             tensor<8x512xf32>, tensor<8x384xf32> -> tensor<512x384xf32>
  return %sum : tensor<512x384xf32>
}
