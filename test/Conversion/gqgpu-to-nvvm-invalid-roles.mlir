// One test for every diagnostic: roles.
// RUN: gq-opt %s --gq-expand-reductions --gq-stage-stores --gq-allocate-shared-memory --convert-gqgpu-to-nvvm --split-input-file --verify-diagnostics

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>, <64x32xi32, swizzle = 128>>
!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
gpu.module @m {
gqgpu.kernel @k(%a: memref<?x128xf8E4M3FN>, %s: memref<?x1xf32>, %d: memref<64x64xf32>, %i: memref<?x32xi32>) attributes {threads = 384} {
  %c0 = arith.constant 0 : index
  %t = arith.constant true
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  // expected-error@+1 {{expects a kernel of 256 threads for 1 math groups and the producer, got 384}}
  gqgpu.warp_specialize groups 1 registers (40, 160) producer {
  } math {
  ^bb0(%g: index):
    %z = arith.constant 0.0 : f32
    %f = gqgpu.splat %z : f32 -> !acc
    gqgpu.store_fragment %f, %d[%c0, %c0] : !acc, memref<64x64xf32>
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
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize groups 1 registers (40, 160) producer {
    %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
    scf.if %t {
  // expected-error@+1 {{is conditional; expects loads in the block of their acquire, so that their bytes are known}}
      gqgpu.tma_load %a[%c0, %c0] -> %r[%slot] tile 0 : memref<?x128xf8E4M3FN>, !ring
    }
  } math {
  ^bb0(%g: index):
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
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize groups 1 registers (40, 160) producer {
    scf.for %k = %c0 to %c0 step %c0 {
  // expected-error@+1 {{expects to be in the math region of a warp_specialize}}
      %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
    }
  } math {
  ^bb0(%g: index):
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
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize groups 1 registers (40, 160) producer {
  } math {
  ^bb0(%g: index):
  // expected-error@+1 {{expects to be in the producer region of a warp_specialize}}
    %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
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
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize groups 1 registers (40, 160) producer {
    %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{has no lowering for element type 'i32'}}
    gqgpu.tma_load %i[%c0, %c0] -> %r[%slot] tile 2 : memref<?x32xi32>, !ring
  } math {
  ^bb0(%g: index):
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
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize groups 1 registers (40, 160) producer {
    %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
    %c1 = arith.constant 1 : index
    %n = memref.dim %a, %c0 : memref<?x128xf8E4M3FN>
    scf.for %k = %c0 to %n step %c1 iter_args(%u = %slot) -> (!gqgpu.slot) {
  // expected-error@+1 {{expects a slot that an acquire returned, so that its bytes are known}}
      gqgpu.tma_load %a[%c0, %c0] -> %r[%u] tile 0 : memref<?x128xf8E4M3FN>, !ring
      %v = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
      scf.yield %v : !gqgpu.slot
    }
  } math {
  ^bb0(%g: index):
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
  gqgpu.warp_specialize groups 2 registers (40, 240) producer {
  } math {
  ^bb0(%g: index):
    %z = arith.constant 0.0 : f32
    %f = gqgpu.splat %z : f32 -> !acc
    gqgpu.store_fragment %f, %d[%c0, %c0] : !acc, memref<64x64xf32>
  }
  gqgpu.return
}
}
