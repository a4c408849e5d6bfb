// Both sides quantised to FP8 in blocks of 256 x 256, multiplied, and the result
// quantised again: FP8 with a scale for each of its blocks. Of many rows it is
// quantised in the tiles of the product, two thread blocks to a block of it, and
// there are three kernels; of few rows there is a fourth. Its input is not rounded
// before.
//
//   gq-run kernels/gridquant_pipeline.mlir --m 256 --check
//   gq-run kernels/gridquant_pipeline.mlir --m 4096 --backend=cuda --repeat 20
//   gq-compile kernels/gridquant_pipeline.mlir -o gridquant_pipeline.gqb
func.func @pipeline(%x: tensor<?x4096xbf16>, %w: tensor<4096x4096xbf16>)
    -> (tensor<?x4096xf8E4M3FN>, tensor<?x16xf32>) {
  %c0 = arith.constant 0 : index
  %c256 = arith.constant 256 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x4096xbf16>
  %rows = arith.ceildivui %m, %c256 : index

  %ea = tensor.empty(%m) : tensor<?x4096xf8E4M3FN>
  %esa = tensor.empty(%rows) : tensor<?x16xf32>
  %a, %sa = gq.quantize %x block [256, 256]
              outs(%ea, %esa : tensor<?x4096xf8E4M3FN>, tensor<?x16xf32>)
              : tensor<?x4096xbf16> -> tensor<?x4096xf8E4M3FN>, tensor<?x16xf32>
  %eb = tensor.empty() : tensor<4096x4096xf8E4M3FN>
  %esb = tensor.empty() : tensor<16x16xf32>
  %b, %sb = gq.quantize %w block [256, 256]
              outs(%eb, %esb : tensor<4096x4096xf8E4M3FN>, tensor<16x16xf32>)
              : tensor<4096x4096xbf16> -> tensor<4096x4096xf8E4M3FN>, tensor<16x16xf32>

  %e = tensor.empty(%m) : tensor<?x4096xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x4096xf32>) -> tensor<?x4096xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [256, 256], %sb block [256, 256])
         outs(%init : tensor<?x4096xf32>)
         : tensor<?x4096xf8E4M3FN>, tensor<4096x4096xf8E4M3FN>,
           tensor<?x16xf32>, tensor<16x16xf32> -> tensor<?x4096xf32>

  %ey = tensor.empty(%m) : tensor<?x4096xf8E4M3FN>
  %esy = tensor.empty(%rows) : tensor<?x16xf32>
  %y, %sy = gq.quantize %d block [256, 256]
              outs(%ey, %esy : tensor<?x4096xf8E4M3FN>, tensor<?x16xf32>)
              : tensor<?x4096xf32> -> tensor<?x4096xf8E4M3FN>, tensor<?x16xf32>
  return %y, %sy : tensor<?x4096xf8E4M3FN>, tensor<?x16xf32>
}
