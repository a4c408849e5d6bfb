// RUN: gq-opt %s --gq-expand-peers | gq-opt | FileCheck %s
// RUN: gq-opt %s --gq-expand-peers --remarks-filter=gq-expand-peers -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

!part = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!own = !gqgpu.fragment<64x32xf32, #gqgpu.mma>

// The slabs of a tile: the inbox is offered before anything else, all parts are pushed before
// anybody waits, and all have come before one is read.
// REMARK: [Passed] peers {{.*}}"role math adds up parts of 2 thread blocks, through an inbox of 2 tiles"
// CHECK-LABEL: gqgpu.kernel @slabs
// CHECK: %[[X:.*]] = gqgpu.inbox_create of "math" arrivals 8 : <<128x32xf32>, <128x32xf32>>
// CHECK-NEXT: gqgpu.arrive_cluster
// CHECK-NEXT: gqgpu.warp_specialize
// CHECK-NEXT: gqgpu.role "math"
// CHECK-NEXT: gqgpu.await_cluster
// CHECK: gqgpu.tile_loop
// CHECK-NEXT: gqgpu.offer %[[X]]
// CHECK-NEXT: %[[P0:.*]] = gqgpu.splat
// CHECK-NEXT: %[[P1:.*]] = gqgpu.splat
// CHECK-NEXT: %[[Z:.*]] = gqgpu.splat
// CHECK-NEXT: %[[I:.*]] = gqgpu.load_fragment
// CHECK-NEXT: gqgpu.await_offers %[[X]]
// CHECK-NEXT: gqgpu.push %[[P0]] to %[[X]] tile 0
// CHECK-NEXT: gqgpu.push %[[P1]] to %[[X]] tile 1
// CHECK-NEXT: gqgpu.await_pushes %[[X]]
// CHECK-NEXT: %[[S0:.*]] = gqgpu.sum_pushed %[[X]] tile 0, %[[P0]] from %[[Z]]
// CHECK-NEXT: %[[S1:.*]] = gqgpu.sum_pushed %[[X]] tile 1, %[[P1]] from %[[I]]
// CHECK-NEXT: gqgpu.store_fragment %[[S0]]
// CHECK-NEXT: gqgpu.store_fragment %[[S1]]
// CHECK-NEXT: }
gqgpu.kernel @slabs(%z: f32, %d: memref<?x128xf32>, %m: index, %n: index)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 384 : i64} {
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
      gqgpu.tile_loop (%i, %j) to (%m, %n) step [256, 32] {
        %part = gqgpu.splat %z : f32 -> !part
        %more = gqgpu.splat %z : f32 -> !part
        %zeros = gqgpu.splat %z : f32 -> !own
        %top = gqgpu.sum_over_peers %part from %zeros : !part, !own
        %c = gqgpu.load_fragment %d[%i, %j] map affine_map<(r, c) -> (r, c)> : memref<?x128xf32> -> !own
        %bottom = gqgpu.sum_over_peers %more from %c : !part, !own
        gqgpu.store_fragment %top, %d[%i, %j] : !own, memref<?x128xf32>
        gqgpu.store_fragment %bottom, %d[%i, %j] : !own, memref<?x128xf32>
      }
    }
  }
  gqgpu.return
}

// Of four thread blocks a tile holds what three have; each role has an inbox of its own.
// REMARK: role upper adds up parts of 4 thread blocks, through an inbox of 1 tile"
// REMARK: role lower adds up parts of 4 thread blocks, through an inbox of 1 tile"
// CHECK-LABEL: gqgpu.kernel @roles
// CHECK: %[[U:.*]] = gqgpu.inbox_create of "upper" arrivals 4 : <<64x48xf32>>
// CHECK-NEXT: %[[L:.*]] = gqgpu.inbox_create of "lower" arrivals 4 : <<64x48xf32>>
// CHECK-NEXT: gqgpu.arrive_cluster
// CHECK: gqgpu.role "upper"
// CHECK-NEXT: gqgpu.await_cluster
// CHECK: gqgpu.sum_pushed %[[U]] tile 0
// CHECK: gqgpu.role "lower"
// CHECK-NEXT: gqgpu.await_cluster
// CHECK: gqgpu.sum_pushed %[[L]] tile 0
!wide = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!narrow = !gqgpu.fragment<64x16xf32, #gqgpu.mma>
gqgpu.kernel @roles(%z: f32, %d: memref<?x64xf32>, %m: index)
    attributes {cluster = 4 : i64, cluster_tiles = array<i64: 1, 4>, threads = 256 : i64} {
  %c64 = arith.constant 64 : index
  gqgpu.warp_specialize {
    gqgpu.role "upper" kind math groups 1 warps 4 registers 232 (%group) {
      gqgpu.tile_loop (%i, %j) to (%m, %c64) step [128, 16] {
        %part = gqgpu.splat %z : f32 -> !wide
        %zeros = gqgpu.splat %z : f32 -> !narrow
        %sum = gqgpu.sum_over_peers %part from %zeros : !wide, !narrow
        gqgpu.store_fragment %sum, %d[%i, %j] : !narrow, memref<?x64xf32>
      }
    }
    gqgpu.role "lower" kind math groups 1 warps 4 registers 232 (%group) {
      gqgpu.tile_loop (%i, %j) to (%m, %c64) step [128, 16] {
        %part = gqgpu.splat %z : f32 -> !wide
        %zeros = gqgpu.splat %z : f32 -> !narrow
        %sum = gqgpu.sum_over_peers %part from %zeros : !wide, !narrow
        %row = arith.addi %i, %c64 : index
        gqgpu.store_fragment %sum, %d[%row, %j] : !narrow, memref<?x64xf32>
      }
    }
  }
  gqgpu.return
}

// Where one thread block has all columns, the others push to it alone.
// REMARK: role math adds up parts of 4 thread blocks, through an inbox of 1 tile"
// CHECK-LABEL: gqgpu.kernel @to_first
// CHECK: gqgpu.inbox_create of "math" arrivals 4 to_first : <<64x48xf32>>
!all = !gqgpu.fragment<64x16xf32, #gqgpu.mma>
gqgpu.kernel @to_first(%z: f32, %d: memref<?x16xf32>, %m: index)
    attributes {cluster = 4 : i64, cluster_tiles = array<i64: 4, 1, 1>, threads = 128 : i64} {
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %c16 = arith.constant 16 : index
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 232 (%group) {
      gqgpu.tile_loop (%p, %i, %j) to (%c4, %m, %c16) step [1, 64, 16] {
        %part = gqgpu.splat %z : f32 -> !all
        %zeros = gqgpu.splat %z : f32 -> !all
        %sum = gqgpu.sum_over_peers %part from %zeros : !all, !all
        %first = arith.cmpi eq, %p, %c0 : index
        scf.if %first {
          gqgpu.store_fragment %sum, %d[%i, %j] : !all, memref<?x16xf32>
        }
      }
    }
  }
  gqgpu.return
}

// Maxima: a word for each value and warp. All meet in front of the roles, so nobody waits for the
// inboxes, which are created before.
// REMARK: role math finds maxima of 2 thread blocks, through an inbox of 2 tiles"
// CHECK-LABEL: gqgpu.kernel @maxima
// CHECK: %[[X:.*]] = gqgpu.inbox_create of "math" arrivals 8 : <<8x2xf32>, <8x1xf32>>
// CHECK-NEXT: gqgpu.barrier cluster
// CHECK-NEXT: gqgpu.warp_specialize
// CHECK-NOT: gqgpu.await_cluster
// CHECK: gqgpu.tile_loop
// CHECK-NEXT: gqgpu.offer %[[X]]
// CHECK-NEXT: %[[V:.*]] = gqgpu.splat
// CHECK-NEXT: %[[W:.*]] = gqgpu.splat
// CHECK-NEXT: gqgpu.await_offers %[[X]]
// CHECK-NEXT: gqgpu.push_maxima %[[V]] to %[[X]] tile 0
// CHECK-NEXT: gqgpu.push_maxima %[[W]] to %[[X]] tile 1
// CHECK-NEXT: gqgpu.await_pushes %[[X]]
// CHECK-NEXT: %[[M:.*]] = gqgpu.max_pushed %[[X]] tile 0, %[[V]]
// CHECK-NEXT: %[[N:.*]] = gqgpu.max_pushed %[[X]] tile 1, %[[W]]
// CHECK-NEXT: gqgpu.spread_blocks %[[M]]
// CHECK-NEXT: gqgpu.spread_blocks %[[N]]
!blocks = !gqgpu.fragment<1x64xf32, #gqgpu.mma<permuted = 32>, block = [1, 32]>
!block = !gqgpu.fragment<1x64xf32, #gqgpu.mma<permuted = 32>, block = [1, 64]>
!spread = !gqgpu.fragment<64x64xf32, #gqgpu.mma<permuted = 32>, block = [64, 32]>
!spread_one = !gqgpu.fragment<64x64xf32, #gqgpu.mma<permuted = 32>, block = [64, 64]>
gqgpu.kernel @maxima(%z: f32, %d: memref<?x2xf32>, %m: index, %n: index)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2, 1>, threads = 384 : i64} {
  gqgpu.barrier cluster
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
      gqgpu.tile_loop (%i, %j) to (%m, %n) step [1, 2] {
        %v = gqgpu.splat %z : f32 -> !blocks
        %w = gqgpu.splat %z : f32 -> !block
        %most = gqgpu.max_over_peers %v : !blocks
        %more = gqgpu.max_over_peers %w : !block
        %b = gqgpu.spread_blocks %most : !blocks -> !spread
        %o = gqgpu.spread_blocks %more : !block -> !spread_one
        gqgpu.store_fragment %b, %d[%i, %j] : !spread, memref<?x2xf32>
        gqgpu.store_fragment %o, %d[%i, %j] : !spread_one, memref<?x2xf32>
      }
    }
  }
  gqgpu.barrier cluster
  gqgpu.return
}

// Beside sums, each kind has an inbox of its own, and all wait once until they are there.
// CHECK-LABEL: gqgpu.kernel @both
// CHECK: %[[S:.*]] = gqgpu.inbox_create of "math" arrivals 4 : <<64x32xf32>>
// CHECK-NEXT: %[[X:.*]] = gqgpu.inbox_create of "math" arrivals 4 : <<4x1xf32>>
// CHECK-NEXT: gqgpu.arrive_cluster
// CHECK: gqgpu.role "math"
// CHECK-NEXT: gqgpu.await_cluster
// CHECK-NOT: gqgpu.await_cluster
// CHECK: gqgpu.push %{{.*}} to %[[S]] tile 0
// CHECK: gqgpu.sum_pushed %[[S]] tile 0
// CHECK: gqgpu.push_maxima %{{.*}} to %[[X]] tile 0
// CHECK: gqgpu.max_pushed %[[X]] tile 0
gqgpu.kernel @both(%z: f32, %d: memref<?x128xf32>, %s: memref<?x2xf32>, %m: index, %n: index)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2, 1>, threads = 128 : i64} {
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 232 (%group) {
      gqgpu.tile_loop (%i, %j) to (%m, %n) step [64, 32] {
        %part = gqgpu.splat %z : f32 -> !part
        %zeros = gqgpu.splat %z : f32 -> !own
        %v = gqgpu.splat %z : f32 -> !block
        %sum = gqgpu.sum_over_peers %part from %zeros : !part, !own
        gqgpu.store_fragment %sum, %d[%i, %j] : !own, memref<?x128xf32>
        %most = gqgpu.max_over_peers %v : !block
        %o = gqgpu.spread_blocks %most : !block -> !spread_one
        gqgpu.store_fragment %o, %s[%i, %j] : !spread_one, memref<?x2xf32>
      }
    }
  }
  gqgpu.return
}
