// RUN: gq-opt %s --canonicalize --split-input-file | FileCheck %s

// An origin at the start of a block is dropped.
// CHECK-LABEL: func @aligned_origin
// CHECK: gq.scaled_cast
// CHECK-NOT: origin
// CHECK: gq.dequantize
// CHECK-NOT: origin
// CHECK: gq.scaled_matmul
// CHECK-NOT: origin
// CHECK: return
func.func @aligned_origin(%x: tensor<64x512xbf16>, %s: tensor<64x4xf32>,
    %e: tensor<64x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %sb: tensor<2x4xf32>,
    %c: tensor<64x256xf32>, %y: tensor<64x512xbf16>, %i: index)
    -> (tensor<64x256xf32>, tensor<64x512xbf16>) {
  %c0 = arith.constant 0 : index
  %c256 = arith.constant 256 : index
  // A block of 1 has no inside, whatever %i is.
  %q = gq.scaled_cast %x scales(%s block [1, 128]) origin(%i, %c256)
         outs(%e : tensor<64x512xf8E4M3FN>)
         : tensor<64x512xbf16>, tensor<64x4xf32> -> tensor<64x512xf8E4M3FN>
  %r = gq.dequantize %q scales(%s block [1, 128]) origin(%i, %c0)
         outs(%y : tensor<64x512xbf16>)
         : tensor<64x512xf8E4M3FN>, tensor<64x4xf32> -> tensor<64x512xbf16>
  %d = gq.scaled_matmul %q, %b scales(%s block [1, 128], %sb block [128, 128])
         origin(%i, %c256, %c0) outs(%c : tensor<64x256xf32>)
         : tensor<64x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<64x4xf32>,
           tensor<2x4xf32> -> tensor<64x256xf32>
  return %d, %r : tensor<64x256xf32>, tensor<64x512xbf16>
}

// -----

// Kept: inside a block, unknown, and K aligned for one operand only.
// CHECK-LABEL: func @kept_origin
// CHECK-COUNT-2: gq.scaled_cast {{.*}} origin(
// CHECK: gq.scaled_matmul {{.*}} origin(
func.func @kept_origin(%x: tensor<64x?xbf16>, %s: tensor<64x?xf32>,
    %e: tensor<64x?xf8E4M3FN>, %b: tensor<256x?xf8E4M3FN>, %sb: tensor<2x?xf32>,
    %c: tensor<64x256xf32>, %i: index) -> tensor<64x256xf32> {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %c128 = arith.constant 128 : index
  %0 = gq.scaled_cast %x scales(%s block [1, 128]) origin(%c0, %c64)
         outs(%e : tensor<64x?xf8E4M3FN>)
         : tensor<64x?xbf16>, tensor<64x?xf32> -> tensor<64x?xf8E4M3FN>
  %1 = gq.scaled_cast %x scales(%s block [1, 128]) origin(%c0, %i)
         outs(%0 : tensor<64x?xf8E4M3FN>)
         : tensor<64x?xbf16>, tensor<64x?xf32> -> tensor<64x?xf8E4M3FN>
  %d = gq.scaled_matmul %1, %b scales(%s block [1, 128], %sb block [128, 256])
         origin(%c0, %c0, %c128) outs(%c : tensor<64x256xf32>)
         : tensor<64x?xf8E4M3FN>, tensor<256x?xf8E4M3FN>, tensor<64x?xf32>,
           tensor<2x?xf32> -> tensor<64x256xf32>
  return %d : tensor<64x256xf32>
}

// -----

// With one scale more than the op needs without an origin, dropping it would make
// the op invalid.
// CHECK-LABEL: func @spare_scale
// CHECK: gq.scaled_cast {{.*}} origin(
func.func @spare_scale(%x: tensor<64x512xbf16>, %s: tensor<64x5xf32>,
    %e: tensor<64x512xf8E4M3FN>) -> tensor<64x512xf8E4M3FN> {
  %c0 = arith.constant 0 : index
  %0 = gq.scaled_cast %x scales(%s block [1, 128]) origin(%c0, %c0)
         outs(%e : tensor<64x512xf8E4M3FN>)
         : tensor<64x512xbf16>, tensor<64x5xf32> -> tensor<64x512xf8E4M3FN>
  return %0 : tensor<64x512xf8E4M3FN>
}

// -----

// CHECK-LABEL: func @empty_matmul
// CHECK-SAME: %[[C:[a-z0-9]+]]: tensor<64x256xf32>
// CHECK-NEXT: return %[[C]]
func.func @empty_matmul(%a: tensor<64x0xf8E4M3FN>, %b: tensor<256x0xf8E4M3FN>,
    %sa: tensor<64x0xf32>, %sb: tensor<2x0xf32>, %c: tensor<64x256xf32>)
    -> tensor<64x256xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
         outs(%c : tensor<64x256xf32>)
         : tensor<64x0xf8E4M3FN>, tensor<256x0xf8E4M3FN>, tensor<64x0xf32>,
           tensor<2x0xf32> -> tensor<64x256xf32>
  return %d : tensor<64x256xf32>
}

// -----

// CHECK-LABEL: func @empty_matmul_memref
// CHECK-NEXT: return
func.func @empty_matmul_memref(%a: memref<64x0xf8E4M3FN>, %b: memref<256x0xf8E4M3FN>,
    %sa: memref<64x0xf32>, %sb: memref<2x0xf32>, %c: memref<64x256xf32>) {
  gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
    outs(%c : memref<64x256xf32>)
    : memref<64x0xf8E4M3FN>, memref<256x0xf8E4M3FN>, memref<64x0xf32>, memref<2x0xf32>
  return
}
