// Scales of one byte: how they come to a slot, and what is read there.
// RUN: gq-opt %s --gq-allocate-shared-memory --convert-gqgpu-to-nvvm --canonicalize --cse | FileCheck %s
// RUN: sed 's/f8E8M0FNU/f32/g' %s | gq-opt --gq-allocate-shared-memory --convert-gqgpu-to-nvvm --canonicalize --cse | FileCheck %s --check-prefix=F32
// RUN: sed 's/f8E8M0FNU/bf16/g' %s | gq-opt --gq-allocate-shared-memory --convert-gqgpu-to-nvvm --canonicalize --cse | FileCheck %s --check-prefix=BF16

!ring = !gqgpu.ring<2, <64x4xf8E8M0FNU>>

gpu.module @m {

// Column 3 of rows of four bytes. The bits of an f32 but for the ends: 0 is 2^-127, 255
// is NaN.
// CHECK-LABEL: llvm.func @words
// CHECK-DAG: %[[FOUR:.*]] = llvm.mlir.constant(4 : i32)
// CHECK-DAG: %[[LEAST:.*]] = llvm.mlir.constant(4194304 : i32)
// CHECK-DAG: %[[NAN:.*]] = llvm.mlir.constant(2143289344 : i32)
// CHECK-DAG: %[[LAST:.*]] = llvm.mlir.constant(255 : i32)
// CHECK-DAG: %[[EXPONENT:.*]] = llvm.mlir.constant(23 : i32)
// CHECK: nvvm.setmaxregister increase
// CHECK: %[[AT:.*]] = llvm.mul %{{.*}}, %[[FOUR]]
// CHECK: %[[FROM:.*]] = llvm.add %{{.*}}, %[[AT]]
// CHECK: %[[LOADED:.*]] = llvm.inline_asm {{.*}}"ld.shared.b8 $0, [$1+3];", {{.*}} %[[FROM]]
// CHECK: %[[BYTE:.*]] = llvm.trunc %[[LOADED]] : i16 to i8
// CHECK: %[[CODE:.*]] = llvm.zext %[[BYTE]] : i8 to i32
// CHECK: %[[SHIFTED:.*]] = llvm.shl %[[CODE]], %[[EXPONENT]]
// CHECK: %[[MOST:.*]] = llvm.intr.umax(%[[SHIFTED]], %[[LEAST]])
// CHECK: %[[IS:.*]] = llvm.icmp "eq" %[[CODE]], %[[LAST]]
// CHECK: %[[BITS:.*]] = llvm.select %[[IS]], %[[NAN]], %[[MOST]]
// CHECK: llvm.bitcast %[[BITS]] : i32 to f32

// Rows of the source are words: two for each lane, one arrival when they have landed.
// CHECK: nvvm.setmaxregister decrease
// CHECK-COUNT-2: nvvm.cp.async.shared.global
// CHECK-NOT: st.shared
// CHECK: nvvm.cp.async.mbarrier.arrive %{{.*}} {noinc = true}
// CHECK-NEXT: llvm.br

// F32-LABEL: llvm.func @words
// F32: "ld.shared.f32 $0, [$1+12];"
// F32-COUNT-8: nvvm.cp.async.shared.global
// F32-NOT: st.shared
// F32: nvvm.cp.async.mbarrier.arrive %{{.*}} {noinc = true}
// F32-NEXT: llvm.br

// Two bytes, the upper half of the f32. 64 rows of two words: four for each lane.
// BF16-LABEL: llvm.func @words
// BF16: %[[BF16_LOADED:.*]] = llvm.inline_asm {{.*}}"ld.shared.b16 $0, [$1+6];"
// BF16: llvm.zext %{{.*}} : i16 to i32
// BF16: llvm.shl
// BF16: llvm.bitcast %{{.*}} : i32 to f32
// BF16-COUNT-4: nvvm.cp.async.shared.global
// BF16-NOT: st.shared
// BF16: nvvm.cp.async.mbarrier.arrive %{{.*}} {noinc = true}
// BF16-NEXT: llvm.br
// BF16-LABEL: llvm.func @bytes
// BF16-NOT: cp.async
// BF16-COUNT-8: @$2 ld.global.nc.b16 $0, [$1]
// BF16-NOT: ld.global
// BF16-COUNT-8: "st.shared.b16 [$0], $1;"

// Rows of the source that are not: eight bytes at a time go through registers, and the
// lane arrives once it has stored them.
// CHECK-LABEL: llvm.func @bytes
// CHECK: nvvm.setmaxregister decrease
// CHECK-NOT: cp.async
// CHECK-COUNT-8: @$2 ld.global.nc.b8 $0, [$1]
// CHECK-NOT: ld.global
// CHECK-COUNT-8: "st.shared.b8 [$0], $1;"
// CHECK-NOT: cp.async
// CHECK: mbarrier.arrive.shared::cta.b64 _, [$0];

// Found out by the kernel: words, or bytes. The words are then one arrival more.
// CHECK-LABEL: llvm.func @either
// CHECK: nvvm.setmaxregister decrease
// CHECK: llvm.cond_br
// CHECK: nvvm.cp.async.shared.global
// CHECK: st.shared.b8
// CHECK: nvvm.cp.async.mbarrier.arrive %{{[0-9]+}} : !llvm.ptr<3>
// CHECK-NEXT: mbarrier.arrive.shared::cta.b64 _, [$0];

// An index that nothing is known of: bytes.
// CHECK-LABEL: llvm.func @unknown
// CHECK-NOT: nvvm.cp.async.shared.global
// CHECK: st.shared.b8
gqgpu.kernel @words(%s: memref<?x8xf8E8M0FNU>, %d: memref<64x64xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create filled_by ["copy"] arrivals 32 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      %x = gqgpu.read_scales %r[%slot] tile 0 rows %c0 block 64 column 3 : !ring -> !gqgpu.fragment<1x1xf32, #gqgpu.mma>
      gqgpu.release %r[%slot] : !ring
      %z = arith.constant 0.0 : f32
      %p = gqgpu.splat %z : f32 -> !gqgpu.fragment<64x64xf32, #gqgpu.mma>
      %y = gqgpu.promote %p, %x, %x into %p : !gqgpu.fragment<1x1xf32, #gqgpu.mma>, !gqgpu.fragment<1x1xf32, #gqgpu.mma>, !gqgpu.fragment<64x64xf32, #gqgpu.mma>
      gqgpu.store_fragment %y, %d[%c0, %c0] : !gqgpu.fragment<64x64xf32, #gqgpu.mma>, memref<64x64xf32>
    }
    gqgpu.role "copy" kind copy warps 1 registers 40 {
      %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
      gqgpu.copy_load %s[%c0, %c0] -> %r[%slot] tile 0 {aligned = 4 : i64} : memref<?x8xf8E8M0FNU>, !ring
      gqgpu.commit %r[%slot] : !ring
    }
  }
  gqgpu.return
}
gqgpu.kernel @bytes(%s: memref<?x9xf8E8M0FNU>, %d: memref<64x64xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create filled_by ["copy"] arrivals 32 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      %x = gqgpu.read_scales %r[%slot] tile 0 rows %c0 block 64 column 3 : !ring -> !gqgpu.fragment<1x1xf32, #gqgpu.mma>
      gqgpu.release %r[%slot] : !ring
      %z = arith.constant 0.0 : f32
      %p = gqgpu.splat %z : f32 -> !gqgpu.fragment<64x64xf32, #gqgpu.mma>
      %y = gqgpu.promote %p, %x, %x into %p : !gqgpu.fragment<1x1xf32, #gqgpu.mma>, !gqgpu.fragment<1x1xf32, #gqgpu.mma>, !gqgpu.fragment<64x64xf32, #gqgpu.mma>
      gqgpu.store_fragment %y, %d[%c0, %c0] : !gqgpu.fragment<64x64xf32, #gqgpu.mma>, memref<64x64xf32>
    }
    gqgpu.role "copy" kind copy warps 1 registers 40 {
      %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
      gqgpu.copy_load %s[%c0, %c0] -> %r[%slot] tile 0 {aligned = 4 : i64} : memref<?x9xf8E8M0FNU>, !ring
      gqgpu.commit %r[%slot] : !ring
    }
  }
  gqgpu.return
}
gqgpu.kernel @either(%s: memref<?x?xf8E8M0FNU>, %d: memref<64x64xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create filled_by ["copy"] arrivals 32 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      %x = gqgpu.read_scales %r[%slot] tile 0 rows %c0 block 64 column 3 : !ring -> !gqgpu.fragment<1x1xf32, #gqgpu.mma>
      gqgpu.release %r[%slot] : !ring
      %z = arith.constant 0.0 : f32
      %p = gqgpu.splat %z : f32 -> !gqgpu.fragment<64x64xf32, #gqgpu.mma>
      %y = gqgpu.promote %p, %x, %x into %p : !gqgpu.fragment<1x1xf32, #gqgpu.mma>, !gqgpu.fragment<1x1xf32, #gqgpu.mma>, !gqgpu.fragment<64x64xf32, #gqgpu.mma>
      gqgpu.store_fragment %y, %d[%c0, %c0] : !gqgpu.fragment<64x64xf32, #gqgpu.mma>, memref<64x64xf32>
    }
    gqgpu.role "copy" kind copy warps 1 registers 40 {
      %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
      gqgpu.copy_load %s[%c0, %c0] -> %r[%slot] tile 0 {aligned = 8 : i64} : memref<?x?xf8E8M0FNU>, !ring
      gqgpu.commit %r[%slot] : !ring
    }
  }
  gqgpu.return
}
gqgpu.kernel @unknown(%s: memref<?x8xf8E8M0FNU>, %d: memref<64x64xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create filled_by ["copy"] arrivals 32 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      %x = gqgpu.read_scales %r[%slot] tile 0 rows %c0 block 64 column 3 : !ring -> !gqgpu.fragment<1x1xf32, #gqgpu.mma>
      gqgpu.release %r[%slot] : !ring
      %z = arith.constant 0.0 : f32
      %p = gqgpu.splat %z : f32 -> !gqgpu.fragment<64x64xf32, #gqgpu.mma>
      %y = gqgpu.promote %p, %x, %x into %p : !gqgpu.fragment<1x1xf32, #gqgpu.mma>, !gqgpu.fragment<1x1xf32, #gqgpu.mma>, !gqgpu.fragment<64x64xf32, #gqgpu.mma>
      gqgpu.store_fragment %y, %d[%c0, %c0] : !gqgpu.fragment<64x64xf32, #gqgpu.mma>, memref<64x64xf32>
    }
    gqgpu.role "copy" kind copy warps 1 registers 40 {
      %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
      gqgpu.copy_load %s[%c0, %c0] -> %r[%slot] tile 0 {aligned = 2 : i64} : memref<?x8xf8E8M0FNU>, !ring
      gqgpu.commit %r[%slot] : !ring
    }
  }
  gqgpu.return
}
}
