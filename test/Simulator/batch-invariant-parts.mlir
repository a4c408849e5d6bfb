// Two parts of K, which a kernel of few rows and one of many add up in one order.
// REQUIRES: python
// RUN: gq-opt %s --gq-select-config | FileCheck %s
// RUN: gq-run %s --backend=simulate --m=5 --output=%t.5.npy
// RUN: gq-run %s --backend=simulate --m=70 --output=%t.70.npy
// RUN: gq-run %s --backend=simulate --m=300 --output=%t.300.npy --check | FileCheck %s --check-prefix=RIGHT
// RUN: %python %S/Inputs/same_rows.py %t.300.npy %t.70.npy %t.5.npy | FileCheck %s --check-prefix=ROWS
// CHECK: {batch_invariant, config = #gq.matmul_variants<up_to 8 = <tile = [64, 8, 256], {{[^>]*}}split_k = 2, swap = true
// CHECK-SAME: above = <tile = {{[^>]*}}, split_k = 2
// RIGHT: check0 passed
// ROWS: 70 rows are the first of 300
// ROWS: 5 rows are the first of 300
func.func @f(%a: tensor<?x1024xf8E4M3FN>, %sa: tensor<?x8xf32>, %b: tensor<320x1024xf8E4M3FN>, %sb: tensor<3x8xf32>) -> tensor<?x320xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x1024xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x320xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x320xf32>) -> tensor<?x320xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x320xf32>) {batch_invariant}
      : tensor<?x1024xf8E4M3FN>, tensor<320x1024xf8E4M3FN>, tensor<?x8xf32>, tensor<3x8xf32> -> tensor<?x320xf32>
  return %d : tensor<?x320xf32>
}
