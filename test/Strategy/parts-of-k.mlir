// Few columns: for few rows the thread blocks of clusters divide K. Of 33 tiles clusters of four
// find no room (of 132 multiprocessors 128 lie four together). Where memory is the limit, where
// tiles fill the GPU and where a row has to have the same bits for every number of rows, nothing
// is divided.
// RUN: gq-opt %s --gq-select-config | FileCheck %s
module attributes {gq.target = #gq.target<h200>} {
// CHECK-LABEL: func.func @few_columns
// CHECK: #gq.matmul_variants<up_to {{64|128}} = <{{[^>]*}}split_k = {{[248]}}, {{[^>]*}}candidate = 0>
// CHECK-SAME: above = <tile = [192, 192, 128], math_groups = 3, parts = 2, raster = 8, scales = tma, store = deferred, registers = [32, 160], candidate = 0>>
func.func @few_columns(%a: tensor<?x7168xf8E4M3FN>, %sa: tensor<?x56xf32>, %b: tensor<2112x7168xf8E4M3FN>, %sb: tensor<17x56xf32>, %c: tensor<?x2112xf32>) -> tensor<?x2112xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : tensor<?x2112xf32>)
      : tensor<?x7168xf8E4M3FN>, tensor<2112x7168xf8E4M3FN>, tensor<?x56xf32>, tensor<17x56xf32> -> tensor<?x2112xf32>
  return %d : tensor<?x2112xf32>
}

// CHECK-LABEL: func.func @many_columns
// CHECK-NOT: split_k
func.func @many_columns(%a: tensor<?x8192xf8E4M3FN>, %sa: tensor<?x64xf32>, %b: tensor<8192x8192xf8E4M3FN>, %sb: tensor<64x64xf32>, %c: tensor<?x8192xf32>) -> tensor<?x8192xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : tensor<?x8192xf32>)
      : tensor<?x8192xf8E4M3FN>, tensor<8192x8192xf8E4M3FN>, tensor<?x64xf32>, tensor<64x64xf32> -> tensor<?x8192xf32>
  return %d : tensor<?x8192xf32>
}

// CHECK-LABEL: func.func @invariant
// CHECK-NOT: split_k
func.func @invariant(%a: tensor<?x7168xf8E4M3FN>, %sa: tensor<?x56xf32>, %b: tensor<2112x7168xf8E4M3FN>, %sb: tensor<17x56xf32>, %c: tensor<?x2112xf32>) -> tensor<?x2112xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : tensor<?x2112xf32>) {batch_invariant}
      : tensor<?x7168xf8E4M3FN>, tensor<2112x7168xf8E4M3FN>, tensor<?x56xf32>, tensor<17x56xf32> -> tensor<?x2112xf32>
  return %d : tensor<?x2112xf32>
}
}
