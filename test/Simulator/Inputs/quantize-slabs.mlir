// Tiles in two slabs, of which one is parked until its scale is known. As
// gq-allocate-shared-memory leaves it, with names for people. mutate.py edits it.
#block = affine_map<(d0) -> (d0 floordiv 64)>
#id = affine_map<(d0, d1) -> (d0, d1)>
#layout = #gqgpu.blocked<[4, 16], chunk = 8>
!blocks = !gqgpu.fragment<32x128xf32, #layout, block = [32, 64]>
!codes = !gqgpu.fragment<32x128xf8E4M3FN, #layout>
!x = !gqgpu.fragment<32x128xf32, #layout>
!thread = !gqgpu.partial<!blocks, lanes = 1>
!lanes = !gqgpu.partial<!blocks, lanes = 8>
!parked = !gqgpu.parked<!x>
module attributes {gpu.container_module} {
  gpu.module @kernels {
    gqgpu.kernel @quantize(%x: memref<100x160xf32>, %q: memref<100x160xf8E4M3FN>, %s: memref<2x3xf32>) attributes {cluster = 1 : i64, shared_memory = 16400 : i64, threads = 64 : i64} {
      %most = arith.constant 3.40282347E+38 : f32
      %c32 = arith.constant 32 : index
      %c100 = arith.constant 100 : index
      %c160 = arith.constant 160 : index
      %format = arith.constant 4.480000e+02 : f32
      %smallest = arith.constant 1.17549435E-38 : f32
      %zero = arith.constant 0.000000e+00 : f32
      %one = arith.constant 1.000000e+00 : f32
      %words = gqgpu.shared_alloc at 0 : !gqgpu.tile<1x2xf32>
      %place = gqgpu.shared_alloc at 16 : !gqgpu.tile<32x128xf32>
      gqgpu.tile_loop (%m, %n) to (%c100, %c160) step [64, 128] persistent {
        %mb = affine.apply #block(%m)
        %nb = affine.apply #block(%n)
        %top = gqgpu.load_fragment %x[%m, %n] map #id : memref<100x160xf32> -> !x
        %mine = gqgpu.thread_absmax %top : !x -> !thread
        %parked = gqgpu.park %top in %place : !x, !gqgpu.tile<32x128xf32> -> !parked
        %row = arith.addi %m, %c32 : index
        %bottom = gqgpu.load_fragment %x[%row, %n] map #id {evict = #gqgpu.evict<first>} : memref<100x160xf32> -> !x
        %other = gqgpu.thread_absmax %bottom : !x -> !thread
        gqgpu.barrier block
        gqgpu.clear %words : !gqgpu.tile<1x2xf32>
        gqgpu.barrier block
        %thread = gqgpu.partial_max %mine, %other floor 0.000000e+00 : !thread, !thread -> !thread
        %lanes = gqgpu.lane_max shuffle %thread : !thread -> !lanes
        gqgpu.atomic_max block %lanes into %words : !lanes, !gqgpu.tile<1x2xf32>
        gqgpu.barrier block
        %maxima = gqgpu.read_blocks %words : !gqgpu.tile<1x2xf32> -> !blocks
        %amax = gqgpu.elementwise(%maxima) {
        ^bb0(%e: f32):
          %a = arith.minnumf %e, %most : f32
          gqgpu.yield %a : f32
        } : (!blocks) -> !blocks
        %scale = gqgpu.elementwise(%amax) {
        ^bb0(%e: f32):
          %a = arith.divf %e, %format : f32
          %b = arith.maximumf %a, %smallest : f32
          %c = arith.cmpf ogt, %e, %zero : f32
          %d = arith.select %c, %b, %one : f32
          gqgpu.yield %d : f32
        } : (!blocks) -> !blocks
        %below = gqgpu.scaled_cast %bottom, %scale : !x, !blocks -> !codes
        gqgpu.store_fragment %below, %q[%row, %n] {path = #gqgpu.path<copy>} : !codes, memref<100x160xf8E4M3FN>
        %again = gqgpu.unpark %parked : !parked -> !x
        %above = gqgpu.scaled_cast %again, %scale : !x, !blocks -> !codes
        gqgpu.store_fragment %above, %q[%m, %n] {path = #gqgpu.path<copy>} : !codes, memref<100x160xf8E4M3FN>
        gqgpu.store_fragment %scale, %s[%mb, %nb] {path = #gqgpu.path<copy>} : !blocks, memref<2x3xf32>
      }
      gqgpu.return
    }
  }
  func.func @quantize(%x: tensor<100x160xf32>) -> (tensor<100x160xf8E4M3FN>, tensor<2x3xf32>) {
    %0 = tensor.empty() : tensor<100x160xf8E4M3FN>
    %1 = tensor.empty() : tensor<2x3xf32>
    %2:2 = gqgpu.launch @kernels::@quantize ins(%x : tensor<100x160xf32>) outs(%0, %1 : tensor<100x160xf8E4M3FN>, tensor<2x3xf32>) -> tensor<100x160xf8E4M3FN>, tensor<2x3xf32>
    return %2#0, %2#1 : tensor<100x160xf8E4M3FN>, tensor<2x3xf32>
  }
}
