// Kernels written by hand that keep to the protocol: nothing is reported, nothing changes.
// RUN: gq-opt %s -o %t.before
// RUN: gq-opt %s --gq-verify-protocol -o %t.after
// RUN: diff %t.before %t.after
// RUN: gq-opt %s --canonicalize --cse --gq-verify-protocol -o /dev/null
// The product in every form.
// RUN: gq-opt %S/Inputs/tiles.mlir --gq-verify-protocol --gq-pipeline-stages --gq-verify-protocol --gq-warp-specialize --gq-split-copies --gq-verify-protocol \
// RUN:   --gq-distribute --gq-verify-protocol --canonicalize --cse --gq-expand-reductions --gq-stage-stores --gq-verify-protocol \
// RUN:   --gq-schedule-math --gq-verify-protocol --canonicalize --cse --gq-verify-protocol -o /dev/null
// RUN: gq-opt %S/Inputs/tiles.mlir --gq-pipeline-stages --canonicalize --cse --gq-verify-protocol -o /dev/null

!two = !gqgpu.ring<2, <64x1xf32>>
!four = !gqgpu.ring<4, <64x1xf32>>

// Two rings; each role advances their cursors in its own order.
gqgpu.kernel @two_rings(%s: memref<?x1xf32>, %m: index, %n: index) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 4 : !two
  %o = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 4 : !four
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      gqgpu.tile_loop (%i) to (%m) step [64] persistent iter_args(%u = %c, %t = %c) -> (!gqgpu.cursor, !gqgpu.cursor) {
        %whole = gqgpu.wait %o[%t] : !four -> !gqgpu.slot
        %e = scf.for %k = %c0 to %n step %c1 iter_args(%p = %u) -> (!gqgpu.cursor) {
          %full = gqgpu.wait %r[%p] : !two -> !gqgpu.slot
          %x = gqgpu.slot_read %r[%full] tile 0 : !two -> tensor<64x1xf32>
          // The slot from outside is read in each step and released once.
          %y = gqgpu.slot_read %o[%whole] tile 0 : !four -> tensor<64x1xf32>
          gqgpu.release %r[%full] : !two
          %q = gqgpu.advance %r[%p] : !two, !gqgpu.cursor
          scf.yield %q : !gqgpu.cursor
        }
        gqgpu.release %o[%whole] : !four
        %v = gqgpu.advance %o[%t] : !four, !gqgpu.cursor
        gqgpu.yield %e, %v : !gqgpu.cursor, !gqgpu.cursor
      }
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      gqgpu.tile_loop (%i) to (%m) step [64] persistent iter_args(%t = %c, %u = %c) -> (!gqgpu.cursor, !gqgpu.cursor) {
        // A slot for the whole tile, and one for each step.
        %whole = gqgpu.acquire %o[%t] : !four -> !gqgpu.slot
        gqgpu.copy_load %s[%i, %c0] -> %o[%whole] tile 0 : memref<?x1xf32>, !four
        gqgpu.commit %o[%whole] : !four
        %e = scf.for %k = %c0 to %n step %c1 iter_args(%p = %u) -> (!gqgpu.cursor) {
          %slot = gqgpu.acquire %r[%p] : !two -> !gqgpu.slot
          gqgpu.copy_load %s[%k, %c0] -> %r[%slot] tile 0 : memref<?x1xf32>, !two
          gqgpu.commit %r[%slot] : !two
          %q = gqgpu.advance %r[%p] : !two, !gqgpu.cursor
          scf.yield %q : !gqgpu.cursor
        }
        %v = gqgpu.advance %o[%t] : !four, !gqgpu.cursor
        gqgpu.yield %v, %e : !gqgpu.cursor, !gqgpu.cursor
      }
    }
  }
  gqgpu.return
}

// Rings with as many slots may share a cursor.
gqgpu.kernel @shared_cursor(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = gqgpu.ring_create : !two
  %o = gqgpu.ring_create : !two
  %c = gqgpu.cursor : !gqgpu.cursor
  scf.for %k = %c0 to %n step %c1 iter_args(%p = %c) -> (!gqgpu.cursor) {
    %a = gqgpu.acquire %r[%p] : !two -> !gqgpu.slot
    %b = gqgpu.acquire %o[%p] : !two -> !gqgpu.slot
    gqgpu.commit %o[%b] : !two
    gqgpu.commit %r[%a] : !two
    %x = gqgpu.wait %r[%p] : !two -> !gqgpu.slot
    %y = gqgpu.wait %o[%p] : !two -> !gqgpu.slot
    gqgpu.release %r[%x] : !two
    gqgpu.release %o[%y] : !two
    %q = gqgpu.advance %o[%p] : !two, !gqgpu.cursor
    scf.yield %q : !gqgpu.cursor
  }
  gqgpu.return
}

// Loops in loops; a commit and a release in both branches; reads under a condition.
gqgpu.kernel @branches(%s: memref<?x1xf32>, %n: index, %b: i1) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 4 : !two
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      scf.for %k = %c0 to %n step %c1 iter_args(%t = %c) -> (!gqgpu.cursor) {
        %e = scf.for %l = %c0 to %c3 step %c1 iter_args(%p = %t) -> (!gqgpu.cursor) {
          %full = gqgpu.wait %r[%p] : !two -> !gqgpu.slot
          scf.if %b {
            %x = gqgpu.slot_read %r[%full] tile 0 : !two -> tensor<64x1xf32>
            gqgpu.release %r[%full] : !two
          } else {
            gqgpu.release %r[%full] : !two
          }
          %q = gqgpu.advance %r[%p] : !two, !gqgpu.cursor
          scf.yield %q : !gqgpu.cursor
        }
        scf.yield %e : !gqgpu.cursor
      }
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      scf.for %k = %c0 to %n step %c1 iter_args(%t = %c) -> (!gqgpu.cursor) {
        %e = scf.for %l = %c0 to %c3 step %c1 iter_args(%p = %t) -> (!gqgpu.cursor) {
          %slot = gqgpu.acquire %r[%p] : !two -> !gqgpu.slot
          scf.if %b {
            gqgpu.copy_load %s[%k, %c0] -> %r[%slot] tile 0 : memref<?x1xf32>, !two
            gqgpu.commit %r[%slot] : !two
          } else {
            gqgpu.copy_load %s[%l, %c0] -> %r[%slot] tile 0 : memref<?x1xf32>, !two
            gqgpu.commit %r[%slot] : !two
          }
          %q = gqgpu.advance %r[%p] : !two, !gqgpu.cursor
          scf.yield %q : !gqgpu.cursor
        }
        scf.yield %e : !gqgpu.cursor
      }
    }
  }
  gqgpu.return
}
