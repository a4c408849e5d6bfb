// RUN: gq-opt %s --gq-expand-reductions --gq-stage-stores --gq-annotate-alignment --gq-allocate-shared-memory --gq-expand-math --gq-expand-tile-loops --convert-gqgpu-to-nvvm --canonicalize --cse --split-input-file | FileCheck %s

#id = affine_map<(r, c) -> (r, c)>
#layout = #gqgpu.blocked<[8, 32], chunk = 16>
!f = !gqgpu.fragment<8x512xf32, #layout>
!s = !gqgpu.fragment<8x512xf32, #layout, block = [1, 128]>
!q = !gqgpu.fragment<8x512xf8E5M2, #layout>

// A block lies over 8 lanes: three butterflies, no shared memory. Chunks of 16
// floats are four vector loads; 16 FP8 values one vector store.
// CHECK-LABEL: llvm.func @lanes
// CHECK-SAME: gqgpu.launch = #gqgpu.launch<threads = 256, cluster = 1, shared_memory = 0, grid = <[0[0]] -> (s0 ceildiv 8)>
// CHECK-COUNT-4: ld.global.nc.v4.b32
// CHECK: llvm.intr.fabs
// CHECK-COUNT-3: nvvm.shfl.sync bfly
// CHECK: llvm.intr.minnum
// CHECK: llvm.fdiv
// CHECK: nvvm.convert.f32x2.to.f8x2 {{.*}}{rnd = #nvvm.fp_rnd_mode<rn>, sat = #nvvm.sat_mode<satfinite>} : i16(f8E5M2)
// CHECK: st.global.v4.b32
// CHECK: st.global.b32
// CHECK-NOT: st.global
gpu.module @m {
gqgpu.kernel @lanes(%x: memref<?x512xf32>, %q: memref<?x512xf8E5M2>, %s: memref<?x4xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?x512xf32>
  gqgpu.tile_loop (%i) to (%n) step [8] {
    %f = gqgpu.load_fragment %x[%i, %c0] map #id : memref<?x512xf32> -> !f
    %a = gqgpu.block_absmax %f {amax_floor = 0.0 : f32} : !f -> !s
    %v = gqgpu.scaled_cast %f, %a : !f, !s -> !q
    gqgpu.store_fragment %v, %q[%i, %c0] : !q, memref<?x512xf8E5M2>
    gqgpu.store_fragment %a, %s[%i, %c0] : !s, memref<?x4xf32>
  }
  gqgpu.return
}
}

// -----

#id = affine_map<(r, c) -> (r, c)>
#layout = #gqgpu.blocked<[16, 16], chunk = 16, cluster = 4>
!f = !gqgpu.fragment<256x256xf32, #layout>
!s = !gqgpu.fragment<256x256xf32, #layout, block = [256, 256]>

// One block over four thread blocks: a word in each, to which all four contribute.
// The words are cleared before anybody waits for what was loaded, and after the
// readers of the last tile.
// The row pitch is not known: what loads vectors where rows are whole ones also
// loads elements one by one.
// CHECK-LABEL: llvm.func @cluster
// CHECK-SAME: gqgpu.launch = #gqgpu.launch<threads = 256, cluster = 4, shared_memory = 4, grid = <[0[0]] -> (s0 ceildiv 256)>
// CHECK-SAME: nvvm.cluster_dim = array<i32: 4, 1, 1>
// CHECK: llvm.cond_br
// CHECK-COUNT-16: ld.global.nc.v4.b32
// CHECK-NOT: ld.global.nc.v
// CHECK-COUNT-64: ld.global.nc.b32
// CHECK: nvvm.barrier
// CHECK: st.shared.b32
// CHECK: nvvm.cluster.arrive {aligned}
// CHECK-NEXT: nvvm.cluster.wait {aligned}
// CHECK: nvvm.redux.sync umax
// CHECK: nvvm.mapa
// CHECK-COUNT-4: red.shared::cluster.max.u32
// CHECK: nvvm.cluster.arrive {aligned}
// CHECK-NEXT: nvvm.cluster.wait {aligned}
// CHECK-NEXT: ld.shared.f32
// CHECK-NOT: nvvm.barrier
// CHECK-NOT: nvvm.cluster
gpu.module @m {
gqgpu.kernel @cluster(%x: memref<?x?xf32>, %s: memref<?x?xf32>) attributes {threads = 256, cluster = 4} {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?x?xf32>
  gqgpu.tile_loop (%i) to (%n) step [256] {
    %f = gqgpu.load_fragment %x[%i, %c0] map #id : memref<?x?xf32> -> !f
    %a = gqgpu.block_absmax %f {amax_floor = 0.0 : f32} : !f -> !s
    gqgpu.store_fragment %a, %s[%c0, %c0] : !s, memref<?x?xf32>
  }
  gqgpu.return
}
}

// -----

#layout = #gqgpu.blocked<[8, 32], chunk = 4>
!f = !gqgpu.fragment<8x128xf32, #layout>

// A tensor of rank 0 is one element, loaded once; what lies outside is masked.
// CHECK-LABEL: llvm.func @scalar
// CHECK-COUNT-1: ld.global.nc.b32
// CHECK-NOT: ld.global
// CHECK: llvm.select
// CHECK: st.global.v4.b32
gpu.module @m {
gqgpu.kernel @scalar(%x: memref<f32>, %d: memref<8x128xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %c100 = arith.constant 100 : index
  %f = gqgpu.load_fragment %x[] map affine_map<(r, c) -> ()> : memref<f32> -> !f
  %m = gqgpu.mask %f to (%c100, %c100) : !f
  gqgpu.store_fragment %m, %d[%c0, %c0] : !f, memref<8x128xf32>
  gqgpu.return
}
}

// -----

#id = affine_map<(r, c) -> (r, c)>
#layout = #gqgpu.blocked<[8, 32], chunk = 16>
!f = !gqgpu.fragment<16x1024xf32, #layout>
!q = !gqgpu.fragment<16x1024xf8E4M3FN, #layout>
!rows = !gqgpu.fragment<16x1024xf32, #layout, block = [1, 128]>
!tile = !gqgpu.fragment<16x1024xf32, #layout, block = [16, 1024]>

// Scales from memory: one for each chunk, or, where the tile is one block, one.
// Loads of x have a policy for L2.
// CHECK-LABEL: llvm.func @cast
// CHECK-COUNT-16: @$5 ld.global.nc.L2::cache_hint.v4.b32 {$0, $1, $2, $3}, [$4{{(\+[0-9]+)?}}], $6; }", "=&r,=&r,=&r,=&r,l,b,l"
// CHECK-COUNT-4: @$2 ld.global.nc.b32 $0, [$1{{(\+[0-9]+)?}}]; }"
// CHECK-NOT: ld.global
// CHECK-LABEL: llvm.func @one_scale
// CHECK-COUNT-16: ld.global.nc.v4.b32
// CHECK-COUNT-1: @$2 ld.global.nc.b32 $0, [$1]; }"
// CHECK-NOT: ld.global
gpu.module @m {
gqgpu.kernel @cast(%x: memref<?x1024xf32>, %s: memref<?x8xf32>, %q: memref<?x1024xf8E4M3FN>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?x1024xf32>
  gqgpu.tile_loop (%i) to (%n) step [16] {
    %f = gqgpu.load_fragment %x[%i, %c0] map #id {evict = #gqgpu.evict<last>} : memref<?x1024xf32> -> !f
    %t = gqgpu.load_fragment %s[%i, %c0] map #id : memref<?x8xf32> -> !rows
    %v = gqgpu.scaled_cast %f, %t : !f, !rows -> !q
    gqgpu.store_fragment %v, %q[%i, %c0] : !q, memref<?x1024xf8E4M3FN>
  }
  gqgpu.return
}
gqgpu.kernel @one_scale(%x: memref<?x1024xf32>, %s: memref<?x1xf32>, %q: memref<?x1024xf8E4M3FN>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?x1024xf32>
  gqgpu.tile_loop (%i) to (%n) step [16] {
    %f = gqgpu.load_fragment %x[%i, %c0] map #id : memref<?x1024xf32> -> !f
    %k = affine.apply affine_map<(d0) -> (d0 floordiv 16)>(%i)
    %t = gqgpu.load_fragment %s[%k, %c0] map #id : memref<?x1xf32> -> !tile
    %v = gqgpu.scaled_cast %f, %t : !f, !tile -> !q
    gqgpu.store_fragment %v, %q[%i, %c0] : !q, memref<?x1024xf8E4M3FN>
  }
  gqgpu.return
}
}

// -----

#id = affine_map<(r, c) -> (r, c)>
#layout = #gqgpu.blocked<[8, 32], chunk = 16>
!f = !gqgpu.fragment<8x512xf32, #layout>
!s = !gqgpu.fragment<8x512xf32, #layout, block = [1, 128]>

// A loop over blocks: the first column of a tile is provably one of a chunk.
// CHECK-LABEL: llvm.func @blocks
// CHECK-COUNT-4: ld.global.nc.v4.b32
gpu.module @m {
gqgpu.kernel @blocks(%x: memref<?x1024xf32>, %s: memref<?x8xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %n = memref.dim %x, %c0 : memref<?x1024xf32>
  gqgpu.tile_loop (%i, %j) to (%n, %c8) step [8, 4] {
    %k = affine.apply affine_map<(d0) -> (d0 * 128)>(%j)
    %f = gqgpu.load_fragment %x[%i, %k] map #id : memref<?x1024xf32> -> !f
    %a = gqgpu.block_absmax %f {amax_floor = 0.0 : f32} : !f -> !s
    gqgpu.store_fragment %a, %s[%i, %j] : !s, memref<?x8xf32>
  }
  gqgpu.return
}
}

// -----

#id = affine_map<(r, c) -> (r, c)>
#layout = #gqgpu.blocked<[32, 8], chunk = 16>
!f = !gqgpu.fragment<64x128xbf16, #layout>
!s = !gqgpu.fragment<64x128xf32, #layout, block = [1, 128]>
!q = !gqgpu.fragment<64x128xi8, #layout>

// A transposed store of codes: chunks of rows into shared memory (64 rows of 128
// bytes), words of sixteen rows from there, turned to sixteen bytes of four
// columns. Aligned for sure, or if that turns out, or only for words.
// CHECK-LABEL: llvm.func @transposed(
// CHECK-SAME: shared_memory = 8192,
// CHECK: nvvm.barrier
// CHECK-COUNT-2: "st.shared.v4.b32 [$0], {$1, $2, $3, $4};"
// CHECK: nvvm.barrier
// CHECK-COUNT-16: ld.shared.b32
// CHECK-COUNT-32: nvvm.prmt <default>
// CHECK-NOT: llvm.cond_br
// CHECK-COUNT-4: "@$5 st.global.v4.b32 [$0], {$1, $2, $3, $4};"
// CHECK-NOT: st.global
// CHECK-LABEL: llvm.func @transposed_dynamic(
// CHECK-DAG: %[[C15:.*]] = llvm.mlir.constant(15 : i32)
// CHECK-DAG: %[[C3:.*]] = llvm.mlir.constant(3 : i32)
// CHECK: %[[BITS:.*]] = llvm.and %[[LENGTH:arg[0-9]+]], %[[C15]] : i32
// CHECK-NEXT: %[[WHOLE:.*]] = llvm.icmp "eq" %[[BITS]]
// CHECK-NEXT: llvm.cond_br %[[WHOLE]]
// CHECK-COUNT-4: "@$5 st.global.v4.b32 [$0], {$1, $2, $3, $4};"
// CHECK: %[[BITS:.*]] = llvm.and %[[LENGTH]], %[[C3]] : i32
// CHECK-NEXT: %[[WORDS:.*]] = llvm.icmp "eq" %[[BITS]]
// CHECK-NEXT: llvm.cond_br %[[WORDS]]
// CHECK-COUNT-4: "@$2 st.global.b32 [$0+12], $1;"
// CHECK-COUNT-4: "@$2 st.global.b8 [$0+15], $1;"
// CHECK-LABEL: llvm.func @transposed_words
// CHECK-NOT: st.global.b8
// CHECK-COUNT-4: "@$2 st.global.b32 [$0+12], $1;"
// CHECK-NOT: st.global.b8
gpu.module @m {
gqgpu.kernel @transposed(%x: memref<?x512xbf16>, %q: memref<512x1024xi8>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?x512xbf16>
  gqgpu.tile_loop (%i) to (%n) step [64] {
    %f = gqgpu.load_fragment %x[%i, %c0] map #id : memref<?x512xbf16> -> !f
    %s = gqgpu.block_absmax %f {amax_floor = 0.0 : f32} : !f -> !s
    %v = gqgpu.scaled_cast %f, %s : !f, !s -> !q
    gqgpu.store_fragment %v, %q[%c0, %i] {transposed} : !q, memref<512x1024xi8>
  }
  gqgpu.return
}
gqgpu.kernel @transposed_dynamic(%x: memref<?x512xbf16>, %q: memref<512x?xi8>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?x512xbf16>
  gqgpu.tile_loop (%i) to (%n) step [64] {
    %f = gqgpu.load_fragment %x[%i, %c0] map #id : memref<?x512xbf16> -> !f
    %s = gqgpu.block_absmax %f {amax_floor = 0.0 : f32} : !f -> !s
    %v = gqgpu.scaled_cast %f, %s : !f, !s -> !q
    gqgpu.store_fragment %v, %q[%c0, %i] {transposed} : !q, memref<512x?xi8>
  }
  gqgpu.return
}
gqgpu.kernel @transposed_words(%x: memref<?x512xbf16>, %q: memref<512x1004xi8>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?x512xbf16>
  gqgpu.tile_loop (%i) to (%n) step [64] {
    %f = gqgpu.load_fragment %x[%i, %c0] map #id : memref<?x512xbf16> -> !f
    %s = gqgpu.block_absmax %f {amax_floor = 0.0 : f32} : !f -> !s
    %v = gqgpu.scaled_cast %f, %s : !f, !s -> !q
    gqgpu.store_fragment %v, %q[%c0, %i] {transposed} : !q, memref<512x1004xi8>
  }
  gqgpu.return
}
}

// -----

#id = affine_map<(r, c) -> (r, c)>
#pairs = #gqgpu.blocked<[64, 4], chunk = 2, cluster = 2>
!fp = !gqgpu.fragment<128x8xbf16, #pairs>
!sp = !gqgpu.fragment<128x8xf32, #pairs, block = [1, 8]>
!qp = !gqgpu.fragment<128x8xf8E4M3FN, #pairs>

// Chunks of two, and two thread blocks; rows of the result are never aligned.
// CHECK-LABEL: llvm.func @transposed_pairs
// CHECK-SAME: shared_memory = 1536,
// CHECK: "st.shared.b16 [$0], $1;"
// CHECK-NOT: llvm.cond_br
// CHECK-COUNT-4: "@$2 st.global.b8 [$0+15], $1;"
gpu.module @m {
gqgpu.kernel @transposed_pairs(%x: memref<?x8xbf16>, %q: memref<8x1022xf8E4M3FN>) attributes {threads = 256, cluster = 2} {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?x8xbf16>
  gqgpu.tile_loop (%i) to (%n) step [128] {
    %f = gqgpu.load_fragment %x[%i, %c0] map #id : memref<?x8xbf16> -> !fp
    %s = gqgpu.block_absmax %f {amax_floor = 0.0 : f32} : !fp -> !sp
    %v = gqgpu.scaled_cast %f, %s : !fp, !sp -> !qp
    gqgpu.store_fragment %v, %q[%c0, %i] {transposed} : !qp, memref<8x1022xf8E4M3FN>
  }
  gqgpu.return
}
}

// -----

#id = affine_map<(r, c) -> (r, c)>
#layout = #gqgpu.blocked<[32, 8], chunk = 16>
!f = !gqgpu.fragment<32x128xbf16, #layout>
!s = !gqgpu.fragment<32x128xf32, #layout, block = [1, 128]>
!q = !gqgpu.fragment<32x128xf8E4M3FN, #layout>

// Rows of a length that is known only now: eight elements of x, and sixteen codes,
// at once or one by one.
// CHECK-LABEL: llvm.func @any_length
// CHECK: llvm.cond_br
// CHECK-COUNT-2: ld.global.nc.v4.b32
// CHECK-COUNT-16: ld.global.nc.b16
// CHECK: llvm.cond_br
// CHECK: st.global.v4.b32
// CHECK-NOT: st.global.v
// CHECK-COUNT-16: st.global.b8
gpu.module @m {
gqgpu.kernel @any_length(%x: memref<?x?xbf16>, %q: memref<?x?xf8E4M3FN>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?x?xbf16>
  gqgpu.tile_loop (%i) to (%n) step [32] {
    %f = gqgpu.load_fragment %x[%i, %c0] map #id : memref<?x?xbf16> -> !f
    %s = gqgpu.block_absmax %f {amax_floor = 0.0 : f32} : !f -> !s
    %v = gqgpu.scaled_cast %f, %s : !f, !s -> !q
    gqgpu.store_fragment %v, %q[%i, %c0] : !q, memref<?x?xf8E4M3FN>
  }
  gqgpu.return
}
}
