// RUN: gq-opt %s --gq-expand-reductions --split-input-file | FileCheck %s
// RUN: gq-opt %s --gq-expand-reductions --split-input-file --remarks-filter=gq-expand-reductions -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

!f = !gqgpu.fragment<1x4096xf32, #gqgpu.blocked<[1, 256], chunk = 8>>
!s = !gqgpu.fragment<1x4096xf32, #gqgpu.blocked<[1, 256], chunk = 8>, block = [1, 4096]>

// Eight warps share a row. What is read behind it is loaded before the barrier.
// REMARK: remark: {{.*}}blocks of 1x4096: 32 lanes by shuffles, then 8 words of shared memory
// CHECK-LABEL: gqgpu.kernel @row
// CHECK: %[[WORDS:.*]] = gqgpu.shared_alloc : <1x8xf32>
// CHECK: gqgpu.load_fragment
// CHECK: gqgpu.load_fragment
// CHECK-NEXT: %[[P:.*]] = gqgpu.thread_reduce addf %{{.*}} lanes = 1>
// CHECK-NEXT: %[[L:.*]] = gqgpu.lane_reduce addf %[[P]] : {{.*}} lanes = 32>
// CHECK-NEXT: gqgpu.write_partials %[[L]] into %[[WORDS]]
// CHECK-NEXT: gqgpu.barrier block
// CHECK-NEXT: gqgpu.read_partials addf %[[WORDS]] lanes 32
gqgpu.kernel @row(%x: memref<?x4096xf32>, %g: memref<4096xf32>, %y: memref<?x4096xf32>)
    attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %v = gqgpu.load_fragment %x[%c0, %c0] map affine_map<(r, c) -> (r, c)> : memref<?x4096xf32> -> !f
  %a = gqgpu.block_reduce addf %v : !f -> !s
  %w = gqgpu.load_fragment %g[%c0] map affine_map<(r, c) -> (c)> : memref<4096xf32> -> !f
  %z = gqgpu.elementwise(%v, %a, %w) {
  ^bb0(%e: f32, %s: f32, %f: f32):
    %p = arith.mulf %e, %s : f32
    %q = arith.mulf %p, %f : f32
    gqgpu.yield %q : f32
  } : (!f, !s, !f) -> !f
  gqgpu.store_fragment %z, %y[%c0, %c0] : !f, memref<?x4096xf32>
  gqgpu.return
}

// -----

!g = !gqgpu.fragment<16x128xbf16, #gqgpu.blocked<[16, 16], chunk = 8>>
!s = !gqgpu.fragment<16x128xf32, #gqgpu.blocked<[16, 16], chunk = 8>, block = [1, 128]>

// Sixteen lanes have a row to themselves.
// REMARK: remark: {{.*}}blocks of 1x128: 16 lanes by shuffles; no shared memory
// CHECK-LABEL: gqgpu.kernel @lanes
// CHECK-NOT: gqgpu.shared_alloc
// CHECK-NOT: gqgpu.barrier
// CHECK: %[[P:.*]] = gqgpu.thread_reduce maximumf
// CHECK: %[[L:.*]] = gqgpu.lane_reduce maximumf %[[P]] : {{.*}} lanes = 16>
// CHECK: gqgpu.whole_blocks %[[L]]
gqgpu.kernel @lanes(%x: memref<?x128xbf16>, %s: memref<?x1xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %v = gqgpu.load_fragment %x[%c0, %c0] map affine_map<(r, c) -> (r, c)> : memref<?x128xbf16> -> !g
  %a = gqgpu.block_reduce maximumf %v : !g -> !s
  gqgpu.store_fragment %a, %s[%c0, %c0] : !s, memref<?x1xf32>
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<1x320xf32, #gqgpu.blocked<[1, 80], chunk = 4>>
!s = !gqgpu.fragment<1x320xf32, #gqgpu.blocked<[1, 80], chunk = 4>, block = [1, 320]>

// No whole warps: a word of each thread. In a loop, a barrier stands between
// those who read and those who write again.
// REMARK: remark: {{.*}}blocks of 1x320: each thread, then 80 words of shared memory
// CHECK-LABEL: gqgpu.kernel @loop
// CHECK: gqgpu.shared_alloc : <1x80xf32>
// CHECK: scf.for
// CHECK: gqgpu.barrier block
// CHECK-NEXT: gqgpu.write_partials
// CHECK-NEXT: gqgpu.barrier block
// CHECK-NEXT: gqgpu.read_partials mulf %{{.*}} lanes 1
gqgpu.kernel @loop(%x: memref<?x320xf32>, %s: memref<?x1xf32>) attributes {threads = 80} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  scf.for %i = %c0 to %c4 step %c1 {
    %v = gqgpu.load_fragment %x[%i, %c0] map affine_map<(r, c) -> (r, c)> : memref<?x320xf32> -> !f
    %a = gqgpu.block_reduce mulf %v : !f -> !s
    gqgpu.store_fragment %a, %s[%i, %c0] : !s, memref<?x1xf32>
  }
  gqgpu.return
}
