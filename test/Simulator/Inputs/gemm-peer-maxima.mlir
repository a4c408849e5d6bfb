// gemm-maxima.mlir for blocks of 256x64, which clusters of two thread blocks share: each has 128 rows of a
// block, and they tell one another their maxima. mutate.py edits it.
!ring = !gqgpu.ring<2, <128x128xi8, swizzle = 128>, <64x128xi8, swizzle = 128, permuted = 32>>
!maxima = !gqgpu.ring<2, <1x8xf32>>
!acc = !gqgpu.fragment<64x64xi32, #gqgpu.mma<permuted = 32>>
!x = !gqgpu.fragment<64x64xf32, #gqgpu.mma<permuted = 32>>
!part = !gqgpu.partial<<64x64xf32, #gqgpu.mma<permuted = 32>, block = [1, 64]>, lanes = 1>
!inbox = !gqgpu.inbox<<8x1xf32>>
!row = !gqgpu.fragment<1x64xf32, #gqgpu.mma<permuted = 32>, block = [1, 64]>
!blocks = !gqgpu.fragment<64x64xf32, #gqgpu.mma<permuted = 32>, block = [64, 64]>
!codes = !gqgpu.fragment<64x64xi8, #gqgpu.mma<permuted = 32>>
#map = affine_map<(d0) -> (-d0 + 96, 64)>
#map1 = affine_map<(d0, d1) -> (d0, 0)>
#map2 = affine_map<(d0, d1) -> (0, 0)>
#map3 = affine_map<(d0) -> (d0 floordiv 64)>
// The block of a row; scales that a tile stores, one if it is the first of two.
#block = affine_map<(d0) -> (d0 floordiv 256)>
#scales = affine_map<(d0) -> (1 - (d0 floordiv 128) mod 2)>
// Rows of a tile, which may be past the end.
#rows = affine_map<(d0) -> (-d0 + 300, 128)>
#product = #gqgpu.wgmma<m = 64, n = 64, k = 32, a = i8, b = i8, acc = i32, permuted = 32>
module attributes {gpu.container_module} {
  gpu.module @kernels {
    gqgpu.kernel @product(%a: memref<300x128xi8>, %b: memref<96x128xi8>, %sa: memref<300x1xf32>, %sb: memref<1x1xf32>, %q: memref<300x96xi8>, %s: memref<2x2xf32>)
        attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2, 1>, threads = 384 : i64} {
      %c128 = arith.constant 128 : index
      %one = arith.constant 1.000000e+00 : f32
      %least = arith.constant 1.17549435E-38 : f32
      %most = arith.constant -1.270000e+02 : f32
      %inverse = arith.constant 0.00787401571 : f32
      %c64 = arith.constant 64 : index
      %none = arith.constant 0 : i32
      %c300 = arith.constant 300 : index
      %zero = arith.constant 0.000000e+00 : f32
      %c0 = arith.constant 0 : index
      %c96 = arith.constant 96 : index
      %ring = gqgpu.ring_create bytes 24576 filled_by ["tma"] arrivals 1 consumed_by ["math"] arrivals 8 in_cluster [16, 8] : !ring
      %start = gqgpu.cursor : !gqgpu.cursor
      %slots = gqgpu.ring_create filled_by ["math"] arrivals 8 consumed_by ["math"] arrivals 8 : !maxima
      %inbox = gqgpu.inbox_create of "math" arrivals 8 : !inbox
      gqgpu.barrier cluster
      gqgpu.warp_specialize {
        gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
          %row = arith.muli %group, %c64 : index
          %end:3 = gqgpu.tile_loop (%m, %n) to (%c300, %c96) step [128, 64] persistent iter_args(%first = %start, %put = %start, %read = %start) -> (!gqgpu.cursor, !gqgpu.cursor, !gqgpu.cursor) {
            gqgpu.offer %inbox : !inbox
            %columns = affine.min #map(%n)
            %nothing = gqgpu.splat %none : i32 -> !acc
            %slot = gqgpu.wait %ring[%first] : !ring -> !gqgpu.slot
            %product = gqgpu.mma_async %ring[%slot] tiles(0, 1) by #product row %row k [0, 128] reuse %nothing accumulate : !acc : !ring -> !acc
            %sums = gqgpu.mma_wait %product : !acc
            gqgpu.release %ring[%slot] peers [0] : !ring
            %next = gqgpu.advance %ring[%first] : !ring, !gqgpu.cursor
            %to = arith.addi %m, %row : index
            %rows = gqgpu.load_fragment %sa[%to, %c0] map #map1 : memref<300x1xf32> -> !x
            %block = gqgpu.load_fragment %sb[%c0, %c0] map #map2 : memref<1x1xf32> -> !x
            %x = gqgpu.elementwise(%sums, %rows, %block) {
            ^bb0(%u: i32, %v: f32, %w: f32):
              %f = arith.sitofp %u : i32 to f32
              %g = arith.mulf %v, %w : f32
              %h = math.fma %f, %g, %zero : f32
              gqgpu.yield %h : f32
            } : (!acc, !x, !x) -> !x
            %tile_rows = affine.min #rows(%m)
            %difference = arith.subi %tile_rows, %row : index
            %left = arith.maxsi %difference, %c0 : index
            %inside = gqgpu.mask %x to(%left, %columns) : !x
            %own = gqgpu.acquire %slots[%put] : !maxima -> !gqgpu.slot
            %part = gqgpu.thread_absmax %inside : !x -> !part
            gqgpu.put_maxima %part at(%row, %c0) to %slots[%own] tile 0 : !part, !maxima
            gqgpu.commit %slots[%own] : !maxima
            %next_put = gqgpu.advance %slots[%put] : !maxima, !gqgpu.cursor
            %full = gqgpu.wait %slots[%read] : !maxima -> !gqgpu.slot
            %max = gqgpu.read_maxima %slots[%full] tile 0 block [128, 64] floor 0.000000e+00 at(%row, %c0) : !maxima -> !row
            gqgpu.release %slots[%full] : !maxima
            %next_read = gqgpu.advance %slots[%read] : !maxima, !gqgpu.cursor
            gqgpu.await_offers %inbox : !inbox
            gqgpu.push_maxima %max to %inbox tile 0 : !row, !inbox
            gqgpu.await_pushes %inbox : !inbox
            %all = gqgpu.max_pushed %inbox tile 0, %max : !inbox, !row
            %maxima = gqgpu.spread_blocks %all : !row -> !blocks
            %scale = gqgpu.elementwise(%maxima) {
            ^bb0(%u: f32):
              %f = arith.mulf %u, %inverse : f32
              %g = math.fma %f, %most, %u : f32
              %h = math.fma %g, %inverse, %f : f32
              %normal = arith.maximumf %h, %least : f32
              %some = arith.cmpf ogt, %u, %zero : f32
              %y = arith.select %some, %normal, %one : f32
              gqgpu.yield %y : f32
            } : (!blocks) -> !blocks
            %code = gqgpu.scaled_cast %x, %scale {normal} : !x, !blocks -> !codes
            %bj = affine.apply #map3(%n)
            gqgpu.store_fragment %code, %q[%to, %n] {path = #gqgpu.path<copy>} : !codes, memref<300x96xi8>
            %bi = affine.apply #block(%m)
            %stored = affine.apply #scales(%m)
            %end_s = arith.addi %bi, %stored : index
            %is_first = arith.cmpi eq, %group, %c0 : index
            scf.if %is_first {
              gqgpu.store_fragment %scale, %s[%bi, %bj] ends [0](%end_s) {path = #gqgpu.path<copy>} : !blocks, memref<2x2xf32>
            }
            gqgpu.yield %next, %next_put, %next_read : !gqgpu.cursor, !gqgpu.cursor, !gqgpu.cursor
          }
        }
        gqgpu.role "tma" kind tma warps 1 registers 40 {
          %end_tma = gqgpu.tile_loop (%m, %n) to (%c300, %c96) step [128, 64] persistent iter_args(%first_tma = %start) -> (!gqgpu.cursor) {
            %slot_tma = gqgpu.acquire %ring[%first_tma] : !ring -> !gqgpu.slot
            gqgpu.tma_load %a[%m, %c0] -> %ring[%slot_tma] tile 0 {evict = #gqgpu.evict<normal>} : memref<300x128xi8>, !ring
            gqgpu.tma_load %b[%n, %c0] -> %ring[%slot_tma] tile 1 {evict = #gqgpu.evict<normal>, multicast = 0 : i64} : memref<96x128xi8>, !ring
            gqgpu.commit %ring[%slot_tma] : !ring
            %next_tma = gqgpu.advance %ring[%first_tma] : !ring, !gqgpu.cursor
            gqgpu.yield %next_tma : !gqgpu.cursor
          }
        }
      }
      gqgpu.barrier cluster
      gqgpu.return
    }
  }
  func.func @product(%a: tensor<300x128xi8>, %sa: tensor<300x1xf32>, %b: tensor<96x128xi8>, %sb: tensor<1x1xf32>) -> (tensor<300x96xi8>, tensor<2x2xf32>) {
    %q = tensor.empty() : tensor<300x96xi8>
    %s = tensor.empty() : tensor<2x2xf32>
    %r:2 = gqgpu.launch @kernels::@product ins(%a, %b, %sa, %sb : tensor<300x128xi8>, tensor<96x128xi8>, tensor<300x1xf32>, tensor<1x1xf32>) outs(%q, %s : tensor<300x96xi8>, tensor<2x2xf32>) -> tensor<300x96xi8>, tensor<2x2xf32>
    return %r#0, %r#1 : tensor<300x96xi8>, tensor<2x2xf32>
  }
}

