// Two matrices of 16 x 32 converted to a format and multiplied, d = x . w^T: FP8 in both
// forms with one scale for the matrix, and MSFP16, in which 16 elements of a row share an
// exponent. formats.py runs these and checks every code and sum:
//
//   python3 examples/formats.py
//   gq-run examples/formats.mlir --entry=msfp16 --check
//   gq-compile examples/formats.mlir -o formats.gqb

// 4 bits of exponent, 3 of mantissa; the largest value of the matrix becomes 448.
func.func @e4m3(%x: tensor<16x32xf32>, %w: tensor<16x32xf32>)
    -> (tensor<16x32xf8E4M3FN>, tensor<1x1xf32>, tensor<16x32xf8E4M3FN>, tensor<1x1xf32>, tensor<16x16xf32>) {
  %codes = tensor.empty() : tensor<16x32xf8E4M3FN>
  %scales = tensor.empty() : tensor<1x1xf32>
  %a, %sa = gq.quantize %x block [16, 32] outs(%codes, %scales : tensor<16x32xf8E4M3FN>, tensor<1x1xf32>)
              : tensor<16x32xf32> -> tensor<16x32xf8E4M3FN>, tensor<1x1xf32>
  %b, %sb = gq.quantize %w block [16, 32] outs(%codes, %scales : tensor<16x32xf8E4M3FN>, tensor<1x1xf32>)
              : tensor<16x32xf32> -> tensor<16x32xf8E4M3FN>, tensor<1x1xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<16x16xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<16x16xf32>) -> tensor<16x16xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [16, 32], %sb block [16, 32]) outs(%init : tensor<16x16xf32>)
         : tensor<16x32xf8E4M3FN>, tensor<16x32xf8E4M3FN>, tensor<1x1xf32>, tensor<1x1xf32> -> tensor<16x16xf32>
  return %a, %sa, %b, %sb, %d
    : tensor<16x32xf8E4M3FN>, tensor<1x1xf32>, tensor<16x32xf8E4M3FN>, tensor<1x1xf32>, tensor<16x16xf32>
}

// 5 bits of exponent, 2 of mantissa; the largest value becomes 57344.
func.func @e5m2(%x: tensor<16x32xf32>, %w: tensor<16x32xf32>)
    -> (tensor<16x32xf8E5M2>, tensor<1x1xf32>, tensor<16x32xf8E5M2>, tensor<1x1xf32>, tensor<16x16xf32>) {
  %codes = tensor.empty() : tensor<16x32xf8E5M2>
  %scales = tensor.empty() : tensor<1x1xf32>
  %a, %sa = gq.quantize %x block [16, 32] outs(%codes, %scales : tensor<16x32xf8E5M2>, tensor<1x1xf32>)
              : tensor<16x32xf32> -> tensor<16x32xf8E5M2>, tensor<1x1xf32>
  %b, %sb = gq.quantize %w block [16, 32] outs(%codes, %scales : tensor<16x32xf8E5M2>, tensor<1x1xf32>)
              : tensor<16x32xf32> -> tensor<16x32xf8E5M2>, tensor<1x1xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<16x16xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<16x16xf32>) -> tensor<16x16xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [16, 32], %sb block [16, 32]) outs(%init : tensor<16x16xf32>)
         : tensor<16x32xf8E5M2>, tensor<16x32xf8E5M2>, tensor<1x1xf32>, tensor<1x1xf32> -> tensor<16x16xf32>
  return %a, %sa, %b, %sb, %d
    : tensor<16x32xf8E5M2>, tensor<1x1xf32>, tensor<16x32xf8E5M2>, tensor<1x1xf32>, tensor<16x16xf32>
}

// 8 bits of mantissa each, and 8 bits of exponent for the 16.
func.func @msfp16(%x: tensor<16x32xf32>, %w: tensor<16x32xf32>)
    -> (tensor<16x32xi8>, tensor<16x2xf8E8M0FNU>, tensor<16x32xi8>, tensor<16x2xf8E8M0FNU>, tensor<16x16xf32>) {
  %codes = tensor.empty() : tensor<16x32xi8>
  %scales = tensor.empty() : tensor<16x2xf8E8M0FNU>
  %a, %sa = gq.quantize %x block [1, 16] outs(%codes, %scales : tensor<16x32xi8>, tensor<16x2xf8E8M0FNU>) {pow2}
              : tensor<16x32xf32> -> tensor<16x32xi8>, tensor<16x2xf8E8M0FNU>
  %b, %sb = gq.quantize %w block [1, 16] outs(%codes, %scales : tensor<16x32xi8>, tensor<16x2xf8E8M0FNU>) {pow2}
              : tensor<16x32xf32> -> tensor<16x32xi8>, tensor<16x2xf8E8M0FNU>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<16x16xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<16x16xf32>) -> tensor<16x16xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 16], %sb block [1, 16]) outs(%init : tensor<16x16xf32>)
         : tensor<16x32xi8>, tensor<16x32xi8>, tensor<16x2xf8E8M0FNU>, tensor<16x2xf8E8M0FNU> -> tensor<16x16xf32>
  return %a, %sa, %b, %sb, %d
    : tensor<16x32xi8>, tensor<16x2xf8E8M0FNU>, tensor<16x32xi8>, tensor<16x2xf8E8M0FNU>, tensor<16x16xf32>
}
