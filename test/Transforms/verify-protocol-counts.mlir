// One test for every diagnostic: as many slots taken as filled.
// RUN: gq-opt %s --gq-verify-protocol --split-input-file --verify-diagnostics

!ring = !gqgpu.ring<4, <64x1xf32>>
gqgpu.kernel @per_tile(%n: index) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  %c8 = arith.constant 8 : index
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      gqgpu.tile_loop (%i) to (%n) step [64] persistent iter_args(%t = %c) -> (!gqgpu.cursor) {
        // expected-error@+1 {{takes 7 slots per tile, the fill role fills 8}}
        %e = scf.for %k = %c0 to %c7 step %c1 iter_args(%p = %t) -> (!gqgpu.cursor) {
          %full = gqgpu.wait %r[%p] : !ring -> !gqgpu.slot
          gqgpu.release %r[%full] : !ring
          %q = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
          scf.yield %q : !gqgpu.cursor
        }
        gqgpu.yield %e : !gqgpu.cursor
      }
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      gqgpu.tile_loop (%i) to (%n) step [64] persistent iter_args(%t = %c) -> (!gqgpu.cursor) {
        %e = scf.for %k = %c0 to %c8 step %c1 iter_args(%p = %t) -> (!gqgpu.cursor) {
          // expected-note@+1 {{filled here}}
          %slot = gqgpu.acquire %r[%p] : !ring -> !gqgpu.slot
          gqgpu.commit %r[%slot] : !ring
          %q = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
          scf.yield %q : !gqgpu.cursor
        }
        gqgpu.yield %e : !gqgpu.cursor
      }
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<4, <64x1xf32>>
gqgpu.kernel @rotated(%n: index) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c8 = arith.constant 8 : index
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %first = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      // expected-error@+1 {{takes 8 slots, the fill role fills 4}}
      %e:2 = scf.for %k = %c0 to %c8 step %c1 iter_args(%p = %c, %full = %first) -> (!gqgpu.cursor, !gqgpu.slot) {
        %q = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
        %k1 = arith.addi %k, %c1 : index
        %more = arith.cmpi slt, %k1, %c8 : index
        %next = gqgpu.wait %r[%q] when %more : !ring -> !gqgpu.slot
        gqgpu.release %r[%full] : !ring
        scf.yield %q, %next : !gqgpu.cursor, !gqgpu.slot
      }
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      scf.for %k = %c0 to %c8 step %c2 iter_args(%p = %c) -> (!gqgpu.cursor) {
        // expected-note@+1 {{filled here}}
        %slot = gqgpu.acquire %r[%p] : !ring -> !gqgpu.slot
        gqgpu.commit %r[%slot] : !ring
        %q = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
        scf.yield %q : !gqgpu.cursor
      }
    }
  }
  gqgpu.return
}

// -----

// The number of steps is not known, but it is the same; each role asks for it itself.
!ring = !gqgpu.ring<4, <64x1xf32>>
gqgpu.kernel @dynamic(%s: memref<?x1xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %n = memref.dim %s, %c0 : memref<?x1xf32>
      // expected-error@+1 {{takes 2 slots per step of its loops, the fill role fills 1}}
      scf.for %k = %c0 to %n step %c1 iter_args(%p = %c) -> (!gqgpu.cursor) {
        %w0 = gqgpu.wait %r[%p] : !ring -> !gqgpu.slot
        gqgpu.release %r[%w0] : !ring
        %q = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
        %w1 = gqgpu.wait %r[%q] : !ring -> !gqgpu.slot
        gqgpu.release %r[%w1] : !ring
        %o = gqgpu.advance %r[%q] : !ring, !gqgpu.cursor
        scf.yield %o : !gqgpu.cursor
      }
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      %n = memref.dim %s, %c0 : memref<?x1xf32>
      scf.for %k = %c0 to %n step %c1 iter_args(%p = %c) -> (!gqgpu.cursor) {
        // expected-note@+1 {{filled here}}
        %slot = gqgpu.acquire %r[%p] : !ring -> !gqgpu.slot
        gqgpu.commit %r[%slot] : !ring
        %q = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
        scf.yield %q : !gqgpu.cursor
      }
    }
  }
  gqgpu.return
}

// -----

// Both sums are left alone: a condition decides.
!ring = !gqgpu.ring<4, <64x1xf32>>
gqgpu.kernel @not_known(%b: i1) attributes {threads = 256} {
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      gqgpu.release %r[%full] : !ring
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
      gqgpu.commit %r[%slot] : !ring
      %q = gqgpu.advance %r[%c] : !ring, !gqgpu.cursor
      scf.if %b {
        %more = gqgpu.acquire %r[%q] : !ring -> !gqgpu.slot
        gqgpu.commit %r[%more] : !ring
      }
    }
  }
  gqgpu.return
}
