// Sums over a cluster: an inbox is two mbarriers and, for each other thread block, vectors of four,
// those of all threads side by side. What is sent completes bytes of the other's mbarrier: no fence
// anywhere.
// RUN: gq-opt %s --gq-allocate-shared-memory --gq-expand-tile-loops --convert-gqgpu-to-nvvm --canonicalize --cse | FileCheck %s --implicit-check-not=release.cluster.shared --implicit-check-not=acquire.cluster
// RUN: gq-opt %s --gq-allocate-shared-memory --gq-expand-tile-loops --convert-gqgpu-to-nvvm --canonicalize --cse --gq-serialize | FileCheck %s --check-prefix=SERIALIZED
// SERIALIZED: gpu.binary

!part = !gqgpu.fragment<64x32xf32, #gqgpu.mma>
!own = !gqgpu.fragment<64x16xf32, #gqgpu.mma>
!inbox = !gqgpu.inbox<<128x16xf32>>
!all = !gqgpu.fragment<64x8xf32, #gqgpu.mma>
!inbox_of_first = !gqgpu.inbox<<64x8xf32>>
!part_of_four = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!inbox_of_four = !gqgpu.inbox<<64x48xf32>>
module attributes {gpu.container_module} {
  gpu.module @kernels {
    // CHECK-LABEL: llvm.func @pair
    // CHECK-DAG: %[[RANK:.*]] = nvvm.read.ptx.sreg.cluster.ctarank
    // Offers: 8 warps here, and 8 of the other; what is pushed: the own ones, which say how much.
    // CHECK: "@$1 mbarrier.init.shared::cta.b64 [$0+8192], 16;", "r,b,~{memory}" %[[X:.*]], %{{.*}} :
    // CHECK: "@$1 mbarrier.init.shared::cta.b64 [$0+8200], 8;", "r,b,~{memory}" %[[X]], %{{.*}} :
    // CHECK-NEXT: fence.mbarrier_init.release.cluster
    // CHECK: nvvm.cluster.arrive
    // CHECK-NEXT: nvvm.setmaxregister
    // CHECK-NEXT: nvvm.cluster.wait

    // The offer, to the other one.
    // CHECK: %[[OFFERED:.*]] = llvm.add %[[X]], %{{.*}} : i32
    // CHECK: nvvm.bar.warp.sync
    // CHECK: nvvm.mapa
    // CHECK: "@$1 mbarrier.arrive.shared::cluster.b64 _, [$0];"
    // CHECK: %[[PHASE:.*]] = llvm.inline_asm {{.*}}mbarrier.arrive.shared::cta.b64 $0, [$1]; }"{{.*}} %[[OFFERED]],
    // CHECK: mbarrier.try_wait.shared::cta.b64 P, [$0], $1;{{.*}} %[[OFFERED]], %[[PHASE]],
    // CHECK: nvvm.bar.warp.sync

    // 256 threads: 4096 bytes from one vector of a thread to its next. The columns of the other are
    // chosen among the 16 values.
    // CHECK: nvvm.mapa
    // CHECK: nvvm.mapa
    // CHECK-COUNT-8: llvm.select
    // CHECK: "st.async.weak.shared::cluster.mbarrier::complete_tx::bytes.v4.b32 [$0], {$1, $2, $3, $4}, [$5];"
    // CHECK: "st.async.weak.shared::cluster.mbarrier::complete_tx::bytes.v4.b32 [$0+4096], {$1, $2, $3, $4}, [$5];"
    // An eighth of the bytes for each warp.
    // CHECK: mbarrier.arrive.expect_tx.shared::cta.b64 $0, [$1], 1024;
    // CHECK: mbarrier.try_wait.shared::cta.b64 P, [$0], $1;
    // CHECK: nvvm.bar.warp.sync
    // CHECK: ld.shared.v4.f32 {$0, $1, $2, $3}, [$4];
    // CHECK: ld.shared.v4.f32 {$0, $1, $2, $3}, [$4+4096];
    // The own columns; then part 0, of this thread block or of the other, and part 1.
    // CHECK-COUNT-8: llvm.select
    // CHECK: %[[FIRST:.*]] = llvm.select %{{.*}}, %{{.*}}, %{{.*}} : i1, f32
    // CHECK-NEXT: llvm.fadd %{{.*}}, %[[FIRST]]
    // CHECK-COUNT-15: llvm.fadd
    // CHECK-NOT: llvm.fadd
    gqgpu.kernel @pair(%d: memref<256x32xf32>)
        attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 256 : i64} {
      %c32 = arith.constant 32 : index
      %c256 = arith.constant 256 : index
      %x = gqgpu.inbox_create of "math" arrivals 8 : !inbox
      gqgpu.arrive_cluster
      gqgpu.warp_specialize {
        gqgpu.role "math" kind math groups 2 warps 4 registers 248 (%group) {
          gqgpu.await_cluster
          gqgpu.tile_loop (%i, %j) to (%c256, %c32) step [128, 16] {
            gqgpu.offer %x : !inbox
            %part = gqgpu.load_fragment %d[%i, %j] map affine_map<(r, c) -> (r, c)> : memref<256x32xf32> -> !part
            %init = gqgpu.load_fragment %d[%i, %j] map affine_map<(r, c) -> (r, c)> : memref<256x32xf32> -> !own
            gqgpu.await_offers %x : !inbox
            gqgpu.push %part to %x tile 0 : !part, !inbox
            gqgpu.await_pushes %x : !inbox
            %s = gqgpu.sum_pushed %x tile 0, %part from %init : !inbox, !part, !own
            gqgpu.store_fragment %s, %d[%i, %j] : !own, memref<256x32xf32>
          }
        }
      }
      gqgpu.return
    }

    // Of four: three offers, three places of two vectors, in each of which one of the others writes.
    // CHECK-LABEL: llvm.func @four
    // CHECK-COUNT-3: mbarrier.arrive.shared::cluster.b64 _, [$0];
    // CHECK-COUNT-6: st.async.weak
    // CHECK-NOT: st.async
    // CHECK: mbarrier.arrive.expect_tx.shared::cta.b64 $0, [$1], 3072;
    // CHECK: ld.shared.v4.f32 {$0, $1, $2, $3}, [$4];
    // CHECK: ld.shared.v4.f32 {$0, $1, $2, $3}, [$4+2048];
    // CHECK: ld.shared.v4.f32 {$0, $1, $2, $3}, [$4+4096];
    // CHECK: ld.shared.v4.f32 {$0, $1, $2, $3}, [$4+6144];
    // CHECK: ld.shared.v4.f32 {$0, $1, $2, $3}, [$4+8192];
    // CHECK: ld.shared.v4.f32 {$0, $1, $2, $3}, [$4+10240];
    // CHECK-COUNT-32: llvm.fadd
    // CHECK-NOT: llvm.fadd
    gqgpu.kernel @four(%d: memref<256x64xf32>)
        attributes {cluster = 4 : i64, cluster_tiles = array<i64: 1, 4>, threads = 128 : i64} {
      %c64 = arith.constant 64 : index
      %c256 = arith.constant 256 : index
      %x = gqgpu.inbox_create of "math" arrivals 4 : !inbox_of_four
      gqgpu.barrier cluster
      gqgpu.warp_specialize {
        gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
          gqgpu.tile_loop (%i, %j) to (%c256, %c64) step [64, 16] {
            gqgpu.offer %x : !inbox_of_four
            %part = gqgpu.load_fragment %d[%i, %j] map affine_map<(r, c) -> (r, c)> : memref<256x64xf32> -> !part_of_four
            %init = gqgpu.load_fragment %d[%i, %j] map affine_map<(r, c) -> (r, c)> : memref<256x64xf32> -> !own
            gqgpu.await_offers %x : !inbox_of_four
            gqgpu.push %part to %x tile 0 : !part_of_four, !inbox_of_four
            gqgpu.await_pushes %x : !inbox_of_four
            %s = gqgpu.sum_pushed %x tile 0, %part from %init : !inbox_of_four, !part_of_four, !own
            gqgpu.store_fragment %s, %d[%i, %j] : !own, memref<256x64xf32>
          }
        }
      }
      gqgpu.return
    }

    // All to thread block 0: it alone offers and waits for what comes, the other one pushes.
    // CHECK-LABEL: llvm.func @first
    // CHECK: "@$1 mbarrier.init.shared::cta.b64 [$0+2048], 8;"
    // CHECK: "@$1 mbarrier.init.shared::cta.b64 [$0+2056], 4;"
    // CHECK: %[[OFFERS:.*]] = llvm.and %{{.*}} : i1
    // CHECK: "@$1 mbarrier.arrive.shared::cluster.b64 _, [$0];"{{.*}}, %[[OFFERS]] :
    // CHECK: %[[ISNOT0:.*]] = llvm.icmp "ne"
    // CHECK-NOT: llvm.select
    // CHECK: "@$6 st.async.weak.shared::cluster.mbarrier::complete_tx::bytes.v4.b32 [$0], {$1, $2, $3, $4}, [$5];"{{.*}}, %[[ISNOT0]] :
    // CHECK-NOT: st.async
    // CHECK: mbarrier.arrive.expect_tx.shared::cta.b64 $0, [$1], 512;
    // CHECK: ld.shared.v4.f32 {$0, $1, $2, $3}, [$4];
    // CHECK-NOT: llvm.select
    // CHECK-COUNT-8: llvm.fadd
    // CHECK-NOT: llvm.fadd
    gqgpu.kernel @first(%d: memref<256x8xf32>)
        attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2, 1, 1>, threads = 128 : i64} {
      %c0 = arith.constant 0 : index
      %c2 = arith.constant 2 : index
      %c8 = arith.constant 8 : index
      %c256 = arith.constant 256 : index
      %x = gqgpu.inbox_create of "math" arrivals 4 to_first : !inbox_of_first
      gqgpu.arrive_cluster
      gqgpu.warp_specialize {
        gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
          gqgpu.await_cluster
          gqgpu.tile_loop (%p, %i, %j) to (%c2, %c256, %c8) step [1, 64, 8] {
            gqgpu.offer %x : !inbox_of_first
            %part = gqgpu.load_fragment %d[%i, %j] map affine_map<(r, c) -> (r, c)> : memref<256x8xf32> -> !all
            %init = gqgpu.load_fragment %d[%i, %j] map affine_map<(r, c) -> (r, c)> : memref<256x8xf32> -> !all
            gqgpu.await_offers %x : !inbox_of_first
            gqgpu.push %part to %x tile 0 : !all, !inbox_of_first
            gqgpu.await_pushes %x : !inbox_of_first
            %s = gqgpu.sum_pushed %x tile 0, %part from %init : !inbox_of_first, !all, !all
            %stores = arith.cmpi eq, %p, %c0 : index
            scf.if %stores {
              gqgpu.store_fragment %s, %d[%i, %j] : !all, memref<256x8xf32>
            }
          }
        }
      }
      gqgpu.return
    }
  }
}
