// One test for every diagnostic: all roles go through their loops together.
// RUN: gq-opt %s --gq-verify-protocol --split-input-file --verify-diagnostics

!ring = !gqgpu.ring<2, <64x1xf32>>
// expected-note@+1 {{with operands whose dynamic sizes are 1000}}
gqgpu.kernel @released_by_one_group(%s: memref<?x1xf32>, %n: index) attributes {threads = 384} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = gqgpu.ring_create filled_by ["copy"] arrivals 32 consumed_by ["math"] arrivals 8 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%g) {
      scf.for %k = %c0 to %n step %c1 iter_args(%p = %c) -> (!gqgpu.cursor) {
        // expected-note@+2 {{math group 0 waits for the copy role to commit slot 0 in round 1}}
        // expected-note@+1 {{math group 1 waits for the copy role to commit slot 0 in round 1}}
        %full = gqgpu.wait %r[%p] : !ring -> !gqgpu.slot
        %first = arith.cmpi eq, %g, %c0 : index
        scf.if %first {
          gqgpu.release %r[%full] : !ring
        }
        %q = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
        scf.yield %q : !gqgpu.cursor
      }
    }
    gqgpu.role "copy" kind copy warps 1 registers 40 {
      scf.for %k = %c0 to %n step %c1 iter_args(%p = %c) -> (!gqgpu.cursor) {
        // expected-error@+1 {{never returns, a deadlock: the copy role waits for math group 1 to release slot 0 in round 1}}
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

// The next slot of a ring of one is the one that is still held.
!ring = !gqgpu.ring<1, <64x1xf32>>
gqgpu.kernel @rotated_over_one_slot(%s: memref<?x1xf32>, %n: index) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = gqgpu.ring_create filled_by ["copy"] arrivals 32 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%g) {
      %c4 = arith.constant 4 : index
      %s0 = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      %e:2 = scf.for %k = %c0 to %c4 step %c1 iter_args(%p = %c, %slot = %s0) -> (!gqgpu.cursor, !gqgpu.slot) {
        %q = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
        %k1 = arith.addi %k, %c1 : index
        %more = arith.cmpi slt, %k1, %c4 : index
        // expected-note@+1 {{math group 0 waits for the copy role to commit slot 0 in round 1}}
        %next = gqgpu.wait %r[%q] when %more : !ring -> !gqgpu.slot
        gqgpu.release %r[%slot] : !ring
        scf.yield %q, %next : !gqgpu.cursor, !gqgpu.slot
      }
    }
    gqgpu.role "copy" kind copy warps 1 registers 40 {
      %c4 = arith.constant 4 : index
      scf.for %k = %c0 to %c4 step %c1 iter_args(%p = %c) -> (!gqgpu.cursor) {
        // expected-error@+1 {{never returns, a deadlock: the copy role waits for math group 0 to release slot 0 in round 1}}
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

// With two slots it is another.
!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @rotated_over_two_slots(%s: memref<?x1xf32>, %n: index) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = gqgpu.ring_create filled_by ["copy"] arrivals 32 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%g) {
      %c4 = arith.constant 4 : index
      %s0 = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      %e:2 = scf.for %k = %c0 to %c4 step %c1 iter_args(%p = %c, %slot = %s0) -> (!gqgpu.cursor, !gqgpu.slot) {
        %q = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
        %k1 = arith.addi %k, %c1 : index
        %more = arith.cmpi slt, %k1, %c4 : index
        %next = gqgpu.wait %r[%q] when %more : !ring -> !gqgpu.slot
        gqgpu.release %r[%slot] : !ring
        scf.yield %q, %next : !gqgpu.cursor, !gqgpu.slot
      }
    }
    gqgpu.role "copy" kind copy warps 1 registers 40 {
      %c4 = arith.constant 4 : index
      scf.for %k = %c0 to %c4 step %c1 iter_args(%p = %c) -> (!gqgpu.cursor) {
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

!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @waits_when_it_should_not(%s: memref<?x1xf32>, %n: index) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = gqgpu.ring_create filled_by ["copy"] arrivals 32 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%g) {
      %c4 = arith.constant 4 : index
      %s0 = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      %e:2 = scf.for %k = %c0 to %c4 step %c1 iter_args(%p = %c, %slot = %s0) -> (!gqgpu.cursor, !gqgpu.slot) {
        %q = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
        %k1 = arith.addi %k, %c1 : index
        %more = arith.cmpi sge, %k1, %c4 : index
        // expected-note@+1 {{the condition is false here}}
        %next = gqgpu.wait %r[%q] when %more : !ring -> !gqgpu.slot
        // expected-error@+1 {{releases slot 1, which math group 0 has not waited for}}
        gqgpu.release %r[%slot] : !ring
        scf.yield %q, %next : !gqgpu.cursor, !gqgpu.slot
      }
    }
    gqgpu.role "copy" kind copy warps 1 registers 40 {
      %c4 = arith.constant 4 : index
      scf.for %k = %c0 to %c4 step %c1 iter_args(%p = %c) -> (!gqgpu.cursor) {
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

!ring = !gqgpu.ring<2, <64x1xf32>>
// expected-note@+1 {{with operands whose dynamic sizes are 1000}}
gqgpu.kernel @advances_between_tiles(%s: memref<?x1xf32>, %n: index) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = gqgpu.ring_create filled_by ["copy"] arrivals 32 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%g) {
      %c3 = arith.constant 3 : index
      gqgpu.tile_loop (%i) to (%n) step [64] persistent iter_args(%t = %c) -> (!gqgpu.cursor) {
        %e = scf.for %k = %c0 to %c3 step %c1 iter_args(%p = %t) -> (!gqgpu.cursor) {
          // expected-error@+1 {{takes slot 1 in a round of parity 0, math group 0 has taken it 1 times; expects parity 1}}
          %full = gqgpu.wait %r[%p] : !ring -> !gqgpu.slot
          gqgpu.release %r[%full] : !ring
          %q = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
          scf.yield %q : !gqgpu.cursor
        }
        %skip = gqgpu.advance %r[%e] : !ring, !gqgpu.cursor
        gqgpu.yield %skip : !gqgpu.cursor
      }
    }
    gqgpu.role "copy" kind copy warps 1 registers 40 {
      %c3 = arith.constant 3 : index
      gqgpu.tile_loop (%i) to (%n) step [64] persistent iter_args(%t = %c) -> (!gqgpu.cursor) {
        %e = scf.for %k = %c0 to %c3 step %c1 iter_args(%p = %t) -> (!gqgpu.cursor) {
          %slot = gqgpu.acquire %r[%p] : !ring -> !gqgpu.slot
          gqgpu.copy_load %s[%i, %c0] -> %r[%slot] tile 0 : memref<?x1xf32>, !ring
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

!ring = !gqgpu.ring<2, <64x1xf32>>
// expected-note@+1 {{with operands whose dynamic sizes are 1000}}
gqgpu.kernel @other_raster(%s: memref<?x?xf32>, %n: index) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = gqgpu.ring_create filled_by ["copy"] arrivals 32 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%g) {
      %c3 = arith.constant 3 : index
      // expected-note@+1 {{the tiles of math group 0}}
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] raster 2 persistent iter_args(%t = %c) -> (!gqgpu.cursor) {
        %e = scf.for %k = %c0 to %c3 step %c1 iter_args(%p = %t) -> (!gqgpu.cursor) {
          // expected-error@+1 {{takes, for tile (64, 0), a slot that is filled for tile (0, 64)}}
          %full = gqgpu.wait %r[%p] : !ring -> !gqgpu.slot
          gqgpu.release %r[%full] : !ring
          %q = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
          scf.yield %q : !gqgpu.cursor
        }
        %x = gqgpu.load_fragment %s[%i, %j] map affine_map<(r, c) -> (r, c)> : memref<?x?xf32> -> !gqgpu.fragment<64x64xf32, #gqgpu.mma>
        gqgpu.yield %e : !gqgpu.cursor
      }
    }
    gqgpu.role "copy" kind copy warps 1 registers 40 {
      %c3 = arith.constant 3 : index
      // expected-note@+1 {{the tiles of what fills}}
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] persistent iter_args(%t = %c) -> (!gqgpu.cursor) {
        %e = scf.for %k = %c0 to %c3 step %c1 iter_args(%p = %t) -> (!gqgpu.cursor) {
          // expected-note@+1 {{filled here}}
          %slot = gqgpu.acquire %r[%p] : !ring -> !gqgpu.slot
          gqgpu.copy_load %s[%i, %j] -> %r[%slot] tile 0 : memref<?x?xf32>, !ring
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

// The order of tiles does not matter to what does not look at them.
!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @raster_of_nothing(%s: memref<?x?xf32>, %n: index) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = gqgpu.ring_create filled_by ["copy"] arrivals 32 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%g) {
      %c3 = arith.constant 3 : index
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] raster 2 persistent iter_args(%t = %c) -> (!gqgpu.cursor) {
        %e = scf.for %k = %c0 to %c3 step %c1 iter_args(%p = %t) -> (!gqgpu.cursor) {
          %full = gqgpu.wait %r[%p] : !ring -> !gqgpu.slot
          gqgpu.release %r[%full] : !ring
          %q = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
          scf.yield %q : !gqgpu.cursor
        }
        gqgpu.yield %e : !gqgpu.cursor
      }
    }
    gqgpu.role "copy" kind copy warps 1 registers 40 {
      %c3 = arith.constant 3 : index
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] persistent iter_args(%t = %c) -> (!gqgpu.cursor) {
        %e = scf.for %k = %c0 to %c3 step %c1 iter_args(%p = %t) -> (!gqgpu.cursor) {
          %slot = gqgpu.acquire %r[%p] : !ring -> !gqgpu.slot
          gqgpu.copy_load %s[%i, %j] -> %r[%slot] tile 0 : memref<?x?xf32>, !ring
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

!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @other_tiles(%s: memref<?x?xf32>, %n: index) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = gqgpu.ring_create filled_by ["copy"] arrivals 32 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%g) {
      %c3 = arith.constant 3 : index
      %c128 = arith.constant 128 : index
      %c256 = arith.constant 256 : index
      // expected-note@+1 {{the tiles of math group 0}}
      gqgpu.tile_loop (%i, %j) to (%c128, %c256) step [64, 64] persistent iter_args(%t = %c) -> (!gqgpu.cursor) {
        %e = scf.for %k = %c0 to %c3 step %c1 iter_args(%p = %t) -> (!gqgpu.cursor) {
          // expected-error@+1 {{takes, for tile (0, 128), a slot that is filled for tile (64, 0)}}
          %full = gqgpu.wait %r[%p] : !ring -> !gqgpu.slot
          gqgpu.release %r[%full] : !ring
          %q = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
          scf.yield %q : !gqgpu.cursor
        }
        %x = gqgpu.load_fragment %s[%i, %j] map affine_map<(r, c) -> (r, c)> : memref<?x?xf32> -> !gqgpu.fragment<64x64xf32, #gqgpu.mma>
        gqgpu.yield %e : !gqgpu.cursor
      }
    }
    gqgpu.role "copy" kind copy warps 1 registers 40 {
      %c3 = arith.constant 3 : index
      %c128 = arith.constant 128 : index
      %c256 = arith.constant 256 : index
      // expected-note@+1 {{the tiles of what fills}}
      gqgpu.tile_loop (%i, %j) to (%c256, %c128) step [64, 64] persistent iter_args(%t = %c) -> (!gqgpu.cursor) {
        %e = scf.for %k = %c0 to %c3 step %c1 iter_args(%p = %t) -> (!gqgpu.cursor) {
          // expected-note@+1 {{filled here}}
          %slot = gqgpu.acquire %r[%p] : !ring -> !gqgpu.slot
          gqgpu.copy_load %s[%i, %j] -> %r[%slot] tile 0 : memref<?x?xf32>, !ring
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

!ring = !gqgpu.ring<2, <64x1xf32>>
// expected-note@+1 {{with operands whose dynamic sizes are 1000}}
gqgpu.kernel @filled_for_nobody(%s: memref<?x1xf32>, %n: index) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-error@+1 {{slot 0 is filled 1 times, math group 0 releases it 0 times}}
  %r = gqgpu.ring_create filled_by ["copy"] arrivals 32 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%g) {
      %few = arith.cmpi slt, %n, %c1 : index
      scf.if %few {
        %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
        gqgpu.release %r[%full] : !ring
      }
    }
    gqgpu.role "copy" kind copy warps 1 registers 40 {
      %some = arith.cmpi sge, %n, %c1 : index
      scf.if %some {
        %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
        gqgpu.commit %r[%slot] : !ring
      }
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x1xf32>>
// expected-note@+1 {{with operands whose dynamic sizes are 1000}}
gqgpu.kernel @taken_again(%s: memref<?x1xf32>, %n: index) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = gqgpu.ring_create filled_by ["copy"] arrivals 32 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%g) {
      %a = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      gqgpu.release %r[%a] : !ring
      %same = arith.cmpi sge, %n, %c1 : index
      scf.if %same {
        // expected-error@+1 {{takes slot 0 in a round of parity 0, math group 0 has taken it 1 times; expects parity 1}}
        %b = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
        gqgpu.release %r[%b] : !ring
      }
    }
    gqgpu.role "copy" kind copy warps 1 registers 40 {
      %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
      gqgpu.commit %r[%slot] : !ring
      %some = arith.cmpi sge, %n, %c1 : index
      scf.if %some {
        %d = gqgpu.advance %r[%c] : !ring, !gqgpu.cursor
        %more = gqgpu.acquire %r[%d] : !ring -> !gqgpu.slot
        gqgpu.commit %r[%more] : !ring
      }
    }
  }
  gqgpu.return
}

// -----

// What hangs on a value passes.
!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @not_known(%s: memref<?x1xf32>, %n: index, %b: i1) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = gqgpu.ring_create filled_by ["copy"] arrivals 32 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%g) {
      scf.if %b {
        %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
        gqgpu.release %r[%full] : !ring
      }
    }
    gqgpu.role "copy" kind copy warps 1 registers 40 {
      %some = arith.cmpi sge, %n, %c1 : index
      scf.if %some {
        %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
        gqgpu.commit %r[%slot] : !ring
      }
    }
  }
  gqgpu.return
}

// -----

// Operands may have only sizes for which both loops are as long.
!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @other_sizes(%m: index, %n: index) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = gqgpu.ring_create filled_by ["copy"] arrivals 32 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%g) {
      scf.for %k = %c0 to %m step %c1 iter_args(%p = %c) -> (!gqgpu.cursor) {
        %full = gqgpu.wait %r[%p] : !ring -> !gqgpu.slot
        gqgpu.release %r[%full] : !ring
        %q = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
        scf.yield %q : !gqgpu.cursor
      }
    }
    gqgpu.role "copy" kind copy warps 1 registers 40 {
      scf.for %k = %c0 to %n step %c1 iter_args(%p = %c) -> (!gqgpu.cursor) {
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

// One tile for each thread block.
!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @not_persistent(%s: memref<?x1xf32>, %n: index) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = gqgpu.ring_create filled_by ["copy"] arrivals 32 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%g) {
      %c3 = arith.constant 3 : index
      gqgpu.tile_loop (%i) to (%n) step [64] iter_args(%t = %c) -> (!gqgpu.cursor) {
        %e = scf.for %k = %c0 to %c3 step %c1 iter_args(%p = %t) -> (!gqgpu.cursor) {
          %full = gqgpu.wait %r[%p] : !ring -> !gqgpu.slot
          gqgpu.release %r[%full] : !ring
          %q = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
          scf.yield %q : !gqgpu.cursor
        }
        gqgpu.yield %e : !gqgpu.cursor
      }
    }
    gqgpu.role "copy" kind copy warps 1 registers 40 {
      %c3 = arith.constant 3 : index
      gqgpu.tile_loop (%i) to (%n) step [64] iter_args(%t = %c) -> (!gqgpu.cursor) {
        %e = scf.for %k = %c0 to %c3 step %c1 iter_args(%p = %t) -> (!gqgpu.cursor) {
          %slot = gqgpu.acquire %r[%p] : !ring -> !gqgpu.slot
          gqgpu.copy_load %s[%i, %c0] -> %r[%slot] tile 0 : memref<?x1xf32>, !ring
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

// The least and the greatest of unsigned numbers: -1 is the greatest.
!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @unsigned() attributes {threads = 256} {
  %none = arith.constant -1 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %r = gqgpu.ring_create filled_by ["copy"] arrivals 32 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%g) {
      %least = arith.minui %none, %c1 : index
      %some = arith.cmpi eq, %least, %c1 : index
      %most = arith.maxui %none, %c2 : index
      %more = arith.cmpi ugt, %most, %c2 : index
      %both = arith.andi %some, %more : i1
      scf.if %both {
        %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
        gqgpu.release %r[%full] : !ring
      }
    }
    gqgpu.role "copy" kind copy warps 1 registers 40 {
      %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
      gqgpu.commit %r[%slot] : !ring
    }
  }
  gqgpu.return
}
