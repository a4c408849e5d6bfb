// RUN: split-file %s %t
// RUN: gq-compile %t/product.mlir --max-variants=1 -o %t/product.gqb
// RUN: gq-bundle info %t/product.gqb | FileCheck %t/product.mlir
// RUN: gq-bundle extract %t/product.gqb --image=metadata -o - | FileCheck %t/product.mlir --check-prefix=JSON
// RUN: not gq-compile %t/views.mlir -o %t/out 2>&1 | FileCheck %t/views.mlir
// RUN: not gq-compile %t/expanded.mlir -o %t/out 2>&1 | FileCheck %t/expanded.mlir
// RUN: not gq-compile %t/kernel.mlir -o %t/out 2>&1 | FileCheck %t/kernel.mlir
// RUN: not gq-compile %t/rank.mlir -o %t/out 2>&1 | FileCheck %t/rank.mlir
// RUN: gq-compile %t/contiguous.mlir -o %t/contiguous.gqb
// RUN: gq-bundle info %t/contiguous.gqb | FileCheck %t/contiguous.mlir

// Tensor maps have the pitch as the stride of rows, and the length of a row as their extent.
//--- product.mlir
// CHECK: input arg0 (%x) bf16 [?, 512] pitched
// CHECK: input arg1 (%w) bf16 [256, 512]{{$}}
// CHECK: tensormap arg0 bf16 dims [512, arg0.0] strides [mul(2, arg0.pitch)]
// CHECK: i32 arg0.pitch
// JSON: "version":3
func.func @product(%x: tensor<?x512xbf16> {gq.pitched}, %w: tensor<256x512xbf16>) -> tensor<?x256xbf16> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x512xbf16>
  %e = tensor.empty(%m) : tensor<?x256xbf16>
  %y = gq.scaled_matmul %x, %w outs(%e : tensor<?x256xbf16>)
         : tensor<?x512xbf16>, tensor<256x512xbf16> -> tensor<?x256xbf16>
  return %y : tensor<?x256xbf16>
}
//--- views.mlir
func.func @f(%x: tensor<4x8xf32> {gq.pitched}) -> tensor<32xf32> {
  %e = tensor.empty() : tensor<32xf32>
  // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: gives argument 0 (%x), which is gq.pitched, another shape, whose rows would not all be as far apart
  %v = tensor.collapse_shape %x [[0, 1]] : tensor<4x8xf32> into tensor<32xf32>
  %r = gqgpu.launch @b::@k ins(%v : tensor<32xf32>) outs(%e : tensor<32xf32>) -> tensor<32xf32>
  return %r : tensor<32xf32>
}
gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[#gpu.kernel_metadata<"k", !llvm.func<void (ptr<1>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = [#gqgpu.pointer<1>]>}>]>, assembly = "// ptx of b">]
//--- expanded.mlir
func.func @f(%x: tensor<4x8xf32> {gq.pitched}) -> tensor<4x4x2xf32> {
  %e = tensor.empty() : tensor<4x4x2xf32>
  // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: gives argument 0 (%x), which is gq.pitched, another shape, whose rows would not all be as far apart
  %v = tensor.expand_shape %x [[0], [1, 2]] output_shape [4, 4, 2] : tensor<4x8xf32> into tensor<4x4x2xf32>
  %r = gqgpu.launch @b::@k ins(%v : tensor<4x4x2xf32>) outs(%e : tensor<4x4x2xf32>) -> tensor<4x4x2xf32>
  return %r : tensor<4x4x2xf32>
}
gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[#gpu.kernel_metadata<"k", !llvm.func<void (ptr<1>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = [#gqgpu.pointer<1>]>}>]>, assembly = "// ptx of b">]
//--- kernel.mlir
func.func @f(%x: tensor<4x8xf32> {gq.pitched}) -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: gqgpu.launch of kernel 'k' has no #gqgpu.pitch<0>, operand 0 is gq.pitched
  %r = gqgpu.launch @b::@k ins(%x : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}
gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[#gpu.kernel_metadata<"k", !llvm.func<void (ptr<1>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = [#gqgpu.pointer<0>]>}>]>, assembly = "// ptx of b">]
//--- rank.mlir
func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
  %e = tensor.empty() : tensor<4xf32>
  // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: gqgpu.launch of kernel 'k' asks for the pitch of operand 0, which has rank 1, a matrix is needed
  %r = gqgpu.launch @b::@k ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}
gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[#gpu.kernel_metadata<"k", !llvm.func<void (i32)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = [#gqgpu.pitch<0>]>}>]>, assembly = "// ptx of b">]
// Of rows without gaps the pitch is their length.
//--- contiguous.mlir
// CHECK: i32 arg0.1
func.func @f(%x: tensor<4x?xf32>) -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  %r = gqgpu.launch @b::@k ins(%x : tensor<4x?xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}
gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[#gpu.kernel_metadata<"k", !llvm.func<void (i32)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = [#gqgpu.pitch<0>]>}>]>, assembly = "// ptx of b">]
