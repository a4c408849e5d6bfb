// One test for every diagnostic: fragments.
// RUN: gq-opt %s --convert-gqgpu-to-nvvm --split-input-file --verify-diagnostics

gpu.module @m {
gqgpu.kernel @k(%x: memref<8x128xf32>) attributes {threads = 128} {
  %c0 = arith.constant 0 : index
  // expected-error@+1 {{has a layout of 256 threads in 1 thread blocks, the kernel has 128 in 1}}
  %f = gqgpu.load_fragment %x[%c0, %c0] map affine_map<(r, c) -> (r, c)> : memref<8x128xf32> -> !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
  gqgpu.store_fragment %f, %x[%c0, %c0] : !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>, memref<8x128xf32>
  gqgpu.return
}
}

// -----

gpu.module @m {
gqgpu.kernel @k(%x: memref<8x128xf32>) attributes {threads = 256, cluster = 2} {
  %c0 = arith.constant 0 : index
  // expected-error@+1 {{has a layout of 256 threads in 1 thread blocks, the kernel has 256 in 2}}
  %f = gqgpu.load_fragment %x[%c0, %c0] map affine_map<(r, c) -> (r, c)> : memref<8x128xf32> -> !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
  gqgpu.store_fragment %f, %x[%c0, %c0] : !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>, memref<8x128xf32>
  gqgpu.return
}
}

// -----

gpu.module @m {
gqgpu.kernel @k(%x: memref<8x128xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  %f = gqgpu.splat %z : f32 -> !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
  // expected-error@+1 {{cannot go by tma: expects operand value in a layout of matrices, as that of a product, got '!gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>'}}
  gqgpu.store_fragment %f, %x[%c0, %c0] {path = #gqgpu.path<tma>} : !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>, memref<8x128xf32>
  gqgpu.return
}
}

// -----

gpu.module @m {
gqgpu.kernel @k(%x: memref<8x128xf64>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  // expected-error@+2 {{failed to legalize operation 'gqgpu.load_fragment'}}
  // expected-error@+1 {{has no lowering for element type 'f64'}}
  %f = gqgpu.load_fragment %x[%c0, %c0] map affine_map<(r, c) -> (r, c)> : memref<8x128xf64> -> !gqgpu.fragment<8x128xf64, #gqgpu.blocked<[8, 32], chunk = 4>>
  gqgpu.store_fragment %f, %x[%c0, %c0] : !gqgpu.fragment<8x128xf64, #gqgpu.blocked<[8, 32], chunk = 4>>, memref<8x128xf64>
  gqgpu.return
}
}

// -----

gpu.module @m {
gqgpu.kernel @k(%x: memref<8x128xf8E4M3>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  // expected-error@+2 {{failed to legalize operation 'gqgpu.load_fragment'}}
  // expected-error@+1 {{has no lowering for element type 'f8E4M3'}}
  %f = gqgpu.load_fragment %x[%c0, %c0] map affine_map<(r, c) -> (r, c)> : memref<8x128xf8E4M3> -> !gqgpu.fragment<8x128xf8E4M3, #gqgpu.blocked<[8, 32], chunk = 4>>
  gqgpu.store_fragment %f, %x[%c0, %c0] : !gqgpu.fragment<8x128xf8E4M3, #gqgpu.blocked<[8, 32], chunk = 4>>, memref<8x128xf8E4M3>
  gqgpu.return
}
}

// -----

gpu.module @m {
gqgpu.kernel @k(%x: memref<8x128xf64>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f64
  %f = gqgpu.splat %z : f64 -> !gqgpu.fragment<8x128xf64, #gqgpu.blocked<[8, 32], chunk = 4>>
  // expected-error@+2 {{failed to legalize operation 'gqgpu.store_fragment'}}
  // expected-error@+1 {{has no lowering for element type 'f64'}}
  gqgpu.store_fragment %f, %x[%c0, %c0] : !gqgpu.fragment<8x128xf64, #gqgpu.blocked<[8, 32], chunk = 4>>, memref<8x128xf64>
  gqgpu.return
}
}

// -----

gpu.module @m {
gqgpu.kernel @k(%x: memref<8x128xf32>, %s: memref<8x1xf32>, %q: memref<8x128xf8E4M3FN>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %f = gqgpu.load_fragment %x[%c0, %c0] map affine_map<(r, c) -> (r, c)> : memref<8x128xf32> -> !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
  %z = arith.constant 1.0 : f32
  %m = gqgpu.splat %z : f32 -> !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [1, 128]>
  %c = gqgpu.scaled_cast %f, %m : !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>, !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [1, 128]> -> !gqgpu.fragment<8x128xf8E4M3FN, #gqgpu.blocked<[8, 32], chunk = 4>>
  // expected-error@+2 {{has no lowering for element type 'f8E4M3FN'}}
  // expected-error@+1 {{failed to legalize operation 'gqgpu.mask'}}
  %n = gqgpu.mask %c to (%c0, %c0) : !gqgpu.fragment<8x128xf8E4M3FN, #gqgpu.blocked<[8, 32], chunk = 4>>
  gqgpu.store_fragment %n, %q[%c0, %c0] : !gqgpu.fragment<8x128xf8E4M3FN, #gqgpu.blocked<[8, 32], chunk = 4>>, memref<8x128xf8E4M3FN>
  gqgpu.return
}
}

// -----

// A math group holds a fragment, not the kernel.
gpu.module @m {
gqgpu.kernel @k(%x: memref<8x128xf32>) attributes {threads = 384} {
  gqgpu.warp_specialize {
    // expected-note@+1 {{the role}}
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
      %c0 = arith.constant 0 : index
      %z = arith.constant 0.0 : f32
      // expected-error@+1 {{has a layout of 256 threads in 1 thread blocks, role "math" has 128 in 1}}
      %f = gqgpu.splat %z : f32 -> !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
      gqgpu.store_fragment %f, %x[%c0, %c0] : !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>, memref<8x128xf32>
    }
    gqgpu.role "tma" kind tma warps 1 registers 40 {
    }
  }
  gqgpu.return
}
}

// -----

// Two groups of threads would hold, and store, the same.
gpu.module @m {
gqgpu.kernel @k(%x: memref<64x64xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  // expected-error@+1 {{has a layout of 128 threads in 1 thread blocks, the kernel has 256 in 1}}
  %f = gqgpu.splat %z : f32 -> !gqgpu.fragment<64x64xf32, #gqgpu.mma>
  gqgpu.store_fragment %f, %x[%c0, %c0] : !gqgpu.fragment<64x64xf32, #gqgpu.mma>, memref<64x64xf32>
  gqgpu.return
}
}

// -----

// What earlier passes take apart.
!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
!s = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [8, 128]>
gpu.module @m {
gqgpu.kernel @k(%s: memref<1x1xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  %f = gqgpu.splat %z : f32 -> !f
  // expected-error@+1 {{has no lowering as it is; run gq-expand-reductions first}}
  %m = gqgpu.block_absmax %f {amax_floor = 0.0 : f32} : !f -> !s
  gqgpu.store_fragment %m, %s[%c0, %c0] : !s, memref<1x1xf32>
  gqgpu.return
}
}

// -----

!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
gpu.module @m {
gqgpu.kernel @k(%d: memref<64x64xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %f = gqgpu.splat %z : f32 -> !acc
      // expected-error@+1 {{has no lowering as it is; run gq-stage-stores first}}
      gqgpu.store_fragment %f, %d[%c0, %c0] {path = #gqgpu.path<tma>} : !acc, memref<64x64xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}
}

// -----

gpu.module @m {
gqgpu.kernel @k(%d: memref<64x64xf32>) attributes {threads = 256} {
  // expected-error@+1 {{has no lowering as it is; run gq-allocate-shared-memory first}}
  %t = gqgpu.shared_alloc : !gqgpu.tile<1x4xf32>
  gqgpu.clear %t : !gqgpu.tile<1x4xf32>
  gqgpu.return
}
}
