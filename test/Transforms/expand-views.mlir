// Elementwise ops on views of a matrix that a kernel computes, or reads: on the matrix.
// RUN: gq-opt %s --gq-expand --cse | FileCheck %s

// A bias, and a named op.
// CHECK-LABEL: func.func @behind
// CHECK:       %[[D:.*]] = gq.scaled_matmul
// CHECK:       %[[Y:.*]] = linalg.generic {indexing_maps = [#[[ALL:.*]], #[[ROW:.*]], #[[ALL]]], iterator_types = ["parallel", "parallel"]} ins(%[[D]], %arg2 : tensor<64x48xf32>, tensor<48xf32>)
// CHECK:       %[[Z:.*]] = linalg.generic {{.*}} ins(%[[Y]] :
// CHECK:       tensor.expand_shape %[[Z]]
// CHECK-NOT:   linalg
func.func @behind(%a: tensor<64x128xbf16>, %b: tensor<48x128xbf16>, %bias: tensor<48xf32>) -> tensor<4x16x48xf32> {
  %e = tensor.empty() : tensor<64x48xf32>
  %d = gq.scaled_matmul %a, %b outs(%e : tensor<64x48xf32>) : tensor<64x128xbf16>, tensor<48x128xbf16> -> tensor<64x48xf32>
  %v = tensor.expand_shape %d [[0, 1], [2]] output_shape [4, 16, 48] : tensor<64x48xf32> into tensor<4x16x48xf32>
  %f = tensor.empty() : tensor<4x16x48xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(a, b, c) -> (a, b, c)>, affine_map<(a, b, c) -> (c)>, affine_map<(a, b, c) -> (a, b, c)>],
                       iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%v, %bias : tensor<4x16x48xf32>, tensor<48xf32>) outs(%f : tensor<4x16x48xf32>) {
    ^bb0(%x: f32, %w: f32, %o: f32):
      %s = arith.addf %x, %w : f32
      linalg.yield %s : f32
  } -> tensor<4x16x48xf32>
  %z = linalg.mul ins(%y, %y : tensor<4x16x48xf32>, tensor<4x16x48xf32>) outs(%f : tensor<4x16x48xf32>) -> tensor<4x16x48xf32>
  return %z : tensor<4x16x48xf32>
}

// Behind a batch, which is one product here.
// CHECK-LABEL: func.func @batch
// CHECK:       %[[D:.*]] = gq.scaled_matmul
// CHECK:       linalg.generic {{.*}} ins(%[[D]] : tensor<128x48xf32>)
// CHECK:       tensor.expand_shape
func.func @batch(%a: tensor<2x64x128xbf16>, %b: tensor<48x128xbf16>) -> tensor<2x64x48xf32> {
  %e = tensor.empty() : tensor<2x64x48xf32>
  %d = gq.scaled_matmul %a, %b outs(%e : tensor<2x64x48xf32>) : tensor<2x64x128xbf16>, tensor<48x128xbf16> -> tensor<2x64x48xf32>
  %z = linalg.exp ins(%d : tensor<2x64x48xf32>) outs(%e : tensor<2x64x48xf32>) -> tensor<2x64x48xf32>
  return %z : tensor<2x64x48xf32>
}

// In front of a quantisation.
// CHECK-LABEL: func.func @before
// CHECK:       %[[X:.*]] = tensor.collapse_shape %arg0
// CHECK:       %[[Y:.*]] = linalg.generic {{.*}} ins(%[[X]] : tensor<64x128xf32>)
// CHECK:       gq.quantize %[[Y]]
func.func @before(%x: tensor<4x16x128xf32>) -> (tensor<64x128xf8E4M3FN>, tensor<64x1xf32>) {
  %f = tensor.empty() : tensor<4x16x128xf32>
  %y = linalg.exp ins(%x : tensor<4x16x128xf32>) outs(%f : tensor<4x16x128xf32>) -> tensor<4x16x128xf32>
  %v = tensor.collapse_shape %y [[0, 1], [2]] : tensor<4x16x128xf32> into tensor<64x128xf32>
  %eq = tensor.empty() : tensor<64x128xf8E4M3FN>
  %es = tensor.empty() : tensor<64x1xf32>
  %q:2 = gq.quantize %v block [1, 128] outs(%eq, %es : tensor<64x128xf8E4M3FN>, tensor<64x1xf32>) : tensor<64x128xf32> -> tensor<64x128xf8E4M3FN>, tensor<64x1xf32>
  return %q#0, %q#1 : tensor<64x128xf8E4M3FN>, tensor<64x1xf32>
}

// Along two dimensions that are one in the matrix a bias cannot be read: it stays.
// CHECK-LABEL: func.func @stay
// CHECK:       tensor.expand_shape
// CHECK:       linalg.generic {{.*}}iterator_types = ["parallel", "parallel", "parallel"]
func.func @stay(%a: tensor<64x128xbf16>, %b: tensor<48x128xbf16>, %bias: tensor<16xf32>) -> tensor<4x16x48xf32> {
  %e = tensor.empty() : tensor<64x48xf32>
  %d = gq.scaled_matmul %a, %b outs(%e : tensor<64x48xf32>) : tensor<64x128xbf16>, tensor<48x128xbf16> -> tensor<64x48xf32>
  %v = tensor.expand_shape %d [[0, 1], [2]] output_shape [4, 16, 48] : tensor<64x48xf32> into tensor<4x16x48xf32>
  %f = tensor.empty() : tensor<4x16x48xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(a, b, c) -> (a, b, c)>, affine_map<(a, b, c) -> (b)>, affine_map<(a, b, c) -> (a, b, c)>],
                       iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%v, %bias : tensor<4x16x48xf32>, tensor<16xf32>) outs(%f : tensor<4x16x48xf32>) {
    ^bb0(%x: f32, %w: f32, %o: f32):
      %s = arith.addf %x, %w : f32
      linalg.yield %s : f32
  } -> tensor<4x16x48xf32>
  return %y : tensor<4x16x48xf32>
}

// Of unknown sizes: nothing but the op asks for the product.
// CHECK-LABEL: func.func @unknown
// CHECK:       %[[COUNT:.*]] = tensor.dim %arg0
// CHECK:       %[[D:.*]] = gq.scaled_matmul
// CHECK-NOT:   %[[D]]
// CHECK:       %[[Y:.*]] = linalg.generic {{.*}} ins(%[[D]] :
// CHECK-NOT:   %[[D]]
// CHECK:       tensor.expand_shape %[[Y]] {{.*}} output_shape [%[[COUNT]], 16, 48]
func.func @unknown(%x: tensor<?x16x128xbf16>, %b: tensor<48x128xbf16>) -> tensor<?x16x48xf32> {
  %c0 = arith.constant 0 : index
  %count = tensor.dim %x, %c0 : tensor<?x16x128xbf16>
  %a = tensor.collapse_shape %x [[0, 1], [2]] : tensor<?x16x128xbf16> into tensor<?x128xbf16>
  %m = tensor.dim %a, %c0 : tensor<?x128xbf16>
  %e = tensor.empty(%m) : tensor<?x48xf32>
  %d = gq.scaled_matmul %a, %b outs(%e : tensor<?x48xf32>) : tensor<?x128xbf16>, tensor<48x128xbf16> -> tensor<?x48xf32>
  %v = tensor.expand_shape %d [[0, 1], [2]] output_shape [%count, 16, 48] : tensor<?x48xf32> into tensor<?x16x48xf32>
  %f = tensor.empty(%count) : tensor<?x16x48xf32>
  %z = linalg.exp ins(%v : tensor<?x16x48xf32>) outs(%f : tensor<?x16x48xf32>) -> tensor<?x16x48xf32>
  return %z : tensor<?x16x48xf32>
}
