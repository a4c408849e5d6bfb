// RUN: gq-opt %s --gq-raise-reductions --split-input-file | FileCheck %s

#id = affine_map<(a, b, c) -> (a, b, c)>
#keep = affine_map<(a, b, c) -> (a, b, 0)>
#last = affine_map<(a, b, c) -> (c)>

// Dimensions side by side are one; those of size 1 that repeat are none.
// CHECK-LABEL: func @three
// CHECK-DAG: tensor.collapse_shape %arg0 {{\[\[}}0, 1], [2]] : tensor<?x4x256xf32> into tensor<?x256xf32>
// CHECK-DAG: tensor.collapse_shape %arg1 {{\[\[}}0, 1, 2]] : tensor<?x4x1xf32> into tensor<?xf32>
// CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "parallel"]} ins(%{{.*}}, %{{.*}}, %arg2 : tensor<?x256xf32>, tensor<?xf32>, tensor<256xf32>)
// CHECK: tensor.expand_shape %{{.*}} {{\[\[}}0, 1], [2]]
func.func @three(%x: tensor<?x4x256xf32>, %s: tensor<?x4x1xf32>, %g: tensor<256xf32>) -> tensor<?x4x256xf32> {
  %y = linalg.generic {indexing_maps = [#id, #keep, #last, #id], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x, %s, %g : tensor<?x4x256xf32>, tensor<?x4x1xf32>, tensor<256xf32>) outs(%x : tensor<?x4x256xf32>) {
  ^bb0(%v: f32, %r: f32, %w: f32, %o: f32):
    %p = arith.mulf %v, %r : f32
    %q = arith.mulf %p, %w : f32
    linalg.yield %q : f32
  } -> tensor<?x4x256xf32>
  return %y : tensor<?x4x256xf32>
}

// -----

// A vector is the only row of a matrix.
// CHECK-LABEL: func @vector
// CHECK: tensor.expand_shape %arg0 {{\[\[}}0, 1]] output_shape [1, %{{.*}}] : tensor<?xf32> into tensor<1x?xf32>
// CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "parallel"]}
// CHECK: tensor.collapse_shape %{{.*}} {{\[\[}}0, 1]] : tensor<1x?xf32> into tensor<?xf32>
func.func @vector(%x: tensor<?xf32>) -> tensor<?xf32> {
  %y = linalg.exp ins(%x : tensor<?xf32>) outs(%x : tensor<?xf32>) -> tensor<?xf32>
  return %y : tensor<?xf32>
}

// -----

// Dimensions that are in another order stay.
// CHECK-LABEL: func @turned
// CHECK: linalg.transpose ins(%arg0 : tensor<4x6x8xf32>)
func.func @turned(%x: tensor<4x6x8xf32>, %e: tensor<6x4x8xf32>) -> tensor<6x4x8xf32> {
  %r = linalg.transpose ins(%x : tensor<4x6x8xf32>) outs(%e : tensor<6x4x8xf32>) permutation = [1, 0, 2]
  return %r : tensor<6x4x8xf32>
}

// -----

// Named ops say with attributes which loops they have.
// CHECK-LABEL: func.func @broadcast
// CHECK: linalg.generic {indexing_maps = [#{{.*}}, #{{.*}}], iterator_types = ["parallel", "parallel"]} ins({{.*}} : tensor<64xf32>) outs({{.*}} : tensor<64x32xf32>)
func.func @broadcast(%x: tensor<16x4xf32>) -> tensor<16x4x32xf32> {
  %e = tensor.empty() : tensor<16x4x32xf32>
  %b = linalg.broadcast ins(%x : tensor<16x4xf32>) outs(%e : tensor<16x4x32xf32>) dimensions = [2]
  return %b : tensor<16x4x32xf32>
}

// -----

// CHECK-LABEL: func.func @transpose
// CHECK: linalg.generic {indexing_maps = [#{{.*}}, #{{.*}}], iterator_types = ["parallel", "parallel"]} ins({{.*}} : tensor<32x64xf32>) outs({{.*}} : tensor<64x32xf32>)
func.func @transpose(%x: tensor<32x16x4xf32>) -> tensor<16x4x32xf32> {
  %e = tensor.empty() : tensor<16x4x32xf32>
  %t = linalg.transpose ins(%x : tensor<32x16x4xf32>) outs(%e : tensor<16x4x32xf32>) permutation = [1, 2, 0]
  return %t : tensor<16x4x32xf32>
}
