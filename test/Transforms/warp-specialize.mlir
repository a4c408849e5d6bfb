// RUN: gq-opt %S/Inputs/tiles.mlir --gq-pipeline-stages --gq-warp-specialize | FileCheck %s

// Each role keeps its effects, its cursor and what they need, no more. The ring
// says who fills and consumes it; a math role arrives once for each warp.
// CHECK: gqgpu.kernel @gemm({{.*}}) attributes {cluster = 1 : i64, threads = 384 : i64} {
// CHECK: %[[RING:.*]] = gqgpu.ring_create bytes 49152 filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !ring
// CHECK: %[[FILL0:.*]] = gqgpu.cursor
// CHECK: %[[READ0:.*]] = gqgpu.cursor
// CHECK: gqgpu.warp_specialize {
// CHECK-NEXT: gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%{{.*}}) {
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
// CHECK: gqgpu.role "fill" kind fill warps 2 registers 40 {
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

// RUN: gq-opt %S/Inputs/tiles.mlir --gq-pipeline-stages --gq-warp-specialize --remarks-filter=gq-warp-specialize -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// REMARK-DAG: [Passed] arrivals {{.*}}"a slot is empty after 8 arrivals, one of each warp of role math"
// REMARK-DAG: [Passed] roles {{.*}}"2 groups of role math with 232 registers and role fill with 40, 384 threads"

// A branch goes to the roles that its parts belong to.
// RUN: gq-opt %s --split-input-file --gq-warp-specialize --verify-diagnostics | FileCheck %s --check-prefix=BRANCH
// BRANCH-LABEL: gqgpu.kernel @branches
// BRANCH: gqgpu.role "math"
// BRANCH-NOT: gqgpu.acquire
// BRANCH: scf.if %{{.*}} {
// BRANCH-NEXT: gqgpu.wait
// BRANCH-NEXT: gqgpu.release
// BRANCH-NEXT: }
// BRANCH: gqgpu.role "fill" kind fill warps 1
// BRANCH-NOT: gqgpu.wait
// BRANCH: scf.if %{{.*}} {
// BRANCH-NEXT: gqgpu.acquire
// BRANCH-NEXT: gqgpu.copy_load
// BRANCH-NEXT: gqgpu.commit
// BRANCH-NEXT: }
!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @branches(%s: memref<?x1xf32>, %n: index, %b: i1) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.tile_loop (%i) to (%n) step [64] {
    scf.if %b {
      %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
      gqgpu.copy_load %s[%i, %i] -> %r[%slot] tile 0 : memref<?x1xf32>, !ring
      gqgpu.commit %r[%slot] : !ring
      %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      gqgpu.release %r[%full] : !ring
    }
  }
  gqgpu.return
}

// -----

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

// -----

!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @two_loops(%n: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.tile_loop (%i) to (%n) step [64] {
    %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
    gqgpu.commit %r[%slot] : !ring
  }
  // expected-error@+1 {{fills slots besides other loops; expects one tile loop that does, in a kernel without roles}}
  gqgpu.tile_loop (%i) to (%n) step [64] {
    %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
    gqgpu.commit %r[%slot] : !ring
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @named_before(%n: index) {
  // expected-error@+1 {{names roles, but the kernel has none yet}}
  %r = gqgpu.ring_create filled_by ["x"] arrivals 1 consumed_by ["y"] arrivals 1 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.tile_loop (%i) to (%n) step [64] {
    %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
    gqgpu.commit %r[%slot] : !ring
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @carried_ring(%n: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.tile_loop (%i) to (%n) step [64] iter_args(%q = %r) -> (!ring) {
    // expected-error@+1 {{expects the result of a gqgpu.ring_create, on which its roles can be written}}
    %slot = gqgpu.acquire %q[%c] : !ring -> !gqgpu.slot
    gqgpu.commit %q[%slot] : !ring
    gqgpu.yield %q : !ring
  }
  gqgpu.return
}
