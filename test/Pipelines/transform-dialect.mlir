// The stock transform dialect tiles and fuses; our passes go on from there.
//
// RUN: gq-opt %s --transform-interpreter --canonicalize --cse -o %t.tiled
// RUN: FileCheck %s --check-prefix=TILED --input-file=%t.tiled
// RUN: gq-opt %t.tiled --gq-lower-to-kernels --gq-lower-to-roles --gq-lower-to-fragments --gq-expand-math --gq-expand-tile-loops --convert-gqgpu-to-nvvm --canonicalize --cse | FileCheck %s

// TILED: scf.forall (%{{.*}}, %{{.*}}) in (%{{.*}}, 2)
// TILED:   linalg.fill
// TILED:   scf.for
// TILED:     gq.scaled_matmul
// TILED:   arith.maximumf
// TILED: mapping = [#gpu.block<y>, #gpu.block<x>]

// CHECK: llvm.func @gemm_relu_matmul
// CHECK-SAME: grid = <[0[0]] -> ((s0 ceildiv 128) * 2), persistent>
// CHECK: wgmma.mma_async.sync.aligned.m64n128k32.f32.e4m3.e4m3
// CHECK: llvm.intr.maximum
// CHECK: gqgpu.launch @gemm_relu_kernels::@gemm_relu_matmul

#id = affine_map<(r, c) -> (r, c)>
module attributes {transform.with_named_sequence} {
  func.func @gemm_relu(%a: tensor<?x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %sa: tensor<?x4xf32>,
                       %sb: tensor<2x4xf32>) -> tensor<?x256xf32> {
    %zero = arith.constant 0.0 : f32
    %c0 = arith.constant 0 : index
    %m = tensor.dim %a, %c0 : tensor<?x512xf8E4M3FN>
    %e = tensor.empty(%m) : tensor<?x256xf32>
    %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x256xf32>) -> tensor<?x256xf32>
    %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<?x256xf32>)
        {config = #gq.matmul_config<tile = [128, 128, 128]>}
        : tensor<?x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<?x4xf32>, tensor<2x4xf32> -> tensor<?x256xf32>
    %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
        ins(%d : tensor<?x256xf32>) outs(%e : tensor<?x256xf32>) {
    ^bb0(%x: f32, %o: f32):
      %t = arith.maximumf %x, %zero : f32
      linalg.yield %t : f32
    } -> tensor<?x256xf32>
    return %r : tensor<?x256xf32>
  }

  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %relu = transform.structured.match ops{["linalg.generic"]} in %root : (!transform.any_op) -> !transform.any_op
    %matmul = transform.structured.match ops{["gq.scaled_matmul"]} in %root : (!transform.any_op) -> !transform.any_op
    %fill = transform.structured.match ops{["linalg.fill"]} in %root : (!transform.any_op) -> !transform.any_op
    %tile, %forall = transform.structured.tile_using_forall %relu tile_sizes [128, 128] (mapping = [#gpu.block<y>, #gpu.block<x>])
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    %fused, %forall2 = transform.structured.fuse_into_containing_op %matmul into %forall
      : (!transform.any_op, !transform.any_op) -> (!transform.any_op, !transform.any_op)
    %filled, %forall3 = transform.structured.fuse_into_containing_op %fill into %forall2
      : (!transform.any_op, !transform.any_op) -> (!transform.any_op, !transform.any_op)
    %step, %for = transform.structured.tile_using_for %fused tile_sizes [0, 0, 128]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}
