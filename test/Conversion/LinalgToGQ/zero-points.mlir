// Affine codes of i8: sums of integers with zero points, and decoded with scales.
//
// RUN: gq-opt %s --pass-pipeline='builtin.module(func.func(convert-linalg-to-gq))' -o %t.mlir
// RUN: FileCheck %s < %t.mlir
//
// DEFINE: %{entry} =
// DEFINE: %{data} = --generate=codes
// DEFINE: %{values} = gq-run %t.mlir --reference=%s --backend=reference %{data} --entry=%{entry} | FileCheck %s --check-prefix=VALUES && gq-run %s --backend=simulate --check %{data} --entry=%{entry} | FileCheck %s --check-prefix=VALUES
// VALUES: check0 passed
//
// REDEFINE: %{entry} = constants
// RUN: %{values}
// REDEFINE: %{entry} = tensors
// RUN: %{values}
// REDEFINE: %{entry} = integers
// RUN: %{values}
// REDEFINE: %{entry} = extracted
// RUN: %{values}
// REDEFINE: %{data} =
// REDEFINE: %{entry} = decoded
// RUN: %{values}
// REDEFINE: %{entry} = of_floats
// RUN: %{values}
//
// RUN: gq-compile %s --emit=bundle -o %t.gqb

#id = affine_map<(m, n) -> (m, n)>
#col = affine_map<(m, n) -> (n)>

// Known zero points of both, weights of K x N; a scale for each channel and a bias behind.
// CHECK-LABEL: func.func @constants(
// CHECK-SAME: %[[A:.*]]: tensor<24x48xi8>, %[[B:.*]]: tensor<48x40xi8>,
// CHECK-DAG: %[[ZA:.*]] = arith.constant dense<-5> : tensor<i32>
// CHECK-DAG: %[[ZB:.*]] = arith.constant dense<11> : tensor<i32>
// CHECK-DAG: %[[BT:.*]] = linalg.transpose ins(%[[B]] :
// CHECK: gq.scaled_matmul %[[A]], %[[BT]] a_zero_points(%[[ZA]] : tensor<i32>) b_zero_points(%[[ZB]] : tensor<i32>) outs(%{{.*}} : tensor<24x40xi32>)
func.func @constants(%a: tensor<24x48xi8>, %b: tensor<48x40xi8>, %s: tensor<40xf32>, %bias: tensor<40xf32>) -> tensor<24x40xf32> {
  %za = arith.constant -5 : i32
  %zb = arith.constant 11 : i32
  %zero = arith.constant 0 : i32
  %e = tensor.empty() : tensor<24x40xi32>
  %i = linalg.fill ins(%zero : i32) outs(%e : tensor<24x40xi32>) -> tensor<24x40xi32>
  %d = linalg.quantized_matmul ins(%a, %b, %za, %zb : tensor<24x48xi8>, tensor<48x40xi8>, i32, i32) outs(%i : tensor<24x40xi32>) -> tensor<24x40xi32>
  %eo = tensor.empty() : tensor<24x40xf32>
  %y = linalg.generic {indexing_maps = [#id, #col, #col, #id], iterator_types = ["parallel", "parallel"]} ins(%d, %s, %bias : tensor<24x40xi32>, tensor<40xf32>, tensor<40xf32>) outs(%eo : tensor<24x40xf32>) {
  ^bb0(%v: i32, %sc: f32, %bi: f32, %o: f32):
    %f = arith.sitofp %v : i32 to f32
    %p = arith.mulf %f, %sc : f32
    %r = arith.addf %p, %bi : f32
    linalg.yield %r : f32
  } -> tensor<24x40xf32>
  return %y : tensor<24x40xf32>
}

// A zero point in a tensor, and one for each row; subtracted before the product.
// CHECK-LABEL: func.func @tensors(
// CHECK-SAME: %[[A:.*]]: tensor<24x48xi8>, %[[ZA:.*]]: tensor<i8>, %[[B:.*]]: tensor<40x48xi8>, %[[ZB:.*]]: tensor<40xi32>)
// CHECK: gq.scaled_matmul %[[A]], %[[B]] a_zero_points(%[[ZA]] : tensor<i8>) b_zero_points(%[[ZB]] : tensor<40xi32>) outs(
func.func @tensors(%a: tensor<24x48xi8>, %za: tensor<i8>, %b: tensor<40x48xi8>, %zb: tensor<40xi32>) -> tensor<24x40xi32> {
  %zero = arith.constant 0 : i32
  %ea = tensor.empty() : tensor<24x48xi32>
  %ai = linalg.map { arith.extsi } ins(%a : tensor<24x48xi8>) outs(%ea : tensor<24x48xi32>)
  %zi = linalg.generic {indexing_maps = [affine_map<(m, k) -> ()>, affine_map<(m, k) -> (m, k)>], iterator_types = ["parallel", "parallel"]} ins(%za : tensor<i8>) outs(%ea : tensor<24x48xi32>) {
  ^bb0(%z: i8, %o: i32):
    %w = arith.extsi %z : i8 to i32
    linalg.yield %w : i32
  } -> tensor<24x48xi32>
  %ad = linalg.sub ins(%ai, %zi : tensor<24x48xi32>, tensor<24x48xi32>) outs(%ea : tensor<24x48xi32>) -> tensor<24x48xi32>
  %eb = tensor.empty() : tensor<40x48xi32>
  %bd = linalg.generic {indexing_maps = [affine_map<(n, k) -> (n, k)>, affine_map<(n, k) -> (n)>, affine_map<(n, k) -> (n, k)>], iterator_types = ["parallel", "parallel"]} ins(%b, %zb : tensor<40x48xi8>, tensor<40xi32>) outs(%eb : tensor<40x48xi32>) {
  ^bb0(%q: i8, %z: i32, %o: i32):
    %w = arith.extsi %q : i8 to i32
    %d = arith.subi %w, %z : i32
    linalg.yield %d : i32
  } -> tensor<40x48xi32>
  %e = tensor.empty() : tensor<24x40xi32>
  %i = linalg.fill ins(%zero : i32) outs(%e : tensor<24x40xi32>) -> tensor<24x40xi32>
  %y = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>] ins(%ad, %bd : tensor<24x48xi32>, tensor<40x48xi32>) outs(%i : tensor<24x40xi32>) -> tensor<24x40xi32>
  return %y : tensor<24x40xi32>
}

// Tokens with a scale and a zero point each, weights with a scale for each channel.
// CHECK-LABEL: func.func @decoded(
// CHECK-SAME: %[[A:.*]]: tensor<24x48xi8>, %{{.*}}: tensor<24xf32>, %[[ZA:.*]]: tensor<24xi8>, %[[B:.*]]: tensor<40x48xi8>,
// CHECK: gq.scaled_matmul %[[A]], %[[B]] scales(%{{.*}} block [1, 48], %{{.*}} block [1, 48]) a_zero_points(%[[ZA]] : tensor<24xi8>) outs(
func.func @decoded(%a: tensor<24x48xi8>, %sa: tensor<24xf32>, %za: tensor<24xi8>, %b: tensor<40x48xi8>, %sb: tensor<40xf32>) -> tensor<24x40xf32> {
  %zero = arith.constant 0.0 : f32
  %ea = tensor.empty() : tensor<24x48xf32>
  %ad = linalg.generic {indexing_maps = [affine_map<(m, k) -> (m, k)>, affine_map<(m, k) -> (m)>, affine_map<(m, k) -> (m)>, affine_map<(m, k) -> (m, k)>], iterator_types = ["parallel", "parallel"]} ins(%a, %za, %sa : tensor<24x48xi8>, tensor<24xi8>, tensor<24xf32>) outs(%ea : tensor<24x48xf32>) {
  ^bb0(%q: i8, %z: i8, %s: f32, %o: f32):
    %qi = arith.extsi %q : i8 to i32
    %zi = arith.extsi %z : i8 to i32
    %d = arith.subi %qi, %zi : i32
    %f = arith.sitofp %d : i32 to f32
    %p = arith.mulf %f, %s : f32
    linalg.yield %p : f32
  } -> tensor<24x48xf32>
  %eb = tensor.empty() : tensor<40x48xf32>
  %bd = linalg.generic {indexing_maps = [affine_map<(n, k) -> (n, k)>, affine_map<(n, k) -> (n)>, affine_map<(n, k) -> (n, k)>], iterator_types = ["parallel", "parallel"]} ins(%b, %sb : tensor<40x48xi8>, tensor<40xf32>) outs(%eb : tensor<40x48xf32>) {
  ^bb0(%q: i8, %s: f32, %o: f32):
    %f = arith.sitofp %q : i8 to f32
    %p = arith.mulf %f, %s : f32
    linalg.yield %p : f32
  } -> tensor<40x48xf32>
  %e = tensor.empty() : tensor<24x40xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<24x40xf32>) -> tensor<24x40xf32>
  %y = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>] ins(%ad, %bd : tensor<24x48xf32>, tensor<40x48xf32>) outs(%i : tensor<24x40xf32>) -> tensor<24x40xf32>
  return %y : tensor<24x40xf32>
}

// The difference in f32, of a known number; one scale for all tokens.
// CHECK-LABEL: func.func @of_floats(
// CHECK-DAG: %[[Z:.*]] = arith.constant dense<7> : tensor<i32>
// CHECK: gq.scaled_matmul %{{.*}}, %{{.*}} scales(%{{.*}} block [24, 48], %{{.*}} block [40, 48]) a_zero_points(%[[Z]] : tensor<i32>) outs(
func.func @of_floats(%a: tensor<24x48xi8>, %sa: tensor<f32>, %b: tensor<48x40xi8>) -> tensor<24x40xf32> {
  %zero = arith.constant 0.0 : f32
  %seven = arith.constant 7.0 : f32
  %half = arith.constant 0.5 : f32
  %ea = tensor.empty() : tensor<24x48xf32>
  %ad = linalg.generic {indexing_maps = [affine_map<(m, k) -> (m, k)>, affine_map<(m, k) -> ()>, affine_map<(m, k) -> (m, k)>], iterator_types = ["parallel", "parallel"]} ins(%a, %sa : tensor<24x48xi8>, tensor<f32>) outs(%ea : tensor<24x48xf32>) {
  ^bb0(%q: i8, %s: f32, %o: f32):
    %f = arith.sitofp %q : i8 to f32
    %d = arith.subf %f, %seven : f32
    %p = arith.mulf %d, %s : f32
    linalg.yield %p : f32
  } -> tensor<24x48xf32>
  %eb = tensor.empty() : tensor<48x40xf32>
  %bd = linalg.generic {indexing_maps = [affine_map<(k, n) -> (k, n)>, affine_map<(k, n) -> (k, n)>], iterator_types = ["parallel", "parallel"]} ins(%b : tensor<48x40xi8>) outs(%eb : tensor<48x40xf32>) {
  ^bb0(%q: i8, %o: f32):
    %f = arith.sitofp %q : i8 to f32
    %p = arith.mulf %f, %half : f32
    linalg.yield %p : f32
  } -> tensor<48x40xf32>
  %e = tensor.empty() : tensor<24x40xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<24x40xf32>) -> tensor<24x40xf32>
  %y = linalg.matmul ins(%ad, %bd : tensor<24x48xf32>, tensor<48x40xf32>) outs(%i : tensor<24x40xf32>) -> tensor<24x40xf32>
  return %y : tensor<24x40xf32>
}

// Without zero points, in one body; what the sum starts from stays.
// CHECK-LABEL: func.func @integers(
// CHECK-SAME: %[[A:.*]]: tensor<24x48xi8>, %[[B:.*]]: tensor<40x48xi8>, %[[C:.*]]: tensor<24x40xi32>)
// CHECK: gq.scaled_matmul %[[A]], %[[B]] outs(%[[C]] : tensor<24x40xi32>)
func.func @integers(%a: tensor<24x48xi8>, %b: tensor<40x48xi8>, %c: tensor<24x40xi32>) -> tensor<24x40xi32> {
  %y = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%a, %b : tensor<24x48xi8>, tensor<40x48xi8>) outs(%c : tensor<24x40xi32>) {
  ^bb0(%p: i8, %q: i8, %s: i32):
    %pi = arith.extsi %p : i8 to i32
    %qi = arith.extsi %q : i8 to i32
    %t = arith.muli %pi, %qi : i32
    %r = arith.addi %s, %t : i32
    linalg.yield %r : i32
  } -> tensor<24x40xi32>
  return %y : tensor<24x40xi32>
}

// Zero points that are read from tensors of one element.
// CHECK-LABEL: func.func @extracted(
// CHECK-SAME: %[[A:.*]]: tensor<24x48xi8>, %[[B:.*]]: tensor<48x40xi8>, %[[ZA:.*]]: tensor<i32>, %[[ZB:.*]]: tensor<i8>, %[[C:.*]]: tensor<24x40xi32>)
// CHECK: gq.scaled_matmul %[[A]], %{{.*}} a_zero_points(%[[ZA]] : tensor<i32>) b_zero_points(%[[ZB]] : tensor<i8>) outs(%[[C]] : tensor<24x40xi32>)
func.func @extracted(%a: tensor<24x48xi8>, %b: tensor<48x40xi8>, %ta: tensor<i32>, %tb: tensor<i8>, %c: tensor<24x40xi32>) -> tensor<24x40xi32> {
  %za = tensor.extract %ta[] : tensor<i32>
  %tw = arith.extsi %tb : tensor<i8> to tensor<i32>
  %zb = tensor.extract %tw[] : tensor<i32>
  %y = linalg.quantized_matmul ins(%a, %b, %za, %zb : tensor<24x48xi8>, tensor<48x40xi8>, i32, i32) outs(%c : tensor<24x40xi32>) -> tensor<24x40xi32>
  return %y : tensor<24x40xi32>
}
