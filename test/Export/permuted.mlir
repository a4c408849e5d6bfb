// RUN: split-file %s %t
// RUN: gq-compile %t/map.mlir -o %t/map.gqb
// RUN: gq-bundle extract %t/map.gqb --image=metadata -o - | FileCheck %t/map.mlir
// RUN: not gq-compile %t/rows.mlir -o %t/out 2>&1 | FileCheck %t/rows.mlir
// RUN: not gq-compile %t/dynamic.mlir -o %t/out 2>&1 | FileCheck %t/dynamic.mlir

// Rows of a matrix that arrive permuted: a map of five dimensions, of which three
// are the 32 rows of a group, pair by pair of its quarters.
//--- map.mlir
// CHECK{LITERAL}: {"box":[128,2,4,4,2],"buffer":"arg0","dims":[512,2,4,4,3],"dtype":"u8","kind":"tensormap","l2promotion":256,"strides":[512,4096,1024,16384],"swizzle":128}
// CHECK-SAME{LITERAL}: {"box":[64,2,4,2,3],"buffer":"arg1","dims":[256,2,4,2,6],"dtype":"bf16","kind":"tensormap","l2promotion":256,"strides":[512,2048,1024,8192],"swizzle":128}
module {
  gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[#gpu.kernel_metadata<"k", !llvm.func<void (array<16 x i64>, array<16 x i64>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = [#gqgpu.tensor_map<0 as u8 box [128, 64] swizzle 128 permuted 32>, #gqgpu.tensor_map<1 as bf16 box [64, 48] swizzle 128 permuted 16>]>}>]>, assembly = "// ptx of b">]
  func.func @f(%b: tensor<96x512xf8E4M3FN>, %c: tensor<96x256xbf16>) -> tensor<4xf32> {
    %e = tensor.empty() : tensor<4xf32>
    %r = gqgpu.launch @b::@k ins(%b, %c : tensor<96x512xf8E4M3FN>, tensor<96x256xbf16>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    return %r : tensor<4xf32>
  }
}
//--- rows.mlir
module {
  gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[#gpu.kernel_metadata<"k", !llvm.func<void (array<16 x i64>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = [#gqgpu.tensor_map<0 as u8 box [128, 64] swizzle 128 permuted 32>]>}>]>, assembly = "// ptx of b">]
  func.func @f(%b: tensor<72x512xf8E4M3FN>) -> tensor<4xf32> {
    %e = tensor.empty() : tensor<4xf32>
    // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: gqgpu.launch of kernel 'k' permutes rows of operand 0 in groups of 32, which must be a static multiple of them
    %r = gqgpu.launch @b::@k ins(%b : tensor<72x512xf8E4M3FN>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    return %r : tensor<4xf32>
  }
}
//--- dynamic.mlir
module {
  gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[#gpu.kernel_metadata<"k", !llvm.func<void (array<16 x i64>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = [#gqgpu.tensor_map<0 as u8 box [128, 64] swizzle 128 permuted 32>]>}>]>, assembly = "// ptx of b">]
  func.func @f(%b: tensor<?x512xf8E4M3FN>) -> tensor<4xf32> {
    %e = tensor.empty() : tensor<4xf32>
    // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: gqgpu.launch of kernel 'k' permutes rows of operand 0 in groups of 32, which must be a static multiple of them
    %r = gqgpu.launch @b::@k ins(%b : tensor<?x512xf8E4M3FN>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    return %r : tensor<4xf32>
  }
}
