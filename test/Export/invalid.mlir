// RUN: rm -rf %t
// RUN: split-file %s %t
// RUN: not gq-compile %t/00.mlir -o %t/out 2>&1 | FileCheck %t/00.mlir
// RUN: not gq-compile %t/01.mlir -o %t/out 2>&1 | FileCheck %t/01.mlir
// RUN: not gq-compile %t/02.mlir -o %t/out 2>&1 | FileCheck %t/02.mlir
// RUN: not gq-compile %t/03.mlir -o %t/out 2>&1 | FileCheck %t/03.mlir
// RUN: not gq-compile %t/04.mlir -o %t/out 2>&1 | FileCheck %t/04.mlir
// RUN: not gq-compile %t/05.mlir -o %t/out 2>&1 | FileCheck %t/05.mlir
// RUN: not gq-compile %t/06.mlir -o %t/out 2>&1 | FileCheck %t/06.mlir
// RUN: not gq-compile %t/07.mlir -o %t/out 2>&1 | FileCheck %t/07.mlir
// RUN: not gq-compile %t/08.mlir -o %t/out 2>&1 | FileCheck %t/08.mlir
// RUN: not gq-compile %t/09.mlir -o %t/out 2>&1 | FileCheck %t/09.mlir
// RUN: not gq-compile %t/10.mlir -o %t/out 2>&1 | FileCheck %t/10.mlir
// RUN: not gq-compile %t/11.mlir -o %t/out 2>&1 | FileCheck %t/11.mlir
// RUN: not gq-compile %t/12.mlir -o %t/out 2>&1 | FileCheck %t/12.mlir
// RUN: not gq-compile %t/13.mlir -o %t/out 2>&1 | FileCheck %t/13.mlir
// RUN: not gq-compile %t/14.mlir -o %t/out 2>&1 | FileCheck %t/14.mlir
// RUN: not gq-compile %t/15.mlir -o %t/out 2>&1 | FileCheck %t/15.mlir
// RUN: not gq-compile %t/16.mlir -o %t/out 2>&1 | FileCheck %t/16.mlir
// RUN: not ls %t/out

// Every refusal of the export, at the op that is to blame; nothing is written.

//--- 00.mlir
module {
  gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[#gpu.kernel_metadata<"k", !llvm.func<void (ptr<1>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = [#gqgpu.pointer<1>]>}>]>, assembly = "// ptx of b">]
  func.func @f(%x: tensor<8xf32>) -> tensor<4xf32> {
    %e = tensor.empty() : tensor<4xf32>
    // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: op 'tensor.extract_slice' on the host has no gpu lowering
    %g = tensor.extract_slice %x[2] [4] [1] : tensor<8xf32> to tensor<4xf32>
    %r = gqgpu.launch @b::@k ins(%g : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    return %r : tensor<4xf32>
  }
}
//--- 01.mlir
module {
  gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[#gpu.kernel_metadata<"k", !llvm.func<void (ptr<1>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = [#gqgpu.pointer<1>]>}>]>, assembly = "// ptx of b">]
  func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
    // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: outs operand 0 is argument 0 (%x) of the function, which a launch must not write; a tensor.empty is needed
    %r = gqgpu.launch @b::@k ins(%x : tensor<4xf32>) outs(%x : tensor<4xf32>) -> tensor<4xf32>
    return %r : tensor<4xf32>
  }
}
//--- 02.mlir
module {
  gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[#gpu.kernel_metadata<"k", !llvm.func<void (ptr<1>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = [#gqgpu.pointer<1>]>}>]>, assembly = "// ptx of b">]
  func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
    %e = tensor.empty() : tensor<4xf32>
    %r = gqgpu.launch @b::@k ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: result 0 is argument 0 (%x) of the function, a tensor that a launch wrote is needed
    return %x : tensor<4xf32>
  }
}
//--- 03.mlir
module {
  gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[#gpu.kernel_metadata<"k", !llvm.func<void (ptr<1>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = [#gqgpu.pointer<1>]>}>]>, assembly = "// ptx of b">]
  func.func @f(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
    %e = tensor.empty() : tensor<4xf32>
    %r = gqgpu.launch @b::@k ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: result 1 shares its buffer with result 0
    return %r, %r : tensor<4xf32>, tensor<4xf32>
  }
}
//--- 04.mlir
module {
  gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[#gpu.kernel_metadata<"k", !llvm.func<void (ptr<1>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = [#gqgpu.pointer<1>]>}>]>, assembly = "// ptx of b">]
  func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
    %e = tensor.empty() : tensor<4xf32>
    %a = gqgpu.launch @b::@k ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    %b = gqgpu.launch @b::@k ins(%x : tensor<4xf32>) outs(%a : tensor<4xf32>) -> tensor<4xf32>
    %e2 = tensor.empty() : tensor<4xf32>
    // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: uses a tensor whose buffer has been written since; a launch that overwrites it must come last
    %r = gqgpu.launch @b::@k ins(%a : tensor<4xf32>) outs(%e2 : tensor<4xf32>) -> tensor<4xf32>
    return %r : tensor<4xf32>
  }
}
//--- 05.mlir
module {
  gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[#gpu.kernel_metadata<"k", !llvm.func<void (ptr<1>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = [#gqgpu.pointer<1>]>}>]>, assembly = "// ptx of b">]
  func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
    %e = tensor.empty() : tensor<4xf32>
    %a = gqgpu.launch @b::@k ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: outs operand 0 shares its buffer with another operand of the launch
    %r = gqgpu.launch @b::@k ins(%a : tensor<4xf32>) outs(%a : tensor<4xf32>) -> tensor<4xf32>
    return %r : tensor<4xf32>
  }
}
//--- 06.mlir
module {
  gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[#gpu.kernel_metadata<"k", !llvm.func<void (ptr<1>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = [#gqgpu.pointer<1>]>}>]>, assembly = "// ptx of b">]
  // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: argument 1 (%n) has type 'index', a ranked tensor is needed
  func.func @f(%x: tensor<4xf32>, %n: index) -> tensor<4xf32> {
    %e = tensor.empty() : tensor<4xf32>
    %r = gqgpu.launch @b::@k ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    return %r : tensor<4xf32>
  }
}
//--- 07.mlir
module {
  gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[#gpu.kernel_metadata<"k", !llvm.func<void (ptr<1>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = [#gqgpu.pointer<1>]>}>]>, assembly = "// ptx of b">]
  // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: argument 1 (%y) has element type 'i4', bundles hold bf16, f16, f32, f64, i8, i32, i64, f8E4M3FN, f8E5M2 and f8E8M0FNU
  func.func @f(%x: tensor<4xf32>, %y: tensor<4xi4>) -> tensor<4xf32> {
    %e = tensor.empty() : tensor<4xf32>
    %r = gqgpu.launch @b::@k ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    return %r : tensor<4xf32>
  }
}
//--- 08.mlir
module {
  // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: kernel 'k' has gqgpu.launch = {threads = 128 : i64}, #gqgpu.launch is needed
  gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[#gpu.kernel_metadata<"k", !llvm.func<void (ptr<1>)>, metadata = {gqgpu.launch = {threads = 128 : i64}}>]>, assembly = "// ptx of b">]
  func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
    %e = tensor.empty() : tensor<4xf32>
    %r = gqgpu.launch @b::@k ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    return %r : tensor<4xf32>
  }
}
//--- 09.mlir
module {
  gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[#gpu.kernel_metadata<"k", !llvm.func<void (ptr<1>)>, metadata = {}>]>, assembly = "// ptx of b">]
  func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
    %e = tensor.empty() : tensor<4xf32>
    // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: kernel 'k' has no gqgpu.launch attribute, which says how to launch it
    %r = gqgpu.launch @b::@k ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    return %r : tensor<4xf32>
  }
}
//--- 10.mlir
module {
  gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[#gpu.kernel_metadata<"k", !llvm.func<void (ptr<1>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[0[1]] -> (s0)>, params = [#gqgpu.pointer<1>]>}>]>, assembly = "// ptx of b">]
  func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
    %e = tensor.empty() : tensor<4xf32>
    // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: gqgpu.launch of kernel 'k' asks for dimension 1 of operand 0, which has rank 1
    %r = gqgpu.launch @b::@k ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    return %r : tensor<4xf32>
  }
}
//--- 11.mlir
module {
  gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[#gpu.kernel_metadata<"k", !llvm.func<void (ptr<1>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[2[0]] -> (s0)>, params = [#gqgpu.pointer<1>]>}>]>, assembly = "// ptx of b">]
  func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
    %e = tensor.empty() : tensor<4xf32>
    // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: gqgpu.launch of kernel 'k' asks for operand 2, the launch has 2
    %r = gqgpu.launch @b::@k ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    return %r : tensor<4xf32>
  }
}
//--- 12.mlir
module {
  gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[#gpu.kernel_metadata<"k", !llvm.func<void (ptr<1>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = []>}>]>, assembly = "// ptx of b">]
  func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
    %e = tensor.empty() : tensor<4xf32>
    // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: gqgpu.launch of kernel 'k' has 0 params, the kernel has 1
    %r = gqgpu.launch @b::@k ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    return %r : tensor<4xf32>
  }
}
//--- 13.mlir
module {
  gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[#gpu.kernel_metadata<"k", !llvm.func<void (ptr<1>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = [#gqgpu.pointer<2>]>}>]>, assembly = "// ptx of b">]
  func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
    %e = tensor.empty() : tensor<4xf32>
    // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: gqgpu.launch of kernel 'k' passes operand 2, a tensor among the 2 operands of the launch is needed
    %r = gqgpu.launch @b::@k ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    return %r : tensor<4xf32>
  }
}
//--- 14.mlir
module {
  gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[#gpu.kernel_metadata<"k", !llvm.func<void (ptr<1>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = [#gqgpu.tensor_map<0 as f32 box [257]>]>}>]>, assembly = "// ptx of b">]
  func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
    %e = tensor.empty() : tensor<4xf32>
    // CHECK: error: the bundle would be refused: {{.*}}box
    %r = gqgpu.launch @b::@k ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    return %r : tensor<4xf32>
  }
}
//--- 15.mlir
module {
  gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[#gpu.kernel_metadata<"k", !llvm.func<void (ptr<1>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = [#gqgpu.tensor_map<0 as f32 box [4, 4]>]>}>]>, assembly = "// ptx of b">]
  func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
    %e = tensor.empty() : tensor<4xf32>
    // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: gqgpu.launch of kernel 'k' has a box of 2 extents for an operand of rank 1
    %r = gqgpu.launch @b::@k ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    return %r : tensor<4xf32>
  }
}
//--- 16.mlir
module {
  gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[#gpu.kernel_metadata<"k", !llvm.func<void (ptr<1>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = [#gqgpu.pointer<1>]>}>]>, assembly = "// ptx of b">]
  func.func @f(%x: tensor<4xf32>, %y: tensor<?xf32>) -> tensor<?xf32> {
    %c0 = arith.constant 0 : index
    %c8 = arith.constant 8 : index
    %d = tensor.dim %y, %c0 : tensor<?xf32>
    %s = arith.subi %d, %c8 : index
    // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: op 'arith.divsi' in a size needs operands that cannot be negative
    %h = arith.divsi %s, %c8 : index
    %w = tensor.empty(%h) : tensor<?xf32>
    %r = gqgpu.launch @b::@k ins(%x : tensor<4xf32>) outs(%w : tensor<?xf32>) -> tensor<?xf32>
    return %r : tensor<?xf32>
  }
}
