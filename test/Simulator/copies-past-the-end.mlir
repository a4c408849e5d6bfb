// Steps of K of two slots, which threads fill since rows do not start at multiples of 16 bytes: of
// the last step the second slot lies past the end, and gets zeros. Only a load that says so may.
// RUN: gq-run %s --backend=simulate --check | FileCheck %s
// RUN: gq-run %s --backend=simulate --interleavings=20 --check | FileCheck %s
// RUN: gq-opt %s --gq-lower-to-tiles --gq-lower-to-kernels --gq-lower-to-roles -o %t.mlir
// RUN: gq-run %t.mlir --backend=simulate
// RUN: sed 's/ {past_end}//' %t.mlir | not gq-run - --backend=simulate 2>&1 | FileCheck %s --check-prefix=OUTSIDE

// CHECK: check0 passed
// OUTSIDE: error: 'gqgpu.copy_load' op loads a tile that lies outside of operand 1 of the launch: index 1 is 384, the size is 300
func.func @f(%a: tensor<72x300xi8>, %b: tensor<40x300xi8>, %c: tensor<72x40xi32>) -> tensor<72x40xi32> {
  %d = gq.scaled_matmul %a, %b outs(%c : tensor<72x40xi32>) {config = #gq.matmul_config<tile = [64, 64, 256], math_groups = 1>}
         : tensor<72x300xi8>, tensor<40x300xi8> -> tensor<72x40xi32>
  return %d : tensor<72x40xi32>
}
