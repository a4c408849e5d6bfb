// A tile of more rows than a box of the copy engine has, whose columns two groups split:
// two boxes of a, and products that start at a group's rows of b.
// RUN: gq-opt %s --gq-lower-to-nvvm | FileCheck %s
// RUN: gq-opt %s --gq-lower-to-tiles | gq-opt --gq-lower-to-kernels | gq-opt --gq-lower-to-roles | gq-opt --gq-lower-to-fragments -o %t
// RUN: sed 's/320x128xf8E4M3FN/268x128xf8E4M3FN/' %t | not gq-opt --gq-expand-tile-loops --convert-gqgpu-to-nvvm 2>&1 | FileCheck %s --check-prefix=BOX

// CHECK: llvm.func @f_matmul
// CHECK-SAME: #gqgpu.tensor_map<0 as u8 box [128, 160] swizzle 128>, #gqgpu.tensor_map<1 as u8 box [128, 128] swizzle 128 permuted 32>
// The descriptor of b, whose tiles start at 81920, in 16 bytes: rows of 128 bytes from the
// group's first, then the slot.
// CHECK: llvm.mlir.constant(5120 : i32) : i32
// CHECK: %[[BASE:.*]] = llvm.add
// CHECK: %[[C3:.*]] = llvm.mlir.constant(3 : i32) : i32
// CHECK: %[[OFFSET:.*]] = llvm.shl %{{.*}}, %[[C3]] : i32
// CHECK: %[[FIRST:.*]] = llvm.add %[[BASE]], %[[OFFSET]] : i32
// CHECK: %[[SLOT:.*]] = llvm.mul
// CHECK: %[[B:.*]] = llvm.add %[[FIRST]], %[[SLOT]] : i32
// CHECK: llvm.inline_asm {{.*}}wgmma.mma_async{{.*}} %{{[0-9]+}}, %[[B]]
// CHECK: nvvm.cp.async.bulk.tensor.shared.cluster.global %{{.*}}, %[[A:arg0]], %{{.*}}, box[%[[K:.*]], %[[M:.*]]] l2
// CHECK: %[[C160:.*]] = llvm.mlir.constant(160 : i32) : i32
// CHECK: %[[M1:.*]] = llvm.add %[[M]], %[[C160]] : i32
// CHECK: %[[HALF:.*]] = llvm.mlir.constant(20480 : i32) : i32
// CHECK: %[[TO:.*]] = llvm.add %{{.*}}, %[[HALF]] : i32
// CHECK: %[[TO7:.*]] = llvm.inttoptr %[[TO]] : i32 to !llvm.ptr<7>
// CHECK: nvvm.cp.async.bulk.tensor.shared.cluster.global %[[TO7]], %[[A]], %{{.*}}, box[%[[K]], %[[M1]]] l2

// BOX: error: 'gqgpu.tma_load' op has a tile of 268 rows, which boxes of at most 256 cannot divide
func.func @f(%a: tensor<?x256xf8E4M3FN>, %b: tensor<256x256xf8E4M3FN>, %s: tensor<?x2xf32>, %t: tensor<2x2xf32>, %m: index) -> tensor<?x256xbf16> {
  %z = arith.constant 0.0 : bf16
  %e = tensor.empty(%m) : tensor<?x256xbf16>
  %c = linalg.fill ins(%z : bf16) outs(%e : tensor<?x256xbf16>) -> tensor<?x256xbf16>
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<?x256xbf16>)
      {config = #gq.matmul_config<tile = [320, 128, 128], stages = 2, split = n, store = direct>}
      : tensor<?x256xf8E4M3FN>, tensor<256x256xf8E4M3FN>, tensor<?x2xf32>, tensor<2x2xf32> -> tensor<?x256xbf16>
  return %d : tensor<?x256xbf16>
}
