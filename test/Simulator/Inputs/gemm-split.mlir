// gemm-fragments.mlir for clusters of two thread blocks: each multiplies a part of K for
// a tile of 64 columns, and stores 32 of them. mutate.py edits it.
!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!own = !gqgpu.fragment<64x32xf32, #gqgpu.mma>
!out = !gqgpu.fragment<64x32xbf16, #gqgpu.mma>
!inbox = !gqgpu.inbox<<128x32xf32>>
!ring = !gqgpu.ring<2, <128x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>, <128x1xf32>, <1x1xf32>>
#block = affine_map<(d0) -> (d0 floordiv 128)>
// Of a column: the first of the cluster's tile, the number of the part.
#tile = affine_map<(d0) -> (d0 floordiv 64 * 64)>
#part = affine_map<(d0) -> ((d0 floordiv 32) mod 2)>
// Where part p of three steps begins, and where it ends.
#begin = affine_map<(p) -> ((p * 3) floordiv 2 * 128)>
#end = affine_map<(p) -> (((p + 1) * 3) floordiv 2 * 128)>
module attributes {gpu.container_module} {
  gpu.module @kernels {
    gqgpu.kernel @gemm(%a: memref<200x384xf8E4M3FN>, %b: memref<160x384xf8E4M3FN>,
                       %sa: memref<200x3xf32>, %sb: memref<2x3xf32>, %d: memref<200x160xbf16>)
        attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 384 : i64} {
      %zero = arith.constant 0.0 : f32
      %c0 = arith.constant 0 : index
      %c64 = arith.constant 64 : index
      %c128 = arith.constant 128 : index
      %c160 = arith.constant 160 : index
      %c200 = arith.constant 200 : index
      %ring = gqgpu.ring_create bytes 24576 filled_by ["tma", "copy"] arrivals 33 consumed_by ["math"] arrivals 8 : !ring
      %start = gqgpu.cursor : !gqgpu.cursor
      %inbox = gqgpu.inbox_create of "math" arrivals 8 : !inbox
      gqgpu.arrive_cluster
      gqgpu.warp_specialize {
        gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
          gqgpu.await_cluster
          %row = arith.muli %group, %c64 : index
          %end = gqgpu.tile_loop (%m, %n) to (%c200, %c160) step [128, 32] persistent iter_args(%first = %start) -> (!gqgpu.cursor) {
            gqgpu.offer %inbox : !inbox
            %part = affine.apply #part(%n)
            %begin = affine.apply #begin(%part)
            %k_end = affine.apply #end(%part)
            %none = gqgpu.splat %zero : f32 -> !acc
            %sum:2 = scf.for %k = %begin to %k_end step %c128 iter_args(%acc = %none, %cursor = %first) -> (!acc, !gqgpu.cursor) {
              %slot = gqgpu.wait %ring[%cursor] : !ring -> !gqgpu.slot
              %cols = gqgpu.read_scales %ring[%slot] tile 3 cols %c0 block 128 : !ring -> <1x1xf32, #gqgpu.mma>
              %rows = gqgpu.read_scales %ring[%slot] tile 2 rows %row block 1 : !ring -> <64x1xf32, #gqgpu.mma>
              %product = gqgpu.mma_async %ring[%slot] tiles(0, 1) by #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32> row %row k [0, 128] : !ring -> <64x64xf32, #gqgpu.mma>
              %partial = gqgpu.mma_wait %product : !acc
              gqgpu.release %ring[%slot] : !ring
              %more = gqgpu.promote %partial, %rows, %cols into %acc : <64x1xf32, #gqgpu.mma>, <1x1xf32, #gqgpu.mma>, !acc
              %next = gqgpu.advance %ring[%cursor] : !ring, !gqgpu.cursor
              scf.yield %more, %next : !acc, !gqgpu.cursor
            }
            %zeros = gqgpu.splat %zero : f32 -> !own
            gqgpu.await_offers %inbox : !inbox
            gqgpu.push %sum#0 to %inbox tile 0 : !acc, !inbox
            gqgpu.await_pushes %inbox : !inbox
            %all = gqgpu.sum_pushed %inbox tile 0, %sum#0 from %zeros : !inbox, !acc, !own
            %narrow = gqgpu.elementwise(%all) {
            ^bb0(%x: f32):
              %y = arith.truncf %x : f32 to bf16
              gqgpu.yield %y : bf16
            } : (!own) -> !out
            %to = arith.addi %m, %row : index
            gqgpu.store_fragment %narrow, %d[%to, %n] {path = #gqgpu.path<tma>} : !out, memref<200x160xbf16>
            gqgpu.yield %sum#1 : !gqgpu.cursor
          }
        }
        gqgpu.role "tma" kind tma warps 1 registers 40 {
          %end_tma = gqgpu.tile_loop (%m, %n) to (%c200, %c160) step [128, 32] persistent iter_args(%first_tma = %start) -> (!gqgpu.cursor) {
            %part_tma = affine.apply #part(%n)
            %begin_tma = affine.apply #begin(%part_tma)
            %k_end_tma = affine.apply #end(%part_tma)
            %n0 = affine.apply #tile(%n)
            %last_tma = scf.for %k = %begin_tma to %k_end_tma step %c128 iter_args(%cursor_tma = %first_tma) -> (!gqgpu.cursor) {
              %slot_tma = gqgpu.acquire %ring[%cursor_tma] : !ring -> !gqgpu.slot
              gqgpu.tma_load %a[%m, %k] -> %ring[%slot_tma] tile 0 : memref<200x384xf8E4M3FN>, !ring
              gqgpu.tma_load %b[%n0, %k] -> %ring[%slot_tma] tile 1 : memref<160x384xf8E4M3FN>, !ring
              gqgpu.commit %ring[%slot_tma] : !ring
              %next_tma = gqgpu.advance %ring[%cursor_tma] : !ring, !gqgpu.cursor
              scf.yield %next_tma : !gqgpu.cursor
            }
            gqgpu.yield %last_tma : !gqgpu.cursor
          }
        }
        gqgpu.role "copy" kind copy warps 1 registers 40 {
          %end_copy = gqgpu.tile_loop (%m, %n) to (%c200, %c160) step [128, 32] persistent iter_args(%first_copy = %start) -> (!gqgpu.cursor) {
            %part_copy = affine.apply #part(%n)
            %begin_copy = affine.apply #begin(%part_copy)
            %k_end_copy = affine.apply #end(%part_copy)
            %last_copy = scf.for %k = %begin_copy to %k_end_copy step %c128 iter_args(%cursor_copy = %first_copy) -> (!gqgpu.cursor) {
              %kb = affine.apply #block(%k)
              %nb = affine.apply #block(%n)
              %slot_copy = gqgpu.acquire %ring[%cursor_copy] : !ring -> !gqgpu.slot
              gqgpu.copy_load %sa[%m, %kb] -> %ring[%slot_copy] tile 2 : memref<200x3xf32>, !ring
              gqgpu.copy_load %sb[%nb, %kb] -> %ring[%slot_copy] tile 3 : memref<2x3xf32>, !ring
              gqgpu.commit %ring[%slot_copy] : !ring
              %next_copy = gqgpu.advance %ring[%cursor_copy] : !ring, !gqgpu.cursor
              scf.yield %next_copy : !gqgpu.cursor
            }
            gqgpu.yield %last_copy : !gqgpu.cursor
          }
        }
      }
      gqgpu.return
    }
  }
  func.func @gemm(%a: tensor<200x384xf8E4M3FN>, %sa: tensor<200x3xf32>,
                  %b: tensor<160x384xf8E4M3FN>, %sb: tensor<2x3xf32>) -> tensor<200x160xbf16> {
    %e = tensor.empty() : tensor<200x160xbf16>
    %d = gqgpu.launch @kernels::@gemm ins(%a, %b, %sa, %sb : tensor<200x384xf8E4M3FN>, tensor<160x384xf8E4M3FN>, tensor<200x3xf32>, tensor<2x3xf32>)
           outs(%e : tensor<200x160xbf16>) -> tensor<200x160xbf16>
    return %d : tensor<200x160xbf16>
  }
}
