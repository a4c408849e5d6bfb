// One test for every diagnostic: cursors and loops.
// RUN: gq-opt %s --gq-verify-protocol --split-input-file --verify-diagnostics

!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @acquired_again(%s: memref<?x1xf32>, %i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  // expected-note@+1 {{acquired here}}
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  gqgpu.commit %r[%slot] : !ring
  // expected-error@+1 {{takes a slot that is acquired already; expects an advance of the cursor between}}
  %more = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  gqgpu.commit %r[%more] : !ring
  // expected-note@+1 {{waited for here}}
  %w0 = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  gqgpu.release %r[%w0] : !ring
  // expected-error@+1 {{takes a slot that is waited for already}}
  %w1 = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  gqgpu.release %r[%w1] : !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @captured_by_loop(%s: memref<?x1xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = gqgpu.ring_create : !ring
  // expected-note@+1 {{the cursor comes from here}}
  %c = gqgpu.cursor : !gqgpu.cursor
  %e = scf.for %k = %c0 to %n step %c1 iter_args(%p = %c) -> (!gqgpu.cursor) {
    %slot = gqgpu.acquire %r[%p] : !ring -> !gqgpu.slot
    gqgpu.commit %r[%slot] : !ring
    %q = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
    scf.yield %q : !gqgpu.cursor
  }
  // expected-note@+1 {{the loop}}
  scf.for %k = %c0 to %n step %c1 {
    // expected-error@+1 {{starts every iteration at the same slot; expects a cursor that the loop carries}}
    %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
    gqgpu.release %r[%slot] : !ring
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @captured_by_tiles(%s: memref<?x1xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.tile_loop (%i) to (%n) step [64] persistent iter_args(%t = %c) -> (!gqgpu.cursor) {
    // Three slots of two: the next tile starts elsewhere.
    %e = scf.for %k = %c0 to %c3 step %c1 iter_args(%p = %t) -> (!gqgpu.cursor) {
      // expected-note@+1 {{a slot is acquired here}}
      %slot = gqgpu.acquire %r[%p] : !ring -> !gqgpu.slot
      gqgpu.commit %r[%slot] : !ring
      %full = gqgpu.wait %r[%p] : !ring -> !gqgpu.slot
      gqgpu.release %r[%full] : !ring
      %q = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
      scf.yield %q : !gqgpu.cursor
    }
    // expected-error@+1 {{hands on a cursor that the body does not advance, operand 0}}
    gqgpu.yield %t : !gqgpu.cursor
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @fresh_cursor(%s: memref<?x1xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %e:2 = scf.for %k = %c0 to %n step %c1 iter_args(%p = %c, %u = %c) -> (!gqgpu.cursor, !gqgpu.cursor) {
    // expected-note@+1 {{a slot is acquired here}}
    %slot = gqgpu.acquire %r[%p] : !ring -> !gqgpu.slot
    gqgpu.commit %r[%slot] : !ring
    // expected-note@+1 {{a slot is waited for here}}
    %full = gqgpu.wait %r[%u] : !ring -> !gqgpu.slot
    gqgpu.release %r[%full] : !ring
    %fresh = gqgpu.cursor : !gqgpu.cursor
    // expected-error@+2 {{hands on a cursor that does not come from the body's own, operand 0}}
    // expected-error@+1 {{hands on a cursor that does not come from the body's own, operand 1}}
    scf.yield %fresh, %c : !gqgpu.cursor, !gqgpu.cursor
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<3, <64x1xf32>>
gqgpu.kernel @steps(%m: index, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %e = scf.for %k = %c0 to %n step %c1 iter_args(%p = %c) -> (!gqgpu.cursor) {
    // expected-note@+1 {{the last one is acquired here}}
    %slot = gqgpu.acquire %r[%p] : !ring -> !gqgpu.slot
    gqgpu.commit %r[%slot] : !ring
    %q = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
    %o = gqgpu.advance %r[%q] : !ring, !gqgpu.cursor
    // expected-error@+1 {{hands on a cursor after 2 advances, 1 slot is acquired in the body}}
    scf.yield %o : !gqgpu.cursor
  }
  %f = scf.for %k = %c0 to %m step %c1 iter_args(%p = %c) -> (!gqgpu.cursor) {
    %w0 = gqgpu.wait %r[%p] : !ring -> !gqgpu.slot
    gqgpu.release %r[%w0] : !ring
    %q = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
    // expected-note@+1 {{the last one is waited for here}}
    %w1 = gqgpu.wait %r[%q] : !ring -> !gqgpu.slot
    gqgpu.release %r[%w1] : !ring
    // expected-error@+1 {{hands on a cursor after 1 advance, 2 slots are waited for in the body}}
    scf.yield %q : !gqgpu.cursor
  }
  gqgpu.return
}
