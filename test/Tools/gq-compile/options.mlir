// RUN: gq-compile %s --emit=nvvm | FileCheck %s --check-prefix=NVVM
// RUN: gq-compile %s --emit=llvm | FileCheck %s --check-prefix=LLVM
// RUN: gq-compile %s --emit=ptx -o %t.ptx && FileCheck %s --check-prefix=PTX < %t.ptx
// RUN: gq-compile %s --emit=ptx -o /dev/null
// RUN: gq-compile %s --emit=ptx --mlir-timing -o /dev/null 2>&1 | FileCheck %s --check-prefix=TIME
// RUN: gq-compile %s --emit=ptx --mlir-print-ir-after=gq-serialize -o /dev/null 2>&1 | FileCheck %s --check-prefix=IR
// RUN: gq-compile %s --emit=ptx --remarks-filter=gq-serialize -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// Exit status 1: it does not compile. 2: wrong usage. Nothing is written.
// RUN: rm -f %t.none
// RUN: not gq-compile %s --target=sm_80 -o %t.none 2>&1 | FileCheck %s --check-prefix=TARGET
// RUN: not gq-compile %s --ptxas=%t.no-such-file -o %t.none 2>&1 | FileCheck %s --check-prefix=PTXAS
// RUN: not gq-compile %t.no-such-file -o %t.none 2>&1 | FileCheck %s --check-prefix=INPUT
// RUN: not gq-compile %s -o %t.no-such-dir/out 2>&1 | FileCheck %s --check-prefix=OUTPUT
// RUN: not gq-compile %s --emit=sass -o %t.none 2>&1 | FileCheck %s --check-prefix=EMIT
// RUN: not gq-compile %s --remarks-filter='(' -o %t.none 2>&1 | FileCheck %s --check-prefix=REGEX
// RUN: not ls %t.none

// NVVM: llvm.func @k
// LLVM: target triple = "nvptx64-nvidia-cuda"
// LLVM: define ptx_kernel void @k
// LLVM: call void asm sideeffect "bar.sync 1, 128;", "~{memory}"() #[[ATTR:[0-9]+]]
// LLVM: attributes #[[ATTR]] = { convergent nounwind }
// PTX: .visible .entry k(
// TIME: SerializePass
// REMARK: remark: [Missed] no-cubin
// IR: gpu.binary @kernels
// TARGET: error: unknown target 'sm_80', expects h100, h200, h20 or gh200
// PTXAS: error: ptxas '{{.*}}no-such-file' is not an executable program
// INPUT: error: cannot open input file
// OUTPUT: error: cannot create
// EMIT: Cannot find option named 'sass'
// REGEX: error: remarks-filter '(' is not a regular expression
gpu.module @kernels [#nvvm.target<chip = "sm_90a", features = "+ptx87">] {
  llvm.func @k(%out: !llvm.ptr<1>) attributes {nvvm.kernel, gqgpu.launch = #gqgpu.launch<
      threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = [#gqgpu.pointer<0>]>} {
    llvm.inline_asm has_side_effects "bar.sync 1, 128;", "~{memory}" : () -> ()
    llvm.return
  }
}
func.func @f() -> tensor<4xf32> {
  %e = tensor.empty() : tensor<4xf32>
  %r = gqgpu.launch @kernels::@k outs(%e : tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}
