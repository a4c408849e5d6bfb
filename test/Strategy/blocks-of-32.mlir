// Products of few rows with blocks of 32 along K, of which ptxas complains about no config that is chosen.
// REQUIRES: ptxas
// RUN: gq-compile %s --remarks-filter=gq-fallback -o %t.gqb 2>&1 | FileCheck %s --allow-empty
// RUN: sed 's/17x/40x/g' %s | gq-compile - --remarks-filter=gq-fallback -o %t.gqb 2>&1 | FileCheck %s --allow-empty
// CHECK-NOT: remark
// CHECK-NOT: error
func.func @product(%a: tensor<17x256xf8E4M3FN>, %sa: tensor<17x8xf32>, %b: tensor<256x256xf8E4M3FN>, %sb: tensor<256x8xf32>)
    -> tensor<17x256xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<17x256xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<17x256xf32>) -> tensor<17x256xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 32], %sb block [1, 32]) outs(%f : tensor<17x256xf32>)
      : tensor<17x256xf8E4M3FN>, tensor<256x256xf8E4M3FN>, tensor<17x8xf32>, tensor<256x8xf32> -> tensor<17x256xf32>
  return %d : tensor<17x256xf32>
}
