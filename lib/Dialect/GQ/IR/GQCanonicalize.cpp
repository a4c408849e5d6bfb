//===- GQCanonicalize.cpp - canonical forms of the gq ops -----------------===//
#include "gq/Analysis/Divisibility.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace mlir::gq;

namespace {

/// An origin at the start of a block is the same as none, unless there are more
/// scales than an op without one needs.
struct DropAlignedOrigin : OpInterfaceRewritePattern<BlockOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  static bool isAligned(BlockOpInterface op, const ShapeRule &rule) {
    if (!isMultipleOf(op.getOrigin()[rule.loop], rule.block))
      return false;
    auto sizeOf = [&](unsigned operand, unsigned dim) {
      return cast<ShapedType>(op->getOperand(operand).getType())
          .getDimSize(dim);
    };
    int64_t count = sizeOf(rule.operand, rule.dim);
    int64_t size = sizeOf(rule.other, rule.otherDim);
    return ShapedType::isDynamic(count) || ShapedType::isDynamic(size) ||
           count == llvm::divideCeilSigned(size, rule.block);
  }

  LogicalResult matchAndRewrite(BlockOpInterface op,
                                PatternRewriter &rewriter) const override {
    if (op.getOrigin().empty() ||
        !llvm::all_of(op.getShapeRules(), [&](const ShapeRule &rule) {
          return !rule.perBlock || op.getOperandSpecs()[rule.operand].packed ||
                 isAligned(op, rule);
        }))
      return rewriter.notifyMatchFailure(op, "no aligned origin");
    rewriter.modifyOpInPlace(op, [&] { op.getOriginMutable().clear(); });
    return success();
  }
};

/// A sum over no elements leaves init as it is.
struct FoldEmptySum : OpInterfaceRewritePattern<BlockOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(BlockOpInterface op,
                                PatternRewriter &rewriter) const override {
    if (!isEmptySum(op))
      return rewriter.notifyMatchFailure(op, "is no sum over no elements");
    if (op->getNumResults() == 0)
      rewriter.eraseOp(op);
    else
      rewriter.replaceOp(op, op.getDpsInits());
    return success();
  }
};

} // namespace

void GQDialect::getCanonicalizationPatterns(RewritePatternSet &patterns) const {
  patterns.add<DropAlignedOrigin, FoldEmptySum>(getContext());
}
