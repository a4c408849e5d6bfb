// Cursors and slots that look wrong and are not.
// RUN: gq-opt %s --gq-verify-protocol -o /dev/null
// RUN: gq-opt %s --canonicalize --cse --gq-verify-protocol -o /dev/null

!two = !gqgpu.ring<2, <64x1xf32>>
!four = !gqgpu.ring<4, <64x1xf32>>

// One tile for each thread block: the cursor need not be carried.
gqgpu.kernel @not_persistent(%n: index) {
  %r = gqgpu.ring_create : !two
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.tile_loop (%i) to (%n) step [64] {
    %slot = gqgpu.acquire %r[%c] : !two -> !gqgpu.slot
    gqgpu.commit %r[%slot] : !two
    %full = gqgpu.wait %r[%c] : !two -> !gqgpu.slot
    gqgpu.release %r[%full] : !two
  }
  gqgpu.return
}

// Four steps through two slots: the next tile starts where this one did.
gqgpu.kernel @comes_round(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %r = gqgpu.ring_create : !two
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.tile_loop (%i) to (%n) step [64] persistent {
    %e = scf.for %k = %c0 to %c4 step %c1 iter_args(%p = %c) -> (!gqgpu.cursor) {
      %slot = gqgpu.acquire %r[%p] : !two -> !gqgpu.slot
      gqgpu.commit %r[%slot] : !two
      %full = gqgpu.wait %r[%p] : !two -> !gqgpu.slot
      gqgpu.release %r[%full] : !two
      %q = gqgpu.advance %r[%p] : !two, !gqgpu.cursor
      scf.yield %q : !gqgpu.cursor
    }
  }
  gqgpu.return
}

// Every second slot of four is left alone, in each round the same ones.
gqgpu.kernel @every_second(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = gqgpu.ring_create : !four
  %c = gqgpu.cursor : !gqgpu.cursor
  scf.for %k = %c0 to %n step %c1 iter_args(%p = %c) -> (!gqgpu.cursor) {
    %slot = gqgpu.acquire %r[%p] : !four -> !gqgpu.slot
    gqgpu.commit %r[%slot] : !four
    %full = gqgpu.wait %r[%p] : !four -> !gqgpu.slot
    gqgpu.release %r[%full] : !four
    %q = gqgpu.advance %r[%p] : !four, !gqgpu.cursor
    %o = gqgpu.advance %r[%q] : !four, !gqgpu.cursor
    scf.yield %o : !gqgpu.cursor
  }
  gqgpu.return
}

// Two slots in one step; the second is taken only if there is one.
gqgpu.kernel @unrolled(%n: index, %b: i1) {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %r = gqgpu.ring_create : !four
  %c = gqgpu.cursor : !gqgpu.cursor
  scf.for %k = %c0 to %n step %c2 iter_args(%p = %c) -> (!gqgpu.cursor) {
    %s0 = gqgpu.acquire %r[%p] : !four -> !gqgpu.slot
    gqgpu.commit %r[%s0] : !four
    %w0 = gqgpu.wait %r[%p] : !four -> !gqgpu.slot
    gqgpu.release %r[%w0] : !four
    %q = gqgpu.advance %r[%p] : !four, !gqgpu.cursor
    %o = scf.if %b -> (!gqgpu.cursor) {
      %s1 = gqgpu.acquire %r[%q] : !four -> !gqgpu.slot
      gqgpu.commit %r[%s1] : !four
      %w1 = gqgpu.wait %r[%q] : !four -> !gqgpu.slot
      gqgpu.release %r[%w1] : !four
      %next = gqgpu.advance %r[%q] : !four, !gqgpu.cursor
      scf.yield %next : !gqgpu.cursor
    } else {
      scf.yield %q : !gqgpu.cursor
    }
    scf.yield %o : !gqgpu.cursor
  }
  gqgpu.return
}

// Committed in the last step of a loop; read through a loop that passes it on.
gqgpu.kernel @last_iter(%s: memref<?x1xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = gqgpu.ring_create : !two
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !two -> !gqgpu.slot
  scf.for %k = %c0 to %n step %c1 {
    %k1 = arith.addi %k, %c1 : index
    %last = arith.cmpi eq, %k1, %n : index
    scf.if %last {
      gqgpu.commit %r[%slot] : !two
    }
  }
  %w = gqgpu.wait %r[%c] : !two -> !gqgpu.slot
  %z = scf.for %k = %c0 to %n step %c1 iter_args(%a = %w) -> (!gqgpu.slot) {
    %x = gqgpu.slot_read %r[%a] tile 0 : !two -> tensor<64x1xf32>
    scf.yield %a : !gqgpu.slot
  }
  gqgpu.release %r[%z] : !two
  gqgpu.return
}
