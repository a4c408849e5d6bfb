// Quantisation with GridQuant's own block: one scale per 256 x 256 elements, which one
// thread block holds in its registers until their maximum is known. Blocks that stick
// out of the tensor cover the elements that exist, so the number of rows is free.
//
//   gq-run kernels/quantize_256x256.mlir --m 512 --check
//   gq-compile kernels/quantize_256x256.mlir --emit=ptx -o -
#rows = affine_map<()[m] -> (m ceildiv 256)>
func.func @quantize_256x256(%x: tensor<?x1024xbf16>)
    -> (tensor<?x1024xf8E4M3FN>, tensor<?x4xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x1024xbf16>
  %scaleRows = affine.apply #rows()[%m]
  %eq = tensor.empty(%m) : tensor<?x1024xf8E4M3FN>
  %es = tensor.empty(%scaleRows) : tensor<?x4xf32>
  %q, %s = gq.quantize %x block [256, 256]
             outs(%eq, %es : tensor<?x1024xf8E4M3FN>, tensor<?x4xf32>)
             : tensor<?x1024xbf16> -> tensor<?x1024xf8E4M3FN>, tensor<?x4xf32>
  return %q, %s : tensor<?x1024xf8E4M3FN>, tensor<?x4xf32>
}
