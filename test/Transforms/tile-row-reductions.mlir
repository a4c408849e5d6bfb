// RUN: gq-opt %s --gq-tile --canonicalize --cse | FileCheck %s
// RUN: not gq-opt %S/Inputs/narrow-rows.mlir --gq-tile --mlir-print-op-on-diagnostic=false 2>&1 | FileCheck %s --check-prefix=NARROW

#id = affine_map<(m, n) -> (m, n)>
#keep = affine_map<(m, n) -> (m, 0)>

// One slice of x is read twice; a block is as long as the tile.
// CHECK-LABEL: func @taken
// CHECK: scf.forall (%[[I:.*]], %{{.*}}) = (0, 0) to (%{{.*}}, 1000) step (2, 1024)
// CHECK: %[[X:.*]] = tensor.extract_slice %arg0[%[[I]], 0] [%{{.*}}, 1000]
// CHECK: %[[S:.*]] = gq.block_reduce addf %[[X]] block [1, 1024] outs(%{{.*}} : tensor<?x1xf32>)
// CHECK: linalg.generic {{.*}} ins(%[[X]], %[[S]] :
// CHECK: gq.quantize
// CHECK: } {mapping
func.func @taken(%x: tensor<?x1000xf32>, %e: tensor<?x1xf32>, %ey: tensor<?x1000xf32>,
    %eq: tensor<?x1000xf8E4M3FN>, %es: tensor<?x8xf32>) -> (tensor<?x1000xf8E4M3FN>, tensor<?x8xf32>) {
  %s = gq.block_reduce addf %x block [1, 1000] outs(%e : tensor<?x1xf32>) : tensor<?x1000xf32> -> tensor<?x1xf32>
  %y = linalg.generic {indexing_maps = [#id, #keep, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<?x1000xf32>, tensor<?x1xf32>) outs(%ey : tensor<?x1000xf32>) {
  ^bb0(%v: f32, %r: f32, %o: f32):
    %t = arith.mulf %v, %r : f32
    linalg.yield %t : f32
  } -> tensor<?x1000xf32>
  %q:2 = gq.quantize %y block [1, 128] outs(%eq, %es : tensor<?x1000xf8E4M3FN>, tensor<?x8xf32>)
      {config = #gq.quantize_config<tile = [2, 1024]>}
      : tensor<?x1000xf32> -> tensor<?x1000xf8E4M3FN>, tensor<?x8xf32>
  return %q#0, %q#1 : tensor<?x1000xf8E4M3FN>, tensor<?x8xf32>
}

// So is the only block of a row that is quantised, shorter or longer than a tile.
// CHECK-LABEL: func @whole
// CHECK: gq.quantize {{.*}} block [1, 1024] outs
// CHECK: } {mapping
// CHECK: gq.quantize {{.*}} block [1, 1024] outs
func.func @whole(%x: tensor<?x1000xf32>, %eq: tensor<?x1000xf8E4M3FN>, %er: tensor<?x1000xi8>, %es: tensor<?x1xf32>)
    -> (tensor<?x1000xf8E4M3FN>, tensor<?x1xf32>, tensor<?x1000xi8>, tensor<?x1xf32>) {
  %q:2 = gq.quantize %x block [1, 1000] outs(%eq, %es : tensor<?x1000xf8E4M3FN>, tensor<?x1xf32>)
      {config = #gq.quantize_config<tile = [2, 1024]>}
      : tensor<?x1000xf32> -> tensor<?x1000xf8E4M3FN>, tensor<?x1xf32>
  %r:2 = gq.quantize %x block [1, 3000] outs(%er, %es : tensor<?x1000xi8>, tensor<?x1xf32>)
      {config = #gq.quantize_config<tile = [2, 1024]>}
      : tensor<?x1000xf32> -> tensor<?x1000xi8>, tensor<?x1xf32>
  return %q#0, %q#1, %r#0, %r#1 : tensor<?x1000xf8E4M3FN>, tensor<?x1xf32>, tensor<?x1000xi8>, tensor<?x1xf32>
}

// Values of rows that others read are results of the loop, and so is what a copy without a config copies; users in
// front of the cast come behind it.
// CHECK-LABEL: func @stored
// CHECK: %[[ALL:.*]]:3 = scf.forall (%[[I:.*]], %{{.*}}) = (0, 0) to (%{{.*}}, 1000) step (2, 1024) shared_outs(
// CHECK: %[[MAX:.*]] = gq.block_absmax %{{.*}} block [1, 1024]
// CHECK: %[[S:.*]] = linalg.generic {{.*}} ins(%[[MAX]] : tensor<?x1xf32>)
// CHECK: %[[Q:.*]] = gq.scaled_cast %{{.*}} scales(%[[S]] block
// CHECK-DAG: tensor.parallel_insert_slice %[[Q]] into
// CHECK-DAG: tensor.parallel_insert_slice %[[S]] into %{{.*}}[%[[I]], 0]
// CHECK-DAG: tensor.parallel_insert_slice %[[MAX]] into %{{.*}}[%[[I]], 0]
// CHECK-NOT: gq.copy
// CHECK: tensor.collapse_shape %[[ALL]]
func.func @stored(%x: tensor<?x1000xbf16>, %e: tensor<?x1xf32>, %eq: tensor<?x1000xf8E4M3FN>)
    -> (tensor<?x1000xf8E4M3FN>, tensor<?x1xf32>, tensor<?xf32>) {
  %max = gq.block_absmax %x block [1, 1000] outs(%e : tensor<?x1xf32>) : tensor<?x1000xbf16> -> tensor<?x1xf32>
  %v = tensor.collapse_shape %max [[0, 1]] : tensor<?x1xf32> into tensor<?xf32>
  %s = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%max : tensor<?x1xf32>) outs(%e : tensor<?x1xf32>) {
  ^bb0(%a: f32, %o: f32):
    %fmt = arith.constant 448.0 : f32
    %d = arith.divf %a, %fmt : f32
    linalg.yield %d : f32
  } -> tensor<?x1xf32>
  %c = gq.copy %s outs(%e : tensor<?x1xf32>) : tensor<?x1xf32> -> tensor<?x1xf32>
  %q = gq.scaled_cast %x scales(%c block [1, 1024]) outs(%eq : tensor<?x1000xf8E4M3FN>)
      {config = #gq.quantize_config<tile = [2, 1024]>}
      : tensor<?x1000xbf16>, tensor<?x1xf32> -> tensor<?x1000xf8E4M3FN>
  return %q, %c, %v : tensor<?x1000xf8E4M3FN>, tensor<?x1xf32>, tensor<?xf32>
}

// NARROW: error: 'gq.copy' op has tiles of 512 columns, expects all 1000: a reduction along them without a config is read
// NARROW: note: the reduction
