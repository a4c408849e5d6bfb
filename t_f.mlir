func.func @e28672x8192__k32_s2_o2_d128(%a: tensor<?x28672xf8E4M3FN>, %b: tensor<8192x28672xf8E4M3FN> {gq.constant}, %as: tensor<?x224xf32>, %bs: tensor<64x224xf32> {gq.constant})
    -> tensor<?x8192xbf16> attributes {gq.dependent_launch = "callers"} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x28672xf8E4M3FN>
  %n = tensor.dim %b, %c0 : tensor<8192x28672xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x8192xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x8192xf32>) -> tensor<?x8192xf32>
  %acc = gq.scaled_matmul %a, %b
      scales(%as block [1, 128], %bs block [128, 128])
      outs(%f : tensor<?x8192xf32>) {config = #gq.matmul_config<tile = [64, 32, 128], stages = 3, math_groups = 2, stream_a = true, swap = true, l2_promotion = 128, k_groups = 2, occupancy = 2, split_k = 2>} : tensor<?x28672xf8E4M3FN>, tensor<8192x28672xf8E4M3FN>, tensor<?x224xf32>, tensor<64x224xf32> -> tensor<?x8192xf32>
  %d = tensor.empty(%m) : tensor<?x8192xbf16>
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%acc : tensor<?x8192xf32>) outs(%d : tensor<?x8192xbf16>) {
    ^bb0(%x: f32, %o: bf16):
      %r = arith.truncf %x : f32 to bf16
      linalg.yield %r : bf16
  } -> tensor<?x8192xbf16>
  return %y : tensor<?x8192xbf16>
}
