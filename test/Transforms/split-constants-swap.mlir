// With swapped operands the weights are operand a of the product. What is constant of it is
// loaded by a role that waits for nothing, whose lines are the first to leave L2; two thread
// blocks fit a multiprocessor, so the next kernel has room for its own.
// RUN: gq-opt %s --gq-lower-to-tiles --gq-lower-to-kernels --gq-lower-to-roles --gq-lower-to-fragments -o %t
// RUN: FileCheck %s --input-file=%t
// RUN: gq-opt %t --gq-lower-to-nvvm | FileCheck %s --check-prefix=LOW

// CHECK: gqgpu.kernel @linear_matmul(
// CHECK-SAME: %[[W:[a-z0-9]+]]: memref<512x1024xf8E4M3FN> {gq.constant}, %[[X:[a-z0-9]+]]: memref<?x1024xf8E4M3FN>,
// CHECK-SAME: cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>
// CHECK-SAME: occupancy = 2 : i64
// CHECK: gqgpu.dependency_trigger
// CHECK: gqgpu.role "math"
// CHECK: gqgpu.dependency_wait
// CHECK: gqgpu.role "tma" kind tma
// CHECK-NEXT: gqgpu.dependency_wait
// CHECK: gqgpu.tma_load %[[X]]
// CHECK-SAME: evict = #gqgpu.evict<last>
// CHECK: gqgpu.role "constants" kind tma
// CHECK-NOT: gqgpu.dependency_wait
// CHECK: gqgpu.tma_load %[[W]]
// CHECK-SAME: evict = #gqgpu.evict<first>
// CHECK-NOT: gqgpu.dependency_wait
// CHECK: gqgpu.role "copy"
// CHECK-NEXT: gqgpu.dependency_wait

// L2 fetches what a tile takes of both operands.
// LOW: gqgpu.launch = #gqgpu.launch<threads = 256, cluster = 2,
// LOW-SAME: -> ((s0 ceildiv 16) * 8), persistent 2>
// LOW-SAME: #gqgpu.tensor_map<1 as u8 box [128, 16] swizzle 128 l2promotion 128>, #gqgpu.tensor_map<0 as u8 box [128, 64] swizzle 128 l2promotion 128>,
// LOW-SAME: dependent>
// LOW-SAME: nvvm.maxnreg = 104
func.func @linear(%x: tensor<?x1024xf8E4M3FN>, %xs: tensor<?x8xf32>, %w: tensor<512x1024xf8E4M3FN> {gq.constant}, %ws: tensor<4x8xf32> {gq.constant})
    -> tensor<?x512xbf16> attributes {gq.dependent_launch = "callers"} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %m = tensor.dim %x, %c0 : tensor<?x1024xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x512xbf16>
  %f = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x512xbf16>) -> tensor<?x512xbf16>
  %d = gq.scaled_matmul %x, %w scales(%xs block [1, 128], %ws block [128, 128]) outs(%f : tensor<?x512xbf16>)
      {config = #gq.matmul_config<tile = [64, 16, 128], stages = 8, math_groups = 1, swap = true, occupancy = 2, split_k = 2, stream_a = true, l2_promotion = 128>}
      : tensor<?x1024xf8E4M3FN>, tensor<512x1024xf8E4M3FN>, tensor<?x8xf32>, tensor<4x8xf32> -> tensor<?x512xbf16>
  return %d : tensor<?x512xbf16>
}
