// Parts of K are for a person or a tuner: for few rows and few columns narrower tiles were as
// fast, and nothing chooses them by itself.
// RUN: gq-opt %s --gq-select-config | FileCheck %s
module attributes {gq.target = #gq.target<h200>} {
// CHECK-LABEL: func.func @few_columns
// CHECK: #gq.matmul_variants<up_to 256 = <tile = [64, 64, 128], stages = 8, math_groups = 1, raster = 8, store = deferred,
// CHECK-NOT: split_k
func.func @few_columns(%a: tensor<?x7168xf8E4M3FN>, %sa: tensor<?x56xf32>, %b: tensor<2112x7168xf8E4M3FN>, %sb: tensor<17x56xf32>, %c: tensor<?x2112xf32>) -> tensor<?x2112xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : tensor<?x2112xf32>)
      : tensor<?x7168xf8E4M3FN>, tensor<2112x7168xf8E4M3FN>, tensor<?x56xf32>, tensor<17x56xf32> -> tensor<?x2112xf32>
  return %d : tensor<?x2112xf32>
}
}
