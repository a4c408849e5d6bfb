// REQUIRES: ptxas
// Where ptxas leaves out tensor-core products, as 13.0 does where the sums of several go through the
// same registers one after another, the next candidate is compiled; a config by hand is an error.
// RUN: env MOST_PRODUCTS=8 gq-compile %s --max-variants=1 --ptxas=%S/Inputs/ptxas-that-loses.sh --remarks-filter=gq-fallback -o %t.gqb 2>&1 | FileCheck %s
// RUN: sed 's/outs(%i : tensor<?x1024xf32>)/& {config = #gq.matmul_config<tile = [128, 256, 128], split = n>}/' %s > %t.hand.mlir
// RUN: env MOST_PRODUCTS=4 not gq-compile %t.hand.mlir --allow-spills --ptxas=%S/Inputs/ptxas-that-loses.sh --remarks-filter=gq-fallback -o %t.gqb 2>&1 | FileCheck %s --check-prefix=HAND
// RUN: env MOST_PRODUCTS=4 not gq-opt %t.hand.mlir '--gq-lower-to-nvvm' '--gq-serialize=ptxas=%S/Inputs/ptxas-that-loses.sh' -o /dev/null 2>&1 | FileCheck %s --check-prefix=HAND
// Of all of them nothing is said.
// RUN: gq-compile %s --max-variants=1 --remarks-filter=gq-fallback -o %t.gqb 2>&1 | count 0

// CHECK: remark: [Missed] products | Category:gq-fallback | Remark="of kernel 'large_matmul' ptxas loses {{[1-9][0-9]*}} of 16 products with #gq.matmul_config<tile = [128, 256, 128], split = n,{{[^>]*}}candidate = 0>; the next candidate is #gq.matmul_config<tile = [128, 128, 128],
// CHECK-NOT: gq-fallback
// HAND-NOT: remark
// HAND: error: kernel 'large_matmul' is compiled wrongly by ptxas, which has kept {{[0-9]+}} of {{[0-9]+}} tensor-core products; a tile of fewer rows for each math group avoids it
func.func @large(%a: tensor<?x1024xf8E4M3FN>, %sa: tensor<?x8xf32>, %b: tensor<1024x1024xf8E4M3FN>, %sb: tensor<8x8xf32>) -> tensor<?x1024xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x1024xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x1024xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x1024xf32>) -> tensor<?x1024xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x1024xf32>)
      : tensor<?x1024xf8E4M3FN>, tensor<1024x1024xf8E4M3FN>, tensor<?x8xf32>, tensor<8x8xf32> -> tensor<?x1024xf32>
  return %d : tensor<?x1024xf32>
}
