// A product with 1x128 and 128x128 blocks, rounded to bf16; any number of rows.
#id = affine_map<(d0, d1) -> (d0, d1)>
func.func @gemm(%a: tensor<?x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>,
                %sa: tensor<?x4xf32>, %sb: tensor<2x4xf32>) -> tensor<?x256xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x512xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x256xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x256xf32>) -> tensor<?x256xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
      outs(%init : tensor<?x256xf32>)
      : tensor<?x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<?x4xf32>, tensor<2x4xf32> -> tensor<?x256xf32>
  %o = tensor.empty(%m) : tensor<?x256xbf16>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%d : tensor<?x256xf32>) outs(%o : tensor<?x256xbf16>) {
  ^bb0(%x: f32, %y: bf16):
    %t = arith.truncf %x : f32 to bf16
    linalg.yield %t : bf16
  } -> tensor<?x256xbf16>
  return %r : tensor<?x256xbf16>
}
