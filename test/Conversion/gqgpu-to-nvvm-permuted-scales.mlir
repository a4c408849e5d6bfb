// Scales of columns whose rows lie in the order of those of b: a thread's columns
// 4 * (lane % 4) + {0, 1, 2, 3} of each group of 16 are at places 2 * (lane % 4) +
// {0, 1, 8, 9}, each 16 bytes, of which the second column is read.
// RUN: gq-opt %s --gq-annotate-alignment --gq-allocate-shared-memory --gq-expand-tile-loops --convert-gqgpu-to-nvvm --canonicalize --cse | FileCheck %s

// CHECK-LABEL: llvm.func @permuted
// CHECK-SAME: #gqgpu.tensor_map<1 as f32 box [4, 64] permuted 16
// CHECK-DAG: %[[C1:.*]] = llvm.mlir.constant(1 : i32)
// CHECK-DAG: %[[C2:.*]] = llvm.mlir.constant(2 : i32)
// CHECK-DAG: %[[C3:.*]] = llvm.mlir.constant(3 : i32)
// CHECK-DAG: %[[C8:.*]] = llvm.mlir.constant(8 : i32)
// CHECK-DAG: %[[C9:.*]] = llvm.mlir.constant(9 : i32)
// CHECK-DAG: %[[C16:.*]] = llvm.mlir.constant(16 : i32)
// CHECK: %[[QUAD:.*]] = llvm.and %{{.*}}, %[[C3]] : i32
// CHECK: %[[COLUMN:.*]] = llvm.shl %[[QUAD]], %[[C2]]
// CHECK: %[[PLACE:.*]] = llvm.lshr %[[COLUMN]], %[[C1]]
// CHECK: %[[B0:.*]] = llvm.mul %[[PLACE]], %[[C16]]
// CHECK: %[[A0:.*]] = llvm.add %[[TILE:.*]], %[[B0]]
// CHECK: "ld.shared.f32 $0, [$1+4];", "=f,r,~{memory}" %[[A0]]
// CHECK: llvm.add %[[PLACE]], %[[C1]]
// CHECK: ld.shared.f32
// CHECK: llvm.add %[[PLACE]], %[[C8]]
// CHECK: ld.shared.f32
// CHECK: llvm.add %[[PLACE]], %[[C9]]
// CHECK: ld.shared.f32
// CHECK: llvm.add %[[PLACE]], %[[C16]]
// CHECK-COUNT-12: ld.shared.f32
// CHECK-NOT: ld.shared.f32

!ring = !gqgpu.ring<2, <64x4xf32, permuted = 16>>
!cols = !gqgpu.fragment<1x64xf32, #gqgpu.mma<permuted = 16>>
!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma<permuted = 16>>
!rows = !gqgpu.fragment<64x1xf32, #gqgpu.mma<permuted = 16>>
gpu.module @m {
gqgpu.kernel @permuted(%d: memref<64x64xf32>, %b: memref<64x4xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  %r = gqgpu.ring_create bytes 1024 filled_by ["tma"] arrivals 1 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %p = gqgpu.splat %z : f32 -> !acc
      %one = gqgpu.splat %z : f32 -> !rows
      %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      %each = gqgpu.read_scales %r[%slot] tile 0 cols %c0 block 1 column 1 : !ring -> !cols
      gqgpu.release %r[%slot] : !ring
      %s = gqgpu.promote %p, %one, %each into %p : !rows, !cols, !acc
      gqgpu.store_fragment %s, %d[%c0, %c0] : !acc, memref<64x64xf32>
    }
    gqgpu.role "tma" kind tma warps 1 registers 40 {
      %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
      gqgpu.tma_load %b[%c0, %c0] -> %r[%slot] tile 0 : memref<64x4xf32>, !ring
      gqgpu.commit %r[%slot] : !ring
    }
  }
  gqgpu.return
}
}
