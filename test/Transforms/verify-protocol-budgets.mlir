// One test for every diagnostic: what a thread block has.
// RUN: gq-opt %s --gq-verify-protocol --split-input-file --verify-diagnostics

!big = !gqgpu.ring<8, <256x128xf8E4M3FN, swizzle = 128>>
// expected-error@+1 {{uses 262272 bytes of shared memory, the limit is 232448}}
gqgpu.kernel @shared_memory(%a: memref<?x128xf8E4M3FN>, %i: index) {
  // expected-note@+1 {{a ring of 262272 bytes}}
  %r = gqgpu.ring_create : !big
  gqgpu.return
}

// -----

// expected-error@+1 {{has 2048 threads, the limit is 1024}}
gqgpu.kernel @threads() attributes {threads = 2048} {
  gqgpu.return
}

// -----

gqgpu.kernel @other_threads() attributes {threads = 384} {
  // expected-error@+1 {{expects a kernel of 256 threads for 5 warps of its roles, got 384}}
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @groups() {
  // expected-error@+1 {{needs 1152 threads for 33 warps of its roles, the limit is 1024}}
  gqgpu.warp_specialize {
    // expected-note@+1 {{role "math" has 32 warps}}
    gqgpu.role "math" kind math groups 8 warps 4 registers 48 (%g) {
    }
    // expected-note@+1 {{role "fill" has 1 warps}}
    gqgpu.role "fill" kind fill warps 1 registers 24 {
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @pool() {
  // expected-error@+1 {{needs 66560 registers per thread block, the limit for 512 threads is 65536}}
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 3 warps 4 registers 160 (%g) {
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

!acc = !gqgpu.fragment<64x256xf32, #gqgpu.mma>
gqgpu.kernel @carried(%x: f32, %n: index, %d: memref<?x256xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  gqgpu.warp_specialize {
    // expected-note@+1 {{the registers are given here}}
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%g) {
      %init = gqgpu.splat %x : f32 -> !acc
      // expected-error@+1 {{carries 256 f32 values of fragments in each thread, role "math" has 232 registers}}
      %e:2 = scf.for %k = %c0 to %n step %c1 iter_args(%p = %init, %q = %init) -> (!acc, !acc) {
        scf.yield %q, %p : !acc, !acc
      }
      gqgpu.store_fragment %e#0, %d[%c0, %c0] : !acc, memref<?x256xf32>
      gqgpu.store_fragment %e#1, %d[%c0, %c0] : !acc, memref<?x256xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @range() {
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%g) {
    }
    // expected-error@+1 {{expects register counts between 24 and 256 that are multiples of 8, got 16}}
    gqgpu.role "fill" kind fill warps 1 registers 16 {
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @range() {
  gqgpu.warp_specialize {
    // expected-error@+1 {{expects register counts between 24 and 256 that are multiples of 8, got 264}}
    gqgpu.role "math" kind math groups 2 warps 4 registers 264 (%g) {
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @range() {
  gqgpu.warp_specialize {
    // expected-error@+1 {{expects register counts between 24 and 256 that are multiples of 8, got 100}}
    gqgpu.role "math" kind math groups 2 warps 4 registers 100 (%g) {
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

// A launch gives all threads the same; who fills gives back, who computes takes.
gqgpu.kernel @fills_with_more() {
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 168 (%g) {
    }
    // expected-error@+1 {{has 176 registers, expects at most the 168 of each of 384 threads at launch}}
    gqgpu.role "fill" kind fill warps 1 registers 176 {
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @computes_with_less() {
  gqgpu.warp_specialize {
    // expected-error@+1 {{has 160 registers, expects at least the 168 of each of 384 threads at launch}}
    gqgpu.role "math" kind math groups 2 warps 4 registers 160 (%g) {
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

// Registers go to whole groups of four warps: the fifth warp of those that copy
// takes another group.
gqgpu.kernel @two_groups_copy() {
  // expected-error@+1 {{needs 71680 registers per thread block, the limit for 512 threads is 65536}}
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%g) {
    }
    gqgpu.role "tma" kind tma warps 1 registers 48 {
    }
    gqgpu.role "copy" kind copy warps 4 registers 48 {
    }
  }
  gqgpu.return
}

// -----

// expected-error@+1 {{has a cluster of 16 thread blocks, the limit is 8}}
gqgpu.kernel @cluster() attributes {threads = 128, cluster = 16} {
  gqgpu.return
}

// -----

// The limits are those of the module's target.
!ring = !gqgpu.ring<4, <256x128xf8E4M3FN, swizzle = 128>>
module attributes {gq.target = #gq.target<h200, shared_memory = 100000>} {
  gpu.module @kernels {
    // expected-error@+1 {{uses 131136 bytes of shared memory, the limit is 100000}}
    gqgpu.kernel @less_shared_memory(%a: memref<?x128xf8E4M3FN>, %i: index) {
      // expected-note@+1 {{a ring of 131136 bytes}}
      %r = gqgpu.ring_create : !ring
      gqgpu.return
    }
  }
}

// -----

// Of two thread blocks on a multiprocessor each has half.
!half = !gqgpu.ring<4, <256x128xf8E4M3FN, swizzle = 128>>
// expected-error@+1 {{uses 131136 bytes of shared memory, the limit is 115712}}
gqgpu.kernel @share_of_memory(%a: memref<?x128xf8E4M3FN>, %i: index) attributes {occupancy = 2} {
  // expected-note@+1 {{a ring of 131136 bytes}}
  %r = gqgpu.ring_create : !half
  gqgpu.return
}

// -----

gqgpu.kernel @share_of_registers() attributes {occupancy = 2} {
  // expected-error@+1 {{needs 34816 registers per thread block, the limit for 256 threads is 26624}}
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 232 (%g) {
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @launched_with() attributes {occupancy = 4} {
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 64 (%g) {
    }
    // expected-error@+1 {{has 72 registers, expects at most the 64 of each of 256 threads at launch}}
    gqgpu.role "fill" kind fill warps 1 registers 72 {
    }
  }
  gqgpu.return
}

// -----

// expected-error@+1 {{has an occupancy of 3, which takes 3072 threads of a multiprocessor, the limit is 2048}}
gqgpu.kernel @share_of_threads() attributes {threads = 1024, occupancy = 3} {
  gqgpu.return
}
