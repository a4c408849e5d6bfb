// RUN: gq-opt %s | gq-opt | FileCheck %s
// Parts are added in order, from what the sum starts from: 1 is lost beside 2^24.
// RUN: gq-run %s --entry=sum --backend=reference --output=%t.npy
// RUN: gq-run %s --entry=in_order --backend=reference --output=%t.expected.npy
// RUN: cmp %t.npy %t.expected.npy
// RUN: not gq-run %s --entry=outside --backend=reference 2>&1 | FileCheck %s --check-prefix=OUTSIDE
// OUTSIDE: error: 'gq.sum_of_parts' op adds 4x8 elements from column 9 of a part of 4x16

// CHECK-LABEL: func.func @sum
// CHECK: %[[S:.*]] = gq.sum_of_parts 3 from %{{.*}}[%{{.*}}] : tensor<4x8xf32> {
// CHECK-NEXT: ^bb0(%[[P:.*]]: index):
// CHECK: gq.yield %{{.*}} : tensor<4x16xf32>
// CHECK-NEXT: }
func.func @sum() -> tensor<4x8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %half = arith.constant 0.5 : f32
  %one = arith.constant 1.0 : f32
  %large = arith.constant 16777216.0 : f32
  %less = arith.constant -16777216.0 : f32
  %e = tensor.empty() : tensor<4x8xf32>
  %init = linalg.fill ins(%half : f32) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  %sum = gq.sum_of_parts 3 from %init[%c8] : tensor<4x8xf32> {
  ^bb0(%part: index):
    %first = arith.cmpi eq, %part, %c0 : index
    %second = arith.cmpi eq, %part, %c1 : index
    %x = arith.select %second, %large, %less : f32
    %y = arith.select %first, %one, %x : f32
    %w = tensor.empty() : tensor<4x16xf32>
    %tile = linalg.fill ins(%y : f32) outs(%w : tensor<4x16xf32>) -> tensor<4x16xf32>
    gq.yield %tile : tensor<4x16xf32>
  }
  return %sum : tensor<4x8xf32>
}

// ((0.5 + 1) + 2^24) - 2^24, where 2^24 + 1.5 rounds to 2^24 + 2.
func.func @in_order() -> tensor<4x8xf32> {
  %two = arith.constant 2.0 : f32
  %e = tensor.empty() : tensor<4x8xf32>
  %sum = linalg.fill ins(%two : f32) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %sum : tensor<4x8xf32>
}

func.func @outside(%init: tensor<4x8xf32>, %x: tensor<4x16xf32>) -> tensor<4x8xf32> {
  %c9 = arith.constant 9 : index
  %sum = gq.sum_of_parts 2 from %init[%c9] : tensor<4x8xf32> {
  ^bb0(%part: index):
    gq.yield %x : tensor<4x16xf32>
  }
  return %sum : tensor<4x8xf32>
}
