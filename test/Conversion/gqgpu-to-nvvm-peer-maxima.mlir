// Maxima over a cluster: a tile of an inbox has a row for each warp, where the values of the other thread
// blocks lie side by side. One lane of a warp sends them, which complete bytes of the other's mbarrier.
// RUN: gq-opt %s --gq-allocate-shared-memory --gq-expand-tile-loops --convert-gqgpu-to-nvvm --canonicalize --cse | FileCheck %s --implicit-check-not=release.cluster.shared --implicit-check-not=acquire.cluster
// RUN: gq-opt %s --gq-allocate-shared-memory --gq-expand-tile-loops --convert-gqgpu-to-nvvm --canonicalize --cse --gq-serialize | FileCheck %s --check-prefix=SERIALIZED
// SERIALIZED: gpu.binary

!two = !gqgpu.fragment<1x64xf32, #gqgpu.mma<permuted = 32>, block = [1, 32]>
!one = !gqgpu.fragment<1x64xf32, #gqgpu.mma<permuted = 32>, block = [1, 64]>
!spread_two = !gqgpu.fragment<64x64xf32, #gqgpu.mma<permuted = 32>, block = [64, 32]>
!spread_one = !gqgpu.fragment<64x64xf32, #gqgpu.mma<permuted = 32>, block = [64, 64]>
!pair = !gqgpu.inbox<<8x2xf32>, <8x1xf32>>
!quad = !gqgpu.inbox<<4x6xf32>>
module attributes {gpu.container_module} {
  gpu.module @kernels {
    // CHECK-LABEL: llvm.func @pair
    // CHECK: %[[LANE:.*]] = llvm.and %{{.*}}, %{{.*}} : i32
    // CHECK: %[[WARP:.*]] = nvvm.shfl.sync
    // CHECK: %[[X:.*]] = llvm.ptrtoint
    // CHECK: nvvm.read.ptx.sreg.cluster.ctarank
    // Behind 96 bytes: offers of 8 warps here and 8 of the other, and the own warps, which say how much.
    // CHECK: "@$1 mbarrier.init.shared::cta.b64 [$0+96], 16;", "r,b,~{memory}" %[[X]], %{{.*}} :
    // CHECK: "@$1 mbarrier.init.shared::cta.b64 [$0+104], 8;", "r,b,~{memory}" %[[X]], %{{.*}} :
    // CHECK: %[[FIRST:.*]] = llvm.icmp "eq" %[[LANE]],
    // CHECK: "@$1 mbarrier.arrive.shared::cluster.b64 _, [$0];"{{.*}}, %[[FIRST]] :
    // CHECK: mbarrier.try_wait
    // The row of the warp, the fifth being the role's first: 8 bytes of two values.
    // CHECK: %[[NUMBER:.*]] = llvm.add %[[WARP]], %[[LESS4:.*]] : i32
    // CHECK: %[[AT:.*]] = llvm.mul %[[NUMBER]], %{{.*}} : i32
    // CHECK: %[[ROW:.*]] = llvm.add %[[X]], %[[AT]] : i32
    // CHECK: %[[PUSHED:.*]] = llvm.add %[[X]], %{{.*}} : i32
    // CHECK: %[[ROWPTR:.*]] = llvm.inttoptr %[[ROW]] :
    // CHECK: %[[THERE:.*]] = nvvm.mapa %[[ROWPTR]],
    // CHECK: %[[TO:.*]] = llvm.ptrtoint %[[THERE]] :
    // CHECK: %[[PUSHEDPTR:.*]] = llvm.inttoptr %[[PUSHED]] :
    // CHECK: %[[THEIRS:.*]] = nvvm.mapa %[[PUSHEDPTR]],
    // CHECK: %[[BARRIER:.*]] = llvm.ptrtoint %[[THEIRS]] :
    // CHECK: "@$3 st.async.weak.shared::cluster.mbarrier::complete_tx::bytes.b32 [$0], $1, [$2];", "r,r,r,b,~{memory}" %[[TO]], %{{.*}}, %[[BARRIER]], %[[FIRST]] :
    // CHECK: "@$3 st.async.weak.shared::cluster.mbarrier::complete_tx::bytes.b32 [$0+4], $1, [$2];", "r,r,r,b,~{memory}" %[[TO]], %{{.*}}, %[[BARRIER]], %[[FIRST]] :
    // The second tile, of one value.
    // CHECK: %[[TILE1:.*]] = llvm.add %[[X]], %{{.*}} : i32
    // CHECK: %[[AT1:.*]] = llvm.mul %[[NUMBER]], %{{.*}} : i32
    // CHECK: %[[ROW1:.*]] = llvm.add %[[TILE1]], %[[AT1]] : i32
    // CHECK: "@$3 st.async.weak.shared::cluster.mbarrier::complete_tx::bytes.b32 [$0], $1, [$2];"{{.*}}, %[[FIRST]] :
    // CHECK-NOT: st.async
    // Of both tiles three values for each warp.
    // CHECK: mbarrier.arrive.expect_tx.shared::cta.b64 $0, [$1], 12;{{.*}} %[[PUSHED]], %[[FIRST]] :
    // CHECK: mbarrier.try_wait{{.*}} %[[PUSHED]],
    // CHECK-NEXT: nvvm.bar.warp.sync
    // CHECK-NEXT: %[[A:.*]] = llvm.inline_asm {{.*}}"ld.shared.f32 $0, [$1];"{{.*}} %[[ROW]] :
    // CHECK-NEXT: llvm.intr.maxnum(%{{.*}}, %[[A]])
    // CHECK-NEXT: %[[B:.*]] = llvm.inline_asm {{.*}}"ld.shared.f32 $0, [$1+4];"{{.*}} %[[ROW]] :
    // CHECK-NEXT: llvm.intr.maxnum(%{{.*}}, %[[B]])
    // CHECK-NEXT: %[[C:.*]] = llvm.inline_asm {{.*}}"ld.shared.f32 $0, [$1];"{{.*}} %[[ROW1]] :
    // CHECK-NEXT: llvm.intr.maxnum(%{{.*}}, %[[C]])
    // CHECK-NOT: llvm.intr.maxnum
    // CHECK: llvm.return
    gqgpu.kernel @pair(%d: memref<4x8xf32>)
        attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2, 1>, threads = 384 : i64} {
      %c4 = arith.constant 4 : index
      %c8 = arith.constant 8 : index
      %x = gqgpu.inbox_create of "math" arrivals 8 : !pair
      gqgpu.barrier cluster
      gqgpu.warp_specialize {
        gqgpu.role "first" kind copy warps 4 registers 40 {
        }
        gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
          gqgpu.tile_loop (%i, %j) to (%c4, %c8) step [1, 8] {
            gqgpu.offer %x : !pair
            %f = arith.index_cast %i : index to i32
            %g = arith.sitofp %f : i32 to f32
            %v = gqgpu.splat %g : f32 -> !two
            %w = gqgpu.splat %g : f32 -> !one
            gqgpu.await_offers %x : !pair
            gqgpu.push_maxima %v to %x tile 0 : !two, !pair
            gqgpu.push_maxima %w to %x tile 1 : !one, !pair
            gqgpu.await_pushes %x : !pair
            %m = gqgpu.max_pushed %x tile 0, %v : !pair, !two
            %n = gqgpu.max_pushed %x tile 1, %w : !pair, !one
            %p = gqgpu.spread_blocks %m : !two -> !spread_two
            %q = gqgpu.spread_blocks %n : !one -> !spread_one
            gqgpu.store_fragment %p, %d[%i, %j] : !spread_two, memref<4x8xf32>
            gqgpu.store_fragment %q, %d[%i, %j] : !spread_one, memref<4x8xf32>
          }
        }
      }
      gqgpu.barrier cluster
      gqgpu.return
    }

    // Of four: a warp sends its two values to three others, into the place that each of these has for this
    // thread block, one fewer where that comes behind its own; and takes the largest of four.
    // CHECK-LABEL: llvm.func @four
    // CHECK: %[[WARP:.*]] = nvvm.shfl.sync
    // CHECK: %[[X:.*]] = llvm.ptrtoint
    // CHECK: %[[RANK:.*]] = nvvm.read.ptx.sreg.cluster.ctarank
    // CHECK: mbarrier.init.shared::cta.b64 [$0+96], 16;
    // CHECK: mbarrier.init.shared::cta.b64 [$0+104], 4;
    // CHECK-COUNT-3: mbarrier.arrive.shared::cluster.b64 _, [$0];
    // CHECK: %[[AT:.*]] = llvm.mul %[[WARP]], %{{.*}} : i32
    // CHECK: %[[ROW:.*]] = llvm.add %[[X]], %[[AT]] : i32
    // CHECK: %[[BEHIND:.*]] = llvm.icmp "ult" %[[PEER:.*]], %[[RANK]] : i32
    // CHECK-NEXT: %[[LESS:.*]] = llvm.zext %[[BEHIND]] : i1 to i32
    // CHECK-NEXT: %[[PLACE:.*]] = llvm.sub %[[RANK]], %[[LESS]] : i32
    // CHECK-NEXT: %[[SKIPPED:.*]] = llvm.mul %[[PLACE]], %{{.*}} : i32
    // CHECK-NEXT: %[[OWN:.*]] = llvm.add %[[ROW]], %[[SKIPPED]] : i32
    // CHECK-NEXT: %[[OWNPTR:.*]] = llvm.inttoptr %[[OWN]] :
    // CHECK-NEXT: nvvm.mapa %[[OWNPTR]], %[[PEER]] :
    // CHECK-COUNT-6: st.async.weak.shared::cluster.mbarrier::complete_tx::bytes.b32
    // CHECK-NOT: st.async
    // CHECK: mbarrier.arrive.expect_tx.shared::cta.b64 $0, [$1], 24;
    // CHECK: %[[A:.*]] = llvm.inline_asm {{.*}}"ld.shared.f32 $0, [$1];"{{.*}} %[[ROW]] :
    // CHECK-NEXT: %[[M1:.*]] = llvm.intr.maxnum(%{{.*}}, %[[A]])
    // CHECK: ld.shared.f32 $0, [$1+4];
    // CHECK: %[[B:.*]] = llvm.inline_asm {{.*}}"ld.shared.f32 $0, [$1+8];"{{.*}} %[[ROW]] :
    // CHECK-NEXT: %[[M2:.*]] = llvm.intr.maxnum(%[[M1]], %[[B]])
    // CHECK: ld.shared.f32 $0, [$1+12];
    // CHECK: %[[C:.*]] = llvm.inline_asm {{.*}}"ld.shared.f32 $0, [$1+16];"{{.*}} %[[ROW]] :
    // CHECK-NEXT: llvm.intr.maxnum(%[[M2]], %[[C]])
    // CHECK: ld.shared.f32 $0, [$1+20];
    // CHECK-NEXT: llvm.intr.maxnum
    // CHECK-NOT: llvm.intr.maxnum
    // CHECK: llvm.return
    gqgpu.kernel @four(%d: memref<4x8xf32>)
        attributes {cluster = 4 : i64, cluster_tiles = array<i64: 4, 1>, threads = 128 : i64} {
      %c4 = arith.constant 4 : index
      %c8 = arith.constant 8 : index
      %x = gqgpu.inbox_create of "math" arrivals 4 : !quad
      gqgpu.barrier cluster
      gqgpu.warp_specialize {
        gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
          gqgpu.tile_loop (%i, %j) to (%c4, %c8) step [1, 8] {
            gqgpu.offer %x : !quad
            %f = arith.index_cast %i : index to i32
            %g = arith.sitofp %f : i32 to f32
            %v = gqgpu.splat %g : f32 -> !two
            gqgpu.await_offers %x : !quad
            gqgpu.push_maxima %v to %x tile 0 : !two, !quad
            gqgpu.await_pushes %x : !quad
            %m = gqgpu.max_pushed %x tile 0, %v : !quad, !two
            %p = gqgpu.spread_blocks %m : !two -> !spread_two
            gqgpu.store_fragment %p, %d[%i, %j] : !spread_two, memref<4x8xf32>
          }
        }
      }
      gqgpu.barrier cluster
      gqgpu.return
    }
  }
}
