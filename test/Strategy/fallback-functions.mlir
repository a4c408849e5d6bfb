// Where every kernel with the functions behind a product spills, they have a kernel of their own, and so has
// the quantisation behind them.
// RUN: env MOST_PRODUCTS=0 BESIDE=ex2.approx gq-compile %s --max-variants=1 --ptxas=%S/Inputs/ptxas-that-spills.sh --remarks-filter='gq-fallback|gq-serialize$' -o %t.gqb 2>&1 | FileCheck %s
// RUN: env MOST_PRODUCTS=0 BESIDE=ex2.approx gq-compile %s --max-variants=3 --ptxas=%S/Inputs/ptxas-that-spills.sh --remarks-filter='gq-serialize$' -o %t.gqb 2>&1 | FileCheck %s --check-prefix=VARIANTS

// CHECK: remark: [Missed] spill | Category:gq-fallback | Remark="kernel 'quantised_matmul' spills 24 bytes with {{.*}}quantize = true
// CHECK: remark: [Missed] spill | Category:gq-fallback | Remark="kernel 'quantised_matmul' spills 24 bytes with {{.*}}quantize = true{{.*}}; the next candidate is #gq.matmul_config<{{.*}}epilogue = 1,
// CHECK: remark: [Missed] spill | Category:gq-fallback | Remark="kernel 'stored_matmul' spills 24 bytes with {{.*}}; the next candidate is #gq.matmul_config<{{.*}}epilogue = 1,
// CHECK: kernel 'quantised_matmul': 168 registers, 0 bytes spilled
// CHECK: kernel 'quantised_quantize': 168 registers, 0 bytes spilled
// CHECK: kernel 'stored_matmul': 168 registers, 0 bytes spilled
// CHECK: kernel 'stored_elementwise': 168 registers, 0 bytes spilled

// VARIANTS: kernel 'quantised_matmul_1': 168 registers, 0 bytes spilled
// VARIANTS: kernel 'quantised_quantize': 168 registers, 0 bytes spilled
// VARIANTS: kernel 'stored_matmul_1': 168 registers, 0 bytes spilled
// VARIANTS: kernel 'stored_elementwise': 168 registers, 0 bytes spilled
func.func @quantised(%a: tensor<?x1024xf8E4M3FN>, %sa: tensor<?x8xf32>, %b: tensor<1024x1024xf8E4M3FN>, %sb: tensor<8x8xf32>) -> (tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %m = tensor.dim %a, %c0 : tensor<?x1024xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x1024xbf16>
  %i = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x1024xbf16>) -> tensor<?x1024xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x1024xbf16>)
      : tensor<?x1024xf8E4M3FN>, tensor<1024x1024xf8E4M3FN>, tensor<?x8xf32>, tensor<8x8xf32> -> tensor<?x1024xbf16>
  %y = math.erf %d : tensor<?x1024xbf16>
  %eq = tensor.empty(%m) : tensor<?x1024xf8E4M3FN>
  %es = tensor.empty(%m) : tensor<?x8xf32>
  %q, %s = gq.quantize %y block [1, 128] outs(%eq, %es : tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>)
      : tensor<?x1024xbf16> -> tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>
  return %q, %s : tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>
}

func.func @stored(%a: tensor<?x1024xf8E4M3FN>, %sa: tensor<?x8xf32>, %b: tensor<1024x1024xf8E4M3FN>, %sb: tensor<8x8xf32>) -> tensor<?x1024xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %m = tensor.dim %a, %c0 : tensor<?x1024xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x1024xbf16>
  %i = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x1024xbf16>) -> tensor<?x1024xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x1024xbf16>)
      : tensor<?x1024xf8E4M3FN>, tensor<1024x1024xf8E4M3FN>, tensor<?x8xf32>, tensor<8x8xf32> -> tensor<?x1024xbf16>
  %y = math.erf %d : tensor<?x1024xbf16>
  return %y : tensor<?x1024xbf16>
}
