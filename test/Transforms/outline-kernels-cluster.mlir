// A config with clusters says which tiles their thread blocks take: along the last
// loops, one for each.
// RUN: gq-opt %s --split-input-file --gq-tile --gq-outline-kernels --verify-diagnostics | FileCheck %s

// CHECK-LABEL: gqgpu.kernel @shares_a_matmul
// CHECK-SAME: attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>}
// CHECK: gqgpu.tile_loop (%{{.*}}) to (%{{.*}}, %{{.*}}) step [64, 64] raster 3 persistent {
func.func @shares_a(%a: tensor<320x256xf8E4M3FN>, %b: tensor<192x256xf8E4M3FN>, %as: tensor<320x2xf32>, %bs: tensor<2x2xf32>, %d: tensor<320x192xf32>) -> tensor<320x192xf32> {
  %r = gq.scaled_matmul %a, %b scales(%as block [1, 128], %bs block [128, 128]) outs(%d : tensor<320x192xf32>) {config = #gq.matmul_config<tile = [64, 64, 128], raster = 3, cluster = a>}
      : tensor<320x256xf8E4M3FN>, tensor<192x256xf8E4M3FN>, tensor<320x2xf32>, tensor<2x2xf32> -> tensor<320x192xf32>
  return %r : tensor<320x192xf32>
}

// -----

// CHECK-LABEL: gqgpu.kernel @batch_matmul
// CHECK-SAME: attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2, 1>}
// CHECK: gqgpu.tile_loop (%{{.*}}) to (%{{.*}}, %{{.*}}, %{{.*}}) step [1, 64, 64] persistent {
func.func @batch(%a: tensor<384x256xf8E4M3FN>, %b: tensor<192x256xf8E4M3FN>, %as: tensor<384x2xf32>, %bs: tensor<2x2xf32>, %d: tensor<384x192xf32>) -> tensor<384x192xf32> {
  %r = scf.forall (%s) in (3) shared_outs(%acc = %d) -> (tensor<384x192xf32>) {
    %row = affine.apply affine_map<(s) -> (s * 128)>(%s)
    %x = tensor.extract_slice %a[%row, 0] [128, 256] [1, 1] : tensor<384x256xf8E4M3FN> to tensor<128x256xf8E4M3FN>
    %xs = tensor.extract_slice %as[%row, 0] [128, 2] [1, 1] : tensor<384x2xf32> to tensor<128x2xf32>
    %f = tensor.extract_slice %acc[%row, 0] [128, 192] [1, 1] : tensor<384x192xf32> to tensor<128x192xf32>
    %p = gq.scaled_matmul %x, %b scales(%xs block [1, 128], %bs block [128, 128]) outs(%f : tensor<128x192xf32>) {config = #gq.matmul_config<tile = [64, 64, 128], cluster = b>}
        : tensor<128x256xf8E4M3FN>, tensor<192x256xf8E4M3FN>, tensor<128x2xf32>, tensor<2x2xf32> -> tensor<128x192xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %p into %acc[%row, 0] [128, 192] [1, 1] : tensor<128x192xf32> into tensor<384x192xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r : tensor<384x192xf32>
}

// -----

// Three tiles of rows in each part: the other thread block of the second cluster has the
// first of the next part.
func.func @odd_parts(%a: tensor<576x256xf8E4M3FN>, %b: tensor<192x256xf8E4M3FN>, %as: tensor<576x2xf32>, %bs: tensor<2x2xf32>, %d: tensor<576x192xf32>) -> tensor<576x192xf32> {
  %r = scf.forall (%s) in (3) shared_outs(%acc = %d) -> (tensor<576x192xf32>) {
    %row = affine.apply affine_map<(s) -> (s * 192)>(%s)
    %x = tensor.extract_slice %a[%row, 0] [192, 256] [1, 1] : tensor<576x256xf8E4M3FN> to tensor<192x256xf8E4M3FN>
    %xs = tensor.extract_slice %as[%row, 0] [192, 2] [1, 1] : tensor<576x2xf32> to tensor<192x2xf32>
    %f = tensor.extract_slice %acc[%row, 0] [192, 192] [1, 1] : tensor<576x192xf32> to tensor<192x192xf32>
    // expected-error@+1 {{reads a part of a result, of which 2 thread blocks of a cluster may take tiles past its end, where others write; expects a static, whole number of tiles for them, or no clusters}}
    %p = gq.scaled_matmul %x, %b scales(%xs block [1, 128], %bs block [128, 128]) outs(%f : tensor<192x192xf32>) {config = #gq.matmul_config<tile = [64, 64, 128], cluster = b>}
        : tensor<192x256xf8E4M3FN>, tensor<192x256xf8E4M3FN>, tensor<192x2xf32>, tensor<2x2xf32> -> tensor<192x192xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %p into %acc[%row, 0] [192, 192] [1, 1] : tensor<192x192xf32> into tensor<576x192xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r : tensor<576x192xf32>
}

// -----

// Tiled by hand, along the rows alone.
func.func @rows(%a: tensor<128x128xf8E4M3FN>, %as: tensor<128x1xf32>, %d: tensor<128x128xf32>) -> tensor<128x128xf32> {
  %zero = arith.constant 0.0 : f32
  // expected-error@+1 {{expects a loop of at least 2 dimensions for a config with clusters, got 1}}
  %r = scf.forall (%i) = (0) to (128) step (64) shared_outs(%o = %d) -> (tensor<128x128xf32>) {
    %x = tensor.extract_slice %a[%i, 0] [64, 128] [1, 1] : tensor<128x128xf8E4M3FN> to tensor<64x128xf8E4M3FN>
    %xs = tensor.extract_slice %as[%i, 0] [64, 1] [1, 1] : tensor<128x1xf32> to tensor<64x1xf32>
    %e = tensor.empty() : tensor<64x128xf32>
    %f = linalg.fill ins(%zero : f32) outs(%e : tensor<64x128xf32>) -> tensor<64x128xf32>
    %p = gq.scaled_matmul %x, %a scales(%xs block [1, 128], %as block [1, 128]) outs(%f : tensor<64x128xf32>)
        {config = #gq.matmul_config<tile = [64, 128, 128], cluster = a>}
        : tensor<64x128xf8E4M3FN>, tensor<128x128xf8E4M3FN>, tensor<64x1xf32>, tensor<128x1xf32> -> tensor<64x128xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %p into %o[%i, 0] [64, 128] [1, 1] : tensor<64x128xf32> into tensor<128x128xf32>
    }
  } {mapping = [#gpu.block<x>]}
  return %r : tensor<128x128xf32>
}
