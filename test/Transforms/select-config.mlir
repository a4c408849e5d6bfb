// RUN: gq-opt %s --gq-select-config=max-variants=1 | FileCheck %s
// RUN: gq-opt %s --gq-select-config=max-variants=1 --remarks-filter=gq-select-config 2>&1 | FileCheck %s --check-prefix=REMARK

!b = tensor<512x512xf8E4M3FN>
!q = tensor<512x1024xf8E4M3FN>
!x = tensor<512x1024xbf16>

// Where one tile is all rows, one math group multiplies it. Tiles are as small as
// they may be while they fill no more than the GPU.
// CHECK-LABEL: func.func @rows_64
// CHECK: config = #gq.matmul_config<tile = [64, 64, 128], stages = 8, math_groups = 1, store = deferred, stream_b = true, registers = [40, 248], candidate = 0>
// REMARK: select-config.mlir:[[#@LINE+2]]:8: remark: [Passed] config | Category:gq-select-config | Remark="#gq.matmul_config<tile = [64, 64, 128], stages = 8, math_groups = 1, store = deferred, stream_b = true, registers = [40, 248], candidate = 0>, 134272 bytes of shared memory"
func.func @rows_64(%a: tensor<16x512xf8E4M3FN>, %b: !b, %s: tensor<16x4xf32>, %t: tensor<4x4xf32>, %c: tensor<16x512xf32>) -> tensor<16x512xf32> {
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<16x512xf32>)
      : tensor<16x512xf8E4M3FN>, !b, tensor<16x4xf32>, tensor<4x4xf32> -> tensor<16x512xf32>
  return %d : tensor<16x512xf32>
}

// Many tiles: those that read the least for each product.
// CHECK-LABEL: func.func @rows_4096
// CHECK: config = #gq.matmul_config<tile = [128, 256, 128], split = n, raster = 8, scales = tma, registers = [40, 232], candidate = 0>
func.func @rows_4096(%a: tensor<4096x8192xf8E4M3FN>, %b: tensor<8192x8192xf8E4M3FN>, %s: tensor<4096x64xf32>, %t: tensor<64x64xf32>, %c: tensor<4096x8192xbf16>) -> tensor<4096x8192xbf16> {
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<4096x8192xbf16>)
      : tensor<4096x8192xf8E4M3FN>, tensor<8192x8192xf8E4M3FN>, tensor<4096x64xf32>, tensor<64x64xf32> -> tensor<4096x8192xbf16>
  return %d : tensor<4096x8192xbf16>
}

// Tiles of 256 rows and of 192 are one wave each, but half of the second row of
// the first is past the end.
// CHECK-LABEL: func.func @rows_384
// CHECK: config = #gq.matmul_config<tile = [192, 128, 128], math_groups = 3, raster = 2, scales = tma, stream_b = true, registers = [32, 160], candidate = 0>
func.func @rows_384(%a: tensor<384x8192xf8E4M3FN>, %b: tensor<8192x8192xf8E4M3FN>, %s: tensor<384x64xf32>, %t: tensor<64x64xf32>, %c: tensor<384x8192xbf16>) -> tensor<384x8192xbf16> {
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<384x8192xbf16>)
      : tensor<384x8192xf8E4M3FN>, tensor<8192x8192xf8E4M3FN>, tensor<384x64xf32>, tensor<64x64xf32> -> tensor<384x8192xbf16>
  return %d : tensor<384x8192xbf16>
}

// 160 tiles of 256x128 are two long waves, most of the second idle; 256 of 128x160 are two
// short ones.
// CHECK-LABEL: func.func @columns_10240
// CHECK: config = #gq.matmul_config<tile = [128, 160, 128], stages = 5, raster = 4, scales = tma, registers = [40, 232], candidate = 0>
func.func @columns_10240(%a: tensor<512x8192xf8E4M3FN>, %b: tensor<10240x8192xf8E4M3FN>, %s: tensor<512x64xf32>, %t: tensor<80x64xf32>, %c: tensor<512x10240xbf16>) -> tensor<512x10240xbf16> {
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<512x10240xbf16>)
      : tensor<512x8192xf8E4M3FN>, tensor<10240x8192xf8E4M3FN>, tensor<512x64xf32>, tensor<80x64xf32> -> tensor<512x10240xbf16>
  return %d : tensor<512x10240xbf16>
}

// CHECK-LABEL: func.func @rows_dynamic
// CHECK: config = #gq.matmul_config<tile = [128, 256, 128], split = n, raster = 8, scales = tma, store = deferred, registers = [40, 232], candidate = 0>
// REMARK: Remark="#gq.matmul_config<tile = [128, 256, 128], split = n, raster = 8, scales = tma, store = deferred, registers = [40, 232], candidate = 0>, 205376 bytes of shared memory"
func.func @rows_dynamic(%a: tensor<?x512xf8E4M3FN>, %b: !b, %s: tensor<?x4xf32>, %t: tensor<4x4xf32>, %c: tensor<?x512xf32>) -> tensor<?x512xf32> {
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<?x512xf32>)
      : tensor<?x512xf8E4M3FN>, !b, tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x512xf32>
  return %d : tensor<?x512xf32>
}

// Blocks of b that are no powers of two, nor whole in a tile.
// CHECK-LABEL: func.func @columns_96
// CHECK: config = #gq.matmul_config<tile = [128, 256, 128], split = n, raster = 8, scales = tma, store = deferred, registers = [40, 232], candidate = 0>
func.func @columns_96(%a: tensor<?x512xf8E4M3FN>, %b: !b, %s: tensor<?x4xf32>, %t: tensor<6x4xf32>, %c: tensor<?x512xf32>) -> tensor<?x512xf32> {
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [96, 128]) outs(%c : tensor<?x512xf32>)
      : tensor<?x512xf8E4M3FN>, !b, tensor<?x4xf32>, tensor<6x4xf32> -> tensor<?x512xf32>
  return %d : tensor<?x512xf32>
}

// CHECK-LABEL: func.func @columns_192
// CHECK: config = #gq.matmul_config<tile = [128, 256, 128], split = n, raster = 8, scales = tma, store = deferred, registers = [40, 232], candidate = 0>
func.func @columns_192(%a: tensor<?x512xf8E4M3FN>, %b: !b, %s: tensor<?x4xf32>, %t: tensor<3x4xf32>, %c: tensor<?x512xf32>) -> tensor<?x512xf32> {
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [192, 128]) outs(%c : tensor<?x512xf32>)
      : tensor<?x512xf8E4M3FN>, !b, tensor<?x4xf32>, tensor<3x4xf32> -> tensor<?x512xf32>
  return %d : tensor<?x512xf32>
}

// A config that is there stays; four math groups fit their registers.
// CHECK-LABEL: func.func @by_hand
// CHECK: config = #gq.matmul_config<tile = [256, 64, 128], stages = 3, math_groups = 4, early_wait = false, registers = [32, 112]>
// REMARK: Remark="#gq.matmul_config<tile = [256, 64, 128], stages = 3, math_groups = 4, early_wait = false, registers = [32, 112]>
func.func @by_hand(%a: tensor<?x512xf8E4M3FN>, %b: !b, %s: tensor<?x4xf32>, %t: tensor<4x4xf32>, %c: tensor<?x512xf32>) -> tensor<?x512xf32> {
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<?x512xf32>)
      {config = #gq.matmul_config<tile = [256, 64, 128], math_groups = 4, stages = 3, early_wait = false>}
      : tensor<?x512xf8E4M3FN>, !b, tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x512xf32>
  return %d : tensor<?x512xf32>
}

// Quantisation: as many blocks as a thread block (or a cluster) holds in registers.
// CHECK-LABEL: func.func @quantize_rows
// CHECK: config = #gq.quantize_config<tile = [8, 1024], candidate = 0>
// REMARK: Remark="#gq.quantize_config<tile = [8, 1024], candidate = 0>"
func.func @quantize_rows(%x: !x, %q: !q, %s: tensor<512x8xf32>) -> (!q, tensor<512x8xf32>) {
  %r:2 = gq.quantize %x block [1, 128] outs(%q, %s : !q, tensor<512x8xf32>) : !x -> !q, tensor<512x8xf32>
  return %r#0, %r#1 : !q, tensor<512x8xf32>
}

// CHECK-LABEL: func.func @quantize_squares
// CHECK: config = #gq.quantize_config<tile = [128, 128], candidate = 0>
func.func @quantize_squares(%x: !x, %q: !q, %s: tensor<4x8xf32>) -> (!q, tensor<4x8xf32>) {
  %r:2 = gq.quantize %x block [128, 128] outs(%q, %s : !q, tensor<4x8xf32>) : !x -> !q, tensor<4x8xf32>
  return %r#0, %r#1 : !q, tensor<4x8xf32>
}

// CHECK-LABEL: func.func @quantize_large
// CHECK: config = #gq.quantize_config<tile = [256, 256], threads = 512, candidate = 0>
func.func @quantize_large(%x: !x, %q: !q, %s: tensor<2x4xf32>) -> (!q, tensor<2x4xf32>) {
  %r:2 = gq.quantize %x block [256, 256] outs(%q, %s : !q, tensor<2x4xf32>) : !x -> !q, tensor<2x4xf32>
  return %r#0, %r#1 : !q, tensor<2x4xf32>
}

// Rows of unknown length are loaded element by element: half the share. The
// thread block takes the tile in two turns.
// CHECK-LABEL: func.func @quantize_slabs
// CHECK: config = #gq.quantize_config<tile = [256, 256], threads = 512, slabs = 2, park = true, candidate = 0>
func.func @quantize_slabs(%x: tensor<512x?xbf16>, %q: tensor<512x?xf8E4M3FN>, %s: tensor<2x?xf32>) -> (tensor<512x?xf8E4M3FN>, tensor<2x?xf32>) {
  %r:2 = gq.quantize %x block [256, 256] outs(%q, %s : tensor<512x?xf8E4M3FN>, tensor<2x?xf32>) : tensor<512x?xbf16> -> tensor<512x?xf8E4M3FN>, tensor<2x?xf32>
  return %r#0, %r#1 : tensor<512x?xf8E4M3FN>, tensor<2x?xf32>
}

// Turning codes takes registers, and of more than two slabs too much is read
// again.
// CHECK-LABEL: func.func @quantize_cluster_transpose
// CHECK: config = #gq.quantize_config<tile = [256, 256], threads = 512, cluster = 2, candidate = 0>
func.func @quantize_cluster_transpose(%x: tensor<512x1024xf32>, %q: !q, %s: tensor<2x4xf32>, %t: tensor<1024x512xf8E4M3FN>) -> (!q, tensor<2x4xf32>, tensor<1024x512xf8E4M3FN>) {
  %r:2 = gq.quantize %x block [256, 256] outs(%q, %s : !q, tensor<2x4xf32>) : tensor<512x1024xf32> -> !q, tensor<2x4xf32>
  %u = linalg.transpose ins(%r#0 : !q) outs(%t : tensor<1024x512xf8E4M3FN>) permutation = [1, 0]
  return %r#0, %r#1, %u : !q, tensor<2x4xf32>, tensor<1024x512xf8E4M3FN>
}

// Computed from other tensors, in f32: what fits, in whatever turns.
// CHECK-LABEL: func.func @quantize_slabs_fused
// CHECK: config = #gq.quantize_config<tile = [256, 256], threads = 512, slabs = 4, park = true, candidate = 0>
func.func @quantize_slabs_fused(%x: !x, %y: !x, %q: !q, %s: tensor<2x4xf32>) -> (!q, tensor<2x4xf32>) {
  %e = tensor.empty() : !x
  %p = linalg.mul ins(%x, %y : !x, !x) outs(%e : !x) -> !x
  %r:2 = gq.quantize %p block [256, 256] outs(%q, %s : !q, tensor<2x4xf32>) : !x -> !q, tensor<2x4xf32>
  return %r#0, %r#1 : !q, tensor<2x4xf32>
}

// Tall blocks: wide enough for a sector a row, or else two passes.
// CHECK-LABEL: func.func @quantize_tall
// CHECK: block [1024, 1] {{.*}}config = #gq.quantize_config<tile = [1024, 16], candidate = 0>
// CHECK: block [2048, 2] {{.*}}config = #gq.quantize_config<tile = [2048, 32], threads = 512, candidate = 0>
// CHECK: block [8192, 1] {{.*}}config = #gq.quantize_config<tile = [128, 64], passes = 2, candidate = 0>
func.func @quantize_tall(%x: tensor<?x1024xbf16>, %q: tensor<?x1024xf8E4M3FN>, %s: tensor<?x1024xf32>, %t: tensor<?x512xf32>)
    -> (tensor<?x1024xf8E4M3FN>, tensor<?x1024xf8E4M3FN>, tensor<?x1024xf8E4M3FN>) {
  %a:2 = gq.quantize %x block [1024, 1] outs(%q, %s : tensor<?x1024xf8E4M3FN>, tensor<?x1024xf32>) : tensor<?x1024xbf16> -> tensor<?x1024xf8E4M3FN>, tensor<?x1024xf32>
  %b:2 = gq.quantize %x block [2048, 2] outs(%q, %t : tensor<?x1024xf8E4M3FN>, tensor<?x512xf32>) : tensor<?x1024xbf16> -> tensor<?x1024xf8E4M3FN>, tensor<?x512xf32>
  %c:2 = gq.quantize %x block [8192, 1] outs(%q, %s : tensor<?x1024xf8E4M3FN>, tensor<?x1024xf32>) : tensor<?x1024xbf16> -> tensor<?x1024xf8E4M3FN>, tensor<?x1024xf32>
  return %a#0, %b#0, %c#0 : tensor<?x1024xf8E4M3FN>, tensor<?x1024xf8E4M3FN>, tensor<?x1024xf8E4M3FN>
}

// More than two slabs would read too much again.
// CHECK-LABEL: func.func @quantize_cluster
// CHECK: config = #gq.quantize_config<tile = [512, 512], threads = 512, cluster = 8, candidate = 0>
func.func @quantize_cluster(%x: tensor<512x1024xf32>, %q: !q, %s: tensor<1x2xf32>) -> (!q, tensor<1x2xf32>) {
  %r:2 = gq.quantize %x block [512, 512] outs(%q, %s : !q, tensor<1x2xf32>) : tensor<512x1024xf32> -> !q, tensor<1x2xf32>
  return %r#0, %r#1 : !q, tensor<1x2xf32>
}

// Transposed scales: rows above one another, as their scales lie side by side.
// CHECK-LABEL: func.func @quantize_transposed
// CHECK: config = #gq.quantize_config<tile = [64, 128], candidate = 0>
func.func @quantize_transposed(%x: !x, %q: !q, %s: tensor<8x512xf32>) -> (!q, tensor<8x512xf32>) {
  %r:2 = gq.quantize %x block [1, 128] outs(%q, %s : !q, tensor<8x512xf32>) {transposed_scales} : !x -> !q, tensor<8x512xf32>
  return %r#0, %r#1 : !q, tensor<8x512xf32>
}

// The codes of 128 rows make a cache line of their transpose; of one-row blocks,
// the scales of 1024 columns a sector.
// CHECK-LABEL: func.func @quantize_dual
// CHECK: block [1, 128] {{.*}}config = #gq.quantize_config<tile = [64, 1024], threads = 512, candidate = 0>
// CHECK: block [1, 128] {{.*}}config = #gq.quantize_config<tile = [128, 128], candidate = 0>
// CHECK: block [32, 32] {{.*}}config = #gq.quantize_config<tile = [128, 128], candidate = 0>
func.func @quantize_dual(%x: !x, %q: !q, %s: tensor<512x8xf32>, %sc: tensor<8x512xf32>, %f: tensor<16x32xf32>, %t: tensor<1024x512xf8E4M3FN>)
    -> (tensor<1024x512xf8E4M3FN>, tensor<1024x512xf8E4M3FN>, tensor<1024x512xf8E4M3FN>) {
  %r:2 = gq.quantize %x block [1, 128] outs(%q, %s : !q, tensor<512x8xf32>) : !x -> !q, tensor<512x8xf32>
  %v = linalg.transpose ins(%r#0 : !q) outs(%t : tensor<1024x512xf8E4M3FN>) permutation = [1, 0]
  %o:2 = gq.quantize %x block [1, 128] outs(%q, %sc : !q, tensor<8x512xf32>) {transposed_scales} : !x -> !q, tensor<8x512xf32>
  %u = linalg.transpose ins(%o#0 : !q) outs(%t : tensor<1024x512xf8E4M3FN>) permutation = [1, 0]
  %p:2 = gq.quantize %x block [32, 32] outs(%q, %f : !q, tensor<16x32xf32>) : !x -> !q, tensor<16x32xf32>
  %w = linalg.transpose ins(%p#0 : !q) outs(%t : tensor<1024x512xf8E4M3FN>) permutation = [1, 0]
  return %v, %u, %w : tensor<1024x512xf8E4M3FN>, tensor<1024x512xf8E4M3FN>, tensor<1024x512xf8E4M3FN>
}

// Rows of one warp each: 32 of them fill the registers of a thread.
// CHECK-LABEL: func.func @quantize_transposed_wide
// CHECK: config = #gq.quantize_config<tile = [32, 512], candidate = 0>
func.func @quantize_transposed_wide(%x: !x, %q: !q, %s: tensor<2x512xf32>) -> (!q, tensor<2x512xf32>) {
  %r:2 = gq.quantize %x block [1, 512] outs(%q, %s : !q, tensor<2x512xf32>) {transposed_scales} : !x -> !q, tensor<2x512xf32>
  return %r#0, %r#1 : !q, tensor<2x512xf32>
}

// CHECK-LABEL: func.func @quantize_odd
// CHECK: config = #gq.quantize_config<tile = [192, 40], threads = 240, candidate = 0>
func.func @quantize_odd(%x: !x, %q: !q, %s: tensor<171x205xf32>) -> (!q, tensor<171x205xf32>) {
  %r:2 = gq.quantize %x block [3, 5] outs(%q, %s : !q, tensor<171x205xf32>) : !x -> !q, tensor<171x205xf32>
  return %r#0, %r#1 : !q, tensor<171x205xf32>
}

// Blocks that no thread blocks hold: two passes, in parts of a block.
// CHECK-LABEL: func.func @quantize_long_rows
// CHECK: config = #gq.quantize_config<tile = [1, 8000], threads = 250, passes = 2, candidate = 0>
// REMARK: Remark="#gq.quantize_config<tile = [1, 8000], threads = 250, passes = 2, candidate = 0>"
func.func @quantize_long_rows(%x: tensor<?x?xbf16>, %q: tensor<?x?xf8E4M3FN>, %s: tensor<?x?xf32>) -> (tensor<?x?xf8E4M3FN>, tensor<?x?xf32>) {
  %r:2 = gq.quantize %x block [1, 200000] outs(%q, %s : tensor<?x?xf8E4M3FN>, tensor<?x?xf32>) : tensor<?x?xbf16> -> tensor<?x?xf8E4M3FN>, tensor<?x?xf32>
  return %r#0, %r#1 : tensor<?x?xf8E4M3FN>, tensor<?x?xf32>
}

// A block that covers the columns may be cut anywhere.
// CHECK-LABEL: func.func @quantize_all_columns
// CHECK: config = #gq.quantize_config<tile = [1, 8192], passes = 2, candidate = 0>
func.func @quantize_all_columns(%x: tensor<?x200003xbf16>, %q: tensor<?x200003xf8E4M3FN>, %s: tensor<?x1xf32>) -> (tensor<?x200003xf8E4M3FN>, tensor<?x1xf32>) {
  %r:2 = gq.quantize %x block [1, 200003] outs(%q, %s : tensor<?x200003xf8E4M3FN>, tensor<?x1xf32>) : tensor<?x200003xbf16> -> tensor<?x200003xf8E4M3FN>, tensor<?x1xf32>
  return %r#0, %r#1 : tensor<?x200003xf8E4M3FN>, tensor<?x1xf32>
}

// CHECK-LABEL: func.func @quantize_columns
// CHECK: config = #gq.quantize_config<tile = [128, 64], passes = 2, candidate = 0>
func.func @quantize_columns(%x: tensor<?x4096xbf16>, %q: tensor<?x4096xf8E4M3FN>, %s: tensor<?x4096xf32>) -> (tensor<?x4096xf8E4M3FN>, tensor<?x4096xf32>) {
  %r:2 = gq.quantize %x block [1048576, 1] outs(%q, %s : tensor<?x4096xf8E4M3FN>, tensor<?x4096xf32>) : tensor<?x4096xbf16> -> tensor<?x4096xf8E4M3FN>, tensor<?x4096xf32>
  return %r#0, %r#1 : tensor<?x4096xf8E4M3FN>, tensor<?x4096xf32>
}

// CHECK-LABEL: func.func @quantize_tensor
// CHECK: block [1024, 1024] {{.*}}config = #gq.quantize_config<tile = [16, 512], passes = 2, candidate = 0>
func.func @quantize_tensor(%x: tensor<1000x1024xbf16>, %q: tensor<1000x1024xf8E4M3FN>, %s: tensor<1x1xf32>) -> (tensor<1000x1024xf8E4M3FN>, tensor<1x1xf32>) {
  %r:2 = gq.quantize %x block [1048576, 4611686018427387904] outs(%q, %s : tensor<1000x1024xf8E4M3FN>, tensor<1x1xf32>) : tensor<1000x1024xbf16> -> tensor<1000x1024xf8E4M3FN>, tensor<1x1xf32>
  return %r#0, %r#1 : tensor<1000x1024xf8E4M3FN>, tensor<1x1xf32>
}

// Few rows: the block is no taller than they need, and a thread has less to do.
// CHECK-LABEL: func.func @quantize_few
// CHECK: block [16, 256] {{.*}}config = #gq.quantize_config<tile = [16, 256], candidate = 0>
// CHECK: block [1, 128] {{.*}}config = #gq.quantize_config<tile = [4, 1024], candidate = 0>
func.func @quantize_few(%x: tensor<13x8192xbf16>, %q: tensor<13x8192xf8E4M3FN>, %s: tensor<1x32xf32>, %r: tensor<13x64xf32>)
    -> (tensor<13x8192xf8E4M3FN>, tensor<13x8192xf8E4M3FN>) {
  %a:2 = gq.quantize %x block [256, 256] outs(%q, %s : tensor<13x8192xf8E4M3FN>, tensor<1x32xf32>) : tensor<13x8192xbf16> -> tensor<13x8192xf8E4M3FN>, tensor<1x32xf32>
  %b:2 = gq.quantize %x block [1, 128] outs(%q, %r : tensor<13x8192xf8E4M3FN>, tensor<13x64xf32>) : tensor<13x8192xbf16> -> tensor<13x8192xf8E4M3FN>, tensor<13x64xf32>
  return %a#0, %b#0 : tensor<13x8192xf8E4M3FN>, tensor<13x8192xf8E4M3FN>
}

// The passes alone: an absmax in as few launches as can be, a cast in any tiles.
// CHECK-LABEL: func.func @passes
// CHECK: gq.block_absmax {{.*}}config = #gq.quantize_config<tile = [256, 256], threads = 512, candidate = 0>
// CHECK: gq.scaled_cast {{.*}}config = #gq.quantize_config<tile = [32, 256], candidate = 0>
// CHECK: gq.scaled_cast {{.*}} origin
// CHECK-NOT: config
// CHECK: return
func.func @passes(%x: !x, %q: !q, %s: tensor<2x4xf32>, %i: index) -> (tensor<2x4xf32>, !q, !q) {
  %a = gq.block_absmax %x block [256, 256] outs(%s : tensor<2x4xf32>) : !x -> tensor<2x4xf32>
  %c = gq.scaled_cast %x scales(%s block [256, 256]) outs(%q : !q) : !x, tensor<2x4xf32> -> !q
  %d = gq.scaled_cast %x scales(%s block [256, 256]) origin(%i, %i) outs(%q : !q) : !x, tensor<2x4xf32> -> !q
  return %a, %c, %d : tensor<2x4xf32>, !q, !q
}

// Scales of 32 elements of K: more of them in a slot, and more in registers, where those
// of b leave a tile of 256 rows too few. That there is a promotion for each is said.
// CHECK-LABEL: func.func @blocks_32
// CHECK: config = #gq.matmul_config<tile = [128, 256, 128], split = n, raster = 8, scales = tma, store = deferred, registers = [40, 232], candidate = 0>
// REMARK: [Missed] promote | Category:gq-select-config | Remark="promotes every 32 elements of K, where blocks of a or b end, not every 128: 4 times the multiply-adds outside of the tensor cores"
// REMARK: Remark="#gq.matmul_config<tile = [128, 256, 128], split = n, raster = 8, scales = tma, store = deferred, registers = [40, 232], candidate = 0>, 199232 bytes of shared memory"
func.func @blocks_32(%a: tensor<?x512xf8E4M3FN>, %b: !b, %s: tensor<?x16xf8E8M0FNU>, %t: tensor<4x4xf32>, %c: tensor<?x512xf32>) -> tensor<?x512xf32> {
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 32], %t block [128, 128]) outs(%c : tensor<?x512xf32>)
      : tensor<?x512xf8E4M3FN>, !b, tensor<?x16xf8E8M0FNU>, tensor<4x4xf32> -> tensor<?x512xf32>
  return %d : tensor<?x512xf32>
}

// CHECK-LABEL: func.func @both_32
// REMARK: [Missed] promote | Category:gq-select-config | Remark="promotes every 32 elements of K, where
// CHECK: config = #gq.matmul_config<tile = [128, 128, 128], stages = 6, raster = 8, store = deferred, registers = [40, 232], candidate = 0>
func.func @both_32(%a: tensor<?x512xf8E4M3FN>, %b: !b, %s: tensor<?x16xf8E8M0FNU>, %t: tensor<16x16xf8E8M0FNU>, %c: tensor<?x512xf32>) -> tensor<?x512xf32> {
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 32], %t block [32, 32]) outs(%c : tensor<?x512xf32>)
      : tensor<?x512xf8E4M3FN>, !b, tensor<?x16xf8E8M0FNU>, tensor<16x16xf8E8M0FNU> -> tensor<?x512xf32>
  return %d : tensor<?x512xf32>
}

// A promotion that the op asks for anyway costs no more.
// REMARK-NOT: where blocks of a or b end
func.func @promotes_32(%a: tensor<?x512xf8E4M3FN>, %b: !b, %s: tensor<?x16xf32>, %t: tensor<4x4xf32>, %c: tensor<?x512xf32>) -> tensor<?x512xf32> {
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 32], %t block [128, 128]) outs(%c : tensor<?x512xf32>) {promote = 32 : i64}
      : tensor<?x512xf8E4M3FN>, !b, tensor<?x16xf32>, tensor<4x4xf32> -> tensor<?x512xf32>
  return %d : tensor<?x512xf32>
}

// Sums over 256 elements of K, of blocks that allow it: a step of two slots. No further than the
// blocks go, than half of the ring, nor where the op starts at an origin.
// REMARK-NOT: the step of the loop
// CHECK-LABEL: func.func @promotes_256
// CHECK: config = #gq.matmul_config<tile = [128, 256, 256], split = n, raster = 8, store = deferred, registers = [40, 232], candidate = 0>
func.func @promotes_256(%a: tensor<?x512xf8E4M3FN>, %b: !b, %s: tensor<?x2xf32>, %t: tensor<2x2xf32>, %c: tensor<?x512xf32>) -> tensor<?x512xf32> {
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 256], %t block [256, 256]) outs(%c : tensor<?x512xf32>) {promote = 256 : i64}
      : tensor<?x512xf8E4M3FN>, !b, tensor<?x2xf32>, tensor<2x2xf32> -> tensor<?x512xf32>
  return %d : tensor<?x512xf32>
}

// CHECK-LABEL: func.func @promotes_512
// CHECK: config = #gq.matmul_config<tile = [128, 256, 256], split = n, raster = 8, store = deferred, registers = [40, 232], candidate = 0>
// REMARK: [Missed] promote {{.*}}"promotes every 256 elements of K, the step of the loop, not every 512"
func.func @promotes_512(%a: tensor<?x512xf8E4M3FN>, %b: !b, %s: tensor<?x1xf32>, %t: tensor<1x1xf32>, %c: tensor<?x512xf32>) -> tensor<?x512xf32> {
  %d = gq.scaled_matmul %a, %b scales(%s block [512, 512], %t block [512, 512]) outs(%c : tensor<?x512xf32>) {promote = 512 : i64}
      : tensor<?x512xf8E4M3FN>, !b, tensor<?x1xf32>, tensor<1x1xf32> -> tensor<?x512xf32>
  return %d : tensor<?x512xf32>
}

// CHECK-LABEL: func.func @blocks_384
// CHECK: tile = [128, 256, 128]
// REMARK: [Missed] promote {{.*}}"promotes every 128 elements of K, the step of the loop, not every 256"
func.func @blocks_384(%a: tensor<?x512xf8E4M3FN>, %b: !b, %s: tensor<?x2xf32>, %t: tensor<2x2xf32>, %c: tensor<?x512xf32>) -> tensor<?x512xf32> {
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 384], %t block [256, 256]) outs(%c : tensor<?x512xf32>) {promote = 256 : i64}
      : tensor<?x512xf8E4M3FN>, !b, tensor<?x2xf32>, tensor<2x2xf32> -> tensor<?x512xf32>
  return %d : tensor<?x512xf32>
}

// CHECK-LABEL: func.func @at_an_origin
// CHECK: tile = [128, 256, 128]
func.func @at_an_origin(%a: tensor<?x512xf8E4M3FN>, %b: !b, %s: tensor<?x3xf32>, %t: tensor<2x3xf32>, %c: tensor<?x512xf32>, %k: index) -> tensor<?x512xf32> {
  %c0 = arith.constant 0 : index
  %at = affine.apply affine_map<(k) -> (k * 128)>(%k)
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 256], %t block [256, 256]) origin(%c0, %c0, %at) outs(%c : tensor<?x512xf32>) {promote = 256 : i64}
      : tensor<?x512xf8E4M3FN>, !b, tensor<?x3xf32>, tensor<2x3xf32> -> tensor<?x512xf32>
  return %d : tensor<?x512xf32>
}

// Scales of single columns beside two slabs: there is room for those of one step, with
// the registers that the roles that fill can do without.
// CHECK-LABEL: func.func @columns
// CHECK: config = #gq.matmul_config<tile = [256, 128, 128], split = n, raster = 8, scales = tma, store = deferred, registers = [40, 232], candidate = 0>
func.func @columns(%a: tensor<?x512xf8E4M3FN>, %b: !b, %s: tensor<?x4xf32>, %t: tensor<512x4xf32>, %c: tensor<?x512xf32>) -> tensor<?x512xf32> {
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [1, 128]) outs(%c : tensor<?x512xf32>)
      : tensor<?x512xf8E4M3FN>, !b, tensor<?x4xf32>, tensor<512x4xf32> -> tensor<?x512xf32>
  return %d : tensor<?x512xf32>
}

// What sums start from is read in the order in which the result is stored from registers.
// Not where that is impossible (unknown rows of b), halves are stored, or sums start from
// zero.
// CHECK-LABEL: func.func @adds
// CHECK: config = #gq.matmul_config<tile = [256, 128, 128], split = n, raster = 8, scales = tma, store = deferred, registers = [40, 232], candidate = 0>
func.func @adds(%a: tensor<8192x4096xf8E4M3FN>, %b: tensor<8192x4096xf8E4M3FN>, %s: tensor<32x8192xf32>, %t: tensor<32x8192xf32>, %c: tensor<8192x8192xf32>) -> tensor<8192x8192xf32> {
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [1, 128]) outs(%c : tensor<8192x8192xf32>) {transposed_a_scales, transposed_b_scales}
      : tensor<8192x4096xf8E4M3FN>, tensor<8192x4096xf8E4M3FN>, tensor<32x8192xf32>, tensor<32x8192xf32> -> tensor<8192x8192xf32>
  return %d : tensor<8192x8192xf32>
}

// CHECK-LABEL: func.func @adds_unknown
// CHECK: config = #gq.matmul_config<tile = [256, 128, 128], {{.*}}scales = either, pitch = either, registers = [40, 232], candidate = 0>
func.func @adds_unknown(%a: tensor<8192x4096xf8E4M3FN>, %b: tensor<?x4096xf8E4M3FN>, %s: tensor<32x8192xf32>, %t: tensor<32x?xf32>, %c: tensor<8192x?xf32>) -> tensor<8192x?xf32> {
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [1, 128]) outs(%c : tensor<8192x?xf32>) {transposed_a_scales, transposed_b_scales}
      : tensor<8192x4096xf8E4M3FN>, tensor<?x4096xf8E4M3FN>, tensor<32x8192xf32>, tensor<32x?xf32> -> tensor<8192x?xf32>
  return %d : tensor<8192x?xf32>
}

// CHECK-LABEL: func.func @adds_halves
// CHECK: config = #gq.matmul_config<tile = [256, 128, 128], {{.*}}scales = tma, registers = [40, 232], candidate = 0>
func.func @adds_halves(%a: tensor<8192x4096xf8E4M3FN>, %b: tensor<8192x4096xf8E4M3FN>, %s: tensor<32x8192xf32>, %t: tensor<32x8192xf32>, %c: tensor<8192x8192xbf16>) -> tensor<8192x8192xbf16> {
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [1, 128]) outs(%c : tensor<8192x8192xbf16>) {transposed_a_scales, transposed_b_scales}
      : tensor<8192x4096xf8E4M3FN>, tensor<8192x4096xf8E4M3FN>, tensor<32x8192xf32>, tensor<32x8192xf32> -> tensor<8192x8192xbf16>
  return %d : tensor<8192x8192xbf16>
}

// CHECK-LABEL: func.func @from_zero
// CHECK: config = #gq.matmul_config<tile = [256, 128, 128], split = n, raster = 8, scales = tma, store = deferred, registers = [40, 232], candidate = 0>
func.func @from_zero(%a: tensor<8192x4096xf8E4M3FN>, %b: tensor<8192x4096xf8E4M3FN>, %s: tensor<32x8192xf32>, %t: tensor<32x8192xf32>, %c: tensor<8192x8192xf32>) -> tensor<8192x8192xf32> {
  %zero = arith.constant 0.0 : f32
  %z = linalg.fill ins(%zero : f32) outs(%c : tensor<8192x8192xf32>) -> tensor<8192x8192xf32>
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [1, 128]) outs(%z : tensor<8192x8192xf32>) {transposed_a_scales, transposed_b_scales}
      : tensor<8192x4096xf8E4M3FN>, tensor<8192x4096xf8E4M3FN>, tensor<32x8192xf32>, tensor<32x8192xf32> -> tensor<8192x8192xf32>
  return %d : tensor<8192x8192xf32>
}

// Elements that share nothing: any tile would do.
// CHECK-LABEL: func.func @copies
// CHECK: gq.copy {{.*}}config = #gq.quantize_config<tile = [16, 512], candidate = 0>
// CHECK: gq.copy {{.*}}config = #gq.quantize_config<tile = [4, 64], threads = 64>
func.func @copies(%x: tensor<8192x8192xbf16>, %y: tensor<?x?xf32>) -> (tensor<8192x8192xbf16>, tensor<?x?xf32>) {
  %a = gq.copy %x outs(%x : tensor<8192x8192xbf16>) : tensor<8192x8192xbf16> -> tensor<8192x8192xbf16>
  %b = gq.copy %y outs(%y : tensor<?x?xf32>) {config = #gq.quantize_config<tile = [4, 64], threads = 64>} : tensor<?x?xf32> -> tensor<?x?xf32>
  return %a, %b : tensor<8192x8192xbf16>, tensor<?x?xf32>
}
