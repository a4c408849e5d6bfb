// What only a launch can tell: extents and numbers of tiles beyond what kernels count in
// 32 bits. The tensors have no elements, only sizes.
//
// RUN: not gq-run %s --backend=simulate --entry=extent --shape=arg0=2146435073x0 2>&1 | FileCheck %s --check-prefix=EXTENT
// RUN: not gq-run %s --backend=simulate --entry=tiles --shape=arg0=100000x0 2>&1 | FileCheck %s --check-prefix=TILES

module {
  gpu.module @m {
    gqgpu.kernel @one(%x: memref<?x0xf32>, %y: memref<?x0xf32>) attributes {threads = 128 : i64} {
      gqgpu.return
    }
    gqgpu.kernel @square(%x: memref<?x0xf32>, %y: memref<?x0xf32>) attributes {threads = 128 : i64} {
      %c0 = arith.constant 0 : index
      %m = memref.dim %x, %c0 : memref<?x0xf32>
      // TILES: [[# @LINE + 1]]:{{[0-9]+}}: error: 'gqgpu.tile_loop' op has a number of tiles of 10000000000, kernels count up to 2146435072 in 32 bits
      gqgpu.tile_loop (%i, %j) to (%m, %m) step [1, 1] {
        gqgpu.yield
      }
      gqgpu.return
    }
  }
  func.func @extent(%x: tensor<?x0xf32>) -> tensor<?x0xf32> {
    %c0 = arith.constant 0 : index
    %m = tensor.dim %x, %c0 : tensor<?x0xf32>
    %e = tensor.empty(%m) : tensor<?x0xf32>
    // EXTENT: [[# @LINE + 1]]:{{[0-9]+}}: error: 'gqgpu.launch' op operand 0 has in dimension 0 a size of 2146435073, kernels count up to 2146435072 in 32 bits
    %r = gqgpu.launch @m::@one ins(%x : tensor<?x0xf32>) outs(%e : tensor<?x0xf32>) -> tensor<?x0xf32>
    return %r : tensor<?x0xf32>
  }
  func.func @tiles(%x: tensor<?x0xf32>) -> tensor<?x0xf32> {
    %c0 = arith.constant 0 : index
    %m = tensor.dim %x, %c0 : tensor<?x0xf32>
    %e = tensor.empty(%m) : tensor<?x0xf32>
    %r = gqgpu.launch @m::@square ins(%x : tensor<?x0xf32>) outs(%e : tensor<?x0xf32>) -> tensor<?x0xf32>
    return %r : tensor<?x0xf32>
  }
}
