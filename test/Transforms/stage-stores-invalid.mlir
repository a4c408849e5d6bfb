// One test for every diagnostic of gq-stage-stores.
// RUN: gq-opt %s --gq-stage-stores --split-input-file --verify-diagnostics

!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
gqgpu.kernel @outside_of_roles(%z: f32, %x: memref<64x64xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %f = gqgpu.splat %z : f32 -> !acc
  // expected-error@+1 {{cannot go by tma: expects a product in a math role, got}}
  gqgpu.store_fragment %f, %x[%c0, %c0] {path = #gqgpu.path<tma>} : !acc, memref<64x64xf32>
  gqgpu.return
}

// -----

!acc = !gqgpu.fragment<64x24xf32, #gqgpu.mma>
gqgpu.kernel @columns(%z: f32, %x: memref<64x24xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %f = gqgpu.splat %z : f32 -> !acc
      // expected-error@+1 {{cannot go by tma: expects a multiple of 16 columns of 2- or 4-byte floats, got}}
      gqgpu.store_fragment %f, %x[%c0, %c0] {path = #gqgpu.path<tma>} : !acc, memref<64x24xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
gqgpu.kernel @not_in_math(%z: f32, %x: memref<64x64xf32>) {
  %c0 = arith.constant 0 : index
  gqgpu.warp_specialize {
    gqgpu.role "copy" kind copy warps 4 registers 40 {
      %f = gqgpu.splat %z : f32 -> !acc
      // expected-error@+1 {{cannot go by tma: expects a product in a math role, got}}
      gqgpu.store_fragment %f, %x[%c0, %c0] {path = #gqgpu.path<tma>} : !acc, memref<64x64xf32>
    }
  }
  gqgpu.return
}
