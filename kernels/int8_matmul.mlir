// int8 matrix multiplication with a scale for each row of a (a token) and of b (an
// output channel). d = a . b^T, both K-major. The first one leaves int8 again, by a
// static scale of each column: 1 / the scale that whoever reads it multiplies with.
// All in one kernel.
//
//   gq-run kernels/int8_matmul.mlir --m 128 --check
//   gq-run kernels/int8_matmul.mlir --m 128 --check --entry=int8_matmul_bf16
//   gq-compile kernels/int8_matmul.mlir -o int8_matmul.gqb
#elements = affine_map<(m, n) -> (m, n)>
#columns = affine_map<(m, n) -> (n)>

func.func @int8_matmul(%a: tensor<?x1024xi8>, %sa: tensor<?x1xf32>,
                       %b: tensor<1024x1024xi8>, %sb: tensor<1024x1xf32>, %so: tensor<1024xf32>)
    -> tensor<?x1024xi8> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x1024xi8>
  %e = tensor.empty(%m) : tensor<?x1024xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x1024xf32>) -> tensor<?x1024xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 1024], %sb block [1, 1024])
         outs(%init : tensor<?x1024xf32>)
         : tensor<?x1024xi8>, tensor<1024x1024xi8>,
           tensor<?x1xf32>, tensor<1024x1xf32> -> tensor<?x1024xf32>
  %o = tensor.empty(%m) : tensor<?x1024xi8>
  %y = linalg.generic {indexing_maps = [#elements, #columns, #elements],
                       iterator_types = ["parallel", "parallel"]}
      ins(%d, %so : tensor<?x1024xf32>, tensor<1024xf32>) outs(%o : tensor<?x1024xi8>) {
  ^bb0(%v: f32, %s: f32, %u: i8):
    %low = arith.constant -128.0 : f32
    %high = arith.constant 127.0 : f32
    %scaled = arith.mulf %v, %s : f32
    %rounded = math.roundeven %scaled : f32
    %above = arith.maximumf %rounded, %low : f32
    %code = arith.minimumf %above, %high : f32
    %r = arith.fptosi %code : f32 to i8
    linalg.yield %r : i8
  } -> tensor<?x1024xi8>
  return %y : tensor<?x1024xi8>
}

func.func @int8_matmul_bf16(%a: tensor<?x1024xi8>, %sa: tensor<?x1xf32>,
                            %b: tensor<1024x1024xi8>, %sb: tensor<1024x1xf32>)
    -> tensor<?x1024xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x1024xi8>
  %e = tensor.empty(%m) : tensor<?x1024xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x1024xf32>) -> tensor<?x1024xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 1024], %sb block [1, 1024])
         outs(%init : tensor<?x1024xf32>)
         : tensor<?x1024xi8>, tensor<1024x1024xi8>,
           tensor<?x1xf32>, tensor<1024x1xf32> -> tensor<?x1024xf32>
  %o = tensor.empty(%m) : tensor<?x1024xbf16>
  %y = linalg.generic {indexing_maps = [#elements, #elements],
                       iterator_types = ["parallel", "parallel"]}
      ins(%d : tensor<?x1024xf32>) outs(%o : tensor<?x1024xbf16>) {
  ^bb0(%v: f32, %u: bf16):
    %r = arith.truncf %v : f32 to bf16
    linalg.yield %r : bf16
  } -> tensor<?x1024xbf16>
  return %y : tensor<?x1024xbf16>
}
