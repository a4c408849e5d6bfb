//===- DependencyPatterns.cpp - the kernels in front and behind -----------===//
#include "Patterns.h"

using namespace mlir;
using namespace mlir::gqgpu;

namespace {

struct DependencyWaitPattern : OpConversionPattern<DependencyWaitOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(DependencyWaitOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ptx::waitForGrids(rewriter, op.getLoc());
    rewriter.eraseOp(op);
    return success();
  }
};

struct DependencyTriggerPattern : OpConversionPattern<DependencyTriggerOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(DependencyTriggerOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ptx::launchDependents(rewriter, op.getLoc());
    rewriter.eraseOp(op);
    return success();
  }
};

struct PausePattern : OpConversionPattern<PauseOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(PauseOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    RingLayout layout = RingLayout::get(op.getRing().getType(), 0);
    ptx::pause(rewriter, op.getLoc(), e.add(adaptor.getRing(), layout.full),
               op.getNanoseconds(), adaptor.getWhen());
    rewriter.eraseOp(op);
    return success();
  }
};

} // namespace

void mlir::gqgpu::populateDependencyPatterns(RewritePatternSet &patterns) {
  patterns.add<DependencyWaitPattern, DependencyTriggerPattern, PausePattern>(
      patterns.getContext());
}
