// The same function before and after tiling gives the same bits: quantisation
// always, a matmul because a K tile is one promotion interval.
//
// RUN: gq-opt %s -gq-select-config=max-variants=1 -gq-tile -o %t.tiled.mlir
// RUN: FileCheck %s < %t.tiled.mlir
// RUN: gq-run %s --entry=quantize --m=200 --output=%t.q0.npy --output=%t.s0.npy
// RUN: gq-run %t.tiled.mlir --entry=quantize --m=200 --output=%t.q2.npy --output=%t.s2.npy
// RUN: cmp %t.q0.npy %t.q2.npy
// RUN: cmp %t.s0.npy %t.s2.npy
// RUN: gq-run %s --entry=linear --m=130 --output=%t.d0.npy
// RUN: gq-run %t.tiled.mlir --entry=linear --m=130 --output=%t.d2.npy
// RUN: cmp %t.d0.npy %t.d2.npy
//
// Against the reference in f64, at both levels, with every kind of data.
// RUN: gq-run %s --entry=linear --m=130 --check | FileCheck %s --check-prefix=GOOD
// RUN: gq-run %t.tiled.mlir --entry=linear --m=130 --check | FileCheck %s --check-prefix=GOOD
// RUN: gq-run %t.tiled.mlir --entry=linear --m=1 --check | FileCheck %s --check-prefix=GOOD
// RUN: gq-run %s --entry=quantize --m=70 --generate=special --check | FileCheck %s --check-prefix=EXACT
// RUN: gq-run %t.tiled.mlir --entry=quantize --m=70 --generate=special --check | FileCheck %s --check-prefix=EXACT
// RUN: gq-run %t.tiled.mlir --entry=quantize --m=70 --generate=outliers --seed=7 --check | FileCheck %s --check-prefix=EXACT

// CHECK: func.func @quantize
// CHECK: scf.forall
// CHECK: func.func @linear
// CHECK: scf.forall
// CHECK: scf.for

// GOOD: check0 passed: relative error
// EXACT: check0 passed: equal bit for bit
// EXACT-NEXT: check1 passed: equal bit for bit

#id = affine_map<(i, j) -> (i, j)>
#col = affine_map<(i, j) -> (j)>

// An elementwise producer is fused into the tile.
func.func @quantize(%x: tensor<?x320xf32>) -> (tensor<?x320xf8E4M3FN>, tensor<?x3xf32>) {
  %c0 = arith.constant 0 : index
  %half = arith.constant 0.5 : f32
  %m = tensor.dim %x, %c0 : tensor<?x320xf32>
  %eh = tensor.empty(%m) : tensor<?x320xf32>
  %h = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<?x320xf32>) outs(%eh : tensor<?x320xf32>) {
  ^bb0(%v: f32, %o: f32):
    %s = arith.mulf %v, %half : f32
    linalg.yield %s : f32
  } -> tensor<?x320xf32>
  %eq = tensor.empty(%m) : tensor<?x320xf8E4M3FN>
  %es = tensor.empty(%m) : tensor<?x3xf32>
  %q, %s = gq.quantize %h block [1, 128]
             outs(%eq, %es : tensor<?x320xf8E4M3FN>, tensor<?x3xf32>)
             : tensor<?x320xf32> -> tensor<?x320xf8E4M3FN>, tensor<?x3xf32>
  return %q, %s : tensor<?x320xf8E4M3FN>, tensor<?x3xf32>
}

// Ragged along M, N and K; bias, SiLU and the rounding are fused.
func.func @linear(%a: tensor<?x400xf8E4M3FN>, %sa: tensor<?x4xf32>, %b: tensor<208x400xf8E4M3FN>,
                  %sb: tensor<2x4xf32>, %bias: tensor<208xf32>) -> tensor<?x208xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x400xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x208xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x208xf32>) -> tensor<?x208xf32>
  %acc = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
           outs(%init : tensor<?x208xf32>)
           : tensor<?x400xf8E4M3FN>, tensor<208x400xf8E4M3FN>, tensor<?x4xf32>, tensor<2x4xf32> -> tensor<?x208xf32>
  %ed = tensor.empty(%m) : tensor<?x208xbf16>
  %one = arith.constant 1.0 : f32
  %d = linalg.generic {indexing_maps = [#id, #col, #id], iterator_types = ["parallel", "parallel"]}
      ins(%acc, %bias : tensor<?x208xf32>, tensor<208xf32>) outs(%ed : tensor<?x208xbf16>) {
  ^bb0(%v: f32, %w: f32, %o: bf16):
    %s = arith.addf %v, %w : f32
    %n = arith.negf %s : f32
    %x = math.exp %n : f32
    %y = arith.addf %x, %one : f32
    %z = arith.divf %s, %y : f32
    %t = arith.truncf %z : f32 to bf16
    linalg.yield %t : bf16
  } -> tensor<?x208xbf16>
  return %d : tensor<?x208xbf16>
}
