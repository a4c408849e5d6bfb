// Roles over tiles of three dimensions, as those of a batch.
// RUN: gq-opt %s --gq-verify-protocol --split-input-file --verify-diagnostics

!ring = !gqgpu.ring<4, <64x1xf32>>
gqgpu.kernel @same(%n: index) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c7 = arith.constant 7 : index
  %c8 = arith.constant 8 : index
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      gqgpu.tile_loop (%s, %i, %j) to (%c3, %n, %n) step [1, 64, 64] persistent iter_args(%t = %c) -> (!gqgpu.cursor) {
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
      gqgpu.tile_loop (%s, %i, %j) to (%c3, %n, %n) step [1, 64, 64] persistent iter_args(%t = %c) -> (!gqgpu.cursor) {
        %e = scf.for %k = %c0 to %c7 step %c1 iter_args(%p = %t) -> (!gqgpu.cursor) {
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

// One role goes over fewer matrices of the batch.
!ring = !gqgpu.ring<4, <64x1xf32>>
// expected-note@+2 {{the fill role has finished}}
// expected-note@+1 {{with operands whose dynamic sizes are 1000}}
gqgpu.kernel @fewer(%n: index) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c7 = arith.constant 7 : index
  %c8 = arith.constant 8 : index
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      gqgpu.tile_loop (%s, %i, %j) to (%c3, %n, %n) step [1, 64, 64] persistent iter_args(%t = %c) -> (!gqgpu.cursor) {
        %e = scf.for %k = %c0 to %c7 step %c1 iter_args(%p = %t) -> (!gqgpu.cursor) {
          // expected-error@+1 {{'gqgpu.wait' op never returns, a deadlock: math group 0 waits for the fill role to commit slot 0 in round 896}}
          %full = gqgpu.wait %r[%p] : !ring -> !gqgpu.slot
          gqgpu.release %r[%full] : !ring
          %q = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
          scf.yield %q : !gqgpu.cursor
        }
        gqgpu.yield %e : !gqgpu.cursor
      }
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      gqgpu.tile_loop (%s, %i, %j) to (%c2, %n, %n) step [1, 64, 64] persistent iter_args(%t = %c) -> (!gqgpu.cursor) {
        %e = scf.for %k = %c0 to %c7 step %c1 iter_args(%p = %t) -> (!gqgpu.cursor) {
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
gqgpu.kernel @per_tile(%n: index) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c7 = arith.constant 7 : index
  %c8 = arith.constant 8 : index
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      gqgpu.tile_loop (%s, %i, %j) to (%c3, %n, %n) step [1, 64, 64] persistent iter_args(%t = %c) -> (!gqgpu.cursor) {
        // expected-error@+1 {{'scf.for' op takes 7 slots per tile, the fill role fills 8}}
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
      gqgpu.tile_loop (%s, %i, %j) to (%c3, %n, %n) step [1, 64, 64] persistent iter_args(%t = %c) -> (!gqgpu.cursor) {
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
