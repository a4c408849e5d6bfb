// RUN: gq-opt %s | gq-opt | FileCheck %s

// How a kernel is launched, in the form it is read back in. The expressions of a
// grid have symbols for sizes of operands; the smallest of several counts.
// CHECK: llvm.func @gemm(%arg0: !llvm.ptr, %arg1: !llvm.ptr<1>, %arg2: i32)
// CHECK-SAME: gqgpu.launch = #gqgpu.launch<threads = 384, cluster = 2, shared_memory = 217664, grid = <[0[0], 1[1]] -> ((s0 ceildiv 256) * (s1 ceildiv 128), s0 * 2), persistent>, params = [#gqgpu.tensor_map<0 as u8 box [128, 256] swizzle 128 l2promotion 128>, #gqgpu.pointer<2>, #gqgpu.size<0[0]>]>
llvm.func @gemm(%map: !llvm.ptr, %d: !llvm.ptr<1>, %m: i32) attributes {
    gqgpu.launch = #gqgpu.launch<threads = 384, cluster = 2, shared_memory = 217664,
      grid = <[0[0], 1[1]] -> ((s0 ceildiv 256) * (s1 ceildiv 128), s0 * 2), persistent>,
      params = [#gqgpu.tensor_map<0 as u8 box [128, 256] swizzle 128 l2promotion 128>,
                #gqgpu.pointer<2>, #gqgpu.size<0[0]>]>} {
  llvm.return
}

// Defaults are not printed.
// CHECK: llvm.func @one
// CHECK-SAME: gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = [#gqgpu.tensor_map<0 as bf16 box [64]>]>
llvm.func @one(%map: !llvm.ptr) attributes {
    gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (1)>,
      params = [#gqgpu.tensor_map<0 as bf16 box [64] swizzle 0 l2promotion 256>]>} {
  llvm.return
}

// CHECK: llvm.func @none
// CHECK-SAME: params = []>
llvm.func @none() attributes {
    gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (4)>, params = []>} {
  llvm.return
}

// CHECK: gqgpu.kernel @expanded
// CHECK-SAME: grid = #gqgpu.grid<[0[0]] -> (s0 ceildiv 8)>
gqgpu.kernel @expanded(%x: memref<?xf32>) attributes {grid = #gqgpu.grid<[0[0]] -> (s0 ceildiv 8)>} {
  gqgpu.return
}

// Several thread blocks for each multiprocessor; one is not printed.
// CHECK: gqgpu.kernel @two
// CHECK-SAME: grid = #gqgpu.grid<[] -> (400), persistent 2>, occupancy = 2 : i64
gqgpu.kernel @two() attributes {grid = #gqgpu.grid<[] -> (400), persistent 2>, occupancy = 2 : i64} {
  gqgpu.return
}
// CHECK: gqgpu.kernel @pauses() attributes {pause = array<i64: 4, 2000>}
gqgpu.kernel @pauses() attributes {pause = array<i64: 4, 2000>} {
  gqgpu.return
}
// CHECK: gqgpu.kernel @one_each
// CHECK-SAME: grid = #gqgpu.grid<[] -> (400), persistent>
gqgpu.kernel @one_each() attributes {grid = #gqgpu.grid<[] -> (400), persistent 1>} {
  gqgpu.return
}
