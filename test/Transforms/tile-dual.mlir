// Two products of one a in the same tiles: one loop over K, and then a ring with
// a tile of each b, two sums of each math group.
// RUN: gq-opt %s --gq-tile --canonicalize --cse | FileCheck %s
// RUN: gq-opt %s --gq-tile --canonicalize --cse --gq-outline-kernels --canonicalize --cse --gq-promote-tma --gq-pipeline-stages | FileCheck %s --check-prefix=RING
// RUN: gq-opt %s --gq-tile --canonicalize --cse --gq-lower-to-kernels --gq-lower-to-roles --gq-lower-to-fragments | FileCheck %s --check-prefix=FRAGMENTS

#el = affine_map<(m, n) -> (m, n)>
#both = #gq.matmul_config<tile = [128, 128, 128], scales = tma, store = direct, dual = true>

// CHECK-LABEL: func.func @dual
// CHECK: scf.forall
// CHECK: %[[SUMS:.*]]:2 = scf.for {{.*}} -> (tensor<128x128xf32>, tensor<128x128xf32>) {
// CHECK:   %[[A:.*]] = tensor.extract_slice %arg0
// CHECK:   %[[X:.*]] = gq.scaled_matmul %[[A]], %{{.*}} outs(%[[FIRST:.*]] : tensor<128x128xf32>) {config = #gq.matmul_config<tile = [128, 128, 128], scales = tma, store = direct, dual = true>
// CHECK:   %[[Y:.*]] = gq.scaled_matmul %[[A]], %{{.*}} {config = #gq.matmul_config<tile = [128, 128, 128], scales = tma, store = direct, dual = true>
// CHECK:   scf.yield %[[X]], %[[Y]]
// CHECK: linalg.generic {{.*}} ins(%[[SUMS]]#0, %[[SUMS]]#1

// What both read is filled once, the loads come first.
// RING: !gqgpu.ring<4, <128x128xf8E4M3FN, swizzle = 128>, <128x128xf8E4M3FN, swizzle = 128, permuted = 16>, <128x4xf32>, <1x4xf32>, <128x128xf8E4M3FN, swizzle = 128, permuted = 16>, <1x4xf32>>
// RING: gqgpu.acquire
// RING-COUNT-6: gqgpu.tma_load
// RING-NOT: gqgpu.tma_load
// RING: gqgpu.wait
// RING-COUNT-2: gq.scaled_matmul
// RING: gqgpu.release

// The second product has the registers of the first, which is promoted by then.
// FRAGMENTS: %[[P:.*]] = gqgpu.mma_async {{.*}} tiles(0, 1)
// FRAGMENTS: %[[DONE:.*]] = gqgpu.mma_wait %[[P]]
// FRAGMENTS: gqgpu.promote %[[DONE]]
// FRAGMENTS: gqgpu.mma_async {{.*}} tiles(0, 4) {{.*}} reuse %[[DONE]]
// FRAGMENTS: gqgpu.release
// FRAGMENTS: gqgpu.promote
func.func @dual(%a: tensor<256x512xf8E4M3FN>, %as: tensor<256x4xf32>, %g: tensor<256x512xf8E4M3FN>,
    %gs: tensor<2x4xf32>, %u: tensor<256x512xf8E4M3FN>, %us: tensor<2x4xf32>) -> tensor<256x256xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<256x256xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<256x256xf32>) -> tensor<256x256xf32>
  %x = gq.scaled_matmul %a, %g scales(%as block [1, 128], %gs block [128, 128]) outs(%f : tensor<256x256xf32>)
    : tensor<256x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<256x4xf32>, tensor<2x4xf32> -> tensor<256x256xf32>
  %y = gq.scaled_matmul %a, %u scales(%as block [1, 128], %us block [128, 128]) outs(%f : tensor<256x256xf32>) {config = #both}
    : tensor<256x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<256x4xf32>, tensor<2x4xf32> -> tensor<256x256xf32>
  %r = linalg.generic {indexing_maps = [#el, #el, #el], iterator_types = ["parallel", "parallel"]}
      ins(%x, %y : tensor<256x256xf32>, tensor<256x256xf32>) outs(%e : tensor<256x256xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %s = arith.mulf %p, %q : f32
    linalg.yield %s : f32
  } -> tensor<256x256xf32>
  return %r : tensor<256x256xf32>
}
