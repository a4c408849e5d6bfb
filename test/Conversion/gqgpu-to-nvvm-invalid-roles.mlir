// One test for every diagnostic: roles.
// RUN: gq-opt %s --gq-expand-reductions --gq-stage-stores --gq-allocate-shared-memory --convert-gqgpu-to-nvvm --split-input-file --verify-diagnostics

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>, <64x32xi32, swizzle = 128>>
!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
gpu.module @m {
gqgpu.kernel @k(%a: memref<?x128xf8E4M3FN>, %s: memref<?x1xf32>, %d: memref<64x64xf32>, %i: memref<?x32xi32>) attributes {threads = 384} {
  %c0 = arith.constant 0 : index
  %t = arith.constant true
  %r = gqgpu.ring_create filled_by ["tma"] arrivals 1 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  // expected-error@+1 {{expects a kernel of 256 threads for 5 warps of its roles, got 384}}
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %z = arith.constant 0.0 : f32
      %f = gqgpu.splat %z : f32 -> !acc
      gqgpu.store_fragment %f, %d[%c0, %c0] : !acc, memref<64x64xf32>
    }
    gqgpu.role "tma" kind tma warps 1 registers 40 {
    }
  }
  gqgpu.return
}
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>, <64x32xi32, swizzle = 128>>
!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
gpu.module @m {
gqgpu.kernel @k(%a: memref<?x128xf8E4M3FN>, %s: memref<?x1xf32>, %d: memref<64x64xf32>, %i: memref<?x32xi32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %t = arith.constant true
  %r = gqgpu.ring_create bytes 8192 filled_by ["tma"] arrivals 1 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
    }
    gqgpu.role "tma" kind tma warps 1 registers 40 {
      %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
    // expected-error@+1 {{has no lowering for element type 'i32'}}
      gqgpu.tma_load %i[%c0, %c0] -> %r[%slot] tile 2 : memref<?x32xi32>, !ring
    }
  }
  gqgpu.return
}
}

// -----

// The last group would wait for registers for ever.
!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
gpu.module @m {
gqgpu.kernel @k(%d: memref<64x64xf32>) attributes {threads = 384} {
  %c0 = arith.constant 0 : index
  // expected-error@+1 {{needs 66560 registers per thread block, the limit for 384 threads is 64512}}
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 240 (%g) {
      %z = arith.constant 0.0 : f32
      %f = gqgpu.splat %z : f32 -> !acc
      gqgpu.store_fragment %f, %d[%c0, %c0] : !acc, memref<64x64xf32>
    }
    gqgpu.role "tma" kind tma warps 1 registers 40 {
    }
  }
  gqgpu.return
}
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gpu.module @m {
gqgpu.kernel @k(%a: memref<?x128xf8E4M3FN>, %s: memref<?x1xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create bytes 8192 filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
    }
    // expected-error@+1 {{fills in two ways; run gq-split-copies first}}
    gqgpu.role "fill" kind fill warps 2 registers 40 {
      %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
      gqgpu.tma_load %a[%c0, %c0] -> %r[%slot] tile 0 : memref<?x128xf8E4M3FN>, !ring
      gqgpu.copy_load %s[%c0, %c0] -> %r[%slot] tile 1 : memref<?x1xf32>, !ring
      gqgpu.commit %r[%slot] : !ring
    }
  }
  gqgpu.return
}
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gpu.module @m {
gqgpu.kernel @k(%a: memref<?x128xf8E4M3FN>, %s: memref<?x1xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  // expected-error@+1 {{does not say filled_by and consumed_by; run gq-warp-specialize first}}
  %r = gqgpu.ring_create : !ring
  gqgpu.return
}
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gpu.module @m {
gqgpu.kernel @k(%a: memref<?x128xf8E4M3FN>, %s: memref<?x1xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create filled_by ["copy"] arrivals 32 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  // expected-error@+1 {{expects to be in a role}}
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  gqgpu.return
}
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gpu.module @m {
gqgpu.kernel @k(%a: memref<?x128xf8E4M3FN>, %s: memref<?x1xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = gqgpu.ring_create filled_by ["copy"] arrivals 32 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
    }
    gqgpu.role "copy" kind copy warps 1 registers 40 {
      scf.for %k = %c0 to %c1 step %c1 iter_args(%q = %r) -> (!ring) {
        // expected-error@+1 {{expects the result of a gqgpu.ring_create, which says the bytes of a slot}}
        %slot = gqgpu.acquire %q[%c] : !ring -> !gqgpu.slot
        gqgpu.commit %q[%slot] : !ring
        scf.yield %q : !ring
      }
    }
  }
  gqgpu.return
}
}

// -----

// Layouts number the threads that run the op.
!f = !gqgpu.fragment<8x192xf32, #gqgpu.blocked<[8, 32], chunk = 2>>
gpu.module @m {
gqgpu.kernel @k(%z: memref<8x192xf32>) attributes {threads = 256} {
  %zero = arith.constant 0.0 : f32
  gqgpu.warp_specialize {
    // expected-note@+1 {{the role}}
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      // expected-error@+1 {{has a layout of 256 threads in 1 thread blocks, role "math" has 128 in 1}}
      %v = gqgpu.splat %zero : f32 -> !f
    }
    gqgpu.role "copy" kind copy warps 1 registers 40 {
    }
  }
  gqgpu.return
}
}
