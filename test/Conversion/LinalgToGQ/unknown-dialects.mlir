// Only calls of gq may be of a dialect that the tools do not know.
// RUN: not gq-compile %s -o %t.gqb 2>&1 | FileCheck %s
// RUN: not gq-run %s 2>&1 | FileCheck %s
// CHECK: unknown-dialects.mlir:[[#@LINE+3]]:8: error: 'stablehlo.custom_call' op is of a dialect that is not known, expects ops of gq, of MLIR's own dialects, or a stablehlo.custom_call of a target that begins with gq.

func.func @f(%x: tensor<16x128xf32>) -> tensor<16x128xf32> {
  %y = "stablehlo.custom_call"(%x) {call_target_name = "Sharding"} : (tensor<16x128xf32>) -> tensor<16x128xf32>
  return %y : tensor<16x128xf32>
}
