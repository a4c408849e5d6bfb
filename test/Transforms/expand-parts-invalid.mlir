// RUN: gq-opt %s --gq-expand-parts --split-input-file --verify-diagnostics

gqgpu.kernel @tiles(%t: index, %parts: memref<8x4096xf32>, %flags: memref<1x32xi32>) {
  gqgpu.tile_loop (%i, %j) to (%t, %t) step [64, 64] persistent cut (%first, %last, %range, %end, %owns) of 4 among 8 {
    %e = tensor.empty() : tensor<64x64xf32>
    // expected-error@+1 {{is on tiles; run gq-distribute first}}
    %s = gqgpu.combine_parts %range to %end if %owns through %parts, %flags(%e) : memref<8x4096xf32>, memref<1x32xi32>, tensor<64x64xf32>
  }
  gqgpu.return
}

// -----

!slab = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
gqgpu.kernel @outside(%t: index, %z: f32, %parts: memref<8x4096xf32>, %flags: memref<1x32xi32>) {
  gqgpu.tile_loop (%i, %j) to (%t, %t) step [64, 64] persistent cut (%first, %last, %range, %end, %owns) of 4 among 8 {
    %e = gqgpu.splat %z : f32 -> !slab
    // expected-error@+1 {{is outside of roles, expects to be in a math role; run gq-warp-specialize first}}
    %s = gqgpu.combine_parts %range to %end if %owns through %parts, %flags(%e) : memref<8x4096xf32>, memref<1x32xi32>, !slab
  }
  gqgpu.return
}
