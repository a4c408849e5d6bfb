// RUN: gq-opt %s --gq-fold-scales --split-input-file | FileCheck %s

// What is decoded exactly is multiplied as codes; both formats of fp8 mix.
// CHECK-LABEL: func.func @powers_of_two
// CHECK-SAME: %[[A:[a-z0-9]+]]: tensor<?x512xf8E4M3FN>, %[[SA:[a-z0-9]+]]: tensor<?x16xf8E8M0FNU>, %[[B:[a-z0-9]+]]: tensor<256x512xf8E5M2>, %[[SB:[a-z0-9]+]]: tensor<256x16xf8E8M0FNU>, %[[C:[a-z0-9]+]]:
// CHECK-NOT: gq.dequantize
// CHECK: gq.scaled_matmul %[[A]], %[[B]] scales(%[[SA]] block [1, 32], %[[SB]] block [1, 32]) outs(%[[C]] : tensor<?x256xf32>) {batch_invariant}
func.func @powers_of_two(%a: tensor<?x512xf8E4M3FN>, %sa: tensor<?x16xf8E8M0FNU>, %b: tensor<256x512xf8E5M2>, %sb: tensor<256x16xf8E8M0FNU>, %c: tensor<?x256xf32>, %ea: tensor<?x512xbf16>, %eb: tensor<256x512xbf16>) -> tensor<?x256xf32> {
  %x = gq.dequantize %a scales(%sa block [1, 32]) outs(%ea : tensor<?x512xbf16>) : tensor<?x512xf8E4M3FN>, tensor<?x16xf8E8M0FNU> -> tensor<?x512xbf16>
  %w = gq.dequantize %b scales(%sb block [1, 32]) outs(%eb : tensor<256x512xbf16>) : tensor<256x512xf8E5M2>, tensor<256x16xf8E8M0FNU> -> tensor<256x512xbf16>
  %d = gq.scaled_matmul %x, %w outs(%c : tensor<?x256xf32>) {batch_invariant} : tensor<?x512xbf16>, tensor<256x512xbf16> -> tensor<?x256xf32>
  return %d : tensor<?x256xf32>
}

// -----

#a = affine_map<(m, n, k) -> (m, k)>
#b = affine_map<(m, n, k) -> (n, k)>
#c = affine_map<(m, n, k) -> (m, n)>

// Into f32 any scales; one block of all of K; an op of linalg, by name or not.
// CHECK-LABEL: func.func @linalg
// CHECK-SAME: %[[A:[a-z0-9]+]]: tensor<64x200xi8>, %[[SA:[a-z0-9]+]]: tensor<64x1xf32>, %[[B:[a-z0-9]+]]: tensor<32x200xi8>, %[[SB:[a-z0-9]+]]: tensor<1x1xf32>, %[[C:[a-z0-9]+]]:
// CHECK-NOT: gq.dequantize
// CHECK: %[[D:.*]] = gq.scaled_matmul %[[A]], %[[B]] scales(%[[SA]] block [1, 200], %[[SB]] block [32, 256]) outs(%[[C]]
// CHECK: gq.scaled_matmul %[[A]], %[[B]] scales(%[[SA]] block [1, 200], %[[SB]] block [32, 256]) outs(%[[D]]
func.func @linalg(%a: tensor<64x200xi8>, %sa: tensor<64x1xf32>, %b: tensor<32x200xi8>, %sb: tensor<1x1xf32>, %c: tensor<64x32xf32>, %ea: tensor<64x200xf32>, %eb: tensor<32x200xf32>) -> tensor<64x32xf32> {
  %x = gq.dequantize %a scales(%sa block [1, 200]) outs(%ea : tensor<64x200xf32>) : tensor<64x200xi8>, tensor<64x1xf32> -> tensor<64x200xf32>
  %w = gq.dequantize %b scales(%sb block [32, 256]) outs(%eb : tensor<32x200xf32>) : tensor<32x200xi8>, tensor<1x1xf32> -> tensor<32x200xf32>
  %d = linalg.matmul indexing_maps = [#a, #b, #c] ins(%x, %w : tensor<64x200xf32>, tensor<32x200xf32>) outs(%c : tensor<64x32xf32>) -> tensor<64x32xf32>
  %e = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x, %w : tensor<64x200xf32>, tensor<32x200xf32>) outs(%d : tensor<64x32xf32>) {
  ^bb0(%u: f32, %v: f32, %s: f32):
    %p = arith.mulf %u, %v : f32
    %t = arith.addf %s, %p : f32
    linalg.yield %t : f32
  } -> tensor<64x32xf32>
  return %e : tensor<64x32xf32>
}

// -----

// Decoding rounds: scales of f32 into bf16, or the range of f16.
// CHECK-LABEL: func.func @rounded
// CHECK-COUNT-2: gq.scaled_matmul %{{.*}}, %{{.*}} outs(
// CHECK-NOT: scales(%{{.*}}, %{{.*}})
func.func @rounded(%a: tensor<64x128xi8>, %s: tensor<64x4xf32>, %t: tensor<64x4xf8E8M0FNU>, %c: tensor<64x64xf32>, %e: tensor<64x128xbf16>, %f: tensor<64x128xf16>) -> tensor<64x64xf32> {
  %x = gq.dequantize %a scales(%s block [1, 32]) outs(%e : tensor<64x128xbf16>) : tensor<64x128xi8>, tensor<64x4xf32> -> tensor<64x128xbf16>
  %y = gq.dequantize %a scales(%t block [1, 32]) outs(%f : tensor<64x128xf16>) : tensor<64x128xi8>, tensor<64x4xf8E8M0FNU> -> tensor<64x128xf16>
  %d = gq.scaled_matmul %x, %x outs(%c : tensor<64x64xf32>) : tensor<64x128xbf16>, tensor<64x128xbf16> -> tensor<64x64xf32>
  %g = gq.scaled_matmul %y, %y outs(%d : tensor<64x64xf32>) : tensor<64x128xf16>, tensor<64x128xf16> -> tensor<64x64xf32>
  return %g : tensor<64x64xf32>
}

// -----

// No instruction has these: blocks of 16 along K, codes of both kinds, codes of four bits,
// scales of bf16 that make a rounded operand, one that is not decoded. Nor is one with a config touched.
// CHECK-LABEL: func.func @others
// CHECK-COUNT-6: gq.scaled_matmul %{{.*}}, %{{.*}} outs(
func.func @others(%a: tensor<64x128xi8>, %b: tensor<64x128xf8E4M3FN>, %p: tensor<64x64xi8>, %s: tensor<64x4xf8E8M0FNU>, %t: tensor<64x8xf8E8M0FNU>, %h: tensor<64x4xbf16>, %v: tensor<64x128xbf16>, %c: tensor<64x64xf32>, %e: tensor<64x128xbf16>) -> tensor<64x64xf32> {
  %boxes = gq.dequantize %a scales(%t block [1, 16]) outs(%e : tensor<64x128xbf16>) : tensor<64x128xi8>, tensor<64x8xf8E8M0FNU> -> tensor<64x128xbf16>
  %ints = gq.dequantize %a scales(%s block [1, 32]) outs(%e : tensor<64x128xbf16>) : tensor<64x128xi8>, tensor<64x4xf8E8M0FNU> -> tensor<64x128xbf16>
  %floats = gq.dequantize %b scales(%s block [1, 32]) outs(%e : tensor<64x128xbf16>) : tensor<64x128xf8E4M3FN>, tensor<64x4xf8E8M0FNU> -> tensor<64x128xbf16>
  %four = gq.dequantize %p scales(%s block [1, 32]) outs(%e : tensor<64x128xbf16>) {packed = i4} : tensor<64x64xi8>, tensor<64x4xf8E8M0FNU> -> tensor<64x128xbf16>
  %half = gq.dequantize %a scales(%h block [1, 32]) outs(%e : tensor<64x128xbf16>) : tensor<64x128xi8>, tensor<64x4xbf16> -> tensor<64x128xbf16>
  %0 = gq.scaled_matmul %boxes, %boxes outs(%c : tensor<64x64xf32>) : tensor<64x128xbf16>, tensor<64x128xbf16> -> tensor<64x64xf32>
  %1 = gq.scaled_matmul %ints, %floats outs(%0 : tensor<64x64xf32>) : tensor<64x128xbf16>, tensor<64x128xbf16> -> tensor<64x64xf32>
  %2 = gq.scaled_matmul %four, %four outs(%1 : tensor<64x64xf32>) : tensor<64x128xbf16>, tensor<64x128xbf16> -> tensor<64x64xf32>
  %3 = gq.scaled_matmul %half, %half outs(%2 : tensor<64x64xf32>) : tensor<64x128xbf16>, tensor<64x128xbf16> -> tensor<64x64xf32>
  %4 = gq.scaled_matmul %v, %floats outs(%3 : tensor<64x64xf32>) : tensor<64x128xbf16>, tensor<64x128xbf16> -> tensor<64x64xf32>
  %5 = gq.scaled_matmul %floats, %floats outs(%4 : tensor<64x64xf32>) {config = #gq.matmul_config<tile = [64, 64, 64]>} : tensor<64x128xbf16>, tensor<64x128xbf16> -> tensor<64x64xf32>
  return %5 : tensor<64x64xf32>
}

// -----

// Scales of bf16, of one operand; those of f16 no product takes.
// CHECK-LABEL: func.func @halves
// CHECK: gq.scaled_matmul %{{.*}}, %{{.*}} scales(%{{.*}} block [1, 32], %{{.*}} block [1, 64]) {{.*}} tensor<64x4xbf16>, tensor<64x2xf32>
// CHECK: gq.scaled_matmul %{{.*}}, %{{.*}} outs(
func.func @halves(%a: tensor<64x128xf8E4M3FN>, %s: tensor<64x4xbf16>, %t: tensor<64x2xf32>, %h: tensor<64x4xf16>, %c: tensor<64x64xf32>, %e: tensor<64x128xf32>, %f: tensor<64x128xf16>) -> tensor<64x64xf32> {
  %x = gq.dequantize %a scales(%s block [1, 32]) outs(%e : tensor<64x128xf32>) : tensor<64x128xf8E4M3FN>, tensor<64x4xbf16> -> tensor<64x128xf32>
  %y = gq.dequantize %a scales(%t block [1, 64]) outs(%e : tensor<64x128xf32>) : tensor<64x128xf8E4M3FN>, tensor<64x2xf32> -> tensor<64x128xf32>
  %z = gq.dequantize %a scales(%h block [1, 32]) outs(%f : tensor<64x128xf16>) : tensor<64x128xf8E4M3FN>, tensor<64x4xf16> -> tensor<64x128xf16>
  %0 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>] ins(%x, %y : tensor<64x128xf32>, tensor<64x128xf32>) outs(%c : tensor<64x64xf32>) -> tensor<64x64xf32>
  %1 = gq.scaled_matmul %z, %z outs(%0 : tensor<64x64xf32>) : tensor<64x128xf16>, tensor<64x128xf16> -> tensor<64x64xf32>
  return %1 : tensor<64x64xf32>
}

// -----

// A product of other operands, and one into bf16.
// CHECK-LABEL: func.func @other_products
// CHECK-NOT: gq.scaled_matmul
func.func @other_products(%a: tensor<64x64xi8>, %s: tensor<64x2xf8E8M0FNU>, %c: tensor<64x64xf32>, %e: tensor<64x64xf32>, %h: tensor<64x64xbf16>) -> (tensor<64x64xf32>, tensor<64x64xbf16>) {
  %x = gq.dequantize %a scales(%s block [1, 32]) outs(%e : tensor<64x64xf32>) : tensor<64x64xi8>, tensor<64x2xf8E8M0FNU> -> tensor<64x64xf32>
  %y = gq.dequantize %a scales(%s block [1, 32]) outs(%h : tensor<64x64xbf16>) : tensor<64x64xi8>, tensor<64x2xf8E8M0FNU> -> tensor<64x64xbf16>
  %d = linalg.matmul ins(%x, %x : tensor<64x64xf32>, tensor<64x64xf32>) outs(%c : tensor<64x64xf32>) -> tensor<64x64xf32>
  %f = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>] ins(%y, %y : tensor<64x64xbf16>, tensor<64x64xbf16>) outs(%h : tensor<64x64xbf16>) -> tensor<64x64xbf16>
  return %d, %f : tensor<64x64xf32>, tensor<64x64xbf16>
}

// -----

// Square blocks are square in the transpose: the product reads transposed codes.
// CHECK-LABEL: func.func @square
// CHECK-SAME: %[[A:[a-z0-9]+]]: tensor<64x256xf8E4M3FN>, %[[SA:[a-z0-9]+]]: tensor<64x2xf32>, %[[W:[a-z0-9]+]]: tensor<256x?xf8E4M3FN>, %[[SW:[a-z0-9]+]]: tensor<2x?xf32>,
// CHECK: %[[WT:.*]] = linalg.transpose ins(%[[W]] : tensor<256x?xf8E4M3FN>) outs(%{{.*}} : tensor<?x256xf8E4M3FN>) permutation = [1, 0]
// CHECK: %[[ST:.*]] = linalg.transpose ins(%[[SW]] : tensor<2x?xf32>) outs(%{{.*}} : tensor<?x2xf32>) permutation = [1, 0]
// CHECK-NOT: gq.dequantize
// CHECK: gq.scaled_matmul %[[A]], %[[WT]] scales(%[[SA]] block [1, 128], %[[ST]] block [128, 128])
#a = affine_map<(m, n, k) -> (m, k)>
#b = affine_map<(m, n, k) -> (n, k)>
#c = affine_map<(m, n, k) -> (m, n)>
func.func @square(%a: tensor<64x256xf8E4M3FN>, %sa: tensor<64x2xf32>, %w: tensor<256x?xf8E4M3FN>, %sw: tensor<2x?xf32>, %c: tensor<64x?xf32>, %e: tensor<64x256xf32>, %f: tensor<256x?xf32>, %g: tensor<?x256xf32>) -> tensor<64x?xf32> {
  %x = gq.dequantize %a scales(%sa block [1, 128]) outs(%e : tensor<64x256xf32>) : tensor<64x256xf8E4M3FN>, tensor<64x2xf32> -> tensor<64x256xf32>
  %y = gq.dequantize %w scales(%sw block [128, 128]) outs(%f : tensor<256x?xf32>) : tensor<256x?xf8E4M3FN>, tensor<2x?xf32> -> tensor<256x?xf32>
  %t = linalg.transpose ins(%y : tensor<256x?xf32>) outs(%g : tensor<?x256xf32>) permutation = [1, 0]
  %d = linalg.matmul indexing_maps = [#a, #b, #c] ins(%x, %t : tensor<64x256xf32>, tensor<?x256xf32>) outs(%c : tensor<64x?xf32>) -> tensor<64x?xf32>
  return %d : tensor<64x?xf32>
}

// -----

// Blocks of a row would be blocks of a column; what somebody else reads is decoded anyway.
// CHECK-LABEL: func.func @not_square
// CHECK: %[[X:.*]] = gq.dequantize %{{.*}} block [1, 128]
// CHECK: %[[Y:.*]] = gq.dequantize %{{.*}} block [128, 128]
// CHECK: linalg.transpose ins(%[[X]] : tensor<256x256xf32>)
// CHECK: linalg.transpose ins(%[[Y]] : tensor<256x256xf32>)
func.func @not_square(%w: tensor<256x256xf8E4M3FN>, %s: tensor<256x2xf32>, %u: tensor<2x2xf32>, %e: tensor<256x256xf32>) -> (tensor<256x256xf32>, tensor<256x256xf32>, tensor<256x256xf32>) {
  %x = gq.dequantize %w scales(%s block [1, 128]) outs(%e : tensor<256x256xf32>) : tensor<256x256xf8E4M3FN>, tensor<256x2xf32> -> tensor<256x256xf32>
  %y = gq.dequantize %w scales(%u block [128, 128]) outs(%e : tensor<256x256xf32>) : tensor<256x256xf8E4M3FN>, tensor<2x2xf32> -> tensor<256x256xf32>
  %t = linalg.transpose ins(%x : tensor<256x256xf32>) outs(%e : tensor<256x256xf32>) permutation = [1, 0]
  %v = linalg.transpose ins(%y : tensor<256x256xf32>) outs(%e : tensor<256x256xf32>) permutation = [1, 0]
  return %t, %v, %y : tensor<256x256xf32>, tensor<256x256xf32>, tensor<256x256xf32>
}

// -----

// Scales of rows that are repeated along K are those of blocks of all of K; so are scales of
// columns of blocks along N. Along a dynamic M they stay.
// CHECK-LABEL: func.func @repeated
// CHECK-SAME: %[[R:[a-z0-9]+]]: tensor<256xf32>, %[[Q:[a-z0-9]+]]: tensor<4xf32>,
// CHECK: %[[S:.*]] = linalg.broadcast ins(%[[Q]] : tensor<4xf32>) {{.*}} dimensions = [0]
// CHECK: %[[ONCE:.*]] = tensor.expand_shape %[[R]] {{\[}}[0, 1]] output_shape [256, 1] : tensor<256xf32> into tensor<256x1xf32>
// CHECK: gq.scaled_matmul %{{.*}}, %{{.*}} scales(%[[S]] block [1, 128], %[[ONCE]] block [1, 512])
// CHECK: %[[ALL:.*]] = tensor.expand_shape %[[Q]] {{\[}}[0, 1]] output_shape [1, 4] : tensor<4xf32> into tensor<1x4xf32>
// CHECK: gq.scaled_matmul %{{.*}}, %{{.*}} scales(%[[S]] block [1, 128], %[[ALL]] block [256, 128])
func.func @repeated(%r: tensor<256xf32>, %q: tensor<4xf32>, %a: tensor<?x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %c: tensor<?x256xf32>, %ea: tensor<?x4xf32>, %eb: tensor<256x4xf32>, %en: tensor<2x4xf32>) -> tensor<?x256xf32> {
  %sa = linalg.broadcast ins(%q : tensor<4xf32>) outs(%ea : tensor<?x4xf32>) dimensions = [0]
  %sb = linalg.broadcast ins(%r : tensor<256xf32>) outs(%eb : tensor<256x4xf32>) dimensions = [1]
  %sn = linalg.broadcast ins(%q : tensor<4xf32>) outs(%en : tensor<2x4xf32>) dimensions = [0]
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [1, 128]) outs(%c : tensor<?x256xf32>)
         : tensor<?x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<?x4xf32>, tensor<256x4xf32> -> tensor<?x256xf32>
  %e = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sn block [128, 128]) outs(%d : tensor<?x256xf32>)
         : tensor<?x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<?x4xf32>, tensor<2x4xf32> -> tensor<?x256xf32>
  return %e : tensor<?x256xf32>
}
