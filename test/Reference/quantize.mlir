// Pinned numerics of the quantisation ops, worked out by hand.
//
// RUN: gq-run %s --backend=reference --print --entry=absmax | FileCheck %s --check-prefix=ABSMAX
// RUN: gq-run %s --backend=reference --print --entry=ragged | FileCheck %s --check-prefix=RAGGED
// RUN: gq-run %s --backend=reference --print --entry=scale | FileCheck %s --check-prefix=SCALE
// RUN: gq-run %s --backend=reference --print --entry=cast | FileCheck %s --check-prefix=CAST
// RUN: gq-run %s --backend=reference --print --entry=cast_e5m2 | FileCheck %s --check-prefix=E5M2
// RUN: gq-run %s --backend=reference --print --entry=cast_origin | FileCheck %s --check-prefix=ORIGIN
// RUN: gq-run %s --backend=reference --print --entry=dequantize | FileCheck %s --check-prefix=DEQ
// RUN: gq-run %s --backend=reference --print --entry=quantize | FileCheck %s --check-prefix=QUANT
// RUN: gq-run %s --backend=reference --print --entry=quantize_pow2 | FileCheck %s --check-prefix=POW2

// NaN is left out, infinity becomes the largest float, denormals are kept.
// ABSMAX: value0 tensor<2x2xf32> {{\[\[}}2, 0], [3.40282347e+38, 1.40129846e-45]]
func.func @absmax() -> tensor<2x2xf32> {
  %x = arith.constant dense<[[1.0, -2.0, 0x7FC00000, 0xFFC00000],
                             [3.0, 0xFF800000, 0x80000001, -0.0]]> : tensor<2x4xf32>
  %e = tensor.empty() : tensor<2x2xf32>
  %r = gq.block_absmax %x block [1, 2] outs(%e : tensor<2x2xf32>)
         : tensor<2x4xf32> -> tensor<2x2xf32>
  return %r : tensor<2x2xf32>
}

// Blocks that stick out, and a floor.
// RAGGED: value0 tensor<2x2xf32> {{\[\[}}5, 3], [7, 2.5]]
func.func @ragged() -> tensor<2x2xf32> {
  %x = arith.constant dense<[[1.0, -2.0, 3.0], [4.0, 5.0, -1.0],
                             [7.0, 0.0, 0.5]]> : tensor<3x3xbf16>
  %e = tensor.empty() : tensor<2x2xf32>
  %r = gq.block_absmax %x block [2, 2] outs(%e : tensor<2x2xf32>)
         {amax_floor = 2.5 : f32} : tensor<3x3xbf16> -> tensor<2x2xf32>
  return %r : tensor<2x2xf32>
}

// SCALE: value0 tensor<1x4xf32> {{\[\[}}1, 1, 0.00223214296, 1.17549435e-38]]
// SCALE: value1 tensor<1x4xf32> {{\[\[}}1, 1, 0.00390625, 1.17549435e-38]]
// SCALE: value2 tensor<1x4xf32> {{\[\[}}0.0078125, 1, 1.74386169e-05, 1.17549435e-38]]
func.func @scale() -> (tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>) {
  %x = arith.constant dense<[[448.0, 0.0, 1.0, 0x00000001]]> : tensor<1x4xf32>
  %e = tensor.empty() : tensor<1x4xf32>
  %r = gq.absmax_to_scale %x to f8E4M3FN outs(%e : tensor<1x4xf32>)
         : tensor<1x4xf32> -> tensor<1x4xf32>
  %p = gq.absmax_to_scale %x to f8E4M3FN outs(%e : tensor<1x4xf32>) {pow2}
         : tensor<1x4xf32> -> tensor<1x4xf32>
  %s = gq.absmax_to_scale %x to f8E5M2 outs(%e : tensor<1x4xf32>)
         : tensor<1x4xf32> -> tensor<1x4xf32>
  return %r, %p, %s : tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>
}

// Ties to even at 17 and 19, saturation, NaN, half and one and a half of the
// smallest denormal, and the sign of zero.
// CAST: value0 tensor<1x10xf8E4M3FN> {{\[\[}}448, -448, nan, 448, 16, 20, 0, 0.00390625, -0, -448]]
func.func @cast() -> tensor<1x10xf8E4M3FN> {
  %x = arith.constant dense<[[896.0, -1000.0, 0x7FC00000, 0x7F800000, 34.0,
                              38.0, 0.001953125, 0.005859375, -0.0, 0xFF800000]]>
         : tensor<1x10xf32>
  %s = arith.constant dense<2.0> : tensor<1x3xf32>
  %e = tensor.empty() : tensor<1x10xf8E4M3FN>
  %r = gq.scaled_cast %x scales(%s block [1, 4]) outs(%e : tensor<1x10xf8E4M3FN>)
         : tensor<1x10xf32>, tensor<1x3xf32> -> tensor<1x10xf8E4M3FN>
  return %r : tensor<1x10xf8E4M3FN>
}

// E5M2 has infinities, but the conversion saturates.
// E5M2: value0 tensor<1x4xf8E5M2> {{\[\[}}57344, -57344, nan, 8]]
func.func @cast_e5m2() -> tensor<1x4xf8E5M2> {
  %x = arith.constant dense<[[0x7F800000, -1.0e9, 0x7FC00000, 9.0]]> : tensor<1x4xf32>
  %s = arith.constant dense<1.0> : tensor<1x1xf32>
  %e = tensor.empty() : tensor<1x4xf8E5M2>
  %r = gq.scaled_cast %x scales(%s block [1, 4]) outs(%e : tensor<1x4xf8E5M2>)
         : tensor<1x4xf32>, tensor<1x1xf32> -> tensor<1x4xf8E5M2>
  return %r : tensor<1x4xf8E5M2>
}

// Element (0, 0) is at (1, 3) of the first block: one row and one column of it
// are left. 13 mod 5 is 3.
// ORIGIN: value0 tensor<2x7xf8E4M3FN> {{\[\[}}1, 1, 2, 2, 2, 2, 2], [4, 4, 8, 8, 8, 8, 8]]
func.func @cast_origin() -> tensor<2x7xf8E4M3FN> {
  %x = arith.constant dense<8.0> : tensor<2x7xbf16>
  %s = arith.constant dense<[[8.0, 4.0], [2.0, 1.0]]> : tensor<2x2xf32>
  %row = arith.constant 1 : index
  %col = arith.constant 13 : index
  %e = tensor.empty() : tensor<2x7xf8E4M3FN>
  %r = gq.scaled_cast %x scales(%s block [2, 5]) origin(%row, %col)
         outs(%e : tensor<2x7xf8E4M3FN>)
         : tensor<2x7xbf16>, tensor<2x2xf32> -> tensor<2x7xf8E4M3FN>
  return %r : tensor<2x7xf8E4M3FN>
}

// The product in f32, rounded once: 1.12939453125 lies past the half between the
// bf16 neighbours 1.125 and 1.1328125, and 449.75 between 448 and 450.
// DEQ: value0 tensor<1x4xbf16> {{\[\[}}1.1328125, 450, nan, -0]]
// DEQ: value1 tensor<1x4xf32> {{\[\[}}1.12939453, 449.75, nan, -0]]
// DEQ: value2 tensor<1x3xf32> {{\[\[}}3, 5, 5]]
func.func @dequantize() -> (tensor<1x4xbf16>, tensor<1x4xf32>, tensor<1x3xf32>) {
  %q = arith.constant dense<[[1.125, 448.0, 0x7F, -0.0]]> : tensor<1x4xf8E4M3FN>
  %s = arith.constant dense<1.00390625> : tensor<1x1xf32>
  %e = tensor.empty() : tensor<1x4xbf16>
  %r = gq.dequantize %q scales(%s block [1, 4]) outs(%e : tensor<1x4xbf16>)
         : tensor<1x4xf8E4M3FN>, tensor<1x1xf32> -> tensor<1x4xbf16>
  %f = tensor.empty() : tensor<1x4xf32>
  %w = gq.dequantize %q scales(%s block [1, 4]) outs(%f : tensor<1x4xf32>)
         : tensor<1x4xf8E4M3FN>, tensor<1x1xf32> -> tensor<1x4xf32>
  %one = arith.constant dense<1.0> : tensor<1x3xf8E5M2>
  %t = arith.constant dense<[[3.0, 5.0]]> : tensor<1x2xf32>
  %c0 = arith.constant 0 : index
  %c3 = arith.constant 3 : index
  %g = tensor.empty() : tensor<1x3xf32>
  %o = gq.dequantize %one scales(%t block [1, 4]) origin(%c0, %c3)
         outs(%g : tensor<1x3xf32>)
         : tensor<1x3xf8E5M2>, tensor<1x2xf32> -> tensor<1x3xf32>
  return %r, %w, %o : tensor<1x4xbf16>, tensor<1x4xf32>, tensor<1x3xf32>
}

// A block of zeros has scale 1; so has one of NaN.
// QUANT: value0 tensor<2x4xf8E4M3FN> {{\[\[}}448, -224, 0, 0], [nan, nan, 448, -0]]
// QUANT: value1 tensor<2x2xf32> {{\[\[}}0.00892857183, 1], [1, 1.17549435e-38]]
func.func @quantize() -> (tensor<2x4xf8E4M3FN>, tensor<2x2xf32>) {
  %x = arith.constant dense<[[4.0, -2.0, 0.0, 0.0],
                             [0x7FC00000, 0x7FC00000, 0x04E00000, 0x80000000]]>
         : tensor<2x4xf32>
  %eq = tensor.empty() : tensor<2x4xf8E4M3FN>
  %es = tensor.empty() : tensor<2x2xf32>
  %q, %s = gq.quantize %x block [1, 2]
             outs(%eq, %es : tensor<2x4xf8E4M3FN>, tensor<2x2xf32>)
             : tensor<2x4xf32> -> tensor<2x4xf8E4M3FN>, tensor<2x2xf32>
  return %q, %s : tensor<2x4xf8E4M3FN>, tensor<2x2xf32>
}

// 4/448 rounds up to 2^-6.
// POW2: value0 tensor<1x2xf8E4M3FN> {{\[\[}}256, -128]]
// POW2: value1 tensor<1x1xf32> {{\[\[}}0.015625]]
func.func @quantize_pow2() -> (tensor<1x2xf8E4M3FN>, tensor<1x1xf32>) {
  %x = arith.constant dense<[[4.0, -2.0]]> : tensor<1x2xf16>
  %eq = tensor.empty() : tensor<1x2xf8E4M3FN>
  %es = tensor.empty() : tensor<1x1xf32>
  %q, %s = gq.quantize %x block [1, 128]
             outs(%eq, %es : tensor<1x2xf8E4M3FN>, tensor<1x1xf32>) {pow2}
             : tensor<1x2xf16> -> tensor<1x2xf8E4M3FN>, tensor<1x1xf32>
  return %q, %s : tensor<1x2xf8E4M3FN>, tensor<1x1xf32>
}
