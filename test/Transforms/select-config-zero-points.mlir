// Rows that a config has added up beside a product take shared memory, as much as the kernel has then, and
// registers. With the rows of a alone there is no ring for their sums. A schedule that math groups
// are to have otherwise is not theirs.
// RUN: gq-opt %s --gq-lower-to-tiles=schedule=pingpong --gq-lower-to-kernels --gq-lower-to-roles --gq-lower-to-fragments --remarks-filter=gq-select-config 2>&1 | FileCheck %s

// CHECK: Remark="#gq.matmul_config<tile = [128, 256, 256], raster = 8, store = direct, registers = [40, 232]>, [[BOTH:[0-9]+]] bytes of shared memory"
// CHECK: Remark="#gq.matmul_config<tile = [128, 256, 256], raster = 8, store = direct, registers = [40, 232]>, [[ROWS:[0-9]+]] bytes of shared memory"
// CHECK: gqgpu.kernel @both_matmul
// CHECK-SAME: shared_memory = [[BOTH]] : i64
// CHECK: gqgpu.kernel @rows_matmul
// CHECK-SAME: shared_memory = [[ROWS]] : i64
func.func @both(%a: tensor<8192x8192xi8>, %b: tensor<8192x8192xi8>, %za: tensor<8192xi32>, %zb: tensor<8192xi32>) -> tensor<8192x8192xi32> {
  %zero = arith.constant 0 : i32
  %e = tensor.empty() : tensor<8192x8192xi32>
  %i = linalg.fill ins(%zero : i32) outs(%e : tensor<8192x8192xi32>) -> tensor<8192x8192xi32>
  %d = gq.scaled_matmul %a, %b a_zero_points(%za : tensor<8192xi32>) b_zero_points(%zb : tensor<8192xi32>) outs(%i : tensor<8192x8192xi32>)
         {config = #gq.matmul_config<tile = [128, 256, 256], raster = 8, store = direct>}
         : tensor<8192x8192xi8>, tensor<8192x8192xi8> -> tensor<8192x8192xi32>
  return %d : tensor<8192x8192xi32>
}
func.func @rows(%a: tensor<8192x8192xi8>, %b: tensor<8192x8192xi8>, %zb: tensor<8192xi32>) -> tensor<8192x8192xi32> {
  %zero = arith.constant 0 : i32
  %e = tensor.empty() : tensor<8192x8192xi32>
  %i = linalg.fill ins(%zero : i32) outs(%e : tensor<8192x8192xi32>) -> tensor<8192x8192xi32>
  %d = gq.scaled_matmul %a, %b b_zero_points(%zb : tensor<8192xi32>) outs(%i : tensor<8192x8192xi32>)
         {config = #gq.matmul_config<tile = [128, 256, 256], raster = 8, store = direct>}
         : tensor<8192x8192xi8>, tensor<8192x8192xi8> -> tensor<8192x8192xi32>
  return %d : tensor<8192x8192xi32>
}
