// MXFP8 whose codes are brought under fewer scales first: the product of those, within its bounds, and against the
// product with all scales, which it is near. In a bundle both operands have a kernel each.
//
// RUN: gq-opt %s --gq-coarsen-scales=columns=128 -o %t.mlir
// RUN: gq-run %t.mlir --m=70 --backend=simulate --check | FileCheck %s
// RUN: gq-run %t.mlir --m=70 --reference=%s --check --backend=reference | FileCheck %s --check-prefix=NEAR
// RUN: gq-compile %s --target=h200 --coarsen-scales=128 -o %t.gqb && gq-run %t.gqb | FileCheck %s --check-prefix=BUNDLE
// RUN: gq-compile %s --target=h200 -o %t.gqb && gq-run %t.gqb | FileCheck %s --check-prefix=UNASKED
// RUN: not gq-compile %s --coarsen-scales=100 -o %t.gqb 2>&1 | FileCheck %s --check-prefix=ODD
//
// CHECK: simulated 3 launches
// CHECK: check0 passed
// NEAR: check0 passed
// BUNDLE: kernel mx_quantize
// BUNDLE: kernel mx_quantize
// BUNDLE: kernel mx_matmul
// UNASKED-NOT: kernel mx_quantize
// ODD: error: expects coarsen-scales to be 0, or a multiple of 32, got 100
func.func @mx(%a: tensor<?x400xf8E4M3FN>, %b: tensor<200x400xf8E4M3FN>, %sa: tensor<?x13xf8E8M0FNU>, %sb: tensor<200x13xf8E8M0FNU>) -> tensor<?x200xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x400xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x200xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x200xf32>) -> tensor<?x200xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 32], %sb block [1, 32]) outs(%i : tensor<?x200xf32>) : tensor<?x400xf8E4M3FN>, tensor<200x400xf8E4M3FN>, tensor<?x13xf8E8M0FNU>, tensor<200x13xf8E8M0FNU> -> tensor<?x200xf32>
  return %d : tensor<?x200xf32>
}
