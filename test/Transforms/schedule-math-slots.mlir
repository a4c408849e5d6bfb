// A step that takes two slots: the first is waited for under the last product of the step before,
// the second just before it is read.
// RUN: gq-opt %s --gq-schedule-math --canonicalize --cse | FileCheck %s
// RUN: gq-opt %s --gq-schedule-math --remarks-filter=gq-schedule-math -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// REMARK: [Passed] wait {{.*}}"waits for a further slot of the step where it is read"
// REMARK: [Passed] early-wait
// REMARK: [Missed] early-wait {{.*}}: the loop waits for a slot behind its last product"

!ring = !gqgpu.ring<4, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!one = !gqgpu.fragment<1x1xf32, #gqgpu.mma>
#wgmma = #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32>

// CHECK-LABEL: gqgpu.kernel @slots
// CHECK: %[[S0:.*]] = gqgpu.wait %[[R:.*]][%[[C0:.*]]] when
// CHECK: %[[X0:.*]] = gqgpu.read_scales %[[R]][%[[S0]]]
// CHECK: scf.for {{.*}} iter_args(%{{.*}} = %{{.*}}, %[[C:.*]] = %[[C0]], %[[S:.*]] = %[[S0]], %[[X:.*]] = %[[X0]])
// CHECK:      %[[N:.*]] = gqgpu.advance %[[R]][%[[C]]]
// CHECK-NEXT: %[[P:.*]] = gqgpu.mma_async %[[R]][%[[S]]]
// CHECK-NEXT: %[[T:.*]] = gqgpu.wait %[[R]][%[[N]]] :
// CHECK-NEXT: %[[Q:.*]] = gqgpu.mma_async %[[R]][%[[T]]] {{.*}} reuse %[[P]] accumulate
// CHECK-NEXT: %[[C2:.*]] = gqgpu.advance %[[R]][%[[N]]]
// CHECK:      %[[S2:.*]] = gqgpu.wait %[[R]][%[[C2]]] when
// CHECK-NEXT: %[[X2:.*]] = gqgpu.read_scales %[[R]][%[[S2]]]
// CHECK-NEXT: %[[W:.*]] = gqgpu.mma_wait %[[Q]]
// CHECK-DAG:  gqgpu.release %[[R]][%[[S]]]
// CHECK-DAG:  gqgpu.release %[[R]][%[[T]]]
// CHECK:      %[[Y:.*]] = gqgpu.promote %[[W]], %[[X]], %[[X]]
// CHECK-NEXT: scf.yield %[[Y]], %[[C2]], %[[S2]], %[[X2]]
gqgpu.kernel @slots(%n: index, %zero: f32) {
  %r = gqgpu.ring_create : !ring
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %first = gqgpu.cursor : !gqgpu.cursor
  %init = gqgpu.splat %zero : f32 -> !acc
  %s, %e = scf.for %k = %c0 to %n step %c1 iter_args(%a = %init, %c = %first) -> (!acc, !gqgpu.cursor) {
    %next = gqgpu.advance %r[%c] : !ring, !gqgpu.cursor
    %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
    %more = gqgpu.wait %r[%next] : !ring -> !gqgpu.slot
    %x = gqgpu.read_scales %r[%slot] tile 1 cols %c0 block 64 : !ring -> !one
    %p = gqgpu.mma_async %r[%slot] tiles (0, 0) by #wgmma row %c0 k [0, 128] : !ring -> !acc
    %q = gqgpu.mma_async %r[%more] tiles (0, 0) by #wgmma row %c0 k [0, 128] reuse %p accumulate : !acc : !ring -> !acc
    %w = gqgpu.mma_wait %q : !acc
    %y = gqgpu.promote %w, %x, %x into %a : !one, !one, !acc
    gqgpu.release %r[%slot] : !ring
    gqgpu.release %r[%more] : !ring
    %last = gqgpu.advance %r[%next] : !ring, !gqgpu.cursor
    scf.yield %y, %last : !acc, !gqgpu.cursor
  }
  gqgpu.return
}

// A slot that no product reads stays where it is, and so does the first wait.
// CHECK-LABEL: gqgpu.kernel @unread
// CHECK: scf.for
// CHECK: gqgpu.wait %{{.*}} : !ring
// CHECK: gqgpu.mma_wait
// CHECK: gqgpu.wait %{{.*}} : !ring
gqgpu.kernel @unread(%n: index) {
  %r = gqgpu.ring_create : !ring
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %first = gqgpu.cursor : !gqgpu.cursor
  %e = scf.for %k = %c0 to %n step %c1 iter_args(%c = %first) -> (!gqgpu.cursor) {
    %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
    %next = gqgpu.advance %r[%c] : !ring, !gqgpu.cursor
    %more = gqgpu.wait %r[%next] : !ring -> !gqgpu.slot
    %p = gqgpu.mma_async %r[%slot] tiles (0, 0) by #wgmma row %c0 k [0, 128] : !ring -> !acc
    %w = gqgpu.mma_wait %p : !acc
    gqgpu.release %r[%slot] : !ring
    gqgpu.release %r[%more] : !ring
    %last = gqgpu.advance %r[%next] : !ring, !gqgpu.cursor
    scf.yield %last : !gqgpu.cursor
  }
  gqgpu.return
}
