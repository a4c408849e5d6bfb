// A column has rows of one element, of which cancellation may leave little: they are compared with the
// largest of many.
// RUN: sed s/NOISE/0.0/ %s > %t.reference.mlir
// RUN: sed s/NOISE/0.0002/ %s > %t.mlir
// RUN: gq-run %t.mlir --backend=reference --reference=%t.reference.mlir | FileCheck %s
// RUN: sed s/NOISE/0.1/ %s > %t.mlir
// RUN: not gq-run %t.mlir --backend=reference --reference=%t.reference.mlir 2>&1 | FileCheck %s --check-prefix=THIN
// THIN: check0     failed: {{.*}} elements out of bounds
// CHECK: check0     passed
func.func @thin(%x: tensor<264x1xf32>) -> tensor<264x1xf32> {
  %noise = arith.constant dense<NOISE> : tensor<264x1xf32>
  %y = arith.addf %x, %noise : tensor<264x1xf32>
  return %y : tensor<264x1xf32>
}
