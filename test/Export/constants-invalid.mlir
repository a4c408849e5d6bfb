// RUN: rm -rf %t
// RUN: split-file %s %t
// RUN: not gq-compile %t/0.mlir -o %t/out 2>&1 | FileCheck %t/0.mlir
// RUN: not gq-compile %t/1.mlir -o %t/out 2>&1 | FileCheck %t/1.mlir
// RUN: not gq-compile %t/2.mlir -o %t/out 2>&1 | FileCheck %t/2.mlir
// RUN: not gq-compile %t/3.mlir -o %t/out 2>&1 | FileCheck %t/3.mlir
// RUN: not gq-compile %t/4.mlir -o %t/out 2>&1 | FileCheck %t/4.mlir
// RUN: not ls %t/out

// Constants that no bundle can hold, or that a launch would write.

//--- 0.mlir
module {
  gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[#gpu.kernel_metadata<"k", !llvm.func<void (ptr<1>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = [#gqgpu.pointer<1>]>}>]>, assembly = "// ptx of b">]
  func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
    %c = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
    // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: outs operand 0 is a constant, which a launch must not write; a tensor.empty is needed
    %r = gqgpu.launch @b::@k ins(%x : tensor<4xf32>) outs(%c : tensor<4xf32>) -> tensor<4xf32>
    return %r : tensor<4xf32>
  }
}
//--- 1.mlir
module {
  gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[#gpu.kernel_metadata<"k", !llvm.func<void (ptr<1>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = [#gqgpu.pointer<1>]>}>]>, assembly = "// ptx of b">]
  func.func @f(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
    %c = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
    %e = tensor.empty() : tensor<4xf32>
    %r = gqgpu.launch @b::@k ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: result 1 is a constant, a tensor that a launch wrote is needed
    return %r, %c : tensor<4xf32>, tensor<4xf32>
  }
}
//--- 2.mlir
module {
  gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[#gpu.kernel_metadata<"k", !llvm.func<void (ptr<1>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = [#gqgpu.pointer<1>]>}>]>, assembly = "// ptx of b">]
  func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
    // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: a constant has element type 'i4', bundles hold bf16
    %c = arith.constant dense<[1, 2, 3, 4]> : tensor<4xi4>
    %e = tensor.empty() : tensor<4xf32>
    %r = gqgpu.launch @b::@k ins(%c : tensor<4xi4>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    return %r : tensor<4xf32>
  }
}
//--- 3.mlir
module {
  gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[#gpu.kernel_metadata<"k", !llvm.func<void (ptr<1>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = [#gqgpu.pointer<1>]>}>]>, assembly = "// ptx of b">]
  func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
    // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: constant is the resource 'lost', which has no data
    %c = arith.constant dense_resource<lost> : tensor<4xf32>
    %e = tensor.empty() : tensor<4xf32>
    %r = gqgpu.launch @b::@k ins(%c : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    return %r : tensor<4xf32>
  }
}
//--- 4.mlir
module {
  gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[#gpu.kernel_metadata<"k", !llvm.func<void (ptr<1>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = [#gqgpu.pointer<1>]>}>]>, assembly = "// ptx of b">]
  func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
    // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: constant of type 'tensor<4xf32>' has 6 bytes of data, 16 are needed
    %c = arith.constant dense_resource<short> : tensor<4xf32>
    %e = tensor.empty() : tensor<4xf32>
    %r = gqgpu.launch @b::@k ins(%c : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    return %r : tensor<4xf32>
  }
}
{-#
  dialect_resources: { builtin: { short: "0x04000000000000000000" } }
#-}
