// RUN: gq-opt %s --gq-expand --split-input-file | FileCheck %s

#id = affine_map<(m, n) -> (m, n)>
#col = affine_map<(m, n) -> (n)>

// What is computed beside a product is computed in the op behind it: a constant, a broadcast, a
// function of a vector, a chain on a matrix. Destinations that are only overwritten are empty.
// CHECK-DAG: #[[ID:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[COLUMN:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-LABEL: func.func @beside
// CHECK: %[[HALF:.*]] = arith.constant 5.000000e-01 : f32
// CHECK: %[[D:.*]] = gq.scaled_matmul
// CHECK: %[[E:.*]] = tensor.empty() : tensor<64x128xf32>
// CHECK: %[[R:.*]] = linalg.generic {indexing_maps = [#[[ID]], #[[COLUMN]], #[[ID]], #[[ID]]]
// CHECK-SAME: ins(%[[D]], %arg3, %arg4 : {{.*}}) outs(%{{.*}} :
// CHECK-DAG: math.exp
// CHECK-DAG: math.absf
// CHECK-DAG: arith.addf %{{.*}}, %[[HALF]]
// CHECK: linalg.yield
// CHECK-NOT: linalg.generic
// CHECK: return %[[R]]
func.func @beside(%a: tensor<64x128xbf16>, %b: tensor<128x128xbf16>, %init: tensor<64x128xf32>, %v: tensor<128xf32>,
                  %w: tensor<64x128xf32>) -> tensor<64x128xf32> {
  %d = gq.scaled_matmul %a, %b outs(%init : tensor<64x128xf32>) : tensor<64x128xbf16>, tensor<128x128xbf16> -> tensor<64x128xf32>
  %e = tensor.empty() : tensor<64x128xf32>
  %ev = tensor.empty() : tensor<128xf32>
  %half = arith.constant dense<0.5> : tensor<64x128xf32>
  %exp = linalg.exp ins(%v : tensor<128xf32>) outs(%ev : tensor<128xf32>) -> tensor<128xf32>
  %broadcast = linalg.broadcast ins(%exp : tensor<128xf32>) outs(%e : tensor<64x128xf32>) dimensions = [0]
  %abs = linalg.abs ins(%w : tensor<64x128xf32>) outs(%e : tensor<64x128xf32>) -> tensor<64x128xf32>
  %r = linalg.generic {indexing_maps = [#id, #id, #id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%d, %broadcast, %abs, %half : tensor<64x128xf32>, tensor<64x128xf32>, tensor<64x128xf32>, tensor<64x128xf32>)
      outs(%abs : tensor<64x128xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32, %k: f32, %o: f32):
    %s = arith.addf %x, %y : f32
    %t = arith.mulf %s, %z : f32
    %u = arith.addf %t, %k : f32
    linalg.yield %u : f32
  } -> tensor<64x128xf32>
  return %r : tensor<64x128xf32>
}

// -----

#id = affine_map<(m, n) -> (m, n)>

// Two ops of a chain read a product, one of them twice: one op reads it, once. Its size is that of
// what it starts from.
// CHECK-LABEL: func.func @diamond
// CHECK: %[[D:.*]] = gq.scaled_matmul
// CHECK: %[[R:.*]] = linalg.generic {{.*}} ins(%[[D]] : tensor<?x128xf32>)
// CHECK: math.tanh
// CHECK: arith.mulf
// CHECK: return %[[R]]
func.func @diamond(%a: tensor<?x128xbf16>, %b: tensor<128x128xbf16>, %init: tensor<?x128xf32>) -> tensor<?x128xf32> {
  %c0 = arith.constant 0 : index
  %d = gq.scaled_matmul %a, %b outs(%init : tensor<?x128xf32>) : tensor<?x128xbf16>, tensor<128x128xbf16> -> tensor<?x128xf32>
  %m = tensor.dim %d, %c0 : tensor<?x128xf32>
  %e = tensor.empty(%m) : tensor<?x128xf32>
  %t = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%d : tensor<?x128xf32>) outs(%d : tensor<?x128xf32>) {
  ^bb0(%x: f32, %o: f32):
    %y = math.tanh %x : f32
    linalg.yield %y : f32
  } -> tensor<?x128xf32>
  %r = linalg.generic {indexing_maps = [#id, #id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%t, %d, %d : tensor<?x128xf32>, tensor<?x128xf32>, tensor<?x128xf32>) outs(%e : tensor<?x128xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32, %o: f32):
    %s = arith.mulf %y, %z : f32
    %u = arith.addf %x, %s : f32
    linalg.yield %u : f32
  } -> tensor<?x128xf32>
  return %r : tensor<?x128xf32>
}

// -----

#id = affine_map<(m, n) -> (m, n)>

// A chain behind a product stays a chain, and so does one in front of a quantisation. What an
// argument holds may be meant to be overwritten.
// CHECK-LABEL: func.func @stays
// CHECK: linalg.generic {{.*}} outs(%arg3 :
// CHECK: linalg.generic
// CHECK: return
func.func @stays(%a: tensor<64x128xbf16>, %b: tensor<128x128xbf16>, %init: tensor<64x128xf32>, %out: tensor<64x128xf32>)
    -> tensor<64x128xf32> {
  %d = gq.scaled_matmul %a, %b outs(%init : tensor<64x128xf32>) : tensor<64x128xbf16>, tensor<128x128xbf16> -> tensor<64x128xf32>
  %t = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%d : tensor<64x128xf32>) outs(%out : tensor<64x128xf32>) {
  ^bb0(%x: f32, %o: f32):
    %y = math.tanh %x : f32
    linalg.yield %y : f32
  } -> tensor<64x128xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%t : tensor<64x128xf32>) outs(%out : tensor<64x128xf32>) {
  ^bb0(%x: f32, %o: f32):
    %y = math.exp %x : f32
    linalg.yield %y : f32
  } -> tensor<64x128xf32>
  return %r : tensor<64x128xf32>
}
