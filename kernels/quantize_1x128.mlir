// Dynamic quantisation of activations: one scale per 1 x 128 elements, the blocks
// DeepSeek-V3 uses for activations. Any number of rows.
//
//   gq-run kernels/quantize_1x128.mlir --m 128 --check
//   gq-compile kernels/quantize_1x128.mlir --emit=ptx -o -
func.func @quantize_1x128(%x: tensor<?x1024xbf16>)
    -> (tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x1024xbf16>
  %eq = tensor.empty(%m) : tensor<?x1024xf8E4M3FN>
  %es = tensor.empty(%m) : tensor<?x8xf32>
  %q, %s = gq.quantize %x block [1, 128]
             outs(%eq, %es : tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>)
             : tensor<?x1024xbf16> -> tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>
  return %q, %s : tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>
}
