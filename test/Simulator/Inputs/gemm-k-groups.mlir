// gemm.mlir with two math roles that take the steps of a tile in turn: those of each
// come through a ring of its own from roles of its own. The second one puts its sum
// into a slot for the first one, which stores. mutate.py edits it.
!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!out = !gqgpu.fragment<64x64xbf16, #gqgpu.mma>
!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>, <1x1xf32>>
!sums = !gqgpu.ring<1, <64x64xf32>>
#block = affine_map<(d0) -> (d0 floordiv 128)>
module attributes {gpu.container_module} {
  gpu.module @kernels {
    gqgpu.kernel @gemm(%a: memref<200x384xf8E4M3FN>, %b: memref<160x384xf8E4M3FN>,
                       %sa: memref<200x3xf32>, %sb: memref<2x3xf32>, %d: memref<200x160xbf16>)
        attributes {cluster = 1 : i64, threads = 384 : i64} {
      %zero = arith.constant 0.0 : f32
      %c0 = arith.constant 0 : index
      %c128 = arith.constant 128 : index
      %c256 = arith.constant 256 : index
      %c160 = arith.constant 160 : index
      %c200 = arith.constant 200 : index
      %c384 = arith.constant 384 : index
      %ring0 = gqgpu.ring_create bytes 16384 filled_by ["tma_0", "copy_0"] arrivals 33 consumed_by ["math_0"] arrivals 4 : !ring
      %ring1 = gqgpu.ring_create bytes 16384 filled_by ["tma_1", "copy_1"] arrivals 33 consumed_by ["math_1"] arrivals 4 : !ring
      %sums = gqgpu.ring_create filled_by ["math_1"] arrivals 4 consumed_by ["math_0"] arrivals 4 : !sums
      %start = gqgpu.cursor : !gqgpu.cursor
      gqgpu.warp_specialize {
        gqgpu.role "math_0" kind math warps 4 registers 240 (%group) {
          %row = arith.muli %group, %c0 : index
          %end:2 = gqgpu.tile_loop (%m, %n) to (%c200, %c160) step [64, 64] persistent iter_args(%first = %start, %turn0 = %start) -> (!gqgpu.cursor, !gqgpu.cursor) {
            %none = gqgpu.splat %zero : f32 -> !acc
            %sum:2 = scf.for %k = %c0 to %c384 step %c256 iter_args(%acc = %none, %cursor = %first) -> (!acc, !gqgpu.cursor) {
              %slot = gqgpu.wait %ring0[%cursor] : !ring -> !gqgpu.slot
              %cols = gqgpu.read_scales %ring0[%slot] tile 3 cols %c0 block 128 : !ring -> <1x1xf32, #gqgpu.mma>
              %rows = gqgpu.read_scales %ring0[%slot] tile 2 rows %row block 1 : !ring -> <64x1xf32, #gqgpu.mma>
              %product = gqgpu.mma_async %ring0[%slot] tiles(0, 1) by #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32> row %row k [0, 128] : !ring -> <64x64xf32, #gqgpu.mma>
              %partial = gqgpu.mma_wait %product : !acc
              gqgpu.release %ring0[%slot] : !ring
              %more = gqgpu.promote %partial, %rows, %cols into %acc : <64x1xf32, #gqgpu.mma>, <1x1xf32, #gqgpu.mma>, !acc
              %next = gqgpu.advance %ring0[%cursor] : !ring, !gqgpu.cursor
              scf.yield %more, %next : !acc, !gqgpu.cursor
            }
            %full = gqgpu.wait %sums[%turn0] : !sums -> !gqgpu.slot
            %all = gqgpu.add_put %sum#0, %sums[%full] tile 0 : !acc, !sums
            gqgpu.release %sums[%full] : !sums
            %after0 = gqgpu.advance %sums[%turn0] : !sums, !gqgpu.cursor
            %narrow = gqgpu.elementwise(%all) {
            ^bb0(%x: f32):
              %y = arith.truncf %x : f32 to bf16
              gqgpu.yield %y : bf16
            } : (!acc) -> !out
            gqgpu.store_fragment %narrow, %d[%m, %n] {path = #gqgpu.path<tma>} : !out, memref<200x160xbf16>
            gqgpu.yield %sum#1, %after0 : !gqgpu.cursor, !gqgpu.cursor
          }
        }
        gqgpu.role "math_1" kind math warps 4 registers 240 (%group) {
          %row = arith.muli %group, %c0 : index
          %end:2 = gqgpu.tile_loop (%m, %n) to (%c200, %c160) step [64, 64] persistent iter_args(%first = %start, %turn1 = %start) -> (!gqgpu.cursor, !gqgpu.cursor) {
            %none = gqgpu.splat %zero : f32 -> !acc
            %sum:2 = scf.for %k = %c128 to %c384 step %c256 iter_args(%acc = %none, %cursor = %first) -> (!acc, !gqgpu.cursor) {
              %slot = gqgpu.wait %ring1[%cursor] : !ring -> !gqgpu.slot
              %cols = gqgpu.read_scales %ring1[%slot] tile 3 cols %c0 block 128 : !ring -> <1x1xf32, #gqgpu.mma>
              %rows = gqgpu.read_scales %ring1[%slot] tile 2 rows %row block 1 : !ring -> <64x1xf32, #gqgpu.mma>
              %product = gqgpu.mma_async %ring1[%slot] tiles(0, 1) by #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32> row %row k [0, 128] : !ring -> <64x64xf32, #gqgpu.mma>
              %partial = gqgpu.mma_wait %product : !acc
              gqgpu.release %ring1[%slot] : !ring
              %more = gqgpu.promote %partial, %rows, %cols into %acc : <64x1xf32, #gqgpu.mma>, <1x1xf32, #gqgpu.mma>, !acc
              %next = gqgpu.advance %ring1[%cursor] : !ring, !gqgpu.cursor
              scf.yield %more, %next : !acc, !gqgpu.cursor
            }
            %mine = gqgpu.acquire %sums[%turn1] : !sums -> !gqgpu.slot
            gqgpu.put %sum#0 to %sums[%mine] tile 0 : !acc, !sums
            gqgpu.commit %sums[%mine] : !sums
            %after1 = gqgpu.advance %sums[%turn1] : !sums, !gqgpu.cursor
            gqgpu.yield %sum#1, %after1 : !gqgpu.cursor, !gqgpu.cursor
          }
        }
        gqgpu.role "tma_0" kind tma warps 1 registers 24 {
          %end_tma = gqgpu.tile_loop (%m, %n) to (%c200, %c160) step [64, 64] persistent iter_args(%first_tma = %start) -> (!gqgpu.cursor) {
            %last_tma = scf.for %k = %c0 to %c384 step %c256 iter_args(%cursor_tma = %first_tma) -> (!gqgpu.cursor) {
              %slot_tma = gqgpu.acquire %ring0[%cursor_tma] : !ring -> !gqgpu.slot
              gqgpu.tma_load %a[%m, %k] -> %ring0[%slot_tma] tile 0 : memref<200x384xf8E4M3FN>, !ring
              gqgpu.tma_load %b[%n, %k] -> %ring0[%slot_tma] tile 1 : memref<160x384xf8E4M3FN>, !ring
              gqgpu.commit %ring0[%slot_tma] : !ring
              %next_tma = gqgpu.advance %ring0[%cursor_tma] : !ring, !gqgpu.cursor
              scf.yield %next_tma : !gqgpu.cursor
            }
            gqgpu.yield %last_tma : !gqgpu.cursor
          }
        }
        gqgpu.role "copy_0" kind copy warps 1 registers 24 {
          %end_copy = gqgpu.tile_loop (%m, %n) to (%c200, %c160) step [64, 64] persistent iter_args(%first_copy = %start) -> (!gqgpu.cursor) {
            %last_copy = scf.for %k = %c0 to %c384 step %c256 iter_args(%cursor_copy = %first_copy) -> (!gqgpu.cursor) {
              %kb = affine.apply #block(%k)
              %nb = affine.apply #block(%n)
              %slot_copy = gqgpu.acquire %ring0[%cursor_copy] : !ring -> !gqgpu.slot
              gqgpu.copy_load %sa[%m, %kb] -> %ring0[%slot_copy] tile 2 : memref<200x3xf32>, !ring
              gqgpu.copy_load %sb[%nb, %kb] -> %ring0[%slot_copy] tile 3 : memref<2x3xf32>, !ring
              gqgpu.commit %ring0[%slot_copy] : !ring
              %next_copy = gqgpu.advance %ring0[%cursor_copy] : !ring, !gqgpu.cursor
              scf.yield %next_copy : !gqgpu.cursor
            }
            gqgpu.yield %last_copy : !gqgpu.cursor
          }
        }
        gqgpu.role "tma_1" kind tma warps 1 registers 24 {
          %end_tma = gqgpu.tile_loop (%m, %n) to (%c200, %c160) step [64, 64] persistent iter_args(%first_tma = %start) -> (!gqgpu.cursor) {
            %last_tma = scf.for %k = %c128 to %c384 step %c256 iter_args(%cursor_tma = %first_tma) -> (!gqgpu.cursor) {
              %slot_tma = gqgpu.acquire %ring1[%cursor_tma] : !ring -> !gqgpu.slot
              gqgpu.tma_load %a[%m, %k] -> %ring1[%slot_tma] tile 0 : memref<200x384xf8E4M3FN>, !ring
              gqgpu.tma_load %b[%n, %k] -> %ring1[%slot_tma] tile 1 : memref<160x384xf8E4M3FN>, !ring
              gqgpu.commit %ring1[%slot_tma] : !ring
              %next_tma = gqgpu.advance %ring1[%cursor_tma] : !ring, !gqgpu.cursor
              scf.yield %next_tma : !gqgpu.cursor
            }
            gqgpu.yield %last_tma : !gqgpu.cursor
          }
        }
        gqgpu.role "copy_1" kind copy warps 1 registers 24 {
          %end_copy = gqgpu.tile_loop (%m, %n) to (%c200, %c160) step [64, 64] persistent iter_args(%first_copy = %start) -> (!gqgpu.cursor) {
            %last_copy = scf.for %k = %c128 to %c384 step %c256 iter_args(%cursor_copy = %first_copy) -> (!gqgpu.cursor) {
              %kb = affine.apply #block(%k)
              %nb = affine.apply #block(%n)
              %slot_copy = gqgpu.acquire %ring1[%cursor_copy] : !ring -> !gqgpu.slot
              gqgpu.copy_load %sa[%m, %kb] -> %ring1[%slot_copy] tile 2 : memref<200x3xf32>, !ring
              gqgpu.copy_load %sb[%nb, %kb] -> %ring1[%slot_copy] tile 3 : memref<2x3xf32>, !ring
              gqgpu.commit %ring1[%slot_copy] : !ring
              %next_copy = gqgpu.advance %ring1[%cursor_copy] : !ring, !gqgpu.cursor
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
