// Result shapes come from the inputs: no tensor.dim of a gq result is left, and
// none of its init either.
// RUN: gq-opt %s -resolve-ranked-shaped-type-result-dims --canonicalize --cse --split-input-file | FileCheck %s

// CHECK: #[[CEIL:.*]] = affine_map<()[s0] -> (s0 ceildiv 128)>
// CHECK-LABEL: func @block_absmax
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x?xbf16>
// CHECK-DAG: %[[R:.*]] = tensor.dim %[[X]], %c0
// CHECK-DAG: %[[C:.*]] = tensor.dim %[[X]], %c1
// CHECK-DAG: %[[CS:.*]] = affine.apply #[[CEIL]]()[%[[C]]]
// CHECK-NOT: gq.
// CHECK: return %[[R]], %[[CS]]
func.func @block_absmax(%x: tensor<?x?xbf16>, %e: tensor<?x?xf32>) -> (index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %0 = gq.block_absmax %x block [1, 128] outs(%e : tensor<?x?xf32>)
         : tensor<?x?xbf16> -> tensor<?x?xf32>
  %d0 = tensor.dim %0, %c0 : tensor<?x?xf32>
  %d1 = tensor.dim %0, %c1 : tensor<?x?xf32>
  return %d0, %d1 : index, index
}

// -----

// A static input gives a static shape, whatever the init says.
// CHECK-LABEL: func @static_input
// CHECK-DAG: %[[R:.*]] = arith.constant 8 : index
// CHECK-DAG: %[[C:.*]] = arith.constant 5 : index
// CHECK: return %[[R]], %[[C]]
func.func @static_input(%x: tensor<1000x513xbf16>, %e: tensor<?x?xf32>) -> (index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %0 = gq.block_absmax %x block [128, 128] outs(%e : tensor<?x?xf32>)
         : tensor<1000x513xbf16> -> tensor<?x?xf32>
  %d0 = tensor.dim %0, %c0 : tensor<?x?xf32>
  %d1 = tensor.dim %0, %c1 : tensor<?x?xf32>
  return %d0, %d1 : index, index
}

// -----

// CHECK: #[[CEIL:.*]] = affine_map<()[s0] -> (s0 ceildiv 128)>
// CHECK-LABEL: func @quantize
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x512xbf16>
// CHECK: %[[R:.*]] = tensor.dim %[[X]], %c0
// CHECK: %[[RS:.*]] = affine.apply #[[CEIL]]()[%[[R]]]
// CHECK-NOT: gq.
// CHECK: return %[[R]], %[[RS]]
func.func @quantize(%x: tensor<?x512xbf16>, %q: tensor<?x512xf8E4M3FN>,
    %s: tensor<?x4xf32>) -> (index, index) {
  %c0 = arith.constant 0 : index
  %0:2 = gq.quantize %x block [128, 128]
           outs(%q, %s : tensor<?x512xf8E4M3FN>, tensor<?x4xf32>)
           : tensor<?x512xbf16> -> tensor<?x512xf8E4M3FN>, tensor<?x4xf32>
  %d0 = tensor.dim %0#0, %c0 : tensor<?x512xf8E4M3FN>
  %d1 = tensor.dim %0#1, %c0 : tensor<?x4xf32>
  return %d0, %d1 : index, index
}

// -----

// CHECK-LABEL: func @elementwise
// CHECK-SAME: %[[A:[a-z0-9]+]]: tensor<?x4xf32>, %[[X:[a-z0-9]+]]: tensor<?x512xbf16>, %[[Q:[a-z0-9]+]]: tensor<?x512xf8E4M3FN>
// CHECK-DAG: %[[DA:.*]] = tensor.dim %[[A]], %c0
// CHECK-DAG: %[[DX:.*]] = tensor.dim %[[X]], %c0
// CHECK-DAG: %[[DQ:.*]] = tensor.dim %[[Q]], %c0
// CHECK-NOT: gq.
// CHECK: return %[[DA]], %[[DX]], %[[DQ]]
func.func @elementwise(%amax: tensor<?x4xf32>, %x: tensor<?x512xbf16>,
    %q: tensor<?x512xf8E4M3FN>, %ei: tensor<?x4xf32>, %ej: tensor<?x512xf8E4M3FN>,
    %ek: tensor<?x512xf32>) -> (index, index, index) {
  %c0 = arith.constant 0 : index
  %0 = gq.absmax_to_scale %amax to f8E4M3FN outs(%ei : tensor<?x4xf32>)
         : tensor<?x4xf32> -> tensor<?x4xf32>
  %1 = gq.scaled_cast %x scales(%amax block [1, 128]) outs(%ej : tensor<?x512xf8E4M3FN>)
         : tensor<?x512xbf16>, tensor<?x4xf32> -> tensor<?x512xf8E4M3FN>
  %2 = gq.dequantize %q scales(%amax block [1, 128]) outs(%ek : tensor<?x512xf32>)
         : tensor<?x512xf8E4M3FN>, tensor<?x4xf32> -> tensor<?x512xf32>
  %d0 = tensor.dim %0, %c0 : tensor<?x4xf32>
  %d1 = tensor.dim %1, %c0 : tensor<?x512xf8E4M3FN>
  %d2 = tensor.dim %2, %c0 : tensor<?x512xf32>
  return %d0, %d1, %d2 : index, index, index
}

// -----

// CHECK-LABEL: func @matmul
// CHECK-SAME: %[[A:[a-z0-9]+]]: tensor<?x512xf8E4M3FN>, %[[B:[a-z0-9]+]]: tensor<?x512xf8E4M3FN>
// CHECK-DAG: %[[M:.*]] = tensor.dim %[[A]], %c0
// CHECK-DAG: %[[N:.*]] = tensor.dim %[[B]], %c0
// CHECK-NOT: gq.
// CHECK: return %[[M]], %[[N]]
func.func @matmul(%a: tensor<?x512xf8E4M3FN>, %b: tensor<?x512xf8E4M3FN>,
    %sa: tensor<?x4xf32>, %sb: tensor<?x4xf32>, %c: tensor<?x?xf32>) -> (index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %0 = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
         outs(%c : tensor<?x?xf32>)
         : tensor<?x512xf8E4M3FN>, tensor<?x512xf8E4M3FN>, tensor<?x4xf32>,
           tensor<?x4xf32> -> tensor<?x?xf32>
  %d0 = tensor.dim %0, %c0 : tensor<?x?xf32>
  %d1 = tensor.dim %0, %c1 : tensor<?x?xf32>
  return %d0, %d1 : index, index
}

// -----

// CHECK-DAG: #[[CEIL:.*]] = affine_map<()[s0] -> (s0 ceildiv 32)>
// CHECK-LABEL: func @transposed_scales
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x512xbf16>
// CHECK-DAG: %[[DX:.*]] = tensor.dim %[[X]], %c0
// CHECK-DAG: %[[BLOCKS:.*]] = affine.apply #[[CEIL]]()[%[[DX]]]
// CHECK-NOT: gq.
// CHECK: return %c4, %[[BLOCKS]]
func.func @transposed_scales(%x: tensor<?x512xbf16>, %q: tensor<?x512xi8>, %s: tensor<?x?xf32>)
    -> (index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %0:2 = gq.quantize %x block [32, 128] outs(%q, %s : tensor<?x512xi8>, tensor<?x?xf32>)
           {transposed_scales} : tensor<?x512xbf16> -> tensor<?x512xi8>, tensor<?x?xf32>
  %d0 = tensor.dim %0#1, %c0 : tensor<?x?xf32>
  %d1 = tensor.dim %0#1, %c1 : tensor<?x?xf32>
  return %d0, %d1 : index, index
}

// -----

// CHECK-DAG: #[[PADDED:.*]] = affine_map<()[s0] -> ((s0 ceildiv 128) * 4)>
// CHECK-LABEL: func @padded_scales
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x512xbf16>
// CHECK-DAG: %[[DX:.*]] = tensor.dim %[[X]], %c0
// CHECK-DAG: %[[ROW:.*]] = affine.apply #[[PADDED]]()[%[[DX]]]
// CHECK: return %[[ROW]]
func.func @padded_scales(%x: tensor<?x512xbf16>, %q: tensor<?x512xi8>, %s: tensor<?x?xf32>) -> index {
  %c1 = arith.constant 1 : index
  %0:2 = gq.quantize %x block [32, 128] outs(%q, %s : tensor<?x512xi8>, tensor<?x?xf32>)
           {transposed_scales, padded_scales} : tensor<?x512xbf16> -> tensor<?x512xi8>, tensor<?x?xf32>
  %d1 = tensor.dim %0#1, %c1 : tensor<?x?xf32>
  return %d1 : index
}
