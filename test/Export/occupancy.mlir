// A multiprocessor has room for several thread blocks: the grid of a persistent kernel has as many
// for each, in whole clusters.
// RUN: gq-compile %s -o %t.gqb
// RUN: gq-bundle extract %t.gqb --image=metadata -o - | FileCheck %s

// CHECK{LITERAL}: "grid":[["mul",["min",["floordiv",["mul","num_sms",3],2],["ceildiv","arg0.0",256]],2],1,1],"kernel":"gemm"
module {
  gpu.binary @kernels [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[#gpu.kernel_metadata<"gemm", !llvm.func<void (ptr<1>)>, metadata = {gqgpu.launch = #gqgpu.launch<
    threads = 256, cluster = 2, shared_memory = 65536, grid = <[0[0]] -> (s0 ceildiv 256), persistent 3>,
    params = [#gqgpu.pointer<0>]>}>]>, assembly = "// ptx of kernels">]

  func.func @product(%x: tensor<?x8192xf8E4M3FN>) -> tensor<?x8192xf8E4M3FN> {
    %c0 = arith.constant 0 : index
    %m = tensor.dim %x, %c0 : tensor<?x8192xf8E4M3FN>
    %e = tensor.empty(%m) : tensor<?x8192xf8E4M3FN>
    %t = gqgpu.launch @kernels::@gemm ins(%x : tensor<?x8192xf8E4M3FN>) outs(%e : tensor<?x8192xf8E4M3FN>) -> tensor<?x8192xf8E4M3FN>
    return %t : tensor<?x8192xf8E4M3FN>
  }
}
