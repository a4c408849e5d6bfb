// What no gq op takes along has kernels of its own.
// RUN: split-file %s %t
// RUN: gq-run %t/rank3.mlir --m 6 --backend=simulate --check | FileCheck %s
// RUN: gq-run %t/vector.mlir --m 37 --backend=simulate --check | FileCheck %s
// RUN: gq-run %t/integers.mlir --backend=simulate --check | FileCheck %s
// RUN: gq-run %t/inner.mlir --backend=simulate --check | FileCheck %s
// RUN: gq-run %t/attention.mlir --backend=simulate --check | FileCheck %s --check-prefix=EXACT
// RUN: gq-run %t/head.mlir --backend=simulate --check | FileCheck %s
// RUN: gq-compile %t/head.mlir -o %t.gqb && gq-bundle info %t.gqb | FileCheck %s --check-prefix=HEAD

// CHECK-NOT: error
// CHECK: simulated {{ *[1-9][0-9]*}} launches
// CHECK: check0     passed
// CHECK-NOT: failed

// One product of bf16 would be off by 1e-3.
// EXACT: check0     passed: relative error {{[0-9.]+}}e-0{{[6-9]}}

// HEAD: function head
// HEAD: kernel head_elementwise
// HEAD: kernel head_matmul

//--- rank3.mlir
#id3 = affine_map<(a, b, c) -> (a, b, c)>
#row3 = affine_map<(a, b, c) -> (a, b)>
#keep3 = affine_map<(a, b, c) -> (a, b, 0)>
#col3 = affine_map<(a, b, c) -> (c)>
func.func @rms3(%x: tensor<?x4x256xbf16>, %g: tensor<256xbf16>) -> tensor<?x4x256xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 256.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x4x256xbf16>
  %e = tensor.empty(%m) : tensor<?x4x1xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x4x1xf32>) -> tensor<?x4x1xf32>
  %ss = linalg.generic {indexing_maps = [#id3, #keep3], iterator_types = ["parallel", "parallel", "reduction"]}
         ins(%x : tensor<?x4x256xbf16>) outs(%i : tensor<?x4x1xf32>) {
    ^bb0(%v: bf16, %o: f32):
      %w = arith.extf %v : bf16 to f32
      %sq = arith.mulf %w, %w : f32
      %a = arith.addf %o, %sq : f32
      linalg.yield %a : f32
  } -> tensor<?x4x1xf32>
  %rs = linalg.generic {indexing_maps = [#id3, #id3], iterator_types = ["parallel", "parallel", "parallel"]}
         ins(%ss : tensor<?x4x1xf32>) outs(%e : tensor<?x4x1xf32>) {
    ^bb0(%v: f32, %o: f32):
      %d = arith.divf %v, %n : f32
      %a = math.rsqrt %d : f32
      linalg.yield %a : f32
  } -> tensor<?x4x1xf32>
  %ey = tensor.empty(%m) : tensor<?x4x256xbf16>
  %y = linalg.generic {indexing_maps = [#id3, #keep3, #col3, #id3], iterator_types = ["parallel", "parallel", "parallel"]}
         ins(%x, %rs, %g : tensor<?x4x256xbf16>, tensor<?x4x1xf32>, tensor<256xbf16>) outs(%ey : tensor<?x4x256xbf16>) {
    ^bb0(%v: bf16, %s: f32, %gg: bf16, %o: bf16):
      %w = arith.extf %v : bf16 to f32
      %gw = arith.extf %gg : bf16 to f32
      %t = arith.mulf %w, %s : f32
      %u = arith.mulf %t, %gw : f32
      %z = arith.truncf %u : f32 to bf16
      linalg.yield %z : bf16
  } -> tensor<?x4x256xbf16>
  return %y : tensor<?x4x256xbf16>
}

//--- vector.mlir
#v = affine_map<(m) -> (m)>
func.func @vec(%x: tensor<?xf32>, %y: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?xf32>
  %e = tensor.empty(%m) : tensor<?xf32>
  %r = linalg.generic {indexing_maps = [#v, #v, #v], iterator_types = ["parallel"]}
     ins(%x, %y : tensor<?xf32>, tensor<?xf32>) outs(%e : tensor<?xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.addf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  return %r : tensor<?xf32>
}

//--- integers.mlir
func.func @i32(%x: tensor<2x3x40x8xi32>, %y: tensor<2x3x40x8xi32>) -> tensor<2x3x40x8xi32> {
  %e = tensor.empty() : tensor<2x3x40x8xi32>
  %r = linalg.add ins(%x, %y : tensor<2x3x40x8xi32>, tensor<2x3x40x8xi32>) outs(%e : tensor<2x3x40x8xi32>) -> tensor<2x3x40x8xi32>
  return %r : tensor<2x3x40x8xi32>
}

//--- inner.mlir
func.func @sumall(%x: tensor<2x3x40xf32>) -> tensor<2xf32> {
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<2xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<2xf32>) -> tensor<2xf32>
  %r = linalg.reduce { arith.addf } ins(%x : tensor<2x3x40xf32>) outs(%i : tensor<2xf32>) dimensions = [1, 2]
  return %r : tensor<2xf32>
}

//--- attention.mlir
// A product of f32 behind one with scales: as exact as f32.
func.func @attention(%a: tensor<64x128xf8E4M3FN>, %sa: tensor<64x1xf32>, %b: tensor<96x128xf8E4M3FN>,
    %sb: tensor<1x1xf32>, %v: tensor<96x32xf32>) -> tensor<64x32xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x96xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<64x96xf32>) -> tensor<64x96xf32>
  %s = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<64x96xf32>)
      : tensor<64x128xf8E4M3FN>, tensor<96x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x96xf32>
  %f = tensor.empty() : tensor<64x32xf32>
  %j = linalg.fill ins(%zero : f32) outs(%f : tensor<64x32xf32>) -> tensor<64x32xf32>
  %y = linalg.matmul ins(%s, %v : tensor<64x96xf32>, tensor<96x32xf32>) outs(%j : tensor<64x32xf32>) -> tensor<64x32xf32>
  return %y : tensor<64x32xf32>
}

//--- head.mlir
// No gq op at all, and weights of K x N.
func.func @head(%x: tensor<40x64xbf16>, %w: tensor<64x72xbf16>) -> tensor<40x72xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<40x72xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<40x72xf32>) -> tensor<40x72xf32>
  %y = linalg.matmul ins(%x, %w : tensor<40x64xbf16>, tensor<64x72xbf16>) outs(%i : tensor<40x72xf32>) -> tensor<40x72xf32>
  return %y : tensor<40x72xf32>
}
