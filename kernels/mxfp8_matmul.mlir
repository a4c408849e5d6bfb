// MXFP8 (OCP Microscaling): f8E4M3FN in blocks of 32 along K that share a scale, a
// power of two in one byte. The activations x are quantised on the way, the weights
// w were before. The tensor cores add the products of a block, 32; their sum is
// scaled with the scales of both sides and added up in f32.
//
//   gq-run kernels/mxfp8_matmul.mlir --m 128 --check
//   gq-compile kernels/mxfp8_matmul.mlir --emit=ptx -o -
//
// Many rows are faster with fewer scales, if what is very small in its block may be
// rounded:
//
//   gq-compile kernels/mxfp8_matmul.mlir --coarsen-scales=128 -o mxfp8.gqb
func.func @mxfp8(%x: tensor<?x1024xbf16>, %w: tensor<1024x1024xf8E4M3FN>,
                 %sw: tensor<1024x32xf8E8M0FNU>) -> tensor<?x1024xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %m = tensor.dim %x, %c0 : tensor<?x1024xbf16>
  %eq = tensor.empty(%m) : tensor<?x1024xf8E4M3FN>
  %es = tensor.empty(%m) : tensor<?x32xf8E8M0FNU>
  %q, %s = gq.quantize %x block [1, 32]
             outs(%eq, %es : tensor<?x1024xf8E4M3FN>, tensor<?x32xf8E8M0FNU>) {pow2}
             : tensor<?x1024xbf16> -> tensor<?x1024xf8E4M3FN>, tensor<?x32xf8E8M0FNU>
  %e = tensor.empty(%m) : tensor<?x1024xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x1024xbf16>) -> tensor<?x1024xbf16>
  %y = gq.scaled_matmul %q, %w scales(%s block [1, 32], %sw block [1, 32])
         outs(%init : tensor<?x1024xbf16>)
         : tensor<?x1024xf8E4M3FN>, tensor<1024x1024xf8E4M3FN>,
           tensor<?x32xf8E8M0FNU>, tensor<1024x32xf8E8M0FNU> -> tensor<?x1024xbf16>
  return %y : tensor<?x1024xbf16>
}
