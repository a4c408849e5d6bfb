// Products of one instruction each: ptxas serialises those that take turns in one set of registers. Each
// has a set of its own where there is room.
// RUN: gq-opt %s --gq-distribute --canonicalize --cse | FileCheck %s
// RUN: sed 's/registers 232/registers 168/' %s | gq-opt --gq-distribute --canonicalize --cse | FileCheck %s --check-prefix=TURNS
// RUN: sed 's/block \[1, 32\]/block [1, 64]/g; s/64x4x/64x2x/g' %s | gq-opt --gq-distribute --canonicalize --cse | FileCheck %s --check-prefix=LONG

// CHECK-LABEL: gqgpu.kernel @blocks
// CHECK-NOT: reuse
// CHECK: gqgpu.mma_async {{.*}} k [0, 32] : !ring
// CHECK: gqgpu.mma_async {{.*}} k [32, 64] : !ring
// CHECK: gqgpu.mma_async {{.*}} k [64, 96] : !ring
// CHECK: gqgpu.mma_async {{.*}} k [96, 128] : !ring

// TURNS: gqgpu.mma_async {{.*}} k [0, 32] : !ring
// TURNS: %[[W:.*]] = gqgpu.mma_wait
// TURNS: gqgpu.mma_async {{.*}} k [32, 64] reuse %[[W]]
// TURNS: gqgpu.mma_async {{.*}} k [64, 96] reuse
// TURNS: gqgpu.mma_async {{.*}} k [96, 128] reuse

// LONG: gqgpu.mma_async {{.*}} k [0, 64] : !ring
// LONG: gqgpu.mma_async {{.*}} k [64, 128] reuse

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>, <64x4xf32>, <64x4xf32>>
gqgpu.kernel @blocks(%d: memref<64x64xf32>, %i: index, %zero: f32) {
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 232 (%group) {
      %e = tensor.empty() : tensor<64x64xf32>
      %init = linalg.fill ins(%zero : f32) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
      %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      %at = gqgpu.slot_read %r[%slot] tile 0 : !ring -> tensor<64x128xf8E4M3FN>
      %bt = gqgpu.slot_read %r[%slot] tile 1 : !ring -> tensor<64x128xf8E4M3FN>
      %s = gqgpu.slot_read %r[%slot] tile 2 : !ring -> tensor<64x4xf32>
      %t = gqgpu.slot_read %r[%slot] tile 3 : !ring -> tensor<64x4xf32>
      %p = gq.scaled_matmul %at, %bt scales(%s block [1, 32], %t block [1, 32]) outs(%init : tensor<64x64xf32>)
          : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x4xf32>, tensor<64x4xf32> -> tensor<64x64xf32>
      gqgpu.release %r[%slot] : !ring
      gqgpu.store %p, %d[%i, %i] : tensor<64x64xf32>, memref<64x64xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}
