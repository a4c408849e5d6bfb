// MSFP16 (Microsoft floating point): boxes of 16 elements along K that share an
// exponent of 8 bits, each element a sign and 7 bits of mantissa. The mantissas are
// i8 codes, the exponents f8E8M0FNU scales of blocks [1, 16]. The activations x are
// converted on the way, the weights w were before. What a code stands for, code *
// 2^exponent, is exact in bf16, so both operands are decoded to bf16 once and
// multiplied there, added up in f32.
//
//   gq-run kernels/msfp16_matmul.mlir --m 128 --check
//   gq-compile kernels/msfp16_matmul.mlir --emit=ptx -o -
func.func @msfp16(%x: tensor<?x1024xbf16>, %w: tensor<1024x1024xi8>,
                  %sw: tensor<1024x64xf8E8M0FNU>) -> tensor<?x1024xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %m = tensor.dim %x, %c0 : tensor<?x1024xbf16>
  %eq = tensor.empty(%m) : tensor<?x1024xi8>
  %es = tensor.empty(%m) : tensor<?x64xf8E8M0FNU>
  %q, %s = gq.quantize %x block [1, 16]
             outs(%eq, %es : tensor<?x1024xi8>, tensor<?x64xf8E8M0FNU>) {pow2}
             : tensor<?x1024xbf16> -> tensor<?x1024xi8>, tensor<?x64xf8E8M0FNU>
  %e = tensor.empty(%m) : tensor<?x1024xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x1024xbf16>) -> tensor<?x1024xbf16>
  %y = gq.scaled_matmul %q, %w scales(%s block [1, 16], %sw block [1, 16])
         outs(%init : tensor<?x1024xbf16>)
         : tensor<?x1024xi8>, tensor<1024x1024xi8>,
           tensor<?x64xf8E8M0FNU>, tensor<1024x64xf8E8M0FNU> -> tensor<?x1024xbf16>
  return %y : tensor<?x1024xbf16>
}
