// RUN: gq-opt %s --gq-serialize=format=ptx | FileCheck %s
// RUN: gq-compile %s --emit=ptx | FileCheck %s --check-prefix=PTX
// RUN: gq-compile %s --emit=ptx --opt-level=O3 | FileCheck %s --check-prefix=PTX
// RUN: gq-compile %s --emit=ptx --opt-level=none | FileCheck %s --check-prefix=PTX

// Two kernels in one module, one object; the launch rules stay with the kernels,
// and launches refer to them in the binary.
// CHECK: gpu.binary @kernels [#gpu.object<#nvvm.target<O = 3, chip = "sm_90a", features = "+ptx87">
// CHECK-SAME: kernels = <[#gpu.kernel_metadata<"second", !llvm.func<void (ptr<1>, i32)>
// CHECK-SAME: #gpu.kernel_metadata<"store"
// CHECK-SAME: metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = [#gqgpu.pointer<0>, #gqgpu.size<0[0]>]>}
// CHECK-SAME: assembly = "
// CHECK-NOT: bin = "
// CHECK: gqgpu.launch @kernels::@second

// Addresses in shared memory have 32 bits, and the two waits are not merged into
// one before the branch, at any level.
// PTX: .version 8.7
// PTX: .target sm_90a
// PTX: .extern .shared .align 1024 .b8 shared[];
// PTX: .visible .entry store(
// PTX: .maxntid 128
// PTX: mov.b32 {{.*}}%r{{[0-9]+}}, shared;
// PTX: ld.shared.b32 {{.*}}[%r
// PTX: .visible .entry second(

module attributes {gpu.container_module} {
  gpu.module @kernels [#nvvm.target<O = 3, chip = "sm_90a", features = "+ptx87">] {
    llvm.mlir.global external @shared() {addr_space = 3 : i32, alignment = 1024 : i64} : !llvm.array<0 x i8>
    llvm.func @store(%out: !llvm.ptr<1>, %n: i32) attributes {
        gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (1)>,
          params = [#gqgpu.pointer<0>, #gqgpu.size<0[0]>]>,
        nvvm.kernel, nvvm.maxntid = array<i32: 128>, nvvm.minctasm = 1 : i32} {
      %tid = nvvm.read.ptx.sreg.tid.x : i32
      %p = llvm.icmp "ult" %tid, %n : i32
      %base = llvm.mlir.addressof @shared : !llvm.ptr<3>
      %at = llvm.getelementptr %base[%tid] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i32
      llvm.cond_br %p, ^a, ^b
    ^a:
      llvm.inline_asm has_side_effects "bar.sync 1, 128;", "~{memory}" : () -> ()
      %x = llvm.load %at : !llvm.ptr<3> -> i32
      llvm.br ^c(%x : i32)
    ^b:
      llvm.inline_asm has_side_effects "bar.sync 1, 128;", "~{memory}" : () -> ()
      llvm.br ^c(%tid : i32)
    ^c(%v: i32):
      %to = llvm.getelementptr %out[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
      llvm.store %v, %to : i32, !llvm.ptr<1>
      llvm.return
    }
    llvm.func @second(%out: !llvm.ptr<1>, %v: i32) attributes {nvvm.kernel} {
      llvm.store %v, %out : i32, !llvm.ptr<1>
      llvm.return
    }
  }
  func.func @host(%n: tensor<128xi32>) -> tensor<128xi32> {
    %e = tensor.empty() : tensor<128xi32>
    %r = gqgpu.launch @kernels::@second ins(%n : tensor<128xi32>) outs(%e : tensor<128xi32>) -> tensor<128xi32>
    return %r : tensor<128xi32>
  }
}
