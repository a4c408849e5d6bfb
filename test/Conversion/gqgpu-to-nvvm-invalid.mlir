// One test for every diagnostic: kernels.
// RUN: gq-opt %s --gq-expand-reductions --gq-stage-stores --gq-allocate-shared-memory --convert-gqgpu-to-nvvm --split-input-file --verify-diagnostics

gpu.module @m {
// expected-error@+1 {{argument 1 is not a memref; scalar arguments have no lowering}}
gqgpu.kernel @k(%x: memref<4xf32>, %n: index) attributes {threads = 256} {

  gqgpu.return
}
}

// -----

// expected-error@+1 {{expects to be in a gpu.module}}
gqgpu.kernel @k(%x: memref<4xf32>) attributes {threads = 256} {

  gqgpu.return
}

// -----

gpu.module @m {
// expected-error@+1 {{has no threads; run gq-warp-specialize or gq-outline-kernels first}}
gqgpu.kernel @k(%x: memref<4xf32>) {

  gqgpu.return
}
}

// -----

gpu.module @m {
// expected-error@+1 {{bytes of shared memory, the limit is 232448}}
gqgpu.kernel @k(%x: memref<4xf32>) attributes {threads = 256} {
  // expected-note@+1 {{a ring of 262272 bytes}}
  %r = gqgpu.ring_create : !gqgpu.ring<8, <256x128xf8E4M3FN, swizzle = 128>>
  gqgpu.return
}
}

// -----

!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
gpu.module @m {
gqgpu.kernel @k(%x: memref<4x4xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  %f = gqgpu.splat %z : f32 -> !acc
  %y = memref.alloc() : memref<64x64xf32>
  // expected-error@+1 {{uses a memref that is not an argument of the kernel}}
  gqgpu.store_fragment %f, %y[%c0, %c0] : !acc, memref<64x64xf32>
  gqgpu.return
}
}

// -----

!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
gpu.module @m {
gqgpu.kernel @k(%x: memref<?x?xf32>, %q: memref<1xi32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  %f = gqgpu.splat %z : f32 -> !acc
  %g = gpu.thread_id x
  // expected-error@+1 {{expects a constant dimension inside a kernel}}
  %n = memref.dim %x, %g : memref<?x?xf32>
  gqgpu.store_fragment %f, %x[%n, %c0] : !acc, memref<?x?xf32>
  gqgpu.return
}
}

// -----

!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
gpu.module @m {
gqgpu.kernel @k(%x: memref<?x?xf32>) attributes {threads = 128} {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  %f = gqgpu.splat %z : f32 -> !acc
  %n = memref.dim %x, %c0 : memref<?x?xf32>
  // expected-error@+1 {{is not expanded; run gq-expand-tile-loops first}}
  gqgpu.tile_loop (%i) to (%n) step [1] {
    gqgpu.store_fragment %f, %x[%c0, %c0] : !acc, memref<?x?xf32>
  }
  gqgpu.return
}
}

// -----

gpu.module @m {
gqgpu.kernel @k(%x: memref<?x4xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?x4xf32>
  // expected-error@+1 {{'affine.apply' op divides by 0, expects a positive constant}}
  %i = affine.apply affine_map<(n) -> (n floordiv 0)>(%n)
  gqgpu.return
}
}

// -----

gpu.module @m {
gqgpu.kernel @k(%x: memref<?x4xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?x4xf32>
  // expected-error@+1 {{'affine.min' op divides by s0, expects a positive constant}}
  %i = affine.min affine_map<(n)[s] -> (n, n mod s)>(%n)[%n]
  gqgpu.return
}
}
