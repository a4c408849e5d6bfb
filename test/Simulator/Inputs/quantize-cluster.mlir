// Blocks of 64x64, each over two thread blocks of a cluster. As
// gq-allocate-shared-memory leaves it, with names for people. mutate.py edits it.
#block = affine_map<(d0) -> (d0 floordiv 64)>
#id = affine_map<(d0, d1) -> (d0, d1)>
#layout = #gqgpu.blocked<[4, 16], chunk = 8, cluster = 2>
!blocks = !gqgpu.fragment<64x128xf32, #layout, block = [64, 64]>
!x = !gqgpu.fragment<64x128xf32, #layout>
!codes = !gqgpu.fragment<64x128xi8, #layout>
!thread = !gqgpu.partial<!blocks, lanes = 1>
!lanes = !gqgpu.partial<!blocks, lanes = 8>
module attributes {gpu.container_module} {
  gpu.module @kernels {
    gqgpu.kernel @quantize(%x: memref<100x160xf32>, %q: memref<100x160xi8>, %s: memref<2x3xf32>) attributes {cluster = 2 : i64, shared_memory = 8 : i64, threads = 64 : i64} {
      %most = arith.constant 3.40282347E+38 : f32
      %c160 = arith.constant 160 : index
      %c100 = arith.constant 100 : index
      %format = arith.constant 1.270000e+02 : f32
      %smallest = arith.constant 1.17549435E-38 : f32
      %zero = arith.constant 0.000000e+00 : f32
      %one = arith.constant 1.000000e+00 : f32
      %words = gqgpu.shared_alloc at 0 : !gqgpu.tile<1x2xf32>
      gqgpu.tile_loop (%m, %n) to (%c100, %c160) step [64, 128] {
        %mb = affine.apply #block(%m)
        %nb = affine.apply #block(%n)
        %v = gqgpu.load_fragment %x[%m, %n] map #id : memref<100x160xf32> -> !x
        gqgpu.barrier block
        gqgpu.clear %words : !gqgpu.tile<1x2xf32>
        gqgpu.barrier cluster
        %mine = gqgpu.thread_absmax %v : !x -> !thread
        %thread = gqgpu.partial_max %mine floor 0.000000e+00 : !thread -> !thread
        %lanes = gqgpu.lane_max shuffle %thread : !thread -> !lanes
        gqgpu.atomic_max cluster %lanes into %words : !lanes, !gqgpu.tile<1x2xf32>
        gqgpu.barrier cluster
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
        %code = gqgpu.scaled_cast %v, %scale : !x, !blocks -> !codes
        gqgpu.store_fragment %code, %q[%m, %n] {path = #gqgpu.path<copy>} : !codes, memref<100x160xi8>
        gqgpu.store_fragment %scale, %s[%mb, %nb] {path = #gqgpu.path<copy>} : !blocks, memref<2x3xf32>
      }
      gqgpu.return
    }
  }
  func.func @quantize(%x: tensor<100x160xf32>) -> (tensor<100x160xi8>, tensor<2x3xf32>) {
    %0 = tensor.empty() : tensor<100x160xi8>
    %1 = tensor.empty() : tensor<2x3xf32>
    %2:2 = gqgpu.launch @kernels::@quantize ins(%x : tensor<100x160xf32>) outs(%0, %1 : tensor<100x160xi8>, tensor<2x3xf32>) -> tensor<100x160xi8>, tensor<2x3xf32>
    return %2#0, %2#1 : tensor<100x160xi8>, tensor<2x3xf32>
  }
}
