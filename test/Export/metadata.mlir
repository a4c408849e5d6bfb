// RUN: gq-compile %s -o %t.gqb
// RUN: gq-bundle extract %t.gqb --image=metadata -o - | FileCheck %s
// RUN: gq-bundle info %t.gqb | FileCheck %s --check-prefix=INFO

// The launch rule of a kernel, with its operands replaced by what the host
// passes: sizes are expressions over the arguments of the function, and thread
// blocks are counted where the kernel counts clusters. Temporaries
// are workspace even when upstream has merged the empty tensors they come from.
// CHECK{LITERAL}: {"functions":[{
// CHECK-SAME{LITERAL}: "checks":[{"expr":["le","arg0.0",65536],"message":"too many rows"},{"expr":["eq","arg0.0",["mul",["floordiv","arg0.0",16],16]],"message":"rows must be whole"},{"expr":["le","arg0.0",2146435072],"message":"kernels count dimension 0 of argument 0 (%x) in 32 bits"}]
// CHECK-SAME{LITERAL}: "inputs":[{"label":"x","name":"arg0","shape":[-1,8192],"type":"f8E4M3FN"},{"label":"s","name":"arg1","shape":[64,64],"type":"f32"}]
// CHECK-SAME{LITERAL}: "launches":[
// CHECK-SAME{LITERAL}: {"variants":[{"block":[384,1,1],"cluster":[2,1,1],"grid":[["mul",["min",["floordiv","num_sms",2],["min",["mul",["ceildiv","arg0.0",256],64],"arg0.0"]],2],1,1],"kernel":"gemm","params":[
// CHECK-SAME{LITERAL}: {"box":[128,256],"buffer":"arg0","dims":[8192,"arg0.0"],"dtype":"u8","kind":"tensormap","l2promotion":256,"strides":[8192],"swizzle":128}
// CHECK-SAME{LITERAL}: {"buffer":"ws0","kind":"pointer"},{"kind":"i32","value":"arg0.0"}],"smem":217664}
// CHECK-SAME{LITERAL}: "params":[{"box":[128,256],"buffer":"ws0","dims":[8192,"arg0.0"]
// CHECK-SAME{LITERAL}: {"buffer":"res0","kind":"pointer"}
// CHECK-SAME{LITERAL}: "name":"chain"
// CHECK-SAME{LITERAL}: "outputs":[{"name":"res0","shape":[["floordiv","arg0.0",16],16,8192],"type":"f8E4M3FN"}]
// CHECK-SAME{LITERAL}: "workspace":[{"name":"ws0","shape":["arg0.0",8192],"type":"f8E4M3FN"}]
// CHECK-SAME: "gpu":"h100","producer":"gridquant {{[0-9.]+ \([0-9a-z]+\)}}","target":"sm_90a","version":1}

// INFO: target sm_90a
// INFO-NEXT: gpu h100
// INFO-NEXT: producer gridquant {{[0-9.]+ \([0-9a-z]+\)}}
// INFO: image ptx sm_90a
// INFO: function chain
// INFO-NEXT: input arg0 (%x) f8E4M3FN [?, 8192]
// INFO-NEXT: input arg1 (%s) f32 [64, 64]
// INFO-NEXT: output res0 f8E4M3FN [floordiv(arg0.0, 16), 16, 8192]
module {
  gpu.binary @kernels [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[#gpu.kernel_metadata<"gemm", !llvm.func<void (array<16 x i64>, ptr<1>, i32)>, metadata = {gqgpu.launch = #gqgpu.launch<
    threads = 384, cluster = 2, shared_memory = 217664,
    grid = <[0[0]] -> ((s0 ceildiv 256) * 64, s0), persistent>,
    params = [#gqgpu.tensor_map<0 as u8 box [128, 256] swizzle 128>, #gqgpu.pointer<2>, #gqgpu.size<0[0]>]>}>]>, assembly = "// ptx of kernels">]

  func.func @chain(%x: tensor<?x8192xf8E4M3FN>, %s: tensor<64x64xf32>) -> tensor<?x16x8192xf8E4M3FN> {
    %c0 = arith.constant 0 : index
    %c16 = arith.constant 16 : index
    %limit = arith.constant 65536 : index
    %m = tensor.dim %x, %c0 : tensor<?x8192xf8E4M3FN>
    %small = arith.cmpi sle, %m, %limit : index
    cf.assert %small, "too many rows"
    %whole = affine.apply affine_map<()[s0] -> ((s0 floordiv 16) * 16)>()[%m]
    %same = arith.cmpi eq, %m, %whole : index
    cf.assert %same, "rows must be whole"
    %e = tensor.empty(%m) : tensor<?x8192xf8E4M3FN>
    %t = gqgpu.launch @kernels::@gemm ins(%x, %s : tensor<?x8192xf8E4M3FN>, tensor<64x64xf32>) outs(%e : tensor<?x8192xf8E4M3FN>) -> tensor<?x8192xf8E4M3FN>
    %r = gqgpu.launch @kernels::@gemm ins(%t, %s : tensor<?x8192xf8E4M3FN>, tensor<64x64xf32>) outs(%e : tensor<?x8192xf8E4M3FN>) -> tensor<?x8192xf8E4M3FN>
    %b = affine.apply affine_map<()[s0] -> (s0 floordiv 16)>()[%m]
    %y = tensor.expand_shape %r [[0, 1], [2]] output_shape [%b, 16, 8192] : tensor<?x8192xf8E4M3FN> into tensor<?x16x8192xf8E4M3FN>
    return %y : tensor<?x16x8192xf8E4M3FN>
  }
  // In no bundle: nothing to run.
  func.func private @no_launch(%x: tensor<4xf32>) -> tensor<4xf32> {
    return %x : tensor<4xf32>
  }
}
