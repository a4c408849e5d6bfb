// Three products of 100 rows: which rows of a the kernel reads, and where stores end.
gqgpu.kernel @numbers(%g: memref<3xi32>, %a: memref<300x256xf8E4M3FN>, %b: memref<96x256xf8E4M3FN>, %as: memref<300x2xf32>, %bs: memref<1x2xf32>, %d: memref<300x96xf32>) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c256 = arith.constant 256 : index
  %c128 = arith.constant 128 : index
  %c3 = arith.constant 3 : index
  %c100 = arith.constant 100 : index
  %c96 = arith.constant 96 : index
  gqgpu.tile_loop (%s, %i, %j) to (%c3, %c100, %c96) step [1, 64, 64] persistent {
    %number = gqgpu.load_scalar %g[%s] : memref<3xi32>
    %n = arith.index_cast %number : i32 to index
    %rows = affine.min affine_map<(i) -> (100 - i, 64)>(%i)
    %e = tensor.empty() : tensor<64x64xf32>
    %f = linalg.fill ins(%zero : f32) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
    %p = scf.for %k = %c0 to %c256 step %c128 iter_args(%acc = %f) -> (tensor<64x64xf32>) {
      %from = affine.apply affine_map<(n, i) -> (n * 100 + i)>(%n, %i)
      %row = affine.apply affine_map<(s, i) -> (s * 100 + i)>(%s, %i)
      %kb = affine.apply affine_map<(k) -> (k floordiv 128)>(%k)
      %x = gqgpu.load %a[%from, %k] : memref<300x256xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
      %y = gqgpu.load %b[%j, %k] : memref<96x256xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
      %xs = gqgpu.load %as[%row, %kb] : memref<300x2xf32> -> tensor<64x1xf32>
      %ys = gqgpu.load %bs[%c0, %kb] : memref<1x2xf32> -> tensor<1x1xf32>
      %sum = gq.scaled_matmul %x, %y scales(%xs block [1, 128], %ys block [128, 128]) outs(%acc : tensor<64x64xf32>)
          {config = #gq.matmul_config<tile = [64, 64, 128], stages = 2, registers = [40, 232]>}
          : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
      scf.yield %sum : tensor<64x64xf32>
    }
    %to = affine.apply affine_map<(s, i) -> (s * 100 + i)>(%s, %i)
    %end = arith.addi %to, %rows : index
    gqgpu.store %p, %d[%to, %j] ends [0](%end) : tensor<64x64xf32>, memref<300x96xf32>
  }
  gqgpu.return
}
