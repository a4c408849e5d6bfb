// RUN: gq-opt %S/Inputs/tiles.mlir --gq-pipeline-stages --gq-warp-specialize --gq-split-copies --canonicalize --cse --gq-distribute --canonicalize --cse -o %t
// RUN: gq-opt %t --gq-schedule-math --canonicalize --cse | FileCheck %s --check-prefix=ROTATE
// RUN: gq-opt %s --gq-schedule-math | FileCheck %s
// RUN: gq-opt %t --gq-schedule-math --remarks-filter=gq-schedule-math -o /dev/null 2>&1 | FileCheck %s --check-prefix=DONE
// RUN: gq-opt %s --gq-schedule-math --remarks-filter=gq-schedule-math -o /dev/null 2>&1 | FileCheck %s --check-prefix=MISSED

// What was done, and why not more.
// DONE: [Passed] early-release {{.*}}"releases the slot right after the last read of it"
// DONE: [Passed] early-wait {{.*}}"waits for the next slot under the product"
// MISSED: [Passed] early-wait
// MISSED: [Missed] early-wait {{.*}}"waits for a slot after the product of the one before: the wait is late, as a config says with early_wait = false"
// MISSED: [Missed] early-wait {{.*}}: gqgpu.read_scales is in a region of its own"
// MISSED: [Missed] early-wait {{.*}}: the cursor is not advanced once, for the next step alone"
// MISSED: [Missed] early-wait {{.*}}: the ring has one slot"
// MISSED: [Missed] early-wait {{.*}}: where it reads scales depends on more than the step"
// MISSED: [Missed] early-wait {{.*}}: the loop has no product"
// MISSED: [Missed] early-wait {{.*}}: the loop waits for 2 slots in each step, not for 1"
// MISSED: [Missed] early-wait {{.*}}: the loop does not carry its cursor"
// MISSED: [Missed] early-wait {{.*}}: it reads scales of another slot"
// MISSED: [Missed] early-release {{.*}}"the release stays where it is: the slot, or what is read from it, goes to scf.yield, where it is not followed"
// MISSED: [Missed] early-release {{.*}}: no mma_wait of its own waits for a product that reads the slot"
// MISSED: [Missed] early-release {{.*}}: gqgpu.read_scales reads the slot elsewhere"

// The first wait is before the loop and needs no condition: there is a step.
// ROTATE: gqgpu.role "math"
// ROTATE: %[[S0:.*]] = gqgpu.wait %[[RING:.*]][%[[C0:.*]]] : !ring
// ROTATE-NEXT: %[[N0:.*]] = gqgpu.read_scales %[[RING]][%[[S0]]] tile 3
// ROTATE-NEXT: gqgpu.read_scales %[[RING]][%[[S0]]] tile 2
// ROTATE-NEXT: gqgpu.read_scales %[[RING]][%[[S0]]] tile 2
// ROTATE-NEXT: scf.for %[[K:.*]] = %{{.*}} to %[[END:.*]] step %[[STEP:.*]] iter_args(%{{.*}} = %{{.*}}, %{{.*}} = %{{.*}}, %[[C:.*]] = %[[C0]], %[[S:.*]] = %[[S0]], %[[N:.*]] = %[[N0]],
// ROTATE-NOT:  gqgpu.wait
// ROTATE:      gqgpu.mma_async %[[RING]][%[[S]]]
// ROTATE-NEXT: gqgpu.mma_wait
// ROTATE-NEXT: gqgpu.promote %{{.*}}, %{{.*}}, %[[N]] into
// The next slot and its scales, while the last product runs.
// ROTATE-NEXT: %[[P1:.*]] = gqgpu.mma_async %[[RING]][%[[S]]]
// ROTATE-NEXT: %[[C1:.*]] = gqgpu.advance %[[RING]][%[[C]]]
// ROTATE-NEXT: %[[K1:.*]] = arith.addi %[[K]], %[[STEP]]
// ROTATE-NEXT: %[[MORE:.*]] = arith.cmpi slt, %[[K1]], %[[END]]
// ROTATE-NEXT: %[[S1:.*]] = gqgpu.wait %[[RING]][%[[C1]]] when %[[MORE]]
// ROTATE-COUNT-3: gqgpu.read_scales %[[RING]][%[[S1]]]
// The slot goes back before the promotion.
// ROTATE-NEXT: %[[W1:.*]] = gqgpu.mma_wait %[[P1]]
// ROTATE-NEXT: gqgpu.release %[[RING]][%[[S]]]
// ROTATE-NEXT: gqgpu.promote %[[W1]]
// ROTATE-NEXT: scf.yield %{{.*}}, %{{.*}}, %[[C1]], %[[S1]],

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!one = !gqgpu.fragment<1x1xf32, #gqgpu.mma>

// Bounds that are not known: the first wait asks for a step, too. Positions are
// hoisted when they do not depend on the step.
// CHECK-LABEL: gqgpu.kernel @dynamic
// CHECK: arith.addi
// CHECK: %[[ANY:.*]] = arith.cmpi slt, %{{.*}}, %{{.*}} : index
// CHECK: gqgpu.wait %{{.*}} when %[[ANY]]
// CHECK: scf.for
// CHECK: gqgpu.wait %{{.*}} when
gqgpu.kernel @dynamic(%n: index, %zero: f32) {
  %r = gqgpu.ring_create : !ring
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %first = gqgpu.cursor : !gqgpu.cursor
  %init = gqgpu.splat %zero : f32 -> !acc
  %s, %e = scf.for %k = %c0 to %n step %c1 iter_args(%a = %init, %c = %first) -> (!acc, !gqgpu.cursor) {
    %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
    %at = arith.addi %n, %n : index
    %x = gqgpu.read_scales %r[%slot] tile 1 cols %at block 64 : !ring -> !one
    %p = gqgpu.mma_async %r[%slot] tiles (0, 0) by #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32> row %c0 k [0, 128] : !ring -> !acc
    %w = gqgpu.mma_wait %p : !acc
    %y = gqgpu.promote %w, %x, %x into %a : !one, !one, !acc
    gqgpu.release %r[%slot] : !ring
    %next = gqgpu.advance %r[%c] : !ring, !gqgpu.cursor
    scf.yield %y, %next : !acc, !gqgpu.cursor
  }
  gqgpu.return
}

// Asked not to, scales in a region, or a cursor that the loop needs early: the
// wait stays. The release moves up all the same, but not above a read in a region.
// CHECK-LABEL: gqgpu.kernel @stays
// CHECK: scf.for
// CHECK-NEXT: %[[S:.*]] = gqgpu.wait %{{.*}} late : !ring
// CHECK: gqgpu.mma_wait
// CHECK-NEXT: gqgpu.release
// CHECK-NEXT: gqgpu.promote
// CHECK: scf.yield
// CHECK: scf.for
// CHECK-NEXT: gqgpu.wait %{{.*}} : !ring
// CHECK-NEXT: gqgpu.read_scales
// CHECK: gqgpu.mma_wait
// CHECK-NEXT: scf.if
// CHECK-NEXT: gqgpu.read_scales
// CHECK: } else {
// CHECK-NEXT: scf.yield
// CHECK-NEXT: }
// CHECK-NEXT: gqgpu.release
// CHECK-NEXT: gqgpu.promote
// CHECK: scf.for
// CHECK-NEXT: gqgpu.wait %{{.*}} : !ring
// CHECK-NEXT: gqgpu.advance
// CHECK-NEXT: gqgpu.advance
// CHECK-NEXT: gqgpu.mma_async
gqgpu.kernel @stays(%n: index, %zero: f32, %b: i1) {
  %r = gqgpu.ring_create : !ring
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %first = gqgpu.cursor : !gqgpu.cursor
  %one = gqgpu.splat %zero : f32 -> !one
  %init = gqgpu.splat %zero : f32 -> !acc
  %s0, %e0 = scf.for %k = %c0 to %n step %c1 iter_args(%a = %init, %c = %first) -> (!acc, !gqgpu.cursor) {
    %slot = gqgpu.wait %r[%c] late : !ring -> !gqgpu.slot
    %p = gqgpu.mma_async %r[%slot] tiles (0, 0) by #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32> row %c0 k [0, 128] : !ring -> !acc
    %w = gqgpu.mma_wait %p : !acc
    %y = gqgpu.promote %w, %one, %one into %a : !one, !one, !acc
    gqgpu.release %r[%slot] : !ring
    %next = gqgpu.advance %r[%c] : !ring, !gqgpu.cursor
    scf.yield %y, %next : !acc, !gqgpu.cursor
  }
  %s1, %e1 = scf.for %k = %c0 to %n step %c1 iter_args(%a = %init, %c = %e0) -> (!acc, !gqgpu.cursor) {
    %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
    %x = gqgpu.read_scales %r[%slot] tile 1 cols %k block 64 : !ring -> !one
    %p = gqgpu.mma_async %r[%slot] tiles (0, 0) by #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32> row %c0 k [0, 128] : !ring -> !acc
    %w = gqgpu.mma_wait %p : !acc
    %z = scf.if %b -> !one {
      %v = gqgpu.read_scales %r[%slot] tile 1 cols %c0 block 64 : !ring -> !one
      scf.yield %v : !one
    } else {
      scf.yield %x : !one
    }
    %y = gqgpu.promote %w, %z, %x into %a : !one, !one, !acc
    gqgpu.release %r[%slot] : !ring
    %next = gqgpu.advance %r[%c] : !ring, !gqgpu.cursor
    scf.yield %y, %next : !acc, !gqgpu.cursor
  }
  %s2, %e2 = scf.for %k = %c0 to %n step %c1 iter_args(%a = %init, %c = %e1) -> (!acc, !gqgpu.cursor) {
    %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
    %next = gqgpu.advance %r[%c] : !ring, !gqgpu.cursor
    %far = gqgpu.advance %r[%next] : !ring, !gqgpu.cursor
    %p = gqgpu.mma_async %r[%slot] tiles (0, 0) by #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32> row %c0 k [0, 128] : !ring -> !acc
    %w = gqgpu.mma_wait %p : !acc
    gqgpu.release %r[%slot] : !ring
    scf.yield %w, %next : !acc, !gqgpu.cursor
  }
  gqgpu.return
}

// A ring of one slot: nothing can be waited for while the slot is read.
// CHECK-LABEL: gqgpu.kernel @one_slot
// CHECK:      scf.for
// CHECK-NEXT:   gqgpu.wait
// CHECK-NEXT:   gqgpu.mma_async
// CHECK-NEXT:   gqgpu.mma_wait
// CHECK-NEXT:   gqgpu.release
gqgpu.kernel @one_slot(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %r = gqgpu.ring_create : !gqgpu.ring<1, <64x128xf8E4M3FN, swizzle = 128>>
  %start = gqgpu.cursor : !gqgpu.cursor
  %init = gqgpu.splat %zero : f32 -> !acc
  %s, %e = scf.for %k = %c0 to %n step %c1 iter_args(%a = %init, %c = %start) -> (!acc, !gqgpu.cursor) {
    %slot = gqgpu.wait %r[%c] : !gqgpu.ring<1, <64x128xf8E4M3FN, swizzle = 128>> -> !gqgpu.slot
    %p = gqgpu.mma_async %r[%slot] tiles (0, 0) by #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32> row %c0 k [0, 128] : !gqgpu.ring<1, <64x128xf8E4M3FN, swizzle = 128>> -> !acc
    %w = gqgpu.mma_wait %p : !acc
    gqgpu.release %r[%slot] : !gqgpu.ring<1, <64x128xf8E4M3FN, swizzle = 128>>
    %next = gqgpu.advance %r[%c] : !gqgpu.ring<1, <64x128xf8E4M3FN, swizzle = 128>>, !gqgpu.cursor
    scf.yield %w, %next : !acc, !gqgpu.cursor
  }
  gqgpu.return
}

// Other forms of the loop, each for its own reason.
// CHECK-LABEL: gqgpu.kernel @other_forms
gqgpu.kernel @other_forms(%n: index, %zero: f32) {
  %r = gqgpu.ring_create : !ring
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %first = gqgpu.cursor : !gqgpu.cursor
  %init = gqgpu.splat %zero : f32 -> !acc
  // Scales at what the loop carries.
  // CHECK: scf.for
  // CHECK-NEXT: gqgpu.wait %{{.*}} : !ring
  // CHECK-NEXT: gqgpu.read_scales
  %s0, %e0, %i0 = scf.for %k = %c0 to %n step %c1 iter_args(%a = %init, %c = %first, %i = %c0) -> (!acc, !gqgpu.cursor, index) {
    %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
    %x = gqgpu.read_scales %r[%slot] tile 1 cols %i block 64 : !ring -> !one
    %p = gqgpu.mma_async %r[%slot] tiles (0, 0) by #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32> row %c0 k [0, 128] : !ring -> !acc
    %w = gqgpu.mma_wait %p : !acc
    %y = gqgpu.promote %w, %x, %x into %a : !one, !one, !acc
    gqgpu.release %r[%slot] : !ring
    %next = gqgpu.advance %r[%c] : !ring, !gqgpu.cursor
    scf.yield %y, %next, %k : !acc, !gqgpu.cursor, index
  }
  // Nothing to wait under.
  // CHECK: scf.for
  // CHECK-NEXT: gqgpu.wait %{{.*}} : !ring
  %e1 = scf.for %k = %c0 to %n step %c1 iter_args(%c = %e0) -> (!gqgpu.cursor) {
    %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
    %x = gqgpu.read_scales %r[%slot] tile 1 cols %c0 block 64 : !ring -> !one
    gqgpu.release %r[%slot] : !ring
    %next = gqgpu.advance %r[%c] : !ring, !gqgpu.cursor
    scf.yield %next : !gqgpu.cursor
  }
  // Two slots.
  // CHECK: scf.for
  // CHECK-NEXT: gqgpu.wait %{{.*}} : !ring
  %e2 = scf.for %k = %c0 to %n step %c1 iter_args(%c = %e1) -> (!gqgpu.cursor) {
    %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
    %next = gqgpu.advance %r[%c] : !ring, !gqgpu.cursor
    %more = gqgpu.wait %r[%next] : !ring -> !gqgpu.slot
    %p = gqgpu.mma_async %r[%slot] tiles (0, 0) by #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32> row %c0 k [0, 128] : !ring -> !acc
    %w = gqgpu.mma_wait %p : !acc
    gqgpu.release %r[%slot] : !ring
    gqgpu.release %r[%more] : !ring
    %last = gqgpu.advance %r[%next] : !ring, !gqgpu.cursor
    scf.yield %last : !gqgpu.cursor
  }
  // A cursor from outside, and scales of a slot from outside.
  // CHECK: %[[OUTER:.*]] = gqgpu.wait
  // CHECK: scf.for
  // CHECK-NEXT: gqgpu.wait %{{.*}} : !ring
  // CHECK: scf.for
  // CHECK-NEXT: gqgpu.wait %{{.*}} : !ring
  %outer = gqgpu.wait %r[%e2] : !ring -> !gqgpu.slot
  scf.for %k = %c0 to %n step %c1 {
    %slot = gqgpu.wait %r[%e2] : !ring -> !gqgpu.slot
    %p = gqgpu.mma_async %r[%slot] tiles (0, 0) by #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32> row %c0 k [0, 128] : !ring -> !acc
    %w = gqgpu.mma_wait %p : !acc
    gqgpu.release %r[%slot] : !ring
  }
  %e3 = scf.for %k = %c0 to %n step %c1 iter_args(%c = %e2) -> (!gqgpu.cursor) {
    %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
    %x = gqgpu.read_scales %r[%outer] tile 1 cols %c0 block 64 : !ring -> !one
    %p = gqgpu.mma_async %r[%slot] tiles (0, 0) by #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32> row %c0 k [0, 128] : !ring -> !acc
    %w = gqgpu.mma_wait %p : !acc
    gqgpu.release %r[%slot] : !ring
    %next = gqgpu.advance %r[%c] : !ring, !gqgpu.cursor
    scf.yield %next : !gqgpu.cursor
  }
  gqgpu.return
}

// A release moves up to the last read of its slot, whatever it is, and no further.
// CHECK-LABEL: gqgpu.kernel @last_read
gqgpu.kernel @last_read(%n: index, %zero: f32, %b: i1, %d: memref<64x128xf32>) {
  %r = gqgpu.ring_create : !ring
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %first = gqgpu.cursor : !gqgpu.cursor
  %one = gqgpu.splat %zero : f32 -> !one
  %init = gqgpu.splat %zero : f32 -> !acc
  // Tiles as tensors: what uses them, through a slice as well.
  // CHECK: gqgpu.wait
  // CHECK-NEXT: gqgpu.slot_read
  // CHECK-NEXT: gqgpu.slot_read
  // CHECK-NEXT: tensor.extract_slice
  // CHECK-NEXT: gq.scaled_matmul
  // CHECK-NEXT: gqgpu.release
  // CHECK-NEXT: arith.addi
  %z = tensor.empty() : tensor<64x64xf32>
  %t0, %e0 = scf.for %k = %c0 to %n step %c1 iter_args(%a = %z, %c = %first) -> (tensor<64x64xf32>, !gqgpu.cursor) {
    %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
    %t = gqgpu.slot_read %r[%slot] tile 0 : !ring -> tensor<64x128xf8E4M3FN>
    %s = gqgpu.slot_read %r[%slot] tile 1 : !ring -> tensor<64x1xf32>
    %u = tensor.extract_slice %s[0, 0] [1, 1] [1, 1] : tensor<64x1xf32> to tensor<1x1xf32>
    %p = gq.scaled_matmul %t, %t scales(%s block [1, 128], %u block [64, 128]) outs(%a : tensor<64x64xf32>)
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
    %k1 = arith.addi %k, %c1 : index
    gqgpu.release %r[%slot] : !ring
    %next = gqgpu.advance %r[%c] : !ring, !gqgpu.cursor
    scf.yield %p, %next : tensor<64x64xf32>, !gqgpu.cursor
  }
  // A product that is waited for in a branch.
  // CHECK: gqgpu.mma_async
  // CHECK-NEXT: scf.if
  // CHECK-NEXT: gqgpu.mma_wait
  // CHECK: } else {
  // CHECK: }
  // CHECK-NEXT: gqgpu.release
  // CHECK-NEXT: gqgpu.promote
  %s1, %e1 = scf.for %k = %c0 to %n step %c1 iter_args(%a = %init, %c = %e0) -> (!acc, !gqgpu.cursor) {
    %slot = gqgpu.wait %r[%c] late : !ring -> !gqgpu.slot
    %p = gqgpu.mma_async %r[%slot] tiles (0, 0) by #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32> row %c0 k [0, 128] : !ring -> !acc
    %w = scf.if %b -> !acc {
      %x = gqgpu.mma_wait %p : !acc
      scf.yield %x : !acc
    } else {
      %x = gqgpu.mma_wait %p : !acc
      scf.yield %x : !acc
    }
    %y = gqgpu.promote %w, %one, %one into %a : !one, !one, !acc
    gqgpu.release %r[%slot] : !ring
    %next = gqgpu.advance %r[%c] : !ring, !gqgpu.cursor
    scf.yield %y, %next : !acc, !gqgpu.cursor
  }
  // A slot that goes where it is not followed.
  // CHECK: gqgpu.mma_wait
  // CHECK-NEXT: scf.execute_region
  // CHECK: gqgpu.promote
  // CHECK-NEXT: gqgpu.release
  %s2, %e2 = scf.for %k = %c0 to %n step %c1 iter_args(%a = %init, %c = %e1) -> (!acc, !gqgpu.cursor) {
    %slot = gqgpu.wait %r[%c] late : !ring -> !gqgpu.slot
    %p = gqgpu.mma_async %r[%slot] tiles (0, 0) by #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32> row %c0 k [0, 128] : !ring -> !acc
    %w = gqgpu.mma_wait %p : !acc
    %same = scf.execute_region -> !gqgpu.slot {
      scf.yield %slot : !gqgpu.slot
    }
    %y = gqgpu.promote %w, %one, %one into %a : !one, !one, !acc
    gqgpu.release %r[%slot] : !ring
    %next = gqgpu.advance %r[%c] : !ring, !gqgpu.cursor
    scf.yield %y, %next : !acc, !gqgpu.cursor
  }
  // The first product is done with the second.
  // CHECK: gqgpu.mma_wait
  // CHECK-NEXT: gqgpu.promote
  // CHECK-NEXT: gqgpu.release
  %s3, %e3 = scf.for %k = %c0 to %n step %c1 iter_args(%a = %init, %c = %e2) -> (!acc, !gqgpu.cursor) {
    %slot = gqgpu.wait %r[%c] late : !ring -> !gqgpu.slot
    %lost = gqgpu.mma_async %r[%slot] tiles (0, 0) by #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32> row %c0 k [0, 128] : !ring -> !acc
    %p = gqgpu.mma_async %r[%slot] tiles (0, 0) by #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32> row %c0 k [0, 128] : !ring -> !acc
    %w = gqgpu.mma_wait %p : !acc
    %y = gqgpu.promote %w, %one, %one into %a : !one, !one, !acc
    gqgpu.release %r[%slot] : !ring
    %next = gqgpu.advance %r[%c] : !ring, !gqgpu.cursor
    scf.yield %y, %next : !acc, !gqgpu.cursor
  }
  // A read behind the release is not ours to mend.
  // CHECK: gqgpu.promote
  // CHECK-NEXT: gqgpu.release
  // CHECK-NEXT: gqgpu.read_scales
  %s4, %e4 = scf.for %k = %c0 to %n step %c1 iter_args(%a = %init, %c = %e3) -> (!acc, !gqgpu.cursor) {
    %slot = gqgpu.wait %r[%c] late : !ring -> !gqgpu.slot
    %p = gqgpu.mma_async %r[%slot] tiles (0, 0) by #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32> row %c0 k [0, 128] : !ring -> !acc
    %w = gqgpu.mma_wait %p : !acc
    %y = gqgpu.promote %w, %one, %one into %a : !one, !one, !acc
    gqgpu.release %r[%slot] : !ring
    %x = gqgpu.read_scales %r[%slot] tile 1 cols %c0 block 64 : !ring -> !one
    %next = gqgpu.advance %r[%c] : !ring, !gqgpu.cursor
    scf.yield %y, %next : !acc, !gqgpu.cursor
  }
  gqgpu.return
}

// Scales of a second block of K are read in their own step, before the product that
// they are for; only the first ones move.
// CHECK-LABEL: gqgpu.kernel @blocks
// CHECK: gqgpu.wait
// CHECK-NEXT: %[[FIRST:.*]] = gqgpu.read_scales {{.*}} block 64 : !ring{{[0-9]*}}
// CHECK-NEXT: scf.for {{.*}} iter_args(%{{.*}} = %{{.*}}, %{{.*}} = %{{.*}}, %[[SLOT:.*]] = %{{.*}}, %[[X:.*]] = %[[FIRST]])
// CHECK-NEXT: gqgpu.mma_async %{{.*}}[%[[SLOT]]] {{.*}} k [0, 64]
// CHECK-NEXT: gqgpu.mma_wait
// CHECK-NEXT: gqgpu.promote %{{.*}}, %[[X]], %[[X]] into
// CHECK-NEXT: %[[Y:.*]] = gqgpu.read_scales %{{.*}}[%[[SLOT]]] tile 1 cols %{{.*}} block 64 column 1
// CHECK-NEXT: gqgpu.mma_async %{{.*}}[%[[SLOT]]] {{.*}} k [64, 128]
// CHECK: %[[NEXT:.*]] = gqgpu.wait
// CHECK-NEXT: gqgpu.read_scales %{{.*}}[%[[NEXT]]] tile 1 cols %{{.*}} block 64 : !ring
// CHECK-NEXT: gqgpu.mma_wait
// CHECK-NEXT: gqgpu.release %{{.*}}[%[[SLOT]]]
// CHECK-NEXT: gqgpu.promote %{{.*}}, %[[Y]], %[[Y]] into
!blocks = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x2xf32>>
gqgpu.kernel @blocks(%n: index, %init: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = gqgpu.splat %init : f32 -> !acc
  %r = gqgpu.ring_create : !blocks
  %first = gqgpu.cursor : !gqgpu.cursor
  %s, %e = scf.for %k = %c0 to %n step %c1 iter_args(%a = %zero, %c = %first) -> (!acc, !gqgpu.cursor) {
    %slot = gqgpu.wait %r[%c] : !blocks -> !gqgpu.slot
    %x = gqgpu.read_scales %r[%slot] tile 1 cols %c0 block 64 : !blocks -> !one
    %p = gqgpu.mma_async %r[%slot] tiles (0, 0) by #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32> row %c0 k [0, 64] : !blocks -> !acc
    %w = gqgpu.mma_wait %p : !acc
    %t = gqgpu.promote %w, %x, %x into %a : !one, !one, !acc
    %y = gqgpu.read_scales %r[%slot] tile 1 cols %c0 block 64 column 1 : !blocks -> !one
    %q = gqgpu.mma_async %r[%slot] tiles (0, 0) by #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32> row %c0 k [64, 128] reuse %w : !acc : !blocks -> !acc
    %v = gqgpu.mma_wait %q : !acc
    %u = gqgpu.promote %v, %y, %y into %t : !one, !one, !acc
    gqgpu.release %r[%slot] : !blocks
    %next = gqgpu.advance %r[%c] : !blocks, !gqgpu.cursor
    scf.yield %u, %next : !acc, !gqgpu.cursor
  }
  gqgpu.return
}

// Where scales are read depends on the step: that of the first step is computed before
// the loop, that of the next step where its scales are read.
// CHECK-LABEL: gqgpu.kernel @at_the_step
// CHECK: gqgpu.wait
// CHECK-NEXT: %[[FIRST:.*]] = affine.apply #{{.*}}(%[[LOW:.*]])
// CHECK-NEXT: gqgpu.read_scales %{{.*}} past %[[FIRST]]
// CHECK: scf.for %{{.*}} = %[[LOW]] to
// CHECK: %[[NEXT:.*]] = arith.addi
// CHECK: gqgpu.wait %{{.*}} when
// CHECK-NEXT: %[[SECOND:.*]] = affine.apply #{{.*}}(%[[NEXT]])
// CHECK-NEXT: gqgpu.read_scales %{{.*}} past %[[SECOND]]
// CHECK: gqgpu.mma_wait
gqgpu.kernel @at_the_step(%n: index, %zero: f32) {
  %r = gqgpu.ring_create : !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x4xf32>>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %first = gqgpu.cursor : !gqgpu.cursor
  %one = gqgpu.splat %zero : f32 -> !one
  %init = gqgpu.splat %zero : f32 -> !acc
  %s, %e = scf.for %k = %c0 to %n step %c1 iter_args(%a = %init, %c = %first) -> (!acc, !gqgpu.cursor) {
    %slot = gqgpu.wait %r[%c] : !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x4xf32>> -> !gqgpu.slot
    %at = affine.apply affine_map<(d0) -> (d0 mod 4)>(%k)
    %x = gqgpu.read_scales %r[%slot] tile 1 rows %c0 block 1 past %at : !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x4xf32>> -> <64x1xf32, #gqgpu.mma>
    %p = gqgpu.mma_async %r[%slot] tiles (0, 0) by #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32> row %c0 k [0, 128] : !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x4xf32>> -> !acc
    %w = gqgpu.mma_wait %p : !acc
    %y = gqgpu.promote %w, %x, %one into %a : <64x1xf32, #gqgpu.mma>, !one, !acc
    gqgpu.release %r[%slot] : !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x4xf32>>
    %next = gqgpu.advance %r[%c] : !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x4xf32>>, !gqgpu.cursor
    scf.yield %y, %next : !acc, !gqgpu.cursor
  }
  gqgpu.return
}
