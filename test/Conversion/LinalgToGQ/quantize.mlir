// Quantisations: a largest magnitude, a scale, a quotient and a cast, on views with an op for
// each step, by named ops on rows, and in one body with a reciprocal. All three become one
// gq.quantize, whose codes and scales are the program's to the bit.
//
// RUN: gq-opt %s --pass-pipeline='builtin.module(func.func(convert-linalg-to-gq),gq-fold-scales,gq-expand,gq-fuse-quantize)' -o %t.mlir
// RUN: FileCheck %s < %t.mlir
// RUN: gq-opt %s --pass-pipeline='builtin.module(func.func(convert-linalg-to-gq))' | FileCheck %s --check-prefix=STEPS
//
// DEFINE: %{entry} =
// DEFINE: %{m} =
// DEFINE: %{values} = gq-run %t.mlir --reference=%s --backend=reference --entry=%{entry} %{m} | FileCheck %s --check-prefix=VALUES && gq-run %s --backend=simulate --check --entry=%{entry} %{m} | FileCheck %s --check-prefix=VALUES
// VALUES: check0 passed: equal bit for bit
// VALUES-NEXT: check1 passed
//
// REDEFINE: %{entry} = views
// RUN: %{values}
// REDEFINE: %{entry} = rows
// REDEFINE: %{m} = --m 21
// RUN: %{values}
// REDEFINE: %{entry} = powers
// REDEFINE: %{m} =
// RUN: %{values}
// REDEFINE: %{entry} = all
// RUN: %{values}
//
// REDEFINE: %{entry} = given
// RUN: gq-run %t.mlir --reference=%s --backend=reference --entry=given | FileCheck %s --check-prefix=ONE
// RUN: gq-run %s --backend=simulate --check --entry=given | FileCheck %s --check-prefix=ONE
// ONE: check0 passed: equal bit for bit
// REDEFINE: %{entry} = any_tokens
// REDEFINE: %{m} = --m 5
// RUN: %{values}
// REDEFINE: %{m} =
//
// The reciprocal is rounded before it is multiplied: codes may be a step apart.
// RUN: gq-run %t.mlir --reference=%s --backend=reference --entry=reciprocal | FileCheck %s --check-prefix=NEAR
// NEAR: check0
// NEAR: check1 passed
//
// RUN: gq-compile %s --emit=bundle -o %t.gqb

#m3 = affine_map<(a, g, k) -> (a, g, k)>
#keep = affine_map<(a, g, k) -> (a, g, 0)>

// A view in groups, dimensions that are kept, a bound as a comparison and a choice.
// CHECK-LABEL: func.func @views(
// CHECK-SAME: %[[X:.*]]: tensor<32x256xbf16>)
// CHECK: %[[Q:.*]]:2 = gq.quantize %[[X]] block [1, 128] outs(%{{.*}}) {amax_floor = 9.99999974E-5 : f32, divide}
// CHECK-NEXT: return %[[Q]]#0, %[[Q]]#1
// STEPS-LABEL: func.func @views(
// STEPS: %[[A:.*]] = gq.block_absmax %[[X:.*]] block [1, 128]
// STEPS: %[[S:.*]] = linalg.generic {{.*}} ins(%[[A]] : tensor<32x2xf32>)
// STEPS: gq.scaled_cast %{{.*}} scales(%[[S]] block [1, 128]) outs(%{{.*}}) {divide}
func.func @views(%x: tensor<32x256xbf16>) -> (tensor<32x256xf8E4M3FN>, tensor<32x2xf32>) {
  %ninf = arith.constant 0xFF800000 : f32
  %eps = arith.constant 1.0e-4 : f32
  %max = arith.constant 448.0 : f32
  %v = tensor.expand_shape %x [[0], [1, 2]] output_shape [32, 2, 128] : tensor<32x256xbf16> into tensor<32x2x128xbf16>
  %ef = tensor.empty() : tensor<32x2x128xf32>
  %f = linalg.generic {indexing_maps = [#m3, #m3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v : tensor<32x2x128xbf16>) outs(%ef : tensor<32x2x128xf32>) {
  ^bb0(%i: bf16, %o: f32):
    %e = arith.extf %i : bf16 to f32
    linalg.yield %e : f32
  } -> tensor<32x2x128xf32>
  %abs = linalg.generic {indexing_maps = [#m3, #m3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%f : tensor<32x2x128xf32>) outs(%ef : tensor<32x2x128xf32>) {
  ^bb0(%i: f32, %o: f32):
    %e = math.absf %i : f32
    linalg.yield %e : f32
  } -> tensor<32x2x128xf32>
  %er = tensor.empty() : tensor<32x2x1xf32>
  %ir = linalg.fill ins(%ninf : f32) outs(%er : tensor<32x2x1xf32>) -> tensor<32x2x1xf32>
  %am = linalg.generic {indexing_maps = [#m3, #keep], iterator_types = ["parallel", "parallel", "reduction"]} ins(%abs : tensor<32x2x128xf32>) outs(%ir : tensor<32x2x1xf32>) {
  ^bb0(%i: f32, %o: f32):
    %e = arith.maximumf %i, %o : f32
    linalg.yield %e : f32
  } -> tensor<32x2x1xf32>
  %cl = linalg.generic {indexing_maps = [#keep, #m3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%am : tensor<32x2x1xf32>) outs(%er : tensor<32x2x1xf32>) {
  ^bb0(%i: f32, %o: f32):
    %c = arith.cmpf ult, %i, %eps : f32
    %s = arith.select %c, %eps, %i : f32
    linalg.yield %s : f32
  } -> tensor<32x2x1xf32>
  %sc = linalg.generic {indexing_maps = [#keep, #m3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%cl : tensor<32x2x1xf32>) outs(%er : tensor<32x2x1xf32>) {
  ^bb0(%i: f32, %o: f32):
    %d = arith.divf %i, %max : f32
    linalg.yield %d : f32
  } -> tensor<32x2x1xf32>
  %dv = linalg.generic {indexing_maps = [#m3, #keep, #m3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%f, %sc : tensor<32x2x128xf32>, tensor<32x2x1xf32>) outs(%ef : tensor<32x2x128xf32>) {
  ^bb0(%i: f32, %s: f32, %o: f32):
    %d = arith.divf %i, %s : f32
    linalg.yield %d : f32
  } -> tensor<32x2x128xf32>
  %eq = tensor.empty() : tensor<32x2x128xf8E4M3FN>
  %q = linalg.generic {indexing_maps = [#m3, #m3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%dv : tensor<32x2x128xf32>) outs(%eq : tensor<32x2x128xf8E4M3FN>) {
  ^bb0(%i: f32, %o: f8E4M3FN):
    %t = arith.truncf %i : f32 to f8E4M3FN
    linalg.yield %t : f8E4M3FN
  } -> tensor<32x2x128xf8E4M3FN>
  %q2 = tensor.collapse_shape %q [[0], [1, 2]] : tensor<32x2x128xf8E4M3FN> into tensor<32x256xf8E4M3FN>
  %s2 = tensor.collapse_shape %sc [[0], [1, 2]] : tensor<32x2x1xf32> into tensor<32x2xf32>
  return %q2, %s2 : tensor<32x256xf8E4M3FN>, tensor<32x2xf32>
}

// Named ops, a scale for each row, i8; bounds are those of the type.
// CHECK-LABEL: func.func @rows(
// CHECK-SAME: %[[X:.*]]: tensor<?x256xf32>)
// CHECK: %[[Q:.*]]:2 = gq.quantize %[[X]] block [1, 256] outs(%{{.*}} : tensor<?x256xi8>, tensor<?x1xf32>) {{{.*}}divide}
// CHECK: tensor.collapse_shape %[[Q]]#1 {{.*}} into tensor<?xf32>
func.func @rows(%x: tensor<?x256xf32>) -> (tensor<?x256xi8>, tensor<?xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x256xf32>
  %zero = arith.constant 0.0 : f32
  %c127 = arith.constant 127.0 : f32
  %low = arith.constant -128.0 : f32
  %eps = arith.constant 1.0e-6 : f32
  %e = tensor.empty(%m) : tensor<?x256xf32>
  %abs = linalg.map { math.absf } ins(%x : tensor<?x256xf32>) outs(%e : tensor<?x256xf32>)
  %er = tensor.empty(%m) : tensor<?xf32>
  %ir = linalg.fill ins(%zero : f32) outs(%er : tensor<?xf32>) -> tensor<?xf32>
  %am = linalg.reduce { arith.maximumf } ins(%abs : tensor<?x256xf32>) outs(%ir : tensor<?xf32>) dimensions = [1]
  %fm = linalg.fill ins(%c127 : f32) outs(%er : tensor<?xf32>) -> tensor<?xf32>
  %fe = linalg.fill ins(%eps : f32) outs(%er : tensor<?xf32>) -> tensor<?xf32>
  %d1 = linalg.div ins(%am, %fm : tensor<?xf32>, tensor<?xf32>) outs(%er : tensor<?xf32>) -> tensor<?xf32>
  %s = linalg.max ins(%d1, %fe : tensor<?xf32>, tensor<?xf32>) outs(%er : tensor<?xf32>) -> tensor<?xf32>
  %bs = linalg.broadcast ins(%s : tensor<?xf32>) outs(%e : tensor<?x256xf32>) dimensions = [1]
  %d = linalg.div ins(%x, %bs : tensor<?x256xf32>, tensor<?x256xf32>) outs(%e : tensor<?x256xf32>) -> tensor<?x256xf32>
  %r = linalg.map { math.roundeven } ins(%d : tensor<?x256xf32>) outs(%e : tensor<?x256xf32>)
  %eq = tensor.empty(%m) : tensor<?x256xi8>
  %q = linalg.map ins(%r : tensor<?x256xf32>) outs(%eq : tensor<?x256xi8>)
    (%v: f32, %o: i8) {
      %h = arith.minimumf %v, %c127 : f32
      %l = arith.maximumf %h, %low : f32
      %i = arith.fptosi %l : f32 to i8
      linalg.yield %i : i8
    }
  return %q, %s : tensor<?x256xi8>, tensor<?xf32>
}

// Scales of f8E8M0FNU, in blocks of 32.
// CHECK-LABEL: func.func @powers(
// CHECK: gq.quantize %{{.*}} block [1, 32] outs(%{{.*}} : tensor<16x128xf8E4M3FN>, tensor<16x4xf8E8M0FNU>) {{{.*}}divide, pow2}
func.func @powers(%x: tensor<16x128xf32>) -> (tensor<16x128xf8E4M3FN>, tensor<16x4xf8E8M0FNU>) {
  %tiny = arith.constant 1.0e-30 : f32
  %max = arith.constant 448.0 : f32
  %v = tensor.expand_shape %x [[0], [1, 2]] output_shape [16, 4, 32] : tensor<16x128xf32> into tensor<16x4x32xf32>
  %er = tensor.empty() : tensor<16x4xf32>
  %ir = linalg.fill ins(%tiny : f32) outs(%er : tensor<16x4xf32>) -> tensor<16x4xf32>
  %am = linalg.generic {indexing_maps = [#m3, affine_map<(a, g, k) -> (a, g)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%v : tensor<16x4x32xf32>) outs(%ir : tensor<16x4xf32>) {
  ^bb0(%i: f32, %o: f32):
    %a = math.absf %i : f32
    %e = arith.maxnumf %o, %a : f32
    linalg.yield %e : f32
  } -> tensor<16x4xf32>
  %es = tensor.empty() : tensor<16x4xf8E8M0FNU>
  %s = linalg.generic {indexing_maps = [affine_map<(a, g) -> (a, g)>, affine_map<(a, g) -> (a, g)>], iterator_types = ["parallel", "parallel"]} ins(%am : tensor<16x4xf32>) outs(%es : tensor<16x4xf8E8M0FNU>) {
  ^bb0(%i: f32, %o: f8E8M0FNU):
    %d = arith.divf %i, %max : f32
    %t = arith.truncf %d : f32 to f8E8M0FNU
    linalg.yield %t : f8E8M0FNU
  } -> tensor<16x4xf8E8M0FNU>
  %eq = tensor.empty() : tensor<16x4x32xf8E4M3FN>
  %q = linalg.generic {indexing_maps = [#m3, affine_map<(a, g, k) -> (a, g)>, #m3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v, %s : tensor<16x4x32xf32>, tensor<16x4xf8E8M0FNU>) outs(%eq : tensor<16x4x32xf8E4M3FN>) {
  ^bb0(%i: f32, %sc: f8E8M0FNU, %o: f8E4M3FN):
    %t = arith.scaling_truncf %i, %sc : f32, f8E8M0FNU to f8E4M3FN
    linalg.yield %t : f8E4M3FN
  } -> tensor<16x4x32xf8E4M3FN>
  %q2 = tensor.collapse_shape %q [[0], [1, 2]] : tensor<16x4x32xf8E4M3FN> into tensor<16x128xf8E4M3FN>
  return %q2, %s : tensor<16x128xf8E4M3FN>, tensor<16x4xf8E8M0FNU>
}

// Scales rounded to bf16: what is above the largest code by that is rounded to it, so that there need
// be no bounds.
// CHECK-LABEL: func.func @rounded(
// CHECK: gq.quantize %{{.*}} block [1, 32] outs(%{{.*}} : tensor<16x128xf8E4M3FN>, tensor<16x4xbf16>) {{{.*}}divide}
func.func @rounded(%x: tensor<16x128xf32>) -> (tensor<16x128xf8E4M3FN>, tensor<16x4xbf16>) {
  %tiny = arith.constant 1.0e-30 : f32
  %max = arith.constant 448.0 : f32
  %v = tensor.expand_shape %x [[0], [1, 2]] output_shape [16, 4, 32] : tensor<16x128xf32> into tensor<16x4x32xf32>
  %er = tensor.empty() : tensor<16x4xf32>
  %ir = linalg.fill ins(%tiny : f32) outs(%er : tensor<16x4xf32>) -> tensor<16x4xf32>
  %am = linalg.generic {indexing_maps = [#m3, affine_map<(a, g, k) -> (a, g)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%v : tensor<16x4x32xf32>) outs(%ir : tensor<16x4xf32>) {
  ^bb0(%i: f32, %o: f32):
    %a = math.absf %i : f32
    %e = arith.maxnumf %o, %a : f32
    linalg.yield %e : f32
  } -> tensor<16x4xf32>
  %es = tensor.empty() : tensor<16x4xbf16>
  %s = linalg.generic {indexing_maps = [affine_map<(a, g) -> (a, g)>, affine_map<(a, g) -> (a, g)>], iterator_types = ["parallel", "parallel"]} ins(%am : tensor<16x4xf32>) outs(%es : tensor<16x4xbf16>) {
  ^bb0(%i: f32, %o: bf16):
    %d = arith.divf %i, %max : f32
    %t = arith.truncf %d : f32 to bf16
    linalg.yield %t : bf16
  } -> tensor<16x4xbf16>
  %eq = tensor.empty() : tensor<16x4x32xf8E4M3FN>
  %q = linalg.generic {indexing_maps = [#m3, affine_map<(a, g, k) -> (a, g)>, #m3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v, %s : tensor<16x4x32xf32>, tensor<16x4xbf16>) outs(%eq : tensor<16x4x32xf8E4M3FN>) {
  ^bb0(%i: f32, %sc: bf16, %o: f8E4M3FN):
    %w = arith.extf %sc : bf16 to f32
    %d = arith.divf %i, %w : f32
    %t = arith.truncf %d : f32 to f8E4M3FN
    linalg.yield %t : f8E4M3FN
  } -> tensor<16x4x32xf8E4M3FN>
  %q2 = tensor.collapse_shape %q [[0], [1, 2]] : tensor<16x4x32xf8E4M3FN> into tensor<16x128xf8E4M3FN>
  return %q2, %s : tensor<16x128xf8E4M3FN>, tensor<16x4xbf16>
}

// Below 2^-126 bf16 has fewer bits than what it rounds: codes may be too large by more.
// CHECK-LABEL: func.func @rounded_denormals(
// CHECK-NOT: gq.quantize
// CHECK-NOT: gq.scaled_cast
// CHECK: return
func.func @rounded_denormals(%x: tensor<16x128xf32>) -> (tensor<16x128xf8E4M3FN>, tensor<16x4xbf16>) {
  %tiny = arith.constant 0.0 : f32
  %max = arith.constant 448.0 : f32
  %v = tensor.expand_shape %x [[0], [1, 2]] output_shape [16, 4, 32] : tensor<16x128xf32> into tensor<16x4x32xf32>
  %er = tensor.empty() : tensor<16x4xf32>
  %ir = linalg.fill ins(%tiny : f32) outs(%er : tensor<16x4xf32>) -> tensor<16x4xf32>
  %am = linalg.generic {indexing_maps = [#m3, affine_map<(a, g, k) -> (a, g)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%v : tensor<16x4x32xf32>) outs(%ir : tensor<16x4xf32>) {
  ^bb0(%i: f32, %o: f32):
    %a = math.absf %i : f32
    %e = arith.maxnumf %o, %a : f32
    linalg.yield %e : f32
  } -> tensor<16x4xf32>
  %es = tensor.empty() : tensor<16x4xbf16>
  %s = linalg.generic {indexing_maps = [affine_map<(a, g) -> (a, g)>, affine_map<(a, g) -> (a, g)>], iterator_types = ["parallel", "parallel"]} ins(%am : tensor<16x4xf32>) outs(%es : tensor<16x4xbf16>) {
  ^bb0(%i: f32, %o: bf16):
    %d = arith.divf %i, %max : f32
    %t = arith.truncf %d : f32 to bf16
    linalg.yield %t : bf16
  } -> tensor<16x4xbf16>
  %eq = tensor.empty() : tensor<16x4x32xf8E4M3FN>
  %q = linalg.generic {indexing_maps = [#m3, affine_map<(a, g, k) -> (a, g)>, #m3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v, %s : tensor<16x4x32xf32>, tensor<16x4xbf16>) outs(%eq : tensor<16x4x32xf8E4M3FN>) {
  ^bb0(%i: f32, %sc: bf16, %o: f8E4M3FN):
    %w = arith.extf %sc : bf16 to f32
    %d = arith.divf %i, %w : f32
    %t = arith.truncf %d : f32 to f8E4M3FN
    linalg.yield %t : f8E4M3FN
  } -> tensor<16x4x32xf8E4M3FN>
  %q2 = tensor.collapse_shape %q [[0], [1, 2]] : tensor<16x4x32xf8E4M3FN> into tensor<16x128xf8E4M3FN>
  return %q2, %s : tensor<16x128xf8E4M3FN>, tensor<16x4xbf16>
}

// One scale for all, and bounds as codes have them.
// CHECK-LABEL: func.func @all(
// CHECK: gq.quantize %{{.*}} block [16, 128] outs(%{{.*}} : tensor<16x128xf8E5M2>, tensor<1x1xf32>)
func.func @all(%x: tensor<16x128xf16>) -> (tensor<16x128xf8E5M2>, tensor<f32>) {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %eps = arith.constant 1.0e-12 : f32
  %high = arith.constant 57344.0 : f32
  %low = arith.constant -57344.0 : f32
  %er = tensor.empty() : tensor<f32>
  %ir = linalg.fill ins(%zero : f32) outs(%er : tensor<f32>) -> tensor<f32>
  %am = linalg.generic {indexing_maps = [affine_map<(r, c) -> (r, c)>, affine_map<(r, c) -> ()>], iterator_types = ["reduction", "reduction"]} ins(%x : tensor<16x128xf16>) outs(%ir : tensor<f32>) {
  ^bb0(%i: f16, %o: f32):
    %a = math.absf %i : f16
    %w = arith.extf %a : f16 to f32
    %e = arith.maximumf %o, %w : f32
    linalg.yield %e : f32
  } -> tensor<f32>
  %s = linalg.generic {indexing_maps = [affine_map<() -> ()>, affine_map<() -> ()>], iterator_types = []} ins(%am : tensor<f32>) outs(%er : tensor<f32>) {
  ^bb0(%i: f32, %o: f32):
    %b = arith.maximumf %i, %eps : f32
    %d = arith.divf %b, %high : f32
    linalg.yield %d : f32
  } -> tensor<f32>
  %eq = tensor.empty() : tensor<16x128xf8E5M2>
  %q = linalg.generic {indexing_maps = [affine_map<(r, c) -> (r, c)>, affine_map<(r, c) -> ()>, affine_map<(r, c) -> (r, c)>], iterator_types = ["parallel", "parallel"]} ins(%x, %s : tensor<16x128xf16>, tensor<f32>) outs(%eq : tensor<16x128xf8E5M2>) {
  ^bb0(%i: f16, %sc: f32, %o: f8E5M2):
    %w = arith.extf %i : f16 to f32
    %inv = arith.divf %one, %sc : f32
    %p = arith.mulf %w, %inv : f32
    %l = arith.maximumf %p, %low : f32
    %h = arith.minimumf %l, %high : f32
    %t = arith.truncf %h : f32 to f8E5M2
    linalg.yield %t : f8E5M2
  } -> tensor<16x128xf8E5M2>
  return %q, %s : tensor<16x128xf8E5M2>, tensor<f32>
}

// Squares, codes of x * (fmt_max / amax); the scales are computed beside that.
// CHECK-LABEL: func.func @reciprocal(
// CHECK: %[[Q:.*]]:2 = gq.quantize %{{.*}} block [128, 128] outs(%{{.*}} : tensor<128x256xf8E4M3FN>, tensor<1x2xf32>)
// CHECK-NEXT: return %[[Q]]#0, %[[Q]]#1
func.func @reciprocal(%x: tensor<128x256xf32>) -> (tensor<128x256xf8E4M3FN>, tensor<1x2xf32>) {
  %tiny = arith.constant 1.0e-4 : f32
  %max = arith.constant 448.0 : f32
  %v = tensor.expand_shape %x [[0, 1], [2, 3]] output_shape [1, 128, 2, 128] : tensor<128x256xf32> into tensor<1x128x2x128xf32>
  %er = tensor.empty() : tensor<1x2xf32>
  %ir = linalg.fill ins(%tiny : f32) outs(%er : tensor<1x2xf32>) -> tensor<1x2xf32>
  %am = linalg.generic {indexing_maps = [affine_map<(a, b, c, d) -> (a, b, c, d)>, affine_map<(a, b, c, d) -> (a, c)>], iterator_types = ["parallel", "reduction", "parallel", "reduction"]} ins(%v : tensor<1x128x2x128xf32>) outs(%ir : tensor<1x2xf32>) {
  ^bb0(%i: f32, %o: f32):
    %a = math.absf %i : f32
    %e = arith.maximumf %a, %o : f32
    linalg.yield %e : f32
  } -> tensor<1x2xf32>
  %s = linalg.generic {indexing_maps = [affine_map<(a, c) -> (a, c)>, affine_map<(a, c) -> (a, c)>], iterator_types = ["parallel", "parallel"]} ins(%am : tensor<1x2xf32>) outs(%er : tensor<1x2xf32>) {
  ^bb0(%i: f32, %o: f32):
    %d = arith.divf %i, %max : f32
    linalg.yield %d : f32
  } -> tensor<1x2xf32>
  %eq = tensor.empty() : tensor<1x128x2x128xf8E4M3FN>
  %q = linalg.generic {indexing_maps = [affine_map<(a, b, c, d) -> (a, b, c, d)>, affine_map<(a, b, c, d) -> (a, c)>, affine_map<(a, b, c, d) -> (a, b, c, d)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v, %am : tensor<1x128x2x128xf32>, tensor<1x2xf32>) outs(%eq : tensor<1x128x2x128xf8E4M3FN>) {
  ^bb0(%i: f32, %m: f32, %o: f8E4M3FN):
    %inv = arith.divf %max, %m : f32
    %p = arith.mulf %i, %inv : f32
    %t = arith.truncf %p : f32 to f8E4M3FN
    linalg.yield %t : f8E4M3FN
  } -> tensor<1x128x2x128xf8E4M3FN>
  %q2 = tensor.collapse_shape %q [[0, 1], [2, 3]] : tensor<1x128x2x128xf8E4M3FN> into tensor<128x256xf8E4M3FN>
  return %q2, %s : tensor<128x256xf8E4M3FN>, tensor<1x2xf32>
}

// Scales that are given, through a view, and bounds as codes have them: a cast alone.
// CHECK-LABEL: func.func @given(
// CHECK-SAME: %[[X:.*]]: tensor<16x128xf32>, %[[S:.*]]: tensor<16x4xf32>)
// CHECK: %[[Q:.*]] = gq.scaled_cast %[[X]] scales(%[[S]] block [1, 32]) outs(%{{.*}}) {divide}
// CHECK-NEXT: return %[[Q]]
func.func @given(%x: tensor<16x128xf32>, %s: tensor<16x4xf32>) -> tensor<16x128xi8> {
  %high = arith.constant 127.0 : f32
  %low = arith.constant -127.0 : f32
  %v = tensor.expand_shape %x [[0], [1, 2]] output_shape [16, 4, 32] : tensor<16x128xf32> into tensor<16x4x32xf32>
  %eq = tensor.empty() : tensor<16x4x32xi8>
  %q = linalg.generic {indexing_maps = [#m3, affine_map<(a, g, k) -> (a, g)>, #m3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v, %s : tensor<16x4x32xf32>, tensor<16x4xf32>) outs(%eq : tensor<16x4x32xi8>) {
  ^bb0(%i: f32, %sc: f32, %o: i8):
    %d = arith.divf %i, %sc : f32
    %r = math.roundeven %d : f32
    %l = arith.maximumf %r, %low : f32
    %h = arith.minimumf %l, %high : f32
    %t = arith.fptosi %h : f32 to i8
    linalg.yield %t : i8
  } -> tensor<16x4x32xi8>
  %q2 = tensor.collapse_shape %q [[0], [1, 2]] : tensor<16x4x32xi8> into tensor<16x128xi8>
  return %q2 : tensor<16x128xi8>
}

// Tokens of batch x sequence, either of any size, in groups.
// CHECK-LABEL: func.func @any_tokens(
// CHECK: %[[X:.*]] = tensor.collapse_shape %{{.*}} {{\[\[}}0, 1], [2]] : tensor<?x?x128xbf16> into tensor<?x128xbf16>
// CHECK: gq.quantize %[[X]] block [1, 32] outs(%{{.*}} : tensor<?x128xf8E4M3FN>, tensor<?x4xf32>)
func.func @any_tokens(%x: tensor<?x?x128xbf16>) -> (tensor<?x?x128xf8E4M3FN>, tensor<?x?x4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %b = tensor.dim %x, %c0 : tensor<?x?x128xbf16>
  %t = tensor.dim %x, %c1 : tensor<?x?x128xbf16>
  %tiny = arith.constant 1.0e-4 : f32
  %max = arith.constant 448.0 : f32
  %v = tensor.expand_shape %x [[0], [1], [2, 3]] output_shape [%b, %t, 4, 32] : tensor<?x?x128xbf16> into tensor<?x?x4x32xbf16>
  %er = tensor.empty(%b, %t) : tensor<?x?x4xf32>
  %ir = linalg.fill ins(%tiny : f32) outs(%er : tensor<?x?x4xf32>) -> tensor<?x?x4xf32>
  %am = linalg.generic {indexing_maps = [affine_map<(b, t, g, k) -> (b, t, g, k)>, affine_map<(b, t, g, k) -> (b, t, g)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%v : tensor<?x?x4x32xbf16>) outs(%ir : tensor<?x?x4xf32>) {
  ^bb0(%i: bf16, %o: f32):
    %w = arith.extf %i : bf16 to f32
    %a = math.absf %w : f32
    %e = arith.maximumf %a, %o : f32
    linalg.yield %e : f32
  } -> tensor<?x?x4xf32>
  %s = linalg.generic {indexing_maps = [#m3, #m3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%am : tensor<?x?x4xf32>) outs(%er : tensor<?x?x4xf32>) {
  ^bb0(%i: f32, %o: f32):
    %d = arith.divf %i, %max : f32
    linalg.yield %d : f32
  } -> tensor<?x?x4xf32>
  %eq = tensor.empty(%b, %t) : tensor<?x?x4x32xf8E4M3FN>
  %q = linalg.generic {indexing_maps = [affine_map<(b, t, g, k) -> (b, t, g, k)>, affine_map<(b, t, g, k) -> (b, t, g)>, affine_map<(b, t, g, k) -> (b, t, g, k)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v, %s : tensor<?x?x4x32xbf16>, tensor<?x?x4xf32>) outs(%eq : tensor<?x?x4x32xf8E4M3FN>) {
  ^bb0(%i: bf16, %sc: f32, %o: f8E4M3FN):
    %w = arith.extf %i : bf16 to f32
    %d = arith.divf %w, %sc : f32
    %r = arith.truncf %d : f32 to f8E4M3FN
    linalg.yield %r : f8E4M3FN
  } -> tensor<?x?x4x32xf8E4M3FN>
  %q3 = tensor.collapse_shape %q [[0], [1], [2, 3]] : tensor<?x?x4x32xf8E4M3FN> into tensor<?x?x128xf8E4M3FN>
  return %q3, %s : tensor<?x?x128xf8E4M3FN>, tensor<?x?x4xf32>
}
