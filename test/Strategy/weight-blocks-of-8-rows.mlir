// Each block of 8 rows of b has a scale of its own: sixteen for the columns of a
// tile, which take registers like everything else.
// RUN: gq-opt %s --gq-expand --gq-select-config=max-variants=1 --remarks-filter='gq-select-config' -o /dev/null 2>&1 | FileCheck %s
// RUN: gq-compile %s --remarks-filter=gq-fallback -o %t.gqb 2>&1 | FileCheck %s --check-prefix=COMPILED --allow-empty
// RUN: gq-run %s --backend=simulate --m=300 --check | FileCheck %s --check-prefix=SIMULATED

// CHECK: [Passed] config | Category:gq-select-config | Remark="#gq.matmul_config<tile = [256, 128, 128]
// COMPILED-NOT: {{.}}
// SIMULATED: simulated  1 launches
// SIMULATED: check0     passed
func.func @mm(%a: tensor<?x512xf8E4M3FN>, %sa: tensor<?x4xf32>, %b: tensor<256x512xf8E4M3FN>, %sb: tensor<32x4xf32>) -> tensor<?x256xbf16> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x512xf8E4M3FN>
  %z = arith.constant 0.0 : bf16
  %e = tensor.empty(%m) : tensor<?x256xbf16>
  %i = linalg.fill ins(%z : bf16) outs(%e : tensor<?x256xbf16>) -> tensor<?x256xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [8, 128])
    outs(%i : tensor<?x256xbf16>)
    : tensor<?x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<?x4xf32>, tensor<32x4xf32> -> tensor<?x256xbf16>
  return %d : tensor<?x256xbf16>
}
