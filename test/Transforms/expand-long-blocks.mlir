// Blocks that are longer than any tensor of a kernel are as long as one.
// RUN: gq-opt %s --gq-expand --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @product
// CHECK: gq.scaled_matmul %arg0, %arg2 scales(%arg1 block [2146435072, 128], %arg3 block [2146435072, 128])
func.func @product(%a: tensor<?x256xf8E4M3FN>, %sa: tensor<?x2xf32>, %b: tensor<?x256xf8E4M3FN>, %sb: tensor<?x2xf32>, %e: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [4294967295, 128], %sb block [9223372036854775807, 128]) outs(%e : tensor<?x?xf32>)
      : tensor<?x256xf8E4M3FN>, tensor<?x256xf8E4M3FN>, tensor<?x2xf32>, tensor<?x2xf32> -> tensor<?x?xf32>
  return %d : tensor<?x?xf32>
}

// -----

// CHECK-LABEL: func.func @dequantised
// CHECK: gq.dequantize %arg0 scales(%arg1 block [2146435072, 2146435072])
func.func @dequantised(%x: tensor<?x256xi8>, %s: tensor<?x1xf32>, %e: tensor<?x256xf32>) -> tensor<?x256xf32> {
  %q = gq.dequantize %x scales(%s block [4294967295, 4294967295]) outs(%e : tensor<?x256xf32>) : tensor<?x256xi8>, tensor<?x1xf32> -> tensor<?x256xf32>
  return %q : tensor<?x256xf32>
}

// -----

// Not where a tensor is longer: it would have other blocks.
// CHECK-LABEL: func.func @longer
// CHECK: block [1, 4294967295]
func.func @longer(%x: tensor<1x4294967296xf32>, %e: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %m = gq.block_absmax %x block [1, 4294967295] outs(%e : tensor<1x2xf32>) : tensor<1x4294967296xf32> -> tensor<1x2xf32>
  return %m : tensor<1x2xf32>
}
