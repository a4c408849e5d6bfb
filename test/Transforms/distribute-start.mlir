// RUN: gq-opt %s --gq-distribute --canonicalize --cse | FileCheck %s

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>, <1x1xf32>>

// What a product without a loop adds to is loaded where its tile is, before the slot is waited for.
// The result may be in the same memory.
// CHECK-LABEL: gqgpu.kernel @one_step
// CHECK: %[[START:.*]] = gqgpu.load_fragment %{{.*}}[%{{.*}}, %{{.*}}] map #{{.*}} {coherent} : memref<64x64xf32> -> <64x64xf32, #gqgpu.mma>
// CHECK: gqgpu.wait
// CHECK: %[[PRODUCT:.*]] = gqgpu.mma_wait
// CHECK: gqgpu.promote %[[PRODUCT]], %{{.*}}, %{{.*}} into %[[START]]
gqgpu.kernel @one_step(%c: memref<64x64xf32>, %d: memref<64x64xf32>) {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 4 : !ring
  %cursor = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 160 (%group) {
      %start = gqgpu.load %c[%c0, %c0] : memref<64x64xf32> -> tensor<64x64xf32>
      %slot = gqgpu.wait %r[%cursor] : !ring -> !gqgpu.slot
      %at = gqgpu.slot_read %r[%slot] tile 0 : !ring -> tensor<64x128xf8E4M3FN>
      %bt = gqgpu.slot_read %r[%slot] tile 1 : !ring -> tensor<64x128xf8E4M3FN>
      %s = gqgpu.slot_read %r[%slot] tile 2 : !ring -> tensor<64x1xf32>
      %t = gqgpu.slot_read %r[%slot] tile 3 : !ring -> tensor<1x1xf32>
      %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [64, 128]) outs(%start : tensor<64x64xf32>)
          : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
      gqgpu.store %p, %d[%c0, %c0] : tensor<64x64xf32>, memref<64x64xf32>
      gqgpu.release %r[%slot] : !ring
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// Of a slot that a step does not fill the first columns are multiplied.
// CHECK-LABEL: gqgpu.kernel @first_columns
// CHECK: gqgpu.mma_async {{.*}} tiles(0, 1) by #product row %{{.*}} k [0, 96]
// CHECK-NOT: gqgpu.mma_async
gqgpu.kernel @first_columns(%c: memref<64x64xf32>, %d: memref<64x64xf32>) {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 4 : !ring
  %cursor = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 160 (%group) {
      %start = gqgpu.load %c[%c0, %c0] : memref<64x64xf32> -> tensor<64x64xf32>
      %slot = gqgpu.wait %r[%cursor] : !ring -> !gqgpu.slot
      %at = gqgpu.slot_read %r[%slot] tile 0 : !ring -> tensor<64x128xf8E4M3FN>
      %bt = gqgpu.slot_read %r[%slot] tile 1 : !ring -> tensor<64x128xf8E4M3FN>
      %s = gqgpu.slot_read %r[%slot] tile 2 : !ring -> tensor<64x1xf32>
      %t = gqgpu.slot_read %r[%slot] tile 3 : !ring -> tensor<1x1xf32>
      %x = tensor.extract_slice %at[0, 0] [64, 96] [1, 1] : tensor<64x128xf8E4M3FN> to tensor<64x96xf8E4M3FN>
      %y = tensor.extract_slice %bt[0, 0] [64, 96] [1, 1] : tensor<64x128xf8E4M3FN> to tensor<64x96xf8E4M3FN>
      %p = gq.scaled_matmul %x, %y scales(%s block [1, 96], %t block [64, 96]) outs(%start : tensor<64x64xf32>)
          : tensor<64x96xf8E4M3FN>, tensor<64x96xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
      gqgpu.store %p, %d[%c0, %c0] : tensor<64x64xf32>, memref<64x64xf32>
      gqgpu.release %r[%slot] : !ring
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}
