//===- RoundWide.cpp - roundings to bf16 that stay in f32 -----------------===//
//
// In:  an elementwise op that ends with a rounding from f32 to bf16, of which
//      only magnitudes and codes are made.
// Out: it yields the rounded values in f32, which these widen to anyway; or,
//      where only magnitudes are made, what is rounded, and maxima are.
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

/// The rounding to bf16 that \p op ends with.
static arith::TruncFOp roundingOf(ElementwiseOp op) {
  if (op->getNumResults() != 1)
    return nullptr;
  Value last = op.getBody().front().getTerminator()->getOperand(0);
  if (auto extension = last.getDefiningOp<arith::ExtFOp>())
    last = extension.getIn();
  auto round = last.getDefiningOp<arith::TruncFOp>();
  return round && round.getType().isBF16() && round.getIn().getType().isF32()
             ? round
             : nullptr;
}

namespace {
/// What maxima are found of is not rounded, but they are.
struct RoundMaxima : OpRewritePattern<ElementwiseOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ElementwiseOp op,
                                PatternRewriter &rewriter) const override {
    arith::TruncFOp round = roundingOf(op);
    if (!round)
      return rewriter.notifyMatchFailure(op, "does not end with a rounding");
    if (round.getRoundingmode().value_or(
            arith::RoundingMode::to_nearest_even) !=
        arith::RoundingMode::to_nearest_even)
      return rewriter.notifyMatchFailure(op, "rounds another way than maxima");
    if (op->use_empty() ||
        !llvm::all_of(op->getUsers(), llvm::IsaPred<ThreadAbsmaxOp>))
      return rewriter.notifyMatchFailure(op, "is read for more than maxima");
    for (Operation *user : op->getUsers())
      rewriter.modifyOpInPlace(user, [&] {
        cast<ThreadAbsmaxOp>(user).setRounded(round.getType());
      });
    auto type = cast<FragmentType>(op.getResult(0).getType())
                    .cloneWith(rewriter.getF32Type());
    auto argument = dyn_cast<BlockArgument>(round.getIn());
    if (argument && argument.getOwner() == &op.getBody().front() &&
        op->getOperand(argument.getArgNumber()).getType() == type) {
      rewriter.replaceOp(op, op->getOperand(argument.getArgNumber()));
      return success();
    }
    Operation *yield = op.getBody().front().getTerminator();
    rewriter.modifyOpInPlace(yield,
                             [&] { yield->setOperand(0, round.getIn()); });
    rewriter.modifyOpInPlace(op, [&] { op.getResult(0).setType(type); });
    return success();
  }
};

struct RoundWide : OpRewritePattern<ElementwiseOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ElementwiseOp op,
                                PatternRewriter &rewriter) const override {
    arith::TruncFOp round = roundingOf(op);
    if (!round)
      return rewriter.notifyMatchFailure(op, "does not end with a rounding");
    auto type = cast<FragmentType>(op.getResult(0).getType());
    if (!type.getElementType().isBF16())
      return rewriter.notifyMatchFailure(op, "is f32 already");
    Operation *yield = op.getBody().front().getTerminator();
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
  patterns.add<RoundMaxima, RoundWide>(patterns.getContext());
}
