// The pitch of an operand is a parameter behind the sizes; addresses are counted by it, and what is inside by the sizes.
// RUN: gq-opt %s --convert-gqgpu-to-nvvm | FileCheck %s

gpu.module @kernels {
// CHECK-LABEL: llvm.func @fragment(
// CHECK-SAME: %arg0: !llvm.ptr<1>, %arg1: !llvm.ptr<1>, %[[ROWS:arg[0-9]+]]: i32, %[[TO:arg[0-9]+]]: i32, %[[PITCH:arg[0-9]+]]: i32)
// CHECK-SAME: params = [#gqgpu.pointer<0>, #gqgpu.pointer<1>, #gqgpu.size<0[0]>, #gqgpu.size<1[0]>, #gqgpu.pitch<0>]
// CHECK: %[[WIDE:.*]] = llvm.zext %[[PITCH]] : i32 to i64
// CHECK: llvm.mul %{{.*}}, %[[WIDE]] : i64
gqgpu.kernel @fragment(%x: memref<?x64xf32> {gq.pitched}, %y: memref<?x64xf32>) attributes {threads = 128 : i64} {
  %c0 = arith.constant 0 : index
  %f = gqgpu.load_fragment %x[%c0, %c0] map affine_map<(r, c) -> (r, c)> {aligned = 16 : i64} : memref<?x64xf32> -> <16x64xf32, #gqgpu.blocked<[8, 16], chunk = 4>>
  gqgpu.store_fragment %f, %y[%c0, %c0] {aligned = 16 : i64, path = #gqgpu.path<copy>} : <16x64xf32, #gqgpu.blocked<[8, 16], chunk = 4>>, memref<?x64xf32>
  gqgpu.return
}

// CHECK-LABEL: llvm.func @scalar(
// CHECK-SAME: %[[PITCH:arg[0-9]+]]: i32)
// CHECK: %[[WIDE:.*]] = llvm.zext %[[PITCH]] : i32 to i64
// CHECK: llvm.mul %{{.*}}, %[[WIDE]] : i64
gqgpu.kernel @scalar(%x: memref<8x64xi32> {gq.pitched}, %y: memref<16x64xi32>) attributes {threads = 128 : i64} {
  %c0 = arith.constant 0 : index
  %c3 = arith.constant 3 : index
  %v = gqgpu.load_scalar %x[%c3, %c0] : memref<8x64xi32>
  %f = gqgpu.splat %v : i32 -> <16x64xi32, #gqgpu.blocked<[8, 16], chunk = 4>>
  gqgpu.store_fragment %f, %y[%c0, %c0] {aligned = 16 : i64, path = #gqgpu.path<copy>} : <16x64xi32, #gqgpu.blocked<[8, 16], chunk = 4>>, memref<16x64xi32>
  gqgpu.return
}
}
