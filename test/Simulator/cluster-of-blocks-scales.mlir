// Results quantised by blocks of a cluster, beside M-major scales of a: tiles of parts begin where the copy
// engine can, whatever the number of rows is.
// DEFINE: %{m} =
// DEFINE: %{run} = gq-run %s --m=%{m} --check --backend=simulate --interleavings=3 | FileCheck %s
// RUN: gq-run %s --m=520 --stages | FileCheck %s --check-prefix=STAGES --implicit-check-not=failed
// A part past the end, of no rows or the last tile again; one more of M goes without the copy engine.
// REDEFINE: %{m} = 512
// RUN: %{run}
// REDEFINE: %{m} = 640
// RUN: %{run}
// REDEFINE: %{m} = 257
// RUN: %{run}
// REDEFINE: %{m} = 300
// RUN: %{run}
// CHECK: check0 passed: {{[0-9]}} of
// CHECK: check1 passed: relative error 0
// STAGES: after gq-tile
// STAGES: check1 passed
// STAGES: after gq-expand-math: simulated 1 launch
// STAGES: check1 passed

func.func @parts(%a: tensor<?x512xf8E4M3FN>, %b: tensor<320x512xf8E4M3FN>, %as: tensor<4x?xf32>, %bs: tensor<3x4xf32>) -> (tensor<?x320xf8E4M3FN>, tensor<?x2xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x512xf8E4M3FN>
  %rows = affine.apply affine_map<(m) -> (m ceildiv 256)>(%m)
  %zero = arith.constant 0.0 : bf16
  %e = tensor.empty(%m) : tensor<?x320xbf16>
  %f = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x320xbf16>) -> tensor<?x320xbf16>
  %d = gq.scaled_matmul %a, %b scales(%as block [1, 128], %bs block [128, 128]) outs(%f : tensor<?x320xbf16>)
      {transposed_a_scales, config = #gq.matmul_config<tile = [128, 256, 128], stages = 3, split = n, scales = either, store = direct, cluster = b, quantize = true>}
      : tensor<?x512xf8E4M3FN>, tensor<320x512xf8E4M3FN>, tensor<4x?xf32>, tensor<3x4xf32> -> tensor<?x320xbf16>
  %qe = tensor.empty(%m) : tensor<?x320xf8E4M3FN>
  %se = tensor.empty(%rows) : tensor<?x2xf32>
  %q:2 = gq.quantize %d block [256, 256] outs(%qe, %se : tensor<?x320xf8E4M3FN>, tensor<?x2xf32>) : tensor<?x320xbf16> -> tensor<?x320xf8E4M3FN>, tensor<?x2xf32>
  return %q#0, %q#1 : tensor<?x320xf8E4M3FN>, tensor<?x2xf32>
}
