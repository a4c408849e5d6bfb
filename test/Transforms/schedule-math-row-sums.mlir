// Rows are added up under the last product of their step, and the slot is released behind that; where
// a product is waited for before the last one starts, they stay.
// RUN: gq-opt %s --gq-schedule-math | FileCheck %s
// RUN: gq-opt %s --gq-schedule-math --remarks-filter=gq-schedule-math -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// REMARK: [Passed] row sums {{.*}}adds up rows under the product of their step

!ring = !gqgpu.ring<4, <64x128xi8, swizzle = 128>>
!acc = !gqgpu.fragment<64x64xi32, #gqgpu.mma>
#wgmma = #gqgpu.wgmma<m = 64, n = 64, k = 32, a = i8, b = i8, acc = i32>

// CHECK-LABEL: gqgpu.kernel @under
// CHECK: scf.for
// CHECK: %[[P:.*]] = gqgpu.mma_async
// CHECK: gqgpu.wait
// CHECK: %[[X:.*]] = gqgpu.sum_slot_rows %{{.*}}[%[[SLOT:.*]]] tile 0 rows
// CHECK-NEXT: gqgpu.sum_slot_rows %{{.*}}[%[[SLOT]]] tile 0 rows %{{.*}} into %[[X]]
// CHECK-NEXT: gqgpu.mma_wait %[[P]]
// CHECK-NEXT: gqgpu.release %{{.*}}[%[[SLOT]]]
gqgpu.kernel @under(%n: index, %zero: i32) {
  %a = gqgpu.splat %zero : i32 -> !acc
  %r = gqgpu.ring_create : !ring
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %first = gqgpu.cursor : !gqgpu.cursor
  %z = gqgpu.zero_sums rows : !gqgpu.row_sums
  %e:3 = scf.for %k = %c0 to %n step %c1 iter_args(%acc = %a, %s = %z, %c = %first) -> (!acc, !gqgpu.row_sums, !gqgpu.cursor) {
    %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
    %p = gqgpu.mma_async %r[%slot] tiles (0, 0) by #wgmma row %c0 k [0, 128] reuse %acc accumulate : !acc : !ring -> !acc
    %w = gqgpu.mma_wait %p : !acc
    %x = gqgpu.sum_slot_rows %r[%slot] tile 0 rows %c0 k [0, 128] into %s : !ring
    %y = gqgpu.sum_slot_rows %r[%slot] tile 0 rows %c0 k [0, 128] into %x : !ring
    gqgpu.release %r[%slot] : !ring
    %next = gqgpu.advance %r[%c] : !ring, !gqgpu.cursor
    scf.yield %w, %y, %next : !acc, !gqgpu.row_sums, !gqgpu.cursor
  }
  gqgpu.return
}

// CHECK-LABEL: gqgpu.kernel @turns
// CHECK: scf.for
// CHECK: gqgpu.mma_async
// CHECK: gqgpu.mma_wait
// CHECK: gqgpu.mma_async
// CHECK: gqgpu.mma_wait
// CHECK-NEXT: gqgpu.sum_slot_rows
// CHECK-NEXT: gqgpu.release
gqgpu.kernel @turns(%n: index) {
  %z = gqgpu.zero_sums rows : !gqgpu.row_sums
  %r = gqgpu.ring_create : !ring
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %first = gqgpu.cursor : !gqgpu.cursor
  %e:2 = scf.for %k = %c0 to %n step %c1 iter_args(%s = %z, %c = %first) -> (!gqgpu.row_sums, !gqgpu.cursor) {
    %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
    %p = gqgpu.mma_async %r[%slot] tiles (0, 0) by #wgmma row %c0 k [0, 128] : !ring -> !acc
    %w = gqgpu.mma_wait %p : !acc
    %q = gqgpu.mma_async %r[%slot] tiles (0, 0) by #wgmma row %c0 k [0, 128] : !ring -> !acc
    %v = gqgpu.mma_wait %q : !acc
    %x = gqgpu.sum_slot_rows %r[%slot] tile 0 rows %c0 k [0, 128] into %s : !ring
    gqgpu.release %r[%slot] : !ring
    %next = gqgpu.advance %r[%c] : !ring, !gqgpu.cursor
    scf.yield %x, %next : !gqgpu.row_sums, !gqgpu.cursor
  }
  gqgpu.return
}
