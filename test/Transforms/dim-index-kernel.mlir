// The same inside kernels.
// RUN: gq-opt %s --gq-promote-tma --split-input-file --verify-diagnostics
// RUN: gq-opt %s --gq-pipeline-stages --split-input-file --verify-diagnostics
// RUN: gq-opt %s --gq-warp-specialize --split-input-file --verify-diagnostics
// RUN: gq-opt %s --gq-distribute --split-input-file --verify-diagnostics
// RUN: gq-opt %s --convert-gqgpu-to-nvvm --split-input-file --verify-diagnostics

gpu.module @m {
  gqgpu.kernel @k(%a: memref<?x64xf32>) attributes {threads = 128 : i64} {
    %c2 = arith.constant 2 : index
    // expected-error@+1 {{expects an index below the rank 2, got 2}}
    %m = memref.dim %a, %c2 : memref<?x64xf32>
    gqgpu.tile_loop (%i) to (%m) step [8] {
      gqgpu.yield
    }
    gqgpu.return
  }
}

// -----

gpu.module @m {
  gqgpu.kernel @k(%a: memref<?x64xf32>, %i: index) attributes {threads = 128 : i64} {
    %c3 = arith.constant 3 : index
    %t = gqgpu.load %a[%i, %i] : memref<?x64xf32> -> tensor<8x64xf32>
    // expected-error@+1 {{expects an index below the rank 2, got 3}}
    %m = tensor.dim %t, %c3 : tensor<8x64xf32>
    gqgpu.tile_loop (%j) to (%m) step [8] {
      gqgpu.yield
    }
    gqgpu.return
  }
}
