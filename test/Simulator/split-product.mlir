// The thread blocks of a cluster multiply parts of K for one tile, and add them up in order.
// The product agrees with the reference after every pass: parts of one step and of two, more
// thread blocks than steps, odd numbers of tiles, tails along all dimensions. Other products:
// split-products.test.
// DEFINE: %{config} =
// DEFINE: %{stages} = gq-run %s --entry=product -m 200 --config="#gq.matmul_config<%{config}>" --stages --interleavings=6 | FileCheck %s

// REDEFINE: %{config} = tile = [128, 64, 128], stages = 2, split_k = 2
// RUN: %{stages}
// REDEFINE: %{config} = tile = [64, 128, 128], math_groups = 1, stages = 3, split_k = 4, store = direct, raster = 2
// RUN: %{stages}

// To the bit what the tensors are that gq-tile leaves, whose parts are added in order; in another
// order they are others.
// RUN: sed 's/outs(%init : tensor<?x160xf32>)/outs(%init : tensor<?x160xf32>) {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1, stages = 3, split_k = 4>}/' %s > %t.mlir
// RUN: gq-opt %t.mlir --gq-lower-to-tiles -o %t.tiles.mlir
// RUN: gq-run %t.tiles.mlir --entry=in_f32 -m 100 --backend=reference --output=%t.ref.npy
// RUN: gq-run %t.mlir --entry=in_f32 -m 100 --backend=simulate --interleavings=3 --output=%t.npy
// RUN: cmp %t.ref.npy %t.npy
// RUN: gq-opt %t.tiles.mlir --gq-outline-kernels | sed 's/((d0 floordiv 16) mod 4)/((d0 floordiv 16 * 3) mod 4)/' > %t.other.mlir
// RUN: gq-run %t.other.mlir --entry=in_f32 -m 100 --backend=simulate --reference=%t.mlir --output=%t.other.npy
// RUN: not cmp %t.npy %t.other.npy
// So a row has the same bits for every number of rows.
// REQUIRES: python
// RUN: gq-run %t.mlir --entry=in_f32 -m 5 --backend=simulate --output=%t.5.npy
// RUN: %python %S/Inputs/same_rows.py %t.npy %t.5.npy | FileCheck %s --check-prefix=ROWS
// ROWS: 5 rows are the first of 100

// CHECK: after gq-tile: simulated  0 launches
// CHECK-NEXT: check0     passed
// CHECK: after gq-outline-kernels: simulated  1 launches
// CHECK-NEXT: check0     passed
// CHECK: after gq-warp-specialize: simulated  1 launches
// CHECK-NEXT: check0     passed
// CHECK: after gq-distribute: simulated  1 launches
// CHECK-NEXT: check0     passed
// CHECK: after gq-expand-peers: simulated  1 launches
// CHECK-NEXT: check0     passed
// CHECK: after gq-allocate-shared-memory: simulated  1 launches
// CHECK-NEXT: check0     passed

func.func @product(%a: tensor<?x384xf8E4M3FN>, %sa: tensor<?x3xf32>, %b: tensor<160x384xf8E4M3FN>, %sb: tensor<2x3xf32>,
                   %bias: tensor<160xf32>) -> tensor<?x160xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x384xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x160xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x160xf32>) -> tensor<?x160xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<?x160xf32>)
      : tensor<?x384xf8E4M3FN>, tensor<160x384xf8E4M3FN>, tensor<?x3xf32>, tensor<2x3xf32> -> tensor<?x160xf32>
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

func.func @in_f32(%a: tensor<?x384xf8E4M3FN>, %sa: tensor<?x3xf32>, %b: tensor<160x384xf8E4M3FN>, %sb: tensor<2x3xf32>)
    -> tensor<?x160xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x384xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x160xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x160xf32>) -> tensor<?x160xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<?x160xf32>)
      : tensor<?x384xf8E4M3FN>, tensor<160x384xf8E4M3FN>, tensor<?x3xf32>, tensor<2x3xf32> -> tensor<?x160xf32>
  return %d : tensor<?x160xf32>
}

func.func @adds(%a: tensor<?x384xf8E4M3FN>, %sa: tensor<?x3xf32>, %b: tensor<168x384xf8E4M3FN>, %sb: tensor<168x3xf32>,
                %c: tensor<?x168xf32>) -> tensor<?x168xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [1, 128]) outs(%c : tensor<?x168xf32>)
      : tensor<?x384xf8E4M3FN>, tensor<168x384xf8E4M3FN>, tensor<?x3xf32>, tensor<168x3xf32> -> tensor<?x168xf32>
  return %d : tensor<?x168xf32>
}

func.func @any_k(%a: tensor<?x?xf8E4M3FN>, %sa: tensor<?x?xf32>, %b: tensor<96x?xf8E4M3FN>, %sb: tensor<1x?xf32>)
    -> tensor<?x96xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %m = tensor.dim %a, %c0 : tensor<?x?xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x96xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x96xbf16>) -> tensor<?x96xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<?x96xbf16>)
      : tensor<?x?xf8E4M3FN>, tensor<96x?xf8E4M3FN>, tensor<?x?xf32>, tensor<1x?xf32> -> tensor<?x96xbf16>
  return %d : tensor<?x96xbf16>
}

func.func @promoted(%a: tensor<?x768xf8E4M3FN>, %sa: tensor<?x3xf32>, %b: tensor<96x768xf8E4M3FN>, %sb: tensor<1x3xf32>)
    -> tensor<?x96xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %m = tensor.dim %a, %c0 : tensor<?x768xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x96xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x96xbf16>) -> tensor<?x96xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 256], %sb block [128, 256]) outs(%init : tensor<?x96xbf16>) {promote = 256}
      : tensor<?x768xf8E4M3FN>, tensor<96x768xf8E4M3FN>, tensor<?x3xf32>, tensor<1x3xf32> -> tensor<?x96xbf16>
  return %d : tensor<?x96xbf16>
}
