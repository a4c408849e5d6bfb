// Operands of a product that warps copy: where the copy engine would put them, and handed over to
// the tensor core.
// RUN: gq-opt %s --gq-allocate-shared-memory --convert-gqgpu-to-nvvm --canonicalize --cse | FileCheck %s

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>>

gpu.module @m {

// Three warps, words: the row in a group of eight decides about bits 4 to 6 of the address.
// CHECK-LABEL: llvm.func @words
// CHECK-DAG: %[[FOUR:.*]] = llvm.mlir.constant(4 : i32)
// CHECK-DAG: %[[SEVEN:.*]] = llvm.mlir.constant(7 : i32)
// CHECK: nvvm.setmaxregister decrease
// CHECK: %[[LINE:.*]] = llvm.lshr %[[OFFSET:.*]], %[[SEVEN]]
// CHECK: %[[ROW:.*]] = llvm.and %[[LINE]], %[[SEVEN]]
// CHECK: %[[UNIT:.*]] = llvm.shl %[[ROW]], %[[FOUR]]
// CHECK: llvm.xor %[[OFFSET]], %[[UNIT]]
// CHECK: cp.async
// CHECK-NOT: st.shared
// CHECK: nvvm.cp.async.commit.group
// CHECK-NEXT: nvvm.cp.async.wait.group 0
// CHECK-NEXT: nvvm.fence.proxy
// CHECK-NEXT: mbarrier.arrive
// CHECK-NOT: noinc
// CHECK-LABEL: llvm.func @bytes
gqgpu.kernel @words(%a: memref<?x1000xf8E4M3FN>) attributes {threads = 256 : i64, cluster = 1 : i64} {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create filled_by ["copy"] arrivals 96 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
      %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      gqgpu.release %r[%slot] : !ring
    }
    gqgpu.role "copy" kind copy warps 3 registers 40 {
      %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
      gqgpu.copy_load %a[%c0, %c0] -> %r[%slot] tile 0 {aligned = 4 : i64} : memref<?x1000xf8E4M3FN>, !ring
      gqgpu.commit %r[%slot] : !ring
    }
  }
  gqgpu.return
}

// Through registers there are no copies to wait for.
// CHECK: nvvm.setmaxregister decrease
// CHECK-COUNT-8: ld.global.nc.b8
// CHECK-NOT: ld.global
// CHECK-COUNT-8: st.shared.b8 [$0], $1;
// CHECK-NOT: nvvm.cp.async
// CHECK: nvvm.fence.proxy
// CHECK-NEXT: mbarrier.arrive
gqgpu.kernel @bytes(%a: memref<?x275xf8E4M3FN>) attributes {threads = 256 : i64, cluster = 1 : i64} {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create filled_by ["copy"] arrivals 96 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
      %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      gqgpu.release %r[%slot] : !ring
    }
    gqgpu.role "copy" kind copy warps 3 registers 40 {
      %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
      gqgpu.copy_load %a[%c0, %c0] -> %r[%slot] tile 0 : memref<?x275xf8E4M3FN>, !ring
      gqgpu.commit %r[%slot] : !ring
    }
  }
  gqgpu.return
}

}
