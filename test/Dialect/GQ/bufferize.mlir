// RUN: gq-opt %s --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" --split-input-file | FileCheck %s

// In place: each op writes the buffer of its init; no allocation, no copy.
// CHECK-LABEL: func @in_place
// CHECK-SAME: %[[X:[a-z0-9]+]]: memref<64x512xbf16>, %[[S:[a-z0-9]+]]: memref<64x4xf32>, %[[T:[a-z0-9]+]]: memref<64x4xf32>, %[[Q:[a-z0-9]+]]: memref<64x512xf8E4M3FN>
// CHECK-NOT: memref.alloc
// CHECK-NOT: memref.copy
// CHECK: gq.block_absmax %[[X]] block [1, 128] outs(%[[S]] : memref<64x4xf32>) {amax_floor = 5.000000e-01 : f32, config = #gq.quantize_config<tile = [1, 512]>, my.note = "kept"} : memref<64x512xbf16>
// CHECK: gq.absmax_to_scale %[[S]] to f8E4M3FN outs(%[[T]] : memref<64x4xf32>) : memref<64x4xf32>
// CHECK: gq.scaled_cast %[[X]] scales(%[[T]] block [1, 128]) outs(%[[Q]] : memref<64x512xf8E4M3FN>) : memref<64x512xbf16>, memref<64x4xf32>
// CHECK: gq.dequantize %[[Q]] scales(%[[T]] block [1, 128]) outs(%[[X]] : memref<64x512xbf16>) : memref<64x512xf8E4M3FN>, memref<64x4xf32>
// CHECK: gq.copy %[[X]] outs(%[[Y:.*]] : memref<64x512xbf16>) : memref<64x512xbf16>
// CHECK: return %[[Y]]
func.func @in_place(%x: tensor<64x512xbf16> {bufferization.writable = true},
    %s: tensor<64x4xf32> {bufferization.writable = true},
    %t: tensor<64x4xf32> {bufferization.writable = true},
    %q: tensor<64x512xf8E4M3FN> {bufferization.writable = true},
    %y: tensor<64x512xbf16> {bufferization.writable = true}) -> tensor<64x512xbf16> {
  %0 = gq.block_absmax %x block [1, 128] outs(%s : tensor<64x4xf32>)
         {amax_floor = 0.5 : f32, config = #gq.quantize_config<tile = [1, 512]>, my.note = "kept"}
         : tensor<64x512xbf16> -> tensor<64x4xf32>
  %1 = gq.absmax_to_scale %0 to f8E4M3FN outs(%t : tensor<64x4xf32>)
         : tensor<64x4xf32> -> tensor<64x4xf32>
  %2 = gq.scaled_cast %x scales(%1 block [1, 128]) outs(%q : tensor<64x512xf8E4M3FN>)
         : tensor<64x512xbf16>, tensor<64x4xf32> -> tensor<64x512xf8E4M3FN>
  %3 = gq.dequantize %2 scales(%1 block [1, 128]) outs(%x : tensor<64x512xbf16>)
         : tensor<64x512xf8E4M3FN>, tensor<64x4xf32> -> tensor<64x512xbf16>
  %4 = gq.copy %3 outs(%y : tensor<64x512xbf16>) : tensor<64x512xbf16> -> tensor<64x512xbf16>
  return %4 : tensor<64x512xbf16>
}

// -----

// Both results of quantize, and a matmul that accumulates into the caller's buffer.
// CHECK-LABEL: func @linear
// CHECK-SAME: %[[X:[a-z0-9]+]]: memref<?x512xbf16>, %[[Q:[a-z0-9]+]]: memref<?x512xf8E4M3FN>, %[[S:[a-z0-9]+]]: memref<?x4xf32>, %[[B:[a-z0-9]+]]: memref<256x512xf8E4M3FN>, %[[SB:[a-z0-9]+]]: memref<2x4xf32>, %[[C:[a-z0-9]+]]: memref<?x256xf32>
// CHECK-NOT: memref.alloc
// CHECK: gq.quantize %[[X]] block [1, 128] outs(%[[Q]], %[[S]] : memref<?x512xf8E4M3FN>, memref<?x4xf32>) {pow2} : memref<?x512xbf16>
// CHECK: gq.scaled_matmul %[[Q]], %[[B]] scales(%[[S]] block [1, 128], %[[SB]] block [128, 128]) origin(%[[I:.*]], %[[I]], %[[I]]) outs(%[[C]] : memref<?x256xf32>) {promote = 64 : i64} : memref<?x512xf8E4M3FN>, memref<256x512xf8E4M3FN>, memref<?x4xf32>, memref<2x4xf32>
// CHECK: return %[[C]]
func.func @linear(%x: tensor<?x512xbf16>,
    %q: tensor<?x512xf8E4M3FN> {bufferization.writable = true},
    %s: tensor<?x4xf32> {bufferization.writable = true},
    %b: tensor<256x512xf8E4M3FN>, %sb: tensor<2x4xf32>,
    %c: tensor<?x256xf32> {bufferization.writable = true}, %i: index) -> tensor<?x256xf32> {
  %0:2 = gq.quantize %x block [1, 128]
           outs(%q, %s : tensor<?x512xf8E4M3FN>, tensor<?x4xf32>) {pow2}
           : tensor<?x512xbf16> -> tensor<?x512xf8E4M3FN>, tensor<?x4xf32>
  %1 = gq.scaled_matmul %0#0, %b scales(%0#1 block [1, 128], %sb block [128, 128])
         origin(%i, %i, %i) outs(%c : tensor<?x256xf32>) {promote = 64}
         : tensor<?x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<?x4xf32>,
           tensor<2x4xf32> -> tensor<?x256xf32>
  return %1 : tensor<?x256xf32>
}

// -----

// The matmul reads its init: a constant init is copied. block_absmax does not: it
// gets a fresh buffer without a copy.
// CHECK-LABEL: func @init_read
// CHECK: %[[ZERO:.*]] = memref.get_global
// CHECK: %[[ACC:.*]] = memref.alloc() {{.*}} : memref<64x64xf32>
// CHECK: memref.copy %[[ZERO]], %[[ACC]]
// CHECK: gq.scaled_matmul {{.*}} outs(%[[ACC]] : memref<64x64xf32>)
// CHECK-LABEL: func @init_not_read
// CHECK: %[[E:.*]] = memref.alloc() {{.*}} : memref<64x4xf32>
// CHECK-NOT: memref.copy
// CHECK: gq.block_absmax {{.*}} outs(%[[E]] : memref<64x4xf32>)
func.func @init_read(%a: tensor<64x512xf8E4M3FN>, %sa: tensor<64x4xf32>, %sb: tensor<1x4xf32>)
    -> tensor<64x64xf32> {
  %zero = arith.constant dense<0.0> : tensor<64x64xf32>
  %0 = gq.scaled_matmul %a, %a scales(%sa block [1, 128], %sb block [128, 128])
         outs(%zero : tensor<64x64xf32>)
         : tensor<64x512xf8E4M3FN>, tensor<64x512xf8E4M3FN>, tensor<64x4xf32>,
           tensor<1x4xf32> -> tensor<64x64xf32>
  return %0 : tensor<64x64xf32>
}
func.func @init_not_read(%x: tensor<64x512xbf16>) -> tensor<64x4xf32> {
  %e = arith.constant dense<0.0> : tensor<64x4xf32>
  %0 = gq.block_absmax %x block [1, 128] outs(%e : tensor<64x4xf32>)
         : tensor<64x512xbf16> -> tensor<64x4xf32>
  return %0 : tensor<64x4xf32>
}

// -----

// One tensor as scales and as accumulator: writing in place would destroy scales
// that are still to be read.
// CHECK-LABEL: func @scales_as_init
// CHECK-SAME: %[[A:[a-z0-9]+]]: memref<4x512xf8E4M3FN>, %[[S:[a-z0-9]+]]: memref<4x4xf32>
// CHECK: %[[ACC:.*]] = memref.alloc
// CHECK: memref.copy %[[S]], %[[ACC]]
// CHECK: gq.scaled_matmul {{.*}} scales(%[[S]] block [1, 128], %[[S]] block [1, 128]) outs(%[[ACC]]
func.func @scales_as_init(%a: tensor<4x512xf8E4M3FN>,
    %s: tensor<4x4xf32> {bufferization.writable = true}) -> tensor<4x4xf32> {
  %0 = gq.scaled_matmul %a, %a scales(%s block [1, 128], %s block [1, 128])
         outs(%s : tensor<4x4xf32>)
         : tensor<4x512xf8E4M3FN>, tensor<4x512xf8E4M3FN>, tensor<4x4xf32>,
           tensor<4x4xf32> -> tensor<4x4xf32>
  return %0 : tensor<4x4xf32>
}
