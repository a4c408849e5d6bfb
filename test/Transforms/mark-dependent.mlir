// Launches that begin before the one in front of them has completed: with "within"
// those that have one of the function in front, on every way through it.
// RUN: gq-opt %s --gq-mark-dependent | FileCheck %s
// RUN: gq-opt %s --gq-mark-dependent=dependent-launch=callers | FileCheck %s --check-prefix=CALLERS
// RUN: gq-opt %s --gq-mark-dependent=dependent-launch=within | FileCheck %s --check-prefix=WITHIN
// RUN: not gq-opt %s --gq-mark-dependent=dependent-launch=all -o /dev/null 2>&1 | FileCheck %s --check-prefix=WORD
// WORD: error: expects a dependent-launch of none, within or callers, got 'all'

// What is constant of the function is so in kernels that are launched early.
// CHECK: gqgpu.kernel @first(%arg0: memref<8xf32>, %arg1: memref<8xf32>)
gqgpu.kernel @first(%x: memref<8xf32>, %d: memref<8xf32>) {
  gqgpu.return
}
// CHECK: gqgpu.kernel @second(%arg0: memref<8xf32>, %arg1: memref<8xf32> {gq.constant}, %arg2: memref<8xf32>)
gqgpu.kernel @second(%x: memref<8xf32>, %w: memref<8xf32>, %d: memref<8xf32>) {
  gqgpu.return
}
// Not constant at all of its launches.
// CHECK: gqgpu.kernel @both(%arg0: memref<8xf32>, %arg1: memref<8xf32>)
gqgpu.kernel @both(%x: memref<8xf32>, %d: memref<8xf32>) {
  gqgpu.return
}

// CHECK: func.func @chain
// CHECK: gqgpu.launch @first
// CHECK: gqgpu.launch dependent @second
// CHECK: gqgpu.launch dependent @both
func.func @chain(%x: tensor<8xf32>, %w: tensor<8xf32> {gq.constant}) -> tensor<8xf32>
    attributes {gq.dependent_launch = "within"} {
  %e = tensor.empty() : tensor<8xf32>
  %a = gqgpu.launch @first ins(%x : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  %f = tensor.empty() : tensor<8xf32>
  %b = gqgpu.launch @second ins(%a, %w : tensor<8xf32>, tensor<8xf32>) outs(%f : tensor<8xf32>) -> tensor<8xf32>
  %g = tensor.empty() : tensor<8xf32>
  %c = gqgpu.launch @both ins(%b : tensor<8xf32>) outs(%g : tensor<8xf32>) -> tensor<8xf32>
  return %c : tensor<8xf32>
}

// In front of the last launch is one of a branch, or none.
// CHECK: func.func @branch
// CHECK: scf.if
// CHECK: gqgpu.launch @first
// CHECK: gqgpu.launch dependent @first
// CHECK: gqgpu.launch @both
// CHECK: gqgpu.launch dependent @both
func.func @branch(%x: tensor<8xf32>, %n: index) -> tensor<8xf32> attributes {gq.dependent_launch = "within"} {
  %c4 = arith.constant 4 : index
  %e = tensor.empty() : tensor<8xf32>
  %less = arith.cmpi slt, %n, %c4 : index
  %a = scf.if %less -> tensor<8xf32> {
    %y = gqgpu.launch @first ins(%x : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
    %z = gqgpu.launch @first ins(%y : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
    scf.yield %z : tensor<8xf32>
  } else {
    scf.yield %x : tensor<8xf32>
  }
  %b = gqgpu.launch @both ins(%a : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  %c = gqgpu.launch @both ins(%b : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  return %c : tensor<8xf32>
}

// Both ways have one.
// CHECK: func.func @both_ways
// CHECK: gqgpu.launch @first
// CHECK: gqgpu.launch @first
// CHECK: gqgpu.launch dependent @first
func.func @both_ways(%x: tensor<8xf32>, %n: index) -> tensor<8xf32> attributes {gq.dependent_launch = "within"} {
  %c4 = arith.constant 4 : index
  %e = tensor.empty() : tensor<8xf32>
  %less = arith.cmpi slt, %n, %c4 : index
  %a = scf.if %less -> tensor<8xf32> {
    %y = gqgpu.launch @first ins(%x : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
    scf.yield %y : tensor<8xf32>
  } else {
    %y = gqgpu.launch @first ins(%x : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
    scf.yield %y : tensor<8xf32>
  }
  %b = gqgpu.launch @first ins(%a : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  return %b : tensor<8xf32>
}

// A function that says nothing has what the option says; one that does is obeyed.
// CHECK: func.func @silent
// CHECK-NOT: gq.dependent_launch
// CHECK: gqgpu.launch @first
// CHECK: gqgpu.launch @first
// CALLERS: func.func @silent
// CALLERS-SAME: gq.dependent_launch = "callers"
// CALLERS: gqgpu.launch dependent @first
// CALLERS: gqgpu.launch dependent @first
// WITHIN: func.func @silent
// WITHIN-SAME: gq.dependent_launch = "within"
// WITHIN: gqgpu.launch @first
// WITHIN: gqgpu.launch dependent @first
func.func @silent(%x: tensor<8xf32>) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<8xf32>
  %a = gqgpu.launch @first ins(%x : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  %b = gqgpu.launch @first ins(%a : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  return %b : tensor<8xf32>
}
// CALLERS: func.func @never
// CALLERS-SAME: gq.dependent_launch = "none"
// CALLERS: gqgpu.launch @both
func.func @never(%x: tensor<8xf32>) -> tensor<8xf32> attributes {gq.dependent_launch = "none"} {
  %e = tensor.empty() : tensor<8xf32>
  %a = gqgpu.launch @both ins(%x : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  return %a : tensor<8xf32>
}
