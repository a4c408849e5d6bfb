// Thread blocks of a cluster with tiles of their own: thread block 0 loads what is the
// same for both. Neighbours along the columns share the tile of a.
// RUN: sed 's/memref<?x256xbf16>) {/memref<?x256xbf16>) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {/' %S/Inputs/tiles.mlir | gq-opt - --gq-pipeline-stages --gq-warp-specialize | FileCheck %s --check-prefixes=CHECK,A
// CHECK: gqgpu.kernel @gemm({{.*}}) attributes {cluster = 2 : i64, cluster_tiles = array<i64: {{[12], [12]}}>, threads = 384 : i64} {
// CHECK: %[[RING:.*]] = gqgpu.ring_create bytes 49152 filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 in_cluster [16, 8] : !ring
// CHECK: gqgpu.barrier cluster
// CHECK-NEXT: gqgpu.warp_specialize {
// CHECK: gqgpu.release %[[RING]][%{{.*}}] peers [0]
// A: gqgpu.tma_load %arg0{{.*}} tile 0 {evict = #gqgpu.evict<normal>, multicast = 0 : i64}
// A: gqgpu.tma_load %arg1{{.*}} tile 1 : memref
// B: gqgpu.tma_load %arg0{{.*}} tile 0 {evict = #gqgpu.evict<normal>}
// B: gqgpu.tma_load %arg1{{.*}} tile 1 {multicast = 0 : i64}
// CHECK-NOT: multicast
// CHECK: gqgpu.barrier cluster
// CHECK-NEXT: gqgpu.return

// Along the rows that of b. More than two share as well.
// RUN: sed 's/memref<?x256xbf16>) {/memref<?x256xbf16>) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2, 1>} {/' %S/Inputs/tiles.mlir | gq-opt - --gq-pipeline-stages --gq-warp-specialize | FileCheck %s --check-prefixes=CHECK,B
// RUN: sed 's/memref<?x256xbf16>) {/memref<?x256xbf16>) attributes {cluster = 4 : i64, cluster_tiles = array<i64: 1, 4>} {/' %S/Inputs/tiles.mlir | gq-opt - --gq-pipeline-stages --gq-warp-specialize | FileCheck %s --check-prefix=FOUR
// FOUR: consumed_by ["math"] arrivals 8 in_cluster [32, 8, 8, 8]

// RUN: sed 's/memref<?x256xbf16>) {/memref<?x256xbf16>) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {/' %S/Inputs/tiles.mlir | gq-opt - --gq-pipeline-stages --gq-warp-specialize --remarks-filter=gq-warp-specialize -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// REMARK-DAG: [Passed] multicast {{.*}}"tile 0 of a slot is loaded once for 2 thread blocks"
// REMARK-DAG: [Passed] cluster-arrivals {{.*}}"thread block 0 waits for 16 arrivals, those of 2 thread blocks"

// What depends on a tile index, directly or through a loop or a branch, differs.
// RUN: gq-opt %s --split-input-file --gq-warp-specialize --verify-diagnostics | FileCheck %s --check-prefix=DEPENDS
// DEPENDS-LABEL: gqgpu.kernel @depends
// DEPENDS: gqgpu.role "fill"
// DEPENDS: gqgpu.tma_load %{{.*}} tile 0 {multicast = 0 : i64}
// DEPENDS: gqgpu.tma_load %{{.*}} tile 1 :
// DEPENDS: gqgpu.tma_load %{{.*}} tile 2 :
// DEPENDS: gqgpu.tma_load %{{.*}} tile 3 :
!x = memref<?x128xf8E4M3FN>
!ring = !gqgpu.ring<2, <64x128xf8E4M3FN>, <64x128xf8E4M3FN>, <64x128xf8E4M3FN>, <64x128xf8E4M3FN>>
gqgpu.kernel @depends(%x: !x, %n: index) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {
  %r = gqgpu.ring_create bytes 32768 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %c64 = arith.constant 64 : index
  gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] {
    %odd = arith.cmpi ult, %j, %c64 : index
    %start = scf.if %odd -> (index) {
      scf.yield %c0 : index
    } else {
      scf.yield %c64 : index
    }
    %walk:2 = scf.for %k = %c0 to %c2 step %c64 iter_args(%same = %i, %own = %start) -> (index, index) {
      %next = arith.addi %same, %c64 : index
      %then = arith.addi %own, %c64 : index
      scf.yield %next, %then : index, index
    }
    %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
    gqgpu.tma_load %x[%walk#0, %c0] -> %r[%slot] tile 0 : !x, !ring
    gqgpu.tma_load %x[%walk#1, %c0] -> %r[%slot] tile 1 : !x, !ring
    gqgpu.tma_load %x[%start, %c0] -> %r[%slot] tile 2 : !x, !ring
    gqgpu.tma_load %x[%j, %c0] -> %r[%slot] tile 3 : !x, !ring
    gqgpu.commit %r[%slot] : !ring
    %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
    gqgpu.release %r[%full] : !ring
  }
  gqgpu.return
}

// -----

// What a loop around a load carries, a sum that starts from its own elements, does not
// decide what is loaded.
// DEPENDS-LABEL: gqgpu.kernel @carried
// DEPENDS: gqgpu.role "fill"
// DEPENDS: gqgpu.tma_load %{{.*}} tile 0 {multicast = 0 : i64}
!x = memref<?x128xf8E4M3FN>
!ring = !gqgpu.ring<2, <64x128xf8E4M3FN>>
gqgpu.kernel @carried(%x: !x, %d: memref<?x64xf32>, %n: index) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {
  %r = gqgpu.ring_create bytes 8192 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] {
    %own = gqgpu.load %d[%j, %c0] {path = #gqgpu.path<copy>} : memref<?x64xf32> -> tensor<64x64xf32>
    %p:2 = scf.for %k = %c0 to %n step %c64 iter_args(%q = %c, %sum = %own) -> (!gqgpu.cursor, tensor<64x64xf32>) {
      %slot = gqgpu.acquire %r[%q] : !ring -> !gqgpu.slot
      gqgpu.tma_load %x[%i, %k] -> %r[%slot] tile 0 : !x, !ring
      gqgpu.commit %r[%slot] : !ring
      %full = gqgpu.wait %r[%q] : !ring -> !gqgpu.slot
      gqgpu.release %r[%full] : !ring
      %next = gqgpu.advance %r[%q] : !ring, !gqgpu.cursor
      scf.yield %next, %sum : !gqgpu.cursor, tensor<64x64xf32>
    }
    gqgpu.store %p#1, %d[%j, %c0] {path = #gqgpu.path<copy>} : tensor<64x64xf32>, memref<?x64xf32>
  }
  gqgpu.return
}

// -----

// One thread block goes through the loop more often than the other, so not even the slot
// behind it is the same.
!x = memref<?x128xf8E4M3FN>
!ring = !gqgpu.ring<2, <64x128xf8E4M3FN>>
gqgpu.kernel @often(%x: !x, %n: index) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {
  %r = gqgpu.ring_create bytes 8192 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  // expected-error@+1 {{has tiles for 2 thread blocks of a cluster at once, but no tma_load brings them the same}}
  gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] {
    %p = scf.for %k = %c0 to %j step %c64 iter_args(%q = %c) -> (!gqgpu.cursor) {
      %slot = gqgpu.acquire %r[%q] : !ring -> !gqgpu.slot
      gqgpu.tma_load %x[%i, %c0] -> %r[%slot] tile 0 : !x, !ring
      gqgpu.commit %r[%slot] : !ring
      %full = gqgpu.wait %r[%q] : !ring -> !gqgpu.slot
      gqgpu.release %r[%full] : !ring
      %next = gqgpu.advance %r[%q] : !ring, !gqgpu.cursor
      scf.yield %next : !gqgpu.cursor
    }
    %slot = gqgpu.acquire %r[%p] : !ring -> !gqgpu.slot
    gqgpu.tma_load %x[%i, %c0] -> %r[%slot] tile 0 : !x, !ring
    gqgpu.commit %r[%slot] : !ring
    %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
    gqgpu.release %r[%full] : !ring
  }
  gqgpu.return
}

// -----

!x = memref<?x128xf8E4M3FN>
!ring = !gqgpu.ring<2, <64x128xf8E4M3FN>>
gqgpu.kernel @nothing_shared(%x: !x, %n: index) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {
  %r = gqgpu.ring_create bytes 8192 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %c0 = arith.constant 0 : index
  // expected-error@+1 {{has tiles for 2 thread blocks of a cluster at once, but no tma_load brings them the same}}
  gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] {
    %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
    gqgpu.tma_load %x[%j, %c0] -> %r[%slot] tile 0 : !x, !ring
    gqgpu.commit %r[%slot] : !ring
    %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
    gqgpu.release %r[%full] : !ring
  }
  gqgpu.return
}
