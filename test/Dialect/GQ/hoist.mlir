// RUN: gq-opt %s --loop-invariant-code-motion | FileCheck %s

// On tensors the ops are speculatable and leave a loop that may not run.
// CHECK-LABEL: func @tensors
// CHECK: gq.block_absmax
// CHECK: gq.quantize
// CHECK: scf.for
// CHECK-NOT: gq.
func.func @tensors(%n: index, %x: tensor<64x512xbf16>, %e: tensor<64x4xf32>,
    %q: tensor<64x512xf8E4M3FN>) -> tensor<64x4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%acc = %e) -> tensor<64x4xf32> {
    %0 = gq.block_absmax %x block [1, 128] outs(%e : tensor<64x4xf32>)
           : tensor<64x512xbf16> -> tensor<64x4xf32>
    %1:2 = gq.quantize %x block [1, 128]
             outs(%q, %e : tensor<64x512xf8E4M3FN>, tensor<64x4xf32>)
             : tensor<64x512xbf16> -> tensor<64x512xf8E4M3FN>, tensor<64x4xf32>
    %2 = arith.maximumf %0, %1#1 : tensor<64x4xf32>
    %3 = arith.maximumf %2, %acc : tensor<64x4xf32>
    scf.yield %3 : tensor<64x4xf32>
  }
  return %r : tensor<64x4xf32>
}

// On memrefs they write, and stay.
// CHECK-LABEL: func @memrefs
// CHECK-NOT: gq.
// CHECK: scf.for
// CHECK: gq.block_absmax
// CHECK: gq.quantize
func.func @memrefs(%n: index, %x: memref<64x512xbf16>, %s: memref<64x4xf32>,
    %q: memref<64x512xf8E4M3FN>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    gq.block_absmax %x block [1, 128] outs(%s : memref<64x4xf32>) : memref<64x512xbf16>
    gq.quantize %x block [1, 128] outs(%q, %s : memref<64x512xf8E4M3FN>, memref<64x4xf32>)
      : memref<64x512xbf16>
  }
  return
}
