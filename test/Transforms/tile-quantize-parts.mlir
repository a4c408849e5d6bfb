// Blocks of twice as many rows as the tiles of a product: a tile comes with the maxima of both of its
// block, and the first of them stores the scale.
// RUN: gq-opt %s --gq-tile -o %t.mlir
// RUN: FileCheck %s --input-file=%t.mlir

// What is computed in the tiles is what the program says, to the bit, as sums of integers are exact: of
// a block that ends with its first tile, of tiles and blocks that are cut, of rows that need no second
// tile.
// DEFINE: %{entry} =
// DEFINE: %{same} = gq-run %t.mlir --entry=%{entry} --backend=reference --generate=codes --reference=%s | FileCheck %s --check-prefix=SAME
// SAME: check0 passed: 0 of {{[0-9]+}} codes are the next one
// SAME: check1 passed: relative error 0 {{.*}}, largest 0{{$}}
// REDEFINE: %{entry} = whole_tiles
// RUN: %{same}
// REDEFINE: %{entry} = tail
// RUN: %{same}
// REDEFINE: %{entry} = transposed -m 300
// RUN: %{same}
// REDEFINE: %{entry} = transposed -m 100
// RUN: %{same}
// REDEFINE: %{entry} = narrow -m 516
// RUN: %{same}

// CHECK-DAG: #[[IN:.*]] = affine_map<(d0) -> (d0 mod 256)>
// CHECK-DAG: #[[FIRST:.*]] = affine_map<(d0, d1) -> (d1 * 128 + (d0 floordiv 256) * 256)>
// CHECK-DAG: #[[LAST:.*]] = affine_map<(d0, d1) -> (d1 * 128 + (d0 floordiv 256) * 256, 256)>
// CHECK-DAG: #[[OPEN:.*]] = affine_map<(d0, d1)[s0] -> (d1 * 128 + (d0 floordiv 256) * 256, (s0 floordiv 128) * 128)>
// CHECK-DAG: #[[LEFT:.*]] = affine_map<(d0) -> (-d0 + 300, 128)>
// CHECK-DAG: #[[REST:.*]] = affine_map<(d0)[s0] -> (-d0 + s0, 128)>
// Scales that a tile stores: one, if it is the first of two.
// CHECK-DAG: #[[COUNT:.*]] = affine_map<(d0) -> (-(d0 floordiv 128) + ((d0 floordiv 128) floordiv 2) * 2 + 1)>
// CHECK-DAG: #[[BLOCK:.*]] = affine_map<(d0) -> (d0 floordiv 256)>
// CHECK-DAG: #[[HALF:.*]] = affine_map<(d0) -> (d0 floordiv 128)>

// The body is the loop's that computed the product, for the rows of a part; nothing else is left of that.
// CHECK-LABEL: func.func @whole_blocks
// CHECK: scf.forall (%[[I:.*]], %[[J:.*]]) = (0, 0) to (512, 512) step (128, 256) shared_outs(%[[Q:.*]] = %{{.*}}, %[[S:.*]] = %{{.*}})
// CHECK: %[[ROW:.*]] = affine.apply #[[IN]](%[[I]])
// CHECK: %[[TILE:.*]], %[[AMAX:.*]] = gq.absmax_of_parts 2 at %[[ROW]] block [256, 256] : tensor<128x256xf32>, tensor<1x1xf32> {
// CHECK-NEXT: ^bb0(%[[P:.*]]: index):
// CHECK: %[[TO:.*]] = affine.apply #[[FIRST]](%[[I]], %[[P]])
// CHECK: linalg.fill {{.*}} -> tensor<128x256xf32>
// CHECK: %[[SUM:.*]] = scf.for
// CHECK: %[[FROM:.*]] = affine.apply #[[FIRST]](%[[I]], %[[P]])
// CHECK: tensor.extract_slice %arg0[%[[FROM]], %{{.*}}] [128, 128]
// CHECK: tensor.extract_slice %arg1[%[[J]], %{{.*}}] [256, 128]
// CHECK: gq.yield %[[SUM]] : tensor<128x256xf32>
// CHECK: %[[SCALE:.*]] = gq.absmax_to_scale %[[AMAX]] to f8E4M3FN
// CHECK: %[[CODES:.*]] = gq.scaled_cast %[[TILE]] scales(%[[SCALE]] block [128, 256])
// CHECK: %[[N:.*]] = affine.apply #[[COUNT]](%[[I]])
// CHECK: %[[BI:.*]] = affine.apply #[[BLOCK]](%[[I]])
// CHECK: %[[BJ:.*]] = affine.apply #[[BLOCK]](%[[J]])
// CHECK: %[[STORED:.*]] = tensor.extract_slice %[[SCALE]][0, 0] [%[[N]], 1]
// CHECK: tensor.parallel_insert_slice %[[CODES]] into %[[Q]][%[[I]], %[[J]]] [128, 256]
// CHECK: tensor.parallel_insert_slice %[[STORED]] into %[[S]][%[[BI]], %[[BJ]]] [%[[N]], 1]
// CHECK-NOT: scf.forall
// CHECK-NOT: gq.quantize
// CHECK: return
func.func @whole_blocks(%a: tensor<512x256xi8>, %b: tensor<512x256xi8>, %sa: tensor<512x2xf32>, %sb: tensor<4x2xf32>)
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

// The second tile of the last block would be past the end: it is the first one again, and the same maxima.
// CHECK-LABEL: func.func @whole_tiles
// CHECK: scf.forall (%[[I:.*]], %{{.*}}) = (0, 0) to (384, 512)
// CHECK: gq.absmax_of_parts 2 at {{.*}} : tensor<128x256xf32>, tensor<1x1xf32> {
// CHECK-NEXT: ^bb0(%[[P:.*]]: index):
// CHECK-NEXT: %[[FROM:.*]] = affine.min #[[LAST]](%[[I]], %[[P]])
// CHECK: tensor.extract_slice %arg0[%[[FROM]], %{{.*}}] [128, 128]
func.func @whole_tiles(%a: tensor<384x256xi8>, %b: tensor<512x256xi8>, %sa: tensor<384x2xf32>, %sb: tensor<4x2xf32>)
    -> (tensor<384x512xf8E4M3FN>, tensor<2x2xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<384x512xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<384x512xf32>) -> tensor<384x512xf32>
  %x = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<384x512xf32>) {config = #gq.matmul_config<tile = [128, 256, 128], split = n, store = direct, cluster = b, quantize = true>}
      : tensor<384x256xi8>, tensor<512x256xi8>, tensor<384x2xf32>, tensor<4x2xf32> -> tensor<384x512xf32>
  %eq = tensor.empty() : tensor<384x512xf8E4M3FN>
  %es = tensor.empty() : tensor<2x2xf32>
  %q, %s = gq.quantize %x block [256, 256] outs(%eq, %es : tensor<384x512xf8E4M3FN>, tensor<2x2xf32>)
      : tensor<384x512xf32> -> tensor<384x512xf8E4M3FN>, tensor<2x2xf32>
  return %q, %s : tensor<384x512xf8E4M3FN>, tensor<2x2xf32>
}

// A tile that is cut, and one past the end that is empty. The bias is added to a part too.
// CHECK-LABEL: func.func @tail
// CHECK: scf.forall (%[[I:.*]], %[[J:.*]]) = (0, 0) to (300, 512) step (128, 256) shared_outs(%[[Q:.*]] = %{{.*}}, %{{.*}} = %{{.*}})
// CHECK: %[[OWN:.*]] = affine.min #[[LEFT]](%[[I]])
// CHECK: %[[TILE:.*]], %{{.*}} = gq.absmax_of_parts 2 at {{.*}} : tensor<?x256xf32>, tensor<1x1xf32> {
// CHECK-NEXT: ^bb0(%[[P:.*]]: index):
// CHECK-NEXT: %[[FROM:.*]] = affine.min #[[LAST]](%[[I]], %[[P]])
// CHECK-NEXT: %[[SIZE:.*]] = affine.min #[[LEFT]](%[[FROM]])
// CHECK: %[[SUM:.*]] = scf.for
// CHECK: tensor.extract_slice %arg0[%[[FROM]], %{{.*}}] [%[[SIZE]], 128]
// CHECK: tensor.extract_slice %arg4[%[[J]]] [256]
// CHECK: %[[ADDED:.*]] = linalg.generic {{.*}} ins(%[[SUM]],
// CHECK: gq.yield %[[ADDED]] : tensor<?x256xf32>
// CHECK: %[[CODES:.*]] = gq.scaled_cast %[[TILE]]
// CHECK: tensor.parallel_insert_slice %[[CODES]] into %[[Q]][%[[I]], %[[J]]] [%[[OWN]], 256]
func.func @tail(%a: tensor<300x256xi8>, %b: tensor<512x256xi8>, %sa: tensor<300x2xf32>, %sb: tensor<4x2xf32>, %bias: tensor<512xf32>)
    -> (tensor<300x512xf8E4M3FN>, tensor<2x2xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<300x512xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<300x512xf32>) -> tensor<300x512xf32>
  %x = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<300x512xf32>) {config = #gq.matmul_config<tile = [128, 256, 128], split = n, store = direct, cluster = b, quantize = true>}
      : tensor<300x256xi8>, tensor<512x256xi8>, tensor<300x2xf32>, tensor<4x2xf32> -> tensor<300x512xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%x, %bias : tensor<300x512xf32>, tensor<512xf32>) outs(%e : tensor<300x512xf32>) {
  ^bb0(%u: f32, %v: f32, %out: f32):
    %z = arith.addf %u, %v : f32
    linalg.yield %z : f32
  } -> tensor<300x512xf32>
  %eq = tensor.empty() : tensor<300x512xf8E4M3FN>
  %es = tensor.empty() : tensor<2x2xf32>
  %q, %s = gq.quantize %y block [256, 256] outs(%eq, %es : tensor<300x512xf8E4M3FN>, tensor<2x2xf32>)
      : tensor<300x512xf32> -> tensor<300x512xf8E4M3FN>, tensor<2x2xf32>
  return %q, %s : tensor<300x512xf8E4M3FN>, tensor<2x2xf32>
}

// Rows that are not known: as cut ones. Transposed scales have their rows as columns.
// CHECK-LABEL: func.func @transposed
// CHECK: scf.forall (%[[I:.*]], %[[J:.*]]) = (0, 0) to (%{{.*}}, 512) step (128, 256) shared_outs(%{{.*}} = %{{.*}}, %[[S:.*]] = %{{.*}})
// CHECK: gq.absmax_of_parts 2 at {{.*}} : tensor<?x256xf32>, tensor<1x1xf32> {
// CHECK-NEXT: ^bb0(%[[P:.*]]: index):
// CHECK-NEXT: %[[FROM:.*]] = affine.min #[[OPEN]](%[[I]], %[[P]])[%[[M:.*]]]
// CHECK-NEXT: %[[SIZE:.*]] = affine.min #[[REST]](%[[FROM]])
// CHECK: tensor.extract_slice %arg0[%[[FROM]], %{{.*}}] [%[[SIZE]], 128]
// CHECK: %[[SCALE:.*]] = gq.absmax_to_scale
// CHECK: %[[N:.*]] = affine.apply #[[COUNT]](%[[I]])
// CHECK: %[[BI:.*]] = affine.apply #[[BLOCK]](%[[I]])
// CHECK: %[[BJ:.*]] = affine.apply #[[BLOCK]](%[[J]])
// CHECK: %[[T:.*]] = linalg.transpose ins(%[[SCALE]]
// CHECK: %[[STORED:.*]] = tensor.extract_slice %[[T]][0, 0] [1, %[[N]]]
// CHECK: tensor.parallel_insert_slice %[[STORED]] into %[[S]][%[[BJ]], %[[BI]]] [1, %[[N]]] [1, 1] : tensor<1x?xf32> into tensor<2x?xf32>
func.func @transposed(%a: tensor<?x256xi8>, %b: tensor<512x256xi8>, %sa: tensor<?x2xf32>, %sb: tensor<4x2xf32>)
    -> (tensor<?x512xf8E4M3FN>, tensor<2x?xf32>) {
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
  %es = tensor.empty(%blocks) : tensor<2x?xf32>
  %q, %s = gq.quantize %x block [256, 256] outs(%eq, %es : tensor<?x512xf8E4M3FN>, tensor<2x?xf32>) {transposed_scales}
      : tensor<?x512xf32> -> tensor<?x512xf8E4M3FN>, tensor<2x?xf32>
  return %q, %s : tensor<?x512xf8E4M3FN>, tensor<2x?xf32>
}

// Two blocks side by side: two maxima, and two scales of the first tile.
// CHECK-LABEL: func.func @narrow
// CHECK: scf.forall (%[[I:.*]], %[[J:.*]]) = (0, 0) to (%{{.*}}, 512) step (128, 256) shared_outs(%{{.*}} = %{{.*}}, %[[S:.*]] = %{{.*}})
// CHECK: gq.absmax_of_parts 2 at {{.*}} block [256, 128] : tensor<?x256xf32>, tensor<1x2xf32>
// CHECK: %[[SCALE:.*]] = gq.absmax_to_scale {{.*}} -> tensor<1x2xf32>
// CHECK: gq.scaled_cast %{{.*}} scales(%[[SCALE]] block [128, 128])
// CHECK: %[[N:.*]] = affine.apply #[[COUNT]](%[[I]])
// CHECK: %[[BI:.*]] = affine.apply #[[BLOCK]](%[[I]])
// CHECK: %[[BJ:.*]] = affine.apply #[[HALF]](%[[J]])
// CHECK: %[[STORED:.*]] = tensor.extract_slice %[[SCALE]][0, 0] [%[[N]], 2]
// CHECK: tensor.parallel_insert_slice %[[STORED]] into %[[S]][%[[BI]], %[[BJ]]] [%[[N]], 2]
func.func @narrow(%a: tensor<?x256xi8>, %b: tensor<512x256xi8>, %sa: tensor<?x2xf32>, %sb: tensor<4x2xf32>)
    -> (tensor<?x512xf8E4M3FN>, tensor<?x4xf32>) {
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
  %es = tensor.empty(%blocks) : tensor<?x4xf32>
  %q, %s = gq.quantize %x block [256, 128] outs(%eq, %es : tensor<?x512xf8E4M3FN>, tensor<?x4xf32>)
      : tensor<?x512xf32> -> tensor<?x512xf8E4M3FN>, tensor<?x4xf32>
  return %q, %s : tensor<?x512xf8E4M3FN>, tensor<?x4xf32>
}
