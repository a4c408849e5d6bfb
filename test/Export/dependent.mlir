// Launches that begin before the one in front has completed, in the metadata.
// RUN: rm -rf %t && split-file %s %t
// RUN: gq-compile %t/good.mlir -o %t/good.gqb
// RUN: gq-bundle extract %t/good.gqb --image=metadata -o - | FileCheck %t/good.mlir
// RUN: not gq-compile %t/first.mlir -o %t/out 2>&1 | FileCheck %t/first.mlir
// RUN: not gq-compile %t/waits.mlir -o %t/out 2>&1 | FileCheck %t/waits.mlir
// RUN: not ls %t/out

//--- good.mlir
// CHECK{LITERAL}: "launches":[{"variants":[{"block":[128,1,1],"cluster":[1,1,1],"grid":[1,1,1],"kernel":"late"
// CHECK-SAME{LITERAL}: {"variants":[{"block":[128,1,1],"cluster":[1,1,1],"dependent":true,"grid":[1,1,1],"kernel":"early"
// CHECK-SAME{LITERAL}: "name":"within"
// CHECK-SAME{LITERAL}: "inputs":[{"constant":true,"label":"x","name":"arg0"
// CHECK-SAME{LITERAL}: "launches":[{"variants":[{"block":[128,1,1],"cluster":[1,1,1],"dependent":true,"grid":[1,1,1],"kernel":"early"
// CHECK-SAME{LITERAL}: "name":"callers"
module {
  gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[
    #gpu.kernel_metadata<"late", !llvm.func<void (ptr<1>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = [#gqgpu.pointer<1>]>}>,
    #gpu.kernel_metadata<"early", !llvm.func<void (ptr<1>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = [#gqgpu.pointer<1>], dependent>}>]>, assembly = "// ptx of b">]
  func.func @within(%x: tensor<4xf32>) -> tensor<4xf32> {
    %e = tensor.empty() : tensor<4xf32>
    %q = gqgpu.launch @b::@late ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    %r = gqgpu.launch dependent @b::@early ins(%q : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    return %r : tensor<4xf32>
  }
  func.func @callers(%x: tensor<4xf32> {gq.constant}) -> tensor<4xf32> attributes {gq.dependent_launch = "callers"} {
    %e = tensor.empty() : tensor<4xf32>
    %r = gqgpu.launch dependent @b::@early ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    return %r : tensor<4xf32>
  }
}
//--- first.mlir
module {
  gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[
    #gpu.kernel_metadata<"early", !llvm.func<void (ptr<1>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = [#gqgpu.pointer<1>], dependent>}>]>, assembly = "// ptx of b">]
  func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
    %e = tensor.empty() : tensor<4xf32>
    // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: is dependent and the first launch of function 'f'; expects gq.dependent_launch = "callers" on the function
    %r = gqgpu.launch dependent @b::@early ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    return %r : tensor<4xf32>
  }
}
//--- waits.mlir
module {
  gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[
    #gpu.kernel_metadata<"late", !llvm.func<void (ptr<1>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = [#gqgpu.pointer<1>]>}>]>, assembly = "// ptx of b">]
  func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> attributes {gq.dependent_launch = "callers"} {
    %e = tensor.empty() : tensor<4xf32>
    // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: gqgpu.launch of kernel 'late' is not dependent: the kernel does not wait for the one in front, before whose end it is to be launched; run gq-place-dependency
    %r = gqgpu.launch dependent @b::@late ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    return %r : tensor<4xf32>
  }
}
