// The gradient of a linear layer's input, dx = dy . w: w is quantised in squares of
// 128 x 128, so that the codes of its transpose are the transpose of its codes. One
// kernel reads w and writes both; the forward pass takes %wq, this product %wqt, whose
// scales are those of w with rows and columns swapped.
//
//   gq-run kernels/dgrad.mlir --m 128 --check
//   gq-compile kernels/dgrad.mlir --emit=ptx -o -
func.func @dgrad(%dy: tensor<?x512xf8E4M3FN>, %sdy: tensor<?x4xf32>,
                 %w: tensor<512x1024xbf16>)
    -> (tensor<?x1024xbf16>, tensor<512x1024xf8E4M3FN>, tensor<8x4xf32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %m = tensor.dim %dy, %c0 : tensor<?x512xf8E4M3FN>

  %ewq = tensor.empty() : tensor<512x1024xf8E4M3FN>
  %ewt = tensor.empty() : tensor<1024x512xf8E4M3FN>
  %ews = tensor.empty() : tensor<8x4xf32>
  %wq, %wst = gq.quantize %w block [128, 128]
                outs(%ewq, %ews : tensor<512x1024xf8E4M3FN>, tensor<8x4xf32>) {transposed_scales}
                : tensor<512x1024xbf16> -> tensor<512x1024xf8E4M3FN>, tensor<8x4xf32>
  %wqt = linalg.transpose ins(%wq : tensor<512x1024xf8E4M3FN>)
           outs(%ewt : tensor<1024x512xf8E4M3FN>) permutation = [1, 0]

  %ex = tensor.empty(%m) : tensor<?x1024xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%ex : tensor<?x1024xbf16>) -> tensor<?x1024xbf16>
  %dx = gq.scaled_matmul %dy, %wqt scales(%sdy block [1, 128], %wst block [128, 128])
          outs(%init : tensor<?x1024xbf16>)
          : tensor<?x512xf8E4M3FN>, tensor<1024x512xf8E4M3FN>,
            tensor<?x4xf32>, tensor<8x4xf32> -> tensor<?x1024xbf16>
  return %dx, %wq, %wst : tensor<?x1024xbf16>, tensor<512x1024xf8E4M3FN>, tensor<8x4xf32>
}
