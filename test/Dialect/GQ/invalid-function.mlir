// One test for every diagnostic: what functions say of themselves.
// RUN: gq-opt %s --split-input-file --verify-diagnostics

// expected-error@+1 {{expects attribute "gq.dependent_launch" to be "none", "within" or "callers", got "always"}}
func.func private @f() attributes {gq.dependent_launch = "always"}

// -----

// expected-error@+1 {{expects attribute "gq.dependent_launch" to be "none", "within" or "callers", got 1 : i64}}
func.func private @f() attributes {gq.dependent_launch = 1 : i64}

// -----

// expected-error@+1 {{has attribute "gq.dependent_launch", which belongs on a func.func}}
module attributes {gq.dependent_launch = "within"} {}

// -----

// expected-error@+1 {{has attribute "gq.constant", which belongs on an argument of a function or a kernel}}
func.func private @f() attributes {gq.constant}

// -----

// expected-error@+1 {{has attribute "gq.constant" on argument 1, expects a tensor or a memref, got 'index'}}
func.func private @f(tensor<8xf32>, index {gq.constant})

// -----

// expected-error@+1 {{expects attribute "gq.constant" of argument 0 to have no value, got true}}
func.func private @f(tensor<8xf32> {gq.constant = true})

// -----

// expected-error@+1 {{has attribute "gq.pitched", which belongs on an argument of a function or a kernel}}
func.func private @f() attributes {gq.pitched}

// -----

// expected-error@+1 {{has attribute "gq.pitched" on argument 1, expects a matrix, a tensor or memref of rank 2, got 'tensor<8xf32>'}}
func.func private @f(tensor<8x8xf32> {gq.pitched}, tensor<8xf32> {gq.pitched})

// -----

// expected-error@+1 {{has attribute "gq.pitched" on argument 0, expects a matrix, a tensor or memref of rank 2, got 'tensor<*xf32>'}}
func.func private @f(tensor<*xf32> {gq.pitched})

// -----

// expected-error@+1 {{has attribute "gq.pitched" on argument 0, expects a matrix, a tensor or memref of rank 2, got 'index'}}
func.func private @f(index {gq.pitched})

// -----

// expected-error@+1 {{expects attribute "gq.pitched" of argument 0 to have no value, got 16 : i64}}
func.func private @f(tensor<8x8xf32> {gq.pitched = 16})

// -----

// expected-error@+1 {{has attribute "gq.name", which belongs on an argument of a func.func}}
func.func private @f() attributes {gq.name = "x"}

// -----

// expected-error@+1 {{expects attribute "gq.name" of argument 1 to be a string that is not empty, got 1 : i64}}
func.func private @f(tensor<8xf32>, tensor<8xf32> {gq.name = 1})

// -----

// expected-error@+1 {{expects attribute "gq.name" of argument 0 to be a string that is not empty, got ""}}
func.func private @f(tensor<8xf32> {gq.name = ""})

// -----

// expected-error@+1 {{expects arguments of different names, got "x" for argument 0 and argument 2}}
func.func private @f(tensor<8xf32> {gq.name = "x"}, tensor<8xf32>, tensor<8xf32> {gq.name = "x"})

// -----

gpu.module @kernels {
  // expected-error@+1 {{has attribute "gq.name" on argument 0, which belongs on an argument of a func.func}}
  gqgpu.kernel @f(%x: memref<8xf32> {gq.name = "x"}) {
    gqgpu.return
  }
}

// -----

// expected-error@+1 {{has attribute "gq.tagret", expects one of gq.target, gq.dependent_launch, gq.constant, gq.pitched, gq.name}}
module attributes {gq.tagret = 1} {}

// -----

// expected-error@+1 {{has attribute "gq.const", expects one of gq.target, gq.dependent_launch, gq.constant, gq.pitched, gq.name}}
func.func @misspelt(%x: tensor<8xf32> {gq.const}) {
  return
}

// -----

func.func @on_an_op(%x: f32) -> f32 {
  // expected-error@+1 {{has attribute "gq.conifg", expects one of gq.target, gq.dependent_launch, gq.constant, gq.pitched, gq.name}}
  %y = arith.addf %x, %x {gq.conifg = 3} : f32
  return %y : f32
}
