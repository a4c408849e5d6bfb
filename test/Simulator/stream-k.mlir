// Thread blocks divide the steps of the last tiles between them. The product agrees with the
// reference after every pass: tiles that two and more share, whole tiles before them, tails along
// all dimensions. Other products: stream-ks.test.
// DEFINE: %{config} =
// DEFINE: %{blocks} = 4
// DEFINE: %{stages} = gq-run %s --entry=product -m 200 --config="#gq.matmul_config<%{config}>" --stages --interleavings=3 --multiprocessors=%{blocks} | FileCheck %s

// Six tiles of five steps on four multiprocessors, and twelve on five: one is whole for each.
// REDEFINE: %{config} = tile = [128, 64, 128], stages = 2, schedule = streamk
// RUN: %{stages}
// REDEFINE: %{blocks} = 5
// REDEFINE: %{config} = tile = [64, 64, 128], math_groups = 1, stages = 3, store = direct, raster = 2, schedule = streamk
// RUN: %{stages}

// To the bit what two parts of K are that a cluster adds up, where a tile has as many ranges of as
// many steps; and the same bits each time, whoever computes it.
// RUN: gq-run %s --entry=one_tile --config="#gq.matmul_config<tile = [64, 64, 128], math_groups = 1, stages = 3, split_k = 2>" --backend=simulate --output=%t.split.npy
// DEFINE: %{cut} = gq-run %s --entry=one_tile --config="#gq.matmul_config<tile = [64, 64, 128], math_groups = 1, stages = 3, schedule = streamk>" --backend=simulate --interleavings=2
// RUN: %{cut} --multiprocessors=2 --output=%t.cut.npy
// RUN: cmp %t.split.npy %t.cut.npy
// RUN: %{cut} --multiprocessors=2 --after=gq-stream-k --interleaving=7 --output=%t.tiles.npy
// RUN: cmp %t.split.npy %t.tiles.npy
// In more ranges the sums are others.
// RUN: %{cut} --multiprocessors=4 --output=%t.more.npy
// RUN: not cmp %t.split.npy %t.more.npy

// CHECK: after gq-outline-kernels: simulated  1 launches
// CHECK-NEXT: check0     passed
// CHECK: after gq-stream-k: simulated  2 launches
// CHECK-NEXT: check0     passed
// CHECK: after gq-warp-specialize: simulated  2 launches
// CHECK-NEXT: check0     passed
// CHECK: after gq-distribute: simulated  2 launches
// CHECK-NEXT: check0     passed
// CHECK: after gq-expand-parts: simulated  2 launches
// CHECK-NEXT: check0     passed
// CHECK: after gq-place-dependency: simulated  2 launches
// CHECK-NEXT: check0     passed

func.func @product(%a: tensor<?x560xf8E4M3FN>, %sa: tensor<?x5xf32>, %b: tensor<160x560xf8E4M3FN>, %sb: tensor<2x5xf32>,
                   %bias: tensor<160xf32>) -> tensor<?x160xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x560xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x160xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x160xf32>) -> tensor<?x160xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<?x160xf32>)
      : tensor<?x560xf8E4M3FN>, tensor<160x560xf8E4M3FN>, tensor<?x5xf32>, tensor<2x5xf32> -> tensor<?x160xf32>
  %r = tensor.empty(%m) : tensor<?x160xbf16>
  %o = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%d, %bias : tensor<?x160xf32>, tensor<160xf32>) outs(%r : tensor<?x160xbf16>) {
    ^bb0(%x: f32, %y: f32, %out: bf16):
      %s = arith.addf %x, %y : f32
      %t = arith.truncf %s : f32 to bf16
      linalg.yield %t : bf16
  } -> tensor<?x160xbf16>
  return %o : tensor<?x160xbf16>
}

func.func @one_tile(%a: tensor<64x512xf8E4M3FN>, %sa: tensor<64x4xf32>, %b: tensor<64x512xf8E4M3FN>, %sb: tensor<1x4xf32>)
    -> tensor<64x64xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x64xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<64x64xf32>)
      : tensor<64x512xf8E4M3FN>, tensor<64x512xf8E4M3FN>, tensor<64x4xf32>, tensor<1x4xf32> -> tensor<64x64xf32>
  return %d : tensor<64x64xf32>
}
