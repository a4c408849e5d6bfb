// A copy of scales says more of its column than is so: the kernel would take words that
// do not start at one.
// RUN: gq-opt %s --gq-select-config --gq-tile --canonicalize --gq-outline-kernels --canonicalize --gq-promote-tma --gq-pipeline-stages --gq-warp-specialize --gq-split-copies --gq-annotate-alignment -o %t.mlir
// RUN: FileCheck %s --check-prefix=RIGHT --input-file=%t.mlir
// RUN: gq-run %t.mlir --backend=simulate
// RUN: sed 's/aligned = 4/aligned = 8/' %t.mlir | not gq-run - --backend=simulate 2>&1 | FileCheck %s

// RIGHT: gqgpu.copy_load {{.*}} {aligned = 4 : i64} : memref<64x8xf8E8M0FNU>
// CHECK: error: 'gqgpu.copy_load' op expects a last index that is a multiple of 8 as aligned says, got 4
func.func @f(%a: tensor<64x256xf8E4M3FN>, %b: tensor<128x256xf8E4M3FN>, %sa: tensor<64x8xf8E8M0FNU>, %sb: tensor<1x2xf32>, %c: tensor<64x128xf32>) -> tensor<64x128xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 32], %sb block [128, 128]) outs(%c : tensor<64x128xf32>)
    : tensor<64x256xf8E4M3FN>, tensor<128x256xf8E4M3FN>, tensor<64x8xf8E8M0FNU>, tensor<1x2xf32> -> tensor<64x128xf32>
  return %d : tensor<64x128xf32>
}
