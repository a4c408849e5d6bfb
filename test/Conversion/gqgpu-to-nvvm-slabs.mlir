// RUN: gq-opt %s --gq-expand-reductions --gq-stage-stores --gq-annotate-alignment --gq-allocate-shared-memory --gq-expand-math --gq-expand-tile-loops --convert-gqgpu-to-nvvm --canonicalize --cse --split-input-file | FileCheck %s

#id = affine_map<(r, c) -> (r, c)>
#layout = #gqgpu.blocked<[8, 32], chunk = 8>
!f = !gqgpu.fragment<16x256xf32, #layout>
!s = !gqgpu.fragment<16x256xf32, #layout, block = [16, 256]>
!q = !gqgpu.fragment<16x256xf8E4M3FN, #layout>

// A slab is reduced before the next one is loaded; one word of shared memory
// serves them all. What is loaded again stays behind the stores before it, and
// does not keep the row of the first loading.
// CHECK-LABEL: llvm.func @slabs
// CHECK-SAME: shared_memory = 4,
// CHECK-COUNT-4: ld.global.nc.L2::cache_hint.v4.b32
// CHECK: llvm.intr.fabs
// CHECK-COUNT-4: ld.global.nc.L2::cache_hint.v4.b32
// CHECK: llvm.intr.fabs
// CHECK-COUNT-1: nvvm.redux.sync umax
// CHECK-COUNT-1: red.shared.max.u32
// CHECK: st.global
// CHECK: llvm.inline_asm has_side_effects {{.*}}"mov.b32 $0, $1;"
// CHECK-COUNT-4: llvm.inline_asm has_side_effects {{.*}}@$5 ld.global.L2::cache_hint.v4.b32
// CHECK-NOT: ld.global
// CHECK: st.global
gpu.module @m {
gqgpu.kernel @slabs(%x: memref<?x256xf32>, %q: memref<?x256xf8E4M3FN>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %n = memref.dim %x, %c0 : memref<?x256xf32>
  gqgpu.tile_loop (%i) to (%n) step [32] {
    %j = arith.addi %i, %c16 : index
    %a = gqgpu.load_fragment %x[%i, %c0] map #id {evict = #gqgpu.evict<last>} : memref<?x256xf32> -> !f
    %b = gqgpu.load_fragment %x[%j, %c0] map #id {evict = #gqgpu.evict<first>} : memref<?x256xf32> -> !f
    %s = gqgpu.block_absmax %a, %b {amax_floor = 0.0 : f32} : !f, !f -> !s
    %u = gqgpu.scaled_cast %b, %s : !f, !s -> !q
    gqgpu.store_fragment %u, %q[%j, %c0] : !q, memref<?x256xf8E4M3FN>
    %c = gqgpu.load_fragment %x[%i, %c0] map #id {coherent, evict = #gqgpu.evict<first>} : memref<?x256xf32> -> !f
    %v = gqgpu.scaled_cast %c, %s : !f, !s -> !q
    gqgpu.store_fragment %v, %q[%i, %c0] : !q, memref<?x256xf8E4M3FN>
  }
  gqgpu.return
}
}

// -----

#id = affine_map<(r, c) -> (r, c)>
#layout = #gqgpu.blocked<[8, 32], chunk = 8>
!f = !gqgpu.fragment<8x256xbf16, #layout>
!s = !gqgpu.fragment<8x256xf32, #layout, block = [8, 64]>

// Pairs of 16-bit floats; rows of unknown length, whose bounds are as many as
// the elements of a chunk: the repeated load knows neither index.
// CHECK-LABEL: llvm.func @pairs
// CHECK-COUNT-8: ld.global.nc
// CHECK: max.bf16x2
// CHECK-COUNT-8: ld.global.nc
// CHECK: max.bf16x2
// CHECK-COUNT-2: "mov.b32 $0, $1;"
// CHECK-COUNT-8: ld.global.L2::cache_hint.b16
gpu.module @m {
gqgpu.kernel @pairs(%x: memref<?x?xbf16>, %y: memref<?x?xbf16>, %s: memref<?x?xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %n = memref.dim %x, %c0 : memref<?x?xbf16>
  gqgpu.tile_loop (%i) to (%n) step [16] {
    %j = arith.addi %i, %c8 : index
    %a = gqgpu.load_fragment %x[%i, %c0] map #id : memref<?x?xbf16> -> !f
    %b = gqgpu.load_fragment %x[%j, %c0] map #id : memref<?x?xbf16> -> !f
    %s0 = gqgpu.block_absmax %a, %b {amax_floor = 0.0 : f32} : !f, !f -> !s
    gqgpu.store_fragment %s0, %s[%i, %c0] : !s, memref<?x?xf32>
    %c = gqgpu.load_fragment %x[%i, %c0] map #id {coherent, evict = #gqgpu.evict<first>} : memref<?x?xbf16> -> !f
    gqgpu.store_fragment %c, %y[%i, %c0] : !f, memref<?x?xbf16>
  }
  gqgpu.return
}
}

// -----

#id = affine_map<(r, c) -> (r, c)>
#layout = #gqgpu.blocked<[8, 32], chunk = 4>
!f = !gqgpu.fragment<8x128xf32, #layout>
!s = !gqgpu.fragment<8x128xf32, #layout, block = [8, 128]>

// Two slabs may be on their way: the third one waits for the first, in its row.
// CHECK-LABEL: llvm.func @waits
// CHECK: %[[ZERO:.*]] = llvm.mlir.constant(0.000000e+00 : f32)
// CHECK-COUNT-2: ld.global.nc
// CHECK: %[[MAX:.*]] = llvm.intr.maxnum(%{{.*}}, %[[ZERO]]) : (f32, f32) -> f32
// CHECK-NEXT: llvm.inline_asm {{.*}}shr.u32 t, t, 31; add.u32 $0, $1, t; }{{.*}} %{{.*}}, %[[MAX]]
// CHECK-COUNT-1: ld.global.nc
// CHECK-NOT: ld.global
gpu.module @m {
gqgpu.kernel @waits(%x: memref<?x128xf32>, %s: memref<?x?xf32>) attributes {threads = 256} {
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
}

// -----

#id = affine_map<(r, c) -> (r, c)>
#layout = #gqgpu.blocked<[8, 32], chunk = 8>
!f = !gqgpu.fragment<16x256xf32, #layout>
!h = !gqgpu.fragment<16x256xf16, #layout>
!s = !gqgpu.fragment<16x256xf32, #layout, block = [16, 256]>
!q = !gqgpu.fragment<16x256xf8E4M3FN, #layout>

// Parked: 16 KB in shared memory, vectors of 256 threads side by side; they come
// back from there, and other elements do not.
// CHECK-LABEL: llvm.func @parked
// CHECK-SAME: shared_memory = 16400,
// CHECK-COUNT-4: ld.global.nc.v4.b32
// CHECK: "st.shared.v4.b32 [$0], {$1, $2, $3, $4};"
// CHECK: "st.shared.v4.b32 [$0+4096], {$1, $2, $3, $4};"
// CHECK-COUNT-2: st.shared.v4.b32
// CHECK: red.shared.max.u32
// CHECK: "ld.shared.v4.b32 {$0, $1, $2, $3}, [$4];"
// CHECK: "ld.shared.v4.b32 {$0, $1, $2, $3}, [$4+4096];"
// CHECK-COUNT-2: ld.shared.v4.b32
// CHECK-NOT: ld.global.L1
// CHECK: st.global
// CHECK-COUNT-4: ld.global.nc.v4.b32
// CHECK-NOT: ld.shared.v4
// CHECK: st.global
gpu.module @m {
gqgpu.kernel @parked(%x: memref<?x256xf32>, %q: memref<?x256xf8E4M3FN>) attributes {threads = 256} {
  %place = gqgpu.shared_alloc : !gqgpu.tile<16x256xf32>
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %n = memref.dim %x, %c0 : memref<?x256xf32>
  gqgpu.tile_loop (%i) to (%n) step [32] {
    %a = gqgpu.load_fragment %x[%i, %c0] map #id : memref<?x256xf32> -> !f
    %p = gqgpu.park %a in %place : !f, !gqgpu.tile<16x256xf32> -> !gqgpu.parked<!f>
    %s = gqgpu.block_absmax %a {amax_floor = 0.0 : f32} : !f -> !s
    %c = gqgpu.unpark %p : !gqgpu.parked<!f> -> !f
    %v = gqgpu.scaled_cast %c, %s : !f, !s -> !q
    gqgpu.store_fragment %v, %q[%i, %c0] : !q, memref<?x256xf8E4M3FN>
    %j = arith.addi %i, %c16 : index
    %d = gqgpu.load_fragment %x[%j, %c0] map #id : memref<?x256xf32> -> !f
    %w = gqgpu.scaled_cast %d, %s : !f, !s -> !q
    gqgpu.store_fragment %w, %q[%j, %c0] : !q, memref<?x256xf8E4M3FN>
  }
  gqgpu.return
}
// Chunks are parked as vectors, however they were loaded.
// CHECK-LABEL: llvm.func @parked_elements
// CHECK-SAME: shared_memory = 8208,
// CHECK: "st.shared.v4.b32 [$0], {$1, $2, $3, $4};"
// CHECK: "st.shared.v4.b32 [$0+4096], {$1, $2, $3, $4};"
// CHECK-NOT: st.shared.v4
// CHECK: red.shared.max.u32
// CHECK: "ld.shared.v4.b32 {$0, $1, $2, $3}, [$4];"
// CHECK: "ld.shared.v4.b32 {$0, $1, $2, $3}, [$4+4096];"
gqgpu.kernel @parked_elements(%x: memref<?x?xf16>, %y: memref<?x?xf16>, %s: memref<?x?xf32>) attributes {threads = 256} {
  %place = gqgpu.shared_alloc : !gqgpu.tile<16x256xf16>
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?x?xf16>
  gqgpu.tile_loop (%i) to (%n) step [16] {
    %a = gqgpu.load_fragment %x[%i, %c0] map #id : memref<?x?xf16> -> !h
    %p = gqgpu.park %a in %place : !h, !gqgpu.tile<16x256xf16> -> !gqgpu.parked<!h>
    %m = gqgpu.block_absmax %a {amax_floor = 0.0 : f32} : !h -> !s
    gqgpu.store_fragment %m, %s[%i, %c0] : !s, memref<?x?xf32>
    %c = gqgpu.unpark %p : !gqgpu.parked<!h> -> !h
    gqgpu.store_fragment %c, %y[%i, %c0] : !h, memref<?x?xf16>
  }
  gqgpu.return
}
}
