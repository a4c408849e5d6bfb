// RUN: gq-opt %s --cse --canonicalize --split-input-file | FileCheck %s

// On tensors the ops are pure: unused ones go, equal ones merge.
// CHECK-LABEL: func @dead
// CHECK-NEXT: return
func.func @dead(%x: tensor<64x512xbf16>, %q: tensor<64x512xf8E4M3FN>,
    %s: tensor<64x4xf32>, %d: tensor<64x64xf32>, %sb: tensor<1x4xf32>) {
  %0 = gq.block_absmax %x block [1, 128] outs(%s : tensor<64x4xf32>)
         : tensor<64x512xbf16> -> tensor<64x4xf32>
  %1 = gq.absmax_to_scale %0 to f8E4M3FN outs(%s : tensor<64x4xf32>)
         : tensor<64x4xf32> -> tensor<64x4xf32>
  %2 = gq.scaled_cast %x scales(%1 block [1, 128]) outs(%q : tensor<64x512xf8E4M3FN>)
         : tensor<64x512xbf16>, tensor<64x4xf32> -> tensor<64x512xf8E4M3FN>
  %3 = gq.dequantize %2 scales(%1 block [1, 128]) outs(%x : tensor<64x512xbf16>)
         : tensor<64x512xf8E4M3FN>, tensor<64x4xf32> -> tensor<64x512xbf16>
  %4:2 = gq.quantize %3 block [1, 128]
           outs(%q, %s : tensor<64x512xf8E4M3FN>, tensor<64x4xf32>)
           : tensor<64x512xbf16> -> tensor<64x512xf8E4M3FN>, tensor<64x4xf32>
  %5 = gq.scaled_matmul %4#0, %4#0 scales(%4#1 block [1, 128], %sb block [128, 128])
         outs(%d : tensor<64x64xf32>)
         : tensor<64x512xf8E4M3FN>, tensor<64x512xf8E4M3FN>, tensor<64x4xf32>,
           tensor<1x4xf32> -> tensor<64x64xf32>
  %6 = gq.copy %5 outs(%d : tensor<64x64xf32>) : tensor<64x64xf32> -> tensor<64x64xf32>
  return
}

// -----

// CHECK-LABEL: func @equal
// CHECK-COUNT-1: gq.block_absmax
// CHECK-NOT: gq.block_absmax
func.func @equal(%x: tensor<64x512xbf16>, %e: tensor<64x4xf32>)
    -> (tensor<64x4xf32>, tensor<64x4xf32>) {
  %0 = gq.block_absmax %x block [1, 128] outs(%e : tensor<64x4xf32>)
         : tensor<64x512xbf16> -> tensor<64x4xf32>
  %1 = gq.block_absmax %x block [1, 128] outs(%e : tensor<64x4xf32>)
         : tensor<64x512xbf16> -> tensor<64x4xf32>
  return %0, %1 : tensor<64x4xf32>, tensor<64x4xf32>
}

// -----

// On memrefs every write stays, repeated ones too.
// CHECK-LABEL: func @writes
// CHECK-COUNT-2: gq.block_absmax
// CHECK: gq.absmax_to_scale
// CHECK: gq.scaled_cast
// CHECK: gq.dequantize
// CHECK: gq.quantize
// CHECK: gq.scaled_matmul
func.func @writes(%x: memref<64x512xbf16>, %q: memref<64x512xf8E4M3FN>,
    %s: memref<64x4xf32>, %d: memref<64x64xf32>, %sb: memref<1x4xf32>) {
  gq.block_absmax %x block [1, 128] outs(%s : memref<64x4xf32>) : memref<64x512xbf16>
  gq.block_absmax %x block [1, 128] outs(%s : memref<64x4xf32>) : memref<64x512xbf16>
  gq.absmax_to_scale %s to f8E4M3FN outs(%s : memref<64x4xf32>) : memref<64x4xf32>
  gq.scaled_cast %x scales(%s block [1, 128]) outs(%q : memref<64x512xf8E4M3FN>)
    : memref<64x512xbf16>, memref<64x4xf32>
  gq.dequantize %q scales(%s block [1, 128]) outs(%x : memref<64x512xbf16>)
    : memref<64x512xf8E4M3FN>, memref<64x4xf32>
  gq.quantize %x block [1, 128] outs(%q, %s : memref<64x512xf8E4M3FN>, memref<64x4xf32>)
    : memref<64x512xbf16>
  gq.scaled_matmul %q, %q scales(%s block [1, 128], %sb block [128, 128])
    outs(%d : memref<64x64xf32>)
    : memref<64x512xf8E4M3FN>, memref<64x512xf8E4M3FN>, memref<64x4xf32>, memref<1x4xf32>
  return
}

// -----

// A load is forwarded past an op that only reads the buffer, not past a write.
// CHECK-LABEL: func @reads
// CHECK: %[[A:.*]] = memref.load
// CHECK: gq.block_absmax
// CHECK: %[[B:.*]] = memref.load
// CHECK: return %[[A]], %[[A]], %[[B]]
func.func @reads(%x: memref<64x512xf32>, %s: memref<64x4xf32>, %i: index)
    -> (f32, f32, f32) {
  %0 = memref.load %s[%i, %i] : memref<64x4xf32>
  %1 = memref.load %s[%i, %i] : memref<64x4xf32>
  gq.block_absmax %x block [1, 128] outs(%s : memref<64x4xf32>) : memref<64x512xf32>
  %2 = memref.load %s[%i, %i] : memref<64x4xf32>
  return %0, %1, %2 : f32, f32, f32
}
