// RUN: gq-opt %s --gq-keep-narrow --split-input-file | FileCheck %s

#id = affine_map<(r, c) -> (r, c)>
#layout = #gqgpu.blocked<[1, 256], chunk = 16>
!x = !gqgpu.fragment<1x4096xbf16, #layout>
!f = !gqgpu.fragment<1x4096xf32, #layout>

// What is extended on both sides, and what is only loaded in front of the
// barrier. A copy of what the barrier is not in front of stays as it is, as does
// f32 that is loaded. Behind the next barrier it begins again.
// CHECK-LABEL: gqgpu.kernel @both
// CHECK: %[[X:.*]] = gqgpu.load_fragment %arg0
// CHECK: %[[G:.*]] = gqgpu.load_fragment %arg1
// CHECK: %[[Y:.*]] = gqgpu.load_fragment %arg2
// CHECK: %[[SQ:.*]] = gqgpu.elementwise(%[[X]])
// CHECK: gqgpu.barrier block
// CHECK-NEXT: %[[XA:.*]] = gqgpu.forget %[[X]] : <1x4096xbf16
// CHECK-NEXT: %[[GA:.*]] = gqgpu.forget %[[G]]
// CHECK-NEXT: %[[Z:.*]] = gqgpu.elementwise(%[[XA]], %[[GA]], %[[Y]], %[[SQ]])
// CHECK-NOT: gqgpu.forget
// CHECK: gqgpu.elementwise(%[[XA]])
// CHECK: gqgpu.barrier cluster
// CHECK-NEXT: %[[XB:.*]] = gqgpu.forget %[[XA]]
// CHECK-NEXT: gqgpu.elementwise(%[[XB]], %[[Z]])
// CHECK: gqgpu.store_fragment %[[XB]], %arg3
// CHECK-NOT: gqgpu.forget
gqgpu.kernel @both(%x: memref<?x4096xbf16>, %g: memref<?x4096xbf16>, %y: memref<?x4096xf32>,
                   %o: memref<?x4096xbf16>, %p: memref<?x4096xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %v = gqgpu.load_fragment %x[%c0, %c0] map #id : memref<?x4096xbf16> -> !x
  %w = gqgpu.load_fragment %g[%c0, %c0] map #id : memref<?x4096xbf16> -> !x
  %u = gqgpu.load_fragment %y[%c0, %c0] map #id : memref<?x4096xf32> -> !f
  %sq = gqgpu.elementwise(%v) {
  ^bb0(%e: bf16):
    %wide = arith.extf %e : bf16 to f32
    %r = arith.mulf %wide, %wide : f32
    gqgpu.yield %r : f32
  } : (!x) -> !f
  gqgpu.barrier block
  %z = gqgpu.elementwise(%v, %w, %u, %sq) {
  ^bb0(%e: bf16, %h: bf16, %k: f32, %l: f32):
    %a = arith.extf %e : bf16 to f32
    %b = arith.extf %h : bf16 to f32
    %c = arith.mulf %a, %b : f32
    %d = arith.mulf %c, %k : f32
    %r = arith.addf %d, %l : f32
    gqgpu.yield %r : f32
  } : (!x, !x, !f, !f) -> !f
  %more = gqgpu.elementwise(%v) {
  ^bb0(%e: bf16):
    %a = arith.extf %e : bf16 to f32
    %r = arith.negf %a : f32
    gqgpu.yield %r : f32
  } : (!x) -> !f
  gqgpu.barrier cluster
  %last = gqgpu.elementwise(%v, %z) {
  ^bb0(%e: bf16, %k: f32):
    %a = arith.extf %e : bf16 to f32
    %r = arith.addf %a, %k : f32
    gqgpu.yield %r : f32
  } : (!x, !f) -> !f
  gqgpu.store_fragment %v, %o[%c0, %c0] : !x, memref<?x4096xbf16>
  gqgpu.store_fragment %more, %p[%c0, %c0] : !f, memref<?x4096xf32>
  gqgpu.store_fragment %last, %p[%c0, %c0] : !f, memref<?x4096xf32>
  gqgpu.return
}

// -----

#id = affine_map<(r, c) -> (r, c)>
#layout = #gqgpu.blocked<[1, 256], chunk = 16>
!x = !gqgpu.fragment<1x4096xf16, #layout>
!f = !gqgpu.fragment<1x4096xf32, #layout>

// An op that only extends is computed again, by whom is no matter; where nothing
// in front of the barrier reads it, it moves.
// CHECK-LABEL: gqgpu.kernel @extension
// CHECK: %[[X:.*]] = gqgpu.load_fragment %arg0
// CHECK: %[[Y:.*]] = gqgpu.load_fragment %arg1
// CHECK: %[[WIDE:.*]] = gqgpu.elementwise(%[[X]])
// CHECK-NOT: gqgpu.elementwise
// CHECK: gqgpu.store_fragment %[[WIDE]], %arg2
// CHECK-NEXT: gqgpu.barrier block
// CHECK-NEXT: %[[XA:.*]] = gqgpu.forget %[[X]]
// CHECK-NEXT: %[[AGAIN:.*]] = gqgpu.elementwise(%[[XA]])
// CHECK: arith.extf
// CHECK: gqgpu.store_fragment %[[AGAIN]], %arg2
// CHECK: scf.for
// CHECK-NEXT: gqgpu.store_fragment %[[AGAIN]], %arg2
// CHECK: %[[YA:.*]] = gqgpu.forget %[[Y]]
// CHECK-NEXT: %[[YW:.*]] = gqgpu.elementwise(%[[YA]])
// CHECK: gqgpu.store_fragment %[[YW]], %arg2
gqgpu.kernel @extension(%x: memref<?x4096xf16>, %y: memref<?x4096xf16>, %p: memref<?x4096xf32>)
    attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %v = gqgpu.load_fragment %x[%c0, %c0] map #id : memref<?x4096xf16> -> !x
  %u = gqgpu.load_fragment %y[%c0, %c0] map #id : memref<?x4096xf16> -> !x
  %w = gqgpu.elementwise(%v) {
  ^bb0(%e: f16):
    %r = arith.extf %e : f16 to f32
    gqgpu.yield %r : f32
  } : (!x) -> !f
  %z = gqgpu.elementwise(%u) {
  ^bb0(%e: f16):
    %r = arith.extf %e : f16 to f32
    gqgpu.yield %r : f32
  } : (!x) -> !f
  gqgpu.store_fragment %w, %p[%c0, %c0] : !f, memref<?x4096xf32>
  gqgpu.barrier block
  gqgpu.store_fragment %w, %p[%c0, %c0] : !f, memref<?x4096xf32>
  scf.for %i = %c0 to %c4 step %c1 {
    gqgpu.store_fragment %w, %p[%i, %c0] : !f, memref<?x4096xf32>
  }
  gqgpu.store_fragment %z, %p[%c0, %c0] : !f, memref<?x4096xf32>
  gqgpu.return
}

// -----

#id = affine_map<(r, c) -> (r, c)>
!x = !gqgpu.fragment<1x256xbf16, #gqgpu.blocked<[1, 256], chunk = 1>>
!f = !gqgpu.fragment<1x256xf32, #gqgpu.blocked<[1, 256], chunk = 1>>
!y = !gqgpu.fragment<1x512xbf16, #gqgpu.blocked<[1, 256], chunk = 2>>
!g = !gqgpu.fragment<1x512xf32, #gqgpu.blocked<[1, 256], chunk = 2>>
!c = !gqgpu.fragment<1x512xf8E4M3FN, #gqgpu.blocked<[1, 256], chunk = 2>>

// A register for one float gains nothing; eight bits take more than an
// instruction, and threads of a warp do not wait for one another. A barrier in a
// loop is one, too.
// CHECK-LABEL: gqgpu.kernel @others
// CHECK: gqgpu.barrier block
// CHECK-NOT: gqgpu.forget
// CHECK: gqgpu.load_fragment %arg2
// CHECK: gqgpu.barrier warp
// CHECK-NEXT: gqgpu.elementwise
// CHECK: scf.for
// CHECK: gqgpu.barrier block
// CHECK: gqgpu.forget
// CHECK-NEXT: gqgpu.elementwise
gqgpu.kernel @others(%x: memref<?x256xbf16>, %q: memref<?x512xf8E4M3FN>, %y: memref<?x512xbf16>,
                     %o: memref<?x256xf32>, %p: memref<?x512xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %v = gqgpu.load_fragment %x[%c0, %c0] map #id : memref<?x256xbf16> -> !x
  %w = gqgpu.load_fragment %q[%c0, %c0] map #id : memref<?x512xf8E4M3FN> -> !c
  gqgpu.barrier block
  %z = gqgpu.elementwise(%v) {
  ^bb0(%e: bf16):
    %a = arith.extf %e : bf16 to f32
    %r = arith.negf %a : f32
    gqgpu.yield %r : f32
  } : (!x) -> !f
  gqgpu.store_fragment %z, %o[%c0, %c0] : !f, memref<?x256xf32>
  %t = gqgpu.elementwise(%w) {
  ^bb0(%e: f8E4M3FN):
    %a = arith.extf %e : f8E4M3FN to f32
    %r = arith.negf %a : f32
    gqgpu.yield %r : f32
  } : (!c) -> !g
  gqgpu.store_fragment %t, %p[%c0, %c0] : !g, memref<?x512xf32>
  %u = gqgpu.load_fragment %y[%c0, %c0] map #id : memref<?x512xbf16> -> !y
  gqgpu.barrier warp
  %n = gqgpu.elementwise(%u) {
  ^bb0(%e: bf16):
    %a = arith.extf %e : bf16 to f32
    %r = arith.negf %a : f32
    gqgpu.yield %r : f32
  } : (!y) -> !g
  gqgpu.store_fragment %n, %p[%c0, %c0] : !g, memref<?x512xf32>
  scf.for %i = %c0 to %c4 step %c1 {
    gqgpu.barrier block
  }
  %l = gqgpu.elementwise(%u) {
  ^bb0(%e: bf16):
    %a = arith.extf %e : bf16 to f32
    %r = arith.negf %a : f32
    gqgpu.yield %r : f32
  } : (!y) -> !g
  gqgpu.store_fragment %l, %p[%c0, %c0] : !g, memref<?x512xf32>
  gqgpu.return
}
