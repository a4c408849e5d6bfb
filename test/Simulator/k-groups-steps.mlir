// Few steps for two math groups that take them in turn (k-groups.mlir).

// Two steps are one for each: the sum is that of a single group to the bit.
// RUN: gq-run %s --entry=two_steps -m 20 --config="#gq.matmul_config<tile = [64, 32, 128], k_groups = 2>" --backend=simulate --output=%t.npy
// RUN: gq-run %s --entry=two_steps -m 20 --config="#gq.matmul_config<tile = [64, 32, 128], math_groups = 1>" --backend=simulate --output=%t.one.npy
// RUN: cmp %t.npy %t.one.npy
// Of no rows there is none.
// RUN: gq-run %s --entry=two_steps -m 0 --config="#gq.matmul_config<tile = [64, 32, 128], k_groups = 2>" --backend=simulate | FileCheck %s --check-prefix=NONE
// NONE: simulated 1 launches

func.func @two_steps(%a: tensor<?x208xf8E4M3FN>, %sa: tensor<?x2xf32>, %b: tensor<160x208xf8E4M3FN>, %sb: tensor<2x2xf32>)
    -> tensor<?x160xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x208xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x160xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x160xf32>) -> tensor<?x160xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<?x160xf32>)
      : tensor<?x208xf8E4M3FN>, tensor<160x208xf8E4M3FN>, tensor<?x2xf32>, tensor<2x2xf32> -> tensor<?x160xf32>
  return %d : tensor<?x160xf32>
}
