// RUN: gq-opt %s --gq-distribute | FileCheck %s

// Chunks as wide as a config says, where blocks are as wide; otherwise 32 bytes.
// CHECK-LABEL: gqgpu.kernel @four
// CHECK: gqgpu.load_fragment {{.*}} -> <8x512xf32, #gqgpu.blocked<[2, 128], chunk = 4>>
gqgpu.kernel @four(%x: memref<?x512xf32>, %s: memref<?x4xf32>, %i: index) {
  %t = gqgpu.load %x[%i, %i] : memref<?x512xf32> -> tensor<8x512xf32>
  %e = tensor.empty() : tensor<8x4xf32>
  %m = gq.block_absmax %t block [1, 128] outs(%e : tensor<8x4xf32>) {config = #gq.quantize_config<tile = [8, 512], chunk = 4>} : tensor<8x512xf32> -> tensor<8x4xf32>
  gqgpu.store %m, %s[%i, %i] : tensor<8x4xf32>, memref<?x4xf32>
  gqgpu.return
}

// CHECK-LABEL: gqgpu.kernel @narrow_blocks
// CHECK: gqgpu.load_fragment {{.*}} -> <8x512xf32, #gqgpu.blocked<[2, 128], chunk = 4>>
gqgpu.kernel @narrow_blocks(%x: memref<?x512xf32>, %s: memref<?x128xf32>, %i: index) {
  %t = gqgpu.load %x[%i, %i] : memref<?x512xf32> -> tensor<8x512xf32>
  %e = tensor.empty() : tensor<8x128xf32>
  %m = gq.block_absmax %t block [1, 4] outs(%e : tensor<8x128xf32>) {config = #gq.quantize_config<tile = [8, 512], chunk = 16>} : tensor<8x512xf32> -> tensor<8x128xf32>
  gqgpu.store %m, %s[%i, %i] : tensor<8x128xf32>, memref<?x128xf32>
  gqgpu.return
}

// CHECK-LABEL: gqgpu.kernel @left_out
// CHECK: gqgpu.load_fragment {{.*}} -> <8x512xf32, #gqgpu.blocked<[4, 64], chunk = 8>>
gqgpu.kernel @left_out(%x: memref<?x512xf32>, %s: memref<?x4xf32>, %i: index) {
  %t = gqgpu.load %x[%i, %i] : memref<?x512xf32> -> tensor<8x512xf32>
  %e = tensor.empty() : tensor<8x4xf32>
  %m = gq.block_absmax %t block [1, 128] outs(%e : tensor<8x4xf32>) {config = #gq.quantize_config<tile = [8, 512]>} : tensor<8x512xf32> -> tensor<8x4xf32>
  gqgpu.store %m, %s[%i, %i] : tensor<8x4xf32>, memref<?x4xf32>
  gqgpu.return
}
