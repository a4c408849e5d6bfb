// One test for every diagnostic: roles, and where they start.
// RUN: gq-opt %s --gq-verify-protocol --split-input-file --verify-diagnostics

!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @other_slot() {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %later = gqgpu.cursor {stage = 1 : i64} : !gqgpu.cursor
  // expected-note@+1 {{the producer starts here}}
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  gqgpu.commit %r[%slot] : !ring
  // expected-error@+1 {{starts at slot 1 and parity 0, the producer at slot 0 and parity 0}}
  %full = gqgpu.wait %r[%later] : !ring -> !gqgpu.slot
  gqgpu.release %r[%full] : !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @other_parity(%n: index) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize groups 1 registers (40, 160) producer {
    scf.for %k = %c0 to %n step %c1 iter_args(%p = %c) -> (!gqgpu.cursor) {
      // expected-note@+1 {{the producer starts here}}
      %slot = gqgpu.acquire %r[%p] : !ring -> !gqgpu.slot
      gqgpu.commit %r[%slot] : !ring
      %q = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
      scf.yield %q : !gqgpu.cursor
    }
  } math {
  ^bb0(%g: index):
    %odd = gqgpu.cursor {parity = 1 : i64} : !gqgpu.cursor
    scf.for %k = %c0 to %n step %c1 iter_args(%p = %odd) -> (!gqgpu.cursor) {
      // expected-error@+1 {{starts at slot 0 and parity 1, the producer at slot 0 and parity 0}}
      %full = gqgpu.wait %r[%p] : !ring -> !gqgpu.slot
      gqgpu.release %r[%full] : !ring
      %q = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
      scf.yield %q : !gqgpu.cursor
    }
  }
  gqgpu.return
}

// -----

// One starts later, the other advances first: the same slot.
!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @same_slot() {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %later = gqgpu.cursor {stage = 1 : i64} : !gqgpu.cursor
  %d = gqgpu.advance %r[%c] : !ring, !gqgpu.cursor
  %slot = gqgpu.acquire %r[%d] : !ring -> !gqgpu.slot
  gqgpu.commit %r[%slot] : !ring
  %full = gqgpu.wait %r[%later] : !ring -> !gqgpu.slot
  gqgpu.release %r[%full] : !ring
  gqgpu.return
}

// -----

// Each is regular in itself.
!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @other_stride(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  scf.for %k = %c0 to %n step %c1 iter_args(%p = %c, %u = %c) -> (!gqgpu.cursor, !gqgpu.cursor) {
    // expected-note@+1 {{the producer takes its slots here}}
    %slot = gqgpu.acquire %r[%p] : !ring -> !gqgpu.slot
    gqgpu.commit %r[%slot] : !ring
    // expected-error@+1 {{advances by 1 in each step, the producer by 2}}
    %full = gqgpu.wait %r[%u] : !ring -> !gqgpu.slot
    gqgpu.release %r[%full] : !ring
    %q = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
    %o = gqgpu.advance %r[%q] : !ring, !gqgpu.cursor
    %v = gqgpu.advance %r[%u] : !ring, !gqgpu.cursor
    scf.yield %o, %v : !gqgpu.cursor, !gqgpu.cursor
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @swapped() attributes {threads = 256} {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize groups 1 registers (40, 160) producer {
    // expected-error@+1 {{expects to be in the math region of a warp_specialize}}
    %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
    // expected-error@+1 {{expects to be in the math region of a warp_specialize}}
    gqgpu.release %r[%full] : !ring
  } math {
  ^bb0(%g: index):
    // expected-error@+1 {{expects to be in the producer region of a warp_specialize}}
    %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
    // expected-error@+1 {{expects to be in the producer region of a warp_specialize}}
    gqgpu.commit %r[%slot] : !ring
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @alone(%b: i1) {
  // expected-note@+1 {{the ring}}
  %r = gqgpu.ring_create : !ring
  // expected-note@+1 {{the ring}}
  %o = gqgpu.ring_create : !ring
  %maybe = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  // expected-error@+1 {{fills slots of a ring that nobody waits for}}
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  gqgpu.commit %r[%slot] : !ring
  // expected-error@+1 {{waits for slots of a ring that nobody fills}}
  %full = gqgpu.wait %o[%c] : !ring -> !gqgpu.slot
  gqgpu.release %o[%full] : !ring
  // Whether this one waits is not known.
  %some = gqgpu.wait %maybe[%c] when %b : !ring -> !gqgpu.slot
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @both_late() {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor {parity = 1 : i64} : !gqgpu.cursor
  // expected-error@+1 {{starts in a round of parity 1, which a fresh ring has not come to; expects parity 0}}
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  gqgpu.commit %r[%slot] : !ring
  %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  gqgpu.release %r[%full] : !ring
  gqgpu.return
}
