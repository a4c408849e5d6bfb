// Where every kernel with the quantisation behind a product spills, that has a kernel of its own; what is in front of
// it stays with the product, a rounding to its type as well.
// RUN: env MOST_PRODUCTS=0 BESIDE=e4m3x2 gq-compile %s --max-variants=1 --ptxas=%S/Inputs/ptxas-that-spills.sh --remarks-filter='gq-fallback|gq-serialize$' -o %t.gqb 2>&1 | FileCheck %s

// CHECK: remark: [Missed] spill | Category:gq-fallback | Remark="kernel 'added_matmul' spills 24 bytes with {{.*}}quantize = true
// CHECK: remark: [Missed] spill | Category:gq-fallback | Remark="kernel 'added_matmul' spills 24 bytes with {{.*}}quantize = true{{.*}}; the next candidate is #gq.matmul_config<{{.*}}epilogue = 2,
// CHECK: remark: [Missed] spill | Category:gq-fallback | Remark="kernel 'alone_matmul' spills 24 bytes with {{.*}}quantize = true{{.*}}; the next candidate is #gq.matmul_config<{{.*}}epilogue = 1,
// CHECK-NOT: error
// CHECK-DAG: kernel 'added_matmul': 168 registers, 0 bytes spilled
// CHECK-DAG: kernel 'added_quantize': 168 registers, 0 bytes spilled
// CHECK-DAG: kernel 'alone_matmul': 168 registers, 0 bytes spilled
// CHECK-DAG: kernel 'alone_quantize': 168 registers, 0 bytes spilled
func.func @added(%a: tensor<?x1024xf8E4M3FN>, %sa: tensor<?x8xf32>, %b: tensor<1024x1024xf8E4M3FN>, %sb: tensor<8x8xf32>,
    %x: tensor<?x1024xbf16>) -> (tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %m = tensor.dim %a, %c0 : tensor<?x1024xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x1024xbf16>
  %i = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x1024xbf16>) -> tensor<?x1024xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x1024xbf16>)
      : tensor<?x1024xf8E4M3FN>, tensor<1024x1024xf8E4M3FN>, tensor<?x8xf32>, tensor<8x8xf32> -> tensor<?x1024xbf16>
  %y = arith.addf %d, %x : tensor<?x1024xbf16>
  %eq = tensor.empty(%m) : tensor<?x1024xf8E4M3FN>
  %es = tensor.empty(%m) : tensor<?x8xf32>
  %q, %s = gq.quantize %y block [1, 128] outs(%eq, %es : tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>)
      : tensor<?x1024xbf16> -> tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>
  return %q, %s : tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>
}

func.func @alone(%a: tensor<?x1024xf8E4M3FN>, %sa: tensor<?x8xf32>, %b: tensor<1024x1024xf8E4M3FN>, %sb: tensor<8x8xf32>)
    -> (tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %m = tensor.dim %a, %c0 : tensor<?x1024xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x1024xbf16>
  %i = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x1024xbf16>) -> tensor<?x1024xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x1024xbf16>)
      : tensor<?x1024xf8E4M3FN>, tensor<1024x1024xf8E4M3FN>, tensor<?x8xf32>, tensor<8x8xf32> -> tensor<?x1024xbf16>
  %eq = tensor.empty(%m) : tensor<?x1024xf8E4M3FN>
  %es = tensor.empty(%m) : tensor<?x8xf32>
  %q, %s = gq.quantize %d block [1, 128] outs(%eq, %es : tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>)
      : tensor<?x1024xbf16> -> tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>
  return %q, %s : tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>
}
