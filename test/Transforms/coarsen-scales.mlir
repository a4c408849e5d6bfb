// MXFP8 operands are quantised again, in the blocks that the fastest products have, where this is asked for.
//
// RUN: gq-opt %s --gq-coarsen-scales=columns=128 --split-input-file | FileCheck %s
// RUN: gq-opt %s --gq-coarsen-scales --split-input-file | FileCheck %s --check-prefix=UNASKED
// RUN: not gq-opt %s --gq-coarsen-scales=columns=48 --split-input-file 2>&1 | FileCheck %s --check-prefix=ODD
// RUN: gq-opt %s --gq-coarsen-scales=columns=128 --split-input-file --remark-policy=all --remarks-filter=gq-coarsen-scales -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY
//
// UNASKED-NOT: gq.quantize
// ODD: error: expects coarsen-scales to be 0, or a multiple of 32, got 48

// CHECK-LABEL: @both
// CHECK-SAME: %[[A:.*]]: tensor<?x1000xf8E4M3FN>, %[[SA:.*]]: tensor<?x32xf8E8M0FNU>, %[[B:.*]]: tensor<200x1000xf8E4M3FN>, %[[SB:.*]]: tensor<200x32xf8E8M0FNU>
// CHECK: %[[X:.*]] = gq.dequantize %[[A]] scales(%[[SA]] block [1, 32]) outs(%{{.*}} : tensor<?x1000xbf16>)
// CHECK: %[[Q:.*]]:2 = gq.quantize %[[X]] block [1, 128] outs({{.*}}) {pow2} : tensor<?x1000xbf16> -> tensor<?x1000xf8E4M3FN>, tensor<?x8xf32>
// CHECK: %[[Y:.*]] = gq.dequantize %[[B]] scales(%[[SB]] block [1, 32]) outs(%{{.*}} : tensor<200x1000xbf16>)
// CHECK: %[[P:.*]]:2 = gq.quantize %[[Y]] block [128, 128] outs({{.*}}) {pow2} : tensor<200x1000xbf16> -> tensor<200x1000xf8E4M3FN>, tensor<2x8xf32>
// CHECK: gq.scaled_matmul %[[Q]]#0, %[[P]]#0 scales(%[[Q]]#1 block [1, 128], %[[P]]#1 block [128, 128])
// WHY: coarsen {{.*}}a is brought under scales of blocks of 1x128, b of 128x128
func.func @both(%a: tensor<?x1000xf8E4M3FN>, %sa: tensor<?x32xf8E8M0FNU>, %b: tensor<200x1000xf8E4M3FN>, %sb: tensor<200x32xf8E8M0FNU>, %i: tensor<?x200xf32>) -> tensor<?x200xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 32], %sb block [1, 32]) outs(%i : tensor<?x200xf32>) : tensor<?x1000xf8E4M3FN>, tensor<200x1000xf8E4M3FN>, tensor<?x32xf8E8M0FNU>, tensor<200x32xf8E8M0FNU> -> tensor<?x200xf32>
  return %d : tensor<?x200xf32>
}

// -----

// Only what is short: here the activations, in e5m2.
// CHECK-LABEL: @one
// CHECK: %[[Q:.*]]:2 = gq.quantize %{{.*}} block [1, 128] {{.*}} -> tensor<64x512xf8E5M2>, tensor<64x4xf32>
// CHECK-NOT: gq.quantize
// CHECK: gq.scaled_matmul %[[Q]]#0, %arg2 scales(%[[Q]]#1 block [1, 128], %arg3 block [128, 128])
func.func @one(%a: tensor<64x512xf8E5M2>, %sa: tensor<64x16xf8E8M0FNU>, %b: tensor<256x512xf8E4M3FN>, %sb: tensor<2x4xf32>, %i: tensor<64x256xbf16>) -> tensor<64x256xbf16> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 32], %sb block [128, 128]) outs(%i : tensor<64x256xbf16>) : tensor<64x512xf8E5M2>, tensor<256x512xf8E4M3FN>, tensor<64x16xf8E8M0FNU>, tensor<2x4xf32> -> tensor<64x256xbf16>
  return %d : tensor<64x256xbf16>
}

// -----

// CHECK-LABEL: @m_major
// CHECK-NOT: gq.quantize
// WHY: coarsen {{.*}}blocks stay as they are: expects row-major scales, got transposed_a_scales
func.func @m_major(%a: tensor<64x512xf8E4M3FN>, %sa: tensor<16x64xf8E8M0FNU>, %b: tensor<256x512xf8E4M3FN>, %sb: tensor<256x16xf8E8M0FNU>, %i: tensor<64x256xbf16>) -> tensor<64x256xbf16> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 32], %sb block [1, 32]) outs(%i : tensor<64x256xbf16>) {transposed_a_scales} : tensor<64x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<16x64xf8E8M0FNU>, tensor<256x16xf8E8M0FNU> -> tensor<64x256xbf16>
  return %d : tensor<64x256xbf16>
}

// -----

// CHECK-LABEL: @integers
// CHECK-NOT: gq.quantize
// WHY: coarsen {{.*}}blocks stay as they are: codes are integers, which a longer block would round
func.func @integers(%a: tensor<64x512xi8>, %sa: tensor<64x32xf8E8M0FNU>, %b: tensor<256x512xi8>, %sb: tensor<256x32xf8E8M0FNU>, %i: tensor<64x256xbf16>) -> tensor<64x256xbf16> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 16], %sb block [1, 16]) outs(%i : tensor<64x256xbf16>) : tensor<64x512xi8>, tensor<256x512xi8>, tensor<64x32xf8E8M0FNU>, tensor<256x32xf8E8M0FNU> -> tensor<64x256xbf16>
  return %d : tensor<64x256xbf16>
}

// -----

// CHECK-LABEL: @configured
// CHECK-NOT: gq.quantize
// WHY: coarsen {{.*}}blocks stay as they are: it has a config
func.func @configured(%a: tensor<64x512xf8E4M3FN>, %sa: tensor<64x16xf8E8M0FNU>, %b: tensor<256x512xf8E4M3FN>, %sb: tensor<256x16xf8E8M0FNU>, %i: tensor<64x256xbf16>) -> tensor<64x256xbf16> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 32], %sb block [1, 32]) outs(%i : tensor<64x256xbf16>) {config = #gq.matmul_config<tile = [64, 128, 128], math_groups = 1>} : tensor<64x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<64x16xf8E8M0FNU>, tensor<256x16xf8E8M0FNU> -> tensor<64x256xbf16>
  return %d : tensor<64x256xbf16>
}

// -----

// Zero points, origins and batches stay too; the first two say why as above.
// CHECK-LABEL: @batch
// CHECK-NOT: gq.quantize
// WHY: coarsen {{.*}}blocks stay as they are: operands are no matrices
func.func @batch(%a: tensor<2x64x512xf8E4M3FN>, %sa: tensor<2x64x16xf8E8M0FNU>, %b: tensor<2x256x512xf8E4M3FN>, %sb: tensor<2x256x16xf8E8M0FNU>, %i: tensor<2x64x256xbf16>) -> tensor<2x64x256xbf16> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 32], %sb block [1, 32]) outs(%i : tensor<2x64x256xbf16>) : tensor<2x64x512xf8E4M3FN>, tensor<2x256x512xf8E4M3FN>, tensor<2x64x16xf8E8M0FNU>, tensor<2x256x16xf8E8M0FNU> -> tensor<2x64x256xbf16>
  return %d : tensor<2x64x256xbf16>
}
