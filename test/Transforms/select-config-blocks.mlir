// The step of K where 128 elements do not go into blocks, and blocks that are all of K.
// RUN: gq-opt %s --gq-select-config | FileCheck %s
// RUN: gq-opt %s --gq-select-config --remarks-filter=gq-select-config 2>&1 | FileCheck %s --check-prefix=REMARKS

// REMARKS: Remark="steps of 96 elements of K, the longest that go into blocks of 192 and 96 of a and b: the copy engine brings 128 for each"
// REMARKS: Remark="steps of 32 elements of K, the longest that go into blocks of 160 and 128 of a and b: the copy engine brings 128 for each"
// REMARKS: Remark="a_block: the only block along K is rounded up to 4352, whole steps"
// REMARKS-NOT: steps

// CHECK-LABEL: func.func @shorter
// CHECK: gq.scaled_matmul {{.*}}block [1, 192], {{.*}}block [96, 96]) {{.*}}tile = [{{[0-9]+, [0-9]+}}, 96]
func.func @shorter(%a: tensor<512x768xf8E4M3FN>, %sa: tensor<512x4xf32>, %b: tensor<192x768xf8E4M3FN>, %sb: tensor<2x8xf32>, %c: tensor<512x192xf32>) -> tensor<512x192xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 192], %sb block [96, 96]) outs(%c : tensor<512x192xf32>)
      : tensor<512x768xf8E4M3FN>, tensor<192x768xf8E4M3FN>, tensor<512x4xf32>, tensor<2x8xf32> -> tensor<512x192xf32>
  return %d : tensor<512x192xf32>
}

// The shortest.
// CHECK-LABEL: func.func @shortest
// CHECK: gq.scaled_matmul {{.*}}tile = [{{[0-9]+, [0-9]+}}, 32]
func.func @shortest(%a: tensor<512x800xf8E4M3FN>, %sa: tensor<512x5xf32>, %b: tensor<128x800xf8E4M3FN>, %sb: tensor<1x7xf32>, %c: tensor<512x128xf32>) -> tensor<512x128xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 160], %sb block [128, 128]) outs(%c : tensor<512x128xf32>)
      : tensor<512x800xf8E4M3FN>, tensor<128x800xf8E4M3FN>, tensor<512x5xf32>, tensor<1x7xf32> -> tensor<512x128xf32>
  return %d : tensor<512x128xf32>
}

// CHECK-LABEL: func.func @only
// CHECK: gq.scaled_matmul {{.*}}block [1, 4352], {{.*}}block [128, 128]) {{.*}}tile = [{{[0-9]+, [0-9]+}}, 128]
func.func @only(%a: tensor<512x4304xf8E4M3FN>, %sa: tensor<512x1xf32>, %b: tensor<128x4304xf8E4M3FN>, %sb: tensor<1x34xf32>, %c: tensor<512x128xf32>) -> tensor<512x128xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 4304], %sb block [128, 128]) outs(%c : tensor<512x128xf32>)
      : tensor<512x4304xf8E4M3FN>, tensor<128x4304xf8E4M3FN>, tensor<512x1xf32>, tensor<1x34xf32> -> tensor<512x128xf32>
  return %d : tensor<512x128xf32>
}

// Those that steps go into stay as they are, of a longer block too.
// CHECK-LABEL: func.func @stays
// CHECK: gq.scaled_matmul {{.*}}block [1, 64], {{.*}}block [128, 1024])
func.func @stays(%a: tensor<512x48xf8E4M3FN>, %sa: tensor<512x1xf32>, %b: tensor<128x48xf8E4M3FN>, %sb: tensor<1x1xf32>, %c: tensor<512x128xf32>) -> tensor<512x128xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 64], %sb block [128, 1024]) outs(%c : tensor<512x128xf32>)
      : tensor<512x48xf8E4M3FN>, tensor<128x48xf8E4M3FN>, tensor<512x1xf32>, tensor<1x1xf32> -> tensor<512x128xf32>
  return %d : tensor<512x128xf32>
}
