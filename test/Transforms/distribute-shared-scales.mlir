// Scales of a tile that starts inside a block of b or of a: one for each group of
// columns that surely share it, of the rows of a slab one, or one each.
// RUN: gq-opt %s --gq-distribute --canonicalize --cse | FileCheck %s

!wide = !gqgpu.ring<2, <192x128xf8E4M3FN, swizzle = 128>, <160x128xf8E4M3FN, swizzle = 128>, <2x1xf32>, <2x1xf32>>

// Tiles of 160 columns start at multiples of 32 in a block, of 192 rows at multiples of 64.
// CHECK-LABEL: gqgpu.kernel @wide
// CHECK: %[[COLS:.*]] = gqgpu.read_scales {{.*}} cols %{{.*}} block 128 : !ring{{.*}} -> <1x160xf32, #gqgpu.mma, block = [1, 32]>
// CHECK: %[[ROWS:.*]] = gqgpu.read_scales {{.*}} rows %{{.*}} block 128 : !ring{{.*}} -> <1x1xf32, #gqgpu.mma>
// CHECK: gqgpu.promote %{{.*}}, %[[ROWS]], %[[COLS]] into
gqgpu.kernel @wide(%d: memref<?x?xf32>, %m: index, %n: index, %zero: f32) {
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 12 : !wide
  %c = gqgpu.cursor : !gqgpu.cursor
  %c0 = arith.constant 0 : index
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 3 warps 4 registers 160 (%group) {
      gqgpu.tile_loop (%i, %j) to (%m, %n) step [192, 160] {
        %e = tensor.empty() : tensor<192x160xf32>
        %init = linalg.fill ins(%zero : f32) outs(%e : tensor<192x160xf32>) -> tensor<192x160xf32>
        %slot = gqgpu.wait %r[%c] : !wide -> !gqgpu.slot
        %at = gqgpu.slot_read %r[%slot] tile 0 : !wide -> tensor<192x128xf8E4M3FN>
        %bt = gqgpu.slot_read %r[%slot] tile 1 : !wide -> tensor<160x128xf8E4M3FN>
        %s = gqgpu.slot_read %r[%slot] tile 2 : !wide -> tensor<2x1xf32>
        %t = gqgpu.slot_read %r[%slot] tile 3 : !wide -> tensor<2x1xf32>
        %p = gq.scaled_matmul %at, %bt scales(%s block [128, 128], %t block [128, 128]) origin(%i, %j, %c0) outs(%init : tensor<192x160xf32>)
            : tensor<192x128xf8E4M3FN>, tensor<160x128xf8E4M3FN>, tensor<2x1xf32>, tensor<2x1xf32> -> tensor<192x160xf32>
        gqgpu.store %p, %d[%i, %j] : tensor<192x160xf32>, memref<?x?xf32>
      }
    }
    gqgpu.role "fill" kind fill warps 1 registers 32 {
    }
  }
  gqgpu.return
}

!odd = !gqgpu.ring<2, <128x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>, <2x1xf32>, <2x1xf32>>

// Nothing is known of where the tile starts: each thread reads the scales of its own
// rows and columns.
// CHECK-LABEL: gqgpu.kernel @anywhere
// CHECK: gqgpu.read_scales {{.*}} cols %{{.*}} block 128 : !ring{{.*}} -> <1x64xf32, #gqgpu.mma>
// CHECK: gqgpu.read_scales {{.*}} rows %{{.*}} block 128 : !ring{{.*}} -> <64x1xf32, #gqgpu.mma>
gqgpu.kernel @anywhere(%d: memref<?x?xf32>, %i: index, %j: index, %zero: f32) {
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !odd
  %c = gqgpu.cursor : !gqgpu.cursor
  %c0 = arith.constant 0 : index
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
      %e = tensor.empty() : tensor<128x64xf32>
      %init = linalg.fill ins(%zero : f32) outs(%e : tensor<128x64xf32>) -> tensor<128x64xf32>
      %slot = gqgpu.wait %r[%c] : !odd -> !gqgpu.slot
      %at = gqgpu.slot_read %r[%slot] tile 0 : !odd -> tensor<128x128xf8E4M3FN>
      %bt = gqgpu.slot_read %r[%slot] tile 1 : !odd -> tensor<64x128xf8E4M3FN>
      %s = gqgpu.slot_read %r[%slot] tile 2 : !odd -> tensor<2x1xf32>
      %t = gqgpu.slot_read %r[%slot] tile 3 : !odd -> tensor<2x1xf32>
      %p = gq.scaled_matmul %at, %bt scales(%s block [128, 128], %t block [128, 128]) origin(%i, %j, %c0) outs(%init : tensor<128x64xf32>)
          : tensor<128x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<2x1xf32>, tensor<2x1xf32> -> tensor<128x64xf32>
      gqgpu.store %p, %d[%i, %j] : tensor<128x64xf32>, memref<?x?xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}
