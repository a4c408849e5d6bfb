// gq.scaled_matmul on tensors small enough to multiply by hand.
//
// RUN: gq-run %s --backend=reference --print --entry=plain --check | FileCheck %s --check-prefix=PLAIN
// RUN: gq-run %s --backend=reference --print --entry=origin | FileCheck %s --check-prefix=ORIGIN
// RUN: gq-run %s --backend=reference --print --entry=narrow | FileCheck %s --check-prefix=NARROW
// RUN: gq-run %s --backend=reference --print --entry=e8m0 --check | FileCheck %s --check-prefix=E8M0
// RUN: gq-run %s --backend=reference --print --entry=nan | FileCheck %s --check-prefix=NAN

// Element (0, 0): 10 + 2*3 * (1 + 2) + 4*5 * (3 + 4); in column 1 the products
// are twice as large.
// PLAIN: value0 tensor<2x2xf32> {{\[\[}}168, 326], [26, 42]]
// PLAIN: check0 passed:
func.func @plain() -> tensor<2x2xf32> {
  %a = arith.constant dense<[[1.0, 2.0, 3.0, 4.0], [1.0, 1.0, 1.0, 1.0]]> : tensor<2x4xf8E4M3FN>
  %b = arith.constant dense<[[1.0, 1.0, 1.0, 1.0], [2.0, 2.0, 2.0, 2.0]]> : tensor<2x4xf8E5M2>
  %sa = arith.constant dense<[[2.0, 4.0], [1.0, 1.0]]> : tensor<2x2xf32>
  %sb = arith.constant dense<[[3.0, 5.0]]> : tensor<1x2xf32>
  %c = arith.constant dense<10.0> : tensor<2x2xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 2], %sb block [2, 2])
         outs(%c : tensor<2x2xf32>)
         : tensor<2x4xf8E4M3FN>, tensor<2x4xf8E5M2>, tensor<2x2xf32>, tensor<1x2xf32> -> tensor<2x2xf32>
  return %d : tensor<2x2xf32>
}

// Element (0, 0, 0) is the second of its block along N and along K: along K, one
// element has the first scale and two the second.
// ORIGIN: value0 tensor<1x2xf32> {{\[\[}}2005, 2500]]
func.func @origin() -> tensor<1x2xf32> {
  %a = arith.constant dense<[[1.0, 1.0, 1.0]]> : tensor<1x3xf8E4M3FN>
  %b = arith.constant dense<1.0> : tensor<2x3xf8E4M3FN>
  %sa = arith.constant dense<[[1.0, 10.0]]> : tensor<1x2xf32>
  %sb = arith.constant dense<[[5.0, 100.0], [500.0, 100.0]]> : tensor<2x2xf32>
  %zero = arith.constant dense<0.0> : tensor<1x2xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 2], %sb block [2, 2])
         origin(%c0, %c1, %c3) outs(%zero : tensor<1x2xf32>)
         : tensor<1x3xf8E4M3FN>, tensor<2x3xf8E4M3FN>, tensor<1x2xf32>, tensor<2x2xf32> -> tensor<1x2xf32>
  return %d : tensor<1x2xf32>
}

// Into bf16 there is one rounding, at the end: 1 + 2^-8 + 2^-8 is a bf16, while
// rounding after each term would lose both.
// NARROW: value0 tensor<1x1xbf16> {{\[\[}}1.0078125]]
func.func @narrow() -> tensor<1x1xbf16> {
  %a = arith.constant dense<[[0.0625, 0.0625]]> : tensor<1x2xf8E4M3FN>
  %s = arith.constant dense<1.0> : tensor<1x2xf32>
  %one = arith.constant dense<1.0> : tensor<1x1xbf16>
  %d = gq.scaled_matmul %a, %a scales(%s block [1, 1], %s block [1, 1])
         outs(%one : tensor<1x1xbf16>)
         : tensor<1x2xf8E4M3FN>, tensor<1x2xf8E4M3FN>, tensor<1x2xf32>, tensor<1x2xf32> -> tensor<1x1xbf16>
  return %d : tensor<1x1xbf16>
}

// NaN and infinity spoil their row and column only.
// NAN: value0 tensor<2x2xf32> {{\[\[}}nan, nan], [1, inf]]
func.func @nan() -> tensor<2x2xf32> {
  %a = arith.constant dense<[[0x7F], [1.0]]> : tensor<2x1xf8E4M3FN>
  %b = arith.constant dense<[[1.0], [0x7C]]> : tensor<2x1xf8E5M2>
  %s = arith.constant dense<1.0> : tensor<1x1xf32>
  %c = arith.constant dense<0.0> : tensor<2x2xf32>
  %d = gq.scaled_matmul %a, %b scales(%s block [2, 1], %s block [2, 1])
         outs(%c : tensor<2x2xf32>)
         : tensor<2x1xf8E4M3FN>, tensor<2x1xf8E5M2>, tensor<1x1xf32>, tensor<1x1xf32> -> tensor<2x2xf32>
  return %d : tensor<2x2xf32>
}

// Codes of scales are exponents: 1 is 2^-126, 126 a half, 0 is 2^-127 and 255 NaN.
// Element (0, 0): 2 * 3 + 0.5*4 * 7.
// E8M0: value0 tensor<3x1xf32> {{\[\[}}20], [3], [nan]]
// E8M0: check0 passed
func.func @e8m0() -> tensor<3x1xf32> {
  %a = arith.constant dense<[[1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 0.0, 0.0], [1.0, 1.0, 1.0, 1.0]]> : tensor<3x4xf8E4M3FN>
  %b = arith.constant dense<1.0> : tensor<1x4xf8E4M3FN>
  %sa = arith.constant dense<[[0x01, 0x7E], [0x00, 0x7F], [0x00, 0xFF]]> : tensor<3x2xf8E8M0FNU>
  %sb = arith.constant dense<[[1.7014118346046923e+38, 4.0]]> : tensor<1x2xf32>
  %zero = arith.constant dense<0.0> : tensor<3x1xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 2], %sb block [2, 2])
         outs(%zero : tensor<3x1xf32>)
         : tensor<3x4xf8E4M3FN>, tensor<1x4xf8E4M3FN>, tensor<3x2xf8E8M0FNU>, tensor<1x2xf32> -> tensor<3x1xf32>
  return %d : tensor<3x1xf32>
}
