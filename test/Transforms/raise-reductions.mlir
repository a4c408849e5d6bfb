// RUN: gq-opt %s --gq-raise-reductions --split-input-file | FileCheck %s
// RUN: gq-opt %s --gq-raise-reductions --split-input-file --remarks-filter=gq-raise-reductions -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

#id = affine_map<(m, n) -> (m, n)>
#row = affine_map<(m, n) -> (m)>

// What is computed of each element, the reduction, and what elementwise ops make
// of its values, where these are read.
// REMARK: remark: {{.*}}is addf of blocks of 1x512
// CHECK-DAG: #[[KEEP:.*]] = affine_map<(d0, d1) -> (d0, 0)>
// CHECK-LABEL: func @rows
// CHECK: %[[SQUARES:.*]] = linalg.generic {{.*}} ins(%arg0 : tensor<?x512xbf16>)
// CHECK: arith.extf
// CHECK-NEXT: arith.mulf
// CHECK-NEXT: linalg.yield
// CHECK: %[[SUM:.*]] = gq.block_reduce addf %[[SQUARES]] block [1, 512] outs({{.*}}tensor<?x1xf32>) : tensor<?x512xf32>
// CHECK: %[[Y:.*]] = linalg.generic {indexing_maps = [{{.*}}, #[[KEEP]], {{.*}}]{{.*}} ins(%arg0, %[[SUM]] :
// CHECK-NEXT: ^bb0(%[[V:.*]]: bf16, %[[S:.*]]: f32, %{{.*}}: f32):
// CHECK: math.rsqrt %[[S]]
// CHECK: arith.mulf
// CHECK: return %[[Y]]
func.func @rows(%x: tensor<?x512xbf16>) -> tensor<?x512xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x512xbf16>
  %e = tensor.empty(%m) : tensor<?xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %ss = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<?x512xbf16>) outs(%i : tensor<?xf32>) {
  ^bb0(%v: bf16, %o: f32):
    %w = arith.extf %v : bf16 to f32
    %sq = arith.mulf %w, %w : f32
    %a = arith.addf %sq, %o : f32
    linalg.yield %a : f32
  } -> tensor<?xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(m) -> (m)>, affine_map<(m) -> (m)>], iterator_types = ["parallel"]}
      ins(%ss : tensor<?xf32>) outs(%e : tensor<?xf32>) {
  ^bb0(%s: f32, %o: f32):
    %q = math.rsqrt %s : f32
    linalg.yield %q : f32
  } -> tensor<?xf32>
  %ey = tensor.empty(%m) : tensor<?x512xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %r : tensor<?x512xbf16>, tensor<?xf32>) outs(%ey : tensor<?x512xf32>) {
  ^bb0(%v: bf16, %q: f32, %o: f32):
    %w = arith.extf %v : bf16 to f32
    %t = arith.mulf %w, %q : f32
    linalg.yield %t : f32
  } -> tensor<?x512xf32>
  return %y : tensor<?x512xf32>
}

// -----

// Columns, by a named op, from something that is not neutral: no element is
// computed in front, and what it starts from comes behind.
// REMARK: remark: {{.*}}is maximumf of blocks of 64x1
// CHECK-LABEL: func @columns
// CHECK: %[[MAX:.*]] = gq.block_reduce maximumf %arg0 block [64, 1] outs({{.*}} : tensor<1x96xf32>) : tensor<64x96xf32>
// CHECK: %[[BOTH:.*]] = linalg.generic {{.*}} ins(%[[MAX]], %arg1 : tensor<1x96xf32>, tensor<96xf32>)
// CHECK: arith.maximumf
// CHECK: tensor.collapse_shape %[[BOTH]] {{\[\[}}0, 1]] : tensor<1x96xf32> into tensor<96xf32>
func.func @columns(%x: tensor<64x96xf32>, %start: tensor<96xf32>) -> tensor<96xf32> {
  %s = linalg.reduce { arith.maximumf } ins(%x : tensor<64x96xf32>) outs(%start : tensor<96xf32>) dimensions = [0]
  return %s : tensor<96xf32>
}

// -----

#id = affine_map<(m, n) -> (m, n)>
#row = affine_map<(m, n) -> (m)>

// Two results are two reductions. Sums in bf16 are in f32, and rounded once.
// REMARK: remark: {{.*}}is addf of blocks of 1x256
// REMARK: remark: {{.*}}is maxnumf of blocks of 1x256
// CHECK-LABEL: func @two
// CHECK: gq.block_reduce addf %arg0 block [1, 256] outs({{.*}}tensor<8x1xf32>) : tensor<8x256xbf16>
// CHECK: arith.truncf {{.*}} : f32 to bf16
// CHECK: gq.block_reduce maxnumf %arg0 block [1, 256]
// CHECK: arith.maxnumf
// CHECK: arith.truncf {{.*}} : f32 to bf16
func.func @two(%x: tensor<8x256xbf16>) -> (tensor<8xbf16>, tensor<8xbf16>) {
  %zero = arith.constant 0.0 : bf16
  %e = tensor.empty() : tensor<8xbf16>
  %i = linalg.fill ins(%zero : bf16) outs(%e : tensor<8xbf16>) -> tensor<8xbf16>
  %both:2 = linalg.generic {indexing_maps = [#id, #row, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<8x256xbf16>) outs(%i, %i : tensor<8xbf16>, tensor<8xbf16>) {
  ^bb0(%v: bf16, %o: bf16, %p: bf16):
    %a = arith.addf %v, %o : bf16
    %b = arith.maxnumf %v, %p : bf16
    linalg.yield %a, %b : bf16, bf16
  } -> (tensor<8xbf16>, tensor<8xbf16>)
  return %both#0, %both#1 : tensor<8xbf16>, tensor<8xbf16>
}

// -----

#id = affine_map<(m, n) -> (m, n)>
#row = affine_map<(m, n) -> (m)>

// Rows of unknown length are one block, and a launch has some elements.
// CHECK-LABEL: func @unknown
// CHECK: %[[K:.*]] = tensor.dim %arg0, %c1
// CHECK: %[[SOME:.*]] = arith.cmpi sge, %[[K]], %c1
// CHECK: cf.assert %[[SOME]], "a reduction: dimension 1 of operand 0 (argument 0) must be at least 1"
// CHECK: %[[FEW:.*]] = arith.cmpi sle, %[[K]], %c1073741824
// CHECK: cf.assert %[[FEW]], "a reduction: dimension 1 of operand 0 (argument 0) must be at most 1073741824"
// CHECK: gq.block_reduce addf %arg0 block [1, 1073741824] outs(%{{.*}} : tensor<8x1xf32>) : tensor<8x?xf32> -> tensor<8x1xf32>
func.func @unknown(%x: tensor<8x?xf32>, %i: tensor<8xf32>) -> tensor<8xf32> {
  %a = linalg.reduce { arith.addf } ins(%x : tensor<8x?xf32>) outs(%i : tensor<8xf32>) dimensions = [1]
  return %a : tensor<8xf32>
}

// -----

#id = affine_map<(m, n) -> (m, n)>
#row = affine_map<(m, n) -> (m)>
#v = affine_map<(m) -> (m)>

// What is computed of the maxima of rows is a column, as a result is a view of it, and the cast reads that.
// CHECK-LABEL: func @column
// CHECK: %[[MAX:.*]] = gq.block_absmax %arg0 block [1, 256]
// CHECK: %[[S:.*]] = linalg.generic {{.*}} ins(%[[MAX]] : tensor<?x1xf32>)
// CHECK: arith.divf
// CHECK: -> tensor<?x1xf32>
// CHECK: %[[V:.*]] = tensor.collapse_shape %[[S]] {{\[}}[0, 1]]
// CHECK: %[[Q:.*]] = linalg.generic {{.*}} ins(%arg0, %[[S]] : tensor<?x256xf32>, tensor<?x1xf32>)
// CHECK: return %[[Q]], %[[V]]
func.func @column(%x: tensor<?x256xf32>, %e: tensor<?x1xf32>, %ev: tensor<?xf32>, %eq: tensor<?x256xbf16>)
    -> (tensor<?x256xbf16>, tensor<?xf32>) {
  %fmt = arith.constant 448.0 : f32
  %max = gq.block_absmax %x block [1, 256] outs(%e : tensor<?x1xf32>) : tensor<?x256xf32> -> tensor<?x1xf32>
  %m = tensor.collapse_shape %max [[0, 1]] : tensor<?x1xf32> into tensor<?xf32>
  %s = linalg.generic {indexing_maps = [#v, #v], iterator_types = ["parallel"]}
      ins(%m : tensor<?xf32>) outs(%ev : tensor<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %d = arith.divf %a, %fmt : f32
    linalg.yield %d : f32
  } -> tensor<?xf32>
  %q = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<?x256xf32>, tensor<?xf32>) outs(%eq : tensor<?x256xbf16>) {
  ^bb0(%v: f32, %l: f32, %o: bf16):
    %d = arith.divf %v, %l : f32
    %t = arith.truncf %d : f32 to bf16
    linalg.yield %t : bf16
  } -> tensor<?x256xbf16>
  return %q, %s : tensor<?x256xbf16>, tensor<?xf32>
}

// -----

#id = affine_map<(m, n) -> (m, n)>
#row = affine_map<(m, n) -> (m)>

// What stays: differences, products of matrices.
// REMARK: remark: {{.*}}stays as it is: it combines values by other ops than one of arith
// CHECK-LABEL: func @stays
// CHECK-NOT: gq.block_reduce
func.func @stays(%y: tensor<8x64xf32>, %i: tensor<8xf32>, %w: tensor<64x8xf32>, %e: tensor<8x8xf32>)
    -> (tensor<8xf32>, tensor<8x8xf32>) {
  %b = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%y : tensor<8x64xf32>) outs(%i : tensor<8xf32>) {
  ^bb0(%v: f32, %o: f32):
    %d = arith.subf %o, %v : f32
    linalg.yield %d : f32
  } -> tensor<8xf32>
  %c = linalg.matmul ins(%y, %w : tensor<8x64xf32>, tensor<64x8xf32>) outs(%e : tensor<8x8xf32>) -> tensor<8x8xf32>
  return %b, %c : tensor<8xf32>, tensor<8x8xf32>
}

// -----

#id = affine_map<(m, n) -> (m, n)>

// So are elementwise ops, of which each computes what it needs.
// CHECK-LABEL: func @elementwise
// CHECK: %[[FIRST:.*]] = linalg.generic {{.*}} ins(%arg0 : tensor<8x256xf32>) outs(%arg1 : tensor<8x256xf32>)
// CHECK: math.tanh
// CHECK-NOT: arith.addf
// CHECK: %[[SECOND:.*]] = linalg.generic {{.*}} ins(%arg0 : tensor<8x256xf32>) outs(%arg2 : tensor<8x256xf32>)
// CHECK: math.tanh
// CHECK: arith.addf
// CHECK: %[[THIRD:.*]] = linalg.generic {{.*}} ins(%arg0 : tensor<8x256xf32>) outs(%arg1 : tensor<8x256xf32>)
// CHECK-NOT: math.tanh
// CHECK: return %[[FIRST]], %[[SECOND]], %[[THIRD]]
func.func @elementwise(%x: tensor<8x256xf32>, %e: tensor<8x256xf32>, %s: tensor<8x256xf32>) -> (tensor<8x256xf32>, tensor<8x256xf32>, tensor<8x256xf32>) {
  %r:3 = linalg.generic {indexing_maps = [#id, #id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<8x256xf32>) outs(%e, %s, %e : tensor<8x256xf32>, tensor<8x256xf32>, tensor<8x256xf32>) {
  ^bb0(%v: f32, %o: f32, %p: f32, %q: f32):
    %t = math.tanh %v : f32
    %u = arith.addf %t, %p : f32
    linalg.yield %t, %u, %v : f32, f32, f32
  } -> (tensor<8x256xf32>, tensor<8x256xf32>, tensor<8x256xf32>)
  return %r#0, %r#1, %r#2 : tensor<8x256xf32>, tensor<8x256xf32>, tensor<8x256xf32>
}

// -----

#id = affine_map<(m, n) -> (m, n)>

// One that needs what another one has so far stays.
// CHECK-LABEL: func @crossed
// CHECK: linalg.generic
// CHECK-SAME: outs(%arg1, %arg2 :
// CHECK-NOT: linalg.generic
func.func @crossed(%x: tensor<8x256xf32>, %e: tensor<8x256xf32>, %s: tensor<8x256xf32>) -> (tensor<8x256xf32>, tensor<8x256xf32>) {
  %r:2 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<8x256xf32>) outs(%e, %s : tensor<8x256xf32>, tensor<8x256xf32>) {
  ^bb0(%v: f32, %o: f32, %p: f32):
    %u = arith.addf %v, %p : f32
    linalg.yield %u, %v : f32, f32
  } -> (tensor<8x256xf32>, tensor<8x256xf32>)
  return %r#0, %r#1 : tensor<8x256xf32>, tensor<8x256xf32>
}
