// Two math groups take the steps of a tile in turn, each through a ring of its own, and the first
// one adds both sums. The product agrees with the reference after every pass: odd numbers of steps,
// several tiles for a thread block, tails along all dimensions, swapped and not, parts of K.
// DEFINE: %{config} =
// DEFINE: %{rows} = 17
// DEFINE: %{entry} = product
// DEFINE: %{run} = gq-run %s --entry=%{entry} -m %{rows} --reference=%s --config="#gq.matmul_config<%{config}, k_groups = 2>" --backend=simulate
// DEFINE: %{once} = %{run} --interleavings=6 | FileCheck %s --check-prefix=ONCE

// REDEFINE: %{config} = tile = [64, 16, 128], stages = 3, swap = true, occupancy = 2
// RUN: %{run} --stages --interleavings=6 | FileCheck %s
// CHECK: after gq-pipeline-stages: simulated 1 launches
// CHECK-NEXT: check0 passed:
// CHECK: after gq-warp-specialize: simulated 1 launches, 6 interleavings
// CHECK-NEXT: check0 passed:
// CHECK: after gq-distribute: simulated 1 launches, 6 interleavings
// CHECK-NEXT: check0 passed:
// CHECK: after gq-schedule-math: simulated 1 launches, 6 interleavings
// CHECK-NEXT: check0 passed:
// CHECK: after gq-place-dependency: simulated 1 launches, 6 interleavings
// CHECK-NEXT: check0 passed:
// ONCE: check0 passed:

// One slot each; several sums in a step, scales by the copy engine; parts of K on top, of odd steps.
// REDEFINE: %{config} = tile = [64, 8, 128], stages = 1, swap = true, early_wait = false
// RUN: %{once}
// REDEFINE: %{config} = tile = [64, 16, 512], stages = 4, swap = true, scales = tma
// RUN: %{once}
// REDEFINE: %{config} = tile = [64, 16, 256], stages = 4, swap = true, split_k = 2
// REDEFINE: %{rows} = 33
// RUN: %{once}
// RUN: %{run} --multiprocessors=1 --interleavings=6 | FileCheck %s --check-prefix=ONCE
// RUN: %{run} --multiprocessors=50 --interleavings=6 | FileCheck %s --check-prefix=ONCE
// Not swapped: stores through shared memory by the warps of one group, and from registers.
// REDEFINE: %{config} = tile = [64, 64, 128], stages = 2
// REDEFINE: %{rows} = 100
// RUN: %{once}
// REDEFINE: %{config} = tile = [64, 64, 128], stages = 2, store = direct, split_k = 2
// RUN: %{once}

func.func @product(%a: tensor<?x1008xf8E4M3FN>, %sa: tensor<?x8xf32>, %b: tensor<160x1008xf8E4M3FN>, %sb: tensor<2x8xf32>,
                   %bias: tensor<160xf32>) -> tensor<?x160xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x1008xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x160xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x160xf32>) -> tensor<?x160xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<?x160xf32>)
      : tensor<?x1008xf8E4M3FN>, tensor<160x1008xf8E4M3FN>, tensor<?x8xf32>, tensor<2x8xf32> -> tensor<?x160xf32>
  %r = tensor.empty(%m) : tensor<?x160xbf16>
  %o = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>],
                       iterator_types = ["parallel", "parallel"]}
      ins(%d, %bias : tensor<?x160xf32>, tensor<160xf32>) outs(%r : tensor<?x160xbf16>) {
    ^bb0(%x: f32, %y: f32, %out: bf16):
      %s = arith.addf %x, %y : f32
      %t = arith.truncf %s : f32 to bf16
      linalg.yield %t : bf16
  } -> tensor<?x160xbf16>
  return %o : tensor<?x160xbf16>
}
