// quantize and block_absmax own whole blocks: tiles that cut one are refused, with
// the reason on the op.
// RUN: not gq-opt %s --transform-interpreter --split-input-file --allow-unregistered-dialect 2>&1 | FileCheck %s

// CHECK: error: 'gq.block_absmax' op cannot be tiled by 192 along dimension 1: blocks of 128 would be cut
func.func @absmax_size(%x: tensor<512x512xbf16>, %e: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %0 = gq.block_absmax %x block [128, 128] outs(%e : tensor<4x4xf32>)
         : tensor<512x512xbf16> -> tensor<4x4xf32>
  return %0 : tensor<4x4xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match ops{["gq.block_absmax"]} in %root : (!transform.any_op) -> !transform.any_op
    %1, %l:2 = transform.structured.tile_using_for %0 tile_sizes [128, 192] : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// CHECK: error: 'gq.quantize' op cannot be tiled by 64 along dimension 0: blocks of 128 would be cut
func.func @quantize_size(%x: tensor<512x512xbf16>, %q: tensor<512x512xf8E4M3FN>,
    %s: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %0:2 = gq.quantize %x block [128, 128]
           outs(%q, %s : tensor<512x512xf8E4M3FN>, tensor<4x4xf32>)
           : tensor<512x512xbf16> -> tensor<512x512xf8E4M3FN>, tensor<4x4xf32>
  return %0#1 : tensor<4x4xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match ops{["gq.quantize"]} in %root : (!transform.any_op) -> !transform.any_op
    %1, %l = transform.structured.tile_using_for %0 tile_sizes [64, 0] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// Tiles of an unknown size, along a dimension of unknown size.
// CHECK: error: 'gq.quantize' op cannot be tiled by an unknown size along dimension 0: blocks of 128 would be cut
func.func @unknown_size(%x: tensor<?x512xbf16>, %q: tensor<?x512xf8E4M3FN>,
    %s: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %size = "test.size"() : () -> index
  %0:2 = gq.quantize %x block [128, 128]
           outs(%q, %s : tensor<?x512xf8E4M3FN>, tensor<?x4xf32>)
           : tensor<?x512xbf16> -> tensor<?x512xf8E4M3FN>, tensor<?x4xf32>
  return %0#1 : tensor<?x4xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match ops{["gq.quantize"]} in %root : (!transform.any_op) -> !transform.any_op
    %n = transform.structured.match ops{["test.size"]} in %root : (!transform.any_op) -> !transform.any_op
    %1, %l = transform.structured.tile_using_for %0 tile_sizes [%n, 0] : (!transform.any_op, !transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// A consumer that takes whole blocks' worth of elements from inside a block.
// CHECK: error: 'gq.quantize' op cannot be tiled at offset 64 along dimension 0: blocks of 128 would be cut
func.func @offset(%x: tensor<512x512xbf16>, %q: tensor<512x512xf8E4M3FN>,
    %s: tensor<4x4xf32>, %e: tensor<128x512xf8E4M3FN>, %n: index) -> tensor<128x512xf8E4M3FN> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %0:2 = gq.quantize %x block [128, 128]
           outs(%q, %s : tensor<512x512xf8E4M3FN>, tensor<4x4xf32>)
           : tensor<512x512xbf16> -> tensor<512x512xf8E4M3FN>, tensor<4x4xf32>
  %1 = scf.for %i = %c0 to %n step %c1 iter_args(%acc = %e) -> tensor<128x512xf8E4M3FN> {
    %2 = tensor.extract_slice %0#0[64, 0] [128, 512] [1, 1]
           : tensor<512x512xf8E4M3FN> to tensor<128x512xf8E4M3FN>
    scf.yield %2 : tensor<128x512xf8E4M3FN>
  }
  return %1 : tensor<128x512xf8E4M3FN>
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

// CHECK: error: 'gq.quantize' op cannot be tiled at offset (unknown) along dimension 0: blocks of 128 would be cut
func.func @unknown_offset(%x: tensor<512x512xbf16>, %q: tensor<512x512xf8E4M3FN>,
    %s: tensor<4x4xf32>, %e: tensor<128x512xf8E4M3FN>, %n: index, %o: index) -> tensor<128x512xf8E4M3FN> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %0:2 = gq.quantize %x block [128, 128]
           outs(%q, %s : tensor<512x512xf8E4M3FN>, tensor<4x4xf32>)
           : tensor<512x512xbf16> -> tensor<512x512xf8E4M3FN>, tensor<4x4xf32>
  %1 = scf.for %i = %c0 to %n step %c1 iter_args(%acc = %e) -> tensor<128x512xf8E4M3FN> {
    %2 = tensor.extract_slice %0#0[%o, 0] [128, 512] [1, 1]
           : tensor<512x512xf8E4M3FN> to tensor<128x512xf8E4M3FN>
    scf.yield %2 : tensor<128x512xf8E4M3FN>
  }
  return %1 : tensor<128x512xf8E4M3FN>
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

// Rows of scales that are padded: tiles end where 16 bytes do.
// CHECK: error: 'gq.quantize' op cannot be tiled by 6 along dimension 0: rows of scales are padded to a multiple of 4, tiles have to be of 4
func.func @padded_size(%x: tensor<70x512xbf16>, %q: tensor<70x512xf8E4M3FN>, %s: tensor<4x72xf32>) -> tensor<4x72xf32> {
  %0:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<70x512xf8E4M3FN>, tensor<4x72xf32>) {padded_scales, transposed_scales}
           : tensor<70x512xbf16> -> tensor<70x512xf8E4M3FN>, tensor<4x72xf32>
  return %0#1 : tensor<4x72xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match ops{["gq.quantize"]} in %root : (!transform.any_op) -> !transform.any_op
    %1, %l = transform.structured.tile_using_for %0 tile_sizes [6, 0] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// CHECK: error: 'gq.quantize' op cannot be tiled by a slice of result 1, whose rows are padded to a multiple of 4: expects one that starts and ends at such
func.func @padded_slice(%x: tensor<70x512xbf16>, %q: tensor<70x512xf8E4M3FN>, %s: tensor<4x72xf32>, %e: tensor<1x2xf32>, %n: index) -> tensor<1x2xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %0:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<70x512xf8E4M3FN>, tensor<4x72xf32>) {padded_scales, transposed_scales}
           : tensor<70x512xbf16> -> tensor<70x512xf8E4M3FN>, tensor<4x72xf32>
  %1 = scf.for %i = %c0 to %n step %c1 iter_args(%acc = %e) -> tensor<1x2xf32> {
    %2 = tensor.extract_slice %0#1[3, 4] [1, 2] [1, 1] : tensor<4x72xf32> to tensor<1x2xf32>
    scf.yield %2 : tensor<1x2xf32>
  }
  return %1 : tensor<1x2xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match ops{["gq.quantize"]} in %root : (!transform.any_op) -> !transform.any_op
    %1 = transform.structured.match ops{["scf.for"]} in %root : (!transform.any_op) -> !transform.any_op
    %2, %3 = transform.structured.fuse_into_containing_op %0 into %1 : (!transform.any_op, !transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// CHECK: error: 'gq.scaled_matmul' op has zero points; run gq-expand first
func.func @zero_points(%a: tensor<512x128xi8>, %b: tensor<512x128xi8>, %z: tensor<i32>, %c: tensor<512x512xi32>) -> tensor<512x512xi32> {
  %0 = gq.scaled_matmul %a, %b a_zero_points(%z : tensor<i32>) outs(%c : tensor<512x512xi32>)
         : tensor<512x128xi8>, tensor<512x128xi8> -> tensor<512x512xi32>
  return %0 : tensor<512x512xi32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match ops{["gq.scaled_matmul"]} in %root : (!transform.any_op) -> !transform.any_op
    %1, %l:2 = transform.structured.tile_using_for %0 tile_sizes [128, 128] : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// A byte has the codes of two columns.
// CHECK: error: 'gq.dequantize' op cannot be tiled at an offset along dimension 1 that is not known to be a multiple of 2, the elements in a value of operand q
func.func @packed(%q: tensor<64x256xi8>, %s: tensor<64x16xf8E8M0FNU>, %e: tensor<64x512xbf16>) -> tensor<64x512xbf16> {
  %0 = gq.dequantize %q scales(%s block [1, 32]) outs(%e : tensor<64x512xbf16>) {packed = f4E2M1FN}
         : tensor<64x256xi8>, tensor<64x16xf8E8M0FNU> -> tensor<64x512xbf16>
  return %0 : tensor<64x512xbf16>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match ops{["gq.dequantize"]} in %root : (!transform.any_op) -> !transform.any_op
    %1, %l = transform.structured.tile_using_for %0 tile_sizes [0, 31] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// CHECK: error: 'gq.quantize' op cannot be tiled by 24 along dimension 1: blocks of 32 would be cut
func.func @pack(%x: tensor<64x480xbf16>, %q: tensor<64x240xi8>, %s: tensor<64x15xf32>) -> tensor<64x240xi8> {
  %0:2 = gq.quantize %x block [1, 32] outs(%q, %s : tensor<64x240xi8>, tensor<64x15xf32>) {packed = i4}
           : tensor<64x480xbf16> -> tensor<64x240xi8>, tensor<64x15xf32>
  return %0#0 : tensor<64x240xi8>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match ops{["gq.quantize"]} in %root : (!transform.any_op) -> !transform.any_op
    %1, %l = transform.structured.tile_using_for %0 tile_sizes [0, 24] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// By a slice of the bytes, which a consumer reads.
// CHECK: error: 'gq.quantize' op cannot be tiled by 24 along dimension 1: blocks of 32 would be cut
func.func @pack_result(%x: tensor<64x480xbf16>, %q: tensor<64x240xi8>, %s: tensor<64x15xf32>, %e: tensor<64x240xi8>) -> tensor<64x240xi8> {
  %0:2 = gq.quantize %x block [1, 32] outs(%q, %s : tensor<64x240xi8>, tensor<64x15xf32>) {packed = i4}
           : tensor<64x480xbf16> -> tensor<64x240xi8>, tensor<64x15xf32>
  %1 = linalg.copy ins(%0#0 : tensor<64x240xi8>) outs(%e : tensor<64x240xi8>) -> tensor<64x240xi8>
  return %1 : tensor<64x240xi8>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match ops{["linalg.copy"]} in %root : (!transform.any_op) -> !transform.any_op
    %1, %l = transform.structured.fuse %0 tile_sizes [0, 12] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}
