// Dimensions of linalg operands that share a loop must be as long as one another.
// RUN: gq-opt %s --gq-check-shapes --cse --split-input-file --verify-diagnostics | FileCheck %s

#id = affine_map<(m, n) -> (m, n)>
#row = affine_map<(m, n) -> (n)>

// The message names the arguments; the destination was made for the first.
// CHECK-LABEL: func.func @two_inputs
// CHECK-SAME:  %[[A:[a-z0-9]+]]: tensor<?x128xf32>, %[[B:[a-z0-9]+]]: tensor<?x128xf32>
// CHECK:       %[[NEEDED:.*]] = tensor.dim %[[A]], %{{.*}}
// CHECK:       %[[FOUND:.*]] = tensor.dim %[[B]], %{{.*}}
// CHECK:       %[[SAME:.*]] = arith.cmpi eq, %[[FOUND]], %[[NEEDED]]
// CHECK:       cf.assert %[[SAME]], "linalg.add: dimension 0 of operand 1 (argument 1) must equal dimension 0 of operand 0 (argument 0)"
// CHECK-NOT:   cf.assert
// CHECK:       linalg.add
func.func @two_inputs(%a: tensor<?x128xf32>, %b: tensor<?x128xf32>) -> tensor<?x128xf32> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x128xf32>
  %e = tensor.empty(%m) : tensor<?x128xf32>
  %r = linalg.add ins(%a, %b : tensor<?x128xf32>, tensor<?x128xf32>) outs(%e : tensor<?x128xf32>) -> tensor<?x128xf32>
  return %r : tensor<?x128xf32>
}

// A vector shares the loop over columns; a static size is needed of a dynamic one.
// CHECK-LABEL: func.func @bias
// CHECK:       %[[C128:.*]] = arith.constant 128 : index
// CHECK:       arith.cmpi eq, %{{.*}}, %[[C128]]
// CHECK:       cf.assert %{{.*}}, "linalg.generic: dimension 0 of operand 1 (argument 1) must equal dimension 1 of operand 0 (argument 0)"
// CHECK-NOT:   cf.assert
// CHECK:       linalg.generic
func.func @bias(%x: tensor<?x128xf32>, %v: tensor<?xf32>) -> tensor<?x128xf32> {
  %r = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
         ins(%x, %v : tensor<?x128xf32>, tensor<?xf32>) outs(%x : tensor<?x128xf32>) {
    ^bb0(%a: f32, %b: f32, %o: f32):
      %s = arith.addf %a, %b : f32
      linalg.yield %s : f32
  } -> tensor<?x128xf32>
  return %r : tensor<?x128xf32>
}

// One value, however it is spelt: sizes of results are those of their destinations,
// sizes of an empty tensor those it was made with, seen through casts.
// CHECK-LABEL: func.func @known
// CHECK-NOT:   cf.assert
// CHECK:       return
func.func @known(%x: tensor<?x128xf32>) -> tensor<?x128xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x128xf32>
  %e = tensor.empty(%m) : tensor<?x128xf32>
  %fill = linalg.fill ins(%zero : f32) outs(%e : tensor<?x128xf32>) -> tensor<?x128xf32>
  %again = tensor.dim %fill, %c0 : tensor<?x128xf32>
  %f = tensor.empty(%again) : tensor<?x128xf32>
  %open = tensor.cast %fill : tensor<?x128xf32> to tensor<?x?xf32>
  %closed = tensor.cast %open : tensor<?x?xf32> to tensor<?x128xf32>
  %r = linalg.add ins(%x, %closed : tensor<?x128xf32>, tensor<?x128xf32>) outs(%f : tensor<?x128xf32>) -> tensor<?x128xf32>
  return %r : tensor<?x128xf32>
}

// -----

// Sizes that are constants, though the types do not say so, are compared here.
func.func @never(%a: tensor<64x128xf32>) -> tensor<?x128xf32> {
  %c63 = arith.constant 63 : index
  %e = tensor.empty(%c63) : tensor<?x128xf32>
  // expected-error@+1 {{expects dimension 0 of operand 1 to equal dimension 0 of operand 0 (argument 0), which is 64, got 63}}
  %r = linalg.exp ins(%a : tensor<64x128xf32>) outs(%e : tensor<?x128xf32>) -> tensor<?x128xf32>
  return %r : tensor<?x128xf32>
}
