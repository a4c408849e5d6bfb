// Few rows of a as the columns of an instruction: the product of b and a, and its transpose.
// RUN: gq-opt %s --gq-apply-config | FileCheck %s
// RUN: gq-opt %s --gq-apply-config --remarks-filter=gq-apply-config -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: not gq-opt %s --gq-tile -o /dev/null 2>&1 | FileCheck %s --check-prefix=TILE
// TILE: error: {{.*}}has a config of swapped operands; run gq-apply-config first

// CHECK-DAG: #[[ID:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[SWAP:.*]] = affine_map<(d0, d1) -> (d1, d0)>
// CHECK-DAG: #[[FIRST:.*]] = affine_map<(d0, d1) -> (d0)>
// CHECK-DAG: #[[SECOND:.*]] = affine_map<(d0, d1) -> (d1)>
#id = affine_map<(m, n) -> (m, n)>
#columns = affine_map<(m, n) -> (n)>
#rows = affine_map<(m, n) -> (m)>

// What each operand says goes with it: blocks, the order of scales, where it starts. All other
// keys are those of the product that is left.
// REMARK: [Passed] swap | Category:gq-apply-config | Remark="rows of b are multiplied with rows of a, and the transpose is stored"
// CHECK-LABEL: func.func @product
// CHECK: %[[E:.*]] = tensor.empty(%{{.*}}) : tensor<512x?xf32>
// CHECK: %[[F:.*]] = linalg.fill ins(%{{.*}} : f32) outs(%[[E]] : tensor<512x?xf32>)
// CHECK: %[[P:.*]] = gq.scaled_matmul %arg1, %arg0 scales(%arg3 block [128, 128], %arg2 block [1, 128]) origin(%c64{{.*}}, %c0{{.*}}, %c0{{.*}}) outs(%[[F]] : tensor<512x?xf32>)
// CHECK-SAME: {config = #gq.matmul_config<tile = [64, 16, 128], math_groups = 1, stream_a = true, split_k = 2, occupancy = 2>, promote = 256 : i64, transposed_b_scales}
// CHECK: %[[T:.*]] = linalg.transpose ins(%[[P]] : tensor<512x?xf32>) outs(%{{.*}} : tensor<?x512xf32>) permutation = [1, 0]
// CHECK: return %[[T]]
func.func @product(%a: tensor<?x512xf8E5M2>, %b: tensor<512x512xf8E4M3FN>, %s: tensor<4x?xf32>, %t: tensor<5x4xf32>, %e: tensor<?x512xf32>) -> tensor<?x512xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x512xf32>) -> tensor<?x512xf32>
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [128, 128]) origin(%c0, %c64, %c0) outs(%f : tensor<?x512xf32>)
      {transposed_a_scales, promote = 256 : i64, config = #gq.matmul_config<tile = [64, 16, 128], math_groups = 1, swap = true, occupancy = 2, split_k = 2, stream_a = true>}
      : tensor<?x512xf8E5M2>, tensor<512x512xf8E4M3FN>, tensor<4x?xf32>, tensor<5x4xf32> -> tensor<?x512xf32>
  return %d : tensor<?x512xf32>
}

// Elementwise ops go through their operands the other way round; the transpose is behind them.
// CHECK-LABEL: func.func @epilogue
// CHECK: %[[P:.*]] = gq.scaled_matmul %arg1, %arg0 {{.*}} -> tensor<512x16xf32>
// CHECK: %[[Q:.*]] = linalg.generic {indexing_maps = [#[[ID]], #[[FIRST]], #[[SECOND]], #[[ID]]], {{.*}}} ins(%[[P]], %arg4, %arg5 : tensor<512x16xf32>, tensor<512xf32>, tensor<16xf32>) outs(%{{.*}} : tensor<512x16xf32>)
// CHECK: %[[R:.*]] = linalg.generic {indexing_maps = [#[[SWAP]], #[[ID]], #[[ID]]], {{.*}}} ins(%arg6, %[[Q]] : tensor<16x512xbf16>, tensor<512x16xf32>) outs(%{{.*}} : tensor<512x16xbf16>)
// CHECK: linalg.transpose ins(%[[R]] : tensor<512x16xbf16>) outs(%{{.*}} : tensor<16x512xbf16>) permutation = [1, 0]
// CHECK-NOT: linalg.generic
func.func @epilogue(%a: tensor<16x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %s: tensor<16x4xf32>, %t: tensor<4x4xf32>,
                    %bias: tensor<512xf32>, %gain: tensor<16xf32>, %residual: tensor<16x512xbf16>) -> tensor<16x512xbf16> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<16x512xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<16x512xf32>) -> tensor<16x512xf32>
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [128, 128]) outs(%f : tensor<16x512xf32>)
      {config = #gq.matmul_config<tile = [64, 16, 128], math_groups = 1, swap = true>}
      : tensor<16x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<16x4xf32>, tensor<4x4xf32> -> tensor<16x512xf32>
  %q = linalg.generic {indexing_maps = [#id, #columns, #rows, #id], iterator_types = ["parallel", "parallel"]}
      ins(%d, %bias, %gain : tensor<16x512xf32>, tensor<512xf32>, tensor<16xf32>) outs(%e : tensor<16x512xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32, %o: f32):
    %u = arith.mulf %x, %z : f32
    %v = arith.addf %u, %y : f32
    linalg.yield %v : f32
  } -> tensor<16x512xf32>
  %h = tensor.empty() : tensor<16x512xbf16>
  %r = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%residual, %q : tensor<16x512xbf16>, tensor<16x512xf32>) outs(%h : tensor<16x512xbf16>) {
  ^bb0(%x: bf16, %y: f32, %o: bf16):
    %w = arith.truncf %y : f32 to bf16
    %v = arith.addf %x, %w : bf16
    linalg.yield %v : bf16
  } -> tensor<16x512xbf16>
  return %r : tensor<16x512xbf16>
}

// Of several variants, those that say so.
// CHECK-LABEL: func.func @variants
// CHECK: scf.if
// CHECK: gq.scaled_matmul %arg1, %arg0
// CHECK: linalg.transpose
// CHECK: } else {
// CHECK: gq.scaled_matmul %arg0, %arg1
// CHECK-NOT: linalg.transpose
func.func @variants(%a: tensor<?x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %s: tensor<?x4xf32>, %t: tensor<4x4xf32>, %e: tensor<?x512xf32>) -> tensor<?x512xf32> {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x512xf32>) -> tensor<?x512xf32>
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [128, 128]) outs(%f : tensor<?x512xf32>)
      {config = #gq.matmul_variants<up_to 16 = <tile = [64, 16, 128], math_groups = 1, swap = true>, above = <tile = [128, 128, 128]>>}
      : tensor<?x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x512xf32>
  return %d : tensor<?x512xf32>
}

// Either way to load scales is that of the product that is left: two branches with it.
// CHECK-LABEL: func.func @either
// CHECK: tensor.dim %arg2
// CHECK: scf.if
// CHECK: gq.scaled_matmul %arg1, %arg0 {{.*}}scales = tma
// CHECK: linalg.transpose
// CHECK: } else {
// CHECK: gq.scaled_matmul %arg1, %arg0
// CHECK: linalg.transpose
func.func @either(%a: tensor<?x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %s: tensor<4x?xf32>, %t: tensor<4x4xf32>, %e: tensor<?x512xf32>) -> tensor<?x512xf32> {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x512xf32>) -> tensor<?x512xf32>
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [128, 128]) outs(%f : tensor<?x512xf32>)
      {transposed_a_scales, config = #gq.matmul_config<tile = [64, 16, 128], math_groups = 1, swap = true, scales = either>}
      : tensor<?x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<4x?xf32>, tensor<4x4xf32> -> tensor<?x512xf32>
  return %d : tensor<?x512xf32>
}
