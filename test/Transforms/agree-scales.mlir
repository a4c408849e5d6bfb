// Scales that only products read: M-major on both sides, in rows of whole 16 bytes.
// RUN: gq-opt %s --gq-agree-scales | FileCheck %s
// RUN: gq-opt %s --gq-agree-scales --remarks-filter=gq-agree-scales -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK --implicit-check-not=Remark

!b = tensor<512x512xf8E4M3FN>
!s = tensor<4x4xf32>

// CHECK: #[[PADDED:.*]] = affine_map<()[s0] -> ((s0 ceildiv 4) * 4)>
// CHECK-LABEL: func.func @dynamic
// CHECK: %[[ROW:.*]] = affine.apply #[[PADDED]]()[%{{.*}}]
// CHECK: %[[INIT:.*]] = tensor.empty(%[[ROW]]) : tensor<4x?xf32>
// CHECK: %[[S:.*]]:2 = gq.quantize {{.*}}outs(%{{.*}}, %[[INIT]] : {{.*}}) {padded_scales, transposed_scales} : tensor<?x512xbf16> -> tensor<?x512xf8E4M3FN>, tensor<4x?xf32>
// CHECK: gq.scaled_matmul %[[S]]#0, %{{.*}} scales(%[[S]]#1 block [1, 128], {{.*}} {padded_a_scales, transposed_a_scales}
// CHECK: gq.scaled_matmul %[[S]]#0, %{{.*}} scales(%[[S]]#1 block [1, 128], {{.*}} {padded_a_scales, transposed_a_scales}
// REMARK: [Passed] scales | Category:gq-agree-scales | Remark="scales are M-major, as the products that read them want them, in rows that are padded to a multiple of 16 bytes"
func.func @dynamic(%x: tensor<?x512xbf16>, %b: !b, %t: !s, %c: tensor<?x512xf32>) -> (tensor<?x512xf32>, tensor<?x512xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x512xbf16>
  %eq = tensor.empty(%m) : tensor<?x512xf8E4M3FN>
  %es = tensor.empty(%m) : tensor<?x4xf32>
  %q, %s = gq.quantize %x block [1, 128] outs(%eq, %es : tensor<?x512xf8E4M3FN>, tensor<?x4xf32>) : tensor<?x512xbf16> -> tensor<?x512xf8E4M3FN>, tensor<?x4xf32>
  %d = gq.scaled_matmul %q, %b scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<?x512xf32>)
      : tensor<?x512xf8E4M3FN>, !b, tensor<?x4xf32>, !s -> tensor<?x512xf32>
  %f = gq.scaled_matmul %q, %b scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<?x512xf32>)
      : tensor<?x512xf8E4M3FN>, !b, tensor<?x4xf32>, !s -> tensor<?x512xf32>
  return %d, %f : tensor<?x512xf32>, tensor<?x512xf32>
}

// Rows that are whole 16 bytes need no padding; the codes may be seen by others.
// CHECK-LABEL: func.func @whole
// CHECK: gq.quantize {{.*}} {transposed_scales} {{.*}} -> tensor<64x512xf8E4M3FN>, tensor<4x64xf32>
// CHECK: gq.scaled_matmul {{.*}} {transposed_a_scales}
// REMARK: Remark="scales are M-major, as the products that read them want them"
func.func @whole(%x: tensor<64x512xbf16>, %b: !b, %t: !s, %c: tensor<64x512xf32>) -> (tensor<64x512xf32>, tensor<64x512xf8E4M3FN>) {
  %eq = tensor.empty() : tensor<64x512xf8E4M3FN>
  %es = tensor.empty() : tensor<64x4xf32>
  %q, %s = gq.quantize %x block [1, 128] outs(%eq, %es : tensor<64x512xf8E4M3FN>, tensor<64x4xf32>) : tensor<64x512xbf16> -> tensor<64x512xf8E4M3FN>, tensor<64x4xf32>
  %d = gq.scaled_matmul %q, %b scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<64x512xf32>)
      : tensor<64x512xf8E4M3FN>, !b, tensor<64x4xf32>, !s -> tensor<64x512xf32>
  return %d, %q : tensor<64x512xf32>, tensor<64x512xf8E4M3FN>
}

// Both sides of one product, and scales of one byte: 16 of them in 16 bytes.
// CHECK-LABEL: func.func @both
// CHECK: gq.quantize {{.*}} {padded_scales, pow2, transposed_scales} {{.*}}, tensor<4x112xf8E8M0FNU>
// CHECK: gq.quantize {{.*}} {padded_scales, transposed_scales} {{.*}}, tensor<4x72xf32>
// CHECK: gq.scaled_matmul {{.*}} {padded_a_scales, padded_b_scales, transposed_a_scales, transposed_b_scales}
// REMARK: Remark="scales are M-major
// REMARK: Remark="scales are M-major
func.func @both(%x: tensor<100x512xbf16>, %y: tensor<70x512xf16>, %c: tensor<100x70xf32>) -> tensor<100x70xf32> {
  %eq = tensor.empty() : tensor<100x512xf8E4M3FN>
  %es = tensor.empty() : tensor<100x4xf8E8M0FNU>
  %q, %s = gq.quantize %x block [1, 128] outs(%eq, %es : tensor<100x512xf8E4M3FN>, tensor<100x4xf8E8M0FNU>) {pow2} : tensor<100x512xbf16> -> tensor<100x512xf8E4M3FN>, tensor<100x4xf8E8M0FNU>
  %er = tensor.empty() : tensor<70x512xf8E4M3FN>
  %et = tensor.empty() : tensor<70x4xf32>
  %r, %t = gq.quantize %y block [1, 128] outs(%er, %et : tensor<70x512xf8E4M3FN>, tensor<70x4xf32>) : tensor<70x512xf16> -> tensor<70x512xf8E4M3FN>, tensor<70x4xf32>
  %d = gq.scaled_matmul %q, %r scales(%s block [1, 128], %t block [1, 128]) outs(%c : tensor<100x70xf32>)
      : tensor<100x512xf8E4M3FN>, tensor<70x512xf8E4M3FN>, tensor<100x4xf8E8M0FNU>, tensor<70x4xf32> -> tensor<100x70xf32>
  return %d : tensor<100x70xf32>
}

// M-major already, and read by nobody: nothing is decided, and nothing said.
// CHECK-LABEL: func.func @silent
// CHECK-COUNT-2: gq.quantize
func.func @silent(%x: tensor<64x512xbf16>, %b: !b, %t: !s, %c: tensor<64x512xf32>) -> (tensor<64x512xf32>, tensor<64x4xf32>) {
  %eq = tensor.empty() : tensor<64x512xf8E4M3FN>
  %es = tensor.empty() : tensor<4x64xf32>
  %q, %s = gq.quantize %x block [1, 128] outs(%eq, %es : tensor<64x512xf8E4M3FN>, tensor<4x64xf32>) {transposed_scales} : tensor<64x512xbf16> -> tensor<64x512xf8E4M3FN>, tensor<4x64xf32>
  %er = tensor.empty() : tensor<64x4xf32>
  %r, %u = gq.quantize %x block [1, 128] outs(%eq, %er : tensor<64x512xf8E4M3FN>, tensor<64x4xf32>) : tensor<64x512xbf16> -> tensor<64x512xf8E4M3FN>, tensor<64x4xf32>
  %d = gq.scaled_matmul %q, %b scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<64x512xf32>) {transposed_a_scales}
      : tensor<64x512xf8E4M3FN>, !b, tensor<4x64xf32>, !s -> tensor<64x512xf32>
  return %d, %u : tensor<64x512xf32>, tensor<64x4xf32>
}
