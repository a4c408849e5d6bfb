// Scales that are stored M-major: their tile is the transpose of the grid of blocks.
// RUN: gq-opt %s --transform-interpreter --canonicalize --cse --split-input-file | FileCheck %s

// CHECK-DAG: #[[ROWS:.*]] = affine_map<(d0) -> (d0 * 64)>
// CHECK-DAG: #[[BLOCKS:.*]] = affine_map<(d0) -> (d0 * 2)>
// CHECK-LABEL: func @tiled
// CHECK: scf.forall (%[[I:[a-z0-9_]+]], %[[J:[a-z0-9_]+]]) in (8, 2) shared_outs(%{{.*}}, %[[OUT:[a-z0-9_]+]] =
// CHECK-DAG: %[[M:[a-z0-9_]+]] = affine.apply #[[ROWS]](%[[I]])
// CHECK-DAG: %[[BLOCK:[a-z0-9_]+]] = affine.apply #[[BLOCKS]](%[[J]])
// CHECK: tensor.extract_slice %[[OUT]][%[[BLOCK]], %[[M]]] [2, 64] [1, 1] : tensor<4x512xf32>
// CHECK: gq.quantize {{.*}} {transposed_scales} : tensor<64x256xbf16> -> tensor<64x256xi8>, tensor<2x64xf32>
// CHECK: tensor.parallel_insert_slice %{{.*}}#1 into %[[OUT]][%[[BLOCK]], %[[M]]] [2, 64]
func.func @tiled(%x: tensor<512x512xbf16>, %q: tensor<512x512xi8>, %s: tensor<4x512xf32>)
    -> (tensor<512x512xi8>, tensor<4x512xf32>) {
  %0:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<512x512xi8>, tensor<4x512xf32>)
           {transposed_scales} : tensor<512x512xbf16> -> tensor<512x512xi8>, tensor<4x512xf32>
  return %0#0, %0#1 : tensor<512x512xi8>, tensor<4x512xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match ops{["gq.quantize"]} in %root : (!transform.any_op) -> !transform.any_op
    %1, %l = transform.structured.tile_using_forall %0 tile_sizes [64, 256] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// From a slice of the scales back to the elements: rows of scales are columns of x.
// CHECK-LABEL: func @from_scales
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<512x512xbf16>
// CHECK: scf.for
// CHECK: tensor.extract_slice %[[X]][32, 384] [64, 128]
// CHECK: gq.quantize {{.*}} {transposed_scales} : tensor<64x128xbf16> -> tensor<64x128xi8>, tensor<1x2xf32>
func.func @from_scales(%x: tensor<512x512xbf16>, %q: tensor<512x512xi8>, %s: tensor<4x16xf32>,
    %e: tensor<1x2xf32>, %n: index) -> tensor<1x2xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %0:2 = gq.quantize %x block [32, 128] outs(%q, %s : tensor<512x512xi8>, tensor<4x16xf32>)
           {transposed_scales} : tensor<512x512xbf16> -> tensor<512x512xi8>, tensor<4x16xf32>
  %1 = scf.for %i = %c0 to %n step %c1 iter_args(%acc = %e) -> tensor<1x2xf32> {
    %2 = tensor.extract_slice %0#1[3, 1] [1, 2] [1, 1] : tensor<4x16xf32> to tensor<1x2xf32>
    scf.yield %2 : tensor<1x2xf32>
  }
  return %1 : tensor<1x2xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match ops{["gq.quantize"]} in %root : (!transform.any_op) -> !transform.any_op
    %1 = transform.structured.match ops{["scf.for"]} in %root : (!transform.any_op) -> !transform.any_op
    %2, %l = transform.structured.fuse_into_containing_op %0 into %1 : (!transform.any_op, !transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// A tile of a result has its padding: 33 rows of the last one are 36.
// CHECK-DAG: #[[ROWS:.*]] = affine_map<(d0) -> ({{.*}}ceildiv 4) * 4)>
// CHECK-LABEL: func @padded
// CHECK: tensor.extract_slice %{{.*}}[%{{.*}}, %{{.*}}] [2, %{{.*}}] [1, 1] : tensor<4x100xf32>
// CHECK: gq.quantize {{.*}} {padded_scales, transposed_scales} : tensor<?x256xbf16> -> tensor<?x256xi8>, tensor<2x?xf32>
func.func @padded(%x: tensor<97x512xbf16>, %q: tensor<97x512xi8>, %s: tensor<4x100xf32>)
    -> (tensor<97x512xi8>, tensor<4x100xf32>) {
  %0:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<97x512xi8>, tensor<4x100xf32>)
           {padded_scales, transposed_scales} : tensor<97x512xbf16> -> tensor<97x512xi8>, tensor<4x100xf32>
  return %0#0, %0#1 : tensor<97x512xi8>, tensor<4x100xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match ops{["gq.quantize"]} in %root : (!transform.any_op) -> !transform.any_op
    %1, %l = transform.structured.tile_using_forall %0 tile_sizes [64, 256] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// What a product reads is a slice, whose rows are its own.
// CHECK-LABEL: func @padded_operand
// CHECK: gq.scaled_matmul {{.*}} {transposed_a_scales} : {{.*}}, tensor<4x?xf32>
func.func @padded_operand(%a: tensor<97x512xf8E4M3FN>, %s: tensor<4x100xf32>, %t: tensor<1x4xf32>, %c: tensor<97x97xf32>) -> tensor<97x97xf32> {
  %0 = gq.scaled_matmul %a, %a scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<97x97xf32>) {padded_a_scales, transposed_a_scales}
    : tensor<97x512xf8E4M3FN>, tensor<97x512xf8E4M3FN>, tensor<4x100xf32>, tensor<1x4xf32> -> tensor<97x97xf32>
  return %0 : tensor<97x97xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match ops{["gq.scaled_matmul"]} in %root : (!transform.any_op) -> !transform.any_op
    %1, %l = transform.structured.tile_using_forall %0 tile_sizes [64, 0, 0] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}
