// Grids that begin inside of a block: steps along K are as long as goes into what is left of it.
// RUN: gq-opt %s --gq-select-config | FileCheck %s
// RUN: gq-opt %s --gq-select-config --remarks-filter=gq-select-config 2>&1 | FileCheck %s --check-prefix=REMARKS

// REMARKS: Remark="steps of 64 elements of K, the longest that go into blocks of 128 and 128 of a and b, which begin inside of one: the copy engine brings 128 for each"
// REMARKS: Remark="steps of 32 elements of K
// REMARKS-NOT: steps

// CHECK-LABEL: func.func @half
// CHECK: gq.scaled_matmul {{.*}}tile = [{{[0-9]+, [0-9]+}}, 64]
func.func @half(%a: tensor<512x512xf8E4M3FN>, %sa: tensor<512x5xf32>, %b: tensor<256x512xf8E4M3FN>, %sb: tensor<2x5xf32>, %c: tensor<512x256xf32>) -> tensor<512x256xf32> {
  %c0 = arith.constant 0 : index
  %k = arith.constant 64 : index
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) origin(%c0, %c0, %k) outs(%c : tensor<512x256xf32>)
      : tensor<512x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<512x5xf32>, tensor<2x5xf32> -> tensor<512x256xf32>
  return %d : tensor<512x256xf32>
}

// A multiple of 96 that is computed.
// CHECK-LABEL: func.func @computed
// CHECK: gq.scaled_matmul {{.*}}tile = [{{[0-9]+, [0-9]+}}, 32]
func.func @computed(%a: tensor<512x512xf8E4M3FN>, %sa: tensor<512x5xf32>, %b: tensor<256x512xf8E4M3FN>, %sb: tensor<2x5xf32>, %c: tensor<512x256xf32>, %i: index) -> tensor<512x256xf32> {
  %c0 = arith.constant 0 : index
  %k = affine.apply affine_map<(i) -> (i * 96)>(%i)
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) origin(%c0, %c0, %k) outs(%c : tensor<512x256xf32>)
      : tensor<512x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<512x5xf32>, tensor<2x5xf32> -> tensor<512x256xf32>
  return %d : tensor<512x256xf32>
}

// Blocks of a begin where steps do, those of b are longer than a step.
// CHECK-LABEL: func.func @whole
// CHECK: gq.scaled_matmul {{.*}}tile = [{{[0-9]+, [0-9]+}}, 128]
func.func @whole(%a: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %b: tensor<256x512xf8E4M3FN>, %sb: tensor<1x3xf32>, %c: tensor<512x256xf32>) -> tensor<512x256xf32> {
  %c0 = arith.constant 0 : index
  %k = arith.constant 128 : index
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [256, 256]) origin(%c0, %c0, %k) outs(%c : tensor<512x256xf32>) {promote = 256}
      : tensor<512x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<512x4xf32>, tensor<1x3xf32> -> tensor<512x256xf32>
  return %d : tensor<512x256xf32>
}
