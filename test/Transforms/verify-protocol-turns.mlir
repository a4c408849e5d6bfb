// One test for every diagnostic: loops over tiles that take turns.
// RUN: gq-opt %s --gq-verify-protocol --split-input-file --verify-diagnostics

// Each turn is that of one loop that stores; three tiles, so the last slot of the ring
// without tiles is nobody's.
!order = !gqgpu.ring<1>
gqgpu.kernel @right(%d: memref<192x8xf32>) attributes {threads = 256} {
  %c8 = arith.constant 8 : index
  %c192 = arith.constant 192 : index
  %t = tensor.empty() : tensor<64x8xf32>
  %r = gqgpu.ring_create filled_by ["a"] arrivals 4 consumed_by ["b"] arrivals 4 : !order
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "a" kind math warps 4 registers 248 (%g) {
      %e = gqgpu.tile_loop (%i, %j) to (%c192, %c8) step [64, 8] persistent turn 0 of 2 iter_args(%p = %c) -> (!gqgpu.cursor) {
        %s = gqgpu.acquire %r[%p] : !order -> !gqgpu.slot
        gqgpu.store %t, %d[%i, %j] : tensor<64x8xf32>, memref<192x8xf32>
        gqgpu.commit %r[%s] : !order
        %q = gqgpu.advance %r[%p] : !order, !gqgpu.cursor
        gqgpu.yield %q : !gqgpu.cursor
      }
    }
    gqgpu.role "b" kind math warps 4 registers 248 (%g) {
      %e = gqgpu.tile_loop (%i, %j) to (%c192, %c8) step [64, 8] persistent turn 1 of 2 iter_args(%p = %c) -> (!gqgpu.cursor) {
        %s = gqgpu.wait %r[%p] : !order -> !gqgpu.slot
        gqgpu.store %t, %d[%i, %j] : tensor<64x8xf32>, memref<192x8xf32>
        gqgpu.release %r[%s] : !order
        %q = gqgpu.advance %r[%p] : !order, !gqgpu.cursor
        gqgpu.yield %q : !gqgpu.cursor
      }
    }
  }
  gqgpu.return
}

// -----

// Who has the later turn goes first.
!order = !gqgpu.ring<1>
gqgpu.kernel @other_order(%d: memref<192x8xf32>) attributes {threads = 256} {
  %c8 = arith.constant 8 : index
  %c192 = arith.constant 192 : index
  %t = tensor.empty() : tensor<64x8xf32>
  %r = gqgpu.ring_create filled_by ["b"] arrivals 4 consumed_by ["a"] arrivals 4 : !order
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "a" kind math warps 4 registers 248 (%g) {
      %e = gqgpu.tile_loop (%i, %j) to (%c192, %c8) step [64, 8] persistent turn 0 of 2 iter_args(%p = %c) -> (!gqgpu.cursor) {
        // expected-error@+1 {{waits, at tile number 0 of a group 0, for tile number 1, which comes before number 2}}
        %s = gqgpu.wait %r[%p] : !order -> !gqgpu.slot
        gqgpu.store %t, %d[%i, %j] : tensor<64x8xf32>, memref<192x8xf32>
        gqgpu.release %r[%s] : !order
        %q = gqgpu.advance %r[%p] : !order, !gqgpu.cursor
        gqgpu.yield %q : !gqgpu.cursor
      }
    }
    gqgpu.role "b" kind math warps 4 registers 248 (%g) {
      %e = gqgpu.tile_loop (%i, %j) to (%c192, %c8) step [64, 8] persistent turn 1 of 2 iter_args(%p = %c) -> (!gqgpu.cursor) {
        // expected-note@+1 {{the slot is filled here}}
        %s = gqgpu.acquire %r[%p] : !order -> !gqgpu.slot
        gqgpu.store %t, %d[%i, %j] : tensor<64x8xf32>, memref<192x8xf32>
        gqgpu.commit %r[%s] : !order
        %q = gqgpu.advance %r[%p] : !order, !gqgpu.cursor
        gqgpu.yield %q : !gqgpu.cursor
      }
    }
  }
  gqgpu.return
}

// -----

// Roles that store parts of the same tiles may order these as they like.
!order = !gqgpu.ring<1>
gqgpu.kernel @same_tiles(%d: memref<192x8xf32>) attributes {threads = 256} {
  %c8 = arith.constant 8 : index
  %c192 = arith.constant 192 : index
  %r = gqgpu.ring_create filled_by ["a"] arrivals 4 consumed_by ["b"] arrivals 4 : !order
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "a" kind math warps 4 registers 248 (%g) {
      %e = gqgpu.tile_loop (%i, %j) to (%c192, %c8) step [64, 8] persistent iter_args(%p = %c) -> (!gqgpu.cursor) {
        %s = gqgpu.acquire %r[%p] : !order -> !gqgpu.slot
        gqgpu.commit %r[%s] : !order
        %q = gqgpu.advance %r[%p] : !order, !gqgpu.cursor
        gqgpu.yield %q : !gqgpu.cursor
      }
    }
    gqgpu.role "b" kind math warps 4 registers 248 (%g) {
      %e = gqgpu.tile_loop (%i, %j) to (%c192, %c8) step [64, 8] persistent iter_args(%p = %c) -> (!gqgpu.cursor) {
        %s = gqgpu.wait %r[%p] : !order -> !gqgpu.slot
        gqgpu.release %r[%s] : !order
        %q = gqgpu.advance %r[%p] : !order, !gqgpu.cursor
        gqgpu.yield %q : !gqgpu.cursor
      }
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @turn_left_out(%d: memref<192x8xf32>) attributes {threads = 128} {
  %c8 = arith.constant 8 : index
  %c192 = arith.constant 192 : index
  %t = tensor.empty() : tensor<64x8xf32>
  gqgpu.warp_specialize {
    gqgpu.role "a" kind math warps 4 registers 248 (%g) {
      // expected-error@+2 {{takes turn 1 of 3, no loop that stores takes turn 0}}
      // expected-error@+1 {{takes turn 1 of 3, no loop that stores takes turn 2}}
      gqgpu.tile_loop (%i, %j) to (%c192, %c8) step [64, 8] persistent turn 1 of 3 {
        gqgpu.store %t, %d[%i, %j] : tensor<64x8xf32>, memref<192x8xf32>
      }
      // A loop that stores nothing takes no turn from another.
      gqgpu.tile_loop (%i, %j) to (%c192, %c8) step [64, 8] persistent turn 0 of 3 { }
    }
  }
  gqgpu.return
}

// -----

// As often, but not of the same tiles.
!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @slots_of_the_other(%s: memref<256x1xf32>) attributes {threads = 256} {
  %c256 = arith.constant 256 : index
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create filled_by ["copy"] arrivals 32 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      // expected-note@+1 {{the tiles of math group 0}}
      %e = gqgpu.tile_loop (%i) to (%c256) step [64] persistent turn 1 of 2 iter_args(%p = %c) -> (!gqgpu.cursor) {
        // expected-error@+1 {{takes, for tile (64), a slot that is filled for tile (0)}}
        %full = gqgpu.wait %r[%p] : !ring -> !gqgpu.slot
        %v = gqgpu.read_scales %r[%full] tile 0 rows %i block 256 : !ring -> <64x1xf32, #gqgpu.mma>
        gqgpu.release %r[%full] : !ring
        %q = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
        gqgpu.yield %q : !gqgpu.cursor
      }
    }
    gqgpu.role "copy" kind copy warps 1 registers 24 {
      // expected-note@+1 {{the tiles of what fills}}
      %e = gqgpu.tile_loop (%i) to (%c256) step [64] persistent turn 0 of 2 iter_args(%p = %c) -> (!gqgpu.cursor) {
        // expected-note@+1 {{filled here}}
        %slot = gqgpu.acquire %r[%p] : !ring -> !gqgpu.slot
        gqgpu.copy_load %s[%i, %c0] -> %r[%slot] tile 0 : memref<256x1xf32>, !ring
        gqgpu.commit %r[%slot] : !ring
        %q = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
        gqgpu.yield %q : !gqgpu.cursor
      }
    }
  }
  gqgpu.return
}

// -----

// One tile more is filled than taken.
!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @one_turn_more(%s: memref<320x1xf32>) attributes {threads = 256} {
  %c320 = arith.constant 320 : index
  %c0 = arith.constant 0 : index
  // expected-error@+1 {{slot 0 is filled 2 times, math group 0 releases it 1 times}}
  %r = gqgpu.ring_create filled_by ["copy"] arrivals 32 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %e = gqgpu.tile_loop (%i) to (%c320) step [64] persistent turn 1 of 2 iter_args(%p = %c) -> (!gqgpu.cursor) {
        %full = gqgpu.wait %r[%p] : !ring -> !gqgpu.slot
        gqgpu.release %r[%full] : !ring
        %q = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
        gqgpu.yield %q : !gqgpu.cursor
      }
    }
    gqgpu.role "copy" kind copy warps 1 registers 24 {
      %e = gqgpu.tile_loop (%i) to (%c320) step [64] persistent turn 0 of 2 iter_args(%p = %c) -> (!gqgpu.cursor) {
        %slot = gqgpu.acquire %r[%p] : !ring -> !gqgpu.slot
        gqgpu.copy_load %s[%i, %c0] -> %r[%slot] tile 0 : memref<320x1xf32>, !ring
        gqgpu.commit %r[%slot] : !ring
        %q = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
        gqgpu.yield %q : !gqgpu.cursor
      }
    }
  }
  gqgpu.return
}
