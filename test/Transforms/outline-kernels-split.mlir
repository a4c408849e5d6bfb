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
