// RUN: gq-opt %s --gq-apply-config --canonicalize --cse --split-input-file | FileCheck %s
// RUN: gq-opt %s --gq-apply-config --gq-fuse-quantize --canonicalize --cse --split-input-file | FileCheck %s
// RUN: gq-opt %s --gq-apply-config --split-input-file --remarks-filter=gq-apply-config 2>&1 | FileCheck %s --check-prefix=REMARK

// Tiles of whole blocks: two passes, each with the config; floor and power of
// two are kept. Fusing again leaves them.
// CHECK-LABEL: func.func @whole
// CHECK-SAME: (%[[X:.*]]: tensor<?x1024xbf16>, %[[Q:.*]]: tensor<?x1024xf8E5M2>, %[[S:.*]]: tensor<?x8xf32>)
// CHECK: %[[A:.*]] = gq.block_absmax %[[X]] block [1, 128] outs(%{{.*}} : tensor<?x8xf32>) {amax_floor = 5.000000e-01 : f32, config = #gq.quantize_config<tile = [16, 512]>}
// CHECK: %[[SCALE:.*]] = gq.absmax_to_scale %[[A]] to f8E5M2 outs(%[[S]] : tensor<?x8xf32>) {pow2}
// CHECK: %[[CAST:.*]] = gq.scaled_cast %[[X]] scales(%[[SCALE]] block [1, 128]) outs(%[[Q]] : tensor<?x1024xf8E5M2>) {config = #gq.quantize_config<tile = [16, 512]>}
// CHECK: return %[[CAST]], %[[SCALE]]
func.func @whole(%x: tensor<?x1024xbf16>, %q: tensor<?x1024xf8E5M2>, %s: tensor<?x8xf32>) -> (tensor<?x1024xf8E5M2>, tensor<?x8xf32>) {
  %r:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<?x1024xf8E5M2>, tensor<?x8xf32>)
      {pow2, amax_floor = 0.5 : f32, config = #gq.quantize_config<tile = [16, 512], passes = 2>} : tensor<?x1024xbf16> -> tensor<?x1024xf8E5M2>, tensor<?x8xf32>
  return %r#0, %r#1 : tensor<?x1024xf8E5M2>, tensor<?x8xf32>
}

// -----

// Parts of blocks, reduced by a second op; the floor is for that one.
// CHECK-DAG: #[[PARTS:.*]] = affine_map<()[s0] -> (s0 ceildiv 8192)>
// CHECK-LABEL: func.func @parts
// CHECK: %[[N:.*]] = affine.apply #[[PARTS]]()
// CHECK: %[[E:.*]] = tensor.empty(%{{.*}}, %[[N]]) : tensor<?x?xf32>
// CHECK: %[[P:.*]] = gq.block_absmax %{{.*}} block [1, 8192] outs(%[[E]] : tensor<?x?xf32>) {config = #gq.quantize_config<tile = [1, 8192]>}
// CHECK: %[[A:.*]] = gq.block_absmax %[[P]] block [1, 8] outs(%{{.*}}) {amax_floor = 1.000000e+00 : f32, config = #gq.quantize_config<tile = [
// CHECK: gq.absmax_to_scale %[[A]]
// CHECK: gq.scaled_cast %{{.*}} scales(%{{.*}} block [1, 65536])
// REMARK: [Passed] parts | Category:gq-apply-config | Remark="blocks of 1x65536 are reduced in parts of 1x8192"
func.func @parts(%x: tensor<?x?xf16>, %q: tensor<?x?xf8E4M3FN>, %s: tensor<?x?xf32>) -> (tensor<?x?xf8E4M3FN>, tensor<?x?xf32>) {
  %r:2 = gq.quantize %x block [1, 65536] outs(%q, %s : tensor<?x?xf8E4M3FN>, tensor<?x?xf32>)
      {amax_floor = 1.0 : f32, config = #gq.quantize_config<tile = [1, 8192], passes = 2>} : tensor<?x?xf16> -> tensor<?x?xf8E4M3FN>, tensor<?x?xf32>
  return %r#0, %r#1 : tensor<?x?xf8E4M3FN>, tensor<?x?xf32>
}

// -----

// One block is the whole tensor: it counts as one that tiles fill. Three
// levels: 4096 x 4096 parts are too many for one tile.
// CHECK-LABEL: func.func @tensor
// CHECK: %[[P:.*]] = gq.block_absmax %{{.*}} block [4, 4] {{.*}} tensor<16381x16381xbf16> -> tensor<4096x4096xf32>
// CHECK: %[[R:.*]] = gq.block_absmax %[[P]] block [[B:.*]] outs(%{{.*}}) {config = #gq.quantize_config<tile = [[B]], candidate = 0>} : tensor<4096x4096xf32> -> tensor<[[N:.*]]xf32>
// CHECK: %[[A:.*]] = gq.block_absmax %[[R]] {{.*}} : tensor<[[N]]xf32> -> tensor<1x1xf32>
// CHECK: gq.scaled_cast %{{.*}} scales(%{{.*}} block [16384, 16384])
func.func @tensor(%x: tensor<16381x16381xbf16>, %q: tensor<16381x16381xf8E4M3FN>, %s: tensor<1x1xf32>) -> (tensor<16381x16381xf8E4M3FN>, tensor<1x1xf32>) {
  %r:2 = gq.quantize %x block [16381, 20000] outs(%q, %s : tensor<16381x16381xf8E4M3FN>, tensor<1x1xf32>)
      {config = #gq.quantize_config<tile = [4, 4], threads = 1, passes = 2>} : tensor<16381x16381xbf16> -> tensor<16381x16381xf8E4M3FN>, tensor<1x1xf32>
  return %r#0, %r#1 : tensor<16381x16381xf8E4M3FN>, tensor<1x1xf32>
}

// -----

// Written by hand: parts of an absmax; a block that covers its tensor.
// CHECK-LABEL: func.func @by_hand
// CHECK: %[[P:.*]] = gq.block_absmax %{{.*}} block [16, 512] {{.*}} -> tensor<64x2xf32>
// CHECK: gq.block_absmax %[[P]] block [32, 1] {{.*}} -> tensor<2x2xf32>
// CHECK: gq.scaled_cast %{{.*}} scales(%{{.*}} block [1024, 512])
func.func @by_hand(%x: tensor<1024x1024xf32>, %s: tensor<2x2xf32>, %t: tensor<1x2xf32>, %q: tensor<1024x1024xf8E4M3FN>) -> (tensor<2x2xf32>, tensor<1024x1024xf8E4M3FN>) {
  %a = gq.block_absmax %x block [512, 512] outs(%s : tensor<2x2xf32>) {config = #gq.quantize_config<tile = [16, 512]>} : tensor<1024x1024xf32> -> tensor<2x2xf32>
  %c = gq.scaled_cast %x scales(%t block [5000, 512]) outs(%q : tensor<1024x1024xf8E4M3FN>) {config = #gq.quantize_config<tile = [16, 512]>}
      : tensor<1024x1024xf32>, tensor<1x2xf32> -> tensor<1024x1024xf8E4M3FN>
  return %a, %c : tensor<2x2xf32>, tensor<1024x1024xf8E4M3FN>
}

// -----

// One pass, no strategy, memrefs: nothing to do.
// CHECK-LABEL: func.func @others
// CHECK-NEXT: gq.quantize
// CHECK-NEXT: gq.block_absmax %{{.*}} block [512, 512]
// CHECK-NEXT: gq.block_absmax %{{.*}} block [512, 512]
// CHECK-NEXT: return
func.func @others(%x: tensor<512x512xf32>, %s: tensor<1x1xf32>, %q: tensor<512x512xf8E4M3FN>, %t: tensor<512x4xf32>, %m: memref<512x512xf32>, %n: memref<1x1xf32>)
    -> (tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<1x1xf32>) {
  %r:2 = gq.quantize %x block [1, 128] outs(%q, %t : tensor<512x512xf8E4M3FN>, tensor<512x4xf32>) {config = #gq.quantize_config<tile = [16, 512]>}
      : tensor<512x512xf32> -> tensor<512x512xf8E4M3FN>, tensor<512x4xf32>
  %a = gq.block_absmax %x block [512, 512] outs(%s : tensor<1x1xf32>) : tensor<512x512xf32> -> tensor<1x1xf32>
  gq.block_absmax %m block [512, 512] outs(%n : memref<1x1xf32>) {config = #gq.quantize_config<tile = [16, 512]>} : memref<512x512xf32>
  return %r#0, %r#1, %a : tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<1x1xf32>
}

// -----

// In slabs one kernel makes both passes.
// CHECK-LABEL: func.func @slabs
// CHECK-NOT: gq.block_absmax
// CHECK: gq.quantize {{.*}} {config = #gq.quantize_config<tile = [256, 256], threads = 128, passes = 2, slabs = 16>, transposed_scales}
func.func @slabs(%x: tensor<?x1024xbf16>, %q: tensor<?x1024xf8E5M2>, %s: tensor<4x?xf32>) -> (tensor<?x1024xf8E5M2>, tensor<4x?xf32>) {
  %r:2 = gq.quantize %x block [256, 256] outs(%q, %s : tensor<?x1024xf8E5M2>, tensor<4x?xf32>)
      {transposed_scales, config = #gq.quantize_config<tile = [256, 256], threads = 128, passes = 2, slabs = 16>} : tensor<?x1024xbf16> -> tensor<?x1024xf8E5M2>, tensor<4x?xf32>
  return %r#0, %r#1 : tensor<?x1024xf8E5M2>, tensor<4x?xf32>
}
