// A tile that has the maxima of the one below or above it: each thread block of a cluster computes the
// tile of its number and the maxima there, of which they find the largest; the first one stores the
// scale.
// RUN: gq-opt %s --gq-tile --gq-outline-kernels | FileCheck %s

// The number of scales is that of what a tile stores, one of the first and none of the second: so ends
// their store.
// CHECK-DAG: #[[NUMBER:.*]] = affine_map<(d0) -> ((d0 floordiv 128) mod 2)>
// CHECK-DAG: #[[COUNT:.*]] = affine_map<(d0) -> (-(d0 floordiv 128) + ((d0 floordiv 128) floordiv 2) * 2 + 1)>
// CHECK-DAG: #[[BLOCK:.*]] = affine_map<(d0) -> (d0 floordiv 256)>
// CHECK-DAG: #[[FIRST:.*]] = affine_map<(d0, d1) -> (d1 * 128 + (d0 floordiv 256) * 256)>
// CHECK-DAG: #[[OPEN:.*]] = affine_map<(d0, d1)[s0] -> (d1 * 128 + (d0 floordiv 256) * 256, (s0 floordiv 128) * 128)>
// CHECK-DAG: #[[LEFT:.*]] = affine_map<(d0)[s0] -> (-d0 + s0, 128)>

// Tiles that are whole: there is nothing to mask.
// CHECK-LABEL: gqgpu.kernel @whole_matmul
// CHECK-SAME: %[[Q:[^:]*]]: memref<512x512xf8E4M3FN>, %[[S:[^:]*]]: memref<2x2xf32>) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2, 1>}
// CHECK: gqgpu.tile_loop (%[[I:.*]], %[[J:.*]]) to (%{{.*}}, %{{.*}}) step [128, 256]
// CHECK: %[[P:.*]] = affine.apply #[[NUMBER]](%[[I]])
// CHECK: %[[SUM:.*]] = scf.for
// CHECK: %[[ROW:.*]] = affine.apply #[[FIRST]](%[[I]], %[[P]])
// CHECK: gqgpu.load %arg0[%[[ROW]], %{{.*}}]
// CHECK: gqgpu.load %arg1[%[[J]], %{{.*}}]
// CHECK-NOT: gqgpu.mask
// CHECK: %[[OWN:.*]] = gq.block_absmax %[[SUM]] block [128, 256] {{.*}} -> tensor<1x1xf32>
// CHECK-NEXT: %[[MAX:.*]] = gqgpu.max_over_peers %[[OWN]] : tensor<1x1xf32>
// CHECK: %[[SCALE:.*]] = gq.absmax_to_scale %[[MAX]] to f8E4M3FN
// CHECK: %[[CODES:.*]] = gq.scaled_cast %[[SUM]] scales(%[[SCALE]] block [128, 256])
// CHECK: %[[N:.*]] = affine.apply #[[COUNT]](%[[I]])
// CHECK: %[[BI:.*]] = affine.apply #[[BLOCK]](%[[I]])
// CHECK: %[[BJ:.*]] = affine.apply #[[BLOCK]](%[[J]])
// CHECK: gqgpu.store %[[CODES]], %[[Q]][%[[I]], %[[J]]]
// CHECK: %[[END:.*]] = arith.addi %[[BI]], %[[N]]
// CHECK: gqgpu.store %[[SCALE]], %[[S]][%[[BI]], %[[BJ]]] ends [0](%[[END]])
// CHECK-NOT: gqgpu.store
// CHECK: gqgpu.return
func.func @whole(%a: tensor<512x256xi8>, %b: tensor<512x256xi8>, %sa: tensor<512x2xf32>, %sb: tensor<4x2xf32>)
    -> (tensor<512x512xf8E4M3FN>, tensor<2x2xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<512x512xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<512x512xf32>) -> tensor<512x512xf32>
  %x = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<512x512xf32>) {config = #gq.matmul_config<tile = [128, 256, 128], split = n, store = direct, cluster = b, quantize = true>}
      : tensor<512x256xi8>, tensor<512x256xi8>, tensor<512x2xf32>, tensor<4x2xf32> -> tensor<512x512xf32>
  %eq = tensor.empty() : tensor<512x512xf8E4M3FN>
  %es = tensor.empty() : tensor<2x2xf32>
  %q, %s = gq.quantize %x block [256, 256] outs(%eq, %es : tensor<512x512xf8E4M3FN>, tensor<2x2xf32>)
      : tensor<512x512xf32> -> tensor<512x512xf8E4M3FN>, tensor<2x2xf32>
  return %q, %s : tensor<512x512xf8E4M3FN>, tensor<2x2xf32>
}

// Of rows that are not known, those past the end are in no maximum; a tile past the end has no rows, and
// loads none. Transposed scales end so along their columns.
// CHECK-LABEL: gqgpu.kernel @open_matmul
// CHECK-SAME: %[[S:[^:]*]]: memref<4x?xf32>) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2, 1>}
// CHECK: %[[M:.*]] = memref.dim %arg0, %c0 :
// CHECK: gqgpu.tile_loop (%[[I:.*]], %[[J:.*]]) to (%{{.*}}, %{{.*}}) step [128, 256]
// CHECK: %[[P:.*]] = affine.apply #[[NUMBER]](%[[I]])
// CHECK: %[[FROM:.*]] = affine.min #[[OPEN]](%[[I]], %[[P]])[%[[M]]]
// CHECK: %[[SIZE:.*]] = affine.min #[[LEFT]](%[[FROM]])
// CHECK: %[[SUM:.*]] = scf.for
// CHECK: gqgpu.load %arg0[%[[FROM]], %{{.*}}]
// CHECK: %[[INSIDE:.*]] = gqgpu.mask %[[SUM]] to(%[[SIZE]], %c256{{.*}}) : tensor<128x256xf32>
// CHECK: %[[OWN:.*]] = gq.block_absmax %[[INSIDE]] block [128, 128] {{.*}} -> tensor<1x2xf32>
// CHECK-NEXT: %[[MAX:.*]] = gqgpu.max_over_peers %[[OWN]] : tensor<1x2xf32>
// CHECK: %[[SCALE:.*]] = gq.absmax_to_scale %[[MAX]]
// CHECK: gq.scaled_cast %[[SUM]] scales(%[[SCALE]] block [128, 128])
// CHECK: %[[N:.*]] = affine.apply #[[COUNT]](%[[I]])
// CHECK: %[[BI:.*]] = affine.apply #[[BLOCK]](%[[I]])
// CHECK: %[[T:.*]] = linalg.transpose ins(%[[SCALE]]
// CHECK: %[[END:.*]] = arith.addi %[[BI]], %[[N]]
// CHECK: gqgpu.store %[[T]], %[[S]][%{{.*}}, %[[BI]]] ends [1](%[[END]])
// CHECK-NOT: gqgpu.store
// CHECK: gqgpu.return
func.func @open(%a: tensor<?x256xi8>, %b: tensor<512x256xi8>, %sa: tensor<?x2xf32>, %sb: tensor<4x2xf32>)
    -> (tensor<?x512xf8E4M3FN>, tensor<4x?xf32>) {
  %c0 = arith.constant 0 : index
  %rows = arith.constant 256 : index
  %m = tensor.dim %a, %c0 : tensor<?x256xi8>
  %blocks = arith.ceildivui %m, %rows : index
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty(%m) : tensor<?x512xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x512xf32>) -> tensor<?x512xf32>
  %x = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x512xf32>) {config = #gq.matmul_config<tile = [128, 256, 128], split = n, store = direct, cluster = b, quantize = true>}
      : tensor<?x256xi8>, tensor<512x256xi8>, tensor<?x2xf32>, tensor<4x2xf32> -> tensor<?x512xf32>
  %eq = tensor.empty(%m) : tensor<?x512xf8E4M3FN>
  %es = tensor.empty(%blocks) : tensor<4x?xf32>
  %q, %s = gq.quantize %x block [256, 128] outs(%eq, %es : tensor<?x512xf8E4M3FN>, tensor<4x?xf32>) {transposed_scales}
      : tensor<?x512xf32> -> tensor<?x512xf8E4M3FN>, tensor<4x?xf32>
  return %q, %s : tensor<?x512xf8E4M3FN>, tensor<4x?xf32>
}

// The floor of a maximum is that of each thread block.
// CHECK-LABEL: gqgpu.kernel @floor_matmul
// CHECK: gq.block_absmax {{.*}}amax_floor = 2.500000e-01
func.func @floor(%a: tensor<512x256xi8>, %b: tensor<512x256xi8>, %sa: tensor<512x2xf32>, %sb: tensor<4x2xf32>)
    -> (tensor<512x512xf8E4M3FN>, tensor<2x2xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<512x512xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<512x512xf32>) -> tensor<512x512xf32>
  %x = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<512x512xf32>) {config = #gq.matmul_config<tile = [128, 256, 128], split = n, store = direct, cluster = b, quantize = true>}
      : tensor<512x256xi8>, tensor<512x256xi8>, tensor<512x2xf32>, tensor<4x2xf32> -> tensor<512x512xf32>
  %eq = tensor.empty() : tensor<512x512xf8E4M3FN>
  %es = tensor.empty() : tensor<2x2xf32>
  %q, %s = gq.quantize %x block [256, 256] outs(%eq, %es : tensor<512x512xf8E4M3FN>, tensor<2x2xf32>) {amax_floor = 0.25 : f32}
      : tensor<512x512xf32> -> tensor<512x512xf8E4M3FN>, tensor<2x2xf32>
  return %q, %s : tensor<512x512xf8E4M3FN>, tensor<2x2xf32>
}
