// More kernels that keep to the protocol, in forms that no pass makes.
// RUN: gq-opt %s --gq-verify-protocol -o /dev/null
// RUN: gq-opt %s --canonicalize --cse --gq-verify-protocol -o /dev/null

!two = !gqgpu.ring<2, <64x1xf32>>
!four = !gqgpu.ring<4, <64x1xf32>>
!r3 = !gqgpu.ring<3, <64x128xf8E4M3FN, swizzle = 128>>
!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!one = !gqgpu.fragment<1x1xf32, #gqgpu.mma>

// One flow that fills two slots ahead.
gqgpu.kernel @prologue(%s: memref<?x1xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c8 = arith.constant 8 : index
  %r = gqgpu.ring_create : !four
  %c = gqgpu.cursor : !gqgpu.cursor
  %p0 = scf.for %k = %c0 to %c2 step %c1 iter_args(%p = %c) -> (!gqgpu.cursor) {
    %slot = gqgpu.acquire %r[%p] : !four -> !gqgpu.slot
    gqgpu.commit %r[%slot] : !four
    %q = gqgpu.advance %r[%p] : !four, !gqgpu.cursor
    scf.yield %q : !gqgpu.cursor
  }
  %e:2 = scf.for %k = %c2 to %c8 step %c1 iter_args(%p = %p0, %u = %c) -> (!gqgpu.cursor, !gqgpu.cursor) {
    %slot = gqgpu.acquire %r[%p] : !four -> !gqgpu.slot
    gqgpu.commit %r[%slot] : !four
    %q = gqgpu.advance %r[%p] : !four, !gqgpu.cursor
    %w = gqgpu.wait %r[%u] : !four -> !gqgpu.slot
    gqgpu.release %r[%w] : !four
    %v = gqgpu.advance %r[%u] : !four, !gqgpu.cursor
    scf.yield %q, %v : !gqgpu.cursor, !gqgpu.cursor
  }
  %f = scf.for %k = %c0 to %c2 step %c1 iter_args(%u = %e#1) -> (!gqgpu.cursor) {
    %w = gqgpu.wait %r[%u] : !four -> !gqgpu.slot
    gqgpu.release %r[%w] : !four
    %v = gqgpu.advance %r[%u] : !four, !gqgpu.cursor
    scf.yield %v : !gqgpu.cursor
  }
  gqgpu.return
}

// A product in flight and its slot go to the next step, which releases it.
gqgpu.kernel @deferred(%a: memref<?x128xf8E4M3FN>, %x: f32, %n: index, %d: memref<?x64xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %r = gqgpu.ring_create bytes 8192 filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 4 : !r3
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %one = gqgpu.splat %x : f32 -> !one
      %zero = gqgpu.splat %x : f32 -> !acc
      %s0 = gqgpu.wait %r[%c] : !r3 -> !gqgpu.slot
      %p0 = gqgpu.mma_async %r[%s0] tiles (0, 0) by #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32> row %c0 k [0, 128] : !r3 -> !acc
      %u0 = gqgpu.advance %r[%c] : !r3, !gqgpu.cursor
      %e:4 = scf.for %k = %c1 to %c8 step %c1 iter_args(%u = %u0, %prev = %s0, %pp = %p0, %acc = %zero) -> (!gqgpu.cursor, !gqgpu.slot, !acc, !acc) {
        %s = gqgpu.wait %r[%u] : !r3 -> !gqgpu.slot
        %w = gqgpu.mma_wait %pp : !acc
        gqgpu.release %r[%prev] : !r3
        %p = gqgpu.mma_async %r[%s] tiles (0, 0) by #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32> row %c0 k [0, 128] : !r3 -> !acc
        %y = gqgpu.promote %w, %one, %one into %acc : !one, !one, !acc
        %v = gqgpu.advance %r[%u] : !r3, !gqgpu.cursor
        scf.yield %v, %s, %p, %y : !gqgpu.cursor, !gqgpu.slot, !acc, !acc
      }
      %w = gqgpu.mma_wait %e#2 : !acc
      gqgpu.release %r[%e#1] : !r3
      %y = gqgpu.promote %w, %one, %one into %e#3 : !one, !one, !acc
      gqgpu.store_fragment %y, %d[%c0, %c0] : !acc, memref<?x64xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      scf.for %k = %c0 to %c8 step %c1 iter_args(%p = %c) -> (!gqgpu.cursor) {
        %slot = gqgpu.acquire %r[%p] : !r3 -> !gqgpu.slot
        gqgpu.tma_load %a[%k, %c0] -> %r[%slot] tile 0 : memref<?x128xf8E4M3FN>, !r3
        gqgpu.commit %r[%slot] : !r3
        %q = gqgpu.advance %r[%p] : !r3, !gqgpu.cursor
        scf.yield %q : !gqgpu.cursor
      }
    }
  }
  gqgpu.return
}

// The same condition in both roles decides whether a tile takes a slot.
gqgpu.kernel @peeled(%s: memref<?x1xf32>, %n: index, %b: i1) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 4 : !two
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      gqgpu.tile_loop (%i) to (%n) step [64] persistent iter_args(%t = %c) -> (!gqgpu.cursor) {
        %w = gqgpu.wait %r[%t] when %b : !two -> !gqgpu.slot
        scf.if %b {
          %x = gqgpu.slot_read %r[%w] tile 0 : !two -> tensor<64x1xf32>
          gqgpu.release %r[%w] : !two
        }
        %v = gqgpu.advance %r[%t] : !two, !gqgpu.cursor
        %q = arith.select %b, %v, %t : !gqgpu.cursor
        gqgpu.yield %q : !gqgpu.cursor
      }
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      gqgpu.tile_loop (%i) to (%n) step [64] persistent iter_args(%t = %c) -> (!gqgpu.cursor) {
        %q = scf.if %b -> (!gqgpu.cursor) {
          %slot = gqgpu.acquire %r[%t] : !two -> !gqgpu.slot
          gqgpu.copy_load %s[%i, %c0] -> %r[%slot] tile 0 : memref<?x1xf32>, !two
          gqgpu.commit %r[%slot] : !two
          %v = gqgpu.advance %r[%t] : !two, !gqgpu.cursor
          scf.yield %v : !gqgpu.cursor
        } else {
          scf.yield %t : !gqgpu.cursor
        }
        gqgpu.yield %q : !gqgpu.cursor
      }
    }
  }
  gqgpu.return
}

// Every path commits and releases, though not every branch does.
gqgpu.kernel @nested(%s: memref<?x1xf32>, %i: index, %b: i1, %e: i1) {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create : !two
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !two -> !gqgpu.slot
  scf.if %b {
    scf.if %e {
      gqgpu.commit %r[%slot] : !two
    } else {
      gqgpu.copy_load %s[%i, %c0] -> %r[%slot] tile 0 : memref<?x1xf32>, !two
      gqgpu.commit %r[%slot] : !two
    }
  } else {
    gqgpu.commit %r[%slot] : !two
  }
  %w = gqgpu.wait %r[%c] : !two -> !gqgpu.slot
  %x = gqgpu.slot_read %r[%w] tile 0 : !two -> tensor<64x1xf32>
  scf.if %b {
    gqgpu.release %r[%w] : !two
  }
  %nb = arith.constant true
  %not = arith.xori %b, %nb : i1
  scf.if %not {
    gqgpu.release %r[%w] : !two
  }
  gqgpu.return
}

// Two slots ahead: they change places from step to step.
gqgpu.kernel @two_ahead(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c8 = arith.constant 8 : index
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 4 : !four
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %s0 = gqgpu.wait %r[%c] : !four -> !gqgpu.slot
      %u1 = gqgpu.advance %r[%c] : !four, !gqgpu.cursor
      %s1 = gqgpu.wait %r[%u1] : !four -> !gqgpu.slot
      %u2 = gqgpu.advance %r[%u1] : !four, !gqgpu.cursor
      %e:3 = scf.for %k = %c2 to %c8 step %c1 iter_args(%u = %u2, %cur = %s0, %next = %s1) -> (!gqgpu.cursor, !gqgpu.slot, !gqgpu.slot) {
        %new = gqgpu.wait %r[%u] : !four -> !gqgpu.slot
        gqgpu.release %r[%cur] : !four
        %v = gqgpu.advance %r[%u] : !four, !gqgpu.cursor
        scf.yield %v, %next, %new : !gqgpu.cursor, !gqgpu.slot, !gqgpu.slot
      }
      gqgpu.release %r[%e#1] : !four
      gqgpu.release %r[%e#2] : !four
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      scf.for %k = %c0 to %c8 step %c1 iter_args(%p = %c) -> (!gqgpu.cursor) {
        %slot = gqgpu.acquire %r[%p] : !four -> !gqgpu.slot
        gqgpu.commit %r[%slot] : !four
        %q = gqgpu.advance %r[%p] : !four, !gqgpu.cursor
        scf.yield %q : !gqgpu.cursor
      }
    }
  }
  gqgpu.return
}
