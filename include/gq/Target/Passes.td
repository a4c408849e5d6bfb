//===- Passes.td - passes that end in machine code ---------*- tablegen -*-===//
#ifndef GQ_TARGET_PASSES_TD
#define GQ_TARGET_PASSES_TD

include "mlir/Pass/PassBase.td"

def SerializePass : Pass<"gq-serialize", "::mlir::ModuleOp"> {
  let summary = "Compile every gpu.module to PTX and, where ptxas is, a cubin";
  let description = [{
    Each `gpu.module` becomes a `gpu.binary` of the same name, which holds its
    PTX, its cubin, and the `gqgpu.launch` attribute of every kernel. Launches keep
    referring to the kernels by name.

    A kernel that spills registers, uses local memory, or draws one of the C75xx
    messages of ptxas (serialised wgmma, ignored setmaxnreg) is an error. What a
    kernel uses is a remark (`--remarks-filter=gq-serialize`).
    ```mlir
    gpu.module @linear_kernels [#nvvm.target<chip = "sm_90a", features = "+ptx87">] {
      llvm.func @linear_matmul(...) attributes {nvvm.kernel, gqgpu.launch = #gqgpu.launch<...>}
    }
    ==>
    gpu.binary @linear_kernels [
      #gpu.object<#nvvm.target<...>, kernels = <[#gpu.kernel_metadata<"linear_matmul", ...,
        metadata = {gqgpu.launch = #gqgpu.launch<...>}>]>, assembly = "...">,
      #gpu.object<#nvvm.target<...>, kernels = ..., bin = "...">]
    ```
  }];
  let options = [
    Option<"format", "format", "::mlir::gq::SerializeFormat",
      "::mlir::gq::SerializeFormat::Cubin", "what to make",
      [{::llvm::cl::values(
          clEnumValN(::mlir::gq::SerializeFormat::Ptx, "ptx", "PTX only"),
          clEnumValN(::mlir::gq::SerializeFormat::Cubin, "cubin",
                     "PTX, and a cubin if ptxas is found"))}]>,
    Option<"ptxas", "ptxas", "std::string", "\"\"",
      "ptxas to run; else from PATH, CUDA_HOME or /usr/local/cuda">,
    Option<"allowSpills", "allow-spills", "bool", "false",
      "accept kernels that spill or use local memory">,
    Option<"optLevel", "opt-level", "::mlir::gq::OptLevel",
      "::mlir::gq::OptLevel::Light", "what LLVM does to the kernels",
      [{::llvm::cl::values(
          clEnumValN(::mlir::gq::OptLevel::None, "none", "nothing"),
          clEnumValN(::mlir::gq::OptLevel::Light, "light",
                     "remove what is redundant"),
          clEnumValN(::mlir::gq::OptLevel::O2, "O2", "LLVM's O2"),
          clEnumValN(::mlir::gq::OptLevel::O3, "O3", "LLVM's O3"))}]>];
}

#endif // GQ_TARGET_PASSES_TD
