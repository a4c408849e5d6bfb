// Quantisation in blocks of 1x128; any number of rows.
func.func @quant(%x: tensor<?x1024xbf16>) -> (tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x1024xbf16>
  %q = tensor.empty(%m) : tensor<?x1024xf8E4M3FN>
  %s = tensor.empty(%m) : tensor<?x8xf32>
  %r:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>)
      : tensor<?x1024xbf16> -> tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>
  return %r#0, %r#1 : tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>
}
