// Scales of columns where the columns are, and stores that turn a fragment.
// RUN: gq-opt %s --gq-annotate-alignment --gq-allocate-shared-memory --gq-expand-tile-loops --convert-gqgpu-to-nvvm --canonicalize --cse | FileCheck %s

!ring = !gqgpu.ring<2, <16x1xf32>>
!acc = !gqgpu.fragment<64x16xf32, #gqgpu.mma>
!rows = !gqgpu.fragment<64x1xf32, #gqgpu.mma>
!cols = !gqgpu.fragment<1x16xf32, #gqgpu.mma>
!turned = !gqgpu.fragment<64x16xbf16, #gqgpu.mma>
!halves = !gqgpu.fragment<1x16xf32, #gqgpu.mma, block = [1, 8]>

// A thread reads the scales of its columns 2 * (lane % 4) + {0, 1, 8, 9}, and in the
// second reading those of both halves. An element takes the product of its own two.
// CHECK-LABEL: llvm.func @swapped
// CHECK-DAG: %[[C1:.*]] = llvm.mlir.constant(1 : i32)
// CHECK-DAG: %[[C2:.*]] = llvm.mlir.constant(2 : i32)
// CHECK-DAG: %[[C3:.*]] = llvm.mlir.constant(3 : i32)
// CHECK-DAG: %[[C4:.*]] = llvm.mlir.constant(4 : i32)
// CHECK-DAG: %[[C8:.*]] = llvm.mlir.constant(8 : i32)
// CHECK-DAG: %[[C9:.*]] = llvm.mlir.constant(9 : i32)
// CHECK-DAG: %[[C16:.*]] = llvm.mlir.constant(16 : i32)
// CHECK-DAG: %[[C64:.*]] = llvm.mlir.constant(64 : i32)
// CHECK: %[[QUAD:.*]] = llvm.and %[[LANE:.*]], %[[C3]] : i32
// CHECK: %[[FIRST:.*]] = llvm.shl %[[QUAD]], %[[C1]]
// CHECK: %[[COLUMN:.*]] = llvm.add %[[FIRST]], %{{.*}} : i32
// CHECK: %[[S0:.*]] = llvm.inline_asm {{.*}} "ld.shared.f32
// CHECK: llvm.add %[[COLUMN]], %[[C1]]
// CHECK: %[[S1:.*]] = llvm.inline_asm {{.*}} "ld.shared.f32
// CHECK: llvm.add %[[COLUMN]], %[[C8]]
// CHECK: %[[S8:.*]] = llvm.inline_asm {{.*}} "ld.shared.f32
// CHECK: llvm.add %[[COLUMN]], %[[C9]]
// CHECK: %[[S9:.*]] = llvm.inline_asm {{.*}} "ld.shared.f32
// CHECK: %[[H0:.*]] = llvm.inline_asm {{.*}} "ld.shared.f32
// CHECK: %[[H1:.*]] = llvm.inline_asm {{.*}} "ld.shared.f32
// CHECK-NOT: ld.shared.f32
// CHECK: %[[P0:.*]] = llvm.fmul %{{.*}}, %[[S0]]
// CHECK: %[[P1:.*]] = llvm.fmul %{{.*}}, %[[S1]]
// CHECK: %[[P8:.*]] = llvm.fmul %{{.*}}, %[[S8]]
// CHECK: %[[P9:.*]] = llvm.fmul %{{.*}}, %[[S9]]
// CHECK: %[[A0:.*]] = llvm.intr.fma(%{{.*}}, %[[P0]], %{{.*}})
// CHECK: %[[A1:.*]] = llvm.intr.fma(%{{.*}}, %[[P1]], %{{.*}})
// CHECK: %[[A8:.*]] = llvm.intr.fma(%{{.*}}, %[[P8]], %{{.*}})
// CHECK: %[[A9:.*]] = llvm.intr.fma(%{{.*}}, %[[P9]], %{{.*}})
// CHECK: %[[Q0:.*]] = llvm.fmul %{{.*}}, %[[H0]]
// CHECK: %[[Q1:.*]] = llvm.fmul %{{.*}}, %[[H1]]
// CHECK: %[[B0:.*]] = llvm.intr.fma(%[[A0]], %[[Q0]], %[[A0]])
// CHECK: llvm.intr.fma(%[[A1]], %[[Q0]], %[[A1]])
// CHECK: llvm.intr.fma(%[[A8]], %[[Q1]], %[[A8]])
// CHECK: llvm.intr.fma(%[[A9]], %[[Q1]], %[[A9]])

// The column counts rows of the tensor, the row its columns: from one column of a
// thread to the next are 64 elements.
// CHECK: %[[ROW:.*]] = llvm.lshr %[[LANE]], %[[C2]]
// CHECK: %[[AT:.*]] = llvm.getelementptr %arg0
// CHECK-DAG: llvm.icmp "ult" %[[COLUMN]], %[[C16]]
// CHECK-DAG: llvm.icmp "ult" %{{.*}}, %[[C64]]
// CHECK: %[[BITS:.*]] = llvm.bitcast %[[B0]] : f32 to i32
// CHECK: "@$2 st.global.b32 [$0], $1;", "l,r,b,~{memory}" %[[AT]], %[[BITS]]
// CHECK: "@$2 st.global.b32 [$0+256], $1;", "l,r,b,~{memory}" %[[AT]],
// CHECK: "@$2 st.global.b32 [$0+32], $1;", "l,r,b,~{memory}" %[[AT]],
// CHECK: "@$2 st.global.b32 [$0+288], $1;", "l,r,b,~{memory}" %[[AT]],
// CHECK: "@$2 st.global.b32 [$0+2048], $1;", "l,r,b,~{memory}" %[[AT]],

// Of 16 bits lane l turns columns 2 (l % 4) of row l / 4 into rows 2 (l % 4) of column
// l / 4: neighbours in a row of the result, which leave as a word.
// CHECK-LABEL: llvm.func @turned
// CHECK: %[[ROW:.*]] = llvm.lshr %[[LANE:.*]], %{{.*}} : i32
// CHECK: %[[AT:.*]] = llvm.getelementptr %arg0
// CHECK: %[[T0:.*]] = llvm.inline_asm {{.*}} "movmatrix.sync.aligned.m8n8.trans.b16 $0, $1;"
// CHECK: st.global.b32 [$0], $1;", "l,r,b,~{memory}" %[[AT]], %[[T0]]
// CHECK: %[[T1:.*]] = llvm.inline_asm {{.*}} "movmatrix
// CHECK: st.global.b32 [$0+16], $1;", "l,r,b,~{memory}" %[[AT]], %[[T1]]
// CHECK: movmatrix
// CHECK: st.global.b32 [$0+1024], $1;"
// CHECK: movmatrix
// CHECK: st.global.b32 [$0+1040], $1;"
// CHECK-NOT: st.global

// Where rows may be of an odd length, both ways; one that starts anywhere, or ends
// anywhere, goes element by element.
// CHECK-LABEL: llvm.func @odd
// CHECK-COUNT-4: movmatrix
// CHECK-COUNT-8: st.global.b16
// CHECK-LABEL: llvm.func @anywhere
// CHECK-NOT: movmatrix
// CHECK-COUNT-16: st.global.b16
// CHECK-NOT: movmatrix

// 16-bit floats; FP8, of which two share a register, one by one.
// CHECK-LABEL: llvm.func @types
// CHECK-COUNT-8: st.global.b16
// CHECK-NOT: st.global.b16
// CHECK-COUNT-8: st.global.b8
gpu.module @m {
gqgpu.kernel @swapped(%d: memref<16x64xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  %r = gqgpu.ring_create bytes 0 filled_by ["copy"] arrivals 32 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %p = gqgpu.splat %z : f32 -> !acc
      %one = gqgpu.splat %z : f32 -> !rows
      %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      %each = gqgpu.read_scales %r[%slot] tile 0 cols %c0 block 1 : !ring -> !cols
      %two = gqgpu.read_scales %r[%slot] tile 0 cols %c0 block 8 : !ring -> !halves
      gqgpu.release %r[%slot] : !ring
      %s = gqgpu.promote %p, %one, %each into %p : !rows, !cols, !acc
      %t = gqgpu.promote %s, %one, %two into %s : !rows, !halves, !acc
      gqgpu.store_fragment %t, %d[%c0, %c0] {transposed} : !acc, memref<16x64xf32>
    }
    gqgpu.role "copy" kind copy warps 1 registers 40 {
    }
  }
  gqgpu.return
}
gqgpu.kernel @turned(%h: memref<16x64xbf16>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %b = arith.constant 0.0 : bf16
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %v = gqgpu.splat %b : bf16 -> !turned
      gqgpu.store_fragment %v, %h[%c0, %c0] {transposed} : !turned, memref<16x64xbf16>
    }
    gqgpu.role "fill" kind tma warps 1 registers 40 {
    }
  }
  gqgpu.return
}
gqgpu.kernel @odd(%h: memref<16x?xbf16>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %b = arith.constant 0.0 : bf16
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %v = gqgpu.splat %b : bf16 -> !turned
      gqgpu.store_fragment %v, %h[%c0, %c0] {transposed} : !turned, memref<16x?xbf16>
    }
    gqgpu.role "fill" kind tma warps 1 registers 40 {
    }
  }
  gqgpu.return
}
gqgpu.kernel @anywhere(%h: memref<16x64xbf16>, %o: memref<?x4xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %n = memref.dim %o, %c0 : memref<?x4xf32>
  %b = arith.constant 0.0 : bf16
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %v = gqgpu.splat %b : bf16 -> !turned
      gqgpu.store_fragment %v, %h[%c0, %n] {transposed} : !turned, memref<16x64xbf16>
      gqgpu.store_fragment %v, %h[%c0, %c0] ends [1](%n) {transposed} : !turned, memref<16x64xbf16>
    }
    gqgpu.role "fill" kind tma warps 1 registers 40 {
    }
  }
  gqgpu.return
}
gqgpu.kernel @types(%h: memref<?x?xbf16>, %q: memref<?x?xf8E4M3FN>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  %b = arith.constant 0.0 : bf16
  %i = memref.dim %h, %c0 : memref<?x?xbf16>
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %v = gqgpu.splat %b : bf16 -> !gqgpu.fragment<64x16xbf16, #gqgpu.mma>
      gqgpu.store_fragment %v, %h[%i, %g] {transposed} : !gqgpu.fragment<64x16xbf16, #gqgpu.mma>, memref<?x?xbf16>
    }
    gqgpu.role "fill" kind tma warps 1 registers 40 {
    }
  }
  %f = gqgpu.splat %z : f32 -> !gqgpu.fragment<8x256xf32, #gqgpu.blocked<[8, 32], chunk = 8>>
  %s = gqgpu.splat %z : f32 -> !gqgpu.fragment<8x256xf32, #gqgpu.blocked<[8, 32], chunk = 8>, block = [8, 256]>
  %e = gqgpu.scaled_cast %f, %s : !gqgpu.fragment<8x256xf32, #gqgpu.blocked<[8, 32], chunk = 8>>, !gqgpu.fragment<8x256xf32, #gqgpu.blocked<[8, 32], chunk = 8>, block = [8, 256]>
         -> !gqgpu.fragment<8x256xf8E4M3FN, #gqgpu.blocked<[8, 32], chunk = 8>>
  gqgpu.store_fragment %e, %q[%c0, %c0] {transposed} : !gqgpu.fragment<8x256xf8E4M3FN, #gqgpu.blocked<[8, 32], chunk = 8>>, memref<?x?xf8E4M3FN>
  gqgpu.return
}
}
