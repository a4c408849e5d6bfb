//===- FuseQuantize.cpp - absmax, scale and cast as one op ----------------===//
//
// And a transpose of the scales, which the op does as it writes them.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQ/Transforms/Passes.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/Dominance.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlir::gq {
#define GEN_PASS_DEF_FUSEQUANTIZEPASS
#include "gq/Dialect/GQ/Transforms/Passes.h.inc"
} // namespace mlir::gq

using namespace mlir;
using namespace mlir::gq;

namespace {

struct FuseQuantize : OpRewritePattern<ScaledCastOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ScaledCastOp cast,
                                PatternRewriter &rewriter) const override {
    auto scale = cast.getScales().getDefiningOp<AbsmaxToScaleOp>();
    auto amax =
        scale ? scale.getAmax().getDefiningOp<BlockAbsmaxOp>() : nullptr;
    if (!amax || !cast.getOrigin().empty())
      return rewriter.notifyMatchFailure(cast,
                                         "scales do not come from an absmax");
    if (cast.getConfig())
      return rewriter.notifyMatchFailure(cast, "has a strategy of its own");
    if (amax.getX() != cast.getX() || amax.getBlock() != cast.getBlock())
      return rewriter.notifyMatchFailure(cast, "x or block differ");
    auto format =
        mlir::cast<ShapedType>(cast.getInit().getType()).getElementType();
    if (scale.getFormat() != format)
      return rewriter.notifyMatchFailure(cast, "formats differ");
    // Other users of the scales get the fused op's: they must come after it.
    DominanceInfo dominance;
    for (Operation *user : scale->getUsers())
      if (user != cast && !dominance.properlyDominates(cast, user))
        return rewriter.notifyMatchFailure(cast,
                                           "scales are used before the cast");
    auto fused = QuantizeOp::create(
        rewriter, cast.getLoc(),
        TypeRange{cast.getInit().getType(), scale.getInit().getType()},
        cast.getX(), cast.getInit(), scale.getInit(), cast.getBlockAttr(),
        scale.getPow2Attr(), /*transposed_scales=*/UnitAttr(),
        /*padded_scales=*/UnitAttr(), amax.getAmaxFloorAttr(),
        amax.getConfigAttr(), cast.getDivideAttr());
    rewriter.replaceOp(cast, fused.getResult(0));
    rewriter.replaceOp(scale, fused.getResult(1));
    return success();
  }
};

/// Scales that are wanted transposed, and only so, are written that way.
struct FuseTranspose : OpRewritePattern<linalg::TransposeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(linalg::TransposeOp op,
                                PatternRewriter &rewriter) const override {
    auto quantize = op.getInput().getDefiningOp<QuantizeOp>();
    if (!quantize || op.getInput() != quantize.getResult(1) ||
        op.getPermutation() != ArrayRef<int64_t>{1, 0})
      return rewriter.notifyMatchFailure(op, "transposes no scales");
    if (quantize.getTransposedScales() || !op.getInput().hasOneUse())
      return rewriter.notifyMatchFailure(op, "row-major scales are used too");
    // The fused op takes the place of the transpose, whose init it needs.
    if (op->getBlock() != quantize->getBlock())
      return rewriter.notifyMatchFailure(op, "is in another block");
    DominanceInfo dominance;
    for (Operation *user : quantize.getResult(0).getUsers())
      if (!dominance.properlyDominates(op, user))
        return rewriter.notifyMatchFailure(op,
                                           "codes are used before the scales");
    auto fused = QuantizeOp::create(
        rewriter, quantize.getLoc(),
        TypeRange{quantize.getInit().getType(), op.getInit().getType()},
        quantize.getX(), quantize.getInit(), op.getInit(),
        quantize.getBlockAttr(), quantize.getPow2Attr(), rewriter.getUnitAttr(),
        /*padded_scales=*/UnitAttr(), quantize.getAmaxFloorAttr(),
        quantize.getConfigAttr(), quantize.getDivideAttr());
    rewriter.replaceOp(op, fused.getResult(1));
    rewriter.replaceAllUsesWith(quantize.getResult(0), fused.getResult(0));
    rewriter.eraseOp(quantize);
    return success();
  }
};

struct FuseQuantizePass : gq::impl::FuseQuantizePassBase<FuseQuantizePass> {
  void runOnOperation() override {
    auto count = [&] {
      unsigned n = 0;
      getOperation()->walk([&](QuantizeOp) { ++n; });
      return n;
    };
    unsigned before = count();
    RewritePatternSet patterns(&getContext());
    populateFuseQuantizePatterns(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      return signalPassFailure();
    numFused += count() - before;
  }
};

} // namespace

void mlir::gq::populateFuseQuantizePatterns(RewritePatternSet &patterns) {
  patterns.add<FuseQuantize, FuseTranspose>(patterns.getContext());
}
