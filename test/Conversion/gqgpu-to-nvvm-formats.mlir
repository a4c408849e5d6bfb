// RUN: gq-opt %s --gq-expand-reductions --gq-stage-stores --gq-annotate-alignment --gq-allocate-shared-memory --gq-expand-math --gq-expand-tile-loops --convert-gqgpu-to-nvvm --canonicalize --cse --split-input-file | FileCheck %s

#id = affine_map<(r, c) -> (r, c)>
#layout = #gqgpu.blocked<[8, 32], chunk = 16>
!f = !gqgpu.fragment<8x512xf32, #layout>
!s = !gqgpu.fragment<8x512xf32, #layout, block = [1, 128]>
!e = !gqgpu.fragment<8x512xf8E8M0FNU, #layout, block = [1, 128]>
!q = !gqgpu.fragment<8x512xi8, #layout>

// Four codes to a register, 16 to a store. A scale is its exponent, and the row of
// the block is the column of the store.
// CHECK-LABEL: llvm.func @int8
// CHECK-DAG: %[[LOW:.*]] = llvm.mlir.constant(-127 : i32)
// CHECK-DAG: %[[NONE:.*]] = llvm.mlir.constant(0 : i32)
// CHECK: %[[BITS:.*]] = llvm.bitcast %{{.*}} : f32 to i32
// CHECK: llvm.lshr %[[BITS]], %{{.*}} : i32
// CHECK: llvm.trunc %{{.*}} : i32 to i8
// CHECK: %[[R0:.*]] = llvm.inline_asm {{.*}}"cvt.rni.s32.f32 $0, $1;", "=r,f"
// CHECK-NEXT: %[[V0:.*]] = llvm.intr.smax(%[[R0]], %[[LOW]])
// CHECK-NEXT: %[[R1:.*]] = llvm.inline_asm {{.*}}"cvt.rni.s32.f32
// CHECK-NEXT: %[[V1:.*]] = llvm.intr.smax(%[[R1]], %[[LOW]])
// CHECK-NEXT: %[[R2:.*]] = llvm.inline_asm {{.*}}"cvt.rni.s32.f32
// CHECK-NEXT: %[[V2:.*]] = llvm.intr.smax(%[[R2]], %[[LOW]])
// CHECK-NEXT: %[[R3:.*]] = llvm.inline_asm {{.*}}"cvt.rni.s32.f32
// CHECK-NEXT: %[[V3:.*]] = llvm.intr.smax(%[[R3]], %[[LOW]])
// CHECK-NEXT: %[[HIGH:.*]] = llvm.inline_asm {{.*}}"cvt.pack.sat.s8.s32.b32 $0, $1, $2, $3;", "=r,r,r,r" %[[V3]], %[[V2]], %[[NONE]] :
// CHECK-NEXT: llvm.inline_asm {{.*}}"cvt.pack.sat.s8.s32.b32 {{.*}} %[[V1]], %[[V0]], %[[HIGH]] :
// CHECK-COUNT-6: cvt.pack.sat.s8.s32.b32
// CHECK: st.global.v4.b32
// CHECK: st.global.b8
// CHECK-NOT: st.global
gpu.module @m {
gqgpu.kernel @int8(%x: memref<?x512xf32>, %q: memref<?x512xi8>, %s: memref<4x?xf8E8M0FNU>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?x512xf32>
  gqgpu.tile_loop (%i) to (%n) step [8] {
    %f = gqgpu.load_fragment %x[%i, %c0] map #id : memref<?x512xf32> -> !f
    %a = gqgpu.block_absmax %f {amax_floor = 0.0 : f32} : !f -> !s
    %e = gqgpu.encode_scales %a : !s -> !e
    %v = gqgpu.scaled_cast %f, %a : !f, !s -> !q
    gqgpu.store_fragment %v, %q[%i, %c0] : !q, memref<?x512xi8>
    gqgpu.store_fragment %e, %s[%c0, %i] {transposed} : !e, memref<4x?xf8E8M0FNU>
  }
  gqgpu.return
}
}

// -----

#id = affine_map<(r, c) -> (r, c)>
#layout = #gqgpu.blocked<[8, 32], chunk = 2>
!f = !gqgpu.fragment<8x64xf32, #layout>
!s = !gqgpu.fragment<8x64xf32, #layout, block = [1, 2]>
!q = !gqgpu.fragment<8x64xi8, #layout>

// Chunks of two: a 16-bit register and store.
// CHECK-LABEL: llvm.func @pairs
// CHECK-COUNT-1: cvt.pack.sat.s8.s32.b32
// CHECK: llvm.trunc %{{.*}} : i32 to i16
// CHECK: st.global.b16
gpu.module @m {
gqgpu.kernel @pairs(%x: memref<8x64xf32>, %q: memref<8x64xi8>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %f = gqgpu.load_fragment %x[%c0, %c0] map #id : memref<8x64xf32> -> !f
  %a = gqgpu.block_absmax %f {amax_floor = 0.0 : f32} : !f -> !s
  %v = gqgpu.scaled_cast %f, %a : !f, !s -> !q
  gqgpu.store_fragment %v, %q[%c0, %c0] : !q, memref<8x64xi8>
  gqgpu.return
}
}

// -----

#id = affine_map<(r, c) -> (r, c)>
#layout = #gqgpu.blocked<[8, 32], chunk = 1>
!f = !gqgpu.fragment<8x32xf32, #layout>
!s = !gqgpu.fragment<8x32xf32, #layout, block = [1, 1]>
!q = !gqgpu.fragment<8x32xi8, #layout>

// CHECK-LABEL: llvm.func @single
// CHECK-NOT: cvt.pack
// CHECK: %[[CODE:.*]] = llvm.intr.smin(
// CHECK: llvm.trunc %{{.*}} : i32 to i8
// CHECK: st.global.b8
gpu.module @m {
gqgpu.kernel @single(%x: memref<8x32xf32>, %q: memref<8x32xi8>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %f = gqgpu.load_fragment %x[%c0, %c0] map #id : memref<8x32xf32> -> !f
  %a = gqgpu.block_absmax %f {amax_floor = 0.0 : f32} : !f -> !s
  %v = gqgpu.scaled_cast %f, %a : !f, !s -> !q
  gqgpu.store_fragment %v, %q[%c0, %c0] : !q, memref<8x32xi8>
  gqgpu.return
}
}
