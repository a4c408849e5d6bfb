// An access says more of its index than is so: the kernel would take vectors that
// are not aligned, and clip them as a whole.
// RUN: not gq-run %s --backend=simulate 2>&1 | FileCheck %s
// RUN: sed 's/aligned = 64/aligned = 32/' %s > %t.load.mlir
// RUN: not gq-run %t.load.mlir --backend=simulate 2>&1 | FileCheck %s --check-prefix=STORE
// RUN: sed 's/aligned = 64/aligned = 32/; s/aligned = 128/aligned = 16/' %s > %t.right.mlir
// RUN: gq-run %t.right.mlir --backend=simulate

// CHECK: [[#@LINE+12]]:{{[0-9]+}}: error: 'gqgpu.load_fragment' op expects a last index that is a multiple of 64 as aligned says, got 32
// STORE: error: 'gqgpu.store_fragment' op expects a last index that is a multiple of 128 as aligned says, got 32

#id = affine_map<(r, c) -> (r, c)>
!f = !gqgpu.fragment<8x32xf32, #gqgpu.blocked<[8, 8], chunk = 4>>

gpu.module @kernels {
gqgpu.kernel @k(%x: memref<?x64xf32>, %y: memref<?x64xf32>) attributes {threads = 64} {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %m = memref.dim %x, %c0 : memref<?x64xf32>
  gqgpu.tile_loop (%i, %j) to (%m, %c64) step [8, 32] {
    %f = gqgpu.load_fragment %x[%i, %j] map #id {aligned = 64 : i64} : memref<?x64xf32> -> !f
    gqgpu.store_fragment %f, %y[%i, %j] {aligned = 128 : i64} : !f, memref<?x64xf32>
  }
  gqgpu.return
}
}

func.func @copy(%x: tensor<16x64xf32>) -> tensor<?x64xf32> {
  %c16 = arith.constant 16 : index
  %d = tensor.cast %x : tensor<16x64xf32> to tensor<?x64xf32>
  %e = tensor.empty(%c16) : tensor<?x64xf32>
  %r = gqgpu.launch @kernels::@k ins(%d : tensor<?x64xf32>) outs(%e : tensor<?x64xf32>) -> tensor<?x64xf32>
  return %r : tensor<?x64xf32>
}
