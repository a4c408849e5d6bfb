// Operands that a config has decoded: a gq.dequantize of each, with a config, and a product in bf16.
// RUN: gq-opt %s --split-input-file --gq-set-target=name=h200 --gq-apply-config | FileCheck %s

// CHECK-LABEL: func.func @static
// CHECK: %[[A:.*]] = gq.dequantize %{{.*}} scales(%{{.*}} block [1, 32]) outs(%{{.*}} : tensor<70x128xbf16>) {config = #gq.quantize_config<
// CHECK: %[[B:.*]] = gq.dequantize %{{.*}} scales(%{{.*}} block [1, 32]) outs(%{{.*}} : tensor<64x128xbf16>) {config = #gq.quantize_config<
// CHECK: gq.scaled_matmul %[[A]], %[[B]] outs(
// CHECK-SAME: {config = #gq.matmul_config<tile = [64, 64, 64], math_groups = 1>}
func.func @static(%a: tensor<70x128xf8E4M3FN>, %b: tensor<64x128xf8E4M3FN>, %sa: tensor<70x4xf8E8M0FNU>, %sb: tensor<64x4xf8E8M0FNU>) -> tensor<70x64xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<70x64xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<70x64xf32>) -> tensor<70x64xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 32], %sb block [1, 32]) outs(%i : tensor<70x64xf32>) {config = #gq.matmul_config<tile = [64, 64, 64], math_groups = 1, decode = true>} : tensor<70x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<70x4xf8E8M0FNU>, tensor<64x4xf8E8M0FNU> -> tensor<70x64xf32>
  return %d : tensor<70x64xf32>
}

// -----

// CHECK-LABEL: func.func @ranges
// CHECK: scf.if
// CHECK-NOT: gq.dequantize
// CHECK: } else {
// CHECK: gq.dequantize
// CHECK: gq.dequantize
func.func @ranges(%a: tensor<?x128xf8E4M3FN>, %b: tensor<64x128xf8E4M3FN>, %sa: tensor<?x4xf8E8M0FNU>, %sb: tensor<64x4xf8E8M0FNU>) -> tensor<?x64xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x128xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x64xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x64xf32>) -> tensor<?x64xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 32], %sb block [1, 32]) outs(%i : tensor<?x64xf32>) {config = #gq.matmul_variants<up_to 64 = <tile = [64, 64, 128], math_groups = 1>, above = <tile = [64, 64, 64], math_groups = 1, decode = true>>} : tensor<?x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<?x4xf8E8M0FNU>, tensor<64x4xf8E8M0FNU> -> tensor<?x64xf32>
  return %d : tensor<?x64xf32>
}
