// RUN: gq-opt %s --gq-flatten --split-input-file | FileCheck %s
// RUN: gq-opt %s --gq-flatten --split-input-file --remarks-filter=gq-flatten -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// A private callee goes, and what nobody calls; what others may call stays.
// CHECK-NOT: @uncalled
// CHECK-NOT: func private @inner
// CHECK-LABEL: func @outer
// CHECK: gq.copy %arg0
// CHECK-NOT: call
// CHECK: return
// CHECK-LABEL: func @main
// CHECK: gq.copy %arg0
// CHECK: gq.copy
// CHECK-NOT: call
func.func private @inner(%x: tensor<8x64xf32>) -> tensor<8x64xf32> {
  %e = tensor.empty() : tensor<8x64xf32>
  %y = gq.copy %x outs(%e : tensor<8x64xf32>) : tensor<8x64xf32> -> tensor<8x64xf32>
  return %y : tensor<8x64xf32>
}
func.func private @uncalled(%x: tensor<8x64xf32>) -> tensor<8x64xf32> {
  %y = call @uncalled_too(%x) : (tensor<8x64xf32>) -> tensor<8x64xf32>
  return %y : tensor<8x64xf32>
}
func.func private @uncalled_too(%x: tensor<8x64xf32>) -> tensor<8x64xf32> {
  return %x : tensor<8x64xf32>
}
func.func @outer(%x: tensor<8x64xf32>) -> tensor<8x64xf32> {
  %y = call @inner(%x) : (tensor<8x64xf32>) -> tensor<8x64xf32>
  return %y : tensor<8x64xf32>
}
func.func @main(%x: tensor<8x64xf32>) -> tensor<8x64xf32> {
  %y = call @outer(%x) : (tensor<8x64xf32>) -> tensor<8x64xf32>
  %z = call @inner(%y) : (tensor<8x64xf32>) -> tensor<8x64xf32>
  return %z : tensor<8x64xf32>
}

// -----

// Loops in loops: four iterations. What is in no loop around a kernel stays.
// REMARK: remark: {{.*}}2 iterations are written out
// REMARK: remark: {{.*}}2 iterations are written out
// CHECK-LABEL: func @loops
// CHECK-COUNT-4: linalg.exp
// CHECK-NOT: linalg.exp
// CHECK: scf.for
// CHECK: arith.addi
func.func @loops(%x: tensor<8x64xf32>, %n: index) -> (tensor<8x64xf32>, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %r = scf.for %i = %c0 to %c3 step %c2 iter_args(%v = %x) -> tensor<8x64xf32> {
    %s = scf.for %j = %c0 to %c2 step %c1 iter_args(%w = %v) -> tensor<8x64xf32> {
      %y = linalg.exp ins(%w : tensor<8x64xf32>) outs(%w : tensor<8x64xf32>) -> tensor<8x64xf32>
      scf.yield %y : tensor<8x64xf32>
    }
    scf.yield %s : tensor<8x64xf32>
  }
  %m = scf.for %i = %c0 to %n step %c1 iter_args(%k = %c0) -> index {
    %l = arith.addi %k, %i : index
    scf.yield %l : index
  }
  return %r, %m : tensor<8x64xf32>, index
}

// -----

// Ops on tensors are elementwise ops like those of linalg; loops around numbers stay.
// REMARK: 3 iterations are written out
// CHECK-LABEL: func @tensor_ops
// CHECK-COUNT-3: math.tanh %{{.*}} : tensor<8x64xf32>
// CHECK-NOT: math.tanh
// CHECK: scf.for
func.func @tensor_ops(%x: tensor<8x64xf32>, %n: index) -> (tensor<8x64xf32>, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %r = scf.for %i = %c0 to %c3 step %c1 iter_args(%v = %x) -> tensor<8x64xf32> {
    %y = math.tanh %v : tensor<8x64xf32>
    scf.yield %y : tensor<8x64xf32>
  }
  %s = scf.for %i = %c0 to %n step %c1 iter_args(%v = %c1) -> index {
    %y = arith.addi %v, %i : index
    scf.yield %y : index
  }
  return %r, %s : tensor<8x64xf32>, index
}

// -----

// Equal ops are one.
// CHECK-LABEL: func @equal
// CHECK: %[[Y:.*]] = math.tanh
// CHECK-NOT: math.tanh
// CHECK: return %[[Y]], %[[Y]]
func.func @equal(%x: tensor<8x64xf32>) -> (tensor<8x64xf32>, tensor<8x64xf32>) {
  %y = math.tanh %x : tensor<8x64xf32>
  %z = math.tanh %x : tensor<8x64xf32>
  return %y, %z : tensor<8x64xf32>, tensor<8x64xf32>
}
