// gemm-fragments.mlir where thread blocks divide the steps of the last tiles between them
// (gq-stream-k, gq-expand-parts). mutate.py edits it.
!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!out = !gqgpu.fragment<64x64xbf16, #gqgpu.mma>
!ring = !gqgpu.ring<2, <128x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>, <128x1xf32>, <1x1xf32>>
#block = affine_map<(d0) -> (d0 floordiv 128)>
module attributes {gpu.container_module} {
  gpu.module @kernels {
    gqgpu.kernel @gemm(%a: memref<200x384xf8E4M3FN>, %b: memref<160x384xf8E4M3FN>,
                       %sa: memref<200x3xf32>, %sb: memref<2x3xf32>, %d: memref<200x160xbf16>,
                       %parts: memref<8x8192xf32>, %flags: memref<1x64xi32>)
        attributes {cluster = 1 : i64, threads = 384 : i64} {
      %zero = arith.constant 0.0 : f32
      %yes = arith.constant true
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c4 = arith.constant 4 : index
      %c8 = arith.constant 8 : index
      %c64 = arith.constant 64 : index
      %c128 = arith.constant 128 : index
      %c160 = arith.constant 160 : index
      %c200 = arith.constant 200 : index
      %c4096 = arith.constant 4096 : index
      %ring = gqgpu.ring_create bytes 24576 filled_by ["tma", "copy"] arrivals 33 consumed_by ["math"] arrivals 8 : !ring
      %start = gqgpu.cursor : !gqgpu.cursor
      gqgpu.warp_specialize {
        gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
          %row = arith.muli %group, %c64 : index
          %at = arith.muli %group, %c4096 : index
          %flag = arith.muli %group, %c4 : index
          %end = gqgpu.tile_loop (%m, %n) to (%c200, %c160) step [128, 64] persistent
              cut (%from, %upto, %range, %end_range, %owns) of 3 among 8 iter_args(%first = %start) -> (!gqgpu.cursor) {
            %none = gqgpu.splat %zero : f32 -> !acc
            %k0 = arith.muli %from, %c128 : index
            %kn = arith.muli %upto, %c128 : index
            %sum:2 = scf.for %k = %k0 to %kn step %c128 iter_args(%acc = %none, %cursor = %first) -> (!acc, !gqgpu.cursor) {
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
            %other = arith.xori %owns, %yes : i1
            scf.if %other {
              %before = arith.muli %range, %c8 : index
              %own_flag = arith.addi %before, %flag : index
              gqgpu.store_part %sum#0 into %parts[%range, %at] : !acc, memref<8x8192xf32>
              gqgpu.publish_part %flags[%own_flag] : memref<1x64xi32>
            }
            %next_range = arith.addi %range, %c1 : index
            %all = scf.for %r = %next_range to %end_range step %c1 iter_args(%some = %sum#0) -> (!acc) {
              %before = arith.muli %r, %c8 : index
              %its_flag = arith.addi %before, %flag : index
              gqgpu.await_part %r by %flags[%its_flag] : memref<1x64xi32>
              %with = gqgpu.add_part %some, %parts[%r, %at] : !acc, memref<8x8192xf32>
              scf.yield %with : !acc
            }
            scf.if %owns {
              %narrow = gqgpu.elementwise(%all) {
              ^bb0(%x: f32):
                %y = arith.truncf %x : f32 to bf16
                gqgpu.yield %y : bf16
              } : (!acc) -> !out
              %to = arith.addi %m, %row : index
              gqgpu.store_fragment %narrow, %d[%to, %n] : !out, memref<200x160xbf16>
            }
            gqgpu.yield %sum#1 : !gqgpu.cursor
          }
        }
        gqgpu.role "tma" kind tma warps 1 registers 40 {
          %end_tma = gqgpu.tile_loop (%m, %n) to (%c200, %c160) step [128, 64] persistent
              cut (%from_tma, %upto_tma, %range_tma, %end_tma_range, %owns_tma) of 3 among 8 iter_args(%first_tma = %start) -> (!gqgpu.cursor) {
            %k0_tma = arith.muli %from_tma, %c128 : index
            %kn_tma = arith.muli %upto_tma, %c128 : index
            %last_tma = scf.for %k = %k0_tma to %kn_tma step %c128 iter_args(%cursor_tma = %first_tma) -> (!gqgpu.cursor) {
              %slot_tma = gqgpu.acquire %ring[%cursor_tma] : !ring -> !gqgpu.slot
              gqgpu.tma_load %a[%m, %k] -> %ring[%slot_tma] tile 0 : memref<200x384xf8E4M3FN>, !ring
              gqgpu.tma_load %b[%n, %k] -> %ring[%slot_tma] tile 1 : memref<160x384xf8E4M3FN>, !ring
              gqgpu.commit %ring[%slot_tma] : !ring
              %next_tma = gqgpu.advance %ring[%cursor_tma] : !ring, !gqgpu.cursor
              scf.yield %next_tma : !gqgpu.cursor
            }
            gqgpu.yield %last_tma : !gqgpu.cursor
          }
        }
        gqgpu.role "copy" kind copy warps 1 registers 40 {
          %end_copy = gqgpu.tile_loop (%m, %n) to (%c200, %c160) step [128, 64] persistent
              cut (%from_copy, %upto_copy, %range_copy, %end_copy_range, %owns_copy) of 3 among 8 iter_args(%first_copy = %start) -> (!gqgpu.cursor) {
            %k0_copy = arith.muli %from_copy, %c128 : index
            %kn_copy = arith.muli %upto_copy, %c128 : index
            %last_copy = scf.for %k = %k0_copy to %kn_copy step %c128 iter_args(%cursor_copy = %first_copy) -> (!gqgpu.cursor) {
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
  gpu.module @flags {
    gqgpu.kernel @clear(%flags: memref<1x64xi32>) attributes {threads = 32 : i64} {
      %c1 = arith.constant 1 : index
      %c64 = arith.constant 64 : index
      %zero = arith.constant 0 : i32
      gqgpu.tile_loop (%i, %j) to (%c1, %c64) step [1, 64] {
        %zeros = gqgpu.splat %zero : i32 -> <1x64xi32, #gqgpu.blocked<[1, 32], chunk = 2>>
        gqgpu.store_fragment %zeros, %flags[%i, %j] : <1x64xi32, #gqgpu.blocked<[1, 32], chunk = 2>>, memref<1x64xi32>
      }
      gqgpu.return
    }
  }
  func.func @gemm(%a: tensor<200x384xf8E4M3FN>, %sa: tensor<200x3xf32>,
                  %b: tensor<160x384xf8E4M3FN>, %sb: tensor<2x3xf32>) -> tensor<200x160xbf16> {
    %e = tensor.empty() : tensor<200x160xbf16>
    %p = tensor.empty() : tensor<8x8192xf32>
    %f = tensor.empty() : tensor<1x64xi32>
    %z = gqgpu.launch @flags::@clear outs(%f : tensor<1x64xi32>) -> tensor<1x64xi32>
    %d:3 = gqgpu.launch @kernels::@gemm ins(%a, %b, %sa, %sb : tensor<200x384xf8E4M3FN>, tensor<160x384xf8E4M3FN>, tensor<200x3xf32>, tensor<2x3xf32>)
           outs(%e, %p, %z : tensor<200x160xbf16>, tensor<8x8192xf32>, tensor<1x64xi32>)
           -> tensor<200x160xbf16>, tensor<8x8192xf32>, tensor<1x64xi32>
    return %d#0 : tensor<200x160xbf16>
  }
}
