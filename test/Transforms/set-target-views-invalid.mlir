// Views that upstream does not verify: one test for each diagnostic. The reference says the same.
//
// RUN: gq-opt %s --split-input-file --gq-set-target --verify-diagnostics
// RUN: gq-opt %s --split-input-file --convert-linalg-to-gq --verify-diagnostics
// RUN: not gq-run %s --entry=far 2>&1 | FileCheck %s
// CHECK: error: 'tensor.expand_shape' op expects groups of the dimensions 0 to 1 in order, got 9007199254740993 in place of 1

func.func @far(%x: tensor<8xf32>) -> tensor<2x4xf32> {
  // expected-error@+1 {{expects groups of the dimensions 0 to 1 in order, got 9007199254740993 in place of 1}}
  %v = tensor.expand_shape %x [[0, 9007199254740993]] output_shape [2, 4] : tensor<8xf32> into tensor<2x4xf32>
  return %v : tensor<2x4xf32>
}

// -----

func.func @collapsed(%x: tensor<2x4xf32>) -> tensor<8xf32> {
  // expected-error@+1 {{expects groups of the dimensions 0 to 1 in order, got 9007199254740993 in place of 1}}
  %v = tensor.collapse_shape %x [[0, 9007199254740993]] : tensor<2x4xf32> into tensor<8xf32>
  return %v : tensor<8xf32>
}

// -----

func.func @size(%x: tensor<?x96xf32>) -> tensor<?x3x32xf32> {
  // expected-error@+1 {{expects an output_shape of the sizes of 'tensor<?x3x32xf32>', got 129 for dimension 0}}
  %v = tensor.expand_shape %x [[0], [1, 2]] output_shape [129, 3, 32] : tensor<?x96xf32> into tensor<?x3x32xf32>
  return %v : tensor<?x3x32xf32>
}
