// Quantisation to four bits: two codes to a byte, that of the even column in the low four
// bits, as four_bit_weights.mlir decodes them.
//
// @msfp12: mantissas from -7 to 7 of boxes of 16 that share an exponent. @mxfp4: codes of
// f4E2M1FN, 0 to 6 below a sign, with E8M0 scales of 32 along K. @int4: codes from -7 to 7
// with scales of bf16 for groups of 128. All are rounded to nearest even.
//
//   gq-run kernels/four_bit_quantize.mlir --entry=mxfp4 --m=128 --check
//   gq-compile kernels/four_bit_quantize.mlir --emit=ptx -o -
func.func @msfp12(%x: tensor<?x1024xbf16>)
    -> (tensor<?x512xi8>, tensor<?x64xf8E8M0FNU>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x1024xbf16>
  %eq = tensor.empty(%m) : tensor<?x512xi8>
  %es = tensor.empty(%m) : tensor<?x64xf8E8M0FNU>
  %q, %s = gq.quantize %x block [1, 16]
             outs(%eq, %es : tensor<?x512xi8>, tensor<?x64xf8E8M0FNU>)
             {pow2, packed = i4}
             : tensor<?x1024xbf16> -> tensor<?x512xi8>, tensor<?x64xf8E8M0FNU>
  return %q, %s : tensor<?x512xi8>, tensor<?x64xf8E8M0FNU>
}

func.func @mxfp4(%x: tensor<?x1024xbf16>)
    -> (tensor<?x512xi8>, tensor<?x32xf8E8M0FNU>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x1024xbf16>
  %eq = tensor.empty(%m) : tensor<?x512xi8>
  %es = tensor.empty(%m) : tensor<?x32xf8E8M0FNU>
  %q, %s = gq.quantize %x block [1, 32]
             outs(%eq, %es : tensor<?x512xi8>, tensor<?x32xf8E8M0FNU>)
             {pow2, packed = f4E2M1FN}
             : tensor<?x1024xbf16> -> tensor<?x512xi8>, tensor<?x32xf8E8M0FNU>
  return %q, %s : tensor<?x512xi8>, tensor<?x32xf8E8M0FNU>
}

func.func @int4(%x: tensor<?x1024xbf16>)
    -> (tensor<?x512xi8>, tensor<?x8xbf16>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x1024xbf16>
  %eq = tensor.empty(%m) : tensor<?x512xi8>
  %es = tensor.empty(%m) : tensor<?x8xbf16>
  %q, %s = gq.quantize %x block [1, 128]
             outs(%eq, %es : tensor<?x512xi8>, tensor<?x8xbf16>)
             {packed = i4}
             : tensor<?x1024xbf16> -> tensor<?x512xi8>, tensor<?x8xbf16>
  return %q, %s : tensor<?x512xi8>, tensor<?x8xbf16>
}
