// A sum in parts: each thread block of a cluster computes the part of its number, and they add
// these up.
// RUN: gq-opt %s --gq-tile --gq-outline-kernels | FileCheck %s

// CHECK-DAG: #[[PART:.*]] = affine_map<(d0) -> ((d0 floordiv 32) mod 2)>
// CHECK-LABEL: gqgpu.kernel @parts_matmul
// CHECK-SAME: attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>}
// CHECK: gqgpu.tile_loop (%[[I:.*]], %[[J:.*]]) to (%{{.*}}, %{{.*}}) step [64, 32] raster 3 persistent {
// CHECK: %[[INIT:.*]] = gqgpu.load %{{.*}}[%[[I]], %[[J]]] : memref<320x192xf32> -> tensor<64x32xf32>
// CHECK: %[[SUM:.*]] = gqgpu.sum_over_peers %{{.*}} from %[[INIT]] : tensor<64x64xf32>, tensor<64x32xf32>
// CHECK: gqgpu.store %[[SUM]], %{{.*}}[%[[I]], %[[J]]] : tensor<64x32xf32>, memref<320x192xf32>
func.func @parts(%a: tensor<320x256xf8E4M3FN>, %b: tensor<192x256xf8E4M3FN>, %as: tensor<320x2xf32>, %bs: tensor<2x2xf32>, %d: tensor<320x192xf32>) -> tensor<320x192xf32> {
  %r = gq.scaled_matmul %a, %b scales(%as block [1, 128], %bs block [128, 128]) outs(%d : tensor<320x192xf32>) {config = #gq.matmul_config<tile = [64, 64, 128], raster = 3, split_k = 2>}
      : tensor<320x256xf8E4M3FN>, tensor<192x256xf8E4M3FN>, tensor<320x2xf32>, tensor<2x2xf32> -> tensor<320x192xf32>
  return %r : tensor<320x192xf32>
}

// Fewer than 8 columns for each of four: all have the same tile, and a number of their own along
// a dimension of the loop, the part that they compute; who has number 0 stores.
// CHECK-LABEL: gqgpu.kernel @one_stores_matmul
// CHECK-SAME: attributes {cluster = 4 : i64, cluster_tiles = array<i64: 4, 1, 1>}
// CHECK: gqgpu.tile_loop (%[[P:.*]], %[[I:.*]], %[[J:.*]]) to (%c4, %{{.*}}, %{{.*}}) step [1, 64, 16] {{.*}}persistent {
// CHECK: %[[STORES:.*]] = arith.cmpi eq, %[[P]], %c0
// CHECK: affine.apply #{{.*}}(%[[P]])
// CHECK: %[[SUM:.*]] = gqgpu.sum_over_peers %{{.*}} from %{{.*}} : tensor<64x16xf32>, tensor<64x16xf32>
// CHECK: scf.if %[[STORES]] {
// CHECK-NEXT: gqgpu.store %[[SUM]], %{{.*}}[%[[I]], %[[J]]] : tensor<64x16xf32>, memref<320x192xf32>
func.func @one_stores(%a: tensor<320x1024xf8E4M3FN>, %b: tensor<192x1024xf8E4M3FN>, %as: tensor<320x8xf32>, %bs: tensor<2x8xf32>) -> tensor<320x192xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<320x192xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<320x192xf32>) -> tensor<320x192xf32>
  %r = gq.scaled_matmul %a, %b scales(%as block [1, 128], %bs block [128, 128]) outs(%f : tensor<320x192xf32>) {config = #gq.matmul_config<tile = [64, 16, 128], split_k = 4, math_groups = 1>}
      : tensor<320x1024xf8E4M3FN>, tensor<192x1024xf8E4M3FN>, tensor<320x8xf32>, tensor<2x8xf32> -> tensor<320x192xf32>
  return %r : tensor<320x192xf32>
}
