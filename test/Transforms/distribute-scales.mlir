// Several blocks of K in a step: a promotion with scales of its own for each.
// RUN: gq-opt %s --gq-distribute --canonicalize --cse | FileCheck %s
// RUN: sed 's/outs(%init : tensor<128x64xf32>)/& {promote = 96 : i64}/' %s | gq-opt --gq-distribute --canonicalize --cse | FileCheck %s --check-prefix=PROMOTE

!ring = !gqgpu.ring<2, <128x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>, <128x4xf8E8M0FNU>, <1x2xf32>>
!halves = !gqgpu.ring<2, <128x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>, <128x1xf32>, <1x2xf32>>
!whole = !gqgpu.ring<2, <128x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>, <128x1xf32>, <1x1xf32>>

// Blocks of 32 of a and of 64 of b, two slabs. The first scales of all slabs come first;
// those of further blocks just before the product that they are for.
// CHECK-LABEL: gqgpu.kernel @blocks
// CHECK: %[[B0:.*]] = gqgpu.read_scales {{.*}} tile 3 cols %{{.*}} block 64 : !ring -> <1x1xf32, #gqgpu.mma>
// CHECK-NEXT: %[[A0:.*]] = gqgpu.read_scales {{.*}} tile 2 rows %[[ROW:.*]] block 1 : !ring -> <64x1xf32, #gqgpu.mma>
// CHECK-NEXT: %[[A4:.*]] = gqgpu.read_scales {{.*}} tile 2 rows %[[NEXT:.*]] block 1 : !ring
// CHECK-NEXT: %[[P0:.*]] = gqgpu.mma_async {{.*}} row %[[ROW]] k [0, 32] : !ring
// CHECK-NEXT: %[[W0:.*]] = gqgpu.mma_wait %[[P0]]
// CHECK-NEXT: %[[S0:.*]] = gqgpu.promote %[[W0]], %[[A0]], %[[B0]] into
// CHECK-NEXT: gqgpu.mma_async {{.*}} row %[[NEXT]] k [0, 32] reuse %[[W0]]
// CHECK-NEXT: %[[W4:.*]] = gqgpu.mma_wait
// CHECK-NEXT: %[[S4:.*]] = gqgpu.promote %[[W4]], %[[A4]], %[[B0]]
// CHECK-NEXT: %[[A1:.*]] = gqgpu.read_scales {{.*}} tile 2 rows %[[ROW]] block 1 column 1 : !ring
// CHECK-NEXT: %[[P1:.*]] = gqgpu.mma_async {{.*}} row %[[ROW]] k [32, 64] reuse %[[W4]]
// CHECK-NEXT: %[[W1:.*]] = gqgpu.mma_wait %[[P1]]
// CHECK-NEXT: gqgpu.promote %[[W1]], %[[A1]], %[[B0]] into %[[S0]]
// CHECK-NEXT: %[[A5:.*]] = gqgpu.read_scales {{.*}} rows %[[NEXT]] block 1 column 1
// CHECK-NEXT: gqgpu.mma_async {{.*}} row %[[NEXT]] k [32, 64]
// CHECK-NEXT: %[[W5:.*]] = gqgpu.mma_wait
// CHECK-NEXT: gqgpu.promote %[[W5]], %[[A5]], %[[B0]] into %[[S4]]
// CHECK-NEXT: %[[A2:.*]] = gqgpu.read_scales {{.*}} rows %[[ROW]] block 1 column 2
// CHECK-NEXT: %[[B1:.*]] = gqgpu.read_scales {{.*}} cols %{{.*}} block 64 column 1
// CHECK-NEXT: gqgpu.mma_async {{.*}} row %[[ROW]] k [64, 96]
// CHECK-NEXT: %[[W2:.*]] = gqgpu.mma_wait
// CHECK-NEXT: gqgpu.promote %[[W2]], %[[A2]], %[[B1]]
// CHECK-NEXT: %[[A6:.*]] = gqgpu.read_scales {{.*}} rows %[[NEXT]] block 1 column 2
// CHECK-NEXT: gqgpu.mma_async {{.*}} row %[[NEXT]] k [64, 96]
// CHECK-NEXT: %[[W6:.*]] = gqgpu.mma_wait
// CHECK-NEXT: gqgpu.promote %[[W6]], %[[A6]], %[[B1]]
// CHECK-NEXT: %[[A3:.*]] = gqgpu.read_scales {{.*}} rows %[[ROW]] block 1 column 3
// CHECK-NEXT: gqgpu.mma_async {{.*}} row %[[ROW]] k [96, 128]
// CHECK-NEXT: %[[W3:.*]] = gqgpu.mma_wait
// CHECK-NEXT: gqgpu.promote %[[W3]], %[[A3]], %[[B1]]

// `promote` counts from where a block begins.
// PROMOTE-LABEL: gqgpu.kernel @wide
// PROMOTE: gqgpu.mma_async {{.*}} k [0, 64]
// PROMOTE: gqgpu.mma_async {{.*}} k [64, 128]
// PROMOTE-LABEL: gqgpu.kernel @widest
// PROMOTE: gqgpu.mma_async {{.*}} k [0, 96]
// PROMOTE-NOT: read_scales
// PROMOTE: gqgpu.mma_async {{.*}} k [96, 128]

gqgpu.kernel @blocks(%d: memref<128x64xf32>, %i: index, %zero: f32) {
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 160 (%group) {
      %e = tensor.empty() : tensor<128x64xf32>
      %init = linalg.fill ins(%zero : f32) outs(%e : tensor<128x64xf32>) -> tensor<128x64xf32>
      %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      %at = gqgpu.slot_read %r[%slot] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
      %bt = gqgpu.slot_read %r[%slot] tile 1 : !ring -> tensor<64x128xf8E4M3FN>
      %s = gqgpu.slot_read %r[%slot] tile 2 : !ring -> tensor<128x4xf8E8M0FNU>
      %t = gqgpu.slot_read %r[%slot] tile 3 : !ring -> tensor<1x2xf32>
      %p = gq.scaled_matmul %at, %bt scales(%s block [1, 32], %t block [64, 64]) outs(%init : tensor<128x64xf32>)
          : tensor<128x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<128x4xf8E8M0FNU>, tensor<1x2xf32> -> tensor<128x64xf32>
      gqgpu.release %r[%slot] : !ring
      gqgpu.store %p, %d[%i, %i] : tensor<128x64xf32>, memref<128x64xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

gqgpu.kernel @wide(%d: memref<128x64xf32>, %i: index, %zero: f32) {
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 4 : !halves
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 160 (%group) {
      %e = tensor.empty() : tensor<128x64xf32>
      %init = linalg.fill ins(%zero : f32) outs(%e : tensor<128x64xf32>) -> tensor<128x64xf32>
      %slot = gqgpu.wait %r[%c] : !halves -> !gqgpu.slot
      %at = gqgpu.slot_read %r[%slot] tile 0 : !halves -> tensor<128x128xf8E4M3FN>
      %bt = gqgpu.slot_read %r[%slot] tile 1 : !halves -> tensor<64x128xf8E4M3FN>
      %s = gqgpu.slot_read %r[%slot] tile 2 : !halves -> tensor<128x1xf32>
      %t = gqgpu.slot_read %r[%slot] tile 3 : !halves -> tensor<1x2xf32>
      %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [64, 64]) outs(%init : tensor<128x64xf32>)
          : tensor<128x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<128x1xf32>, tensor<1x2xf32> -> tensor<128x64xf32>
      gqgpu.release %r[%slot] : !halves
      gqgpu.store %p, %d[%i, %i] : tensor<128x64xf32>, memref<128x64xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

gqgpu.kernel @widest(%d: memref<128x64xf32>, %i: index, %zero: f32) {
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 4 : !whole
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 160 (%group) {
      %e = tensor.empty() : tensor<128x64xf32>
      %init = linalg.fill ins(%zero : f32) outs(%e : tensor<128x64xf32>) -> tensor<128x64xf32>
      %slot = gqgpu.wait %r[%c] : !whole -> !gqgpu.slot
      %at = gqgpu.slot_read %r[%slot] tile 0 : !whole -> tensor<128x128xf8E4M3FN>
      %bt = gqgpu.slot_read %r[%slot] tile 1 : !whole -> tensor<64x128xf8E4M3FN>
      %s = gqgpu.slot_read %r[%slot] tile 2 : !whole -> tensor<128x1xf32>
      %t = gqgpu.slot_read %r[%slot] tile 3 : !whole -> tensor<1x1xf32>
      %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [64, 256]) outs(%init : tensor<128x64xf32>)
          : tensor<128x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<128x1xf32>, tensor<1x1xf32> -> tensor<128x64xf32>
      gqgpu.release %r[%slot] : !whole
      gqgpu.store %p, %d[%i, %i] : tensor<128x64xf32>, memref<128x64xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}
