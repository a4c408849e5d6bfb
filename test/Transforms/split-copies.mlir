// RUN: gq-opt %S/Inputs/tiles.mlir --gq-pipeline-stages --gq-warp-specialize --gq-split-copies | FileCheck %s --check-prefix=GEMM
// RUN: gq-opt %S/Inputs/tiles.mlir --gq-pipeline-stages --gq-warp-specialize --gq-split-copies --remarks-filter=gq-split-copies -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: gq-opt %s --gq-split-copies | FileCheck %s

// Each part has its loads and what they need, and arrives for itself: one thread
// and 32 lanes.
// GEMM: %[[RING:.*]] = gqgpu.ring_create bytes 49152 filled_by ["tma", "copy"] arrivals 33 consumed_by ["math"] arrivals 8 : !ring
// GEMM: gqgpu.role "math"
// GEMM: gqgpu.role "tma" kind tma warps 1 registers 40 {
// GEMM-NEXT: gqgpu.tile_loop
// GEMM-NEXT:   scf.for
// GEMM-NEXT:     %[[SLOT:.*]] = gqgpu.acquire %[[RING]]
// GEMM-NEXT:     gqgpu.tma_load {{.*}} -> %[[RING]][%[[SLOT]]] tile 0
// GEMM-NEXT:     gqgpu.tma_load {{.*}} -> %[[RING]][%[[SLOT]]] tile 1
// GEMM-NEXT:     gqgpu.commit %[[RING]][%[[SLOT]]]
// GEMM-NEXT:     gqgpu.advance
// GEMM-NEXT:     scf.yield
// GEMM: gqgpu.role "copy" kind copy warps 1 registers 40 {
// GEMM-NEXT: gqgpu.tile_loop
// GEMM-NEXT:   scf.for
// GEMM-NEXT:     arith.divui
// GEMM-NEXT:     arith.divui
// GEMM-NEXT:     %[[SLOT:.*]] = gqgpu.acquire %[[RING]]
// GEMM-NEXT:     gqgpu.copy_load {{.*}} -> %[[RING]][%[[SLOT]]] tile 2
// GEMM-NEXT:     gqgpu.copy_load {{.*}} -> %[[RING]][%[[SLOT]]] tile 3
// GEMM-NEXT:     gqgpu.commit %[[RING]][%[[SLOT]]]
// GEMM-NEXT:     gqgpu.advance
// GEMM-NEXT:     scf.yield
// REMARK: [Passed] arrivals {{.*}}"a slot is full after 33 arrivals (1 of role tma, 32 of role copy) and 49152 bytes"

!both = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
!one = !gqgpu.ring<2, <64x1xf32>>

// No copies: the role becomes a tma role, without loads as well.
// CHECK-LABEL: gqgpu.kernel @tma_alone
// CHECK: ring_create bytes 8192 filled_by ["tma"] arrivals 1 consumed_by ["math"] arrivals 4
// CHECK: ring_create filled_by ["tma"] arrivals 1 consumed_by ["math"] arrivals 4
// CHECK: gqgpu.role "tma" kind tma warps 1 registers 40 {
// CHECK-NEXT: gqgpu.acquire
// CHECK-NEXT: gqgpu.tma_load
// CHECK-NEXT: gqgpu.commit
// CHECK-NEXT: gqgpu.acquire
// CHECK-NEXT: gqgpu.commit
// CHECK-NEXT: }
// CHECK-NOT: gqgpu.role
gqgpu.kernel @tma_alone(%a: memref<64x128xf8E4M3FN>) {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create bytes 8192 filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 4 : !both
  %e = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 4 : !one
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      %slot = gqgpu.acquire %r[%c] : !both -> !gqgpu.slot
      gqgpu.tma_load %a[%c0, %c0] -> %r[%slot] tile 0 : memref<64x128xf8E4M3FN>, !both
      gqgpu.commit %r[%slot] : !both
      %empty = gqgpu.acquire %e[%c] : !one -> !gqgpu.slot
      gqgpu.commit %e[%empty] : !one
    }
  }
  gqgpu.return
}

// No TMA loads: all its warps copy.
// CHECK-LABEL: gqgpu.kernel @copy_alone
// CHECK: ring_create filled_by ["copy"] arrivals 64 consumed_by ["math"] arrivals 4
// CHECK: gqgpu.role "copy" kind copy warps 2 registers 40 {
// CHECK-NOT: gqgpu.role
gqgpu.kernel @copy_alone(%s: memref<64x1xf32>) {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 4 : !one
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
    }
    gqgpu.role "fill" kind fill warps 2 registers 40 {
      %slot = gqgpu.acquire %r[%c] : !one -> !gqgpu.slot
      gqgpu.copy_load %s[%c0, %c0] -> %r[%slot] tile 0 : memref<64x1xf32>, !one
      gqgpu.commit %r[%slot] : !one
    }
  }
  gqgpu.return
}

// Each takes part in the rings that it loads into; what others name stays, and
// names that are taken are not taken again.
// CHECK-LABEL: gqgpu.kernel @rings_apart
// CHECK: ring_create bytes 8192 filled_by ["tma", "copy"] arrivals 33 consumed_by ["math"] arrivals 4 : !ring
// CHECK: ring_create filled_by ["copy_1"] arrivals 32 consumed_by ["math"] arrivals 4
// CHECK: gqgpu.role "copy" kind copy
// CHECK: gqgpu.role "tma" kind tma
// CHECK-NEXT: gqgpu.acquire %{{.*}} : !ring
// CHECK-NEXT: gqgpu.tma_load
// CHECK-NEXT: gqgpu.commit
// CHECK-NEXT: }
// CHECK: gqgpu.role "copy_1" kind copy warps 1
// CHECK-NEXT: gqgpu.acquire %{{.*}} : !ring1
// CHECK-NEXT: gqgpu.copy_load
// CHECK-NEXT: gqgpu.commit
// CHECK-NEXT: }
gqgpu.kernel @rings_apart(%a: memref<64x128xf8E4M3FN>, %s: memref<64x1xf32>) {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create bytes 8192 filled_by ["fill", "copy"] arrivals 33 consumed_by ["math"] arrivals 4 : !both
  %e = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 4 : !one
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
    }
    gqgpu.role "copy" kind copy warps 1 registers 40 {
      %slot = gqgpu.acquire %r[%c] : !both -> !gqgpu.slot
      gqgpu.copy_load %s[%c0, %c0] -> %r[%slot] tile 1 : memref<64x1xf32>, !both
      gqgpu.commit %r[%slot] : !both
    }
    gqgpu.role "fill" kind fill warps 2 registers 40 {
      %slot = gqgpu.acquire %r[%c] : !both -> !gqgpu.slot
      gqgpu.tma_load %a[%c0, %c0] -> %r[%slot] tile 0 : memref<64x128xf8E4M3FN>, !both
      gqgpu.commit %r[%slot] : !both
      %other = gqgpu.acquire %e[%c] : !one -> !gqgpu.slot
      gqgpu.copy_load %s[%c0, %c0] -> %e[%other] tile 0 : memref<64x1xf32>, !one
      gqgpu.commit %e[%other] : !one
    }
  }
  gqgpu.return
}

// A branch, and what it returns, is taken apart like a loop.
// CHECK-LABEL: gqgpu.kernel @branches
// CHECK: gqgpu.role "tma"
// CHECK: %[[AT:.*]] = scf.if %{{.*}} -> (index) {
// CHECK-NEXT: scf.yield
// CHECK-NEXT: } else {
// CHECK-NEXT: scf.yield
// CHECK-NEXT: }
// CHECK-NEXT: gqgpu.acquire
// CHECK-NEXT: gqgpu.tma_load %{{.*}}[%[[AT]],
// CHECK-NEXT: gqgpu.commit
// CHECK: gqgpu.role "copy"
// CHECK-NOT: -> (index)
// CHECK: gqgpu.acquire
// CHECK-NEXT: scf.if %{{.*}} {
// CHECK-NEXT: gqgpu.copy_load
// CHECK-NEXT: }
// CHECK-NEXT: gqgpu.commit
gqgpu.kernel @branches(%a: memref<?x128xf8E4M3FN>, %s: memref<64x1xf32>, %i: index, %b: i1) {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create bytes 8192 filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 4 : !both
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
    }
    gqgpu.role "fill" kind fill warps 2 registers 40 {
      %at, %unused = scf.if %b -> (index, index) {
        scf.yield %i, %c0 : index, index
      } else {
        scf.yield %c0, %i : index, index
      }
      %slot = gqgpu.acquire %r[%c] : !both -> !gqgpu.slot
      gqgpu.tma_load %a[%at, %c0] -> %r[%slot] tile 0 : memref<?x128xf8E4M3FN>, !both
      scf.if %b {
        gqgpu.copy_load %s[%c0, %c0] -> %r[%slot] tile 1 : memref<64x1xf32>, !both
      }
      gqgpu.commit %r[%slot] : !both
    }
  }
  gqgpu.return
}
