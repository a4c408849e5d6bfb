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

// -----

#id = affine_map<(r, c) -> (r, c)>
#half = #gqgpu.blocked<[8, 32], chunk = 2>
#layout = #gqgpu.blocked<[8, 32], chunk = 4>
!b = !gqgpu.fragment<8x64xi8, #half>
!v = !gqgpu.fragment<8x128xf32, #layout>

// Two bytes at once. A code of i4 goes to the top of a word and back; of f4E2M1FN, to the
// exponent and mantissa of an f32.
// CHECK-LABEL: llvm.func @four_bits
// CHECK-DAG: %[[SCALE:.*]] = llvm.mlir.constant(8.50705917E+37 : f32)
// CHECK-DAG: %[[MAGNITUDE:.*]] = llvm.mlir.constant(29360128 : i32)
// CHECK-DAG: %[[TOP:.*]] = llvm.mlir.constant(28 : i32)
// CHECK: ld.global.nc.b16
// CHECK: %[[WORD:.*]] = llvm.zext %{{.*}} : i16 to i32
// CHECK: %[[C:.*]] = llvm.shl %[[WORD]], %[[TOP]]
// CHECK: %[[S:.*]] = llvm.ashr %[[C]], %[[TOP]]
// CHECK: llvm.sitofp %[[S]] : i32 to f32
// CHECK: %[[M:.*]] = llvm.and %{{.*}}, %[[MAGNITUDE]]
// CHECK: %[[F:.*]] = llvm.or %{{.*}}, %[[M]]
// CHECK: %[[V:.*]] = llvm.bitcast %[[F]] : i32 to f32
// CHECK: llvm.fmul %[[V]], %[[SCALE]] : f32
gpu.module @m {
gqgpu.kernel @four_bits(%q: memref<8x64xi8>, %x: memref<8x128xf32>, %y: memref<8x128xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %b = gqgpu.load_fragment %q[%c0, %c0] map #id : memref<8x64xi8> -> !b
  %i = gqgpu.unpack %b as i4 : !b -> !v
  %f = gqgpu.unpack %b as f4E2M1FN : !b -> !v
  gqgpu.store_fragment %i, %x[%c0, %c0] : !v, memref<8x128xf32>
  gqgpu.store_fragment %f, %y[%c0, %c0] : !v, memref<8x128xf32>
  gqgpu.return
}
}

// -----

#id = affine_map<(r, c) -> (r, c)>
#layout = #gqgpu.blocked<[8, 32], chunk = 4>
!f = !gqgpu.fragment<8x128xf32, #layout>
!e = !gqgpu.fragment<8x128xf8E8M0FNU, #layout>

// To the next power of two by a carry; of zeros and what is at most 2^-127 the least, NaN of
// what is infinite or negative. Four codes to a word.
// CHECK-LABEL: llvm.func @power
// CHECK-DAG: %[[NAN:.*]] = llvm.mlir.constant(255 : i32)
// CHECK-DAG: %[[INFINITY:.*]] = llvm.mlir.constant(2139095040 : i32)
// CHECK-DAG: %[[CARRY:.*]] = llvm.mlir.constant(8388607 : i32)
// CHECK: %[[ZERO:.*]] = llvm.icmp "eq" %[[BITS:.*]], %{{.*}} : i32
// CHECK: %[[SOUND:.*]] = llvm.select %[[ZERO]], %{{.*}}, %[[BITS]]
// CHECK: %[[UP:.*]] = llvm.add %[[SOUND]], %[[CARRY]]
// CHECK: llvm.lshr %[[UP]]
// CHECK: %[[FINITE:.*]] = llvm.icmp "ult" %[[SOUND]], %[[INFINITY]]
// CHECK: llvm.select %[[FINITE]], %{{.*}}, %[[NAN]]
// CHECK: st.global.b32
// CHECK-NOT: st.global
gpu.module @m {
gqgpu.kernel @power(%x: memref<8x128xf32>, %s: memref<8x128xf8E8M0FNU>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %f = gqgpu.load_fragment %x[%c0, %c0] map #id : memref<8x128xf32> -> !f
  %e = gqgpu.elementwise (%f) {
  ^bb0(%v: f32):
    %t = arith.truncf %v : f32 to f8E8M0FNU
    gqgpu.yield %t : f8E8M0FNU
  } : (!f) -> (!e)
  gqgpu.store_fragment %e, %s[%c0, %c0] : !e, memref<8x128xf8E8M0FNU>
  gqgpu.return
}
}

// -----

#id = affine_map<(r, c) -> (r, c)>
#layout = #gqgpu.blocked<[8, 32], chunk = 4>
!f = !gqgpu.fragment<8x128xf32, #layout>
!h = !gqgpu.fragment<8x128xbf16, #layout>

// Two are rounded to bf16 at once, and a bf16 in a word is the f32 of its bits.
// CHECK-LABEL: llvm.func @halves
// CHECK-DAG: %[[HIGH:.*]] = llvm.mlir.constant(-65536 : i32)
// CHECK-DAG: %[[HALF:.*]] = llvm.mlir.constant(16 : i32)
// CHECK: %[[PAIR:.*]] = nvvm.convert.f32x2.to.bf16x2 %{{.*}}, %{{.*}} {rnd = #nvvm.fp_rnd_mode<rn>} : vector<2xbf16>
// CHECK: %[[WORD:.*]] = llvm.bitcast %[[PAIR]] : vector<2xbf16> to i32
// CHECK: llvm.shl %[[WORD]], %[[HALF]]
// CHECK: llvm.and %[[WORD]], %[[HIGH]]
// CHECK-NOT: llvm.fptrunc
// CHECK-NOT: llvm.fpext
gpu.module @m {
gqgpu.kernel @halves(%x: memref<8x128xf32>, %y: memref<8x128xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %f = gqgpu.load_fragment %x[%c0, %c0] map #id : memref<8x128xf32> -> !f
  %h = gqgpu.elementwise (%f) {
  ^bb0(%v: f32):
    %t = arith.truncf %v : f32 to bf16
    gqgpu.yield %t : bf16
  } : (!f) -> (!h)
  %g = gqgpu.elementwise (%h) {
  ^bb0(%v: bf16):
    %t = arith.extf %v : bf16 to f32
    gqgpu.yield %t : f32
  } : (!h) -> (!f)
  gqgpu.store_fragment %g, %y[%c0, %c0] : !f, memref<8x128xf32>
  gqgpu.return
}
}

// -----

#id = affine_map<(r, c) -> (r, c)>
#layout = #gqgpu.blocked<[8, 32], chunk = 4>
!f = !gqgpu.fragment<8x128xf32, #layout>

// Rounded to bf16 with zeros behind, which is the f32 of it.
// CHECK-LABEL: llvm.func @rounded
// CHECK: %[[ZERO:.*]] = llvm.mlir.constant(0.000000e+00 : f32)
// CHECK-COUNT-4: nvvm.convert.f32x2.to.bf16x2 %{{.*}}, %[[ZERO]]
// CHECK-NOT: llvm.shl
// CHECK-NOT: llvm.fptrunc
// CHECK: st.global.v4
gpu.module @m {
gqgpu.kernel @rounded(%x: memref<8x128xf32>, %y: memref<8x128xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %f = gqgpu.load_fragment %x[%c0, %c0] map #id : memref<8x128xf32> -> !f
  %g = gqgpu.elementwise (%f) {
  ^bb0(%v: f32):
    %t = arith.truncf %v : f32 to bf16
    %w = arith.extf %t : bf16 to f32
    gqgpu.yield %w : f32
  } : (!f) -> (!f)
  gqgpu.store_fragment %g, %y[%c0, %c0] : !f, memref<8x128xf32>
  gqgpu.return
}
}
