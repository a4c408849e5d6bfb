// A product written by hand with roles, on tile tensors, goes on from gq-distribute.
// RUN: gq-opt %s --gq-split-copies --gq-distribute --canonicalize --cse --gq-stage-stores --gq-schedule-math --canonicalize --cse -o %t.l3
// RUN: FileCheck %s --input-file=%t.l3
// RUN: gq-opt %t.l3 --gq-annotate-alignment --gq-allocate-shared-memory --gq-expand-math --gq-expand-tile-loops --convert-gqgpu-to-nvvm --canonicalize --cse | FileCheck %s --check-prefix=LLVM

!ring = !gqgpu.ring<3, <128x128xf8E4M3FN, swizzle = 128>, <96x128xf8E4M3FN, swizzle = 128>, <1x1xf32>, <3x1xf32>>

// CHECK: %[[ROW:.*]] = arith.muli %{{.*}}, %c64
// The step's bound is not known: the first wait asks whether there is a step.
// CHECK: %[[ANY:.*]] = arith.cmpi sgt, %[[K:.*]], %c0 : index
// CHECK: %[[SLOT:.*]] = gqgpu.wait %{{.*}} when %[[ANY]]
// CHECK: gqgpu.read_scales %{{.*}}[%[[SLOT]]] tile 3 cols %{{.*}} block 32 : !ring -> <1x96xf32, #gqgpu.mma, block = [1, 32]>
// CHECK: gqgpu.read_scales %{{.*}}[%[[SLOT]]] tile 2 rows %{{.*}} block 128 : !ring -> <1x1xf32, #gqgpu.mma>
// CHECK: scf.for %{{.*}} = %c0 to %[[K]]
// CHECK: gqgpu.mma_async %{{.*}} tiles(0, 1) by #product row %[[ROW]] k [0, 128] : !ring -> <64x96xf32, #gqgpu.mma>
// CHECK: gqgpu.store_fragment %{{.*}} : <64x96xf32, #gqgpu.mma>

// LLVM: llvm.func @by_hand
// LLVM-COUNT-4: wgmma.mma_async.sync.aligned.m64n96k32.f32.e4m3.e4m3
gpu.module @kernels {
gqgpu.kernel @by_hand(%a: memref<128x?xf8E4M3FN>, %b: memref<96x?xf8E4M3FN>, %sa: memref<1x?xf32>, %sb: memref<3x?xf32>, %d: memref<128x96xf32>)
    attributes {threads = 384} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c128 = arith.constant 128 : index
  %zero = arith.constant 0.0 : f32
  %k = memref.dim %a, %c1 : memref<128x?xf8E4M3FN>
  %r = gqgpu.ring_create bytes 28672 filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !ring
  %first = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
      %e = tensor.empty() : tensor<128x96xf32>
      %init = linalg.fill ins(%zero : f32) outs(%e : tensor<128x96xf32>) -> tensor<128x96xf32>
      %sum, %last = scf.for %i = %c0 to %k step %c128 iter_args(%acc = %init, %c = %first) -> (tensor<128x96xf32>, !gqgpu.cursor) {
        %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
        %at = gqgpu.slot_read %r[%slot] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
        %bt = gqgpu.slot_read %r[%slot] tile 1 : !ring -> tensor<96x128xf8E4M3FN>
        %s = gqgpu.slot_read %r[%slot] tile 2 : !ring -> tensor<1x1xf32>
        %t = gqgpu.slot_read %r[%slot] tile 3 : !ring -> tensor<3x1xf32>
        %p = gq.scaled_matmul %at, %bt scales(%s block [128, 128], %t block [32, 128]) outs(%acc : tensor<128x96xf32>)
          : tensor<128x128xf8E4M3FN>, tensor<96x128xf8E4M3FN>, tensor<1x1xf32>, tensor<3x1xf32> -> tensor<128x96xf32>
        gqgpu.release %r[%slot] : !ring
        %next = gqgpu.advance %r[%c] : !ring, !gqgpu.cursor
        scf.yield %p, %next : tensor<128x96xf32>, !gqgpu.cursor
      }
      gqgpu.store %sum, %d[%c0, %c0] : tensor<128x96xf32>, memref<128x96xf32>
    }
    gqgpu.role "fill" kind fill warps 2 registers 40 {
      scf.for %i = %c0 to %k step %c128 iter_args(%c = %first) -> (!gqgpu.cursor) {
        %kb = arith.divui %i, %c128 : index
        %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
        gqgpu.tma_load %a[%c0, %i] -> %r[%slot] tile 0 : memref<128x?xf8E4M3FN>, !ring
        gqgpu.tma_load %b[%c0, %i] -> %r[%slot] tile 1 : memref<96x?xf8E4M3FN>, !ring
        gqgpu.copy_load %sa[%c0, %kb] -> %r[%slot] tile 2 : memref<1x?xf32>, !ring
        gqgpu.copy_load %sb[%c0, %kb] -> %r[%slot] tile 3 : memref<3x?xf32>, !ring
        gqgpu.commit %r[%slot] : !ring
        %next = gqgpu.advance %r[%c] : !ring, !gqgpu.cursor
        scf.yield %next : !gqgpu.cursor
      }
    }
  }
  gqgpu.return
}
}
