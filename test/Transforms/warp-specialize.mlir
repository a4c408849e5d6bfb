// RUN: gq-opt %S/Inputs/tiles.mlir --gq-pipeline-stages --gq-warp-specialize | FileCheck %s
// RUN: gq-opt %s --gq-warp-specialize --split-input-file --verify-diagnostics

// Each role keeps its effects, its cursor and what they need, no more.
// CHECK: gqgpu.kernel @gemm({{.*}}) attributes {cluster = 1 : i64, threads = 384 : i64} {
// CHECK: %[[RING:.*]] = gqgpu.ring_create
// CHECK: %[[FILL0:.*]] = gqgpu.cursor
// CHECK: %[[READ0:.*]] = gqgpu.cursor
// CHECK: gqgpu.warp_specialize groups 2 registers(40, 232) producer {
// CHECK-NEXT: gqgpu.tile_loop {{.*}} step [256, 128] raster 7 persistent iter_args(%[[FILL1:.*]] = %[[FILL0]]) -> (!gqgpu.cursor) {
// CHECK-NEXT:   %[[NEXT:.*]] = scf.for {{.*}} iter_args(%[[FILL:.*]] = %[[FILL1]]) -> (!gqgpu.cursor) {
// CHECK-NEXT:     arith.divui
// CHECK-NEXT:     arith.divui
// CHECK-NEXT:     %[[SLOT:.*]] = gqgpu.acquire %[[RING]][%[[FILL]]]
// CHECK-COUNT-2:  gqgpu.tma_load
// CHECK-COUNT-2:  gqgpu.copy_load
// CHECK-NEXT:     gqgpu.commit %[[RING]][%[[SLOT]]]
// CHECK-NEXT:     gqgpu.advance %[[RING]][%[[FILL]]]
// CHECK-NEXT:     scf.yield
// CHECK-NEXT:   }
// CHECK-NEXT:   gqgpu.yield %[[NEXT]]
// CHECK-NEXT: }
// CHECK-NEXT: } math {
// CHECK-NEXT: ^bb0(%{{.*}}: index):
// CHECK-NEXT: gqgpu.tile_loop {{.*}} step [256, 128] raster 7 persistent iter_args(%[[READ1:.*]] = %[[READ0]]) -> (!gqgpu.cursor) {
// CHECK-NOT:    gqgpu.tma_load
// CHECK:        scf.for {{.*}} iter_args(%[[ACC:.*]] = %{{.*}}, %[[READ:.*]] = %[[READ1]]) -> (tensor<256x128xf32>, !gqgpu.cursor) {
// CHECK-NEXT:     %[[FULL:.*]] = gqgpu.wait %[[RING]][%[[READ]]]
// CHECK-COUNT-4:  gqgpu.slot_read %[[RING]][%[[FULL]]]
// CHECK-NEXT:     gq.scaled_matmul
// CHECK-NEXT:     gqgpu.release %[[RING]][%[[FULL]]]
// CHECK-NEXT:     gqgpu.advance %[[RING]][%[[READ]]]
// CHECK:        linalg.generic
// CHECK:        gqgpu.store

!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @foreign_effect(%s: memref<?x1xf32>, %n: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.tile_loop (%i) to (%n) step [64] {
    %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
    gqgpu.copy_load %s[%i, %i] -> %r[%slot] tile 0 : memref<?x1xf32>, !ring
    gqgpu.commit %r[%slot] : !ring
    // expected-error@+1 {{has effects that belong to no role}}
    gpu.barrier
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @used_after(%s: memref<?x1xf32>, %n: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  // expected-error@+1 {{has results that are used after it; the roles return none}}
  %e = gqgpu.tile_loop (%i) to (%n) step [64] iter_args(%p = %c) -> (!gqgpu.cursor) {
    %slot = gqgpu.acquire %r[%p] : !ring -> !gqgpu.slot
    gqgpu.commit %r[%slot] : !ring
    %q = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
    gqgpu.yield %q : !gqgpu.cursor
  }
  %w = gqgpu.wait %r[%e] : !ring -> !gqgpu.slot
  gqgpu.return
}
