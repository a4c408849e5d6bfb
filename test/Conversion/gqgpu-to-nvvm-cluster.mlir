// Thread blocks of a cluster that have tiles of their own: one loads for both, and hears
// of the slots of both.
// RUN: gq-opt %s --gq-annotate-alignment --gq-allocate-shared-memory --gq-expand-tile-loops --convert-gqgpu-to-nvvm --canonicalize --cse | FileCheck %s

// CHECK-LABEL: llvm.func @pair
// CHECK-SAME: cluster = 2
// CHECK-SAME: nvvm.cluster_dim = array<i32: 2, 1, 1>
// CHECK-DAG: %[[ZERO:.*]] = llvm.mlir.constant(0 : i32)
// CHECK-DAG: %[[ONE:.*]] = llvm.mlir.constant(1 : i32)
// CHECK-DAG: %[[FOUR:.*]] = llvm.mlir.constant(4 : i32)
// CHECK-DAG: %[[EIGHT:.*]] = llvm.mlir.constant(8 : i32)
// CHECK-DAG: %[[BOTH:.*]] = llvm.mlir.constant(3 : i16)
// CHECK: %[[RANK:.*]] = nvvm.read.ptx.sreg.cluster.ctarank

// Thread block 0 counts the releases of both.
// CHECK: %[[IS1:.*]] = llvm.icmp "eq" %[[RANK]], %[[ONE]]
// CHECK: %[[COUNT:.*]] = llvm.select %[[IS1]], %[[FOUR]], %[[EIGHT]]
// CHECK: mbarrier.init{{.*}}[$0+16384], 1;
// CHECK: mbarrier.init{{.*}}[$0+16400], $1;{{.*}} %[[COUNT]],
// CHECK: nvvm.barrier
// CHECK: nvvm.cluster.arrive {aligned}
// CHECK-NEXT: nvvm.cluster.wait {aligned}

// A release goes to the own thread block, and to number 0 unless it is that.
// CHECK: nvvm.setmaxregister increase
// CHECK: "@$1 mbarrier.arrive.shared::cta.b64 _, [$0];", "r,b,~{memory}" %{{.*}}, %[[FIRST:.*]] : (i32, i1)
// CHECK: %[[NOT0:.*]] = llvm.icmp "ne" %[[RANK]], %[[ZERO]]
// CHECK: nvvm.mapa %{{.*}}, %[[ZERO]]
// CHECK: %[[OTHER:.*]] = llvm.and %[[FIRST]], %[[NOT0]]
// CHECK: "@$1 mbarrier.arrive.shared::cluster.b64 _, [$0];", "r,b,~{memory}" %{{.*}}, %[[OTHER]] : (i32, i1)

// CHECK: nvvm.setmaxregister decrease
// CHECK: nvvm.elect.sync
// CHECK: mbarrier.arrive.expect_tx{{.*}} 8192;
// CHECK: %[[IS0:.*]] = llvm.icmp "eq" %[[RANK]], %[[ZERO]]
// CHECK: llvm.cond_br %[[IS0]], ^[[LOAD:bb[0-9]+]], ^[[SKIP:bb[0-9]+]]
// CHECK: ^[[LOAD]]:
// CHECK: nvvm.cp.async.bulk.tensor.shared.cluster.global {{.*}} multicast_mask = %[[BOTH]]
// All lanes come to the barrier at the end together.
// CHECK: nvvm.bar.warp.sync
// CHECK: nvvm.cluster.arrive {aligned}
// CHECK-NEXT: nvvm.cluster.wait {aligned}
// CHECK-NEXT: llvm.return
!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>>
gpu.module @m {
gqgpu.kernel @pair(%a: memref<?x128xf8E4M3FN>) attributes {threads = 256, cluster = 2, cluster_tiles = array<i64: 1, 2>} {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create bytes 8192 filled_by ["tma"] arrivals 1 consumed_by ["math"] arrivals 4 in_cluster [8, 4] : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.barrier cluster
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      gqgpu.release %r[%slot] peers [0] : !ring
    }
    gqgpu.role "tma" kind tma warps 1 registers 40 {
      %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
      gqgpu.tma_load %a[%c0, %c0] -> %r[%slot] tile 0 {multicast = 0 : i64} : memref<?x128xf8E4M3FN>, !ring
      gqgpu.commit %r[%slot] : !ring
    }
  }
  gqgpu.barrier cluster
  gqgpu.return
}
}
