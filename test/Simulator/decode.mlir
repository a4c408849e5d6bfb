// A product of MXFP8 whose config has both operands decoded to bf16 by kernels of their own, for all
// rows and above some.
// DEFINE: %{entry} = static
// DEFINE: %{m} = 70
// DEFINE: %{launches} = 3
// DEFINE: %{test} = gq-run %s --entry=%{entry} --m=%{m} --backend=simulate --check | FileCheck %s -DL=%{launches} --implicit-check-not=failed
// CHECK: simulated [[L]] launches
// CHECK: passed
// RUN: %{test}
// REDEFINE: %{entry} = ranges
// RUN: %{test}
// REDEFINE: %{m} = 40
// REDEFINE: %{launches} = 1
// RUN: %{test}
func.func @static(%a: tensor<70x128xf8E4M3FN>, %b: tensor<64x128xf8E4M3FN>, %sa: tensor<70x4xf8E8M0FNU>, %sb: tensor<64x4xf8E8M0FNU>) -> tensor<70x64xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<70x64xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<70x64xf32>) -> tensor<70x64xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 32], %sb block [1, 32]) outs(%i : tensor<70x64xf32>) {config = #gq.matmul_config<tile = [64, 64, 64], math_groups = 1, decode = true>} : tensor<70x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<70x4xf8E8M0FNU>, tensor<64x4xf8E8M0FNU> -> tensor<70x64xf32>
  return %d : tensor<70x64xf32>
}

func.func @ranges(%a: tensor<?x128xf8E4M3FN>, %b: tensor<64x128xf8E4M3FN>, %sa: tensor<?x4xf8E8M0FNU>, %sb: tensor<64x4xf8E8M0FNU>) -> tensor<?x64xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x128xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x64xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x64xf32>) -> tensor<?x64xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 32], %sb block [1, 32]) outs(%i : tensor<?x64xf32>) {config = #gq.matmul_variants<up_to 64 = <tile = [64, 64, 128], math_groups = 1>, above = <tile = [64, 64, 64], math_groups = 1, decode = true>>} : tensor<?x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<?x4xf8E8M0FNU>, tensor<64x4xf8E8M0FNU> -> tensor<?x64xf32>
  return %d : tensor<?x64xf32>
}
