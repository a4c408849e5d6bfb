// RUN: gq-opt %s --gq-expand-reductions --verify-diagnostics

!f = !gqgpu.fragment<8x384xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
!s = !gqgpu.fragment<8x384xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [1, 96]>
gqgpu.kernel @irregular(%x: memref<?x384xf32>, %s: memref<?x4xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %v = gqgpu.load_fragment %x[%c0, %c0] map affine_map<(r, c) -> (r, c)> : memref<?x384xf32> -> !f
  // expected-error@+1 {{reduces blocks of 1x96 that lie irregularly over 8x32 threads; expects a config whose threads go into them}}
  %a = gqgpu.block_reduce addf %v : !f -> !s
  gqgpu.store_fragment %a, %s[%c0, %c0] : !s, memref<?x4xf32>
  gqgpu.return
}
