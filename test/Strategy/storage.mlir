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
// CHECK: Remark="{{.*}}, [[SWAPPED:[0-9]+]] bytes of shared memory"
// CHECK: Remark="{{.*}}, [[BOTH:[0-9]+]] bytes of shared memory"
// CHECK: Remark="{{.*}}, [[EIGHT:[0-9]+]] bytes of shared memory"
// CHECK: Remark="{{.*}}, [[DIRECT:[0-9]+]] bytes of shared memory"
// CHECK: Remark="{{.*}}, [[TURNED:[0-9]+]] bytes of shared memory"
// CHECK: Remark="{{.*}}, [[PARTS:[0-9]+]] bytes of shared memory"
// CHECK: Remark="{{.*}}, [[STEPS:[0-9]+]] bytes of shared memory"
// CHECK: llvm.func @rows_matmul({{.*}}shared_memory = [[ROWS]]
// CHECK: llvm.func @squares_matmul({{.*}}shared_memory = [[SQUARES]]
// CHECK: llvm.func @few_matmul({{.*}}shared_memory = [[FEW]]
// CHECK: llvm.func @narrow_matmul({{.*}}shared_memory = [[NARROW]]
// CHECK: llvm.func @groups_matmul({{.*}}shared_memory = [[GROUPS]]
// CHECK: llvm.func @bytes_matmul({{.*}}shared_memory = [[BYTES]]
// CHECK: llvm.func @words_matmul({{.*}}shared_memory = [[WORDS]]
// CHECK: llvm.func @swapped_matmul({{.*}}shared_memory = [[SWAPPED]]
// CHECK: llvm.func @both_matmul({{.*}}shared_memory = [[BOTH]]
// CHECK: llvm.func @eight_matmul({{.*}}shared_memory = [[EIGHT]]
// CHECK: llvm.func @direct_matmul({{.*}}shared_memory = [[DIRECT]]
// CHECK: llvm.func @turned_matmul({{.*}}shared_memory = [[TURNED]]
// CHECK: llvm.func @parts_matmul({{.*}}shared_memory = [[PARTS]]
// CHECK: llvm.func @steps_matmul({{.*}}shared_memory = [[STEPS]]

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

// What threads store is not staged: a transpose alone, and tiles of 8 columns.
func.func @swapped(%a: tensor<512x512xf8E4M3FN>, %b: tensor<24x512xf8E4M3FN>, %sa: tensor<4x4xf32>, %sb: tensor<24x4xf32>, %c: tensor<512x24xf32>) -> tensor<24x512xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [128, 128], %sb block [1, 128]) outs(%c : tensor<512x24xf32>) {config = #gq.matmul_config<tile = [128, 16, 128]>}
      : tensor<512x512xf8E4M3FN>, tensor<24x512xf8E4M3FN>, tensor<4x4xf32>, tensor<24x4xf32> -> tensor<512x24xf32>
  %e = tensor.empty() : tensor<24x512xf32>
  %t = linalg.transpose ins(%d : tensor<512x24xf32>) outs(%e : tensor<24x512xf32>) permutation = [1, 0]
  return %t : tensor<24x512xf32>
}

func.func @both(%a: tensor<512x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %sa: tensor<4x4xf32>, %sb: tensor<256x4xf32>, %c: tensor<512x256xf32>) -> (tensor<512x256xf32>, tensor<256x512xf32>) {
  %d = gq.scaled_matmul %a, %b scales(%sa block [128, 128], %sb block [1, 128]) outs(%c : tensor<512x256xf32>)
      : tensor<512x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<4x4xf32>, tensor<256x4xf32> -> tensor<512x256xf32>
  %e = tensor.empty() : tensor<256x512xf32>
  %t = linalg.transpose ins(%d : tensor<512x256xf32>) outs(%e : tensor<256x512xf32>) permutation = [1, 0]
  return %d, %t : tensor<512x256xf32>, tensor<256x512xf32>
}

func.func @eight(%a: tensor<512x512xf8E4M3FN>, %b: tensor<8x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<1x4xf32>, %c: tensor<512x8xf32>) -> tensor<512x8xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : tensor<512x8xf32>) {config = #gq.matmul_config<tile = [128, 8, 128], stages = 3>}
      : tensor<512x512xf8E4M3FN>, tensor<8x512xf8E4M3FN>, tensor<512x4xf32>, tensor<1x4xf32> -> tensor<512x8xf32>
  return %d : tensor<512x8xf32>
}

// Without staging.
func.func @direct(%a: tensor<512x512xf8E4M3FN>, %b: tensor<1024x512xf8E5M2>, %sa: tensor<512x4xf32>, %sb: tensor<8x4xf32>, %c: tensor<512x1024xbf16>) -> tensor<512x1024xbf16> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : tensor<512x1024xbf16>) {config = #gq.matmul_config<tile = [256, 128, 128], store = direct>}
      : tensor<512x512xf8E4M3FN>, tensor<1024x512xf8E5M2>, tensor<512x4xf32>, tensor<8x4xf32> -> tensor<512x1024xbf16>
  return %d : tensor<512x1024xbf16>
}

func.func @turned(%a: tensor<16x1024xf8E4M3FN>, %b: tensor<512x1024xf8E5M2>, %sa: tensor<16x8xf32>, %sb: tensor<4x8xf32>, %c: tensor<16x512xf32>) -> tensor<16x512xf32> {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%c : tensor<16x512xf32>) -> tensor<16x512xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%f : tensor<16x512xf32>) {config = #gq.matmul_config<tile = [64, 8, 128], stages = 9, scales = tma, math_groups = 1, swap = true, occupancy = 2>}
      : tensor<16x1024xf8E4M3FN>, tensor<512x1024xf8E5M2>, tensor<16x8xf32>, tensor<4x8xf32> -> tensor<16x512xf32>
  return %d : tensor<16x512xf32>
}

func.func @parts(%a: tensor<16x1024xf8E4M3FN>, %b: tensor<512x1024xf8E5M2>, %sa: tensor<16x8xf32>, %sb: tensor<4x8xf32>, %c: tensor<16x512xf32>) -> tensor<16x512xf32> {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%c : tensor<16x512xf32>) -> tensor<16x512xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%f : tensor<16x512xf32>) {config = #gq.matmul_config<tile = [64, 16, 512], stages = 7, split_k = 2, math_groups = 1, swap = true, occupancy = 2>}
      : tensor<16x1024xf8E4M3FN>, tensor<512x1024xf8E5M2>, tensor<16x8xf32>, tensor<4x8xf32> -> tensor<16x512xf32>
  return %d : tensor<16x512xf32>
}

func.func @steps(%a: tensor<16x1024xf8E4M3FN>, %b: tensor<512x1024xf8E5M2>, %sa: tensor<16x8xf32>, %sb: tensor<4x8xf32>, %c: tensor<16x512xf32>) -> tensor<16x512xf32> {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%c : tensor<16x512xf32>) -> tensor<16x512xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%f : tensor<16x512xf32>) {config = #gq.matmul_config<tile = [64, 16, 256], stages = 4, split_k = 2, k_groups = 2, swap = true, occupancy = 2>}
      : tensor<16x1024xf8E4M3FN>, tensor<512x1024xf8E5M2>, tensor<16x8xf32>, tensor<4x8xf32> -> tensor<16x512xf32>
  return %d : tensor<16x512xf32>
}
