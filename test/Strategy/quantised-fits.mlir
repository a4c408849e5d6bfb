// A product that leaves its result quantised runs with the config that was chosen: while one slab is
// quantised, the sums of the other, its own, and the product in flight have registers.
//
// REQUIRES: ptxas
// RUN: gq-compile %s --target=h200 --remarks-filter='gq-fallback|gq-select-config' -o %t.gqb 2>&1 | FileCheck %s
// CHECK: above {{.*}}#gq.matmul_config<tile = [128, 256, 128], split = n, {{.*}}store = deferred, quantize = true
// CHECK-NOT: spill
func.func @quantised(%a: tensor<?x8192xf8E4M3FN>, %sa: tensor<?x64xf32>, %b: tensor<8192x8192xf8E4M3FN>, %sb: tensor<64x64xf32>)
    -> (tensor<?x8192xf8E4M3FN>, tensor<?x64xf32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %m = tensor.dim %a, %c0 : tensor<?x8192xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x8192xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x8192xbf16>) -> tensor<?x8192xbf16>
  %y = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<?x8192xbf16>)
      : tensor<?x8192xf8E4M3FN>, tensor<8192x8192xf8E4M3FN>, tensor<?x64xf32>, tensor<64x64xf32> -> tensor<?x8192xbf16>
  %eq = tensor.empty(%m) : tensor<?x8192xf8E4M3FN>
  %es = tensor.empty(%m) : tensor<?x64xf32>
  %q, %s = gq.quantize %y block [1, 128] outs(%eq, %es : tensor<?x8192xf8E4M3FN>, tensor<?x64xf32>)
      : tensor<?x8192xbf16> -> tensor<?x8192xf8E4M3FN>, tensor<?x64xf32>
  return %q, %s : tensor<?x8192xf8E4M3FN>, tensor<?x64xf32>
}
