// A linear layer y = x . w^T, bf16 in and out, computed in FP8: x is quantised with
// 1 x 128 blocks, w with 128 x 128, both on the fly. Three kernels.
//
//   gq-run kernels/linear.mlir --m 128 --check
//   gq-run kernels/linear.mlir --entry linear_dynamic --check \
//          --shape arg0=100x512 --shape arg1=384x512
//   gq-compile kernels/linear.mlir --emit=bundle -o linear.gqb
func.func @linear(%x: tensor<?x1024xbf16>, %w: tensor<1024x1024xbf16>)
    -> tensor<?x1024xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %m = tensor.dim %x, %c0 : tensor<?x1024xbf16>

  %exq = tensor.empty(%m) : tensor<?x1024xf8E4M3FN>
  %exs = tensor.empty(%m) : tensor<?x8xf32>
  %xq, %xs = gq.quantize %x block [1, 128]
               outs(%exq, %exs : tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>)
               : tensor<?x1024xbf16> -> tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>

  %ewq = tensor.empty() : tensor<1024x1024xf8E4M3FN>
  %ews = tensor.empty() : tensor<8x8xf32>
  %wq, %ws = gq.quantize %w block [128, 128]
               outs(%ewq, %ews : tensor<1024x1024xf8E4M3FN>, tensor<8x8xf32>)
               : tensor<1024x1024xbf16> -> tensor<1024x1024xf8E4M3FN>, tensor<8x8xf32>

  // A result in bf16: summed in f32, rounded once.
  %ey = tensor.empty(%m) : tensor<?x1024xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%ey : tensor<?x1024xbf16>) -> tensor<?x1024xbf16>
  %y = gq.scaled_matmul %xq, %wq scales(%xs block [1, 128], %ws block [128, 128])
         outs(%init : tensor<?x1024xbf16>)
         : tensor<?x1024xf8E4M3FN>, tensor<1024x1024xf8E4M3FN>,
           tensor<?x8xf32>, tensor<8x8xf32> -> tensor<?x1024xbf16>
  return %y : tensor<?x1024xbf16>
}

// The same with every size known only when it runs. K must be a multiple of 16: the
// copy engine takes rows of FP8 elements that start at multiples of 16 bytes.
#blocks = affine_map<()[n] -> (n ceildiv 128)>
func.func @linear_dynamic(%x: tensor<?x?xbf16>, %w: tensor<?x?xbf16>) -> tensor<?x?xbf16> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : bf16
  %m = tensor.dim %x, %c0 : tensor<?x?xbf16>
  %k = tensor.dim %x, %c1 : tensor<?x?xbf16>
  %n = tensor.dim %w, %c0 : tensor<?x?xbf16>
  %kBlocks = affine.apply #blocks()[%k]
  %nBlocks = affine.apply #blocks()[%n]

  %exq = tensor.empty(%m, %k) : tensor<?x?xf8E4M3FN>
  %exs = tensor.empty(%m, %kBlocks) : tensor<?x?xf32>
  %xq, %xs = gq.quantize %x block [1, 128]
               outs(%exq, %exs : tensor<?x?xf8E4M3FN>, tensor<?x?xf32>)
               : tensor<?x?xbf16> -> tensor<?x?xf8E4M3FN>, tensor<?x?xf32>

  %ewq = tensor.empty(%n, %k) : tensor<?x?xf8E4M3FN>
  %ews = tensor.empty(%nBlocks, %kBlocks) : tensor<?x?xf32>
  %wq, %ws = gq.quantize %w block [128, 128]
               outs(%ewq, %ews : tensor<?x?xf8E4M3FN>, tensor<?x?xf32>)
               : tensor<?x?xbf16> -> tensor<?x?xf8E4M3FN>, tensor<?x?xf32>

  %ey = tensor.empty(%m, %n) : tensor<?x?xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%ey : tensor<?x?xbf16>) -> tensor<?x?xbf16>
  %y = gq.scaled_matmul %xq, %wq scales(%xs block [1, 128], %ws block [128, 128])
         outs(%init : tensor<?x?xbf16>)
         : tensor<?x?xf8E4M3FN>, tensor<?x?xf8E4M3FN>,
           tensor<?x?xf32>, tensor<?x?xf32> -> tensor<?x?xbf16>
  return %y : tensor<?x?xbf16>
}
