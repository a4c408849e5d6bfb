// Codes of four bits, of two to a byte the low ones first: all of them.
//
// RUN: gq-run %s --backend=reference --print | FileCheck %s
// RUN: gq-run %s --backend=simulate --print | FileCheck %s

// CHECK: value0 {{.*}}[0, 0.5, 1, 1.5, 2, 3, 4, 6], [-0, -0.5, -1, -1.5, -2, -3, -4, -6]
// CHECK: value1 {{.*}}[0, 1, 2, 3, 4, 5, 6, 7], [-8, -7, -6, -5, -4, -3, -2, -1]
func.func @values() -> (tensor<2x8xf32>, tensor<2x8xf32>) {
  %q = arith.constant dense<[[0x10, 0x32, 0x54, 0x76], [0x98, 0xba, 0xdc, 0xfe]]> : tensor<2x4xi8>
  %s = arith.constant dense<1.0> : tensor<2x1xf32>
  %e = tensor.empty() : tensor<2x8xf32>
  %x = gq.dequantize %q scales(%s block [1, 8]) outs(%e : tensor<2x8xf32>) {packed = f4E2M1FN}
         : tensor<2x4xi8>, tensor<2x1xf32> -> tensor<2x8xf32>
  %y = gq.dequantize %q scales(%s block [1, 8]) outs(%e : tensor<2x8xf32>) {packed = i4}
         : tensor<2x4xi8>, tensor<2x1xf32> -> tensor<2x8xf32>
  return %x, %y : tensor<2x8xf32>, tensor<2x8xf32>
}
