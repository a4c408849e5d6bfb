// Products of i8: what the instruction leaves is i32, what is added up is f32.
// RUN: gq-opt %s --gq-distribute --canonicalize --cse | FileCheck %s

!ring = !gqgpu.ring<2, <128x128xi8, swizzle = 128>, <48x128xi8, swizzle = 128>, <128x1xf32>, <1x1xf32>>

// CHECK: #product = #gqgpu.wgmma<m = 64, n = 48, k = 32, a = i8, b = i8, acc = i32>
// CHECK: %[[ZERO:.*]] = gqgpu.splat %{{.*}} : f32 -> <64x48xf32, #gqgpu.mma>
// CHECK: %[[P0:.*]] = gqgpu.mma_async %{{.*}} by #product row %{{.*}} k [0, 64] : !ring -> <64x48xi32, #gqgpu.mma>
// CHECK: %[[W0:.*]] = gqgpu.mma_wait %[[P0]] : <64x48xi32, #gqgpu.mma>
// CHECK: %[[S0:.*]] = gqgpu.promote %[[W0]], %[[ROWS:.*]], %[[COLS:.*]] into %[[ZERO]] : <64x1xf32, #gqgpu.mma>, <1x1xf32, #gqgpu.mma>, <64x48xf32, #gqgpu.mma> from <64x48xi32, #gqgpu.mma>
// CHECK: %[[P1:.*]] = gqgpu.mma_async %{{.*}} k [64, 128] reuse %[[W0]] : !gqgpu.fragment<64x48xi32, #gqgpu.mma> :
// CHECK: %[[W1:.*]] = gqgpu.mma_wait %[[P1]]
// CHECK: %[[S1:.*]] = gqgpu.promote %[[W1]], %[[ROWS]], %[[COLS]] into %[[S0]]
// CHECK: gqgpu.store_fragment %[[S1]]
gqgpu.kernel @integers(%d: memref<128x48xf32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
      %e = tensor.empty() : tensor<128x48xf32>
      %init = linalg.fill ins(%zero : f32) outs(%e : tensor<128x48xf32>) -> tensor<128x48xf32>
      %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      %at = gqgpu.slot_read %r[%slot] tile 0 : !ring -> tensor<128x128xi8>
      %bt = gqgpu.slot_read %r[%slot] tile 1 : !ring -> tensor<48x128xi8>
      %s = gqgpu.slot_read %r[%slot] tile 2 : !ring -> tensor<128x1xf32>
      %t = gqgpu.slot_read %r[%slot] tile 3 : !ring -> tensor<1x1xf32>
      %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [48, 128]) outs(%init : tensor<128x48xf32>) {promote = 64}
          : tensor<128x128xi8>, tensor<48x128xi8>, tensor<128x1xf32>, tensor<1x1xf32> -> tensor<128x48xf32>
      gqgpu.store %p, %d[%c0, %c0] : tensor<128x48xf32>, memref<128x48xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}
