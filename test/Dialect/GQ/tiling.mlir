// Stock transforms on gq.scaled_matmul: tiles that start at scale blocks.
// RUN: gq-opt %s --transform-interpreter --canonicalize --cse --split-input-file | FileCheck %s

// CHECK-DAG: #[[T128:.*]] = affine_map<(d0) -> (d0 * 128)>
// CHECK-DAG: #[[BLOCK:.*]] = affine_map<(d0) -> (d0 floordiv 128)>
// CHECK-LABEL: func @aligned
// CHECK-SAME: %[[A:[a-z0-9]+]]: tensor<512x1024xf8E4M3FN>, %[[B:[a-z0-9]+]]: tensor<768x1024xf8E4M3FN>, %[[SA:[a-z0-9]+]]: tensor<512x8xf32>, %[[SB:[a-z0-9]+]]: tensor<6x8xf32>
// CHECK: scf.forall (%[[I:[a-z0-9_]+]], %[[J:[a-z0-9_]+]]) in (4, 6)
// CHECK-DAG: %[[M:[a-z0-9_]+]] = affine.apply #[[T128]](%[[I]])
// CHECK-DAG: %[[N:[a-z0-9_]+]] = affine.apply #[[T128]](%[[J]])
// CHECK-DAG: %[[AT:[a-z0-9_]+]] = tensor.extract_slice %[[A]][%[[M]], 0] [128, 1024]
// CHECK-DAG: %[[BT:[a-z0-9_]+]] = tensor.extract_slice %[[B]][%[[N]], 0] [128, 1024]
// CHECK-DAG: %[[SAT:[a-z0-9_]+]] = tensor.extract_slice %[[SA]][%[[M]], 0] [128, 8]
// The block of the tile is the tile's number: the apply of floordiv folds away.
// CHECK-DAG: %[[SBT:[a-z0-9_]+]] = tensor.extract_slice %[[SB]][%[[J]], 0] [1, 8]
// CHECK: scf.for %[[K:[a-z0-9_]+]] = %c0 to %c1024 step %c128
// CHECK-DAG: %[[KB:[a-z0-9_]+]] = affine.apply #[[BLOCK]](%[[K]])
// CHECK-DAG: tensor.extract_slice %[[AT]][0, %[[K]]] [128, 128]
// CHECK-DAG: tensor.extract_slice %[[BT]][0, %[[K]]] [128, 128]
// CHECK-DAG: tensor.extract_slice %[[SAT]][0, %[[KB]]] [128, 1]
// CHECK-DAG: tensor.extract_slice %[[SBT]][0, %[[KB]]] [1, 1]
// CHECK: gq.scaled_matmul
// CHECK-NOT: origin
// CHECK-SAME: {config = #gq.matmul_config<tile = [128, 128, 128]>, my.note = "kept", promote = 64 : i64}
// CHECK-SAME: tensor<128x128xf8E4M3FN>, tensor<128x128xf8E4M3FN>, tensor<128x1xf32>, tensor<1x1xf32> -> tensor<128x128xf32>
func.func @aligned(%a: tensor<512x1024xf8E4M3FN>, %b: tensor<768x1024xf8E4M3FN>,
    %sa: tensor<512x8xf32>, %sb: tensor<6x8xf32>, %c: tensor<512x768xf32>)
    -> tensor<512x768xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
         outs(%c : tensor<512x768xf32>)
         {config = #gq.matmul_config<tile = [128, 128, 128]>, my.note = "kept", promote = 64}
         : tensor<512x1024xf8E4M3FN>, tensor<768x1024xf8E4M3FN>, tensor<512x8xf32>,
           tensor<6x8xf32> -> tensor<512x768xf32>
  return %d : tensor<512x768xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match ops{["gq.scaled_matmul"]} in %root : (!transform.any_op) -> !transform.any_op
    %1, %l = transform.structured.tile_using_forall %0 tile_sizes [128, 128] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    %2, %k = transform.structured.tile_using_for %1 tile_sizes [0, 0, 128] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// Dynamic M and ragged edges: the last tile is smaller, its scales too.
// CHECK-DAG: #[[MIN:.*]] = affine_map<(d0)[s0] -> (d0 * -128 + s0, 128)>
// CHECK-DAG: #[[CEIL:.*]] = affine_map<(d0) -> (d0 ceildiv 128)>
// CHECK-LABEL: func @dynamic
// CHECK: scf.forall (%[[I:[a-z0-9_]+]]) in
// CHECK: %[[SIZE:[a-z0-9_]+]] = affine.min #[[MIN]](%[[I]])[%{{.*}}]
// CHECK: %[[SCALES:[a-z0-9_]+]] = affine.apply #[[CEIL]](%[[SIZE]])
// CHECK: tensor.extract_slice %{{.*}}[%[[I]], 0] [%[[SCALES]], 8] [1, 1] : tensor<?x8xf32> to tensor<?x8xf32>
// CHECK: gq.scaled_matmul
// CHECK-NOT: origin
// CHECK-SAME: outs(
func.func @dynamic(%a: tensor<?x1000xf8E4M3FN>, %b: tensor<768x1000xf8E4M3FN>,
    %sa: tensor<?x8xf32>, %sb: tensor<6x8xf32>, %c: tensor<?x768xf32>)
    -> tensor<?x768xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [128, 128], %sb block [128, 128])
         outs(%c : tensor<?x768xf32>)
         : tensor<?x1000xf8E4M3FN>, tensor<768x1000xf8E4M3FN>, tensor<?x8xf32>,
           tensor<6x8xf32> -> tensor<?x768xf32>
  return %d : tensor<?x768xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match ops{["gq.scaled_matmul"]} in %root : (!transform.any_op) -> !transform.any_op
    %1, %l = transform.structured.tile_using_forall %0 tile_sizes [128] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// On memrefs tiles are subviews, and loops carry nothing.
// CHECK-LABEL: func @memrefs
// CHECK: scf.for %[[I:[a-z0-9_]+]] = %c0 to %c256 step %c64 {
// CHECK: scf.for %[[J:[a-z0-9_]+]] = %c0 to %c512 step %c128 {
// CHECK-COUNT-3: memref.subview
// CHECK: gq.scaled_cast %{{.*}} outs(%{{.*}} : memref<64x128xf8E4M3FN, strided<[512, 1], offset: ?>>)
// CHECK: gq.block_absmax %{{.*}} outs(%{{.*}} : memref<64x1xf32, strided<[4, 1], offset: ?>>)
// CHECK: gq.scaled_matmul %{{.*}} : memref<64x512xf8E4M3FN, strided<[512, 1], offset: ?>>, memref<256x512xf8E4M3FN, strided<[512, 1]>>, memref<64x4xf32, strided<[4, 1], offset: ?>>, memref<256x4xf32, strided<[4, 1]>>
func.func @memrefs(%x: memref<256x512xbf16>, %s: memref<256x4xf32>,
    %q: memref<256x512xf8E4M3FN>, %d: memref<256x256xf32>) {
  gq.scaled_cast %x scales(%s block [1, 128]) outs(%q : memref<256x512xf8E4M3FN>)
    : memref<256x512xbf16>, memref<256x4xf32>
  gq.block_absmax %x block [1, 128] outs(%s : memref<256x4xf32>) : memref<256x512xbf16>
  gq.scaled_matmul %q, %q scales(%s block [1, 128], %s block [1, 128])
    outs(%d : memref<256x256xf32>)
    : memref<256x512xf8E4M3FN>, memref<256x512xf8E4M3FN>, memref<256x4xf32>,
      memref<256x4xf32>
  return
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match ops{["gq.scaled_cast"]} in %root : (!transform.any_op) -> !transform.any_op
    %1, %l:2 = transform.structured.tile_using_for %0 tile_sizes [64, 128] : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op)
    %2 = transform.structured.match ops{["gq.block_absmax"]} in %root : (!transform.any_op) -> !transform.any_op
    %3, %k:2 = transform.structured.tile_using_for %2 tile_sizes [64, 128] : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op)
    %4 = transform.structured.match ops{["gq.scaled_matmul"]} in %root : (!transform.any_op) -> !transform.any_op
    %5, %m = transform.structured.tile_using_for %4 tile_sizes [64] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// Whole blocks but for the end of the tensor, and a dynamic dimension taken whole:
// neither cuts a block.
// CHECK-LABEL: func @whole_blocks
// CHECK: gq.quantize {{.*}} -> tensor<?x128xf8E4M3FN>, tensor<?x1xf32>
// CHECK: affine.min
// CHECK: gq.block_absmax {{.*}} : tensor<?x?xbf16> -> tensor<?x?xf32>
func.func @whole_blocks(%x: tensor<?x512xbf16>, %q: tensor<?x512xf8E4M3FN>,
    %s: tensor<?x4xf32>, %y: tensor<300x?xbf16>, %e: tensor<3x?xf32>)
    -> (tensor<?x512xf8E4M3FN>, tensor<?x4xf32>, tensor<3x?xf32>) {
  %0:2 = gq.quantize %x block [128, 128]
           outs(%q, %s : tensor<?x512xf8E4M3FN>, tensor<?x4xf32>)
           : tensor<?x512xbf16> -> tensor<?x512xf8E4M3FN>, tensor<?x4xf32>
  %1 = gq.block_absmax %y block [128, 128] outs(%e : tensor<3x?xf32>)
         : tensor<300x?xbf16> -> tensor<3x?xf32>
  return %0#0, %0#1, %1 : tensor<?x512xf8E4M3FN>, tensor<?x4xf32>, tensor<3x?xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match ops{["gq.quantize"]} in %root : (!transform.any_op) -> !transform.any_op
    %1, %l = transform.structured.tile_using_for %0 tile_sizes [0, 128] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    %2 = transform.structured.match ops{["gq.block_absmax"]} in %root : (!transform.any_op) -> !transform.any_op
    %3, %m = transform.structured.tile_using_for %2 tile_sizes [128, 0] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}
