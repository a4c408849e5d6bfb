//===- ScalarPatterns.cpp - instructions for single values ----------------===//
//
// What kernels use of upstream's math and gpu dialects, and their end.
//
//===----------------------------------------------------------------------===//
#include "Patterns.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace mlir::gqgpu;

namespace {

/// About 1 ulp.
struct Exp2Pattern : OpConversionPattern<math::Exp2Op> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(math::Exp2Op op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (!op.getType().isF32())
      return rewriter.notifyMatchFailure(op, "not f32");
    rewriter.replaceOp(
        op, ptx::exp2Approx(rewriter, op.getLoc(), adaptor.getOperand()));
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
