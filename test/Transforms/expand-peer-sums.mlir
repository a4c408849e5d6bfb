// RUN: gq-opt %s --gq-expand-peer-sums | gq-opt | FileCheck %s
// RUN: gq-opt %s --gq-expand-peer-sums --remarks-filter=gq-expand-peer-sums -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

!part = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!own = !gqgpu.fragment<64x32xf32, #gqgpu.mma>

// The slabs of a tile: all are shared before the meeting, and read after it; the end of the
// tile waits for those that read.
// REMARK: [Passed] peers {{.*}}"role math adds up parts of 2 thread blocks, through 2 buffers"
// CHECK-LABEL: gqgpu.kernel @slabs
// CHECK-DAG: %[[B0:.*]] = gqgpu.shared_alloc : <128x64xf32>
// CHECK-DAG: %[[B1:.*]] = gqgpu.shared_alloc : <128x64xf32>
// CHECK: %[[M:.*]] = gqgpu.meeting_create of "math" arrivals 8 : !gqgpu.meeting
// CHECK-NEXT: gqgpu.barrier cluster
// CHECK-NEXT: gqgpu.warp_specialize
// CHECK: gqgpu.tile_loop
// CHECK: %[[I:.*]] = gqgpu.load_fragment
// CHECK-NEXT: gqgpu.share %{{.*}} into %[[B0]]
// CHECK-NEXT: gqgpu.share %{{.*}} into %[[B1]]
// CHECK-NEXT: gqgpu.meet %[[M]]
// CHECK-NEXT: %[[S0:.*]] = gqgpu.sum_shared %[[B0]][%[[AT:.*]]] from %{{.*}} : <128x64xf32>
// CHECK-NEXT: %[[S1:.*]] = gqgpu.sum_shared %[[B1]][%[[AT]]] from %[[I]]
// CHECK-NEXT: gqgpu.store_fragment %[[S0]]
// CHECK-NEXT: gqgpu.store_fragment %[[S1]]
// CHECK-NEXT: gqgpu.meet %[[M]]
// CHECK-NOT: gqgpu.meet %
gqgpu.kernel @slabs(%z: f32, %d: memref<?x128xf32>, %m: index, %n: index)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 384 : i64} {
  %c0 = arith.constant 0 : index
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
      gqgpu.tile_loop (%i, %j) to (%m, %n) step [256, 32] {
        %part = gqgpu.splat %z : f32 -> !part
        %more = gqgpu.splat %z : f32 -> !part
        %zeros = gqgpu.splat %z : f32 -> !own
        %top = gqgpu.sum_over_peers %part[%c0] from %zeros : !part, !own
        %c = gqgpu.load_fragment %d[%i, %j] map affine_map<(r, c) -> (r, c)> : memref<?x128xf32> -> !own
        %bottom = gqgpu.sum_over_peers %more[%c0] from %c : !part, !own
        gqgpu.store_fragment %top, %d[%i, %j] : !own, memref<?x128xf32>
        gqgpu.store_fragment %bottom, %d[%i, %j] : !own, memref<?x128xf32>
      }
    }
  }
  gqgpu.return
}
