// M-major scales by either path: which one, a launch sees.
// RUN: gq-opt %s --gq-apply-config | FileCheck %s
// RUN: gq-opt %s --gq-apply-config --remarks-filter=gq-apply-config -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: not gq-opt %s --gq-tile -o /dev/null 2>&1 | FileCheck %s --check-prefix=TILE
// TILE: error: {{.*}}two ways to load scales

!b = tensor<512x512xf8E4M3FN>

// CHECK-LABEL: func.func @dynamic
// CHECK: %[[LENGTH:.*]] = tensor.dim %arg2, %{{.*}} : tensor<4x?xf32>
// CHECK: %[[REST:.*]] = arith.remui %[[LENGTH]], %c4
// CHECK: %[[WHOLE:.*]] = arith.cmpi eq, %[[REST]], %c0
// CHECK: scf.if %[[WHOLE]] -> (tensor<?x512xbf16>) {
// CHECK: gq.scaled_matmul {{.*}}scales = tma>, transposed_a_scales
// CHECK: arith.truncf
// CHECK: } else {
// CHECK: gq.scaled_matmul {{.*}}config = #gq.matmul_config<tile = [128, 64, 128]>, transposed_a_scales
// CHECK: arith.truncf
// CHECK: }
// REMARK: [Passed] scales | Category:gq-apply-config | Remark="2 kernels: scales go by tma where their rows are multiples of 16 bytes"
#id = affine_map<(m, n) -> (m, n)>
func.func @dynamic(%a: tensor<?x512xf8E4M3FN>, %b: !b, %s: tensor<4x?xf32>, %t: tensor<4x4xf32>, %c: tensor<?x512xf32>, %e: tensor<?x512xbf16>) -> tensor<?x512xbf16> {
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<?x512xf32>)
      {transposed_a_scales, config = #gq.matmul_config<tile = [128, 64, 128], scales = either>}
      : tensor<?x512xf8E4M3FN>, !b, tensor<4x?xf32>, tensor<4x4xf32> -> tensor<?x512xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%d : tensor<?x512xf32>) outs(%e : tensor<?x512xbf16>) {
  ^bb0(%x: f32, %o: bf16):
    %y = arith.truncf %x : f32 to bf16
    linalg.yield %y : bf16
  } -> tensor<?x512xbf16>
  return %r : tensor<?x512xbf16>
}

// Both sides: of each the length that 16 bytes ask for.
// CHECK-LABEL: func.func @both
// CHECK: arith.remui %{{.*}}, %c4
// CHECK: arith.remui %{{.*}}, %c16
// CHECK: arith.andi
// CHECK: scf.if
func.func @both(%a: tensor<?x512xf8E4M3FN>, %b: tensor<?x512xf8E4M3FN>, %s: tensor<4x?xf32>, %t: tensor<4x?xf8E8M0FNU>, %c: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [1, 128]) outs(%c : tensor<?x?xf32>)
      {transposed_a_scales, transposed_b_scales, config = #gq.matmul_config<tile = [128, 64, 128], scales = either>}
      : tensor<?x512xf8E4M3FN>, tensor<?x512xf8E4M3FN>, tensor<4x?xf32>, tensor<4x?xf8E8M0FNU> -> tensor<?x?xf32>
  return %d : tensor<?x?xf32>
}

// CHECK-LABEL: func.func @whole
// CHECK-NOT: scf.if
// CHECK: gq.scaled_matmul {{.*}}scales = tma>
func.func @whole(%a: tensor<72x512xf8E4M3FN>, %b: !b, %s: tensor<4x72xf32>, %t: tensor<4x4xf32>, %c: tensor<72x512xf32>) -> tensor<72x512xf32> {
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<72x512xf32>)
      {transposed_a_scales, config = #gq.matmul_config<tile = [128, 64, 128], scales = either>}
      : tensor<72x512xf8E4M3FN>, !b, tensor<4x72xf32>, tensor<4x4xf32> -> tensor<72x512xf32>
  return %d : tensor<72x512xf32>
}

// CHECK-LABEL: func.func @odd
// CHECK-NOT: scf.if
// CHECK: gq.scaled_matmul {{.*}}config = #gq.matmul_config<tile = [128, 64, 128]>
// REMARK: [Missed] scales | Category:gq-apply-config | Remark="scales are copied by threads: their rows are not multiples of 16 bytes"
func.func @odd(%a: tensor<70x512xf8E4M3FN>, %b: !b, %s: tensor<4x70xf32>, %t: tensor<4x4xf32>, %c: tensor<70x512xf32>) -> tensor<70x512xf32> {
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<70x512xf32>)
      {transposed_a_scales, config = #gq.matmul_config<tile = [128, 64, 128], scales = either>}
      : tensor<70x512xf8E4M3FN>, !b, tensor<4x70xf32>, tensor<4x4xf32> -> tensor<70x512xf32>
  return %d : tensor<70x512xf32>
}

// Rows that are padded: there is nothing to see at launch.
// CHECK-LABEL: func.func @padded
// CHECK-NOT: scf.if
// CHECK: gq.scaled_matmul {{.*}}scales = tma>, padded_a_scales, transposed_a_scales
func.func @padded(%a: tensor<?x512xf8E4M3FN>, %b: !b, %s: tensor<4x?xf32>, %t: tensor<4x4xf32>, %c: tensor<?x512xf32>) -> tensor<?x512xf32> {
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<?x512xf32>)
      {transposed_a_scales, padded_a_scales, config = #gq.matmul_config<tile = [128, 64, 128], scales = either>}
      : tensor<?x512xf8E4M3FN>, !b, tensor<4x?xf32>, tensor<4x4xf32> -> tensor<?x512xf32>
  return %d : tensor<?x512xf32>
}
