// The two thread blocks of a cluster share a tile of a, or of b, which one of them loads
// for both. The product agrees with the reference to the bit after every pass, with odd
// numbers of tiles and tails along both dimensions, so that some thread blocks have a
// tile outside.
// RUN: gq-run %s -m 200 --config="#gq.matmul_config<tile = [128, 64, 128], stages = 2, cluster = a>" --stages --interleavings=6 | FileCheck %s
// RUN: gq-run %s -m 200 --config="#gq.matmul_config<tile = [128, 64, 128], stages = 3, cluster = a, raster = 2, early_wait = false>" --backend=simulate --check --interleavings=6 | FileCheck %s --check-prefix=ONCE
// RUN: gq-run %s -m 270 --config="#gq.matmul_config<tile = [64, 64, 128], math_groups = 1, stages = 2, cluster = b>" --stages --interleavings=6 | FileCheck %s
// RUN: gq-run %s -m 270 --config="#gq.matmul_config<tile = [64, 64, 128], math_groups = 1, stages = 1, cluster = b, raster = 2>" --backend=simulate --check --interleavings=6 | FileCheck %s --check-prefix=ONCE
// One multiprocessor, and more than there are clusters.
// RUN: gq-run %s -m 300 --config="#gq.matmul_config<tile = [128, 64, 128], stages = 3, cluster = b>" --backend=simulate --check --interleavings=6 --multiprocessors=1 | FileCheck %s --check-prefix=ONCE
// RUN: gq-run %s -m 64 --config="#gq.matmul_config<tile = [128, 64, 128], stages = 3, cluster = b>" --backend=simulate --check --interleavings=6 --multiprocessors=50 | FileCheck %s --check-prefix=ONCE
// Around other loops: parts of a batch that end within tensors, parts of K, an index from
// memory; the transpose of the product.
// RUN: gq-run %S/outer-loops.mlir --entry=batch_with_bias --config="#gq.matmul_config<tile = [64, 64, 128], math_groups = 1, stages = 3, cluster = b>" --backend=simulate --check --interleavings=3 | FileCheck %s --check-prefix=ONCE
// RUN: gq-run %S/outer-loops.mlir --entry=rows_of_more --shape=arg0=100x256 --shape=arg2=100x2 --shape=arg4=150x192 --config="#gq.matmul_config<tile = [64, 64, 128], math_groups = 1, stages = 3, cluster = b>" --backend=simulate --check --interleavings=3 | FileCheck %s --check-prefix=ONCE
// RUN: gq-run %S/split-k.mlir --entry=two -m 70 --config="#gq.matmul_config<tile = [128, 32, 128], stages = 2, cluster = a>" --backend=simulate --check --interleavings=3 | FileCheck %s --check-prefix=ONCE
// RUN: gq-run %S/grouped.mlir --entry=tensors --config="#gq.matmul_config<tile = [128, 64, 128], stages = 2, cluster = a>" --backend=simulate --check --interleavings=3 | FileCheck %s --check-prefix=ONCE
// RUN: gq-run %S/swapped-product.mlir --reference=%S/Inputs/plain-product.mlir -m 33 --config="#gq.matmul_config<tile = [128, 16, 128], cluster = a>" --backend=simulate --interleavings=3 | FileCheck %s --check-prefix=ONCE
// Scales that the copy engine brings are shared as well: the same bits as without clusters.
// DEFINE: %{entry} = rows
// DEFINE: %{by_tma} = gq-run %S/scales-by-tma.mlir --entry=%{entry} -m 200 --backend=simulate --check --interleavings=3 --config="#gq.matmul_config<tile = [64, 16, 128], math_groups = 1, stages = 3, scales = tma
// RUN: %{by_tma}>" --output=%t.npy
// RUN: %{by_tma}, cluster = a>" --output=%t.cluster.npy
// RUN: cmp %t.npy %t.cluster.npy
// REDEFINE: %{entry} = both
// RUN: %{by_tma}>" --output=%t.npy
// RUN: %{by_tma}, cluster = b>" --output=%t.cluster.npy
// RUN: cmp %t.npy %t.cluster.npy
// CHECK: after gq-outline-kernels: simulated  1 launches
// CHECK-NEXT: check0     passed: relative error 0 (
// CHECK: after gq-warp-specialize: simulated  1 launches, 6 interleavings
// CHECK-NEXT: check0     passed: relative error 0 (
// CHECK: after gq-split-copies: simulated  1 launches, 6 interleavings
// CHECK-NEXT: check0     passed: relative error 0 (
// CHECK: after gq-schedule-math: simulated  1 launches, 6 interleavings
// CHECK-NEXT: check0     passed: relative error 0 (
// CHECK: after gq-allocate-shared-memory: simulated  1 launches, 6 interleavings
// CHECK-NEXT: check0     passed: relative error 0 (
// ONCE: check0     passed: relative error 0 (

func.func @product(%a: tensor<?x384xf8E4M3FN>, %sa: tensor<?x3xf32>,
                   %b: tensor<160x384xf8E4M3FN>, %sb: tensor<2x3xf32>,
                   %bias: tensor<160xf32>)
    -> tensor<?x160xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x384xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x160xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x160xf32>) -> tensor<?x160xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
         outs(%init : tensor<?x160xf32>)
         : tensor<?x384xf8E4M3FN>, tensor<160x384xf8E4M3FN>,
           tensor<?x3xf32>, tensor<2x3xf32> -> tensor<?x160xf32>
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
