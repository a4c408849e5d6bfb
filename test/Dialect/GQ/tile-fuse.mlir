// gq ops between linalg ops: producers and consumers meet in one tile.
// RUN: gq-opt %s --transform-interpreter --canonicalize --cse --split-input-file | FileCheck %s

// fill -> scaled_matmul -> elementwise, by tiling the consumer and pulling the
// producers in.
// CHECK-LABEL: func @epilogue
// CHECK: scf.forall (%{{.*}}, %{{.*}}) in (4, 6)
// CHECK: %[[FILL:[a-z0-9_]+]] = linalg.fill {{.*}} -> tensor<128x128xf32>
// CHECK: %[[ACC:[a-z0-9_]+]] = scf.for {{.*}} iter_args(%[[IT:[a-z0-9_]+]] = %[[FILL]])
// CHECK: gq.scaled_matmul {{.*}} outs(%[[IT]] : tensor<128x128xf32>)
// CHECK-NOT: origin
// CHECK: linalg.generic {{.*}} ins(%[[ACC]], %{{.*}} : tensor<128x128xf32>, tensor<128xf32>)
// CHECK: tensor.parallel_insert_slice
// CHECK-NOT: gq.
// CHECK: return
func.func @epilogue(%a: tensor<512x1024xf8E4M3FN>, %b: tensor<768x1024xf8E4M3FN>,
    %sa: tensor<512x8xf32>, %sb: tensor<6x8xf32>, %bias: tensor<768xf32>,
    %out: tensor<512x768xbf16>) -> tensor<512x768xbf16> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<512x768xf32>
  %c = linalg.fill ins(%zero : f32) outs(%e : tensor<512x768xf32>) -> tensor<512x768xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
         outs(%c : tensor<512x768xf32>)
         : tensor<512x1024xf8E4M3FN>, tensor<768x1024xf8E4M3FN>, tensor<512x8xf32>,
           tensor<6x8xf32> -> tensor<512x768xf32>
  %y = linalg.generic {
      indexing_maps = [affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> (n)>,
                       affine_map<(m, n) -> (m, n)>],
      iterator_types = ["parallel", "parallel"]}
      ins(%d, %bias : tensor<512x768xf32>, tensor<768xf32>)
      outs(%out : tensor<512x768xbf16>) {
  ^bb0(%v: f32, %w: f32, %o: bf16):
    %s = arith.addf %v, %w : f32
    %t = arith.truncf %s : f32 to bf16
    linalg.yield %t : bf16
  } -> tensor<512x768xbf16>
  return %y : tensor<512x768xbf16>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %generic = transform.structured.match ops{["linalg.generic"]} in %root : (!transform.any_op) -> !transform.any_op
    %matmul = transform.structured.match ops{["gq.scaled_matmul"]} in %root : (!transform.any_op) -> !transform.any_op
    %fill = transform.structured.match ops{["linalg.fill"]} in %root : (!transform.any_op) -> !transform.any_op
    %0, %l0 = transform.structured.tile_using_forall %generic tile_sizes [128, 128] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    %1, %l1 = transform.structured.fuse_into_containing_op %matmul into %l0 : (!transform.any_op, !transform.any_op) -> (!transform.any_op, !transform.any_op)
    %2, %l2 = transform.structured.fuse_into_containing_op %fill into %l1 : (!transform.any_op, !transform.any_op) -> (!transform.any_op, !transform.any_op)
    %3, %k = transform.structured.tile_using_for %1 tile_sizes [0, 0, 128] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// The whole quantisation chain in one loop, by transform.structured.fuse: from the
// tile of scaled_cast to the scales, from the scales to the blocks of block_absmax.
// CHECK-LABEL: func @chain
// CHECK: scf.for
// CHECK: %[[X:[a-z0-9_]+]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<128x512xf32>)
// CHECK: %[[AMAX:[a-z0-9_]+]] = gq.block_absmax %[[X]] {{.*}} tensor<128x512xf32> -> tensor<1x4xf32>
// CHECK: %[[S:[a-z0-9_]+]] = gq.absmax_to_scale %[[AMAX]] {{.*}} tensor<1x4xf32> -> tensor<1x4xf32>
// CHECK: gq.scaled_cast %[[X]] scales(%[[S]] block [128, 128]) outs(
// CHECK: scf.yield
// CHECK-NOT: gq.
// CHECK: return
func.func @chain(%x: tensor<512x512xbf16>) -> tensor<512x512xf8E4M3FN> {
  %e = tensor.empty() : tensor<512x512xf32>
  %w = linalg.generic {
      indexing_maps = [affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> (m, n)>],
      iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<512x512xbf16>) outs(%e : tensor<512x512xf32>) {
  ^bb0(%v: bf16, %o: f32):
    %t = arith.extf %v : bf16 to f32
    %u = arith.mulf %t, %t : f32
    linalg.yield %u : f32
  } -> tensor<512x512xf32>
  %es = tensor.empty() : tensor<4x4xf32>
  %amax = gq.block_absmax %w block [128, 128] outs(%es : tensor<4x4xf32>)
            : tensor<512x512xf32> -> tensor<4x4xf32>
  %s = gq.absmax_to_scale %amax to f8E4M3FN outs(%es : tensor<4x4xf32>)
         : tensor<4x4xf32> -> tensor<4x4xf32>
  %eq = tensor.empty() : tensor<512x512xf8E4M3FN>
  %q = gq.scaled_cast %w scales(%s block [128, 128]) outs(%eq : tensor<512x512xf8E4M3FN>)
         : tensor<512x512xf32>, tensor<4x4xf32> -> tensor<512x512xf8E4M3FN>
  return %q : tensor<512x512xf8E4M3FN>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match ops{["gq.scaled_cast"]} in %root : (!transform.any_op) -> !transform.any_op
    %1, %l = transform.structured.fuse %0 tile_sizes [128, 0] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// Both results of quantize feed a matmul; with dynamic M, K whole.
// CHECK-LABEL: func @quantize_then_matmul
// CHECK: scf.forall
// CHECK: %[[Q:[a-z0-9_]+]]:2 = gq.quantize
// CHECK: gq.scaled_matmul %[[Q]]#0, %{{.*}} scales(%[[Q]]#1 block [1, 128]
func.func @quantize_then_matmul(%x: tensor<?x1024xbf16>, %b: tensor<768x1024xf8E4M3FN>,
    %sb: tensor<6x8xf32>, %q: tensor<?x1024xf8E4M3FN>, %s: tensor<?x8xf32>,
    %c: tensor<?x768xf32>) -> tensor<?x768xf32> {
  %0:2 = gq.quantize %x block [1, 128]
           outs(%q, %s : tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>)
           : tensor<?x1024xbf16> -> tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>
  %1 = gq.scaled_matmul %0#0, %b scales(%0#1 block [1, 128], %sb block [128, 128])
         outs(%c : tensor<?x768xf32>)
         : tensor<?x1024xf8E4M3FN>, tensor<768x1024xf8E4M3FN>, tensor<?x8xf32>,
           tensor<6x8xf32> -> tensor<?x768xf32>
  return %1 : tensor<?x768xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match ops{["gq.scaled_matmul"]} in %root : (!transform.any_op) -> !transform.any_op
    %q = transform.structured.match ops{["gq.quantize"]} in %root : (!transform.any_op) -> !transform.any_op
    %1, %l = transform.structured.tile_using_forall %0 tile_sizes [128] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    %2, %m = transform.structured.fuse_into_containing_op %q into %l : (!transform.any_op, !transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// The last rows of a tensor that ends inside a block are whole as far as they go.
// CHECK-LABEL: func @tail
// CHECK: scf.for
// CHECK: gq.quantize {{.*}} : tensor<44x512xbf16> -> tensor<44x512xf8E4M3FN>, tensor<1x4xf32>
func.func @tail(%x: tensor<300x512xbf16>, %q: tensor<300x512xf8E4M3FN>,
    %s: tensor<3x4xf32>, %e: tensor<44x512xf8E4M3FN>, %n: index) -> tensor<44x512xf8E4M3FN> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %0:2 = gq.quantize %x block [128, 128]
           outs(%q, %s : tensor<300x512xf8E4M3FN>, tensor<3x4xf32>)
           : tensor<300x512xbf16> -> tensor<300x512xf8E4M3FN>, tensor<3x4xf32>
  %1 = scf.for %i = %c0 to %n step %c1 iter_args(%acc = %e) -> tensor<44x512xf8E4M3FN> {
    %2 = tensor.extract_slice %0#0[256, 0] [44, 512] [1, 1]
           : tensor<300x512xf8E4M3FN> to tensor<44x512xf8E4M3FN>
    scf.yield %2 : tensor<44x512xf8E4M3FN>
  }
  return %1 : tensor<44x512xf8E4M3FN>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match ops{["gq.quantize"]} in %root : (!transform.any_op) -> !transform.any_op
    %1 = transform.structured.match ops{["scf.for"]} in %root : (!transform.any_op) -> !transform.any_op
    %2, %l = transform.structured.fuse_into_containing_op %0 into %1 : (!transform.any_op, !transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}
