// Products of which both operands are codes with scales, decoded in f32: the codes are
// multiplied. Blocks of rows, of squares, of all of K, powers of two.
//
// RUN: gq-opt %s --pass-pipeline='builtin.module(func.func(convert-linalg-to-gq))' -o %t.mlir
// RUN: FileCheck %s < %t.mlir
//
// DEFINE: %{entry} =
// DEFINE: %{m} =
// DEFINE: %{values} = gq-run %t.mlir --reference=%s --backend=reference --entry=%{entry} %{m} | FileCheck %s --check-prefix=VALUES && gq-run %s --backend=simulate --check --entry=%{entry} %{m} | FileCheck %s --check-prefix=VALUES
// VALUES: check0 passed
//
// REDEFINE: %{entry} = blocks
// RUN: %{values}
// REDEFINE: %{entry} = groups
// RUN: %{values}
// REDEFINE: %{entry} = rows
// REDEFINE: %{m} = --m 40
// RUN: %{values}
// REDEFINE: %{entry} = powers
// REDEFINE: %{m} =
// RUN: %{values}
// REDEFINE: %{entry} = unscaled
// RUN: %{values}
//
// RUN: gq-compile %s --emit=bundle -o %t.gqb

#x3 = affine_map<(m, g, k) -> (m, g, k)>
#s3 = affine_map<(m, g, k) -> (m, g)>
#a = affine_map<(m, n, k) -> (m, k)>
#b = affine_map<(m, n, k) -> (n, k)>
#c = affine_map<(m, n, k) -> (m, n)>

// Tokens in groups of 128, weights in squares of 128; one generic for each step.
// CHECK-LABEL: func.func @blocks(
// CHECK-SAME: %[[X:.*]]: tensor<16x256xf8E4M3FN>, %[[SX:.*]]: tensor<16x2xf32>, %[[W:.*]]: tensor<128x256xf8E4M3FN>, %[[SW:.*]]: tensor<1x2xf32>)
// CHECK: gq.scaled_matmul %[[X]], %[[W]] scales(%[[SX]] block [1, 128], %[[SW]] block [128, 128]) outs(%{{.*}} : tensor<16x128xf32>)
// CHECK-NOT: linalg.generic
// CHECK: return
func.func @blocks(%x: tensor<16x256xf8E4M3FN>, %sx: tensor<16x2xf32>, %w: tensor<128x256xf8E4M3FN>, %sw: tensor<1x2xf32>) -> tensor<16x128xf32> {
  %zero = arith.constant 0.0 : f32
  %xv = tensor.expand_shape %x [[0], [1, 2]] output_shape [16, 2, 128] : tensor<16x256xf8E4M3FN> into tensor<16x2x128xf8E4M3FN>
  %e3 = tensor.empty() : tensor<16x2x128xf32>
  %xf = linalg.generic {indexing_maps = [#x3, #x3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%xv : tensor<16x2x128xf8E4M3FN>) outs(%e3 : tensor<16x2x128xf32>) {
  ^bb0(%q: f8E4M3FN, %o: f32):
    %f = arith.extf %q : f8E4M3FN to f32
    linalg.yield %f : f32
  } -> tensor<16x2x128xf32>
  %xd = linalg.generic {indexing_maps = [#x3, #s3, #x3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%xf, %sx : tensor<16x2x128xf32>, tensor<16x2xf32>) outs(%e3 : tensor<16x2x128xf32>) {
  ^bb0(%f: f32, %s: f32, %o: f32):
    %p = arith.mulf %f, %s : f32
    linalg.yield %p : f32
  } -> tensor<16x2x128xf32>
  %x2 = tensor.collapse_shape %xd [[0], [1, 2]] : tensor<16x2x128xf32> into tensor<16x256xf32>
  %wv = tensor.expand_shape %w [[0, 1], [2, 3]] output_shape [1, 128, 2, 128] : tensor<128x256xf8E4M3FN> into tensor<1x128x2x128xf8E4M3FN>
  %e4 = tensor.empty() : tensor<1x128x2x128xf32>
  %wd = linalg.generic {indexing_maps = [affine_map<(a, b, c, d) -> (a, b, c, d)>, affine_map<(a, b, c, d) -> (a, c)>, affine_map<(a, b, c, d) -> (a, b, c, d)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%wv, %sw : tensor<1x128x2x128xf8E4M3FN>, tensor<1x2xf32>) outs(%e4 : tensor<1x128x2x128xf32>) {
  ^bb0(%q: f8E4M3FN, %s: f32, %o: f32):
    %f = arith.extf %q : f8E4M3FN to f32
    %p = arith.mulf %f, %s : f32
    linalg.yield %p : f32
  } -> tensor<1x128x2x128xf32>
  %w2 = tensor.collapse_shape %wd [[0, 1], [2, 3]] : tensor<1x128x2x128xf32> into tensor<128x256xf32>
  %e = tensor.empty() : tensor<16x128xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<16x128xf32>) -> tensor<16x128xf32>
  %y = linalg.matmul indexing_maps = [#a, #b, #c] ins(%x2, %w2 : tensor<16x256xf32>, tensor<128x256xf32>) outs(%i : tensor<16x128xf32>) -> tensor<16x128xf32>
  return %y : tensor<16x128xf32>
}

// One op for all: groups are a loop of the sum, and codes are decoded in its body.
// CHECK-LABEL: func.func @groups(
// CHECK: %[[X:.*]] = tensor.collapse_shape %{{.*}} : tensor<16x4x32xi8> into tensor<16x128xi8>
// CHECK: %[[W:.*]] = tensor.collapse_shape %{{.*}} : tensor<64x4x32xi8> into tensor<64x128xi8>
// CHECK: gq.scaled_matmul %[[X]], %[[W]] scales(%{{.*}} block [1, 32], %{{.*}} block [1, 32]) outs(
func.func @groups(%x: tensor<16x4x32xi8>, %sx: tensor<16x4xf32>, %w: tensor<64x4x32xi8>, %sw: tensor<64x4x1xf32>) -> tensor<16x64xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<16x64xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<16x64xf32>) -> tensor<16x64xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(m, n, g, k) -> (m, g, k)>, affine_map<(m, n, g, k) -> (m, g)>, affine_map<(m, n, g, k) -> (n, g, k)>, affine_map<(m, n, g, k) -> (n, g, 0)>, affine_map<(m, n, g, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction", "reduction"]}
      ins(%x, %sx, %w, %sw : tensor<16x4x32xi8>, tensor<16x4xf32>, tensor<64x4x32xi8>, tensor<64x4x1xf32>) outs(%i : tensor<16x64xf32>) {
  ^bb0(%p: i8, %sp: f32, %q: i8, %sq: f32, %sum: f32):
    %pi = arith.extsi %p : i8 to i32
    %pf = arith.sitofp %pi : i32 to f32
    %pd = arith.mulf %pf, %sp : f32
    %qi = arith.extsi %q : i8 to i32
    %qf = arith.sitofp %qi : i32 to f32
    %qd = arith.mulf %qf, %sq : f32
    %t = arith.mulf %pd, %qd : f32
    %r = arith.addf %sum, %t : f32
    linalg.yield %r : f32
  } -> tensor<16x64xf32>
  return %y : tensor<16x64xf32>
}

// A scale for each token, one for each channel, of bf16; weights of K x N; any number of
// tokens. The result is what comes first in the loops.
// CHECK-LABEL: func.func @rows(
// CHECK-SAME: %[[X:.*]]: tensor<?x192xf8E4M3FN>, %{{.*}}, %[[W:.*]]: tensor<192x64xf8E5M2>,
// CHECK: %[[WT:.*]] = linalg.transpose ins(%[[W]] :
// CHECK: gq.scaled_matmul %[[X]], %[[WT]] scales(%{{.*}} block [1, 192], %{{.*}} block [1, 192]) outs(%{{.*}} : tensor<?x64xf32>) : {{.*}}, tensor<?x1xf32>, tensor<64x1xbf16>
func.func @rows(%x: tensor<?x192xf8E4M3FN>, %sx: tensor<?x1xf32>, %w: tensor<192x64xf8E5M2>, %sw: tensor<64xbf16>) -> tensor<?x64xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x192xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x64xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x64xf32>) -> tensor<?x64xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (m, 0)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (n)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %sx, %w, %sw : tensor<?x192xf8E4M3FN>, tensor<?x1xf32>, tensor<192x64xf8E5M2>, tensor<64xbf16>) outs(%i : tensor<?x64xf32>) {
  ^bb0(%p: f8E4M3FN, %sp: f32, %q: f8E5M2, %sq: bf16, %sum: f32):
    %pf = arith.extf %p : f8E4M3FN to f32
    %pd = arith.mulf %pf, %sp : f32
    %qf = arith.extf %q : f8E5M2 to f32
    %sf = arith.extf %sq : bf16 to f32
    %qd = arith.mulf %qf, %sf : f32
    %t = arith.mulf %pd, %qd : f32
    %r = arith.addf %t, %sum : f32
    linalg.yield %r : f32
  } -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}

// Powers of two: nothing is rounded to bf16.
// CHECK-LABEL: func.func @powers(
// CHECK-SAME: %[[X:.*]]: tensor<16x128xf8E4M3FN>, %[[SX:.*]]: tensor<16x4xf8E8M0FNU>, %[[W:.*]]: tensor<64x128xf8E4M3FN>, %[[SW:.*]]: tensor<64x4xf8E8M0FNU>)
// CHECK: gq.scaled_matmul %[[X]], %[[W]] scales(%[[SX]] block [1, 32], %[[SW]] block [1, 32]) outs(
func.func @powers(%x: tensor<16x128xf8E4M3FN>, %sx: tensor<16x4xf8E8M0FNU>, %w: tensor<64x128xf8E4M3FN>, %sw: tensor<64x4xf8E8M0FNU>) -> tensor<16x64xf32> {
  %zero = arith.constant 0.0 : f32
  %xv = tensor.expand_shape %x [[0], [1, 2]] output_shape [16, 4, 32] : tensor<16x128xf8E4M3FN> into tensor<16x4x32xf8E4M3FN>
  %xe = tensor.empty() : tensor<16x4x32xf8E8M0FNU>
  %xb = linalg.broadcast ins(%sx : tensor<16x4xf8E8M0FNU>) outs(%xe : tensor<16x4x32xf8E8M0FNU>) dimensions = [2]
  %xd = arith.scaling_extf %xv, %xb : tensor<16x4x32xf8E4M3FN>, tensor<16x4x32xf8E8M0FNU> to tensor<16x4x32xbf16>
  %x2 = tensor.collapse_shape %xd [[0], [1, 2]] : tensor<16x4x32xbf16> into tensor<16x128xbf16>
  %wv = tensor.expand_shape %w [[0], [1, 2]] output_shape [64, 4, 32] : tensor<64x128xf8E4M3FN> into tensor<64x4x32xf8E4M3FN>
  %we = tensor.empty() : tensor<64x4x32xbf16>
  %wd = linalg.generic {indexing_maps = [#x3, #s3, #x3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%wv, %sw : tensor<64x4x32xf8E4M3FN>, tensor<64x4xf8E8M0FNU>) outs(%we : tensor<64x4x32xbf16>) {
  ^bb0(%q: f8E4M3FN, %s: f8E8M0FNU, %o: bf16):
    %d = arith.scaling_extf %q, %s : f8E4M3FN, f8E8M0FNU to bf16
    linalg.yield %d : bf16
  } -> tensor<64x4x32xbf16>
  %w2 = tensor.collapse_shape %wd [[0], [1, 2]] : tensor<64x4x32xbf16> into tensor<64x128xbf16>
  %e = tensor.empty() : tensor<16x64xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<16x64xf32>) -> tensor<16x64xf32>
  %y = linalg.matmul indexing_maps = [#a, #b, #c] ins(%x2, %w2 : tensor<16x128xbf16>, tensor<64x128xbf16>) outs(%i : tensor<16x64xf32>) -> tensor<16x64xf32>
  return %y : tensor<16x64xf32>
}

// Codes alone; their scale is applied behind, and is fused there.
// CHECK-LABEL: func.func @unscaled(
// CHECK-SAME: %[[X:.*]]: tensor<16x64xf8E4M3FN>, %[[W:.*]]: tensor<32x64xf8E4M3FN>,
// CHECK: gq.scaled_matmul %[[X]], %[[W]] outs(
// CHECK: linalg.generic
func.func @unscaled(%x: tensor<16x64xf8E4M3FN>, %w: tensor<32x64xf8E4M3FN>, %s: tensor<f32>) -> tensor<16x32xbf16> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<16x32xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<16x32xf32>) -> tensor<16x32xf32>
  %d = linalg.matmul indexing_maps = [#a, #b, #c] ins(%x, %w : tensor<16x64xf8E4M3FN>, tensor<32x64xf8E4M3FN>) outs(%i : tensor<16x32xf32>) -> tensor<16x32xf32>
  %eo = tensor.empty() : tensor<16x32xbf16>
  %y = linalg.generic {indexing_maps = [affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> ()>, affine_map<(m, n) -> (m, n)>], iterator_types = ["parallel", "parallel"]}
      ins(%d, %s : tensor<16x32xf32>, tensor<f32>) outs(%eo : tensor<16x32xbf16>) {
  ^bb0(%v: f32, %sc: f32, %o: bf16):
    %p = arith.mulf %v, %sc : f32
    %r = arith.truncf %p : f32 to bf16
    linalg.yield %r : bf16
  } -> tensor<16x32xbf16>
  return %y : tensor<16x32xbf16>
}
