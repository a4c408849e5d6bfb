// A linear layer in FP8 with DeepSeek-V3's blocks: weights quantised once in blocks of
// 128 x 128, activations on the way in blocks of 1 x 128, the product in f16. Every size is
// known at launch only. blockwise_gemm.py runs a table of shapes in both FP8 formats:
//
//   python3 examples/blockwise_gemm.py
//   gq-run examples/blockwise_gemm.mlir --entry=linear_e4m3 --m 256 --shape=arg2=2x2 --check
//   gq-compile examples/blockwise_gemm.mlir -o blockwise_gemm.gqb
#blocks = affine_map<(d) -> (d ceildiv 128)>

func.func @weights_e4m3(%w: tensor<?x?xf16>) -> (tensor<?x?xf8E4M3FN>, tensor<?x?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = tensor.dim %w, %c0 : tensor<?x?xf16>
  %k = tensor.dim %w, %c1 : tensor<?x?xf16>
  %sn = affine.apply #blocks(%n)
  %sk = affine.apply #blocks(%k)
  %codes = tensor.empty(%n, %k) : tensor<?x?xf8E4M3FN>
  %scales = tensor.empty(%sn, %sk) : tensor<?x?xf32>
  %q, %s = gq.quantize %w block [128, 128] outs(%codes, %scales : tensor<?x?xf8E4M3FN>, tensor<?x?xf32>)
             : tensor<?x?xf16> -> tensor<?x?xf8E4M3FN>, tensor<?x?xf32>
  return %q, %s : tensor<?x?xf8E4M3FN>, tensor<?x?xf32>
}

func.func @linear_e4m3(%x: tensor<?x?xf16>, %w: tensor<?x?xf8E4M3FN>, %sw: tensor<?x?xf32>)
    -> tensor<?x?xf16> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f16
  %m = tensor.dim %x, %c0 : tensor<?x?xf16>
  %k = tensor.dim %x, %c1 : tensor<?x?xf16>
  %n = tensor.dim %w, %c0 : tensor<?x?xf8E4M3FN>
  %sk = affine.apply #blocks(%k)
  %codes = tensor.empty(%m, %k) : tensor<?x?xf8E4M3FN>
  %scales = tensor.empty(%m, %sk) : tensor<?x?xf32>
  %a, %sa = gq.quantize %x block [1, 128] outs(%codes, %scales : tensor<?x?xf8E4M3FN>, tensor<?x?xf32>)
              : tensor<?x?xf16> -> tensor<?x?xf8E4M3FN>, tensor<?x?xf32>
  %e = tensor.empty(%m, %n) : tensor<?x?xf16>
  %init = linalg.fill ins(%zero : f16) outs(%e : tensor<?x?xf16>) -> tensor<?x?xf16>
  %y = gq.scaled_matmul %a, %w scales(%sa block [1, 128], %sw block [128, 128]) outs(%init : tensor<?x?xf16>)
         : tensor<?x?xf8E4M3FN>, tensor<?x?xf8E4M3FN>, tensor<?x?xf32>, tensor<?x?xf32> -> tensor<?x?xf16>
  return %y : tensor<?x?xf16>
}

func.func @weights_e5m2(%w: tensor<?x?xf16>) -> (tensor<?x?xf8E5M2>, tensor<?x?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = tensor.dim %w, %c0 : tensor<?x?xf16>
  %k = tensor.dim %w, %c1 : tensor<?x?xf16>
  %sn = affine.apply #blocks(%n)
  %sk = affine.apply #blocks(%k)
  %codes = tensor.empty(%n, %k) : tensor<?x?xf8E5M2>
  %scales = tensor.empty(%sn, %sk) : tensor<?x?xf32>
  %q, %s = gq.quantize %w block [128, 128] outs(%codes, %scales : tensor<?x?xf8E5M2>, tensor<?x?xf32>)
             : tensor<?x?xf16> -> tensor<?x?xf8E5M2>, tensor<?x?xf32>
  return %q, %s : tensor<?x?xf8E5M2>, tensor<?x?xf32>
}

func.func @linear_e5m2(%x: tensor<?x?xf16>, %w: tensor<?x?xf8E5M2>, %sw: tensor<?x?xf32>)
    -> tensor<?x?xf16> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f16
  %m = tensor.dim %x, %c0 : tensor<?x?xf16>
  %k = tensor.dim %x, %c1 : tensor<?x?xf16>
  %n = tensor.dim %w, %c0 : tensor<?x?xf8E5M2>
  %sk = affine.apply #blocks(%k)
  %codes = tensor.empty(%m, %k) : tensor<?x?xf8E5M2>
  %scales = tensor.empty(%m, %sk) : tensor<?x?xf32>
  %a, %sa = gq.quantize %x block [1, 128] outs(%codes, %scales : tensor<?x?xf8E5M2>, tensor<?x?xf32>)
              : tensor<?x?xf16> -> tensor<?x?xf8E5M2>, tensor<?x?xf32>
  %e = tensor.empty(%m, %n) : tensor<?x?xf16>
  %init = linalg.fill ins(%zero : f16) outs(%e : tensor<?x?xf16>) -> tensor<?x?xf16>
  %y = gq.scaled_matmul %a, %w scales(%sa block [1, 128], %sw block [128, 128]) outs(%init : tensor<?x?xf16>)
         : tensor<?x?xf8E5M2>, tensor<?x?xf8E5M2>, tensor<?x?xf32>, tensor<?x?xf32> -> tensor<?x?xf16>
  return %y : tensor<?x?xf16>
}
