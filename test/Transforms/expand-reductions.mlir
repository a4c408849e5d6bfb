// RUN: gq-opt %s --gq-expand-reductions --canonicalize --split-input-file | FileCheck %s
// RUN: gq-opt %s --gq-expand-reductions --split-input-file --remarks-filter=gq-expand-reductions -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

!f = !gqgpu.fragment<8x512xf32, #gqgpu.blocked<[8, 32], chunk = 16>>
!s = !gqgpu.fragment<8x512xf32, #gqgpu.blocked<[8, 32], chunk = 16>, block = [1, 128]>

// Eight lanes have a block to themselves.
// REMARK: remark: {{.*}}blocks of 1x128: each in 8 lanes, by shuffles; no shared memory
// CHECK-LABEL: gqgpu.kernel @lanes
// CHECK-NOT: gqgpu.shared_alloc
// CHECK-NOT: gqgpu.barrier
// CHECK: %[[P:.*]] = gqgpu.thread_absmax %{{.*}} -> <<8x512xf32, #{{.*}}, block = [1, 128]>, lanes = 1>
// CHECK: %[[F:.*]] = gqgpu.partial_max %[[P]] floor 1.000000e+00 :
// CHECK: %[[L:.*]] = gqgpu.lane_max shuffle %[[F]] : {{.*}} lanes = 1> -> {{.*}} lanes = 8>
// CHECK: %[[W:.*]] = gqgpu.whole_blocks %[[L]]
// CHECK: gqgpu.elementwise(%[[W]])
// CHECK: arith.minnumf %{{.*}}, %{{.*}} : f32
gqgpu.kernel @lanes(%x: memref<?x512xf32>, %s: memref<?x4xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %v = gqgpu.load_fragment %x[%c0, %c0] map affine_map<(r, c) -> (r, c)> : memref<?x512xf32> -> !f
  %a = gqgpu.block_absmax %v {amax_floor = 1.0 : f32} : !f -> !s
  gqgpu.store_fragment %a, %s[%c0, %c0] : !s, memref<?x4xf32>
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<128x128xbf16, #gqgpu.blocked<[32, 8], chunk = 16>>
!s = !gqgpu.fragment<128x128xf32, #gqgpu.blocked<[32, 8], chunk = 16>, block = [128, 128]>

// All warps share a block. The words are cleared before the values are needed,
// and after those who read them last.
// REMARK: remark: {{.*}}blocks of 128x128: each warp in one block, by redux, then one atomic of a warp
// CHECK-LABEL: gqgpu.kernel @warps
// CHECK: %[[WORDS:.*]] = gqgpu.shared_alloc : <1x1xf32>
// CHECK: gqgpu.barrier block
// CHECK-NEXT: gqgpu.clear %[[WORDS]]
// CHECK-NEXT: gqgpu.barrier block
// CHECK-NEXT: %[[P:.*]] = gqgpu.thread_absmax
// CHECK-NEXT: %[[F:.*]] = gqgpu.partial_max %[[P]] floor 0.000000e+00
// CHECK-NEXT: %[[R:.*]] = gqgpu.lane_max redux %[[F]] : {{.*}} lanes = 32>
// CHECK-NEXT: gqgpu.atomic_max block %[[R]] into %[[WORDS]]
// CHECK-NEXT: gqgpu.barrier block
// CHECK-NEXT: gqgpu.read_blocks %[[WORDS]]
gqgpu.kernel @warps(%x: memref<?x128xbf16>, %s: memref<?x1xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %v = gqgpu.load_fragment %x[%c0, %c0] map affine_map<(r, c) -> (r, c)> : memref<?x128xbf16> -> !f
  %a = gqgpu.block_absmax %v {amax_floor = 0.0 : f32} : !f -> !s
  gqgpu.store_fragment %a, %s[%c0, %c0] : !s, memref<?x1xf32>
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<256x256xf32, #gqgpu.blocked<[16, 16], chunk = 16, cluster = 4>>
!s = !gqgpu.fragment<256x256xf32, #gqgpu.blocked<[16, 16], chunk = 16, cluster = 4>, block = [256, 256]>

// Thread blocks add to one another's words: only the first barrier is of one.
// REMARK: remark: {{.*}}blocks of 256x256: each warp in one block, by redux, then one atomic of a warp in each of 4 thread blocks
// CHECK-LABEL: gqgpu.kernel @cluster
// CHECK: gqgpu.barrier block
// CHECK-NEXT: gqgpu.clear
// CHECK-NEXT: gqgpu.barrier cluster
// CHECK: gqgpu.atomic_max cluster
// CHECK-NEXT: gqgpu.barrier cluster
// CHECK-NEXT: gqgpu.read_blocks
gqgpu.kernel @cluster(%x: memref<?x?xf32>, %s: memref<?x?xf32>) attributes {threads = 256, cluster = 4} {
  %c0 = arith.constant 0 : index
  %v = gqgpu.load_fragment %x[%c0, %c0] map affine_map<(r, c) -> (r, c)> : memref<?x?xf32> -> !f
  %a = gqgpu.block_absmax %v {amax_floor = 0.0 : f32} : !f -> !s
  gqgpu.store_fragment %a, %s[%c0, %c0] : !s, memref<?x?xf32>
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<64x64xf32, #gqgpu.blocked<[32, 8], chunk = 8>>
!s = !gqgpu.fragment<64x64xf32, #gqgpu.blocked<[32, 8], chunk = 8>, block = [2, 32]>
!g = !gqgpu.fragment<6x48xf32, #gqgpu.blocked<[6, 8], chunk = 2>>
!t = !gqgpu.fragment<6x48xf32, #gqgpu.blocked<[6, 8], chunk = 2>, block = [3, 48]>
!u = !gqgpu.fragment<64x64xf32, #gqgpu.blocked<[32, 8], chunk = 8>, block = [3, 24]>

// Four lanes of a warp, that has several blocks; no whole warps; blocks that no
// group of lanes keeps to.
// REMARK: remark: {{.*}}blocks of 2x32: 4 lanes by shuffles, then one atomic of them
// REMARK: remark: {{.*}}blocks of 3x24: an atomic of each thread, as no group of lanes lies in one block
// REMARK: remark: {{.*}}blocks of 3x48: an atomic of each thread, as there are no whole warps
// CHECK-LABEL: gqgpu.kernel @groups
// CHECK-DAG: gqgpu.shared_alloc : <32x2xf32>
// CHECK-DAG: gqgpu.shared_alloc : <22x3xf32>
// CHECK: gqgpu.lane_max shuffle %{{.*}} -> {{.*}} lanes = 4>
// CHECK: gqgpu.atomic_max block %{{.*}} lanes = 4>
// CHECK-NOT: gqgpu.lane_max
// CHECK: gqgpu.atomic_max block %{{.*}} lanes = 1>
gqgpu.kernel @groups(%x: memref<?x64xf32>, %s: memref<?x?xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %v = gqgpu.load_fragment %x[%c0, %c0] map affine_map<(r, c) -> (r, c)> : memref<?x64xf32> -> !f
  %a = gqgpu.block_absmax %v {amax_floor = 0.0 : f32} : !f -> !s
  gqgpu.store_fragment %a, %s[%c0, %c0] : !s, memref<?x?xf32>
  %b = gqgpu.block_absmax %v {amax_floor = 0.0 : f32} : !f -> !u
  gqgpu.store_fragment %b, %s[%c0, %c0] : !u, memref<?x?xf32>
  gqgpu.return
}
gqgpu.kernel @threads(%x: memref<?x48xf32>, %s: memref<?x1xf32>) attributes {threads = 48} {
  %c0 = arith.constant 0 : index
  %v = gqgpu.load_fragment %x[%c0, %c0] map affine_map<(r, c) -> (r, c)> : memref<?x48xf32> -> !g
  %a = gqgpu.block_absmax %v {amax_floor = 0.0 : f32} : !g -> !t
  gqgpu.store_fragment %a, %s[%c0, %c0] : !t, memref<?x1xf32>
  gqgpu.return
}

// -----

#id = affine_map<(r, c) -> (r, c)>
!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
!s = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [8, 128]>

// A slab is reduced where it is. Two may be in registers: what the third is
// computed from waits for the first.
// REMARK: remark: {{.*}}slab 2 is loaded once slab 0 is reduced: registers hold 2 slabs
// CHECK-LABEL: gqgpu.kernel @slabs
// CHECK: %[[A:.*]] = gqgpu.load_fragment %{{.*}} map #{{[a-z0-9]*}} : memref
// CHECK-NEXT: %[[P0:.*]] = gqgpu.thread_absmax %[[A]]
// CHECK: %[[B:.*]] = gqgpu.load_fragment %{{.*}} map #{{[a-z0-9]*}} : memref
// CHECK-NEXT: %[[P1:.*]] = gqgpu.thread_absmax %[[B]]
// CHECK: %[[C:.*]] = gqgpu.load_fragment %{{.*}} after %[[P0]] : !gqgpu.partial<<8x128xf32, {{.*}}>, lanes = 1> : memref
// CHECK: %[[D:.*]] = gqgpu.elementwise(%[[C]])
// CHECK: %[[P2:.*]] = gqgpu.thread_absmax %[[D]]
// CHECK: gqgpu.barrier
// CHECK: gqgpu.partial_max %[[P0]], %[[P1]], %[[P2]] floor
gqgpu.kernel @slabs(%x: memref<?x128xf32>, %s: memref<?x?xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %c16 = arith.constant 16 : index
  %a = gqgpu.load_fragment %x[%c0, %c0] map #id : memref<?x128xf32> -> !f
  %b = gqgpu.load_fragment %x[%c8, %c0] map #id : memref<?x128xf32> -> !f
  %c = gqgpu.load_fragment %x[%c16, %c0] map #id : memref<?x128xf32> -> !f
  %d = gqgpu.elementwise (%c) {
  ^bb0(%e: f32):
    %n = arith.negf %e : f32
    gqgpu.yield %n : f32
  } : (!f) -> !f
  %m = gqgpu.block_absmax %a, %b, %d {amax_floor = 0.0 : f32} : !f, !f, !f -> !s
  gqgpu.store_fragment %m, %s[%c0, %c0] : !s, memref<?x?xf32>
  gqgpu.return
}
