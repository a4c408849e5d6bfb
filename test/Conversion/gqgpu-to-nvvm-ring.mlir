// What the ops of a ring say about its start and its bytes goes into the code.
// RUN: gq-opt %s --gq-expand-reductions --gq-stage-stores --gq-annotate-alignment --gq-allocate-shared-memory --gq-expand-math --gq-expand-tile-loops --convert-gqgpu-to-nvvm --canonicalize --cse | FileCheck %s

!ring = !gqgpu.ring<4, <64x128xf8E4M3FN, swizzle = 128>>

// Slot 2, in a round of parity 1: its barriers are 16 bytes on. The math groups
// come first in the code.
// CHECK-LABEL: llvm.func @start
// CHECK-DAG: %[[C16:.*]] = llvm.mlir.constant(16 : i32)
// CHECK-DAG: %[[ONE:.*]] = llvm.mlir.constant(1 : i32)
// CHECK: nvvm.setmaxregister increase
// CHECK-NEXT: %[[AT:.*]] = llvm.add %{{.*}}, %[[C16]]
// CHECK-NEXT: %[[FULL:.*]] = llvm.add %[[AT]]
// CHECK-NEXT: mbarrier.try_wait.parity{{.*}} %[[FULL]], %[[ONE]] : (i32, i32)
// CHECK: nvvm.setmaxregister decrease
// CHECK: %[[OTHER:.*]] = llvm.xor %[[ONE]], %[[ONE]]
// CHECK: llvm.add %{{.*}}, %[[C16]]
// CHECK: mbarrier.try_wait.parity{{.*}} %{{[0-9]+}}, %[[OTHER]] : (i32, i32)
gpu.module @m {
gqgpu.kernel @start(%a: memref<?x128xf8E4M3FN>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create bytes 8192 filled_by ["tma"] arrivals 1 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor {stage = 2 : i64, parity = 1 : i64} : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      gqgpu.release %r[%slot] : !ring
    }
    gqgpu.role "tma" kind tma warps 1 registers 40 {
      %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
      gqgpu.tma_load %a[%c0, %c0] -> %r[%slot] tile 0 : memref<?x128xf8E4M3FN>, !ring
      gqgpu.commit %r[%slot] : !ring
    }
  }
  gqgpu.return
}

// Told, not counted: a load that may not happen does not say how many bytes come.
// CHECK-LABEL: llvm.func @bytes
// CHECK: mbarrier.arrive.expect_tx.shared::cta.b64 _, [$0], 8192;
gqgpu.kernel @bytes(%a: memref<?x128xf8E4M3FN>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %n = memref.dim %a, %c0 : memref<?x128xf8E4M3FN>
  %some = arith.cmpi ne, %n, %c0 : index
  %r = gqgpu.ring_create bytes 8192 filled_by ["tma"] arrivals 1 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      gqgpu.release %r[%slot] : !ring
    }
    gqgpu.role "tma" kind tma warps 1 registers 40 {
      %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
      scf.if %some {
        gqgpu.tma_load %a[%c0, %c0] -> %r[%slot] tile 0 : memref<?x128xf8E4M3FN>, !ring
      } else {
        gqgpu.tma_load %a[%n, %c0] -> %r[%slot] tile 0 : memref<?x128xf8E4M3FN>, !ring
      }
      gqgpu.commit %r[%slot] : !ring
    }
  }
  gqgpu.return
}

// A ring without tiles is its barriers. The slot goes from one math role to the other and
// back: a lane of each warp arrives, once the others have come as far.
// CHECK-LABEL: llvm.func @order
// CHECK: mbarrier.init.shared::cta.b64 [$0], 4;
// CHECK-NEXT: mbarrier.init.shared::cta.b64 [$0+8], 4;
// CHECK: %[[FULL:.*]] = llvm.add %[[BASE:.*]], %[[ZERO:.*]] : i32
// CHECK: %[[EMPTY:.*]] = llvm.add %[[FULL]], %[[EIGHT:.*]] : i32
// CHECK-NEXT: mbarrier.try_wait.parity{{.*}} %[[EMPTY]], %{{[0-9]+}} : (i32, i32)
// CHECK-NEXT: nvvm.bar.warp.sync
// CHECK-NEXT: %[[FIRST:.*]] = llvm.icmp "eq"
// CHECK-NEXT: "@$1 mbarrier.arrive.shared::cta.b64 _, [$0];", "r,b,~{memory}" %[[FULL]], %[[FIRST]] : (i32, i1)
// CHECK: %[[THERE:.*]] = llvm.add %[[BASE]], %[[ZERO]] : i32
// CHECK-NEXT: mbarrier.try_wait.parity{{.*}} %[[THERE]], %{{[0-9]+}} : (i32, i32)
// CHECK-NEXT: %[[BACK:.*]] = llvm.add %[[THERE]], %[[EIGHT]] : i32
// CHECK-NEXT: nvvm.bar.warp.sync
// CHECK-NEXT: %[[FIRST:.*]] = llvm.icmp "eq"
// CHECK-NEXT: "@$1 mbarrier.arrive.shared::cta.b64 _, [$0];", "r,b,~{memory}" %[[BACK]], %[[FIRST]] : (i32, i1)
gqgpu.kernel @order() attributes {threads = 256} {
  %r = gqgpu.ring_create filled_by ["a"] arrivals 4 consumed_by ["b"] arrivals 4 : !gqgpu.ring<1>
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "a" kind math warps 4 registers 248 (%g) {
      %slot = gqgpu.acquire %r[%c] : !gqgpu.ring<1> -> !gqgpu.slot
      gqgpu.commit %r[%slot] : !gqgpu.ring<1>
    }
    gqgpu.role "b" kind math warps 4 registers 248 (%g) {
      %slot = gqgpu.wait %r[%c] : !gqgpu.ring<1> -> !gqgpu.slot
      gqgpu.release %r[%slot] : !gqgpu.ring<1>
    }
  }
  gqgpu.return
}
}
