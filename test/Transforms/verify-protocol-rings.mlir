// One test for every diagnostic: two rings.
// RUN: gq-opt %s --gq-verify-protocol --split-input-file --verify-diagnostics

!two = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @other_ring() {
  %r = gqgpu.ring_create : !two
  %o = gqgpu.ring_create : !two
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !two -> !gqgpu.slot
  gqgpu.commit %r[%slot] : !two
  // Rings with as many slots may share a cursor.
  %s = gqgpu.acquire %o[%c] : !two -> !gqgpu.slot
  gqgpu.commit %o[%s] : !two
  %w = gqgpu.wait %o[%c] : !two -> !gqgpu.slot
  gqgpu.release %o[%w] : !two
  // expected-note@+1 {{the slot is taken from its ring here}}
  %full = gqgpu.wait %r[%c] : !two -> !gqgpu.slot
  // expected-error@+1 {{uses a slot of another ring}}
  gqgpu.release %o[%full] : !two
  gqgpu.return
}

// -----

!two = !gqgpu.ring<2, <64x1xf32>>
!four = !gqgpu.ring<4, <64x1xf32>>
gqgpu.kernel @not_wrapped(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = gqgpu.ring_create : !two
  %o = gqgpu.ring_create : !four
  %c = gqgpu.cursor : !gqgpu.cursor
  scf.for %k = %c0 to %n step %c1 iter_args(%p = %c) -> (!gqgpu.cursor) {
    // expected-error@+1 {{uses a ring of 2 slots with a cursor that is advanced on one of 4}}
    %slot = gqgpu.acquire %r[%p] : !two -> !gqgpu.slot
    gqgpu.commit %r[%slot] : !two
    // expected-note@+1 {{advanced here}}
    %q = gqgpu.advance %o[%p] : !four, !gqgpu.cursor
    scf.yield %q : !gqgpu.cursor
  }
  scf.for %k = %c0 to %n step %c1 iter_args(%p = %c) -> (!gqgpu.cursor) {
    %full = gqgpu.wait %r[%p] : !two -> !gqgpu.slot
    gqgpu.release %r[%full] : !two
    %q = gqgpu.advance %r[%p] : !two, !gqgpu.cursor
    scf.yield %q : !gqgpu.cursor
  }
  gqgpu.return
}

// -----

!two = !gqgpu.ring<2, <64x1xf32>>
!four = !gqgpu.ring<4, <64x1xf32>>
gqgpu.kernel @straight_on(%b: i1) {
  %r = gqgpu.ring_create : !two
  %o = gqgpu.ring_create : !four
  %c = gqgpu.cursor : !gqgpu.cursor
  %s0 = gqgpu.acquire %r[%c] : !two -> !gqgpu.slot
  gqgpu.commit %r[%s0] : !two
  %d = gqgpu.advance %o[%c] : !four, !gqgpu.cursor
  // Still the same slot of either ring.
  %s1 = gqgpu.acquire %r[%d] : !two -> !gqgpu.slot
  gqgpu.commit %r[%s1] : !two
  // expected-note@+1 {{advanced here}}
  %e = gqgpu.advance %o[%d] : !four, !gqgpu.cursor
  // expected-error@+1 {{uses a ring of 2 slots with a cursor that is advanced on one of 4}}
  %s2 = gqgpu.acquire %r[%e] : !two -> !gqgpu.slot
  gqgpu.commit %r[%s2] : !two
  %w = gqgpu.wait %r[%c] when %b : !two -> !gqgpu.slot
  gqgpu.release %r[%w] : !two
  gqgpu.return
}

// -----

!two = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @starts_outside(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = gqgpu.ring_create : !two
  // expected-note@+1 {{the cursor starts here}}
  %c = gqgpu.cursor {stage = 2 : i64} : !gqgpu.cursor
  // expected-error@+1 {{expects a slot below 2, the cursor starts at slot 2}}
  %slot = gqgpu.acquire %r[%c] : !two -> !gqgpu.slot
  gqgpu.commit %r[%slot] : !two
  scf.for %k = %c0 to %n step %c1 iter_args(%p = %c) -> (!gqgpu.cursor) {
    // expected-error@+1 {{expects a slot below 2, the cursor starts at slot 2}}
    %q = gqgpu.advance %r[%p] : !two, !gqgpu.cursor
    %full = gqgpu.wait %r[%q] : !two -> !gqgpu.slot
    gqgpu.release %r[%full] : !two
    scf.yield %q : !gqgpu.cursor
  }
  gqgpu.return
}
