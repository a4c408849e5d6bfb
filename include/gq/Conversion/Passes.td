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

def ConvertLinalgToGQPass
    : Pass<"convert-linalg-to-gq", "::mlir::func::FuncOp"> {
  let summary = "Raise block-quantised linear layers of front ends to gq ops";
  let description = [{
    Front ends write a quantised layer in the ops they have: generics and
    broadcasts on views of more dimensions, named products, elementwise ops. Each
    is read as the formula of one element, in which spellings no longer differ,
    and what is a formula of a gq op becomes that op:

    | formula | becomes |
    |---|---|
    | a sum of products of codes with scales, decoded in f32 | `gq.scaled_matmul` of the codes |
    | of codes less zero points, into i32 or with scales | the same, with zero points |
    | of bf16 or f16, or of codes that are rounded to these | `gq.scaled_matmul` of what `gq.dequantize` makes |
    | a code times the scale of its block, through a view | `gq.dequantize` |
    | the largest magnitude of each block, or row, or all | `gq.block_absmax` |
    | `x` over, or times one over, a scale of those, as codes | `gq.scaled_cast`, which `gq-fuse-quantize` fuses |

    A `stablehlo.custom_call` in generic form whose target is a gq op becomes that
    op: [frontends.md](../frontends.md) has the convention, and the spellings.

    Numerics change by no more than what `gq.scaled_matmul` says: sums of floats
    are in f32 in another order, of codes promoted, and rounded once at the end
    (a product into bf16 may say that each addition is). What decoding rounds to
    bf16 or f16 stays rounded. Maxima of magnitudes are those of finite elements.
    Codes of `x * (fmt_max / amax)` are those of `x * (1 / (amax / fmt_max))`, a
    step apart where the two fall on both sides of a tie. Codes that are read as unsigned, differences that
    may overflow, scales of other dimensions and all else stay, and a remark
    says why (`--remarks-filter=convert-linalg-to-gq`).

    Only ops of functions, and of `scf.if` there, are raised.
    ```mlir
    %f = linalg.generic ins(%q, %s : tensor<3x128x2x128xf8E4M3FN>, tensor<3x2xf32>) ... // extf, mulf, truncf
    %w = tensor.collapse_shape %f [[0, 1], [2, 3]] : ... into tensor<384x256xbf16>
    ==>
    %w = gq.dequantize %q2 scales(%s block [128, 128]) ... -> tensor<384x256xbf16>
    ```
  }];
  let statistics = [Statistic<"numRaised", "num-raised", "Number of ops raised">];
  let dependentDialects = ["::mlir::gq::GQDialect", "::mlir::affine::AffineDialect",
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect"];
}

#endif // GQ_CONVERSION_PASSES_TD
