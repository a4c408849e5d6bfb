// RUN: gq-opt %s --gq-stage-stores --split-input-file | FileCheck %s
// RUN: gq-opt %s --gq-stage-stores --split-input-file --remarks-filter=gq-stage-stores -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

!s = !gqgpu.fragment<64x128xf32, #gqgpu.blocked<[32, 8], chunk = 16>, block = [1, 16]>
!few = !gqgpu.fragment<64x128xf32, #gqgpu.blocked<[32, 8], chunk = 16>, block = [16, 16]>
!column = !gqgpu.fragment<64x128xf32, #gqgpu.blocked<[32, 8], chunk = 16>, block = [1, 128]>

// Scales leave as they lie in memory; what would gain nothing stays.
// REMARK: remark: {{.*}}512 scales of a tile leave in rows of 8
// REMARK: remark: {{.*}}512 scales of a tile leave in rows of 64
// REMARK: remark: {{.*}}scales are stored by the threads that hold them: a tile has 32, fewer than 64
// REMARK: remark: {{.*}}scales are stored by the threads that hold them: no two of a tile are neighbours in memory
// CHECK-LABEL: gqgpu.kernel @scales
// CHECK-DAG: %[[T:.*]] = gqgpu.shared_alloc : <8x64xf32>
// CHECK-DAG: %[[R:.*]] = gqgpu.shared_alloc : <64x8xf32>
// CHECK: gqgpu.barrier block
// CHECK-NEXT: gqgpu.stage %[[V:.*]] into %[[R]] : <64x128xf32, {{.*}}>, <64x8xf32>
// CHECK-NEXT: gqgpu.barrier block
// CHECK-NEXT: gqgpu.store_shared %[[R]], %{{.*}}[%{{.*}}, %{{.*}}] : <64x8xf32>, memref<?x8xf32>
// CHECK-NEXT: gqgpu.barrier block
// CHECK-NEXT: gqgpu.stage %[[V]] into %[[T]] {transposed}
// CHECK-NEXT: gqgpu.barrier block
// CHECK-NEXT: gqgpu.store_shared %[[T]]
// CHECK-NEXT: gqgpu.store_fragment
// CHECK-NEXT: gqgpu.store_fragment
gqgpu.kernel @scales(%f: f32, %s: memref<?x8xf32>, %t: memref<8x?xf32>, %c: memref<?x1xf32>) {
  %c0 = arith.constant 0 : index
  %v = gqgpu.splat %f : f32 -> !s
  %w = gqgpu.splat %f : f32 -> !few
  %u = gqgpu.splat %f : f32 -> !column
  gqgpu.store_fragment %v, %s[%c0, %c0] : !s, memref<?x8xf32>
  gqgpu.store_fragment %v, %t[%c0, %c0] {transposed} : !s, memref<8x?xf32>
  gqgpu.store_fragment %w, %s[%c0, %c0] : !few, memref<?x8xf32>
  gqgpu.store_fragment %u, %c[%c0, %c0] : !column, memref<?x1xf32>
  gqgpu.return
}

// -----

!c = !gqgpu.fragment<64x128xf32, #gqgpu.blocked<[32, 8], chunk = 16, cluster = 2>, block = [1, 16]>

// REMARK: remark: {{.*}}scales are stored by the threads that hold them: they lie in 2 thread blocks
// CHECK-LABEL: gqgpu.kernel @cluster_scales
// CHECK-NOT: gqgpu.stage
gqgpu.kernel @cluster_scales(%f: f32, %s: memref<?x8xf32>) {
  %c0 = arith.constant 0 : index
  %v = gqgpu.splat %f : f32 -> !c
  gqgpu.store_fragment %v, %s[%c0, %c0] : !c, memref<?x8xf32>
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<64x128xbf16, #gqgpu.blocked<[32, 8], chunk = 16>>
!s = !gqgpu.fragment<64x128xf32, #gqgpu.blocked<[32, 8], chunk = 16>, block = [64, 128]>
!q = !gqgpu.fragment<64x128xi8, #gqgpu.blocked<[32, 8], chunk = 16>>

// Two slabs of codes go through one staging; codes that stay rows do not.
// REMARK-COUNT-2: remark: {{.*}}codes are turned in bands of 16 rows
// CHECK-LABEL: gqgpu.kernel @codes
// CHECK-COUNT-1: gqgpu.shared_alloc : <64x128xi8, band = 16>
// CHECK-NOT: gqgpu.shared_alloc
// CHECK: gqgpu.store_fragment
// CHECK-NEXT: gqgpu.barrier block
// CHECK-NEXT: gqgpu.stage %{{.*}} into %[[T:.*]] : <64x128xi8, {{.*}}>, <64x128xi8, band = 16>
// CHECK-NEXT: gqgpu.barrier block
// CHECK-NEXT: gqgpu.store_shared %[[T]], %{{.*}} {transposed} : <64x128xi8, band = 16>, memref<128x?xi8>
// CHECK-NEXT: gqgpu.barrier block
// CHECK-NEXT: gqgpu.stage %{{.*}} into %[[T]]
// CHECK-NEXT: gqgpu.barrier block
// CHECK-NEXT: gqgpu.store_shared %[[T]]
gqgpu.kernel @codes(%h: bf16, %f: f32, %p: memref<?x128xi8>, %t: memref<128x?xi8>) {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %v = gqgpu.splat %h : bf16 -> !f
  %s = gqgpu.splat %f : f32 -> !s
  %q = gqgpu.scaled_cast %v, %s : !f, !s -> !q
  gqgpu.store_fragment %q, %p[%c0, %c0] : !q, memref<?x128xi8>
  gqgpu.store_fragment %q, %t[%c0, %c0] {transposed} : !q, memref<128x?xi8>
  gqgpu.store_fragment %q, %t[%c0, %c64] {transposed} : !q, memref<128x?xi8>
  gqgpu.return
}

// -----

!p = !gqgpu.fragment<56x8xbf16, #gqgpu.blocked<[28, 4], chunk = 2, cluster = 2>>
!b = !gqgpu.fragment<56x8xf32, #gqgpu.blocked<[28, 4], chunk = 2, cluster = 2>, block = [1, 8]>
!c = !gqgpu.fragment<56x8xf8E4M3FN, #gqgpu.blocked<[28, 4], chunk = 2, cluster = 2>>

// The rows of one thread block of a cluster: 28 of them, in bands of four.
// REMARK: remark: {{.*}}codes are turned in bands of 4 rows
// CHECK-LABEL: gqgpu.kernel @bands
// CHECK: gqgpu.shared_alloc : <28x8xf8E4M3FN, band = 4>
gqgpu.kernel @bands(%h: bf16, %f: f32, %t: memref<8x?xf8E4M3FN>) {
  %c0 = arith.constant 0 : index
  %v = gqgpu.splat %h : bf16 -> !p
  %s = gqgpu.splat %f : f32 -> !b
  %q = gqgpu.scaled_cast %v, %s : !p, !b -> !c
  gqgpu.store_fragment %q, %t[%c0, %c0] {transposed} : !c, memref<8x?xf8E4M3FN>
  gqgpu.return
}

// -----

!acc = !gqgpu.fragment<64x16xbf16, #gqgpu.mma>
!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
!s = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [8, 128]>
!q = !gqgpu.fragment<8x128xi8, #gqgpu.blocked<[8, 32], chunk = 4>>

// Transposed tiles that their threads store: nobody waits for them.
// REMARK: remark: {{.*}}a transposed tile is stored by the threads that hold it: its elements have 4 bytes, codes have 1
// REMARK: remark: {{.*}}a transposed tile is stored by the threads that hold it: a role has not all threads of the thread block
// REMARK: remark: {{.*}}a transposed tile is stored by the threads that hold it: a role has not all threads of the thread block
// CHECK-LABEL: gqgpu.kernel @transposed_by_threads
// CHECK-NOT: gqgpu.stage
// CHECK-COUNT-3: gqgpu.store_fragment {{.*}} {{[{].*}}transposed}
gqgpu.kernel @transposed_by_threads(%h: bf16, %z: f32, %w: memref<?x8xf32>, %c: memref<?x8xi8>, %d: memref<?x?xbf16>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %f = gqgpu.splat %z : f32 -> !f
  gqgpu.store_fragment %f, %w[%c0, %c0] {transposed} : !f, memref<?x8xf32>
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %v = gqgpu.splat %h : bf16 -> !acc
      gqgpu.store_fragment %v, %d[%c0, %g] {path = #gqgpu.path<copy>, transposed} : !acc, memref<?x?xbf16>
      %s = gqgpu.splat %z : f32 -> !s
      %q = gqgpu.scaled_cast %f, %s : !f, !s -> !q
      gqgpu.store_fragment %q, %c[%c0, %c0] {transposed} : !q, memref<?x8xi8>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

!acc = !gqgpu.fragment<64x96xbf16, #gqgpu.mma>

// 96 columns are boxes of 32. A box waits for the one before it to be read, and
// the role for all of them.
// REMARK: remark: {{.*}}each warp stores boxes of 16x32
// CHECK-LABEL: gqgpu.kernel @product
// CHECK: %[[T:.*]] = gqgpu.shared_alloc : <8x16x32xbf16, swizzle = 64>
// CHECK: gqgpu.tma_store_wait read
// CHECK-NEXT: gqgpu.barrier warp
// CHECK-NEXT: gqgpu.stage %[[V:.*]] into %[[T]] :
// CHECK-NEXT: gqgpu.proxy_fence
// CHECK-NEXT: gqgpu.barrier warp
// CHECK-NEXT: gqgpu.tma_store %[[T]], %{{.*}}[%[[I:.*]], %[[J:.*]]]
// CHECK-NEXT: gqgpu.tma_store_wait read
// CHECK-NEXT: gqgpu.barrier warp
// CHECK-NEXT: gqgpu.stage %[[V]] into %[[T]] column 32
// CHECK-NEXT: gqgpu.proxy_fence
// CHECK-NEXT: gqgpu.barrier warp
// CHECK: %[[J1:.*]] = arith.addi %[[J]], %c32
// CHECK-NEXT: gqgpu.tma_store %[[T]], %{{.*}}[%[[I]], %[[J1]]]
// CHECK: gqgpu.stage %[[V]] into %[[T]] column 64
// CHECK: gqgpu.tma_store %[[T]]
// CHECK-NEXT: gqgpu.tma_store_wait{{$}}
gqgpu.kernel @product(%h: bf16, %d: memref<?x?xbf16>) {
  %c0 = arith.constant 0 : index
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%g) {
      %v = gqgpu.splat %h : bf16 -> !acc
      gqgpu.store_fragment %v, %d[%g, %c0] {path = #gqgpu.path<tma>} : !acc, memref<?x?xbf16>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma>

// Roles run at the same time: each has staging of its own, also of equal types.
// CHECK-LABEL: gqgpu.kernel @two_roles
// CHECK: %[[A:.*]] = gqgpu.shared_alloc : <4x16x32xf32, swizzle = 128>
// CHECK: %[[B:.*]] = gqgpu.shared_alloc : <4x16x32xf32, swizzle = 128>
// CHECK: gqgpu.role "upper"
// CHECK: gqgpu.stage %{{.*}} into %[[A]] :
// CHECK: gqgpu.tma_store %[[A]],
// CHECK: gqgpu.stage %{{.*}} into %[[A]] column 32
// CHECK: gqgpu.tma_store %[[A]],
// CHECK-NEXT: gqgpu.tma_store_wait{{$}}
// CHECK: gqgpu.role "lower"
// CHECK: gqgpu.stage %{{.*}} into %[[B]] :
// CHECK: gqgpu.tma_store %[[B]],
// CHECK: gqgpu.stage %{{.*}} into %[[B]] column 32
// CHECK: gqgpu.tma_store %[[B]],
// CHECK-NEXT: gqgpu.tma_store_wait{{$}}
gqgpu.kernel @two_roles(%z: f32, %d: memref<?x?xf32>) {
  %c0 = arith.constant 0 : index
  gqgpu.warp_specialize {
    gqgpu.role "upper" kind math warps 4 registers 248 (%g) {
      %v = gqgpu.splat %z : f32 -> !acc
      gqgpu.store_fragment %v, %d[%c0, %c0] {path = #gqgpu.path<tma>} : !acc, memref<?x?xf32>
    }
    gqgpu.role "lower" kind math warps 4 registers 248 (%g) {
      %v = gqgpu.splat %z : f32 -> !acc
      gqgpu.store_fragment %v, %d[%c0, %c0] {path = #gqgpu.path<tma>} : !acc, memref<?x?xf32>
    }
  }
  gqgpu.return
}
