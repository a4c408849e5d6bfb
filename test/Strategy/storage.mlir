// The strategy counts shared memory from shapes; the lowering lays it out. Both
// come to the same number of bytes.
// RUN: gq-opt %s --gq-lower-to-nvvm --remarks-filter=gq-select-config 2>&1 | FileCheck %s
// CHECK: Remark="{{.*}}, [[ROWS:[0-9]+]] bytes of shared memory"
// CHECK: Remark="{{.*}}, [[SQUARES:[0-9]+]] bytes of shared memory"
// CHECK: Remark="{{.*}}, [[FEW:[0-9]+]] bytes of shared memory"
// CHECK: Remark="{{.*}}, [[NARROW:[0-9]+]] bytes of shared memory"
// CHECK: Remark="{{.*}}, [[GROUPS:[0-9]+]] bytes of shared memory"
// CHECK: Remark="{{.*}}, [[BYTES:[0-9]+]] bytes of shared memory"
// CHECK: Remark="{{.*}}, [[WORDS:[0-9]+]] bytes of shared memory"
// CHECK: llvm.func @rows_matmul({{.*}}shared_memory = [[ROWS]]
// CHECK: llvm.func @squares_matmul({{.*}}shared_memory = [[SQUARES]]
// CHECK: llvm.func @few_matmul({{.*}}shared_memory = [[FEW]]
// CHECK: llvm.func @narrow_matmul({{.*}}shared_memory = [[NARROW]]
// CHECK: llvm.func @groups_matmul({{.*}}shared_memory = [[GROUPS]]
// CHECK: llvm.func @bytes_matmul({{.*}}shared_memory = [[BYTES]]
// CHECK: llvm.func @words_matmul({{.*}}shared_memory = [[WORDS]]

func.func @rows(%a: tensor<512x512xf8E4M3FN>, %b: tensor<1024x512xf8E5M2>, %sa: tensor<512x4xf32>, %sb: tensor<8x4xf32>, %c: tensor<512x1024xf32>) -> tensor<512x1024xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : tensor<512x1024xf32>)
      : tensor<512x512xf8E4M3FN>, tensor<1024x512xf8E5M2>, tensor<512x4xf32>, tensor<8x4xf32> -> tensor<512x1024xf32>
  return %d : tensor<512x1024xf32>
}

func.func @squares(%a: tensor<512x512xf8E4M3FN>, %b: tensor<1024x512xf8E5M2>, %sa: tensor<2x4xf32>, %sb: tensor<4x4xf32>, %c: tensor<512x1024xf32>) -> tensor<512x1024xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [256, 128], %sb block [256, 128]) outs(%c : tensor<512x1024xf32>)
      : tensor<512x512xf8E4M3FN>, tensor<1024x512xf8E5M2>, tensor<2x4xf32>, tensor<4x4xf32> -> tensor<512x1024xf32>
  return %d : tensor<512x1024xf32>
}

func.func @few(%a: tensor<64x512xf8E4M3FN>, %b: tensor<1024x512xf8E5M2>, %sa: tensor<64x4xf32>, %sb: tensor<64x4xf32>, %c: tensor<64x1024xf32>) -> tensor<64x1024xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [16, 128]) outs(%c : tensor<64x1024xf32>)
      : tensor<64x512xf8E4M3FN>, tensor<1024x512xf8E5M2>, tensor<64x4xf32>, tensor<64x4xf32> -> tensor<64x1024xf32>
  return %d : tensor<64x1024xf32>
}

func.func @narrow(%a: tensor<512x512xf8E4M3FN>, %b: tensor<480x512xf8E5M2>, %sa: tensor<8x4xf32>, %sb: tensor<5x4xf32>, %c: tensor<512x480xf32>) -> tensor<512x480xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [64, 128], %sb block [96, 128]) outs(%c : tensor<512x480xf32>)
      : tensor<512x512xf8E4M3FN>, tensor<480x512xf8E5M2>, tensor<8x4xf32>, tensor<5x4xf32> -> tensor<512x480xf32>
  return %d : tensor<512x480xf32>
}

func.func @groups(%a: tensor<512x512xf8E4M3FN>, %b: tensor<1024x512xf8E5M2>, %sa: tensor<512x4xf32>, %sb: tensor<128x4xf32>, %c: tensor<512x1024xf32>) -> tensor<512x1024xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [8, 128]) outs(%c : tensor<512x1024xf32>) {config = #gq.matmul_config<tile = [192, 16, 128], stages = 7, math_groups = 3>}
      : tensor<512x512xf8E4M3FN>, tensor<1024x512xf8E5M2>, tensor<512x4xf32>, tensor<128x4xf32> -> tensor<512x1024xf32>
  return %d : tensor<512x1024xf32>
}

func.func @bytes(%a: tensor<512x512xf8E4M3FN>, %b: tensor<1024x512xf8E5M2>, %sa: tensor<512x4xf8E8M0FNU>, %sb: tensor<8x4xf8E8M0FNU>, %c: tensor<512x1024xf32>) -> tensor<512x1024xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : tensor<512x1024xf32>)
      : tensor<512x512xf8E4M3FN>, tensor<1024x512xf8E5M2>, tensor<512x4xf8E8M0FNU>, tensor<8x4xf8E8M0FNU> -> tensor<512x1024xf32>
  return %d : tensor<512x1024xf32>
}

func.func @words(%a: tensor<512x512xf8E4M3FN>, %b: tensor<1024x512xf8E5M2>, %sa: tensor<512x8xf32>, %sb: tensor<32x16xf8E8M0FNU>, %c: tensor<512x1024xf32>) -> tensor<512x1024xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 64], %sb block [32, 32]) outs(%c : tensor<512x1024xf32>)
      : tensor<512x512xf8E4M3FN>, tensor<1024x512xf8E5M2>, tensor<512x8xf32>, tensor<32x16xf8E8M0FNU> -> tensor<512x1024xf32>
  return %d : tensor<512x1024xf32>
}
