// A product written by hand with rings, roles and fragments: one math group,
// two slots, 64x64 tiles, half of K at a time.
// RUN: gq-opt %s --gq-split-copies --gq-expand-reductions --gq-stage-stores --gq-annotate-alignment --gq-allocate-shared-memory --gq-expand-math --gq-expand-tile-loops --convert-gqgpu-to-nvvm --canonicalize --cse | FileCheck %s

!ring = !gqgpu.ring<2, <64x128xf8E5M2, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>, <1x1xf32>>
!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!rows = !gqgpu.fragment<64x1xf32, #gqgpu.mma>
!one = !gqgpu.fragment<1x1xf32, #gqgpu.mma>

// Two slots: tiles at 0 and 16384, scales, then the barriers.
// CHECK-LABEL: llvm.func @by_hand
// CHECK-SAME: gqgpu.launch = #gqgpu.launch<threads = 256, cluster = 1, shared_memory = 33568, grid = <[0[0], 1[0]] -> ((s0 ceildiv 64) * (s1 ceildiv 64))>,
// CHECK-SAME: #gqgpu.tensor_map<0 as u8 box [128, 64] swizzle 128>
// CHECK: mbarrier.init.shared::cta.b64 [$0+33536], 33;
// CHECK-NEXT: mbarrier.init.shared::cta.b64 [$0+33552], 4;
// CHECK: nvvm.setmaxregister increase 248
// CHECK: mbarrier.try_wait.parity
// CHECK: wgmma.mma_async.sync.aligned.m64n64k32.f32.e5m2.e4m3
// CHECK: wgmma.wait_group.sync.aligned 0;
// CHECK: wgmma.mma_async.sync.aligned.m64n64k32.f32.e5m2.e4m3
// CHECK: nvvm.setmaxregister decrease 32
// CHECK: nvvm.cp.async.bulk.tensor.shared.cluster.global
// CHECK: nvvm.cp.async.shared.global {{.*}}, 4, cache = ca
gpu.module @kernels {
gqgpu.kernel @by_hand(%a: memref<?x512xf8E5M2>, %b: memref<?x512xf8E4M3FN>, %sa: memref<?x4xf32>, %sb: memref<1x4xf32>, %d: memref<?x?xf32>)
    attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c512 = arith.constant 512 : index
  %zero = arith.constant 0.0 : f32
  %m = memref.dim %a, %c0 : memref<?x512xf8E5M2>
  %n = memref.dim %b, %c0 : memref<?x512xf8E4M3FN>
  %r = gqgpu.ring_create bytes 16384 filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 4 : !ring
  %first = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%group) {
      %init = gqgpu.splat %zero : f32 -> !acc
      gqgpu.tile_loop (%i, %j) to (%m, %n) step [64, 64] iter_args(%t = %first) -> (!gqgpu.cursor) {
        %sum, %e = scf.for %k = %c0 to %c512 step %c128 iter_args(%s = %init, %c = %t) -> (!acc, !gqgpu.cursor) {
          %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
          %rows = gqgpu.read_scales %r[%slot] tile 2 rows %c0 block 1 : !ring -> !rows
          %cols = gqgpu.read_scales %r[%slot] tile 3 cols %c0 block 64 : !ring -> !one
          %p0 = gqgpu.mma_async %r[%slot] tiles (0, 1) by #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E5M2, b = f8E4M3FN, acc = f32> row %c0 k [0, 64] : !ring -> !acc
          %w0 = gqgpu.mma_wait %p0 : !acc
          %s0 = gqgpu.promote %w0, %rows, %cols into %s : !rows, !one, !acc
          %p1 = gqgpu.mma_async %r[%slot] tiles (0, 1) by #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E5M2, b = f8E4M3FN, acc = f32> row %c0 k [64, 128] reuse %w0 : !acc : !ring -> !acc
          %w1 = gqgpu.mma_wait %p1 : !acc
          gqgpu.release %r[%slot] : !ring
          %s1 = gqgpu.promote %w1, %rows, %cols into %s0 : !rows, !one, !acc
          %next = gqgpu.advance %r[%c] : !ring, !gqgpu.cursor
          scf.yield %s1, %next : !acc, !gqgpu.cursor
        }
        gqgpu.store_fragment %sum, %d[%i, %j] : !acc, memref<?x?xf32>
        gqgpu.yield %e : !gqgpu.cursor
      }
    }
    gqgpu.role "fill" kind fill warps 2 registers 32 {
      gqgpu.tile_loop (%i, %j) to (%m, %n) step [64, 64] iter_args(%t = %first) -> (!gqgpu.cursor) {
        %e = scf.for %k = %c0 to %c512 step %c128 iter_args(%c = %t) -> (!gqgpu.cursor) {
          %kb = arith.divui %k, %c128 : index
          %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
          gqgpu.tma_load %a[%i, %k] -> %r[%slot] tile 0 : memref<?x512xf8E5M2>, !ring
          gqgpu.tma_load %b[%j, %k] -> %r[%slot] tile 1 : memref<?x512xf8E4M3FN>, !ring
          gqgpu.copy_load %sa[%i, %kb] -> %r[%slot] tile 2 : memref<?x4xf32>, !ring
          gqgpu.copy_load %sb[%c0, %kb] -> %r[%slot] tile 3 : memref<1x4xf32>, !ring
          gqgpu.commit %r[%slot] : !ring
          %next = gqgpu.advance %r[%c] : !ring, !gqgpu.cursor
          scf.yield %next : !gqgpu.cursor
        }
        gqgpu.yield %e : !gqgpu.cursor
      }
    }
  }
  gqgpu.return
}
}
