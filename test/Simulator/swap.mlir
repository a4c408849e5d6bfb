// Products with `swap = true`: to the bit what they are without, after every pass; with as few
// as 8 columns, more than one tile of them, tails along all dimensions, several thread blocks on
// a multiprocessor, parts of K, the scales of both operands by the copy engine.
// DEFINE: %{config} =
// DEFINE: %{rows} =
// DEFINE: %{run} = gq-run %s --entry=product -m %{rows} --reference=%s --config="#gq.matmul_config<%{config}, math_groups = 1, swap = true, stream_a = true>" --backend=simulate --interleavings=3

// REDEFINE: %{config} = tile = [64, 8, 128], stages = 12, occupancy = 2, scales = tma
// REDEFINE: %{rows} = 17
// RUN: %{run} --stages | FileCheck %s
// REDEFINE: %{rows} = 1
// RUN: %{run} | FileCheck %s --check-prefix=ONCE
// REDEFINE: %{config} = tile = [64, 16, 128], stages = 6, occupancy = 3, split_k = 2
// RUN: %{run} | FileCheck %s --check-prefix=ONCE
// Of 8 columns one thread block of a cluster stores all.
// REDEFINE: %{config} = tile = [64, 8, 128], stages = 6, occupancy = 2, split_k = 2
// REDEFINE: %{rows} = 17
// RUN: %{run} --stages | FileCheck %s
// Several sums at once, each in a slot of its own; as many slots as the ring has.
// REDEFINE: %{config} = tile = [64, 16, 512], stages = 6, occupancy = 2, split_k = 2
// REDEFINE: %{rows} = 33
// RUN: %{run} --stages | FileCheck %s
// And the scales of all of them by the copy engine, so that no thread copies.
// REDEFINE: %{config} = tile = [64, 16, 512], stages = 6, occupancy = 2, scales = tma
// RUN: %{run} | FileCheck %s --check-prefix=ONCE
// REDEFINE: %{config} = tile = [64, 8, 256], stages = 2
// REDEFINE: %{rows} = 16
// RUN: %{run} | FileCheck %s --check-prefix=ONCE

// ONCE: check0 passed: relative error 0 (
// CHECK-NOT: relative error {{0[.]|[1-9]}}
// CHECK: after gq-apply-config: simulated 0 launches
// CHECK-NEXT: check0 passed: relative error 0 (
// CHECK: after gq-outline-kernels: simulated 1 launches
// CHECK-NEXT: check0 passed: relative error 0 (
// CHECK: after gq-place-dependency: simulated 1 launches
// CHECK-NEXT: check0 passed: relative error 0 (

// In f32, sums in one part are the same to the bit; what the variants of a list compute as well.
// RUN: sed 's/{promote = 128 : i64}/{config = #gq.matmul_config<tile = [64, 16, 128], math_groups = 1, swap = true>}/' %s > %t.mlir
// RUN: gq-run %t.mlir --entry=in_f32 -m 20 --backend=simulate --output=%t.npy
// RUN: gq-run %s --entry=in_f32 -m 20 --backend=simulate --output=%t.plain.npy
// RUN: cmp %t.npy %t.plain.npy
// RUN: sed 's/{promote = 128 : i64}/{config = #gq.matmul_variants<up_to 8 = <tile = [64, 8, 128], math_groups = 1, swap = true>, up_to 24 = <tile = [64, 24, 128], math_groups = 1, swap = true, occupancy = 2>, above = <tile = [64, 64, 128], math_groups = 1>>}/' %s > %t.list.mlir
// RUN: gq-run %t.list.mlir --entry=in_f32 -m 20 --backend=simulate --output=%t.npy
// RUN: cmp %t.npy %t.plain.npy

// The scales of another block, or sums that are one, are found.
// RUN: sed 's/{promote = 128 : i64}/{config = #gq.matmul_config<tile = [64, 24, 256], stages = 4, math_groups = 1, swap = true>}/' %s > %t.sums.mlir
// RUN: gq-run %t.sums.mlir --entry=in_f32 -m 20 --backend=simulate --output=%t.npy
// RUN: cmp %t.npy %t.plain.npy
// RUN: gq-opt %t.sums.mlir --gq-lower-to-tiles --gq-lower-to-kernels --gq-lower-to-roles --gq-lower-to-fragments -o %t.sums.kernels.mlir
// RUN: sed 's/ block 1 column 1 / block 1 /' %t.sums.kernels.mlir | not gq-run - --entry=in_f32 -m 20 --reference=%s --backend=simulate 2>&1 | FileCheck %s --check-prefix=WRONG
// WRONG: check0 failed

// More thread blocks than a multiprocessor has room for are refused where it is simulated.
// RUN: gq-opt %t.mlir --gq-lower-to-tiles --gq-lower-to-kernels --gq-lower-to-roles --gq-lower-to-fragments -o %t.kernels.mlir
// RUN: sed 's/gqgpu.kernel @in_f32_matmul(\(.*\)) attributes {/gqgpu.kernel @in_f32_matmul(\1) attributes {occupancy = 9 : i64, /' %t.kernels.mlir | not gq-run - --entry=in_f32 -m 20 --backend=simulate 2>&1 | FileCheck %s --check-prefix=ROOM
// ROOM: error: {{.*}}has an occupancy of 9, which takes 2304 threads of a multiprocessor, the limit is 2048

func.func @product(%a: tensor<?x1008xf8E4M3FN>, %sa: tensor<?x8xf32>, %b: tensor<200x1008xf8E4M3FN>, %sb: tensor<2x8xf32>,
                   %bias: tensor<200xf32>, %residual: tensor<?x200xbf16>) -> tensor<?x200xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x1008xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x200xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x200xf32>) -> tensor<?x200xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<?x200xf32>)
      : tensor<?x1008xf8E4M3FN>, tensor<200x1008xf8E4M3FN>, tensor<?x8xf32>, tensor<2x8xf32> -> tensor<?x200xf32>
  %r = tensor.empty(%m) : tensor<?x200xbf16>
  %o = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>],
                       iterator_types = ["parallel", "parallel"]}
      ins(%d, %bias, %residual : tensor<?x200xf32>, tensor<200xf32>, tensor<?x200xbf16>) outs(%r : tensor<?x200xbf16>) {
    ^bb0(%x: f32, %y: f32, %z: bf16, %out: bf16):
      %s = arith.addf %x, %y : f32
      %w = arith.extf %z : bf16 to f32
      %u = arith.addf %s, %w : f32
      %t = arith.truncf %u : f32 to bf16
      linalg.yield %t : bf16
  } -> tensor<?x200xbf16>
  return %o : tensor<?x200xbf16>
}

func.func @in_f32(%a: tensor<?x400xf8E4M3FN>, %sa: tensor<?x4xf32>, %b: tensor<200x400xf8E4M3FN>, %sb: tensor<2x4xf32>) -> tensor<?x200xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x400xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x200xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x200xf32>) -> tensor<?x200xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<?x200xf32>) {promote = 128 : i64}
      : tensor<?x400xf8E4M3FN>, tensor<200x400xf8E4M3FN>, tensor<?x4xf32>, tensor<2x4xf32> -> tensor<?x200xf32>
  return %d : tensor<?x200xf32>
}
