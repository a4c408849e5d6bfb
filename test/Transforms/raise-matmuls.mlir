// RUN: gq-opt %s --gq-raise-reductions --split-input-file | FileCheck %s
// RUN: gq-opt %s --gq-raise-reductions --split-input-file --remarks-filter=gq-raise-reductions -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// An operand with K first is read transposed once.
// REMARK: remark: {{.*}}is a gq.scaled_matmul without scales
// CHECK-DAG: #[[TURNED:.*]] = affine_map<(d0, d1) -> (d1, d0)>
// CHECK-LABEL: func @turned
// CHECK: %[[B:.*]] = linalg.generic {indexing_maps = [#[[TURNED]], {{.*}} ins(%arg1 : tensor<256x?xbf16>) outs(%{{.*}} : tensor<?x256xbf16>)
// CHECK: gq.scaled_matmul %arg0, %[[B]] outs(%arg2 : tensor<64x?xf32>)
func.func @turned(%a: tensor<64x256xbf16>, %b: tensor<256x?xbf16>, %c: tensor<64x?xf32>) -> tensor<64x?xf32> {
  %d = linalg.matmul ins(%a, %b : tensor<64x256xbf16>, tensor<256x?xbf16>) outs(%c : tensor<64x?xf32>) -> tensor<64x?xf32>
  return %d : tensor<64x?xf32>
}

// -----

// K last is what products want.
// REMARK: remark: {{.*}}is a gq.scaled_matmul without scales
// CHECK-LABEL: func @upright
// CHECK-NOT: linalg.generic
// CHECK: gq.scaled_matmul %arg0, %arg1 outs(%arg2 : tensor<64x32xi32>)
#a = affine_map<(m, n, k) -> (m, k)>
#b = affine_map<(m, n, k) -> (n, k)>
#c = affine_map<(m, n, k) -> (m, n)>
func.func @upright(%a: tensor<64x256xi8>, %b: tensor<32x256xi8>, %c: tensor<64x32xi32>) -> tensor<64x32xi32> {
  %d = linalg.matmul indexing_maps = [#a, #b, #c]
      ins(%a, %b : tensor<64x256xi8>, tensor<32x256xi8>) outs(%c : tensor<64x32xi32>) -> tensor<64x32xi32>
  return %d : tensor<64x32xi32>
}

// -----

// Three parts of an f32, one of a bf16; their products from the smallest on.
// REMARK: remark: {{.*}}is several products of bf16, as exact as f32
// CHECK-LABEL: func @wide
// CHECK-COUNT-3: linalg.generic {{.*}} ins(%arg0 : tensor<64x96xf32>) outs(%{{.*}} : tensor<64x96xbf16>)
// CHECK: %[[B:.*]] = linalg.generic {{.*}} ins(%arg1 : tensor<96x32xbf16>) outs(%{{.*}} : tensor<32x96xbf16>)
// CHECK: %[[P:.*]] = gq.scaled_matmul %{{.*}}, %[[B]] outs(%arg2 :
// CHECK: %[[Q:.*]] = gq.scaled_matmul %{{.*}}, %[[B]] outs(%[[P]] :
// CHECK: gq.scaled_matmul %{{.*}}, %[[B]] outs(%[[Q]] :
// CHECK-NOT: gq.scaled_matmul
#a = affine_map<(m, n, k) -> (m, k)>
#b = affine_map<(m, n, k) -> (k, n)>
#c = affine_map<(m, n, k) -> (m, n)>
func.func @wide(%a: tensor<64x96xf32>, %b: tensor<96x32xbf16>, %c: tensor<64x32xf32>) -> tensor<64x32xf32> {
  %d = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<64x96xf32>, tensor<96x32xbf16>) outs(%c : tensor<64x32xf32>) {
  ^bb0(%x: f32, %y: bf16, %o: f32):
    %w = arith.extf %y : bf16 to f32
    %p = arith.mulf %x, %w : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<64x32xf32>
  return %d : tensor<64x32xf32>
}

// -----

// REMARK: remark: {{.*}}stays as it is: it is a batch of operands that do not have K last
// REMARK: remark: {{.*}}stays as it is: it multiplies f64 by f64 into f64
// CHECK-LABEL: func @stays
// CHECK-NOT: gq.scaled_matmul
func.func @stays(%a: tensor<2x8x16xbf16>, %b: tensor<2x16x8xbf16>, %c: tensor<2x8x8xf32>,
    %d: tensor<8x8xf64>) -> (tensor<2x8x8xf32>, tensor<8x8xf64>) {
  %0 = linalg.batch_matmul ins(%a, %b : tensor<2x8x16xbf16>, tensor<2x16x8xbf16>) outs(%c : tensor<2x8x8xf32>) -> tensor<2x8x8xf32>
  %1 = linalg.matmul ins(%d, %d : tensor<8x8xf64>, tensor<8x8xf64>) outs(%d : tensor<8x8xf64>) -> tensor<8x8xf64>
  return %0, %1 : tensor<2x8x8xf32>, tensor<8x8xf64>
}
