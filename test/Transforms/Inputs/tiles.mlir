// A product in the form that gq-promote-tma leaves: tiles, loads with paths.
#id = affine_map<(r, c) -> (r, c)>
gqgpu.kernel @gemm(%a: memref<?x512xf8E4M3FN>, %b: memref<256x512xf8E4M3FN>, %sa: memref<?x4xf32>, %sb: memref<2x4xf32>, %d: memref<?x256xbf16>) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c256 = arith.constant 256 : index
  %c512 = arith.constant 512 : index
  %zero = arith.constant 0.0 : f32
  %m = memref.dim %a, %c0 : memref<?x512xf8E4M3FN>
  gqgpu.tile_loop (%i, %j) to (%m, %c256) step [256, 128] raster 7 persistent {
    %e = tensor.empty() : tensor<256x128xf32>
    %init = linalg.fill ins(%zero : f32) outs(%e : tensor<256x128xf32>) -> tensor<256x128xf32>
    %sum = scf.for %k = %c0 to %c512 step %c128 iter_args(%acc = %init) -> (tensor<256x128xf32>) {
      %kb = arith.divui %k, %c128 : index
      %jb = arith.divui %j, %c128 : index
      %at = gqgpu.load %a[%i, %k] {path = #gqgpu.path<tma>, swizzle = 128, evict = #gqgpu.evict<normal>} : memref<?x512xf8E4M3FN> -> tensor<256x128xf8E4M3FN>
      %bt = gqgpu.load %b[%j, %k] {path = #gqgpu.path<tma>, swizzle = 128} : memref<256x512xf8E4M3FN> -> tensor<128x128xf8E4M3FN>
      %s = gqgpu.load %sa[%i, %kb] {path = #gqgpu.path<copy>} : memref<?x4xf32> -> tensor<256x1xf32>
      %t = gqgpu.load %sb[%jb, %kb] {path = #gqgpu.path<copy>} : memref<2x4xf32> -> tensor<1x1xf32>
      %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%acc : tensor<256x128xf32>)
          {config = #gq.matmul_config<tile = [256, 128, 128], stages = 3, raster = 7>}
          : tensor<256x128xf8E4M3FN>, tensor<128x128xf8E4M3FN>, tensor<256x1xf32>, tensor<1x1xf32> -> tensor<256x128xf32>
      scf.yield %p : tensor<256x128xf32>
    }
    %o = tensor.empty() : tensor<256x128xbf16>
    %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
        ins(%sum : tensor<256x128xf32>) outs(%o : tensor<256x128xbf16>) {
    ^bb0(%x: f32, %y: bf16):
      %v = arith.truncf %x : f32 to bf16
      linalg.yield %v : bf16
    } -> tensor<256x128xbf16>
    gqgpu.store %r, %d[%i, %j] {path = #gqgpu.path<tma>} : tensor<256x128xbf16>, memref<?x256xbf16>
  }
  gqgpu.return
}
