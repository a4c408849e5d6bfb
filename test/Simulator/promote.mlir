// Sums that go on through two slots before they are promoted, with K that ends in the first slot of
// a step and in the second: to the bit what the reference makes of promote = 256.
// DEFINE: %{sim} = gq-run %s --backend=simulate --interleavings=20 --check --output=%t.npy
// DEFINE: %{ref} = gq-run %s --backend=reference --output=%t.ref.npy
// DEFINE: %{k} =
// DEFINE: %{shapes} = --shape=arg0=300x%{k} --shape=arg1=2x2 --shape=arg2=200x%{k} --shape=arg3=1x2
// REDEFINE: %{k} = 272
// RUN: %{ref} %{shapes}
// RUN: %{sim} %{shapes} | FileCheck %s
// RUN: cmp %t.ref.npy %t.npy
// REDEFINE: %{k} = 464
// RUN: %{ref} %{shapes}
// RUN: %{sim} %{shapes} | FileCheck %s
// RUN: cmp %t.ref.npy %t.npy
// RUN: %{sim} %{shapes} --config='#gq.matmul_config<tile = [128, 64, 256], stages = 2>' | FileCheck %s
// RUN: cmp %t.ref.npy %t.npy
// RUN: %{sim} %{shapes} --config='#gq.matmul_config<tile = [64, 64, 256], stages = 3, math_groups = 1, early_wait = false>' | FileCheck %s
// RUN: cmp %t.ref.npy %t.npy
// CHECK: simulated 1 launches
// CHECK: check0 passed

// Without spills, nor products that ptxas puts one behind the other.
// RUN: gq-compile %s --remarks-filter='gq-(select-config|fallback)' -o %t.gqb 2>&1 | FileCheck %s --check-prefix=COMPILED
// COMPILED: [Passed] config {{.*}}tile = [128, 256, 256],
// COMPILED-NOT: remark

func.func @square(%a: tensor<?x?xf8E4M3FN>, %sa: tensor<?x?xf32>, %b: tensor<200x?xf8E4M3FN>, %sb: tensor<1x?xf32>) -> tensor<?x200xf32> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x?xf8E4M3FN>
  %z = arith.constant 0.0 : f32
  %e = tensor.empty(%m) : tensor<?x200xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<?x200xf32>) -> tensor<?x200xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [256, 256], %sb block [256, 256]) outs(%i : tensor<?x200xf32>) {promote = 256}
      : tensor<?x?xf8E4M3FN>, tensor<200x?xf8E4M3FN>, tensor<?x?xf32>, tensor<1x?xf32> -> tensor<?x200xf32>
  return %d : tensor<?x200xf32>
}
