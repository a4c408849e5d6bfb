// Weights of four bits under activations of bf16: two codes to a byte, that of the even
// column in the low four bits. They are decoded to bf16, of few rows by the kernel of the
// product, of many by one of their own, and multiplied there, added up in f32.
//
// @mxfp4: codes of f4E2M1FN with E8M0 scales of 32 along K. @int4: codes from -8 to 7 with
// scales of bf16 for groups of 128; what is rounded is code * scale, to bf16. @msfp12:
// mantissas from -7 to 7 of boxes of 16 that share an exponent. Decoding of the first and
// the last is exact.
//
//   gq-run kernels/four_bit_weights.mlir --entry=mxfp4 --m=128 --check
//   gq-compile kernels/four_bit_weights.mlir --emit=ptx -o -
func.func @mxfp4(%x: tensor<?x1024xbf16>, %w: tensor<1024x512xi8>,
                 %s: tensor<1024x32xf8E8M0FNU>) -> tensor<?x1024xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %m = tensor.dim %x, %c0 : tensor<?x1024xbf16>
  %ew = tensor.empty() : tensor<1024x1024xbf16>
  %wide = gq.dequantize %w scales(%s block [1, 32]) outs(%ew : tensor<1024x1024xbf16>)
            {packed = f4E2M1FN}
            : tensor<1024x512xi8>, tensor<1024x32xf8E8M0FNU> -> tensor<1024x1024xbf16>
  %e = tensor.empty(%m) : tensor<?x1024xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x1024xbf16>) -> tensor<?x1024xbf16>
  %y = gq.scaled_matmul %x, %wide outs(%init : tensor<?x1024xbf16>)
         : tensor<?x1024xbf16>, tensor<1024x1024xbf16> -> tensor<?x1024xbf16>
  return %y : tensor<?x1024xbf16>
}

func.func @int4(%x: tensor<?x1024xbf16>, %w: tensor<1024x512xi8>,
                %s: tensor<1024x8xbf16>) -> tensor<?x1024xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %m = tensor.dim %x, %c0 : tensor<?x1024xbf16>
  %ew = tensor.empty() : tensor<1024x1024xbf16>
  %wide = gq.dequantize %w scales(%s block [1, 128]) outs(%ew : tensor<1024x1024xbf16>)
            {packed = i4}
            : tensor<1024x512xi8>, tensor<1024x8xbf16> -> tensor<1024x1024xbf16>
  %e = tensor.empty(%m) : tensor<?x1024xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x1024xbf16>) -> tensor<?x1024xbf16>
  %y = gq.scaled_matmul %x, %wide outs(%init : tensor<?x1024xbf16>)
         : tensor<?x1024xbf16>, tensor<1024x1024xbf16> -> tensor<?x1024xbf16>
  return %y : tensor<?x1024xbf16>
}

func.func @msfp12(%x: tensor<?x1024xbf16>, %w: tensor<1024x512xi8>,
                  %s: tensor<1024x64xf8E8M0FNU>) -> tensor<?x1024xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %m = tensor.dim %x, %c0 : tensor<?x1024xbf16>
  %ew = tensor.empty() : tensor<1024x1024xbf16>
  %wide = gq.dequantize %w scales(%s block [1, 16]) outs(%ew : tensor<1024x1024xbf16>)
            {packed = i4}
            : tensor<1024x512xi8>, tensor<1024x64xf8E8M0FNU> -> tensor<1024x1024xbf16>
  %e = tensor.empty(%m) : tensor<?x1024xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x1024xbf16>) -> tensor<?x1024xbf16>
  %y = gq.scaled_matmul %x, %wide outs(%init : tensor<?x1024xbf16>)
         : tensor<?x1024xbf16>, tensor<1024x1024xbf16> -> tensor<?x1024xbf16>
  return %y : tensor<?x1024xbf16>
}
