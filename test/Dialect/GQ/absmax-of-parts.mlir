// RUN: gq-opt %s | gq-opt | FileCheck %s
// The maxima are those of all parts, of which one may be short or empty; the tile is that of its row.
// RUN: gq-run %s --entry=parts --backend=reference --output=%t.npy
// RUN: gq-run %s --entry=expected --backend=reference --output=%t.expected.npy
// RUN: cmp %t.npy %t.expected.npy
// RUN: not gq-run %s --entry=no_part --backend=reference 2>&1 | FileCheck %s --check-prefix=ROW
// ROW: error: 'gq.absmax_of_parts' op expects operand row to be the first row of one of 2 parts of 4 rows, got 6
// RUN: not gq-run %s --entry=past_the_end --backend=reference 2>&1 | FileCheck %s --check-prefix=PAST
// PAST: error: 'gq.absmax_of_parts' op expects operand row to be the first row of one of 2 parts of 4 rows, got 8
// RUN: not gq-run %s --entry=wide --backend=reference 2>&1 | FileCheck %s --check-prefix=WIDE
// WIDE: error: 'gq.absmax_of_parts' op expects parts of at most 4 rows and as many columns each, got 4x24

// CHECK-LABEL: func.func @parts
// CHECK: %{{.*}}, %{{.*}} = gq.absmax_of_parts 3 at %{{.*}} block [12, 8] {amax_floor = 5.000000e-01 : f32} : tensor<?x16xf32>, tensor<1x2xf32> {
// CHECK-NEXT: ^bb0(%{{.*}}: index):
// CHECK: gq.yield %{{.*}} : tensor<?x16xf32>
// CHECK-NEXT: }
func.func @parts() -> (tensor<4x16xf32>, tensor<1x2xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %less = arith.constant -3.0 : f32
  %more = arith.constant 2.0 : f32
  // Of part 2 there is nothing.
  %x, %amax = gq.absmax_of_parts 3 at %c4 block [12, 8] {amax_floor = 0.5 : f32} : tensor<?x16xf32>, tensor<1x2xf32> {
  ^bb0(%part: index):
    %first = arith.cmpi eq, %part, %c0 : index
    %second = arith.cmpi eq, %part, %c1 : index
    %own = arith.select %second, %c4, %c0 : index
    %rows = arith.select %first, %c4, %own : index
    %value = arith.select %first, %less, %more : f32
    %e = tensor.empty(%rows) : tensor<?x16xf32>
    %tile = linalg.fill ins(%value : f32) outs(%e : tensor<?x16xf32>) -> tensor<?x16xf32>
    gq.yield %tile : tensor<?x16xf32>
  }
  %tile = tensor.cast %x : tensor<?x16xf32> to tensor<4x16xf32>
  return %tile, %amax : tensor<4x16xf32>, tensor<1x2xf32>
}

func.func @expected() -> (tensor<4x16xf32>, tensor<1x2xf32>) {
  %two = arith.constant 2.0 : f32
  %three = arith.constant 3.0 : f32
  %e = tensor.empty() : tensor<4x16xf32>
  %x = linalg.fill ins(%two : f32) outs(%e : tensor<4x16xf32>) -> tensor<4x16xf32>
  %f = tensor.empty() : tensor<1x2xf32>
  %amax = linalg.fill ins(%three : f32) outs(%f : tensor<1x2xf32>) -> tensor<1x2xf32>
  return %x, %amax : tensor<4x16xf32>, tensor<1x2xf32>
}

func.func @no_part(%x: tensor<4x16xf32>) -> tensor<1x2xf32> {
  %c6 = arith.constant 6 : index
  %t, %amax = gq.absmax_of_parts 2 at %c6 block [8, 8] : tensor<4x16xf32>, tensor<1x2xf32> {
  ^bb0(%part: index):
    gq.yield %x : tensor<4x16xf32>
  }
  return %amax : tensor<1x2xf32>
}

func.func @past_the_end(%x: tensor<4x16xf32>) -> tensor<1x2xf32> {
  %c8 = arith.constant 8 : index
  %t, %amax = gq.absmax_of_parts 2 at %c8 block [8, 8] : tensor<4x16xf32>, tensor<1x2xf32> {
  ^bb0(%part: index):
    gq.yield %x : tensor<4x16xf32>
  }
  return %amax : tensor<1x2xf32>
}

func.func @wide() -> tensor<1x?xf32> {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %c16 = arith.constant 16 : index
  %one = arith.constant 1.0 : f32
  %t, %amax = gq.absmax_of_parts 2 at %c0 block [8, 8] : tensor<4x?xf32>, tensor<1x?xf32> {
  ^bb0(%part: index):
    %more = arith.muli %part, %c8 : index
    %columns = arith.addi %more, %c16 : index
    %e = tensor.empty(%columns) : tensor<4x?xf32>
    %x = linalg.fill ins(%one : f32) outs(%e : tensor<4x?xf32>) -> tensor<4x?xf32>
    gq.yield %x : tensor<4x?xf32>
  }
  return %amax : tensor<1x?xf32>
}
