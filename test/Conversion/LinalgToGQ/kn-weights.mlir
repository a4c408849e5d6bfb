// Weights of K x N whose blocks are not square: groups of 32 along K for each column. Codes are
// transposed once, scales are read as they are.
//
// RUN: gq-opt %s --pass-pipeline='builtin.module(func.func(convert-linalg-to-gq))' | FileCheck %s
// RUN: gq-run %s --backend=simulate --check | FileCheck %s --check-prefix=VALUES
// RUN: gq-run %s --backend=simulate --check --entry=constant | FileCheck %s --check-prefix=VALUES
// RUN: gq-compile %s --emit=ptx -o /dev/null --remarks-filter=gq-anchor 2>&1 | FileCheck %s --check-prefix=KERNEL --allow-empty
// VALUES: check0 passed
// KERNEL-NOT: error

// CHECK-LABEL: func.func @groups(
// CHECK-SAME: %[[X:.*]]: tensor<16x128xf8E4M3FN>, %[[SX:.*]]: tensor<16x4xf32>, %[[W:.*]]: tensor<128x64xf8E4M3FN>, %[[SW:.*]]: tensor<4x64xf32>)
// CHECK: %[[T:.*]] = linalg.transpose ins(%[[W]] :
// CHECK: gq.scaled_matmul %[[X]], %[[T]] scales(%[[SX]] block [1, 32], %[[SW]] block [1, 32]) outs({{.*}}) {transposed_b_scales}
func.func @groups(%x: tensor<16x128xf8E4M3FN>, %sx: tensor<16x4xf32>, %w: tensor<128x64xf8E4M3FN>, %sw: tensor<4x64xf32>) -> tensor<16x64xf32> {
  %zero = arith.constant 0.0 : f32
  %xv = tensor.expand_shape %x [[0], [1, 2]] output_shape [16, 4, 32] : tensor<16x128xf8E4M3FN> into tensor<16x4x32xf8E4M3FN>
  %wv = tensor.expand_shape %w [[0, 1], [2]] output_shape [4, 32, 64] : tensor<128x64xf8E4M3FN> into tensor<4x32x64xf8E4M3FN>
  %e = tensor.empty() : tensor<16x64xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<16x64xf32>) -> tensor<16x64xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(m, n, g, k) -> (m, g, k)>, affine_map<(m, n, g, k) -> (m, g)>, affine_map<(m, n, g, k) -> (g, k, n)>, affine_map<(m, n, g, k) -> (g, n)>, affine_map<(m, n, g, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction", "reduction"]}
      ins(%xv, %sx, %wv, %sw : tensor<16x4x32xf8E4M3FN>, tensor<16x4xf32>, tensor<4x32x64xf8E4M3FN>, tensor<4x64xf32>) outs(%i : tensor<16x64xf32>) {
  ^bb0(%p: f8E4M3FN, %sp: f32, %q: f8E4M3FN, %sq: f32, %sum: f32):
    %pf = arith.extf %p : f8E4M3FN to f32
    %pd = arith.mulf %pf, %sp : f32
    %qf = arith.extf %q : f8E4M3FN to f32
    %qd = arith.mulf %qf, %sq : f32
    %t = arith.mulf %pd, %qd : f32
    %r = arith.addf %sum, %t : f32
    linalg.yield %r : f32
  } -> tensor<16x64xf32>
  return %y : tensor<16x64xf32>
}

// Constants are transposed here and now.
// CHECK-LABEL: func.func @constant(
// CHECK-NOT: linalg.transpose
// CHECK: arith.constant dense<{{\[\[}}1, 4], [2, 5], [3, -6]]> : tensor<3x2xi8>
// CHECK-NOT: linalg.transpose
// CHECK: gq.scaled_matmul
func.func @constant(%x: tensor<4x2xi8>, %c: tensor<4x3xi32>) -> tensor<4x3xi32> {
  %w = arith.constant dense<[[1, 2, 3], [4, 5, -6]]> : tensor<2x3xi8>
  %z = arith.constant 0 : i32
  %y = linalg.quantized_matmul ins(%x, %w, %z, %z : tensor<4x2xi8>, tensor<2x3xi8>, i32, i32) outs(%c : tensor<4x3xi32>) -> tensor<4x3xi32>
  return %y : tensor<4x3xi32>
}
