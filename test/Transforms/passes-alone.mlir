// A pass that makes ops of a dialect brings the dialect along: this text has none of gq.
// RUN: gq-opt %s --gq-expand | FileCheck %s

// CHECK-LABEL: func.func @twice
// CHECK: %[[T:.*]] = linalg.exp
// CHECK: %[[C:.*]] = gq.copy %[[T]]
// CHECK: %[[D:.*]] = gq.copy %[[C]]
// CHECK: return %[[C]], %[[D]]
func.func @twice(%x: tensor<8x128xbf16>) -> (tensor<8x128xbf16>, tensor<8x128xbf16>) {
  %e = tensor.empty() : tensor<8x128xbf16>
  %t = linalg.exp ins(%x : tensor<8x128xbf16>) outs(%e : tensor<8x128xbf16>) -> tensor<8x128xbf16>
  return %t, %t : tensor<8x128xbf16>, tensor<8x128xbf16>
}
