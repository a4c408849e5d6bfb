// REQUIRES: ptxas
// RUN: gq-opt %s --gq-serialize --remarks-filter=gq-serialize 2>&1 | FileCheck %s
// RUN: gq-opt %s --gq-serialize=ptxas=%ptxas -o %t.1
// RUN: gq-opt %s --gq-serialize=ptxas=%ptxas -o %t.2
// RUN: cmp %t.1 %t.2

// CHECK: remark: [Passed] resources | Category:gq-serialize
// CHECK-SAME: kernel 'store': {{[0-9]+}} registers, 0 bytes spilled, 512 bytes of static shared memory
// CHECK: gpu.binary @kernels
// CHECK-SAME: assembly = "
// CHECK-SAME: bin = "\7FELF
gpu.module @kernels [#nvvm.target<chip = "sm_90a", features = "+ptx87">] {
  llvm.mlir.global internal @tile() {addr_space = 3 : i32} : !llvm.array<128 x i32>
  llvm.func @store(%out: !llvm.ptr<1>) attributes {nvvm.kernel, nvvm.maxntid = array<i32: 128>} {
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %base = llvm.mlir.addressof @tile : !llvm.ptr<3>
    %at = llvm.getelementptr %base[%tid] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i32
    llvm.store volatile %tid, %at : i32, !llvm.ptr<3>
    %v = llvm.load volatile %at : !llvm.ptr<3> -> i32
    llvm.store %v, %out : i32, !llvm.ptr<1>
    llvm.return
  }
}
