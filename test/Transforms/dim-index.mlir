// A dimension that does not exist is refused by every pass that may ask for its size.
// RUN: gq-opt %s --gq-check-shapes --split-input-file --verify-diagnostics
// RUN: gq-opt %s --gq-tile --split-input-file --verify-diagnostics
// RUN: gq-opt %s --gq-outline-kernels --split-input-file --verify-diagnostics

func.func @above(%a: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %c2 = arith.constant 2 : index
  // expected-error@+1 {{expects an index below the rank 2, got 2}}
  %m = tensor.dim %a, %c2 : tensor<?x64xf32>
  %e = tensor.empty(%m) : tensor<?x64xf32>
  return %e : tensor<?x64xf32>
}

// -----

func.func @negative(%a: tensor<?x64xf32>) -> index {
  %c = arith.constant -1 : index
  // expected-error@+1 {{expects an index below the rank 2, got -1}}
  %m = tensor.dim %a, %c : tensor<?x64xf32>
  return %m : index
}

// -----

func.func @memref(%a: memref<?xf32>) -> index {
  %c1 = arith.constant 1 : index
  // expected-error@+1 {{expects an index below the rank 1, got 1}}
  %m = memref.dim %a, %c1 : memref<?xf32>
  return %m : index
}

// -----

// What is no constant may be one that exists; ranks that are unknown say nothing.
func.func @unknown(%a: tensor<?x64xf32>, %b: tensor<*xf32>, %i: index) -> (index, index) {
  %c9 = arith.constant 9 : index
  %m = tensor.dim %a, %i : tensor<?x64xf32>
  %n = tensor.dim %b, %c9 : tensor<*xf32>
  return %m, %n : index, index
}
