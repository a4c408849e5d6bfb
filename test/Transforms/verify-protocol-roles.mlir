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
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %odd = gqgpu.cursor {parity = 1 : i64} : !gqgpu.cursor
      scf.for %k = %c0 to %n step %c1 iter_args(%p = %odd) -> (!gqgpu.cursor) {
        // expected-error@+1 {{starts at slot 0 and parity 1, the fill role at slot 0 and parity 0}}
        %full = gqgpu.wait %r[%p] : !ring -> !gqgpu.slot
        gqgpu.release %r[%full] : !ring
        %q = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
        scf.yield %q : !gqgpu.cursor
      }
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      scf.for %k = %c0 to %n step %c1 iter_args(%p = %c) -> (!gqgpu.cursor) {
        // expected-note@+1 {{the fill role starts here}}
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

// Who uses a ring is written on it.
!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @not_named() attributes {threads = 256} {
  // expected-note@+1 {{the ring}}
  %r = gqgpu.ring_create filled_by ["copy"] arrivals 32 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      gqgpu.release %r[%full] : !ring
    }
    gqgpu.role "copy" kind copy warps 1 registers 40 {
      %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
      gqgpu.commit %r[%slot] : !ring
    }
    gqgpu.role "tma" kind tma warps 1 registers 40 {
      // expected-error@+1 {{expects to be in a role that fills the ring, got role "tma"}}
      %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
      // expected-error@+1 {{expects to be in a role that fills the ring, got role "tma"}}
      gqgpu.commit %r[%slot] : !ring
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @outside() attributes {threads = 256} {
  // expected-note@+1 {{the ring}}
  %r = gqgpu.ring_create filled_by ["copy"] arrivals 32 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      gqgpu.release %r[%full] : !ring
    }
    gqgpu.role "copy" kind copy warps 1 registers 40 {
      %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
      gqgpu.commit %r[%slot] : !ring
    }
  }
  // expected-error@+1 {{expects to be in a role that consumes the ring, got none}}
  %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects to be in a role that consumes the ring, got none}}
  gqgpu.release %r[%full] : !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @does_not_say() attributes {threads = 256} {
  // expected-error@+1 {{expects filled_by and consumed_by in a kernel with roles}}
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      // expected-note@+1 {{used in role "math" here}}
      %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      gqgpu.release %r[%full] : !ring
    }
    gqgpu.role "copy" kind copy warps 1 registers 40 {
      %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
      gqgpu.commit %r[%slot] : !ring
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @unknown_role() attributes {threads = 128} {
  // expected-error@+1 {{filled_by names role "tma", which the kernel does not have}}
  %r = gqgpu.ring_create filled_by ["tma"] arrivals 1 consumed_by ["math"] arrivals 4 : !gqgpu.ring<2, <64x1xf32>>
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @other_kind() attributes {threads = 256} {
  // expected-error@+2 {{filled_by names role "math" of kind math, expects one that fills}}
  // expected-error@+1 {{consumed_by names role "copy" of kind copy, expects one that consumes}}
  %r = gqgpu.ring_create filled_by ["math"] arrivals 4 consumed_by ["copy"] arrivals 32 : !gqgpu.ring<2, <64x1xf32>>
  gqgpu.warp_specialize {
    // expected-note@+1 {{the role}}
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
    }
    // expected-note@+1 {{the role}}
    gqgpu.role "copy" kind copy warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

// As many arrivals as the roles have threads, and no others.
gqgpu.kernel @arrivals() attributes {threads = 384} {
  // expected-error@+2 {{expects 65 arrivals of filled_by (1 of role "tma", 64 of role "copy"), got 33}}
  // expected-error@+1 {{expects 8 arrivals of consumed_by (8 of role "math"), got 4}}
  %r = gqgpu.ring_create filled_by ["tma", "copy"] arrivals 33 consumed_by ["math"] arrivals 4 : !gqgpu.ring<2, <64x1xf32>>
  gqgpu.warp_specialize {
    // expected-note@+1 {{arrives 8 times}}
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%g) {
    }
    // expected-note@+1 {{arrives 1 times}}
    gqgpu.role "tma" kind tma warps 1 registers 40 {
    }
    // expected-note@+1 {{arrives 64 times}}
    gqgpu.role "copy" kind copy warps 2 registers 40 {
    }
  }
  gqgpu.return
}

// -----

// Two roles fill a ring with the copy engine; each says what it brings.
!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @two_engines(%a: memref<64x128xf8E4M3FN>, %b: memref<64x128xf8E4M3FN>) attributes {threads = 256 : i64} {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create bytes 16384 filled_by ["tma", "more"] arrivals 2 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      gqgpu.release %r[%full] : !ring
    }
    gqgpu.role "tma" kind tma warps 1 registers 40 {
      %slot = gqgpu.acquire %r[%c] bytes 8192 : !ring -> !gqgpu.slot
      gqgpu.tma_load %a[%c0, %c0] -> %r[%slot] tile 0 : memref<64x128xf8E4M3FN>, !ring
      gqgpu.commit %r[%slot] : !ring
    }
    gqgpu.role "more" kind tma warps 1 registers 40 {
      %slot = gqgpu.acquire %r[%c] bytes 8192 : !ring -> !gqgpu.slot
      gqgpu.tma_load %b[%c0, %c0] -> %r[%slot] tile 1 : memref<64x128xf8E4M3FN>, !ring
      gqgpu.commit %r[%slot] : !ring
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @bytes_of_whom(%a: memref<64x128xf8E4M3FN>, %b: memref<64x128xf8E4M3FN>) attributes {threads = 256 : i64} {
  %c0 = arith.constant 0 : index
  // expected-note@+1 {{the ring says so here}}
  %r = gqgpu.ring_create bytes 16384 filled_by ["tma", "more"] arrivals 2 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      gqgpu.release %r[%full] : !ring
    }
    gqgpu.role "tma" kind tma warps 1 registers 40 {
      %slot = gqgpu.acquire %r[%c] bytes 8192 : !ring -> !gqgpu.slot
      gqgpu.tma_load %a[%c0, %c0] -> %r[%slot] tile 0 : memref<64x128xf8E4M3FN>, !ring
      gqgpu.commit %r[%slot] : !ring
    }
    gqgpu.role "more" kind tma warps 1 registers 40 {
      // expected-error@+2 {{expects 16384 bytes, the loads into the slot bring 8192}}
      // expected-error@+1 {{expects bytes, those of the more role: 2 roles drive the copy engine for the ring}}
      %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
      // expected-note@+1 {{brings 8192}}
      gqgpu.tma_load %b[%c0, %c0] -> %r[%slot] tile 1 : memref<64x128xf8E4M3FN>, !ring
      gqgpu.commit %r[%slot] : !ring
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @bytes_of_both(%a: memref<64x128xf8E4M3FN>, %b: memref<64x128xf8E4M3FN>) attributes {threads = 256 : i64} {
  %c0 = arith.constant 0 : index
  // expected-error@+1 {{expects 16384 bytes (8192 of role "tma", 8192 of role "more"), got 24576}}
  %r = gqgpu.ring_create bytes 24576 filled_by ["tma", "more"] arrivals 2 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      gqgpu.release %r[%full] : !ring
    }
    gqgpu.role "tma" kind tma warps 1 registers 40 {
      %slot = gqgpu.acquire %r[%c] bytes 8192 : !ring -> !gqgpu.slot
      gqgpu.tma_load %a[%c0, %c0] -> %r[%slot] tile 0 : memref<64x128xf8E4M3FN>, !ring
      gqgpu.commit %r[%slot] : !ring
    }
    gqgpu.role "more" kind tma warps 1 registers 40 {
      %slot = gqgpu.acquire %r[%c] bytes 8192 : !ring -> !gqgpu.slot
      gqgpu.tma_load %b[%c0, %c0] -> %r[%slot] tile 1 : memref<64x128xf8E4M3FN>, !ring
      gqgpu.commit %r[%slot] : !ring
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @bytes_that_differ(%a: memref<64x128xf8E4M3FN>, %b: memref<64x128xf8E4M3FN>) attributes {threads = 256 : i64} {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create bytes 16384 filled_by ["tma", "more"] arrivals 2 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      gqgpu.release %r[%full] : !ring
      %next = gqgpu.advance %r[%c] : !ring, !gqgpu.cursor
      %second = gqgpu.wait %r[%next] : !ring -> !gqgpu.slot
      gqgpu.release %r[%second] : !ring
    }
    gqgpu.role "tma" kind tma warps 1 registers 40 {
      %slot = gqgpu.acquire %r[%c] bytes 8192 : !ring -> !gqgpu.slot
      gqgpu.tma_load %a[%c0, %c0] -> %r[%slot] tile 0 : memref<64x128xf8E4M3FN>, !ring
      gqgpu.commit %r[%slot] : !ring
      %next = gqgpu.advance %r[%c] : !ring, !gqgpu.cursor
      // expected-error@+1 {{expects 8192 bytes as at another acquire of the tma role, got 0}}
      %none = gqgpu.acquire %r[%next] bytes 0 : !ring -> !gqgpu.slot
      gqgpu.commit %r[%none] : !ring
    }
    gqgpu.role "more" kind tma warps 1 registers 40 {
      %slot = gqgpu.acquire %r[%c] bytes 8192 : !ring -> !gqgpu.slot
      gqgpu.tma_load %b[%c0, %c0] -> %r[%slot] tile 1 : memref<64x128xf8E4M3FN>, !ring
      gqgpu.commit %r[%slot] : !ring
      %next = gqgpu.advance %r[%c] : !ring, !gqgpu.cursor
      %none = gqgpu.acquire %r[%next] bytes 8192 : !ring -> !gqgpu.slot
      gqgpu.tma_load %b[%c0, %c0] -> %r[%none] tile 1 : memref<64x128xf8E4M3FN>, !ring
      gqgpu.commit %r[%none] : !ring
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @multicast_of_two(%a: memref<64x128xf8E4M3FN>, %b: memref<64x128xf8E4M3FN>)
    attributes {threads = 256 : i64, cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {
  %c0 = arith.constant 0 : index
  // expected-error@+1 {{is filled with multicast by roles "tma" and "more"; expects one role that drives the copy engine}}
  %r = gqgpu.ring_create bytes 16384 filled_by ["tma", "more"] arrivals 2 consumed_by ["math"] arrivals 4 in_cluster [8, 4] : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.barrier cluster
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      gqgpu.release %r[%full] peers [0] : !ring
    }
    gqgpu.role "tma" kind tma warps 1 registers 40 {
      %slot = gqgpu.acquire %r[%c] bytes 8192 : !ring -> !gqgpu.slot
      gqgpu.tma_load %a[%c0, %c0] -> %r[%slot] tile 0 {multicast = 0 : i64} : memref<64x128xf8E4M3FN>, !ring
      gqgpu.commit %r[%slot] : !ring
    }
    gqgpu.role "more" kind tma warps 1 registers 40 {
      %slot = gqgpu.acquire %r[%c] bytes 8192 : !ring -> !gqgpu.slot
      gqgpu.tma_load %b[%c0, %c0] -> %r[%slot] tile 1 : memref<64x128xf8E4M3FN>, !ring
      gqgpu.commit %r[%slot] : !ring
    }
  }
  gqgpu.barrier cluster
  gqgpu.return
}

// -----

gqgpu.kernel @nobody_expects() attributes {threads = 256} {
  // expected-error@+1 {{expects 4096 bytes, but no role of filled_by drives the copy engine}}
  %r = gqgpu.ring_create bytes 4096 filled_by ["copy"] arrivals 32 consumed_by ["math"] arrivals 4 : !gqgpu.ring<2, <64x1xf32>>
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
    }
    gqgpu.role "copy" kind copy warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @named_in_vain() attributes {threads = 256} {
  // expected-error@+1 {{says that the tma role fills its slots, which takes none}}
  %r = gqgpu.ring_create filled_by ["tma", "copy"] arrivals 33 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      gqgpu.release %r[%full] : !ring
    }
    // expected-note@+1 {{the role}}
    gqgpu.role "tma" kind tma warps 1 registers 40 {
    }
    gqgpu.role "copy" kind copy warps 1 registers 40 {
      // expected-note@+1 {{the copy role takes slots here}}
      %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
      gqgpu.commit %r[%slot] : !ring
    }
  }
  gqgpu.return
}

// -----

// Layouts number the threads that run the op.
!f = !gqgpu.fragment<8x192xf32, #gqgpu.blocked<[8, 48], chunk = 4>>
gqgpu.kernel @layout(%z: f32) attributes {threads = 256} {
  gqgpu.warp_specialize {
    // expected-note@+1 {{the role}}
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      // expected-error@+1 {{has a layout of 384 threads in 1 thread blocks, role "math" has 128 in 1}}
      %v = gqgpu.splat %z : f32 -> !f
    }
    gqgpu.role "copy" kind copy warps 1 registers 40 {
    }
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
