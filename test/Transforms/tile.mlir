// RUN: gq-opt %s --gq-tile --split-input-file | FileCheck %s

#id = affine_map<(m, n) -> (m, n)>
#column = affine_map<(m, n) -> (n)>

// Bias and activation go into the tiles of the product; K becomes a loop whose
// last step is shorter (600 = 4 * 128 + 88).
// CHECK-DAG: #[[LAST:.*]] = affine_map<(d0) -> (-d0 + 600, 128)>
// CHECK-DAG: #[[BLOCK:.*]] = affine_map<(d0) -> (d0 floordiv 128)>
// CHECK-LABEL: func.func @bias_relu
// CHECK-SAME: (%[[A:.*]]: tensor<512x600xf8E4M3FN>, %[[B:.*]]: tensor<256x600xf8E4M3FN>, %[[SA:.*]]: tensor<512x5xf32>, %[[SB:.*]]: tensor<2x5xf32>, %[[BIAS:.*]]: tensor<256xf32>)
// CHECK: scf.forall (%[[I:.*]], %[[J:.*]]) = (0, 0) to (512, 256) step (256, 128) shared_outs(%[[O:.*]] = %{{.*}}) -> (tensor<512x256xf32>) {
// CHECK:   %[[ACC:.*]] = linalg.fill {{.*}} -> tensor<256x128xf32>
// CHECK:   %[[SUM:.*]] = scf.for %[[K:.*]] = %c0 to %c600 step %c128 iter_args(%[[IT:.*]] = %[[ACC]])
// CHECK-DAG:  %[[SIZE:.*]] = affine.min #[[LAST]](%[[K]])
// CHECK-DAG:  %[[KB:.*]] = affine.apply #[[BLOCK]](%[[K]])
// CHECK-DAG:  %[[AT:.*]] = tensor.extract_slice %[[A]][%[[I]], %[[K]]] [256, %[[SIZE]]] [1, 1]
// CHECK-DAG:  %[[BT:.*]] = tensor.extract_slice %[[B]][%[[J]], %[[K]]] [128, %[[SIZE]]] [1, 1]
// CHECK-DAG:  tensor.extract_slice %[[SA]][%[[I]], %[[KB]]] [256, %{{.*}}] [1, 1]
// CHECK-DAG:  tensor.extract_slice %[[SB]][%{{.*}}, %{{.*}}] [1, %{{.*}}] [1, 1]
// CHECK:      gq.scaled_matmul %[[AT]], %[[BT]] {{.*}} outs(%[[IT]] : tensor<256x128xf32>) {config = #gq.matmul_config<tile = [256, 128, 128]>}
// CHECK:   %[[BIAST:.*]] = tensor.extract_slice %[[BIAS]][%[[J]]] [128] [1]
// CHECK:   linalg.generic {{.*}} ins(%[[SUM]], %[[BIAST]] : tensor<256x128xf32>, tensor<128xf32>)
// CHECK:     arith.addf
// CHECK:   linalg.generic
// CHECK:     arith.maximumf
// CHECK:   tensor.parallel_insert_slice %{{.*}} into %[[O]][%[[I]], %[[J]]] [256, 128] [1, 1]
// CHECK: mapping = [#gpu.block<y>, #gpu.block<x>]
// CHECK-NOT: linalg
// CHECK: return
func.func @bias_relu(%a: tensor<512x600xf8E4M3FN>, %b: tensor<256x600xf8E4M3FN>, %sa: tensor<512x5xf32>,
                     %sb: tensor<2x5xf32>, %bias: tensor<256xf32>) -> tensor<512x256xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<512x256xf32>
  %c = linalg.fill ins(%zero : f32) outs(%e : tensor<512x256xf32>) -> tensor<512x256xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : tensor<512x256xf32>)
      {config = #gq.matmul_config<tile = [256, 128, 128]>}
      : tensor<512x600xf8E4M3FN>, tensor<256x600xf8E4M3FN>, tensor<512x5xf32>, tensor<2x5xf32> -> tensor<512x256xf32>
  %s = linalg.generic {indexing_maps = [#id, #column, #id], iterator_types = ["parallel", "parallel"]}
      ins(%d, %bias : tensor<512x256xf32>, tensor<256xf32>) outs(%e : tensor<512x256xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %t = arith.addf %x, %y : f32
    linalg.yield %t : f32
  } -> tensor<512x256xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s : tensor<512x256xf32>) outs(%e : tensor<512x256xf32>) {
  ^bb0(%x: f32, %o: f32):
    %t = arith.maximumf %x, %zero : f32
    linalg.yield %t : f32
  } -> tensor<512x256xf32>
  return %r : tensor<512x256xf32>
}

// -----

#id = affine_map<(m, n) -> (m, n)>

// silu(g) * u is computed in the tiles that are quantised.
// CHECK-LABEL: func.func @silu_mul
// CHECK-SAME: (%[[G:.*]]: tensor<?x1024xf32>, %[[U:.*]]: tensor<?x1024xf32>,
// CHECK-NOT: linalg.generic
// CHECK: scf.forall (%[[I:.*]], %[[J:.*]]) = (0, 0) to (%{{.*}}, 1024) step (16, 512) shared_outs(%[[Q:.*]] = %{{.*}}, %[[S:.*]] = %{{.*}})
// CHECK-DAG: tensor.extract_slice %[[G]][%[[I]], %[[J]]] [%{{.*}}, 512]
// CHECK-DAG: tensor.extract_slice %[[U]][%[[I]], %[[J]]] [%{{.*}}, 512]
// CHECK: %[[X:.*]] = linalg.generic
// CHECK:   math.exp
// CHECK: %[[R:.*]]:2 = gq.quantize %[[X]] block [1, 128]
// CHECK-DAG: tensor.parallel_insert_slice %[[R]]#0 into %[[Q]][%[[I]], %[[J]]]
// CHECK-DAG: tensor.parallel_insert_slice %[[R]]#1 into %[[S]][%[[I]], %{{.*}}] [%{{.*}}, 4]
func.func @silu_mul(%g: tensor<?x1024xf32>, %u: tensor<?x1024xf32>, %q: tensor<?x1024xf8E4M3FN>, %s: tensor<?x8xf32>)
    -> (tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1.0 : f32
  %m = tensor.dim %g, %c0 : tensor<?x1024xf32>
  %e = tensor.empty(%m) : tensor<?x1024xf32>
  %x = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%g, %u : tensor<?x1024xf32>, tensor<?x1024xf32>) outs(%e : tensor<?x1024xf32>) {
  ^bb0(%l: f32, %r: f32, %o: f32):
    %n = arith.negf %l : f32
    %p = math.exp %n : f32
    %d = arith.addf %p, %one : f32
    %f = arith.divf %l, %d : f32
    %v = arith.mulf %f, %r : f32
    linalg.yield %v : f32
  } -> tensor<?x1024xf32>
  %y:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>)
      {config = #gq.quantize_config<tile = [16, 512]>} : tensor<?x1024xf32> -> tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>
  return %y#0, %y#1 : tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>
}

// -----

#id = affine_map<(m, n) -> (m, n)>
#swap = affine_map<(m, n) -> (n, m)>

// A consumer that turns what it reads stays outside (gq-expand takes it apart).
// CHECK-LABEL: func.func @not_fused
// CHECK: %[[T:.*]] = scf.forall
// CHECK-NOT: linalg.generic
// CHECK: mapping
// CHECK: linalg.generic {{.*}} ins(%[[T]]
// CHECK-LABEL: func.func @no_config
// CHECK-NOT: scf.forall (
// CHECK: gq.scaled_matmul
func.func @not_fused(%a: tensor<128x128xf8E4M3FN>, %s: tensor<128x1xf32>, %t: tensor<1x1xf32>, %c: tensor<128x128xf32>) -> tensor<128x128xf32> {
  %d = gq.scaled_matmul %a, %a scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<128x128xf32>)
      {config = #gq.matmul_config<tile = [128, 64, 128]>}
      : tensor<128x128xf8E4M3FN>, tensor<128x128xf8E4M3FN>, tensor<128x1xf32>, tensor<1x1xf32> -> tensor<128x128xf32>
  %r = linalg.generic {indexing_maps = [#swap, #id], iterator_types = ["parallel", "parallel"]}
      ins(%d : tensor<128x128xf32>) outs(%c : tensor<128x128xf32>) {
  ^bb0(%x: f32, %o: f32):
    linalg.yield %x : f32
  } -> tensor<128x128xf32>
  return %r : tensor<128x128xf32>
}

func.func @no_config(%a: tensor<128x128xf8E4M3FN>, %s: tensor<128x1xf32>, %t: tensor<1x1xf32>, %c: tensor<128x128xf32>) -> tensor<128x128xf32> {
  %d = gq.scaled_matmul %a, %a scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<128x128xf32>)
      : tensor<128x128xf8E4M3FN>, tensor<128x128xf8E4M3FN>, tensor<128x1xf32>, tensor<1x1xf32> -> tensor<128x128xf32>
  return %d : tensor<128x128xf32>
}

// -----

// Two passes. The scales are computed where the absmax is, in a loop over
// blocks; an absmax that is used elsewhere is a result of its own. A tile of the
// cast is a part of its blocks along the rows.
// CHECK-DAG: #[[FIRST:.*]] = affine_map<(d0) -> (d0 * 128)>
// CHECK-DAG: #[[WHICH:.*]] = affine_map<(d0) -> (d0 floordiv 128)>
// CHECK-LABEL: func.func @two_passes
// CHECK-SAME: (%[[X:.*]]: tensor<300x1024xbf16>
// CHECK: %[[R:.*]]:2 = scf.forall (%[[I:.*]], %[[J:.*]]) = (0, 0) to (3, 8) step (1, 2) shared_outs(%[[S:.*]] = %{{.*}}, %[[E:.*]] = %{{.*}})
// CHECK-DAG: %[[ROW:.*]] = affine.apply #[[FIRST]](%[[I]])
// CHECK-DAG: %[[COLUMN:.*]] = affine.apply #[[FIRST]](%[[J]])
// CHECK: tensor.extract_slice %[[X]][%[[ROW]], %[[COLUMN]]] [%{{.*}}, 256] [1, 1]
// CHECK: %[[A:.*]] = gq.block_absmax {{.*}} -> tensor<1x2xf32>
// CHECK: %[[F:.*]] = gq.absmax_to_scale %[[A]] {{.*}} -> tensor<1x2xf32>
// CHECK-DAG: tensor.parallel_insert_slice %[[F]] into %[[S]][%[[I]], %[[J]]] [1, 2] [1, 1]
// CHECK-DAG: tensor.parallel_insert_slice %[[A]] into %[[E]][%[[I]], %[[J]]] [1, 2] [1, 1]
// CHECK: scf.forall (%[[I:.*]], %[[J:.*]]) = (0, 0) to (300, 1024) step (32, 256)
// CHECK-DAG: %[[BI:.*]] = affine.apply #[[WHICH]](%[[I]])
// CHECK-DAG: %[[BJ:.*]] = affine.apply #[[WHICH]](%[[J]])
// CHECK: %[[T:.*]] = tensor.extract_slice %[[R]]#0[%[[BI]], %[[BJ]]] [1, 2] [1, 1]
// CHECK: gq.scaled_cast %{{.*}} scales(%[[T]] block [128, 128]) origin(%[[I]], %c0)
// CHECK: return %{{.*}}, %[[R]]#0, %[[R]]#1
func.func @two_passes(%x: tensor<300x1024xbf16>, %q: tensor<300x1024xf8E4M3FN>, %s: tensor<3x8xf32>, %e: tensor<3x8xf32>)
    -> (tensor<300x1024xf8E4M3FN>, tensor<3x8xf32>, tensor<3x8xf32>) {
  %a = gq.block_absmax %x block [128, 128] outs(%e : tensor<3x8xf32>) {config = #gq.quantize_config<tile = [128, 256]>} : tensor<300x1024xbf16> -> tensor<3x8xf32>
  %f = gq.absmax_to_scale %a to f8E4M3FN outs(%s : tensor<3x8xf32>) : tensor<3x8xf32> -> tensor<3x8xf32>
  %c = gq.scaled_cast %x scales(%f block [128, 128]) outs(%q : tensor<300x1024xf8E4M3FN>) {config = #gq.quantize_config<tile = [32, 256]>}
      : tensor<300x1024xbf16>, tensor<3x8xf32> -> tensor<300x1024xf8E4M3FN>
  return %c, %f, %a : tensor<300x1024xf8E4M3FN>, tensor<3x8xf32>, tensor<3x8xf32>
}

// -----

// An absmax alone; scales that cannot be moved to it stay behind.
// CHECK-LABEL: func.func @apart
// CHECK: scf.forall {{.*}} to (512, 1024) step (16, 512)
// CHECK: gq.block_absmax
// CHECK: mapping
// CHECK: tensor.insert
// CHECK: gq.absmax_to_scale
func.func @apart(%x: tensor<512x1024xbf16>, %e: tensor<512x8xf32>, %v: f32) -> (tensor<512x8xf32>, tensor<512x8xf32>) {
  %c0 = arith.constant 0 : index
  %a = gq.block_absmax %x block [1, 128] outs(%e : tensor<512x8xf32>) {config = #gq.quantize_config<tile = [16, 512]>} : tensor<512x1024xbf16> -> tensor<512x8xf32>
  %b = tensor.insert %v into %a[%c0, %c0] : tensor<512x8xf32>
  %f = gq.absmax_to_scale %a to f8E4M3FN outs(%b : tensor<512x8xf32>) : tensor<512x8xf32> -> tensor<512x8xf32>
  return %a, %f : tensor<512x8xf32>, tensor<512x8xf32>
}

// -----

// The codes and their transpose are computed in one loop.
// CHECK-LABEL: func.func @dual
// CHECK: scf.forall (%[[I:.*]], %[[J:.*]]) = {{.*}} shared_outs(%[[Q:.*]] = %{{.*}}, %[[S:.*]] = %{{.*}}, %[[T:.*]] = %{{.*}})
// CHECK: %[[R:.*]]:2 = gq.quantize
// CHECK: %[[SLICE:.*]] = tensor.extract_slice %[[T]][%[[J]], %[[I]]] [128, %{{.*}}] [1, 1]
// CHECK: %[[TURNED:.*]] = linalg.transpose ins(%[[R]]#0 : {{.*}}) outs(%[[SLICE]]
// CHECK: tensor.parallel_insert_slice %[[R]]#0 into %[[Q]][%[[I]], %[[J]]]
// CHECK: tensor.parallel_insert_slice %[[R]]#1 into %[[S]]
// CHECK: tensor.parallel_insert_slice %[[TURNED]] into %[[T]][%[[J]], %[[I]]]
// CHECK-NOT: linalg.transpose
// CHECK: return
func.func @dual(%x: tensor<200x256xbf16>, %q: tensor<200x256xi8>, %s: tensor<200x2xf32>, %t: tensor<256x200xi8>)
    -> (tensor<200x256xi8>, tensor<200x2xf32>, tensor<256x200xi8>) {
  %r:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<200x256xi8>, tensor<200x2xf32>)
      {config = #gq.quantize_config<tile = [128, 128]>} : tensor<200x256xbf16> -> tensor<200x256xi8>, tensor<200x2xf32>
  %u = linalg.transpose ins(%r#0 : tensor<200x256xi8>) outs(%t : tensor<256x200xi8>) permutation = [1, 0]
  return %r#0, %r#1, %u : tensor<200x256xi8>, tensor<200x2xf32>, tensor<256x200xi8>
}

// -----

// What has no config of its own, and what is no transpose of the codes, stays.
// CHECK-LABEL: func.func @not_fused
// CHECK: scf.forall
// CHECK: linalg.transpose ins({{.*}} : tensor<200x2xf32>)
// CHECK: gq.quantize
// CHECK-NEXT: linalg.transpose
func.func @not_fused(%x: tensor<200x256xbf16>, %q: tensor<200x256xi8>, %s: tensor<200x2xf32>, %t: tensor<256x200xi8>, %u: tensor<2x200xf32>)
    -> (tensor<2x200xf32>, tensor<200x256xi8>, tensor<256x200xi8>) {
  %r:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<200x256xi8>, tensor<200x2xf32>)
      {config = #gq.quantize_config<tile = [128, 128]>} : tensor<200x256xbf16> -> tensor<200x256xi8>, tensor<200x2xf32>
  %a = linalg.transpose ins(%r#1 : tensor<200x2xf32>) outs(%u : tensor<2x200xf32>) permutation = [1, 0]
  %v:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<200x256xi8>, tensor<200x2xf32>)
      : tensor<200x256xbf16> -> tensor<200x256xi8>, tensor<200x2xf32>
  %c = linalg.transpose ins(%v#0 : tensor<200x256xi8>) outs(%t : tensor<256x200xi8>) permutation = [1, 0]
  return %a, %r#0, %c : tensor<2x200xf32>, tensor<200x256xi8>, tensor<256x200xi8>
}

// -----

#id = affine_map<(m, n) -> (m, n)>

// The transpose of a product, behind what else is computed from it: tiles are those
// of the product, and only the transpose is stored.
// CHECK-LABEL: func.func @transposed
// CHECK: scf.forall (%[[I:.*]], %[[J:.*]]) = (0, 0) to (%{{.*}}, %{{.*}}) step (128, 16) shared_outs(%[[O:.*]] = %{{.*}}) -> (tensor<?x?xbf16>) {
// CHECK:   scf.for
// CHECK:     gq.scaled_matmul
// CHECK:   %[[R:.*]] = linalg.generic
// CHECK:     arith.truncf
// CHECK:   %[[T:.*]] = linalg.transpose ins(%[[R]] {{.*}} permutation = [1, 0]
// CHECK:   scf.forall.in_parallel
// CHECK-NEXT: tensor.parallel_insert_slice %[[T]] into %[[O]][%[[J]], %[[I]]]
// CHECK-NEXT: }
// CHECK: mapping = [#gpu.block<y>, #gpu.block<x>]
func.func @transposed(%w: tensor<?x512xf8E4M3FN>, %x: tensor<?x512xf8E4M3FN>, %sw: tensor<?x4xf32>, %sx: tensor<?x4xf32>,
                      %c: tensor<?x?xf32>, %d: tensor<?x?xbf16>, %m: index, %n: index) -> tensor<?x?xbf16> {
  %p = gq.scaled_matmul %w, %x scales(%sw block [128, 128], %sx block [1, 128]) outs(%c : tensor<?x?xf32>)
      {config = #gq.matmul_config<tile = [128, 16, 128]>}
      : tensor<?x512xf8E4M3FN>, tensor<?x512xf8E4M3FN>, tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x?xf32>
  %e = tensor.empty(%n, %m) : tensor<?x?xbf16>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%p : tensor<?x?xf32>) outs(%e : tensor<?x?xbf16>) {
  ^bb0(%a: f32, %o: bf16):
    %b = arith.truncf %a : f32 to bf16
    linalg.yield %b : bf16
  } -> tensor<?x?xbf16>
  %t = linalg.transpose ins(%r : tensor<?x?xbf16>) outs(%d : tensor<?x?xbf16>) permutation = [1, 0]
  return %t : tensor<?x?xbf16>
}

// -----

// Both are stored where somebody wants both.
// CHECK-LABEL: func.func @product_and_transpose
// CHECK: scf.forall (%[[I:.*]], %[[J:.*]]) = {{.*}} shared_outs(%[[O:.*]] = %{{.*}}, %[[U:.*]] = %{{.*}})
// CHECK:   %[[T:.*]] = linalg.transpose ins(%[[P:.*]] : tensor<128x64xf32>) {{.*}} permutation = [1, 0]
// CHECK-DAG: tensor.parallel_insert_slice %[[P]] into %[[O]][%[[I]], %[[J]]]
// CHECK-DAG: tensor.parallel_insert_slice %[[T]] into %[[U]][%[[J]], %[[I]]]
func.func @product_and_transpose(%a: tensor<256x128xf8E4M3FN>, %s: tensor<256x1xf32>, %t: tensor<2x1xf32>, %c: tensor<256x256xf32>)
    -> (tensor<256x256xf32>, tensor<256x256xf32>) {
  %d = gq.scaled_matmul %a, %a scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<256x256xf32>)
      {config = #gq.matmul_config<tile = [128, 64, 128]>}
      : tensor<256x128xf8E4M3FN>, tensor<256x128xf8E4M3FN>, tensor<256x1xf32>, tensor<2x1xf32> -> tensor<256x256xf32>
  %e = tensor.empty() : tensor<256x256xf32>
  %r = linalg.transpose ins(%d : tensor<256x256xf32>) outs(%e : tensor<256x256xf32>) permutation = [1, 0]
  return %d, %r : tensor<256x256xf32>, tensor<256x256xf32>
}

// -----

// Of two products that an elementwise op reads the last takes it along, in one tile with its
// own; the other is in memory.
// CHECK-LABEL: func.func @of_two_products
// CHECK: %[[G:.*]] = scf.forall {{.*}} step (64, 128)
// CHECK-NOT: linalg.generic
// CHECK: gq.scaled_matmul
// CHECK: scf.forall {{.*}} step (128, 64)
// CHECK:   tensor.extract_slice %[[G]]
// CHECK:   gq.scaled_matmul
// CHECK:   linalg.generic
// CHECK-NOT: scf.forall (
#id = affine_map<(i, j) -> (i, j)>
func.func @of_two_products(%a: tensor<256x128xf8E4M3FN>, %s: tensor<256x1xf32>, %t: tensor<2x1xf32>) -> tensor<256x256xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<256x256xf32>
  %c = linalg.fill ins(%zero : f32) outs(%e : tensor<256x256xf32>) -> tensor<256x256xf32>
  %g = gq.scaled_matmul %a, %a scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<256x256xf32>)
      {config = #gq.matmul_config<tile = [64, 128, 128]>}
      : tensor<256x128xf8E4M3FN>, tensor<256x128xf8E4M3FN>, tensor<256x1xf32>, tensor<2x1xf32> -> tensor<256x256xf32>
  %u = gq.scaled_matmul %a, %a scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<256x256xf32>)
      {config = #gq.matmul_config<tile = [128, 64, 128]>}
      : tensor<256x128xf8E4M3FN>, tensor<256x128xf8E4M3FN>, tensor<256x1xf32>, tensor<2x1xf32> -> tensor<256x256xf32>
  %r = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%g, %u : tensor<256x256xf32>, tensor<256x256xf32>) outs(%e : tensor<256x256xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    linalg.yield %p : f32
  } -> tensor<256x256xf32>
  return %r : tensor<256x256xf32>
}
