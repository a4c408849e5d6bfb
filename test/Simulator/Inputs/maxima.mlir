// Maxima of pairs, of which each is a block.
func.func @e4m3(%x: tensor<512x1024xf32>) -> (tensor<512x1024xf8E4M3FN>, tensor<512x512xf32>) {
  %eq = tensor.empty() : tensor<512x1024xf8E4M3FN>
  %es = tensor.empty() : tensor<512x512xf32>
  %q, %s = gq.quantize %x block [1, 2] outs(%eq, %es : tensor<512x1024xf8E4M3FN>, tensor<512x512xf32>) : tensor<512x1024xf32> -> tensor<512x1024xf8E4M3FN>, tensor<512x512xf32>
  return %q, %s : tensor<512x1024xf8E4M3FN>, tensor<512x512xf32>
}

func.func @e5m2(%x: tensor<512x1024xf32>) -> (tensor<512x1024xf8E5M2>, tensor<512x512xf32>) {
  %eq = tensor.empty() : tensor<512x1024xf8E5M2>
  %es = tensor.empty() : tensor<512x512xf32>
  %q, %s = gq.quantize %x block [1, 2] outs(%eq, %es : tensor<512x1024xf8E5M2>, tensor<512x512xf32>) : tensor<512x1024xf32> -> tensor<512x1024xf8E5M2>, tensor<512x512xf32>
  return %q, %s : tensor<512x1024xf8E5M2>, tensor<512x512xf32>
}

func.func @i8(%x: tensor<512x1024xf32>) -> (tensor<512x1024xi8>, tensor<512x512xf32>) {
  %eq = tensor.empty() : tensor<512x1024xi8>
  %es = tensor.empty() : tensor<512x512xf32>
  %q, %s = gq.quantize %x block [1, 2] outs(%eq, %es : tensor<512x1024xi8>, tensor<512x512xf32>) : tensor<512x1024xf32> -> tensor<512x1024xi8>, tensor<512x512xf32>
  return %q, %s : tensor<512x1024xi8>, tensor<512x512xf32>
}
