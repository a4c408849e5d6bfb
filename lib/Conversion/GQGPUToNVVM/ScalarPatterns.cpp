//===- ScalarPatterns.cpp - instructions for single values ----------------===//
//
// What kernels use of upstream's math and gpu dialects, and their end.
//
//===----------------------------------------------------------------------===//
#include "Patterns.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include <cmath>

using namespace mlir;
using namespace mlir::gqgpu;

namespace {

/// All that reads `value` adds it to a constant of at least 2^-100, from which
/// the next number is 2^-124 or more away: a denormal, below 2^-126, is rounded
/// away.
bool isAddedToMore(Value value) {
  return !value.use_empty() &&
         llvm::all_of(value.getUses(), [](OpOperand &use) {
           auto add = dyn_cast<arith::AddFOp>(use.getOwner());
           APFloat other(0.0f);
           return add &&
                  matchPattern(add->getOperand(1 - use.getOperandNumber()),
                               m_ConstantFloat(&other)) &&
                  std::abs(other.convertToFloat()) >= 0x1p-100f;
         });
}

/// About 1 ulp. Denormal results take several instructions more: on an H200
/// SiLU and quantisation was at 1.068 of a copy's bandwidth with them, and is
/// at 1.109 (benchmarks/results/h200-2026-11-30-row-kernels.json).
struct Exp2Pattern : OpConversionPattern<math::Exp2Op> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(math::Exp2Op op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (!op.getType().isF32())
      return rewriter.notifyMatchFailure(op, "not f32");
    rewriter.replaceOp(op, ptx::exp2Approx(rewriter, op.getLoc(),
                                           adaptor.getOperand(),
                                           /*flush=*/isAddedToMore(op)));
    return success();
  }
};

/// Numbers of thread blocks, which have 32 bits.
template <typename OpTy, typename X, typename Y, typename Z>
struct RegisterPattern : OpConversionPattern<OpTy> {
  using OpConversionPattern<OpTy>::OpConversionPattern;
  LogicalResult
  matchAndRewrite(OpTy op, typename OpTy::Adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Type i32 = rewriter.getI32Type();
    switch (op.getDimension()) {
    case gpu::Dimension::x:
      rewriter.replaceOpWithNewOp<X>(op, i32);
      break;
    case gpu::Dimension::y:
      rewriter.replaceOpWithNewOp<Y>(op, i32);
      break;
    case gpu::Dimension::z:
      rewriter.replaceOpWithNewOp<Z>(op, i32);
      break;
    }
    return success();
  }
};

struct ReturnPattern : OpConversionPattern<ReturnOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(ReturnOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<LLVM::ReturnOp>(op, ValueRange());
    return success();
  }
};

} // namespace

void mlir::gqgpu::populateScalarPatterns(RewritePatternSet &patterns,
                                         const LLVMTypeConverter &converter) {
  MLIRContext *context = patterns.getContext();
  patterns.add<ReturnPattern>(context);
  // Before upstream's, which knows only the exact function.
  patterns.add<Exp2Pattern>(converter, context, /*benefit=*/2);
  patterns.add<RegisterPattern<gpu::BlockIdOp, NVVM::BlockIdXOp,
                               NVVM::BlockIdYOp, NVVM::BlockIdZOp>,
               RegisterPattern<gpu::GridDimOp, NVVM::GridDimXOp,
                               NVVM::GridDimYOp, NVVM::GridDimZOp>>(converter,
                                                                    context);
}
