// What a kernel does in global memory is behind a wait of the same threads for the
// kernel in front; one test for every diagnostic.
// RUN: gq-opt %s --gq-verify-protocol --split-input-file --verify-diagnostics

gqgpu.kernel @right(%x: memref<64x128xf32>, %w: memref<64x128xf32> {gq.constant}, %d: memref<64x128xf32>, %n: index)
    attributes {dependent, threads = 128 : i64} {
  %c0 = arith.constant 0 : index
  %c = gqgpu.load %w[%c0, %c0] : memref<64x128xf32> -> tensor<64x128xf32>
  gqgpu.dependency_wait
  gqgpu.tile_loop (%i) to (%n) step [64] {
    %t = gqgpu.load %x[%i, %c0] : memref<64x128xf32> -> tensor<64x128xf32>
    gqgpu.store %t, %d[%i, %c0] : tensor<64x128xf32>, memref<64x128xf32>
  }
  gqgpu.return
}

// -----

gqgpu.kernel @too_late(%x: memref<64x128xf32>, %d: memref<64x128xf32>) attributes {dependent, threads = 128 : i64} {
  %c0 = arith.constant 0 : index
  // expected-error@+1 {{reads argument 0 of the kernel, which the kernel in front may still write; expects a gqgpu.dependency_wait before it}}
  %t = gqgpu.load %x[%c0, %c0] : memref<64x128xf32> -> tensor<64x128xf32>
  // expected-error@+1 {{writes argument 1 of the kernel, which the kernel in front may still read or write; expects a gqgpu.dependency_wait before it}}
  gqgpu.store %t, %d[%c0, %c0] : tensor<64x128xf32>, memref<64x128xf32>
  gqgpu.dependency_wait
  gqgpu.return
}

// -----

// A wait in a branch is none for what is behind the branch.
gqgpu.kernel @in_a_branch(%x: memref<64x128xf32>, %d: memref<64x128xf32>, %if: i1)
    attributes {dependent, threads = 128 : i64} {
  %c0 = arith.constant 0 : index
  scf.if %if {
    gqgpu.dependency_wait
  }
  // expected-error@+1 {{reads argument 0 of the kernel}}
  %t = gqgpu.load %x[%c0, %c0] : memref<64x128xf32> -> tensor<64x128xf32>
  gqgpu.dependency_wait
  gqgpu.store %t, %d[%c0, %c0] : tensor<64x128xf32>, memref<64x128xf32>
  gqgpu.return
}

// -----

// What another role waits for does not count, whoever fills the slots.
!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @of_another_role(%a: memref<64x128xf8E4M3FN>, %d: memref<64x128xf32>)
    attributes {dependent, threads = 256 : i64} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %r = gqgpu.ring_create bytes 8192 filled_by ["tma"] arrivals 1 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      %v = gqgpu.splat %zero : f32 -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
      gqgpu.release %r[%full] : !ring
      // expected-error@+1 {{writes argument 1 of the kernel, which the kernel in front may still read or write; expects a gqgpu.dependency_wait before it in the math role}}
      gqgpu.store_fragment %v, %d[%c0, %c0] : !gqgpu.fragment<64x128xf32, #gqgpu.mma>, memref<64x128xf32>
    }
    gqgpu.role "tma" kind tma warps 1 registers 40 {
      gqgpu.dependency_wait
      %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
      gqgpu.tma_load %a[%c0, %c0] -> %r[%slot] tile 0 : memref<64x128xf8E4M3FN>, !ring
      gqgpu.commit %r[%slot] : !ring
    }
  }
  gqgpu.return
}

// -----

// Whether or not the kernel begins early.
gqgpu.kernel @constant(%x: memref<64x128xf32>, %d: memref<64x128xf32> {gq.constant}) attributes {threads = 128 : i64} {
  %c0 = arith.constant 0 : index
  %t = gqgpu.load %x[%c0, %c0] : memref<64x128xf32> -> tensor<64x128xf32>
  // expected-error@+1 {{writes argument 1 of the kernel, which is gq.constant}}
  gqgpu.store %t, %d[%c0, %c0] : tensor<64x128xf32>, memref<64x128xf32>
  gqgpu.return
}
