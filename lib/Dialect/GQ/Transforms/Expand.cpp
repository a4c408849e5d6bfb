//===- Expand.cpp - convenience forms as simpler ops ----------------------===//
#include "QuantizeSteps.h"
#include "gq/Dialect/GQ/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlir::gq {
#define GEN_PASS_DEF_EXPANDPASS
#include "gq/Dialect/GQ/Transforms/Passes.h.inc"
} // namespace mlir::gq

using namespace mlir;
using namespace mlir::gq;

/// `value`, element by element, in `elementType`.
static Value convert(OpBuilder &b, Location loc, Value value, Type elementType,
                     Value init) {
  auto identity = b.getMultiDimIdentityMap(2);
  SmallVector<utils::IteratorType> parallel(2, utils::IteratorType::parallel);
  auto generic = linalg::GenericOp::create(
      b, loc, init.getType(), value, init,
      ArrayRef<AffineMap>{identity, identity}, parallel,
      [&](OpBuilder &b, Location loc, ValueRange args) {
        Value result;
        if (elementType.isF32())
          result = arith::ExtFOp::create(b, loc, elementType, args[0]);
        else
          result = arith::TruncFOp::create(b, loc, elementType, args[0]);
        linalg::YieldOp::create(b, loc, result);
      });
  return generic.getResult(0);
}

static Value emptyLike(OpBuilder &b, Location loc, Value value,
                       Type elementType) {
  return tensor::EmptyOp::create(b, loc, tensor::getMixedSizes(b, loc, value),
                                 elementType);
}

/// A 16-bit init that is known to hold zeros, so that f32 zeros can replace it.
static std::optional<Value> zeroFill(Value init) {
  auto fill = init.getDefiningOp<linalg::FillOp>();
  if (!fill || !matchPattern(fill.value(), m_AnyZeroFloat()))
    return std::nullopt;
  return fill.getDpsInitOperand(0)->get();
}

namespace {

struct ExpandMatmul : OpRewritePattern<ScaledMatmulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ScaledMatmulOp op,
                                PatternRewriter &rewriter) const override {
    auto type = dyn_cast<RankedTensorType>(op.getInit().getType());
    if (!type || type.getElementType().isF32())
      return rewriter.notifyMatchFailure(op, "init is f32 or not a tensor");
    Location loc = op.getLoc();
    Type f32 = rewriter.getF32Type();
    Value wide = emptyLike(rewriter, loc, op.getInit(), f32);
    Value target = op.getInit();
    if (std::optional<Value> dest = zeroFill(op.getInit())) {
      Value zero = arith::ConstantOp::create(rewriter, loc,
                                             rewriter.getF32FloatAttr(0.0f));
      wide = linalg::FillOp::create(rewriter, loc, zero, wide).getResult(0);
      target = *dest;
    } else {
      wide = convert(rewriter, loc, op.getInit(), f32, wide);
    }
    auto sum = ScaledMatmulOp::create(rewriter, loc, TypeRange(wide.getType()),
                                      op.getA(), op.getB(), op.getAScales(),
                                      op.getBScales(), wide, op.getOrigin(),
                                      op.getABlockAttr(), op.getBBlockAttr(),
                                      op.getPromoteAttr(), op.getConfigAttr());
    rewriter.replaceOp(op, convert(rewriter, loc, sum.getResult(0),
                                   type.getElementType(), target));
    return success();
  }
};

struct SplitQuantize : OpRewritePattern<QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(QuantizeOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.hasPureTensorSemantics())
      return rewriter.notifyMatchFailure(op, "not on tensors");
    // Fused again, the config is that of one op. Steps take no turns: a tile of
    // several slabs is too large for them.
    QuantizeConfigAttr config;
    if (op.getConfig() && op.getConfig()->getValue().slabs == 1)
      config = QuantizeConfigAttr::get(
          getContext(), op.getConfig()->getValue().withoutPasses());
    QuantizeSteps steps =
        makeQuantizeSteps(rewriter, op, config, QuantizeConfigAttr());
    rewriter.replaceOp(op, {steps.cast.getResult(0), steps.scales});
    return success();
  }
};

struct ExpandPass : gq::impl::ExpandPassBase<ExpandPass> {
  using ExpandPassBase::ExpandPassBase;
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateExpandPatterns(patterns, quantize);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

void mlir::gq::populateExpandPatterns(RewritePatternSet &patterns,
                                      bool quantize) {
  patterns.add<ExpandMatmul>(patterns.getContext());
  if (quantize)
    patterns.add<SplitQuantize>(patterns.getContext());
}
