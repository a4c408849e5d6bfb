// RUN: gq-opt %s --gq-expand | FileCheck %s

// Splats that a gq op reads become data: slices of splats fold, to tensors of
// another pitch. One element has no slices. What others read stays.
// CHECK-LABEL: func.func @product
// CHECK-DAG: %[[B:.*]] = arith.constant dense_resource<splat{{[_0-9]*}}> : tensor<64x128xf8E4M3FN>
// CHECK-DAG: %[[SPLAT:.*]] = arith.constant dense<1.500000e+00> : tensor<64x128xf8E4M3FN>
// CHECK-DAG: %[[S:.*]] = arith.constant dense<2.500000e-01> : tensor<1x1xf32>
// CHECK: gq.scaled_matmul %{{.*}}, %[[B]] scales(%{{.*}}, %[[S]] block [128, 128])
// CHECK: gq.scaled_matmul %[[B]], %[[B]] scales(
// CHECK: return %{{.*}}, %[[SPLAT]] :
func.func @product(%a: tensor<64x128xf8E4M3FN>, %as: tensor<64x1xf32>) -> (tensor<64x64xf32>, tensor<64x128xf8E4M3FN>) {
  %b = arith.constant dense<1.5> : tensor<64x128xf8E4M3FN>
  %s = arith.constant dense<0.25> : tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  %d = gq.scaled_matmul %a, %b scales(%as block [1, 128], %s block [128, 128]) outs(%e : tensor<64x64xf32>)
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
  %d2 = gq.scaled_matmul %b, %b scales(%as block [1, 128], %s block [128, 128]) outs(%d : tensor<64x64xf32>)
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
  return %d2, %b : tensor<64x64xf32>, tensor<64x128xf8E4M3FN>
}

// What is quantised is computed with, not read.
// CHECK-LABEL: func.func @ones
// CHECK: %[[ONES:.*]] = arith.constant dense<1.000000e+00> : tensor<64x128xbf16>
// CHECK: gq.quantize %[[ONES]]
func.func @ones(%q: tensor<64x128xi8>, %s: tensor<64x1xf32>) -> tensor<64x128xi8> {
  %x = arith.constant dense<1.0> : tensor<64x128xbf16>
  %codes, %scales = gq.quantize %x block [1, 128] outs(%q, %s : tensor<64x128xi8>, tensor<64x1xf32>)
      : tensor<64x128xbf16> -> tensor<64x128xi8>, tensor<64x1xf32>
  return %codes : tensor<64x128xi8>
}

// CHECK-LABEL: func.func @decoded
// CHECK: %[[S:.*]] = arith.constant dense_resource<splat{{[_0-9]*}}> : tensor<64x1xf32>
// CHECK: gq.dequantize %{{.*}} scales(%[[S]] block
func.func @decoded(%q: tensor<64x128xi8>, %x: tensor<64x128xf32>) -> tensor<64x128xf32> {
  %s = arith.constant dense<0.5> : tensor<64x1xf32>
  %d = gq.dequantize %q scales(%s block [1, 128]) outs(%x : tensor<64x128xf32>) : tensor<64x128xi8>, tensor<64x1xf32> -> tensor<64x128xf32>
  return %d : tensor<64x128xf32>
}
