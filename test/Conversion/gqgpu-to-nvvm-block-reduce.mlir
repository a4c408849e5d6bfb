// RUN: gq-opt %s --gq-expand-reductions --gq-annotate-alignment --gq-allocate-shared-memory --gq-expand-math --gq-expand-tile-loops --convert-gqgpu-to-nvvm --canonicalize --cse | FileCheck %s

!f = !gqgpu.fragment<1x512xf32, #gqgpu.blocked<[1, 64], chunk = 8>>
!s = !gqgpu.fragment<1x512xf32, #gqgpu.blocked<[1, 64], chunk = 8>, block = [1, 512]>
!m = !gqgpu.fragment<1x512xf32, #gqgpu.blocked<[1, 64], chunk = 8>>

// Eight values of a thread in pairs, five butterflies, a word of each warp, and
// the sum of the two.
// CHECK-LABEL: llvm.func @sum
// CHECK: %[[INF:.*]] = llvm.mlir.constant(0x7F800000 : f32)
// CHECK: llvm.select %{{.*}}, %{{.*}}, %[[INF]]
// CHECK-COUNT-7: llvm.fadd
// CHECK-COUNT-5: nvvm.shfl.sync {{.*}}bfly
// CHECK: st.shared
// CHECK: nvvm.barrier
// CHECK-COUNT-2: ld.shared
// CHECK: llvm.fadd
gpu.module @kernels {
  gqgpu.kernel @sum(%x: memref<?x512xf32>, %s: memref<?x1xf32>) attributes {threads = 64} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %n = memref.dim %s, %c0 : memref<?x1xf32>
    %v = gqgpu.load_fragment %x[%c0, %c0] map affine_map<(r, c) -> (r, c)> : memref<?x512xf32> -> !f
    %k = gqgpu.mask %v to (%c1, %n) filling 0x7F800000 : f32 : !m
    %a = gqgpu.block_reduce addf %k : !f -> !s
    gqgpu.store_fragment %a, %s[%c0, %c0] : !s, memref<?x1xf32>
    gqgpu.return
  }
}
