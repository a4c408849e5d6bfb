// int8 codes, E8M0 and transposed scales, worked out by hand.
//
// RUN: gq-run %s --backend=reference --print --entry=int8 | FileCheck %s --check-prefix=INT8
// RUN: gq-run %s --backend=reference --print --entry=scale | FileCheck %s --check-prefix=SCALE
// RUN: gq-run %s --backend=reference --print --entry=e8m0 | FileCheck %s --check-prefix=E8M0
// RUN: gq-run %s --backend=reference --print --entry=bf16_scales | FileCheck %s --check-prefix=BF16
// RUN: gq-run %s --backend=reference --print --entry=cast_origin | FileCheck %s --check-prefix=ORIGIN
// RUN: gq-run %s --backend=reference --print --entry=transposed | FileCheck %s --check-prefix=TRANS
// RUN: gq-opt %s --gq-expand=quantize=true -o %t.mlir
// RUN: gq-run %t.mlir --backend=reference --print --entry=e8m0 | FileCheck %s --check-prefix=E8M0
// RUN: gq-run %t.mlir --backend=reference --print --entry=bf16_scales | FileCheck %s --check-prefix=BF16
// RUN: gq-run %t.mlir --backend=reference --print --entry=transposed | FileCheck %s --check-prefix=TRANS

// Ties to even, both bounds, infinities, NaN.
// INT8: value0 tensor<1x8xi8> {{\[\[}}2, -2, 127, -127, 127, -127, 0, 0]]
func.func @int8() -> tensor<1x8xi8> {
  %x = arith.constant dense<[[5.0, -3.0, 254.5, -256.0, 0x7F800000, 0xFF800000, 0x7FC00000, 1.0]]>
         : tensor<1x8xf32>
  %s = arith.constant dense<2.0> : tensor<1x1xf32>
  %e = tensor.empty() : tensor<1x8xi8>
  %r = gq.scaled_cast %x scales(%s block [1, 8]) outs(%e : tensor<1x8xi8>)
         : tensor<1x8xf32>, tensor<1x1xf32> -> tensor<1x8xi8>
  return %r : tensor<1x8xi8>
}

// SCALE: value0 tensor<1x4xf32> {{\[\[}}1, 1, 0.00787401572, 1.17549435e-38]]
// SCALE: value1 tensor<1x4xf8E8M0FNU> {{\[\[}}1, 1, 0.0078125, 1.17549435e-38]]
func.func @scale() -> (tensor<1x4xf32>, tensor<1x4xf8E8M0FNU>) {
  %x = arith.constant dense<[[127.0, 0.0, 1.0, 0x00000001]]> : tensor<1x4xf32>
  %e = tensor.empty() : tensor<1x4xf32>
  %c = tensor.empty() : tensor<1x4xf8E8M0FNU>
  %r = gq.absmax_to_scale %x to i8 outs(%e : tensor<1x4xf32>) : tensor<1x4xf32> -> tensor<1x4xf32>
  %y = arith.constant dense<[[448.0, 0.0, 2.0, 0x00000001]]> : tensor<1x4xf32>
  %p = gq.absmax_to_scale %y to f8E4M3FN outs(%c : tensor<1x4xf8E8M0FNU>) {pow2}
         : tensor<1x4xf32> -> tensor<1x4xf8E8M0FNU>
  return %r, %p : tensor<1x4xf32>, tensor<1x4xf8E8M0FNU>
}

// 200/127 rounds up to 2, 1/127 to 1/64; back again with the same scales.
// E8M0: value0 tensor<2x2xi8> {{\[\[}}100, -50], [64, 1]]
// E8M0: value1 tensor<2x1xf8E8M0FNU> {{\[\[}}2], [0.015625]]
// E8M0: value2 tensor<2x2xf32> {{\[\[}}200, -100], [1, 0.015625]]
func.func @e8m0() -> (tensor<2x2xi8>, tensor<2x1xf8E8M0FNU>, tensor<2x2xf32>) {
  %x = arith.constant dense<[[200.0, -100.0], [1.0, 0.015625]]> : tensor<2x2xf32>
  %e = tensor.empty() : tensor<2x2xi8>
  %c = tensor.empty() : tensor<2x1xf8E8M0FNU>
  %y = tensor.empty() : tensor<2x2xf32>
  %q:2 = gq.quantize %x block [1, 2] outs(%e, %c : tensor<2x2xi8>, tensor<2x1xf8E8M0FNU>) {pow2}
           : tensor<2x2xf32> -> tensor<2x2xi8>, tensor<2x1xf8E8M0FNU>
  %d = gq.dequantize %q#0 scales(%q#1 block [1, 2]) outs(%y : tensor<2x2xf32>)
         : tensor<2x2xi8>, tensor<2x1xf8E8M0FNU> -> tensor<2x2xf32>
  return %q#0, %q#1, %d : tensor<2x2xi8>, tensor<2x1xf8E8M0FNU>, tensor<2x2xf32>
}

// A tie, 1 + 2^-8, is rounded down to 1: 127.496 is the code 127 and, with the largest of f8E4M3FN, 449.75
// is 448 and no NaN. 1 + 3 * 2^-8 goes up, to 1 + 4 * 2^-8, which makes 126.51 of 127. The least
// scale, 2^-126, is one of bf16 as well; zeros have 1.
// BF16: value0 tensor<4x2xi8> {{\[\[}}127, -127], [127, 0], [0, 0], [0, 0]]
// BF16: value1 tensor<4x1xbf16> {{\[\[}}1], [1.015625], [1.17549435e-38], [1]]
// BF16: value2 tensor<1x2xf8E4M3FN> {{\[\[}}448, -448]]
// BF16: value3 tensor<1x1xbf16> {{\[\[}}1]]
func.func @bf16_scales() -> (tensor<4x2xi8>, tensor<4x1xbf16>, tensor<1x2xf8E4M3FN>, tensor<1x1xbf16>) {
  %x = arith.constant dense<[[127.49609375, -127.49609375], [128.48828125, 0.0], [0x00000001, 0.0], [0.0, 0.0]]> : tensor<4x2xf32>
  %e = tensor.empty() : tensor<4x2xi8>
  %c = tensor.empty() : tensor<4x1xbf16>
  %q:2 = gq.quantize %x block [1, 2] outs(%e, %c : tensor<4x2xi8>, tensor<4x1xbf16>)
           : tensor<4x2xf32> -> tensor<4x2xi8>, tensor<4x1xbf16>
  %y = arith.constant dense<[[449.75, -449.75]]> : tensor<1x2xf32>
  %f = tensor.empty() : tensor<1x2xf8E4M3FN>
  %d = tensor.empty() : tensor<1x1xbf16>
  %p:2 = gq.quantize %y block [1, 2] outs(%f, %d : tensor<1x2xf8E4M3FN>, tensor<1x1xbf16>)
           : tensor<1x2xf32> -> tensor<1x2xf8E4M3FN>, tensor<1x1xbf16>
  return %q#0, %q#1, %p#0, %p#1 : tensor<4x2xi8>, tensor<4x1xbf16>, tensor<1x2xf8E4M3FN>, tensor<1x1xbf16>
}

// A tile that starts inside a block of E8M0 scales.
// ORIGIN: value0 tensor<1x3xi8> {{\[\[}}4, 8, 8]]
func.func @cast_origin() -> tensor<1x3xi8> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %x = arith.constant dense<8.0> : tensor<1x3xf32>
  %s = arith.constant dense<[[2.0, 1.0]]> : tensor<1x2xf8E8M0FNU>
  %e = tensor.empty() : tensor<1x3xi8>
  %r = gq.scaled_cast %x scales(%s block [1, 2]) origin(%c0, %c1) outs(%e : tensor<1x3xi8>)
         : tensor<1x3xf32>, tensor<1x2xf8E8M0FNU> -> tensor<1x3xi8>
  return %r : tensor<1x3xi8>
}

// TRANS: value0 tensor<2x3xi8> {{\[\[}}127, 64, 127], [64, 127, 127]]
// TRANS: value1 tensor<2x2xf32> {{\[\[}}1, 2], [4, 8]]
func.func @transposed() -> (tensor<2x3xi8>, tensor<2x2xf32>) {
  %x = arith.constant dense<[[127.0, 64.0, 508.0], [128.0, 254.0, 1016.0]]> : tensor<2x3xf32>
  %e = tensor.empty() : tensor<2x3xi8>
  %s = tensor.empty() : tensor<2x2xf32>
  %q:2 = gq.quantize %x block [1, 2] outs(%e, %s : tensor<2x3xi8>, tensor<2x2xf32>) {transposed_scales}
           : tensor<2x3xf32> -> tensor<2x3xi8>, tensor<2x2xf32>
  return %q#0, %q#1 : tensor<2x3xi8>, tensor<2x2xf32>
}
