// A sum in parts: tiles are what one thread block of a cluster stores, and each has the parts of
// the whole tile.
// RUN: gq-opt %s --gq-tile --split-input-file --verify-diagnostics | FileCheck %s

// CHECK-DAG: #[[COLUMN:.*]] = affine_map<(d0) -> (d0 mod 128)>
// CHECK-DAG: #[[TILE:.*]] = affine_map<(d0) -> ((d0 floordiv 128) * 128)>
// CHECK-DAG: #[[K:.*]] = affine_map<(d0)[s0] -> (d0 * 512 + s0)>
// CHECK-LABEL: func.func @even
// CHECK: scf.forall (%[[I:.*]], %[[J:.*]]) = (0, 0) to (128, 512) step (64, 32)
// CHECK: %[[OWN:.*]] = affine.apply #[[COLUMN]](%[[J]])
// CHECK: %[[SUM:.*]] = gq.sum_of_parts 4 from %{{.*}}[%[[OWN]]] : tensor<64x32xf32> {
// CHECK: ^bb0(%[[P:.*]]: index):
// CHECK: %[[ZEROS:.*]] = linalg.fill {{.*}} -> tensor<64x128xf32>
// CHECK: scf.for %[[S:.*]] = %{{.*}} to %c512{{.*}} step %c128{{.*}} iter_args(%{{.*}} = %[[ZEROS]])
// CHECK: %[[AT:.*]] = affine.apply #[[K]](%[[P]])[%[[S]]]
// CHECK: tensor.extract_slice %arg0[%[[I]], %[[AT]]] [64, 128]
// CHECK: %[[TO:.*]] = affine.apply #[[TILE]](%[[J]])
// CHECK: tensor.extract_slice %arg1[%[[TO]], %{{.*}}] [128, 128]
// CHECK: gq.scaled_matmul
// CHECK: gq.yield %{{.*}} : tensor<64x128xf32>
// CHECK: tensor.parallel_insert_slice %[[SUM]] into %{{.*}}[%[[I]], %[[J]]] [64, 32]
func.func @even(%a: tensor<128x2048xf8E4M3FN>, %b: tensor<512x2048xf8E4M3FN>, %sa: tensor<128x16xf32>, %sb: tensor<4x16xf32>, %c: tensor<128x512xf32>) -> tensor<128x512xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : tensor<128x512xf32>) {config = #gq.matmul_config<tile = [64, 128, 128], math_groups = 1, split_k = 4>}
      : tensor<128x2048xf8E4M3FN>, tensor<512x2048xf8E4M3FN>, tensor<128x16xf32>, tensor<4x16xf32> -> tensor<128x512xf32>
  return %d : tensor<128x512xf32>
}

// -----

// A K that is not known: whole steps, the last of which may be cut.
// CHECK-DAG: #[[END:.*]] = affine_map<(d0)[s0] -> ((((d0 + 1) * (s0 ceildiv 128)) floordiv 2) * 128, s0)>
// CHECK-DAG: #[[LENGTH:.*]] = affine_map<(d0, d1)[s0] -> (d0 - ((d1 * (s0 ceildiv 128)) floordiv 2) * 128)>
// CHECK-LABEL: func.func @dynamic
// CHECK: %[[EXTENT:.*]] = tensor.dim %arg0
// CHECK: gq.sum_of_parts 2
// CHECK-NEXT: ^bb0(%[[P:.*]]: index):
// CHECK: %[[E:.*]] = affine.min #[[END]](%[[P]])[%[[EXTENT]]]
// CHECK: %[[L:.*]] = affine.apply #[[LENGTH]](%[[E]], %[[P]])[%[[EXTENT]]]
// CHECK: scf.for %{{.*}} = %{{.*}} to %[[L]] step
func.func @dynamic(%a: tensor<128x?xf8E4M3FN>, %b: tensor<512x?xf8E4M3FN>, %sa: tensor<128x?xf32>, %sb: tensor<4x?xf32>, %c: tensor<128x512xf32>) -> tensor<128x512xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : tensor<128x512xf32>) {config = #gq.matmul_config<tile = [64, 128, 128], math_groups = 1, split_k = 2>}
      : tensor<128x?xf8E4M3FN>, tensor<512x?xf8E4M3FN>, tensor<128x?xf32>, tensor<4x?xf32> -> tensor<128x512xf32>
  return %d : tensor<128x512xf32>
}

// -----

// Fewer than 8 columns for each of four: the tiles of the loop are those of a cluster.
// CHECK-LABEL: func.func @one_stores
// CHECK: scf.forall {{.*}} step (64, 16)
// CHECK: gq.sum_of_parts 4 from %{{.*}}[%{{.*}}] : tensor<64x16xf32>
// CHECK: gq.yield %{{.*}} : tensor<64x16xf32>
func.func @one_stores(%a: tensor<128x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<128x4xf32>, %sb: tensor<4x4xf32>, %c: tensor<128x512xf32>) -> tensor<128x512xf32> {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%c : tensor<128x512xf32>) -> tensor<128x512xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%f : tensor<128x512xf32>) {config = #gq.matmul_config<tile = [64, 16, 128], math_groups = 1, split_k = 4>}
      : tensor<128x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<128x4xf32>, tensor<4x4xf32> -> tensor<128x512xf32>
  return %d : tensor<128x512xf32>
}
