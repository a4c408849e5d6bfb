// RUN: gq-opt %s --split-input-file --verify-diagnostics

func.func @no_parts(%x: tensor<4x8xf32>, %i: index) -> tensor<4x8xf32> {
  // expected-error@+1 {{expects from 1 to 2147483647 parts, got 0}}
  %s = gq.sum_of_parts 0 from %x[%i] : tensor<4x8xf32> {
  ^bb0(%part: index):
    gq.yield %x : tensor<4x8xf32>
  }
  return %s : tensor<4x8xf32>
}

// -----

func.func @no_part(%x: tensor<4x8xf32>, %i: index) -> tensor<4x8xf32> {
  // expected-error@+1 {{expects a body with one argument of index type, the number of a part}}
  %s = gq.sum_of_parts 2 from %x[%i] : tensor<4x8xf32> {
    gq.yield %x : tensor<4x8xf32>
  }
  return %s : tensor<4x8xf32>
}

// -----

func.func @yield(%x: tensor<4x8xf32>, %i: index) -> tensor<4x8xf32> {
  // expected-error@+1 {{expects a body that ends with gq.yield}}
  %s = gq.sum_of_parts 2 from %x[%i] : tensor<4x8xf32> {
  ^bb0(%part: index):
    scf.yield %x : tensor<4x8xf32>
  }
  return %s : tensor<4x8xf32>
}

// -----

func.func @vector(%x: tensor<4x8xf32>, %v: tensor<8xf32>, %i: index) -> tensor<4x8xf32> {
  // expected-error@+1 {{expects a part and an init of rank 2, got 'tensor<8xf32>' and 'tensor<4x8xf32>'}}
  %s = gq.sum_of_parts 2 from %x[%i] : tensor<4x8xf32> {
  ^bb0(%part: index):
    gq.yield %v : tensor<8xf32>
  }
  return %s : tensor<4x8xf32>
}

// -----

func.func @element(%x: tensor<4x8xf32>, %v: tensor<4x8xbf16>, %i: index) -> tensor<4x8xf32> {
  // expected-error@+1 {{expects a part of element type 'f32' as operand init, got 'bf16'}}
  %s = gq.sum_of_parts 2 from %x[%i] : tensor<4x8xf32> {
  ^bb0(%part: index):
    gq.yield %v : tensor<4x8xbf16>
  }
  return %s : tensor<4x8xf32>
}

// -----

func.func @rows(%x: tensor<4x8xf32>, %v: tensor<5x8xf32>, %i: index) -> tensor<4x8xf32> {
  // expected-error@+1 {{expects a part of 4 rows as operand init, got 5}}
  %s = gq.sum_of_parts 2 from %x[%i] : tensor<4x8xf32> {
  ^bb0(%part: index):
    gq.yield %v : tensor<5x8xf32>
  }
  return %s : tensor<4x8xf32>
}
