// Slots that hold nothing: math roles fill them as well.
// RUN: gq-opt %s | gq-opt | FileCheck %s
// RUN: gq-opt %s --mlir-print-op-generic | gq-opt | FileCheck %s

// CHECK: !ring = !gqgpu.ring<2>
// CHECK-LABEL: gqgpu.kernel @order
gqgpu.kernel @order() attributes {threads = 256} {
  // CHECK: %[[R:.*]] = gqgpu.ring_create filled_by ["a"] arrivals 4 consumed_by ["b"] arrivals 4 : !ring
  %r = gqgpu.ring_create filled_by ["a"] arrivals 4 consumed_by ["b"] arrivals 4 : !gqgpu.ring<2>
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "a" kind math warps 4 registers 248 (%g) {
      // CHECK: %[[S:.*]] = gqgpu.acquire %[[R]][%{{.*}}] : !ring -> !gqgpu.slot
      %slot = gqgpu.acquire %r[%c] : !gqgpu.ring<2> -> !gqgpu.slot
      // CHECK: gqgpu.commit %[[R]][%[[S]]] : !ring
      gqgpu.commit %r[%slot] : !gqgpu.ring<2>
    }
    gqgpu.role "b" kind math warps 4 registers 248 (%g) {
      %slot = gqgpu.wait %r[%c] : !gqgpu.ring<2> -> !gqgpu.slot
      gqgpu.release %r[%slot] : !gqgpu.ring<2>
    }
  }
  gqgpu.return
}
