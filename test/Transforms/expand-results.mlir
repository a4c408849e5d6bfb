// RUN: gq-opt %s --gq-expand | FileCheck %s
// RUN: gq-run %s --entry=twice --backend=simulate --check | FileCheck %s --check-prefix=RUNS
// RUN: gq-run %s --entry=computed --backend=simulate --check | FileCheck %s --check-prefix=THREE
// RUN: gq-run %s --entry=equal --backend=simulate --check | FileCheck %s --check-prefix=RUNS
// RUN: gq-compile %s -o %t.gqb

// A tensor that is returned twice is two tensors to a caller: the second is a copy.
// RUNS: simulated {{ *}}2 launches
// RUNS: check0     passed
// RUNS: check1     passed
// CHECK-LABEL: func.func @twice
// CHECK: %[[S:.*]] = gq.block_absmax
// CHECK: %[[C:.*]] = gq.copy %[[S]] outs(%{{.*}} : tensor<8x1xf32>)
// CHECK: return %[[S]], %[[C]]
func.func @twice(%x: tensor<8x128xbf16>) -> (tensor<8x1xf32>, tensor<8x1xf32>) {
  %e = tensor.empty() : tensor<8x1xf32>
  %s = gq.block_absmax %x block [1, 128] outs(%e : tensor<8x1xf32>) : tensor<8x128xbf16> -> tensor<8x1xf32>
  return %s, %s : tensor<8x1xf32>, tensor<8x1xf32>
}

// What elementwise ops compute has a place for each result as well; copies of one tensor would be
// one again.
// THREE: simulated {{ *}}3 launches
// THREE: check0     passed
// THREE: check2     passed
// CHECK-LABEL: func.func @computed
// CHECK: %[[T:.*]] = linalg.exp
// CHECK: %[[C:.*]] = gq.copy %[[T]] outs
// CHECK: %[[D:.*]] = gq.copy %[[C]] outs
// CHECK: %[[F:.*]] = gq.copy %[[D]] outs
// CHECK: return %[[C]], %[[D]], %[[F]]
func.func @computed(%x: tensor<8x128xbf16>) -> (tensor<8x128xbf16>, tensor<8x128xbf16>, tensor<8x128xbf16>) {
  %e = tensor.empty() : tensor<8x128xbf16>
  %t = linalg.exp ins(%x : tensor<8x128xbf16>) outs(%e : tensor<8x128xbf16>) -> tensor<8x128xbf16>
  return %t, %t, %t : tensor<8x128xbf16>, tensor<8x128xbf16>, tensor<8x128xbf16>
}

// Two ops that are equal.
func.func @equal(%x: tensor<8x128xbf16>) -> (tensor<8x1xf32>, tensor<8x1xf32>) {
  %e = tensor.empty() : tensor<8x1xf32>
  %f = tensor.empty() : tensor<8x1xf32>
  %s = gq.block_absmax %x block [1, 128] outs(%e : tensor<8x1xf32>) : tensor<8x128xbf16> -> tensor<8x1xf32>
  %t = gq.block_absmax %x block [1, 128] outs(%f : tensor<8x1xf32>) : tensor<8x128xbf16> -> tensor<8x1xf32>
  return %s, %t : tensor<8x1xf32>, tensor<8x1xf32>
}
