// RUN: gq-opt %s --gq-expand | FileCheck %s
// RUN: gq-run %s --entry=twice --backend=simulate --check | FileCheck %s --check-prefix=RUNS
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
