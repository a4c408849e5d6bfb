// Where the scales of columns of two steps do not fit beside the sums, they are read
// under the product that they are for, once for all slabs. A barrier keeps them behind
// its instructions.
// RUN: gq-opt %s --gq-distribute --canonicalize --cse | FileCheck %s

!ring = !gqgpu.ring<2, <128x128xf8E4M3FN, swizzle = 128>, <128x128xf8E4M3FN, swizzle = 128>, <128x1xf32>, <128x1xf32>>
!narrow = !gqgpu.ring<2, <128x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>, <128x1xf32>, <64x1xf32>>

// CHECK-LABEL: gqgpu.kernel @late
// CHECK: gqgpu.wait
// CHECK-NOT: gqgpu.read_scales
// CHECK: %[[P0:.*]] = gqgpu.mma_async {{.*}} row %[[ROW:.*]] k [0, 128]
// CHECK-NEXT: gqgpu.barrier warp
// CHECK-NEXT: %[[A0:.*]] = gqgpu.read_scales {{.*}} tile 2 rows %[[ROW]] block 1
// CHECK-NEXT: %[[B:.*]] = gqgpu.read_scales {{.*}} tile 3 cols %{{.*}} block 1 : !ring -> <1x128xf32, #gqgpu.mma>
// CHECK-NEXT: %[[W0:.*]] = gqgpu.mma_wait %[[P0]]
// CHECK-NEXT: gqgpu.promote %[[W0]], %[[A0]], %[[B]] into
// CHECK-NEXT: %[[P1:.*]] = gqgpu.mma_async {{.*}} row %[[NEXT:.*]] k [0, 128]
// CHECK-NEXT: gqgpu.barrier warp
// CHECK-NEXT: %[[A1:.*]] = gqgpu.read_scales {{.*}} tile 2 rows %[[NEXT]] block 1
// CHECK-NEXT: %[[W1:.*]] = gqgpu.mma_wait %[[P1]]
// CHECK-NEXT: gqgpu.promote %[[W1]], %[[A1]], %[[B]] into
// CHECK-NOT: gqgpu.read_scales

// Beside half as many columns there is room.
// CHECK-LABEL: gqgpu.kernel @early
// CHECK: gqgpu.read_scales {{.*}} tile 3 cols
// CHECK-NEXT: gqgpu.read_scales {{.*}} tile 2 rows
// CHECK-NEXT: gqgpu.read_scales {{.*}} tile 2 rows
// CHECK-NEXT: gqgpu.mma_async
// CHECK-NEXT: gqgpu.mma_wait
// CHECK-NOT: gqgpu.barrier
// CHECK-NOT: gqgpu.read_scales
// CHECK: gqgpu.return

gqgpu.kernel @late(%d: memref<128x128xf32>, %i: index, %zero: f32) {
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 240 (%group) {
      %e = tensor.empty() : tensor<128x128xf32>
      %init = linalg.fill ins(%zero : f32) outs(%e : tensor<128x128xf32>) -> tensor<128x128xf32>
      %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      %at = gqgpu.slot_read %r[%slot] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
      %bt = gqgpu.slot_read %r[%slot] tile 1 : !ring -> tensor<128x128xf8E4M3FN>
      %s = gqgpu.slot_read %r[%slot] tile 2 : !ring -> tensor<128x1xf32>
      %t = gqgpu.slot_read %r[%slot] tile 3 : !ring -> tensor<128x1xf32>
      %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [1, 128]) outs(%init : tensor<128x128xf32>)
          : tensor<128x128xf8E4M3FN>, tensor<128x128xf8E4M3FN>, tensor<128x1xf32>, tensor<128x1xf32> -> tensor<128x128xf32>
      gqgpu.release %r[%slot] : !ring
      gqgpu.store %p, %d[%i, %i] : tensor<128x128xf32>, memref<128x128xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 24 {
    }
  }
  gqgpu.return
}

gqgpu.kernel @early(%d: memref<128x64xf32>, %i: index, %zero: f32) {
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 4 : !narrow
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 240 (%group) {
      %e = tensor.empty() : tensor<128x64xf32>
      %init = linalg.fill ins(%zero : f32) outs(%e : tensor<128x64xf32>) -> tensor<128x64xf32>
      %slot = gqgpu.wait %r[%c] : !narrow -> !gqgpu.slot
      %at = gqgpu.slot_read %r[%slot] tile 0 : !narrow -> tensor<128x128xf8E4M3FN>
      %bt = gqgpu.slot_read %r[%slot] tile 1 : !narrow -> tensor<64x128xf8E4M3FN>
      %s = gqgpu.slot_read %r[%slot] tile 2 : !narrow -> tensor<128x1xf32>
      %t = gqgpu.slot_read %r[%slot] tile 3 : !narrow -> tensor<64x1xf32>
      %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [1, 128]) outs(%init : tensor<128x64xf32>)
          : tensor<128x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<128x1xf32>, tensor<64x1xf32> -> tensor<128x64xf32>
      gqgpu.release %r[%slot] : !narrow
      gqgpu.store %p, %d[%i, %i] : tensor<128x64xf32>, memref<128x64xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 24 {
    }
  }
  gqgpu.return
}
