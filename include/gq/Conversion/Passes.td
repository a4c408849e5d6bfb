//===- Passes.td - conversions -----------------------------*- tablegen -*-===//
#ifndef GQ_CONVERSION_PASSES_TD
#define GQ_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertGQGPUToNVVMPass : Pass<"convert-gqgpu-to-nvvm"> {
  let summary = "Lower kernels to the llvm and nvvm dialects";
  let description = [{
    Every `gqgpu.kernel` becomes an `llvm.func` for sm_90a:

    | gqgpu | nvvm / PTX |
    |---|---|
    | ring | full and empty mbarriers, tiles in dynamic shared memory |
    | cursor | stage and parity, carried as two i32 |
    | acquire, wait | mbarrier.try_wait loops |
    | tma_load | cp.async.bulk.tensor with an L2 policy, one elected thread |
    | copy_load | cp.async by the threads of the copying role; ld.global and st.shared of elements that are no words |
    | commit | arrive.expect_tx; cp.async.mbarrier.arrive; mbarrier.arrive behind stores |
    | warp_specialize | branches on the warp, setmaxnreg |
    | mma_async, mma_wait | wgmma.mma_async groups, wait_group tied to the registers |
    | fragments | structs of registers |

    Tile loops and functions without an instruction are expanded before, by
    `gq-expand-tile-loops` and `gq-expand-math`.

    What a launcher must know is left in the attribute `gqgpu.launch`: threads,
    cluster, bytes of shared memory, the grid as an expression, and for each
    parameter how it is made from the kernel's operands.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect", "::mlir::NVVM::NVVMDialect",
    "::mlir::scf::SCFDialect", "::mlir::cf::ControlFlowDialect",
    "::mlir::arith::ArithDialect", "::mlir::gpu::GPUDialect"];
}

#endif // GQ_CONVERSION_PASSES_TD
