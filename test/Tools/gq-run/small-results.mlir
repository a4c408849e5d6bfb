// Results that are subnormal are as far from those in f64 as a step of these, and no farther.
// RUN: gq-run %s --backend=simulate --check | FileCheck %s
// RUN: sed s/2.0e-7/2.4e-7/ %s > %t.mlir
// RUN: not gq-run %s --backend=reference --reference=%t.mlir 2>&1 | FileCheck %s --check-prefix=OFF
// CHECK: check0     passed
// OFF: check0     failed: {{.*}} elements out of bounds
func.func @small(%a: tensor<70x64xf8E4M3FN>, %b: tensor<40x64xf8E4M3FN>) -> tensor<70x40xf16> {
  %zero = arith.constant 0.0 : f16
  %scale = arith.constant dense<2.0e-7> : tensor<70x1xf32>
  %one = arith.constant dense<1.0> : tensor<1x1xf32>
  %e = tensor.empty() : tensor<70x40xf16>
  %f = linalg.fill ins(%zero : f16) outs(%e : tensor<70x40xf16>) -> tensor<70x40xf16>
  %d = gq.scaled_matmul %a, %b scales(%scale block [1, 64], %one block [64, 64]) outs(%f : tensor<70x40xf16>)
      : tensor<70x64xf8E4M3FN>, tensor<40x64xf8E4M3FN>, tensor<70x1xf32>, tensor<1x1xf32> -> tensor<70x40xf16>
  return %d : tensor<70x40xf16>
}
