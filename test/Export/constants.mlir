// RUN: gq-compile %s -o %t.gqb
// RUN: gq-bundle info %t.gqb | FileCheck %s
// RUN: gq-bundle extract %t.gqb --image=metadata -o - | FileCheck %s --check-prefix=JSON
// RUN: gq-bundle extract %t.gqb --image=1 -o - | od -An -tx1 | FileCheck %s --check-prefix=DATA

// Constants that launches read are data of the bundle: those of equal contents
// once, of one value one element. What no launch reads is not there.
// CHECK: image ptx sm_90a 16 bytes
// CHECK-NEXT: image data 8 bytes
// CHECK-NEXT: image data 4 bytes
// CHECK-NEXT: image data 2 bytes
// CHECK-NOT: image
// CHECK: function f
// CHECK-NEXT: input arg0 (%x) f32 [4]
// CHECK-NEXT: output res0 f32 [4]
// CHECK-NEXT: workspace ws0 f32 [4]
// CHECK-NEXT: workspace ws1 f32 [4]
// CHECK-NEXT: workspace ws2 f32 [4]
// CHECK-NEXT: constant const0 bf16 [2, 2] image 1
// CHECK-NEXT: constant const1 f32 [64, 64] image 2 splat
// CHECK-NEXT: constant const2 f8E4M3FN [2] image 3
// CHECK-NEXT: launch 0
// CHECK: pointer const0
// CHECK: pointer const1
// CHECK: pointer const2
// CHECK: pointer const0
// CHECK: function g
// CHECK: constant const0 i16 [4] image 1
// CHECK-NEXT: launch 0
// CHECK: pointer const0

// JSON{LITERAL}: "constants":[{"image":1,"name":"const0","shape":[2,2],"type":"bf16"},{"image":2,"name":"const1","shape":[64,64],"splat":true,"type":"f32"},{"image":3,"name":"const2","shape":[2],"type":"f8E4M3FN"}]
// JSON{LITERAL}: "version":2}

// DATA: 80 3f 00 40 40 40 80 40
module {
  gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[#gpu.kernel_metadata<"k", !llvm.func<void (ptr<1>, ptr<1>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = [#gqgpu.pointer<0>, #gqgpu.pointer<1>]>}>]>, assembly = "// ptx of kernel">]
  func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
    %w = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xbf16>
    %same = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xbf16>
    %s = arith.constant dense<0.5> : tensor<64x64xf32>
    %r = arith.constant dense_resource<codes> : tensor<2xf8E4M3FN>
    %unused = arith.constant dense<[5.0, 6.0]> : tensor<2xf32>
    %e = tensor.empty() : tensor<4xf32>
    %0 = gqgpu.launch @b::@k ins(%w : tensor<2x2xbf16>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    %1 = gqgpu.launch @b::@k ins(%s : tensor<64x64xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    %2 = gqgpu.launch @b::@k ins(%r : tensor<2xf8E4M3FN>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    %3 = gqgpu.launch @b::@k ins(%same : tensor<2x2xbf16>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    return %3 : tensor<4xf32>
  }
  // The same bytes in another function, of another type.
  func.func @g(%x: tensor<4xf32>) -> tensor<4xf32> {
    %w = arith.constant dense<[16256, 16384, 16448, 16512]> : tensor<4xi16>
    %e = tensor.empty() : tensor<4xf32>
    %0 = gqgpu.launch @b::@k ins(%w : tensor<4xi16>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    return %0 : tensor<4xf32>
  }
}
{-#
  dialect_resources: { builtin: { codes: "0x010000003840" } }
#-}
