// Sums of two math groups that take steps in turn (k-groups.mlir).
// DEFINE: %{config} =
// DEFINE: %{once} = gq-run %s --entry=adds -m 100 --reference=%s --config="#gq.matmul_config<%{config}, k_groups = 2>" --backend=simulate --interleavings=6 | FileCheck %s --check-prefix=ONCE
// ONCE: check0 passed:

// What the result starts from is added once.
// REDEFINE: %{config} = tile = [64, 32, 128], stages = 2
// RUN: %{once}
// REDEFINE: %{config} = tile = [64, 32, 128], stages = 2, split_k = 2
// RUN: %{once}

func.func @adds(%a: tensor<?x400xf8E4M3FN>, %sa: tensor<?x4xf32>, %b: tensor<160x400xf8E4M3FN>, %sb: tensor<2x4xf32>,
                %c: tensor<?x160xf32>) -> tensor<?x160xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : tensor<?x160xf32>)
      : tensor<?x400xf8E4M3FN>, tensor<160x400xf8E4M3FN>, tensor<?x4xf32>, tensor<2x4xf32> -> tensor<?x160xf32>
  return %d : tensor<?x160xf32>
}
