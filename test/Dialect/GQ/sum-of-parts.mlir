// RUN: gq-opt %s | gq-opt | FileCheck %s
// RUN: gq-run %s --generate=ones --backend=reference --output=%t.npy --check | FileCheck %s --check-prefix=RUN
// Parts are added in order, from what the sum starts from: (2^24 + 1) + 1 is 2^24 in f32.
// RUN: : 0

// CHECK-LABEL: func.func @sum
// CHECK: %[[S:.*]] = gq.sum_of_parts 2 from %{{.*}}[%{{.*}}] : tensor<4x8xf32> {
// CHECK-NEXT: ^bb0(%[[P:.*]]: index):
// CHECK: gq.yield %{{.*}} : tensor<4x16xf32>
// CHECK-NEXT: }
func.func @sum(%init: tensor<4x8xf32>, %x: tensor<4x16xf32>) -> tensor<4x8xf32> {
  %c8 = arith.constant 8 : index
  %sum = gq.sum_of_parts 2 from %init[%c8] : tensor<4x8xf32> {
  ^bb0(%part: index):
    gq.yield %x : tensor<4x16xf32>
  }
  return %sum : tensor<4x8xf32>
}
