// Layers whose weights are codes and whose tokens are bf16: what decoding rounds to bf16 is
// what is multiplied. As front ends leave them: views of four dimensions with all of it in
// one body, broadcasts with a named op for each step, ops on tensors.
//
// RUN: gq-opt %s --pass-pipeline='builtin.module(func.func(convert-linalg-to-gq))' -o %t.mlir
// RUN: FileCheck %s < %t.mlir
//
// DEFINE: %{entry} =
// DEFINE: %{m} =
// DEFINE: %{values} = gq-run %t.mlir --reference=%s --backend=reference --entry=%{entry} %{m} | FileCheck %s --check-prefix=VALUES && gq-run %s --backend=simulate --check --entry=%{entry} %{m} | FileCheck %s --check-prefix=VALUES
// VALUES: check0 passed
//
// REDEFINE: %{entry} = views
// RUN: %{values}
// REDEFINE: %{entry} = broadcasts
// RUN: %{values}
// REDEFINE: %{entry} = on_tensors
// REDEFINE: %{m} = --m 33
// RUN: %{values}
// REDEFINE: %{entry} = columns_of_scales
// REDEFINE: %{m} =
// RUN: %{values}
// REDEFINE: %{entry} = shared_weights
// RUN: %{values}
// REDEFINE: %{entry} = any_tokens
// REDEFINE: %{m} = --m 9
// RUN: %{values}
//
// RUN: gq-compile %s --emit=bundle -o %t.gqb

#w4 = affine_map<(a, b, c, d) -> (a, b, c, d)>
#s4 = affine_map<(a, b, c, d) -> (a, c)>
#t3 = affine_map<(a, b, c) -> (a, b, c)>
#last = affine_map<(a, b, c) -> (c)>

// A layer on batch x sequence, weights as they are stored and transposed for the product, a
// bias behind.
// CHECK-LABEL: func.func @views(
// CHECK-SAME: %[[X:.*]]: tensor<3x8x256xbf16>, %[[W:.*]]: tensor<128x256xf8E4M3FN>, %[[S:.*]]: tensor<1x2xf32>,
// CHECK: %[[X2:.*]] = tensor.collapse_shape %[[X]]
// CHECK: %[[D:.*]] = gq.dequantize %[[W]] scales(%[[S]] block [128, 128]) outs(%{{.*}} : tensor<128x256xbf16>)
// CHECK: gq.scaled_matmul %[[X2]], %[[D]] outs(%{{.*}} : tensor<24x128xf32>) : tensor<24x256xbf16>, tensor<128x256xbf16>
// CHECK: linalg.generic
// CHECK: return
func.func @views(%x: tensor<3x8x256xbf16>, %w: tensor<128x256xf8E4M3FN>, %s: tensor<1x2xf32>, %bias: tensor<128xbf16>) -> tensor<3x8x128xbf16> {
  %zero = arith.constant 0.0 : f32
  %v = tensor.expand_shape %w [[0, 1], [2, 3]] output_shape [1, 128, 2, 128] : tensor<128x256xf8E4M3FN> into tensor<1x128x2x128xf8E4M3FN>
  %e4 = tensor.empty() : tensor<1x128x2x128xbf16>
  %d4 = linalg.generic {indexing_maps = [#w4, #s4, #w4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%v, %s : tensor<1x128x2x128xf8E4M3FN>, tensor<1x2xf32>) outs(%e4 : tensor<1x128x2x128xbf16>) {
  ^bb0(%q: f8E4M3FN, %sc: f32, %o: bf16):
    %f = arith.extf %q : f8E4M3FN to f32
    %p = arith.mulf %sc, %f : f32
    %r = arith.truncf %p : f32 to bf16
    linalg.yield %r : bf16
  } -> tensor<1x128x2x128xbf16>
  %d = tensor.collapse_shape %d4 [[0, 1], [2, 3]] : tensor<1x128x2x128xbf16> into tensor<128x256xbf16>
  %et = tensor.empty() : tensor<256x128xbf16>
  %t = linalg.transpose ins(%d : tensor<128x256xbf16>) outs(%et : tensor<256x128xbf16>) permutation = [1, 0]
  %x2 = tensor.collapse_shape %x [[0, 1], [2]] : tensor<3x8x256xbf16> into tensor<24x256xbf16>
  %e = tensor.empty() : tensor<24x128xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<24x128xf32>) -> tensor<24x128xf32>
  %m = linalg.matmul ins(%x2, %t : tensor<24x256xbf16>, tensor<256x128xbf16>) outs(%i : tensor<24x128xf32>) -> tensor<24x128xf32>
  %m3 = tensor.expand_shape %m [[0, 1], [2]] output_shape [3, 8, 128] : tensor<24x128xf32> into tensor<3x8x128xf32>
  %eo = tensor.empty() : tensor<3x8x128xbf16>
  %y = linalg.generic {indexing_maps = [#t3, #last, #t3], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%m3, %bias : tensor<3x8x128xf32>, tensor<128xbf16>) outs(%eo : tensor<3x8x128xbf16>) {
  ^bb0(%a: f32, %b: bf16, %o: bf16):
    %w32 = arith.extf %b : bf16 to f32
    %sum = arith.addf %a, %w32 : f32
    %r = arith.truncf %sum : f32 to bf16
    linalg.yield %r : bf16
  } -> tensor<3x8x128xbf16>
  return %y : tensor<3x8x128xbf16>
}

// A named op for each step, and sums that a reader could take to be bf16.
// CHECK-LABEL: func.func @broadcasts(
// CHECK-SAME: %[[W:.*]]: tensor<128x256xf8E5M2>, %[[S:.*]]: tensor<1x2xf32>, %[[X:.*]]: tensor<16x256xbf16>)
// CHECK: %[[D:.*]] = gq.dequantize %[[W]] scales(%[[S]] block [128, 128])
// CHECK: gq.scaled_matmul %[[X]], %[[D]] outs(%{{.*}} : tensor<16x128xbf16>)
// CHECK-NEXT: return
func.func @broadcasts(%w: tensor<128x256xf8E5M2>, %s: tensor<1x2xf32>, %x: tensor<16x256xbf16>) -> tensor<16x128xbf16> {
  %zero = arith.constant 0.0 : bf16
  %ef = tensor.empty() : tensor<128x256xf32>
  %f = linalg.map { arith.extf } ins(%w : tensor<128x256xf8E5M2>) outs(%ef : tensor<128x256xf32>)
  %v = tensor.expand_shape %f [[0, 1], [2, 3]] output_shape [1, 128, 2, 128] : tensor<128x256xf32> into tensor<1x128x2x128xf32>
  %e4 = tensor.empty() : tensor<1x128x2x128xf32>
  %b = linalg.broadcast ins(%s : tensor<1x2xf32>) outs(%e4 : tensor<1x128x2x128xf32>) dimensions = [1, 3]
  %p = linalg.mul ins(%v, %b : tensor<1x128x2x128xf32>, tensor<1x128x2x128xf32>) outs(%e4 : tensor<1x128x2x128xf32>) -> tensor<1x128x2x128xf32>
  %d32 = tensor.collapse_shape %p [[0, 1], [2, 3]] : tensor<1x128x2x128xf32> into tensor<128x256xf32>
  %ed = tensor.empty() : tensor<128x256xbf16>
  %d = linalg.map { arith.truncf } ins(%d32 : tensor<128x256xf32>) outs(%ed : tensor<128x256xbf16>)
  %e = tensor.empty() : tensor<16x128xbf16>
  %i = linalg.fill ins(%zero : bf16) outs(%e : tensor<16x128xbf16>) -> tensor<16x128xbf16>
  %y = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%x, %d : tensor<16x256xbf16>, tensor<128x256xbf16>) outs(%i : tensor<16x128xbf16>) -> tensor<16x128xbf16>
  return %y : tensor<16x128xbf16>
}

// A scale for each row of the weights, i8, ops of arith on tensors; tokens of any number.
// CHECK-LABEL: func.func @on_tensors(
// CHECK-SAME: %[[X:.*]]: tensor<?x64xbf16>, %[[W:.*]]: tensor<96x64xi8>, %[[S:.*]]: tensor<96xbf16>)
// CHECK: %[[ROWS:.*]] = tensor.expand_shape %[[S]] {{.*}} into tensor<96x1xbf16>
// CHECK: %[[D:.*]] = gq.dequantize %[[W]] scales(%[[ROWS]] block [1, 64])
// CHECK: gq.scaled_matmul %[[X]], %[[D]] outs(%{{.*}} : tensor<?x96xf32>)
func.func @on_tensors(%x: tensor<?x64xbf16>, %w: tensor<96x64xi8>, %s: tensor<96xbf16>) -> tensor<?x96xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %rows = tensor.dim %x, %c0 : tensor<?x64xbf16>
  %f = arith.sitofp %w : tensor<96x64xi8> to tensor<96x64xbf16>
  %eb = tensor.empty() : tensor<96x64xbf16>
  %b = linalg.broadcast ins(%s : tensor<96xbf16>) outs(%eb : tensor<96x64xbf16>) dimensions = [1]
  %d = arith.mulf %f, %b : tensor<96x64xbf16>
  %e = tensor.empty(%rows) : tensor<?x96xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x96xf32>) -> tensor<?x96xf32>
  %y = linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%x, %d : tensor<?x64xbf16>, tensor<96x64xbf16>) outs(%i : tensor<?x96xf32>) -> tensor<?x96xf32>
  return %y : tensor<?x96xf32>
}

// Weights of K x N, whose scales are too: codes are transposed, once, and their blocks are
// square. Scales are an element of a view with dimensions of size 1.
// CHECK-LABEL: func.func @columns_of_scales(
// CHECK-SAME: %[[X:.*]]: tensor<16x256xf16>, %[[W:.*]]: tensor<256x128xf8E4M3FN>, %[[S:.*]]: tensor<2x1x1x1xf32>)
// CHECK-DAG: %[[WT:.*]] = linalg.transpose ins(%[[W]] :
// CHECK-DAG: gq.dequantize %[[WT]] scales(%{{.*}} block [128, 128]) outs(%{{.*}} : tensor<128x256xf16>)
// CHECK: gq.scaled_matmul
func.func @columns_of_scales(%x: tensor<16x256xf16>, %w: tensor<256x128xf8E4M3FN>, %s: tensor<2x1x1x1xf32>) -> tensor<16x128xf32> {
  %zero = arith.constant 0.0 : f32
  %v = tensor.expand_shape %w [[0, 1], [2, 3]] output_shape [2, 128, 1, 128] : tensor<256x128xf8E4M3FN> into tensor<2x128x1x128xf8E4M3FN>
  %e4 = tensor.empty() : tensor<2x128x1x128xf16>
  %d4 = linalg.generic {indexing_maps = [#w4, affine_map<(a, b, c, d) -> (a, 0, c, 0)>, #w4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%v, %s : tensor<2x128x1x128xf8E4M3FN>, tensor<2x1x1x1xf32>) outs(%e4 : tensor<2x128x1x128xf16>) {
  ^bb0(%q: f8E4M3FN, %sc: f32, %o: f16):
    %f = arith.extf %q : f8E4M3FN to f32
    %p = arith.mulf %f, %sc : f32
    %r = arith.truncf %p : f32 to f16
    linalg.yield %r : f16
  } -> tensor<2x128x1x128xf16>
  %d = tensor.collapse_shape %d4 [[0, 1], [2, 3]] : tensor<2x128x1x128xf16> into tensor<256x128xf16>
  %e = tensor.empty() : tensor<16x128xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<16x128xf32>) -> tensor<16x128xf32>
  %y = linalg.matmul ins(%x, %d : tensor<16x256xf16>, tensor<256x128xf16>) outs(%i : tensor<16x128xf32>) -> tensor<16x128xf32>
  return %y : tensor<16x128xf32>
}

// A batch, each of which is multiplied with the same weights: rows of one product.
// CHECK-LABEL: func.func @shared_weights(
// CHECK-NOT: linalg.broadcast
// CHECK: gq.dequantize %{{.*}} scales(%{{.*}} block [64, 64])
// CHECK: gq.scaled_matmul %{{.*}}, %{{.*}} outs(%{{.*}} : tensor<32x64xf32>)
// CHECK: tensor.expand_shape %{{.*}} {{.*}} into tensor<2x16x64xf32>
func.func @shared_weights(%x: tensor<2x16x64xbf16>, %w: tensor<64x64xi8>, %s: tensor<f32>) -> tensor<2x16x64xf32> {
  %zero = arith.constant 0.0 : f32
  %e2 = tensor.empty() : tensor<64x64xbf16>
  %d = linalg.generic {indexing_maps = [affine_map<(k, n) -> (k, n)>, affine_map<(k, n) -> ()>, affine_map<(k, n) -> (k, n)>], iterator_types = ["parallel", "parallel"]}
      ins(%w, %s : tensor<64x64xi8>, tensor<f32>) outs(%e2 : tensor<64x64xbf16>) {
  ^bb0(%q: i8, %sc: f32, %o: bf16):
    %f = arith.sitofp %q : i8 to f32
    %p = arith.mulf %f, %sc : f32
    %r = arith.truncf %p : f32 to bf16
    linalg.yield %r : bf16
  } -> tensor<64x64xbf16>
  %e3 = tensor.empty() : tensor<2x64x64xbf16>
  %all = linalg.broadcast ins(%d : tensor<64x64xbf16>) outs(%e3 : tensor<2x64x64xbf16>) dimensions = [0]
  %e = tensor.empty() : tensor<2x16x64xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<2x16x64xf32>) -> tensor<2x16x64xf32>
  %y = linalg.batch_matmul ins(%x, %all : tensor<2x16x64xbf16>, tensor<2x64x64xbf16>) outs(%i : tensor<2x16x64xf32>) -> tensor<2x16x64xf32>
  return %y : tensor<2x16x64xf32>
}

// Both the batch and the sequence may be of any size.
// CHECK-LABEL: func.func @any_tokens(
// CHECK: %[[X:.*]] = tensor.collapse_shape %{{.*}} {{\[\[}}0, 1], [2]] : tensor<?x?x64xbf16> into tensor<?x64xbf16>
// CHECK: %[[Y:.*]] = gq.scaled_matmul %[[X]], %{{.*}} outs(%{{.*}} : tensor<?x96xf32>)
// CHECK: tensor.expand_shape %[[Y]] {{.*}} into tensor<?x?x96xf32>
func.func @any_tokens(%x: tensor<?x?x64xbf16>, %w: tensor<64x96xi8>, %s: tensor<96xf32>) -> tensor<?x?x96xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %b = tensor.dim %x, %c0 : tensor<?x?x64xbf16>
  %t = tensor.dim %x, %c1 : tensor<?x?x64xbf16>
  %e2 = tensor.empty() : tensor<64x96xbf16>
  %d = linalg.generic {indexing_maps = [affine_map<(k, n) -> (k, n)>, affine_map<(k, n) -> (n)>, affine_map<(k, n) -> (k, n)>], iterator_types = ["parallel", "parallel"]}
      ins(%w, %s : tensor<64x96xi8>, tensor<96xf32>) outs(%e2 : tensor<64x96xbf16>) {
  ^bb0(%q: i8, %sc: f32, %o: bf16):
    %f = arith.sitofp %q : i8 to f32
    %p = arith.mulf %f, %sc : f32
    %r = arith.truncf %p : f32 to bf16
    linalg.yield %r : bf16
  } -> tensor<64x96xbf16>
  %e3 = tensor.empty(%b) : tensor<?x64x96xbf16>
  %all = linalg.broadcast ins(%d : tensor<64x96xbf16>) outs(%e3 : tensor<?x64x96xbf16>) dimensions = [0]
  %e = tensor.empty(%b, %t) : tensor<?x?x96xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x?x96xf32>) -> tensor<?x?x96xf32>
  %y = linalg.batch_matmul ins(%x, %all : tensor<?x?x64xbf16>, tensor<?x64x96xbf16>) outs(%i : tensor<?x?x96xf32>) -> tensor<?x?x96xf32>
  return %y : tensor<?x?x96xf32>
}
