// RUN: gq-opt %s --gq-expand-math | FileCheck %s

!f = !gqgpu.fragment<64x64xf32, #gqgpu.mma<permuted = 32>>
!h = !gqgpu.fragment<64x64xbf16, #gqgpu.mma<permuted = 32>>
!s = !gqgpu.fragment<64x64xf32, #gqgpu.mma<permuted = 32>, block = [1, 64]>
!q = !gqgpu.fragment<64x64xf8E4M3FN, #gqgpu.mma<permuted = 32>>

// Of what is rounded to bf16 only codes are made: the rounded values stay in f32.
// CHECK-LABEL: gqgpu.kernel @quantised
// CHECK: %[[R:.*]] = gqgpu.elementwise(%{{.*}}) {
// CHECK:   %[[B:.*]] = arith.truncf %{{.*}} : f32 to bf16
// CHECK:   %[[W:.*]] = arith.extf %[[B]] : bf16 to f32
// CHECK:   gqgpu.yield %[[W]] : f32
// CHECK: gqgpu.thread_absmax %[[R]] : <64x64xf32
// CHECK: gqgpu.scaled_cast %[[R]], %{{.*}} : <64x64xf32
gqgpu.kernel @quantised(%x: memref<64x64xf32>, %d: memref<64x64xf8E4M3FN>, %e: memref<64x1xf32>) {
  %c0 = arith.constant 0 : index
  %v = gqgpu.load_fragment %x[%c0, %c0] map affine_map<(r, c) -> (r, c)> : memref<64x64xf32> -> !f
  %r = gqgpu.elementwise (%v) {
  ^bb0(%a: f32):
    %b = arith.truncf %a : f32 to bf16
    gqgpu.yield %b : bf16
  } : (!f) -> (!h)
  %t = gqgpu.thread_absmax %r : !h -> <!s, lanes = 1>
  %l = gqgpu.lane_max shuffle %t : <!s, lanes = 1> -> <!s, lanes = 4>
  %s = gqgpu.whole_blocks %l : <!s, lanes = 4> -> !s
  %q = gqgpu.scaled_cast %r, %s : !h, !s -> !q
  gqgpu.store_fragment %q, %d[%c0, %c0] : !q, memref<64x64xf8E4M3FN>
  gqgpu.store_fragment %s, %e[%c0, %c0] : !s, memref<64x1xf32>
  gqgpu.return
}

// Where only maxima are found of rounded values, only maxima are rounded.
// CHECK-LABEL: gqgpu.kernel @maxima
// CHECK: %[[V:.*]] = gqgpu.load_fragment
// CHECK-NEXT: gqgpu.thread_absmax %[[V]] rounded bf16 : <64x64xf32
// CHECK: %[[D:.*]] = gqgpu.elementwise(%[[V]]) {
// CHECK:   %[[W:.*]] = arith.mulf
// CHECK-NOT: arith.truncf
// CHECK:   gqgpu.yield %[[W]] : f32
// CHECK: gqgpu.thread_absmax %[[D]] rounded bf16 : <64x64xf32
gqgpu.kernel @maxima(%x: memref<64x64xf32>, %e: memref<64x1xf32>) {
  %c0 = arith.constant 0 : index
  %v = gqgpu.load_fragment %x[%c0, %c0] map affine_map<(r, c) -> (r, c)> : memref<64x64xf32> -> !f
  %r = gqgpu.elementwise (%v) {
  ^bb0(%a: f32):
    %b = arith.truncf %a : f32 to bf16
    gqgpu.yield %b : bf16
  } : (!f) -> (!h)
  %t = gqgpu.thread_absmax %r : !h -> <!s, lanes = 1>
  %l = gqgpu.lane_max shuffle %t : <!s, lanes = 1> -> <!s, lanes = 4>
  %s = gqgpu.whole_blocks %l : <!s, lanes = 4> -> !s
  gqgpu.store_fragment %s, %e[%c0, %c0] : !s, memref<64x1xf32>
  %r2 = gqgpu.elementwise (%v) {
  ^bb0(%a: f32):
    %m = arith.mulf %a, %a : f32
    %b = arith.truncf %m : f32 to bf16
    gqgpu.yield %b : bf16
  } : (!f) -> (!h)
  %t2 = gqgpu.thread_absmax %r2 : !h -> <!s, lanes = 1>
  %l2 = gqgpu.lane_max shuffle %t2 : <!s, lanes = 1> -> <!s, lanes = 4>
  %s2 = gqgpu.whole_blocks %l2 : <!s, lanes = 4> -> !s
  gqgpu.store_fragment %s2, %e[%c0, %c0] : !s, memref<64x1xf32>
  gqgpu.return
}

// Maxima are rounded to nearest even.
// CHECK-LABEL: gqgpu.kernel @downward
// CHECK: gqgpu.elementwise
// CHECK-NOT: rounded
// CHECK: gqgpu.return
gqgpu.kernel @downward(%x: memref<64x64xf32>, %e: memref<64x1xf32>) {
  %c0 = arith.constant 0 : index
  %v = gqgpu.load_fragment %x[%c0, %c0] map affine_map<(r, c) -> (r, c)> : memref<64x64xf32> -> !f
  %r = gqgpu.elementwise (%v) {
  ^bb0(%a: f32):
    %b = arith.truncf %a downward : f32 to bf16
    gqgpu.yield %b : bf16
  } : (!f) -> (!h)
  %t = gqgpu.thread_absmax %r : !h -> <!s, lanes = 1>
  %l = gqgpu.lane_max shuffle %t : <!s, lanes = 1> -> <!s, lanes = 4>
  %s = gqgpu.whole_blocks %l : <!s, lanes = 4> -> !s
  gqgpu.store_fragment %s, %e[%c0, %c0] : !s, memref<64x1xf32>
  gqgpu.return
}

// What is stored as bf16 is bf16.
// CHECK-LABEL: gqgpu.kernel @stored
// CHECK: arith.truncf
// CHECK-NOT: arith.extf
// CHECK: gqgpu.return
gqgpu.kernel @stored(%x: memref<64x64xf32>, %d: memref<64x64xbf16>) {
  %c0 = arith.constant 0 : index
  %v = gqgpu.load_fragment %x[%c0, %c0] map affine_map<(r, c) -> (r, c)> : memref<64x64xf32> -> !f
  %r = gqgpu.elementwise (%v) {
  ^bb0(%a: f32):
    %b = arith.truncf %a : f32 to bf16
    gqgpu.yield %b : bf16
  } : (!f) -> (!h)
  gqgpu.store_fragment %r, %d[%c0, %c0] : !h, memref<64x64xbf16>
  gqgpu.return
}
