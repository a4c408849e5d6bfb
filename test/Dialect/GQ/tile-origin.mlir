// Tiles that do not start at a scale block say where in it they start.
// RUN: gq-opt %s --transform-interpreter --canonicalize --cse --split-input-file --allow-unregistered-dialect | FileCheck %s

// K steps of 128 through blocks of 256, N tiles of 192 over blocks of 128. A step
// never crosses a block of 256: one scale. A tile of 192 needs two.
// CHECK-DAG: #[[N:.*]] = affine_map<(d0) -> (d0 * 192)>
// CHECK-DAG: #[[NBLOCK:.*]] = affine_map<(d0) -> ((d0 * 3) floordiv 2)>
// CHECK-DAG: #[[NCOUNT:.*]] = affine_map<(d0) -> (((d0 * 3) mod 2 + 3) ceildiv 2)>
// CHECK-DAG: #[[KBLOCK:.*]] = affine_map<(d0) -> (d0 floordiv 256)>
// CHECK-LABEL: func @steps
// CHECK-SAME: %[[A:[a-z0-9]+]]: tensor<256x1024xf8E4M3FN>, %[[B:[a-z0-9]+]]: tensor<768x1024xf8E4M3FN>, %[[SA:[a-z0-9]+]]: tensor<256x4xf32>, %[[SB:[a-z0-9]+]]: tensor<6x4xf32>
// CHECK: scf.forall (%[[J:[a-z0-9_]+]]) in (4)
// CHECK-DAG: %[[NOFF:[a-z0-9_]+]] = affine.apply #[[N]](%[[J]])
// CHECK-DAG: %[[NB:[a-z0-9_]+]] = affine.apply #[[NBLOCK]](%[[J]])
// CHECK-DAG: %[[NC:[a-z0-9_]+]] = affine.apply #[[NCOUNT]](%[[J]])
// CHECK: %[[SBT:[a-z0-9_]+]] = tensor.extract_slice %[[SB]][%[[NB]], 0] [%[[NC]], 4]
// CHECK: scf.for %[[K:[a-z0-9_]+]] = %c0 to %c1024 step %c128
// CHECK: %[[KB:[a-z0-9_]+]] = affine.apply #[[KBLOCK]](%[[K]])
// CHECK: tensor.extract_slice %[[SA]][0, %[[KB]]] [256, 1]
// CHECK: tensor.extract_slice %[[SBT]][0, %[[KB]]] [%[[NC]], 1]
// CHECK: gq.scaled_matmul {{.*}} origin(%c0, %[[NORIGIN:[a-z0-9_]+]], %[[K]]) outs(
func.func @steps(%a: tensor<256x1024xf8E4M3FN>, %b: tensor<768x1024xf8E4M3FN>,
    %sa: tensor<256x4xf32>, %sb: tensor<6x4xf32>, %c: tensor<256x768xf32>)
    -> tensor<256x768xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 256], %sb block [128, 256])
         outs(%c : tensor<256x768xf32>)
         : tensor<256x1024xf8E4M3FN>, tensor<768x1024xf8E4M3FN>, tensor<256x4xf32>,
           tensor<6x4xf32> -> tensor<256x768xf32>
  return %d : tensor<256x768xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match ops{["gq.scaled_matmul"]} in %root : (!transform.any_op) -> !transform.any_op
    %1, %l = transform.structured.tile_using_forall %0 tile_sizes [0, 192] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    %2, %k = transform.structured.tile_using_for %1 tile_sizes [0, 0, 128] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// Unrolled, the origins are constants: 0 (dropped), 96, 64 and 32 in blocks of 128,
// and each tile takes just the scales it touches.
// CHECK-LABEL: func @unrolled
// CHECK: extract_slice %{{.*}}[0, 0] [64, 1]
// CHECK: gq.scaled_cast
// CHECK-NOT: origin
// CHECK: extract_slice %{{.*}}[0, 0] [64, 2]
// CHECK: gq.scaled_cast {{.*}} origin(%c0, %c96)
// CHECK: extract_slice %{{.*}}[0, 1] [64, 2]
// CHECK: gq.scaled_cast {{.*}} origin(%c0, %{{.*}})
// CHECK: extract_slice %{{.*}}[0, 2] [64, 1]
// CHECK: gq.scaled_cast {{.*}} origin(%c0, %{{.*}})
// CHECK-NOT: gq.scaled_cast
// CHECK: return
func.func @unrolled(%x: tensor<64x384xbf16>, %s: tensor<64x3xf32>,
    %q: tensor<64x384xf8E4M3FN>) -> tensor<64x384xf8E4M3FN> {
  %0 = gq.scaled_cast %x scales(%s block [1, 128]) outs(%q : tensor<64x384xf8E4M3FN>)
         : tensor<64x384xbf16>, tensor<64x3xf32> -> tensor<64x384xf8E4M3FN>
  return %0 : tensor<64x384xf8E4M3FN>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match ops{["gq.scaled_cast"]} in %root : (!transform.any_op) -> !transform.any_op
    %1, %l = transform.structured.tile_using_for %0 tile_sizes [0, 96] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.loop.unroll %l {factor = 4} : !transform.any_op
    transform.yield
  }
}

// -----

// An op that has an origin: the tile's is counted from it.
// CHECK: #[[POS:.*]] = affine_map<(d0)[s0] -> (d0 + s0 mod 128)>
// CHECK-LABEL: func @origin_of_origin
// CHECK-SAME: %[[O:[a-z0-9]+]]: index
// CHECK: scf.for %[[J:[a-z0-9_]+]] =
// CHECK: %[[P:[a-z0-9_]+]] = affine.apply #[[POS]](%[[J]])[%[[O]]]
// CHECK: gq.dequantize {{.*}} origin(%c0, %[[P]])
func.func @origin_of_origin(%x: tensor<64x384xf8E4M3FN>, %s: tensor<64x4xf32>,
    %q: tensor<64x384xbf16>, %o: index) -> tensor<64x384xbf16> {
  %0 = gq.dequantize %x scales(%s block [1, 128]) origin(%o, %o)
         outs(%q : tensor<64x384xbf16>)
         : tensor<64x384xf8E4M3FN>, tensor<64x4xf32> -> tensor<64x384xbf16>
  return %0 : tensor<64x384xbf16>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match ops{["gq.dequantize"]} in %root : (!transform.any_op) -> !transform.any_op
    %1, %l = transform.structured.tile_using_for %0 tile_sizes [0, 128] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// A consumer that takes an empty slice: no block is touched.
// CHECK-LABEL: func @empty_tile
// CHECK: gq.scaled_cast {{.*}} -> tensor<0x384xf8E4M3FN>
func.func @empty_tile(%x: tensor<64x384xbf16>, %s: tensor<32x3xf32>,
    %q: tensor<64x384xf8E4M3FN>, %n: index, %e: tensor<0x384xf8E4M3FN>)
    -> tensor<0x384xf8E4M3FN> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %0 = gq.scaled_cast %x scales(%s block [2, 128]) outs(%q : tensor<64x384xf8E4M3FN>)
         : tensor<64x384xbf16>, tensor<32x3xf32> -> tensor<64x384xf8E4M3FN>
  %1 = scf.for %i = %c0 to %n step %c1 iter_args(%acc = %e) -> tensor<0x384xf8E4M3FN> {
    %2 = tensor.extract_slice %0[%i, 0] [0, 384] [1, 1]
           : tensor<64x384xf8E4M3FN> to tensor<0x384xf8E4M3FN>
    %3 = "test.use"(%2, %acc) : (tensor<0x384xf8E4M3FN>, tensor<0x384xf8E4M3FN>)
           -> tensor<0x384xf8E4M3FN>
    scf.yield %3 : tensor<0x384xf8E4M3FN>
  }
  return %1 : tensor<0x384xf8E4M3FN>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match ops{["gq.scaled_cast"]} in %root : (!transform.any_op) -> !transform.any_op
    %1 = transform.structured.match ops{["scf.for"]} in %root : (!transform.any_op) -> !transform.any_op
    %2, %l = transform.structured.fuse_into_containing_op %0 into %1 : (!transform.any_op, !transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// Bytes of two codes are sliced by their own places; the origin is one of scales.
// CHECK-DAG: #[[HALF:.*]] = affine_map<(d0) -> (d0 floordiv 2)>
// CHECK-DAG: #[[BLOCK:.*]] = affine_map<(d0) -> (d0 floordiv 32)>
// CHECK-LABEL: func @packed
// CHECK-SAME: %[[Q:[a-z0-9]+]]: tensor<64x256xi8>, %[[S:[a-z0-9]+]]: tensor<64x16xf32>
// CHECK: scf.for %[[K:[a-z0-9_]+]] =
// CHECK-DAG: %[[BYTE:.*]] = affine.apply #[[HALF]](%[[K]])
// CHECK-DAG: %[[FIRST:.*]] = affine.apply #[[BLOCK]](%[[K]])
// CHECK: tensor.extract_slice %[[Q]][0, %[[BYTE]]] [64, 8] [1, 1]
// CHECK: tensor.extract_slice %[[S]][0, %[[FIRST]]] [64, 1] [1, 1]
// CHECK: gq.dequantize {{.*}} origin(%c0, %[[K]]) outs({{.*}}) {packed = i4} : tensor<64x8xi8>, tensor<64x1xf32> -> tensor<64x16xbf16>
func.func @packed(%q: tensor<64x256xi8>, %s: tensor<64x16xf32>, %e: tensor<64x512xbf16>) -> tensor<64x512xbf16> {
  %0 = gq.dequantize %q scales(%s block [1, 32]) outs(%e : tensor<64x512xbf16>) {packed = i4}
         : tensor<64x256xi8>, tensor<64x16xf32> -> tensor<64x512xbf16>
  return %0 : tensor<64x512xbf16>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match ops{["gq.dequantize"]} in %root : (!transform.any_op) -> !transform.any_op
    %1, %l = transform.structured.tile_using_for %0 tile_sizes [0, 16] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// Bytes that are made: tiles may be parts of blocks, and lie at halves of their columns.
// CHECK-DAG: #[[HALF:.*]] = affine_map<(d0) -> (d0 floordiv 2)>
// CHECK-DAG: #[[BLOCK:.*]] = affine_map<(d0) -> (d0 floordiv 32)>
// CHECK-LABEL: func @pack
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<64x512xbf16>, %[[S:[a-z0-9]+]]: tensor<64x16xf32>
// CHECK: scf.for %[[K:[a-z0-9_]+]] = {{.*}} iter_args(%[[IT:.*]] =
// CHECK-DAG: %[[FIRST:.*]] = affine.apply #[[BLOCK]](%[[K]])
// CHECK-DAG: %[[BYTE:.*]] = affine.apply #[[HALF]](%[[K]])
// CHECK-DAG: tensor.extract_slice %[[X]][0, %[[K]]] [64, 16] [1, 1]
// CHECK-DAG: tensor.extract_slice %[[S]][0, %[[FIRST]]] [64, 1] [1, 1]
// CHECK-DAG: tensor.extract_slice %[[IT]][0, %[[BYTE]]] [64, 8] [1, 1]
// CHECK: gq.scaled_cast {{.*}} origin(%c0, %[[K]]) outs({{.*}}) {packed = i4} : tensor<64x16xbf16>, tensor<64x1xf32> -> tensor<64x8xi8>
// CHECK: tensor.insert_slice {{.*}}[0, %{{.*}}] [64, 8] [1, 1]
func.func @pack(%x: tensor<64x512xbf16>, %s: tensor<64x16xf32>, %e: tensor<64x256xi8>) -> tensor<64x256xi8> {
  %0 = gq.scaled_cast %x scales(%s block [1, 32]) outs(%e : tensor<64x256xi8>) {packed = i4}
         : tensor<64x512xbf16>, tensor<64x16xf32> -> tensor<64x256xi8>
  return %0 : tensor<64x256xi8>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match ops{["gq.scaled_cast"]} in %root : (!transform.any_op) -> !transform.any_op
    %1, %l = transform.structured.tile_using_for %0 tile_sizes [0, 16] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// By a slice of the bytes that a consumer reads; the last one ends with the row.
// CHECK-LABEL: func @pack_for
// CHECK: scf.for %[[J:[a-z0-9_]+]] =
// CHECK: gq.quantize {{.*}} block [1, 32] outs({{.*}} : tensor<64x?xi8>, tensor<64x?xf32>) {packed = f4E2M1FN} : tensor<64x?xbf16> -> tensor<64x?xi8>, tensor<64x?xf32>
// CHECK: linalg.copy
func.func @pack_for(%x: tensor<64x511xbf16>, %q: tensor<64x256xi8>, %s: tensor<64x16xf32>, %e: tensor<64x256xi8>) -> tensor<64x256xi8> {
  %0:2 = gq.quantize %x block [1, 32] outs(%q, %s : tensor<64x256xi8>, tensor<64x16xf32>) {packed = f4E2M1FN}
           : tensor<64x511xbf16> -> tensor<64x256xi8>, tensor<64x16xf32>
  %1 = linalg.copy ins(%0#0 : tensor<64x256xi8>) outs(%e : tensor<64x256xi8>) -> tensor<64x256xi8>
  return %1 : tensor<64x256xi8>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match ops{["linalg.copy"]} in %root : (!transform.any_op) -> !transform.any_op
    %1, %l = transform.structured.fuse %0 tile_sizes [0, 48] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}
