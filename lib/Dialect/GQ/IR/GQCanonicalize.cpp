//===- GQCanonicalize.cpp - canonical forms of the gq ops -----------------===//
#include "gq/Analysis/Divisibility.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace mlir::gq;

namespace {

/// True when `scales` has as many elements as an op without an origin needs;
/// with one it may have one more.
static bool oneScalePerBlock(Value scales, Value x, ArrayRef<int64_t> block) {
  auto scalesType = cast<ShapedType>(scales.getType());
  auto type = cast<ShapedType>(x.getType());
  for (int64_t dim : {0, 1}) {
    if (scalesType.isDynamicDim(dim) || type.isDynamicDim(dim))
      continue;
    if (scalesType.getDimSize(dim) !=
        llvm::divideCeilSigned(type.getDimSize(dim), block[dim]))
      return false;
  }
  return true;
}

/// An origin at the start of a block is the same as none.
template <typename OpTy> struct DropAlignedOrigin : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;

  static bool aligned(ScaledMatmulOp op) {
    return isMultipleOf(op.getOrigin()[0], op.getABlock()[0]) &&
           isMultipleOf(op.getOrigin()[1], op.getBBlock()[0]) &&
           isMultipleOf(op.getOrigin()[2], op.getABlock()[1]) &&
           isMultipleOf(op.getOrigin()[2], op.getBBlock()[1]) &&
           oneScalePerBlock(op.getAScales(), op.getA(), op.getABlock()) &&
           oneScalePerBlock(op.getBScales(), op.getB(), op.getBBlock());
  }
  template <typename Scaled> static bool aligned(Scaled op) {
    return isMultipleOf(op.getOrigin()[0], op.getBlock()[0]) &&
           isMultipleOf(op.getOrigin()[1], op.getBlock()[1]) &&
           oneScalePerBlock(op.getScales(), op->getOperand(0), op.getBlock());
  }

  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    if (op.getOrigin().empty() || !aligned(op))
      return rewriter.notifyMatchFailure(op, "no aligned origin");
    rewriter.modifyOpInPlace(op, [&] { op.getOriginMutable().clear(); });
    return success();
  }
};

/// A product over no elements leaves init as it is.
struct FoldEmptyMatmul : OpRewritePattern<ScaledMatmulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ScaledMatmulOp op,
                                PatternRewriter &rewriter) const override {
    if (cast<ShapedType>(op.getA().getType()).getDimSize(1) != 0)
      return rewriter.notifyMatchFailure(op, "K is not 0");
    if (op->getNumResults() == 0)
      rewriter.eraseOp(op);
    else
      rewriter.replaceOp(op, op.getInit());
    return success();
  }
};

} // namespace

void ScaledCastOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                               MLIRContext *context) {
  patterns.add<DropAlignedOrigin<ScaledCastOp>>(context);
}
void DequantizeOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                               MLIRContext *context) {
  patterns.add<DropAlignedOrigin<DequantizeOp>>(context);
}
void ScaledMatmulOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                                 MLIRContext *context) {
  patterns.add<DropAlignedOrigin<ScaledMatmulOp>, FoldEmptyMatmul>(context);
}
