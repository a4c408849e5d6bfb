//===- RoundWide.cpp - roundings to bf16 that stay in f32 -----------------===//
//
// In:  an elementwise op that ends with a rounding from f32 to bf16, of which
//      only magnitudes and codes are made.
// Out: it yields the rounded values in f32, which these widen to anyway.
//
// One instruction rounds an f32 to a bf16 with zeros behind, which is an f32.
// Of a fragment of bf16 each value is taken out of its register for each use.
//
//===----------------------------------------------------------------------===//
#include "RoundWide.h"
#include "gq/Dialect/GQGPU/IR/GQGPU.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mlir::gqgpu;

namespace {
struct RoundWide : OpRewritePattern<ElementwiseOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ElementwiseOp op,
                                PatternRewriter &rewriter) const override {
    if (op->getNumResults() != 1)
      return rewriter.notifyMatchFailure(op, "has several results");
    auto type = cast<FragmentType>(op.getResult(0).getType());
    Operation *yield = op.getBody().front().getTerminator();
    auto round = yield->getOperand(0).getDefiningOp<arith::TruncFOp>();
    if (!type.getElementType().isBF16() || !round ||
        !round.getIn().getType().isF32())
      return rewriter.notifyMatchFailure(op, "does not end with a rounding");
    if (op->use_empty() ||
        !llvm::all_of(op->getUsers(),
                      llvm::IsaPred<ThreadAbsmaxOp, ScaledCastOp>))
      return rewriter.notifyMatchFailure(op, "is read as bf16");
    rewriter.setInsertionPoint(yield);
    Value wide = arith::ExtFOp::create(
        rewriter, round.getLoc(), rewriter.getF32Type(), round.getResult());
    rewriter.modifyOpInPlace(yield, [&] { yield->setOperand(0, wide); });
    rewriter.modifyOpInPlace(op, [&] {
      op.getResult(0).setType(type.cloneWith(rewriter.getF32Type()));
    });
    return success();
  }
};
} // namespace

void mlir::gqgpu::populateRoundWidePatterns(RewritePatternSet &patterns) {
  patterns.add<RoundWide>(patterns.getContext());
}
