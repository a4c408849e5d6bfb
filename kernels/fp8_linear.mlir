// A linear layer y = x . w^T as it is served: w is quantised once, ahead, with blocks of
// 128 x 128; each call quantises x, bf16, with blocks of 1 x 128, and multiplies. Two kernels;
// with the third command below the second begins while the first ends.
//
//   gq-run kernels/fp8_linear.mlir --m 128 --check
//   gq-run kernels/fp8_linear.mlir --entry quantize_weights --check
//   gq-compile kernels/fp8_linear.mlir --dependent-launch=within -o fp8_linear.gqb
func.func @fp8_linear(%x: tensor<?x1024xbf16>, %wq: tensor<1024x1024xf8E4M3FN>, %ws: tensor<8x8xf32>)
    -> tensor<?x1024xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %m = tensor.dim %x, %c0 : tensor<?x1024xbf16>

  %exq = tensor.empty(%m) : tensor<?x1024xf8E4M3FN>
  %exs = tensor.empty(%m) : tensor<?x8xf32>
  %xq, %xs = gq.quantize %x block [1, 128]
               outs(%exq, %exs : tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>)
               : tensor<?x1024xbf16> -> tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>

  %ey = tensor.empty(%m) : tensor<?x1024xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%ey : tensor<?x1024xbf16>) -> tensor<?x1024xbf16>
  %y = gq.scaled_matmul %xq, %wq scales(%xs block [1, 128], %ws block [128, 128])
         outs(%init : tensor<?x1024xbf16>)
         : tensor<?x1024xf8E4M3FN>, tensor<1024x1024xf8E4M3FN>,
           tensor<?x8xf32>, tensor<8x8xf32> -> tensor<?x1024xbf16>
  return %y : tensor<?x1024xbf16>
}

// What a program does once with its weights.
func.func @quantize_weights(%w: tensor<1024x1024xbf16>) -> (tensor<1024x1024xf8E4M3FN>, tensor<8x8xf32>) {
  %ewq = tensor.empty() : tensor<1024x1024xf8E4M3FN>
  %ews = tensor.empty() : tensor<8x8xf32>
  %wq, %ws = gq.quantize %w block [128, 128]
               outs(%ewq, %ews : tensor<1024x1024xf8E4M3FN>, tensor<8x8xf32>)
               : tensor<1024x1024xbf16> -> tensor<1024x1024xf8E4M3FN>, tensor<8x8xf32>
  return %wq, %ws : tensor<1024x1024xf8E4M3FN>, tensor<8x8xf32>
}
