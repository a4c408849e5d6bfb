#id = affine_map<(m, n) -> (m, n)>
#keep = affine_map<(m, n) -> (m, 0)>
func.func @narrow(%x: tensor<?x1000xf32>, %e: tensor<?x1xf32>, %ey: tensor<?x1000xf32>) -> tensor<?x1000xf32> {
  %s = gq.block_reduce addf %x block [1, 1000] outs(%e : tensor<?x1xf32>) : tensor<?x1000xf32> -> tensor<?x1xf32>
  %y = linalg.generic {indexing_maps = [#id, #keep, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<?x1000xf32>, tensor<?x1xf32>) outs(%ey : tensor<?x1000xf32>) {
  ^bb0(%v: f32, %r: f32, %o: f32):
    %t = arith.mulf %v, %r : f32
    linalg.yield %t : f32
  } -> tensor<?x1000xf32>
  %z = gq.copy %y outs(%ey : tensor<?x1000xf32>) {config = #gq.quantize_config<tile = [4, 512]>}
      : tensor<?x1000xf32> -> tensor<?x1000xf32>
  return %z : tensor<?x1000xf32>
}
