#map = affine_map<(d0, d1) -> (d0, d1)>
#map1 = affine_map<(d0, d1) -> (d1)>
module {
  func.func @gemm_bias_relu(%arg0: tensor<?x1024xf8E4M3FN>, %arg1: tensor<?x8xf32>, %arg2: tensor<1024x1024xf8E4M3FN>, %arg3: tensor<8x8xf32>, %arg4: tensor<1024xbf16>) -> tensor<?x1024xbf16> {
    %c0 = arith.constant 0 : index
    %cst = arith.constant 0.000000e+00 : f32
    %dim = tensor.dim %arg0, %c0 : tensor<?x1024xf8E4M3FN>
    %0 = tensor.empty(%dim) : tensor<?x1024xf32>
    %1 = linalg.fill ins(%cst : f32) outs(%0 : tensor<?x1024xf32>) -> tensor<?x1024xf32>
    %2 = gq.scaled_matmul %arg0, %arg2 scales(%arg1 block [1, 128], %arg3 block [128, 128]) outs(%1 : tensor<?x1024xf32>) {config = #gq.matmul_config<tile = [256, 128, 128], raster = 7, registers = [40, 232], candidate = 0>} : tensor<?x1024xf8E4M3FN>, tensor<1024x1024xf8E4M3FN>, tensor<?x8xf32>, tensor<8x8xf32> -> tensor<?x1024xf32>
    %3 = tensor.empty(%dim) : tensor<?x1024xbf16>
    %4 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%2, %arg4 : tensor<?x1024xf32>, tensor<1024xbf16>) outs(%3 : tensor<?x1024xbf16>) {
    ^bb0(%in: f32, %in_0: bf16, %out: bf16):
      %5 = arith.extf %in_0 : bf16 to f32
      %6 = arith.addf %in, %5 : f32
      %7 = arith.maximumf %6, %cst : f32
      %8 = arith.truncf %7 : f32 to bf16
      linalg.yield %8 : bf16
    } -> tensor<?x1024xbf16>
    return %4 : tensor<?x1024xbf16>
  }
}

