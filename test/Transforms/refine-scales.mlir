// Coarse grids of scales are read as finer ones, where this is asked for and the product keeps its bits.
//
// RUN: gq-opt %s --gq-refine-scales=block=128,128 --split-input-file | FileCheck %s
// RUN: gq-opt %s --gq-refine-scales --split-input-file | FileCheck %s --check-prefix=UNASKED
// RUN: not gq-opt %s --gq-refine-scales=block=128 --split-input-file 2>&1 | FileCheck %s --check-prefix=ONE
// RUN: not gq-opt %s --gq-refine-scales=block=128,0 --split-input-file 2>&1 | FileCheck %s --check-prefix=ZERO
// RUN: gq-opt %s --gq-refine-scales=block=128,128 --split-input-file --remark-policy=all --remarks-filter=gq-refine-scales -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY
//
// UNASKED-NOT: gq.dequantize
// ONE: error: expects block to be two positive numbers, rows and columns, got 128
// ZERO: error: expects block to be two positive numbers, rows and columns, got 128, 0

// Blocks of one row keep it; 1000 elements of K have four blocks of 256 and eight of 128, of which the last is short.
// CHECK-LABEL: @both
// CHECK-SAME: %[[A:.*]]: tensor<?x1000xf8E4M3FN>, %[[SA:.*]]: tensor<?x4xf32>, %[[B:.*]]: tensor<700x1000xf8E4M3FN>, %[[SB:.*]]: tensor<3x4xbf16>
// CHECK: %[[FILL:.*]] = linalg.fill ins(%{{.*}} : i8) outs(%{{.*}} : tensor<?x8xi8>)
// CHECK: %[[FA:.*]] = gq.dequantize %[[FILL]] scales(%[[SA]] block [1, 2]) outs(%{{.*}} : tensor<?x8xf32>)
// CHECK: %[[ONES:.*]] = arith.constant dense<1> : tensor<6x8xi8>
// CHECK: %[[FB:.*]] = gq.dequantize %[[ONES]] scales(%[[SB]] block [2, 2]) outs(%{{.*}} : tensor<6x8xbf16>)
// CHECK: gq.scaled_matmul %[[A]], %[[B]] scales(%[[FA]] block [1, 128], %[[FB]] block [128, 128]) outs({{.*}}) {config = #gq.matmul_config<tile = [64, 128, 128]>}
// WHY: refine {{.*}}scales of a of blocks of 1x256 are repeated for blocks of 1x128
// WHY: refine {{.*}}scales of b of blocks of 256x256 are repeated for blocks of 128x128
func.func @both(%a: tensor<?x1000xf8E4M3FN>, %sa: tensor<?x4xf32>, %b: tensor<700x1000xf8E4M3FN>, %sb: tensor<3x4xbf16>, %i: tensor<?x700xf32>) -> tensor<?x700xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 256], %sb block [256, 256]) outs(%i : tensor<?x700xf32>) {config = #gq.matmul_config<tile = [64, 128, 128]>} : tensor<?x1000xf8E4M3FN>, tensor<700x1000xf8E4M3FN>, tensor<?x4xf32>, tensor<3x4xbf16> -> tensor<?x700xf32>
  return %d : tensor<?x700xf32>
}

// -----

// M-major scales are repeated as they lie; those of f8E8M0FNU become f32. Blocks that are fine enough stay.
// CHECK-LABEL: @m_major
// CHECK: %[[FB:.*]] = gq.dequantize %{{.*}} scales(%{{.*}} block [2, 4]) outs(%{{.*}} : tensor<4x8xf32>) : tensor<4x8xi8>, tensor<2x2xf8E8M0FNU>
// CHECK: gq.scaled_matmul %{{.*}}, %{{.*}} scales(%arg1 block [1, 32], %[[FB]] block [128, 128]) {{.*}} {transposed_a_scales, transposed_b_scales} {{.*}} tensor<16x64xf8E8M0FNU>, tensor<4x8xf32>
func.func @m_major(%a: tensor<64x512xf8E4M3FN>, %sa: tensor<16x64xf8E8M0FNU>, %b: tensor<1024x512xf8E4M3FN>, %sb: tensor<2x2xf8E8M0FNU>, %i: tensor<64x1024xf32>) -> tensor<64x1024xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 32], %sb block [512, 256]) outs(%i : tensor<64x1024xf32>) {transposed_a_scales, transposed_b_scales} : tensor<64x512xf8E4M3FN>, tensor<1024x512xf8E4M3FN>, tensor<16x64xf8E8M0FNU>, tensor<2x2xf8E8M0FNU> -> tensor<64x1024xf32>
  return %d : tensor<64x1024xf32>
}

// -----

// Element (0, 0) of a lies at (160, 128) of its block: in the second finer block along rows and K. That of b lies
// at 300: in the first finer block of the second coarse one, with which its scales begin.
// CHECK-LABEL: @origin
// CHECK: %[[ALL:.*]] = gq.dequantize %{{.*}} scales(%arg1 block [2, 2]) outs(%{{.*}} : tensor<6x10xf32>)
// CHECK: %[[FA:.*]] = tensor.extract_slice %[[ALL]][1, 1] [5, 8] [1, 1]
// CHECK: %[[ALLB:.*]] = gq.dequantize %{{.*}} scales(%arg3 block [2, 2]) outs(%{{.*}} : tensor<6x10xf32>)
// CHECK: %[[FB:.*]] = tensor.extract_slice %[[ALLB]][0, 1] [5, 8] [1, 1]
// CHECK: gq.scaled_matmul %arg0, %arg2 scales(%[[FA]] block [128, 128], %[[FB]] block [128, 128]) origin(%c160, %c300, %c128)
func.func @origin(%a: tensor<512x1024xf8E4M3FN>, %sa: tensor<3x5xf32>, %b: tensor<512x1024xf8E4M3FN>, %sb: tensor<3x5xf32>, %i: tensor<512x512xf32>) -> tensor<512x512xf32> {
  %c160 = arith.constant 160 : index
  %c300 = arith.constant 300 : index
  %c128 = arith.constant 128 : index
  %d = gq.scaled_matmul %a, %b scales(%sa block [256, 256], %sb block [256, 256]) origin(%c160, %c300, %c128) outs(%i : tensor<512x512xf32>) : tensor<512x1024xf8E4M3FN>, tensor<512x1024xf8E4M3FN>, tensor<3x5xf32>, tensor<3x5xf32> -> tensor<512x512xf32>
  return %d : tensor<512x512xf32>
}

// -----

// An origin that only a launch knows; along K the sums of the other operand's blocks end there anyway.
// CHECK-DAG: #[[$FIRST:.*]] = affine_map<()[s0] -> ((s0 mod 256) floordiv 128)>
// CHECK-DAG: #[[$ROWS:.*]] = affine_map<()[s0] -> ((s0 mod 128 + 512) ceildiv 128)>
// CHECK-LABEL: @open_origin
// CHECK-DAG: %[[ROW:.*]] = affine.apply #[[$FIRST]]()[%arg5]
// CHECK-DAG: %[[ROWS:.*]] = affine.apply #[[$ROWS]]()[%arg5]
// CHECK-DAG: %[[K:.*]] = affine.apply #[[$FIRST]]()[%arg7]
// CHECK: %[[FA:.*]] = tensor.extract_slice %{{.*}}[%[[ROW]], %[[K]]] [%[[ROWS]], %{{.*}}] [1, 1] : tensor<6x10xf32> to tensor<?x?xf32>
// CHECK: gq.scaled_matmul %arg0, %arg2 scales(%[[FA]] block [128, 128], %arg3 block [1, 64]) origin(%arg5, %arg6, %arg7)
// WHY: scales of a of blocks of 256x256 are repeated
func.func @open_origin(%a: tensor<512x1024xf8E4M3FN>, %sa: tensor<3x5xf32>, %b: tensor<512x1024xf8E4M3FN>, %sb: tensor<512x17xf32>, %i: tensor<512x512xf32>, %m: index, %n: index, %k: index) -> tensor<512x512xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [256, 256], %sb block [1, 64]) origin(%m, %n, %k) outs(%i : tensor<512x512xf32>) : tensor<512x1024xf8E4M3FN>, tensor<512x1024xf8E4M3FN>, tensor<3x5xf32>, tensor<512x17xf32> -> tensor<512x512xf32>
  return %d : tensor<512x512xf32>
}

// -----

// Rows alone are finer whatever promote and the origin along K are.
// CHECK-LABEL: @rows
// CHECK: gq.dequantize %{{.*}} scales(%arg3 block [2, 1])
// CHECK: tensor.extract_slice %{{.*}}[0, 0] [2, 5] [1, 1]
// CHECK: gq.scaled_matmul {{.*}} block [128, 128])
func.func @rows(%a: tensor<64x512xf8E4M3FN>, %sa: tensor<64x5xf32>, %b: tensor<256x512xf8E4M3FN>, %sb: tensor<1x5xf32>, %i: tensor<64x256xf32>) -> tensor<64x256xf32> {
  %c0 = arith.constant 0 : index
  %c32 = arith.constant 32 : index
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [256, 128]) origin(%c0, %c0, %c32) outs(%i : tensor<64x256xf32>) {promote = 64} : tensor<64x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<64x5xf32>, tensor<1x5xf32> -> tensor<64x256xf32>
  return %d : tensor<64x256xf32>
}

// -----

// A block of all of K ends no sum; neither do weights of a batch that are the same for all.
// CHECK-LABEL: @batch
// CHECK: gq.scaled_matmul %{{.*}}, %{{.*}} scales(%arg1 block [1, 1000], %{{.*}} block [128, 128])
// WHY: blocks of a of 1x1000 stay as they are: expects a matrix of scales, got those of a batch
// WHY: scales of b of blocks of 256x256 are repeated
func.func @batch(%a: tensor<3x64x1000xf8E4M3FN>, %sa: tensor<3x64x1xf32>, %b: tensor<512x1000xf8E4M3FN>, %sb: tensor<2x4xf32>, %i: tensor<3x64x512xf32>) -> tensor<3x64x512xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 1000], %sb block [256, 256]) outs(%i : tensor<3x64x512xf32>) : tensor<3x64x1000xf8E4M3FN>, tensor<512x1000xf8E4M3FN>, tensor<3x64x1xf32>, tensor<2x4xf32> -> tensor<3x64x512xf32>
  return %d : tensor<3x64x512xf32>
}

// -----

// CHECK-LABEL: @odd
// CHECK-NOT: gq.dequantize
// WHY: blocks of a of 1x320 stay as they are: expects blocks that go into those, got 1x128
// WHY: blocks of b of 192x64 stay as they are: expects blocks that go into those, got 128x64
func.func @odd(%a: tensor<64x640xf8E4M3FN>, %sa: tensor<64x2xf32>, %b: tensor<384x640xf8E4M3FN>, %sb: tensor<2x10xf32>, %i: tensor<64x384xf32>) -> tensor<64x384xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 320], %sb block [192, 64]) outs(%i : tensor<64x384xf32>) : tensor<64x640xf8E4M3FN>, tensor<384x640xf8E4M3FN>, tensor<64x2xf32>, tensor<2x10xf32> -> tensor<64x384xf32>
  return %d : tensor<64x384xf32>
}

// -----

// Sums that would end more often: of 256 elements; from 192 on 320 - 192 of them; of 128 from an origin of 64 on.
// CHECK-LABEL: @sums
// CHECK-NOT: gq.dequantize
// WHY: blocks of a of 1x256 stay as they are: sums end every 256 elements of K and where blocks do, expects blocks of 1x128 to end only there
// WHY: blocks of b of 256x256 stay as they are: sums end every 256 elements of K and where blocks do, expects blocks of 128x128 to end only there
// WHY: blocks of a of 1x192 stay as they are: expects blocks that go into those, got 1x128
// WHY: blocks of b of 256x256 stay as they are: sums end every 128 elements of K and where blocks do, expects blocks of 128x128 to end only there
// WHY: blocks of b of 256x256 stay as they are: sums end every 128 elements of K and where blocks do, expects blocks of 128x128 to end only there
func.func @sums(%a: tensor<64x960xf8E4M3FN>, %sa: tensor<64x4xf32>, %sf: tensor<64x5xf32>, %b: tensor<512x960xf8E4M3FN>, %sb: tensor<2x4xf32>, %i: tensor<64x512xf32>) -> tensor<64x512xf32> {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 256], %sb block [256, 256]) outs(%i : tensor<64x512xf32>) {promote = 256} : tensor<64x960xf8E4M3FN>, tensor<512x960xf8E4M3FN>, tensor<64x4xf32>, tensor<2x4xf32> -> tensor<64x512xf32>
  %e = gq.scaled_matmul %a, %b scales(%sf block [1, 192], %sb block [256, 256]) outs(%d : tensor<64x512xf32>) : tensor<64x960xf8E4M3FN>, tensor<512x960xf8E4M3FN>, tensor<64x5xf32>, tensor<2x4xf32> -> tensor<64x512xf32>
  %f = gq.scaled_matmul %a, %b scales(%sa block [1, 256], %sb block [256, 256]) origin(%c0, %c0, %c64) outs(%e : tensor<64x512xf32>) : tensor<64x960xf8E4M3FN>, tensor<512x960xf8E4M3FN>, tensor<64x4xf32>, tensor<2x4xf32> -> tensor<64x512xf32>
  return %f : tensor<64x512xf32>
}

// -----

// CHECK-LABEL: @integers
// CHECK-NOT: gq.dequantize
// WHY: blocks of a of 1x512 stay as they are: sums of integers over all of K are scaled once
// WHY: blocks of b of 512x512 stay as they are: sums of integers over all of K are scaled once
func.func @integers(%a: tensor<64x512xi8>, %sa: tensor<64x1xf32>, %b: tensor<512x512xi8>, %sb: tensor<1x1xf32>, %i: tensor<64x512xf32>) -> tensor<64x512xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 512], %sb block [512, 512]) outs(%i : tensor<64x512xf32>) : tensor<64x512xi8>, tensor<512x512xi8>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x512xf32>
  return %d : tensor<64x512xf32>
}

// -----

// CHECK-LABEL: @padded
// CHECK-NOT: gq.dequantize
// WHY: blocks of a of 1x256 stay as they are: expects scales that are not padded, got padded_a_scales
func.func @padded(%a: tensor<65x512xf8E4M3FN>, %sa: tensor<2x68xf32>, %b: tensor<128x512xf8E4M3FN>, %sb: tensor<1x4xf32>, %i: tensor<65x128xf32>) -> tensor<65x128xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 256], %sb block [128, 128]) outs(%i : tensor<65x128xf32>) {transposed_a_scales, padded_a_scales} : tensor<65x512xf8E4M3FN>, tensor<128x512xf8E4M3FN>, tensor<2x68xf32>, tensor<1x4xf32> -> tensor<65x128xf32>
  return %d : tensor<65x128xf32>
}

// -----

// CHECK-LABEL: @memrefs
// CHECK-NOT: gq.dequantize
// WHY: blocks of b of 256x256 stay as they are: expects tensors, got memrefs
func.func @memrefs(%a: memref<64x512xf8E4M3FN>, %sa: memref<64x4xf32>, %b: memref<256x512xf8E4M3FN>, %sb: memref<1x2xf32>, %i: memref<64x256xf32>) {
  gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [256, 256]) outs(%i : memref<64x256xf32>) : memref<64x512xf8E4M3FN>, memref<256x512xf8E4M3FN>, memref<64x4xf32>, memref<1x2xf32>
  return
}

// -----

// A loop over thread blocks is around one gq op.
// CHECK-LABEL: @loop
// CHECK-NOT: gq.dequantize
// WHY: blocks of b of 256x256 stay as they are: expects a product in a function or in an scf.if there, got one in 'scf.forall'
func.func @loop(%a: tensor<64x512xf8E4M3FN>, %sa: tensor<64x4xf32>, %b: tensor<256x512xf8E4M3FN>, %sb: tensor<1x2xf32>, %i: tensor<128x256xf32>) -> tensor<128x256xf32> {
  %r = scf.forall (%z) in (2) shared_outs(%o = %i) -> (tensor<128x256xf32>) {
    %at = affine.apply affine_map<(z) -> (z * 64)>(%z)
    %s = tensor.extract_slice %o[%at, 0] [64, 256] [1, 1] : tensor<128x256xf32> to tensor<64x256xf32>
    %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [256, 256]) outs(%s : tensor<64x256xf32>) : tensor<64x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<64x4xf32>, tensor<1x2xf32> -> tensor<64x256xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %d into %o[%at, 0] [64, 256] [1, 1] : tensor<64x256xf32> into tensor<128x256xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r : tensor<128x256xf32>
}
