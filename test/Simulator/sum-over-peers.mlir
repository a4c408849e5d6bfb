// A sum over the thread blocks of a cluster, in tiles: each adds the parts in the order of the
// thread blocks, columns of its own. Whoever comes alone waits for ever.
// RUN: gq-run %s --entry=sum --backend=simulate --interleavings=9 --output=%t.npy
// RUN: gq-run %s --entry=expected --backend=reference --output=%t.expected.npy
// RUN: cmp %t.npy %t.expected.npy
// Or the first one has all columns, and the result of the other one is not used.
// RUN: gq-run %s --entry=first --backend=simulate --interleavings=9 --output=%t.first.npy
// RUN: cmp %t.first.npy %t.expected.npy
// RUN: not gq-run %s --entry=alone --backend=simulate --interleavings=9 2>&1 | FileCheck %s --check-prefix=ALONE
// ALONE: error: 'gqgpu.sum_over_peers' op never returns, a deadlock: thread block 0 waits for other thread blocks
module attributes {gpu.container_module} {
  gpu.module @kernels {
    // Thread block 0 has ones, thread block 1 2^24, of which (0.5 + 1) + 2^24 keeps 2.
    gqgpu.kernel @sum(%d: memref<4x32xf32>)
        attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 128 : i64} {
      %half = arith.constant 0.5 : f32
      %one = arith.constant 1.0 : f32
      %large = arith.constant 16777216.0 : f32
      %c0 = arith.constant 0 : index
      %c4 = arith.constant 4 : index
      %c32 = arith.constant 32 : index
      gqgpu.tile_loop (%i, %j) to (%c4, %c32) step [4, 8] {
        %column = affine.apply affine_map<(j) -> (j mod 16)>(%j)
        %first = arith.cmpi eq, %column, %c0 : index
        %x = arith.select %first, %one, %large : f32
        %e = tensor.empty() : tensor<4x16xf32>
        %part = linalg.fill ins(%x : f32) outs(%e : tensor<4x16xf32>) -> tensor<4x16xf32>
        %o = tensor.empty() : tensor<4x8xf32>
        %init = linalg.fill ins(%half : f32) outs(%o : tensor<4x8xf32>) -> tensor<4x8xf32>
        %s = gqgpu.sum_over_peers %part from %init : tensor<4x16xf32>, tensor<4x8xf32>
        gqgpu.store %s, %d[%i, %j] : tensor<4x8xf32>, memref<4x32xf32>
      }
      gqgpu.return
    }
    gqgpu.kernel @first(%d: memref<4x32xf32>)
        attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2, 1, 1>, threads = 128 : i64} {
      %half = arith.constant 0.5 : f32
      %one = arith.constant 1.0 : f32
      %large = arith.constant 16777216.0 : f32
      %c0 = arith.constant 0 : index
      %c2 = arith.constant 2 : index
      %c4 = arith.constant 4 : index
      %c32 = arith.constant 32 : index
      gqgpu.tile_loop (%p, %i, %j) to (%c2, %c4, %c32) step [1, 4, 8] {
        %first = arith.cmpi eq, %p, %c0 : index
        %x = arith.select %first, %one, %large : f32
        %e = tensor.empty() : tensor<4x8xf32>
        %part = linalg.fill ins(%x : f32) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
        %init = linalg.fill ins(%half : f32) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
        %s = gqgpu.sum_over_peers %part from %init : tensor<4x8xf32>, tensor<4x8xf32>
        scf.if %first {
          gqgpu.store %s, %d[%i, %j] : tensor<4x8xf32>, memref<4x32xf32>
        }
      }
      gqgpu.return
    }
    gqgpu.kernel @alone(%d: memref<4x32xf32>)
        attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 128 : i64} {
      %one = arith.constant 1.0 : f32
      %c0 = arith.constant 0 : index
      %c4 = arith.constant 4 : index
      %c32 = arith.constant 32 : index
      gqgpu.tile_loop (%i, %j) to (%c4, %c32) step [4, 8] {
        %column = affine.apply affine_map<(j) -> (j mod 16)>(%j)
        %first = arith.cmpi eq, %column, %c0 : index
        %e = tensor.empty() : tensor<4x16xf32>
        %part = linalg.fill ins(%one : f32) outs(%e : tensor<4x16xf32>) -> tensor<4x16xf32>
        %o = tensor.empty() : tensor<4x8xf32>
        %init = linalg.fill ins(%one : f32) outs(%o : tensor<4x8xf32>) -> tensor<4x8xf32>
        scf.if %first {
          %s = gqgpu.sum_over_peers %part from %init : tensor<4x16xf32>, tensor<4x8xf32>
        }
        gqgpu.store %init, %d[%i, %j] : tensor<4x8xf32>, memref<4x32xf32>
      }
      gqgpu.return
    }
  }
  func.func @sum() -> tensor<4x32xf32> {
    %e = tensor.empty() : tensor<4x32xf32>
    %d = gqgpu.launch @kernels::@sum outs(%e : tensor<4x32xf32>) -> tensor<4x32xf32>
    return %d : tensor<4x32xf32>
  }
  func.func @first() -> tensor<4x32xf32> {
    %e = tensor.empty() : tensor<4x32xf32>
    %d = gqgpu.launch @kernels::@first outs(%e : tensor<4x32xf32>) -> tensor<4x32xf32>
    return %d : tensor<4x32xf32>
  }
  func.func @alone() -> tensor<4x32xf32> {
    %e = tensor.empty() : tensor<4x32xf32>
    %d = gqgpu.launch @kernels::@alone outs(%e : tensor<4x32xf32>) -> tensor<4x32xf32>
    return %d : tensor<4x32xf32>
  }
  func.func @expected() -> tensor<4x32xf32> {
    %x = arith.constant 16777218.0 : f32
    %e = tensor.empty() : tensor<4x32xf32>
    %d = linalg.fill ins(%x : f32) outs(%e : tensor<4x32xf32>) -> tensor<4x32xf32>
    return %d : tensor<4x32xf32>
  }
}
