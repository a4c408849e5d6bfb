// A maximum over the thread blocks of a cluster, in tiles: all get the largest value of each. Whoever
// comes alone waits for ever.
// RUN: gq-run %s --entry=most --backend=simulate --interleavings=9 --output=%t.npy
// RUN: gq-run %s --entry=expected --backend=reference --output=%t.expected.npy
// RUN: cmp %t.npy %t.expected.npy
// RUN: not gq-run %s --entry=alone --backend=simulate --interleavings=9 2>&1 | FileCheck %s --check-prefix=ALONE
// ALONE: error: 'gqgpu.max_over_peers' op never returns, a deadlock: thread block 0 waits for other thread blocks
module attributes {gpu.container_module} {
  gpu.module @kernels {
    // In each of two tiles thread block 0 has their number, thread block 1 less, or more.
    gqgpu.kernel @most(%d: memref<4x2xf32>)
        attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2, 1>, threads = 128 : i64} {
      %one = arith.constant 1.0 : f32
      %two = arith.constant 2.0 : f32
      %less = arith.constant -3.0 : f32
      %c1 = arith.constant 1 : index
      %c2 = arith.constant 2 : index
      %c3 = arith.constant 3 : index
      %c4 = arith.constant 4 : index
      gqgpu.tile_loop (%i, %j) to (%c4, %c2) step [1, 2] {
        %at1 = arith.cmpi eq, %i, %c1 : index
        %at3 = arith.cmpi eq, %i, %c3 : index
        %x = arith.select %at1, %less, %one : f32
        %y = arith.select %at3, %two, %x : f32
        %e = tensor.empty() : tensor<1x2xf32>
        %own = linalg.fill ins(%y : f32) outs(%e : tensor<1x2xf32>) -> tensor<1x2xf32>
        %s = gqgpu.max_over_peers %own : tensor<1x2xf32>
        gqgpu.store %s, %d[%i, %j] : tensor<1x2xf32>, memref<4x2xf32>
      }
      gqgpu.return
    }
    gqgpu.kernel @alone(%d: memref<4x2xf32>)
        attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2, 1>, threads = 128 : i64} {
      %one = arith.constant 1.0 : f32
      %c0 = arith.constant 0 : index
      %c2 = arith.constant 2 : index
      %c4 = arith.constant 4 : index
      gqgpu.tile_loop (%i, %j) to (%c4, %c2) step [1, 2] {
        %row = affine.apply affine_map<(i) -> (i mod 2)>(%i)
        %first = arith.cmpi eq, %row, %c0 : index
        %e = tensor.empty() : tensor<1x2xf32>
        %own = linalg.fill ins(%one : f32) outs(%e : tensor<1x2xf32>) -> tensor<1x2xf32>
        scf.if %first {
          %s = gqgpu.max_over_peers %own : tensor<1x2xf32>
        }
        gqgpu.store %own, %d[%i, %j] : tensor<1x2xf32>, memref<4x2xf32>
      }
      gqgpu.return
    }
  }
  func.func @most() -> tensor<4x2xf32> {
    %e = tensor.empty() : tensor<4x2xf32>
    %d = gqgpu.launch @kernels::@most outs(%e : tensor<4x2xf32>) -> tensor<4x2xf32>
    return %d : tensor<4x2xf32>
  }
  func.func @alone() -> tensor<4x2xf32> {
    %e = tensor.empty() : tensor<4x2xf32>
    %d = gqgpu.launch @kernels::@alone outs(%e : tensor<4x2xf32>) -> tensor<4x2xf32>
    return %d : tensor<4x2xf32>
  }
  func.func @expected() -> tensor<4x2xf32> {
    %d = arith.constant dense<[[1.0, 1.0], [1.0, 1.0], [2.0, 2.0], [2.0, 2.0]]> : tensor<4x2xf32>
    return %d : tensor<4x2xf32>
  }
}
