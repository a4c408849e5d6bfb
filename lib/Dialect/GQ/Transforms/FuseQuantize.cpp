//===- FuseQuantize.cpp - absmax, scale and cast as one op ----------------===//
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQ/Transforms/Passes.h"
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
        scale.getPow2Attr(), amax.getAmaxFloorAttr(), amax.getConfigAttr());
    rewriter.replaceOp(cast, fused.getResult(0));
    rewriter.replaceOp(scale, fused.getResult(1));
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
  patterns.add<FuseQuantize>(patterns.getContext());
}
