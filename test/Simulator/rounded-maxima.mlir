// The largest magnitude, rounded, is that of the rounded values: to the bit, infinities and NaN among
// them, and not that of the values.
// DEFINE: %{data} =
// DEFINE: %{entry} =
// DEFINE: %{maxima} = gq-run %s --entry=%{entry} --generate=%{data} --backend=simulate --output=%t.%{entry}.npy
// REDEFINE: %{data} = special
// REDEFINE: %{entry} = maximum
// RUN: %{maxima}
// REDEFINE: %{entry} = each
// RUN: %{maxima}
// RUN: cmp %t.maximum.npy %t.each.npy
// REDEFINE: %{data} = normal
// RUN: %{maxima}
// REDEFINE: %{entry} = maximum
// RUN: %{maxima}
// REDEFINE: %{entry} = none
// RUN: %{maxima}
// RUN: cmp %t.maximum.npy %t.each.npy
// RUN: not cmp %t.maximum.npy %t.none.npy

// One rounding for each maximum, by the instruction for two, whose upper half is the f32 as well.
// RUN: gq-opt %s --gq-expand-reductions --convert-gqgpu-to-nvvm --canonicalize --cse | FileCheck %s
// CHECK-LABEL: llvm.func @maximum
// CHECK: %[[ZERO:.*]] = llvm.mlir.constant(0.000000e+00 : f32)
// CHECK: llvm.intr.maxnum
// CHECK: %[[FIRST:.*]] = nvvm.convert.f32x2.to.bf16x2 %{{.*}}, %[[ZERO]]
// CHECK: llvm.bitcast %[[FIRST]] : vector<2xbf16> to f32
// CHECK: nvvm.convert.f32x2.to.bf16x2
// CHECK-NOT: nvvm.convert
// CHECK-LABEL: llvm.func @each

!f = !gqgpu.fragment<16x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
!h = !gqgpu.fragment<16x128xbf16, #gqgpu.blocked<[8, 32], chunk = 4>>
!s = !gqgpu.fragment<16x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [1, 128]>
#map = affine_map<(r, c) -> (r, c)>
module attributes {gpu.container_module} {
  gpu.module @kernels {
    gqgpu.kernel @maximum(%x: memref<16x128xf32>, %d: memref<16x1xf32>) attributes {threads = 256 : i64} {
      %c0 = arith.constant 0 : index
      %v = gqgpu.load_fragment %x[%c0, %c0] map #map : memref<16x128xf32> -> !f
      %t = gqgpu.thread_absmax %v rounded bf16 : !f -> <!s, lanes = 1>
      %l = gqgpu.lane_max shuffle %t : <!s, lanes = 1> -> <!s, lanes = 32>
      %s = gqgpu.whole_blocks %l : <!s, lanes = 32> -> !s
      gqgpu.store_fragment %s, %d[%c0, %c0] : !s, memref<16x1xf32>
      gqgpu.return
    }
    gqgpu.kernel @each(%x: memref<16x128xf32>, %d: memref<16x1xf32>) attributes {threads = 256 : i64} {
      %c0 = arith.constant 0 : index
      %v = gqgpu.load_fragment %x[%c0, %c0] map #map : memref<16x128xf32> -> !f
      %r = gqgpu.elementwise (%v) {
      ^bb0(%a: f32):
        %b = arith.truncf %a : f32 to bf16
        gqgpu.yield %b : bf16
      } : (!f) -> (!h)
      %t = gqgpu.thread_absmax %r : !h -> <!s, lanes = 1>
      %l = gqgpu.lane_max shuffle %t : <!s, lanes = 1> -> <!s, lanes = 32>
      %s = gqgpu.whole_blocks %l : <!s, lanes = 32> -> !s
      gqgpu.store_fragment %s, %d[%c0, %c0] : !s, memref<16x1xf32>
      gqgpu.return
    }
    gqgpu.kernel @none(%x: memref<16x128xf32>, %d: memref<16x1xf32>) attributes {threads = 256 : i64} {
      %c0 = arith.constant 0 : index
      %v = gqgpu.load_fragment %x[%c0, %c0] map #map : memref<16x128xf32> -> !f
      %t = gqgpu.thread_absmax %v : !f -> <!s, lanes = 1>
      %l = gqgpu.lane_max shuffle %t : <!s, lanes = 1> -> <!s, lanes = 32>
      %s = gqgpu.whole_blocks %l : <!s, lanes = 32> -> !s
      gqgpu.store_fragment %s, %d[%c0, %c0] : !s, memref<16x1xf32>
      gqgpu.return
    }
  }
  func.func @maximum(%x: tensor<16x128xf32>) -> tensor<16x1xf32> {
    %e = tensor.empty() : tensor<16x1xf32>
    %d = gqgpu.launch @kernels::@maximum ins(%x : tensor<16x128xf32>) outs(%e : tensor<16x1xf32>) -> tensor<16x1xf32>
    return %d : tensor<16x1xf32>
  }
  func.func @each(%x: tensor<16x128xf32>) -> tensor<16x1xf32> {
    %e = tensor.empty() : tensor<16x1xf32>
    %d = gqgpu.launch @kernels::@each ins(%x : tensor<16x128xf32>) outs(%e : tensor<16x1xf32>) -> tensor<16x1xf32>
    return %d : tensor<16x1xf32>
  }
  func.func @none(%x: tensor<16x128xf32>) -> tensor<16x1xf32> {
    %e = tensor.empty() : tensor<16x1xf32>
    %d = gqgpu.launch @kernels::@none ins(%x : tensor<16x128xf32>) outs(%e : tensor<16x1xf32>) -> tensor<16x1xf32>
    return %d : tensor<16x1xf32>
  }
}
