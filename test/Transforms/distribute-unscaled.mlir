// Products without scales.
// RUN: gq-opt %s --gq-distribute --canonicalize --cse | FileCheck %s

!half = !gqgpu.ring<2, <128x64xbf16, swizzle = 128>, <48x64xbf16, swizzle = 128>>
!byte = !gqgpu.ring<2, <128x128xf8E4M3FN, swizzle = 128>, <48x128xf8E4M3FN, swizzle = 128>>

// Of bf16 the tensor cores go on with the accumulators, from slot to slot and from step
// to step; both slabs of the group are in flight.
// CHECK-LABEL: gqgpu.kernel @half
// CHECK: %[[ZERO:.*]] = gqgpu.splat %{{.*}} : f32 -> <64x48xf32, #gqgpu.mma>
// CHECK: scf.for {{.*}} iter_args(%[[A0:.*]] = %[[ZERO]], %[[A1:.*]] = %[[ZERO]])
// CHECK: %[[S0:.*]] = gqgpu.wait
// CHECK: %[[S1:.*]] = gqgpu.wait
// CHECK: %[[P0:.*]] = gqgpu.mma_async %{{.*}}[%[[S0]]] tiles(0, 1) by #{{.*}} row %{{.*}} k [0, 64] reuse %[[A0]] accumulate :
// CHECK: %[[Q0:.*]] = gqgpu.mma_async %{{.*}}[%[[S1]]] tiles(0, 1) by #{{.*}} row %{{.*}} k [0, 64] reuse %[[P0]] accumulate :
// CHECK: %[[P1:.*]] = gqgpu.mma_async %{{.*}}[%[[S0]]] tiles(0, 1) by #{{.*}} row %{{.*}} k [0, 64] reuse %[[A1]] accumulate :
// CHECK: %[[Q1:.*]] = gqgpu.mma_async %{{.*}}[%[[S1]]] tiles(0, 1) by #{{.*}} row %{{.*}} k [0, 64] reuse %[[P1]] accumulate :
// CHECK: %[[W0:.*]] = gqgpu.mma_wait %[[Q0]]
// CHECK: %[[W1:.*]] = gqgpu.mma_wait %[[Q1]]
// CHECK-NOT: gqgpu.promote
// CHECK: scf.yield %[[W0]], %[[W1]]
gqgpu.kernel @half(%d: memref<128x48xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant 0.0 : f32
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 4 : !half
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 232 (%group) {
      %e = tensor.empty() : tensor<128x48xf32>
      %init = linalg.fill ins(%zero : f32) outs(%e : tensor<128x48xf32>) -> tensor<128x48xf32>
      %sum = scf.for %k = %c0 to %c8 step %c1 iter_args(%acc = %init) -> tensor<128x48xf32> {
        %s0 = gqgpu.wait %r[%c] : !half -> !gqgpu.slot
        %next = gqgpu.advance %r[%c] : !half, !gqgpu.cursor
        %s1 = gqgpu.wait %r[%next] : !half -> !gqgpu.slot
        %a0 = gqgpu.slot_read %r[%s0] tile 0 : !half -> tensor<128x64xbf16>
        %a1 = gqgpu.slot_read %r[%s1] tile 0 : !half -> tensor<128x64xbf16>
        %at = tensor.concat dim(1) %a0, %a1 : (tensor<128x64xbf16>, tensor<128x64xbf16>) -> tensor<128x128xbf16>
        %b0 = gqgpu.slot_read %r[%s0] tile 1 : !half -> tensor<48x64xbf16>
        %b1 = gqgpu.slot_read %r[%s1] tile 1 : !half -> tensor<48x64xbf16>
        %bt = tensor.concat dim(1) %b0, %b1 : (tensor<48x64xbf16>, tensor<48x64xbf16>) -> tensor<48x128xbf16>
        %p = gq.scaled_matmul %at, %bt outs(%acc : tensor<128x48xf32>) {config = #gq.matmul_config<tile = [128, 48, 128], math_groups = 1>}
            : tensor<128x128xbf16>, tensor<48x128xbf16> -> tensor<128x48xf32>
        scf.yield %p : tensor<128x48xf32>
      }
      gqgpu.store %sum, %d[%c0, %c0] : tensor<128x48xf32>, memref<128x48xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// Of FP8 they are promoted with scales of one.
// CHECK-LABEL: gqgpu.kernel @byte
// CHECK: %[[ONE:.*]] = gqgpu.splat %{{.*}} : f32 -> <1x1xf32, #gqgpu.mma>
// CHECK: %[[P:.*]] = gqgpu.mma_async %{{.*}} k [0, 128] :
// CHECK: %[[W:.*]] = gqgpu.mma_wait %[[P]]
// CHECK: gqgpu.promote %[[W]], %[[ONE]], %[[ONE]] into
gqgpu.kernel @byte(%d: memref<128x48xf32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !byte
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
      %e = tensor.empty() : tensor<128x48xf32>
      %init = linalg.fill ins(%zero : f32) outs(%e : tensor<128x48xf32>) -> tensor<128x48xf32>
      %slot = gqgpu.wait %r[%c] : !byte -> !gqgpu.slot
      %at = gqgpu.slot_read %r[%slot] tile 0 : !byte -> tensor<128x128xf8E4M3FN>
      %bt = gqgpu.slot_read %r[%slot] tile 1 : !byte -> tensor<48x128xf8E4M3FN>
      %p = gq.scaled_matmul %at, %bt outs(%init : tensor<128x48xf32>)
          : tensor<128x128xf8E4M3FN>, tensor<48x128xf8E4M3FN> -> tensor<128x48xf32>
      gqgpu.store %p, %d[%c0, %c0] : tensor<128x48xf32>, memref<128x48xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}
