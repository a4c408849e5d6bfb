// Demands on dynamic sizes become assertions; what is known to hold does not.
// RUN: gq-opt %s --gq-check-shapes --cse --canonicalize | FileCheck %s

// K of both operands, the rows of a_scales; b and its scales are static.
// CHECK-LABEL: func.func @matmul
// CHECK-COUNT-4: cf.assert
// CHECK-NOT:   cf.assert
// CHECK:       gq.scaled_matmul
func.func @matmul(%a: tensor<?x?xf8E4M3FN>, %sa: tensor<?x?xf32>, %b: tensor<256x512xf8E4M3FN>,
    %sb: tensor<2x4xf32>, %c: tensor<?x256xf32>) -> tensor<?x256xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
         outs(%c : tensor<?x256xf32>)
         : tensor<?x?xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<?x?xf32>, tensor<2x4xf32>
         -> tensor<?x256xf32>
  return %d : tensor<?x256xf32>
}

// The message names operands, and the number of blocks is computed.
// CHECK-LABEL: func.func @quantize
// CHECK:       %[[BLOCKS:.*]] = affine.apply #{{.*}}()[%{{.*}}]
// CHECK:       %[[SAME:.*]] = arith.cmpi eq, %{{.*}}, %[[BLOCKS]]
// CHECK:       cf.assert %[[SAME]], "gq.quantize: dimension 0 of operand scales_init (argument 1) must be the number of blocks of 128 in dimension 0 of operand x (argument 0)"
func.func @quantize(%x: tensor<?x256xbf16>, %s: tensor<?x2xf32>)
    -> (tensor<?x256xf8E4M3FN>, tensor<?x2xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x256xbf16>
  %e = tensor.empty(%m) : tensor<?x256xf8E4M3FN>
  %q:2 = gq.quantize %x block [128, 128] outs(%e, %s : tensor<?x256xf8E4M3FN>, tensor<?x2xf32>)
           : tensor<?x256xbf16> -> tensor<?x256xf8E4M3FN>, tensor<?x2xf32>
  return %q#0, %q#1 : tensor<?x256xf8E4M3FN>, tensor<?x2xf32>
}

// Made for each other: nothing to ask.
// CHECK-LABEL: func.func @known
// CHECK-NOT:   cf.assert
func.func @known(%x: tensor<?x256xbf16>, %s: tensor<?x2xf32>) -> tensor<?x256xf8E4M3FN> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %s, %c0 : tensor<?x2xf32>
  %zero = arith.constant 0.0 : bf16
  %x0 = tensor.empty(%m) : tensor<?x256xbf16>
  %e = linalg.fill ins(%zero : bf16) outs(%x0 : tensor<?x256xbf16>) -> tensor<?x256xbf16>
  %f = tensor.empty(%m) : tensor<?x256xf8E4M3FN>
  %q = gq.scaled_cast %e scales(%s block [1, 128]) outs(%f : tensor<?x256xf8E4M3FN>)
         : tensor<?x256xbf16>, tensor<?x2xf32> -> tensor<?x256xf8E4M3FN>
  return %q : tensor<?x256xf8E4M3FN>
}

// CHECK-LABEL: func.func @transposed
// CHECK:       cf.assert %{{.*}}, "gq.quantize: dimension 1 of operand scales_init (argument 1) must be the number of blocks of 128 in dimension 0 of operand x (argument 0)"
// CHECK-NOT:   cf.assert
func.func @transposed(%x: tensor<?x256xbf16>, %s: tensor<2x?xf32>)
    -> (tensor<?x256xi8>, tensor<2x?xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x256xbf16>
  %e = tensor.empty(%m) : tensor<?x256xi8>
  %q:2 = gq.quantize %x block [128, 128] outs(%e, %s : tensor<?x256xi8>, tensor<2x?xf32>) {transposed_scales}
           : tensor<?x256xbf16> -> tensor<?x256xi8>, tensor<2x?xf32>
  return %q#0, %q#1 : tensor<?x256xi8>, tensor<2x?xf32>
}

// CHECK-LABEL: func.func @padded
// CHECK:       cf.assert %{{.*}}, "gq.quantize: dimension 1 of operand scales_init (argument 1) must be padded to a multiple of 4 from the number of blocks of 1 in dimension 0 of operand x (argument 0)"
// CHECK-NOT:   cf.assert
func.func @padded(%x: tensor<?x256xbf16>, %s: tensor<2x?xf32>)
    -> (tensor<?x256xi8>, tensor<2x?xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x256xbf16>
  %e = tensor.empty(%m) : tensor<?x256xi8>
  %q:2 = gq.quantize %x block [1, 128] outs(%e, %s : tensor<?x256xi8>, tensor<2x?xf32>) {padded_scales, transposed_scales}
           : tensor<?x256xbf16> -> tensor<?x256xi8>, tensor<2x?xf32>
  return %q#0, %q#1 : tensor<?x256xi8>, tensor<2x?xf32>
}

// Slices of tensors whose sizes are not known lie within them; with an origin there are scales for
// all blocks that are touched.
// CHECK-LABEL: func.func @parts
// CHECK-DAG:   cf.assert %{{.*}}, "tensor.extract_slice: the slice must end within dimension 1 of operand 0 (argument 0)"
// CHECK-DAG:   cf.assert %{{.*}}, "gq.scaled_matmul: dimension 1 of operand a_scales (argument 1) must be at least the number of blocks of 128 that dimension 1 of operand a touches from the origin on"
// CHECK-NOT:   cf.assert
// CHECK:       gq.scaled_matmul
func.func @parts(%a: tensor<64x?xf8E4M3FN>, %sa: tensor<64x?xf32>, %b: tensor<256x512xf8E4M3FN>,
    %sb: tensor<2x5xf32>, %c: tensor<64x256xf32>) -> tensor<64x256xf32> {
  %c0 = arith.constant 0 : index
  %k = arith.constant 64 : index
  %x = tensor.extract_slice %a[0, 64] [64, 512] [1, 1] : tensor<64x?xf8E4M3FN> to tensor<64x512xf8E4M3FN>
  %d = gq.scaled_matmul %x, %b scales(%sa block [1, 128], %sb block [128, 128])
         origin(%c0, %c0, %k) outs(%c : tensor<64x256xf32>)
         : tensor<64x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<64x?xf32>, tensor<2x5xf32>
         -> tensor<64x256xf32>
  return %d : tensor<64x256xf32>
}
