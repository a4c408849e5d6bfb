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
  // expected-error@+1 {{expects a kernel of 256 threads for 1 math groups and the producer, got 384}}
  gqgpu.warp_specialize groups 1 registers (40, 160) producer {
  } math {
  ^bb0(%g: index):
  }
  gqgpu.return
}

// -----

gqgpu.kernel @groups() {
  // expected-error@+1 {{needs 1152 threads for 8 math groups and the producer, the limit is 1024}}
  gqgpu.warp_specialize groups 8 registers (24, 48) producer {
  } math {
  ^bb0(%g: index):
  }
  gqgpu.return
}

// -----

gqgpu.kernel @pool() {
  // expected-error@+1 {{needs 66560 registers per thread block, the limit for 512 threads is 65536}}
  gqgpu.warp_specialize groups 3 registers (40, 160) producer {
  } math {
  ^bb0(%g: index):
  }
  gqgpu.return
}

// -----

!acc = !gqgpu.fragment<64x256xf32, #gqgpu.mma>
gqgpu.kernel @carried(%x: f32, %n: index, %d: memref<?x256xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-note@+1 {{the registers are given here}}
  gqgpu.warp_specialize groups 2 registers (40, 232) producer {
  } math {
  ^bb0(%g: index):
    %init = gqgpu.splat %x : f32 -> !acc
    // expected-error@+1 {{carries 256 f32 values of fragments in each thread, a math thread has 232 registers}}
    %e:2 = scf.for %k = %c0 to %n step %c1 iter_args(%p = %init, %q = %init) -> (!acc, !acc) {
      scf.yield %q, %p : !acc, !acc
    }
    gqgpu.store_fragment %e#0, %d[%c0, %c0] : !acc, memref<?x256xf32>
    gqgpu.store_fragment %e#1, %d[%c0, %c0] : !acc, memref<?x256xf32>
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
