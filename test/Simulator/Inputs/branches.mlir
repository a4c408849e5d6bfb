// Two products of one size, of which the number of rows takes one: with ReLU behind
// it where there are few.
func.func @f(%a: tensor<?x256xf8E4M3FN>, %sa: tensor<?x2xf32>, %b: tensor<128x256xf8E4M3FN>, %sb: tensor<1x2xf32>) -> tensor<?x128xf32> {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x128xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x128xf32>) -> tensor<?x128xf32>
  %few = arith.cmpi sle, %m, %c64 : index
  %r = scf.if %few -> tensor<?x128xf32> {
    %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<?x128xf32>)
        {config = #gq.matmul_config<tile = [64, 128, 128], math_groups = 1>}
        : tensor<?x256xf8E4M3FN>, tensor<128x256xf8E4M3FN>, tensor<?x2xf32>, tensor<1x2xf32> -> tensor<?x128xf32>
    %n = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
        ins(%d : tensor<?x128xf32>) outs(%e : tensor<?x128xf32>) {
    ^bb0(%p: f32, %u: f32):
      %s = arith.maximumf %p, %zero : f32
      linalg.yield %s : f32
    } -> tensor<?x128xf32>
    scf.yield %n : tensor<?x128xf32>
  } else {
    %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<?x128xf32>)
        {config = #gq.matmul_config<tile = [128, 64, 128]>}
        : tensor<?x256xf8E4M3FN>, tensor<128x256xf8E4M3FN>, tensor<?x2xf32>, tensor<1x2xf32> -> tensor<?x128xf32>
    scf.yield %d : tensor<?x128xf32>
  }
  return %r : tensor<?x128xf32>
}
