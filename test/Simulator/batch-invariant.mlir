// With batch_invariant a row has the same bits in whatever kernel computes it, of
// swapped operands with several sums to a step, or of usual ones.
// REQUIRES: python
// RUN: gq-opt %s --gq-select-config | FileCheck %s
// The option says it of every product.
// RUN: sed 's/batch_invariant/promote = 128 : i64/' %s | gq-compile - --batch-invariant -o %t.gqb
// RUN: gq-bundle info %t.gqb | FileCheck %s --check-prefix=BUNDLE
// BUNDLE: launch 0, the first that applies of {{[2-8]}} variants
// RUN: gq-run %s --backend=simulate --m=5 --output=%t.5.npy
// RUN: gq-run %s --backend=simulate --m=70 --output=%t.70.npy
// RUN: gq-run %s --backend=simulate --m=300 --output=%t.300.npy
// RUN: %python %S/Inputs/same_rows.py %t.300.npy %t.70.npy %t.5.npy | FileCheck %s --check-prefix=ROWS
// CHECK: {batch_invariant, config = #gq.matmul_variants<up_to 8 = <tile = [64, 8, 256], {{[^>]*}}swap = true{{.*}}, above = <tile = [128, 128, 128]
// CHECK-NOT: split_k
// ROWS: 70 rows are the first of 300
// ROWS: 5 rows are the first of 300
func.func @f(%a: tensor<?x512xf8E4M3FN>, %sa: tensor<?x4xf32>, %b: tensor<2048x512xf8E4M3FN>, %sb: tensor<16x4xf32>) -> tensor<?x2048xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x512xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x2048xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x2048xf32>) -> tensor<?x2048xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x2048xf32>) {batch_invariant}
      : tensor<?x512xf8E4M3FN>, tensor<2048x512xf8E4M3FN>, tensor<?x4xf32>, tensor<16x4xf32> -> tensor<?x2048xf32>
  return %d : tensor<?x2048xf32>
}
