// Sums over a cluster: a part in vectors of four, those of all threads side by side; one mbarrier
// in each thread block, at which the first lane of each warp arrives; loads of all parts before
// the sums.
// RUN: gq-opt %s --gq-allocate-shared-memory --gq-expand-tile-loops --convert-gqgpu-to-nvvm --canonicalize --cse | FileCheck %s
// RUN: gq-opt %s --gq-allocate-shared-memory --gq-expand-tile-loops --convert-gqgpu-to-nvvm --canonicalize --cse --gq-serialize | FileCheck %s --check-prefix=SERIALIZED
// SERIALIZED: gpu.binary

!part = !gqgpu.fragment<64x32xf32, #gqgpu.mma>
!own = !gqgpu.fragment<64x16xf32, #gqgpu.mma>
!shared = !gqgpu.tile<128x32xf32>
module attributes {gpu.container_module} {
  gpu.module @kernels {
    // CHECK-LABEL: llvm.func @pair
    // CHECK-DAG: %[[RANK:.*]] = nvvm.read.ptx.sreg.cluster.ctarank
    // CHECK: "@$1 mbarrier.init.shared::cta.b64 [$0], 16;", "r,b,~{memory}" %[[M:.*]], %{{.*}} :
    // CHECK-NEXT: fence.mbarrier_init.release.cluster
    // CHECK: nvvm.cluster.arrive
    // CHECK-NEXT: nvvm.cluster.wait

    // 256 threads: 4096 bytes from one vector of a thread to its next, and 512 for a column.
    // CHECK: st.shared.v4.b32 [$0], {$1, $2, $3, $4};{{.*}} %[[OWN:.*]], %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} :
    // CHECK: st.shared.v4.b32 [$0+4096]
    // CHECK: st.shared.v4.b32 [$0+8192]
    // CHECK: st.shared.v4.b32 [$0+12288]
    // CHECK: nvvm.bar.warp.sync
    // Its own first, which makes the phase; to others with what the warp has written.
    // CHECK: %[[PHASE:.*]] = llvm.inline_asm {{.*}}mbarrier.arrive.shared::cta.b64 $0, [$1]; }"
    // CHECK: nvvm.mapa
    // CHECK: "@$1 mbarrier.arrive.release.cluster.shared::cluster.b64 _, [$0];"
    // CHECK: nvvm.mapa
    // CHECK: "@$1 mbarrier.arrive.release.cluster.shared::cluster.b64 _, [$0];"
    // CHECK: mbarrier.try_wait.acquire.cluster.shared::cta.b64 P, [$0], $1;{{.*}} %[[PHASE]],
    // CHECK: nvvm.bar.warp.sync
    // CHECK: llvm.mul %{{.*}}, %{{.*}} : i32
    // CHECK: nvvm.mapa
    // CHECK: ld.shared::cluster.v4.f32 {$0, $1, $2, $3}, [$4];
    // CHECK: ld.shared::cluster.v4.f32 {$0, $1, $2, $3}, [$4+4096];
    // CHECK: nvvm.mapa
    // CHECK: ld.shared::cluster.v4.f32 {$0, $1, $2, $3}, [$4];
    // CHECK: ld.shared::cluster.v4.f32 {$0, $1, $2, $3}, [$4+4096];
    // CHECK-COUNT-16: llvm.fadd
    // CHECK-NOT: llvm.fadd
    gqgpu.kernel @pair(%d: memref<256x32xf32>)
        attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 256 : i64} {
      %c32 = arith.constant 32 : index
      %c256 = arith.constant 256 : index
      %b = gqgpu.shared_alloc : !shared
      %m = gqgpu.meeting_create of "math" arrivals 8 : !gqgpu.meeting
      gqgpu.barrier cluster
      gqgpu.warp_specialize {
        gqgpu.role "math" kind math groups 2 warps 4 registers 248 (%group) {
          gqgpu.tile_loop (%i, %j) to (%c256, %c32) step [128, 16] {
            %part = gqgpu.load_fragment %d[%i, %j] map affine_map<(r, c) -> (r, c)> : memref<256x32xf32> -> !part
            %init = gqgpu.load_fragment %d[%i, %j] map affine_map<(r, c) -> (r, c)> : memref<256x32xf32> -> !own
            gqgpu.share %part into %b : !part, !shared
            gqgpu.meet %m : !gqgpu.meeting
            %s = gqgpu.sum_shared %b[%j] from %init : !shared, !own
            gqgpu.store_fragment %s, %d[%i, %j] : !own, memref<256x32xf32>
            gqgpu.meet %m : !gqgpu.meeting
          }
        }
      }
      gqgpu.return
    }
  }
}
