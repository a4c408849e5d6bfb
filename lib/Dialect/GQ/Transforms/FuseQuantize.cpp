//===- FuseQuantize.cpp - absmax, scale and cast as one op ----------------===//
//
// And a transpose of the scales, which the op does as it writes them. Scales
// may be computed by elementwise ops that are absmax_to_scale to the bit.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQ/Transforms/Fusion.h"
#include "gq/Dialect/GQ/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include <cmath>
#include <limits>

namespace mlir::gq {
#define GEN_PASS_DEF_FUSEQUANTIZEPASS
#include "gq/Dialect/GQ/Transforms/Passes.h.inc"
} // namespace mlir::gq

using namespace mlir;
using namespace mlir::gq;

/// What a formula makes of a maximum: that of a format, with a bound from
/// below.
namespace {
struct Formula {
  Type format;
  APFloat floor;
  bool pow2;
};
} // namespace

/// A constant, as an operand of a commutative op whose other operand is the
/// result; null where there is none.
static Value otherThanConstant(Operation *op, APFloat &constant) {
  for (unsigned i : {0, 1})
    if (matchPattern(op->getOperand(i), m_ConstantFloat(&constant)))
      return op->getOperand(1 - i);
  return {};
}

/// A number that divided by `largest` is `quotient` in f32; none if there is no
/// such number.
static std::optional<float> dividend(float quotient, float largest) {
  float guess = quotient * largest;
  for (float c : {guess, std::nextafter(guess, 0.0f),
                  std::nextafter(guess, std::numeric_limits<float>::max())})
    if (c / largest == quotient)
      return c;
  return std::nullopt;
}

/// Whether `value` is `amax`, or that rounded to the narrow `type` of the
/// elements whose magnitudes it is one of, `floor` being such a number as well.
static bool isMaximum(Value value, Value amax, Type type,
                      const APFloat &floor) {
  if (!value || value == amax)
    return value == amax;
  auto wide = value.getDefiningOp<arith::ExtFOp>();
  auto narrow = wide ? wide.getIn().getDefiningOp<arith::TruncFOp>() : nullptr;
  if (!narrow || narrow.getIn() != amax || narrow.getType() != type)
    return false;
  APFloat rounded = floor;
  bool lost = false;
  rounded.convert(cast<FloatType>(type).getFloatSemantics(),
                  APFloat::rmNearestTiesToEven, &lost);
  return !lost;
}

/// The formula of absmax_to_scale, of `amax` of elements of `type`, with a
/// bound that is a positive constant, as elementwise ops spell it: max(amax,
/// floor) / fmt_max, or the maximum behind the division, or `amaxFloor` in
/// front, and that rounded to f8E8M0FNU or to bf16. The bound is such that no
/// scale is below 2^-126.
static std::optional<Formula> formulaOf(Value scale, Value amax, Type type,
                                        const APFloat &amaxFloor) {
  bool pow2 = false;
  if (auto encode = scale.getDefiningOp<arith::TruncFOp>();
      encode && isScale(encode.getType()) && !encode.getRoundingmode()) {
    pow2 = isa<Float8E8M0FNUType>(encode.getType());
    scale = encode.getIn();
  }
  if (!scale.getType().isF32())
    return std::nullopt;
  auto isBound = [](Operation *op) {
    return isa_and_nonnull<arith::MaximumFOp, arith::MaxNumFOp>(op);
  };
  APFloat largest(0.0f), leastScale(0.0f), leastAmax(0.0f);
  if (Operation *bound = scale.getDefiningOp(); isBound(bound)) {
    scale = otherThanConstant(bound, leastScale);
    if (!scale)
      return std::nullopt;
  }
  auto divide = scale.getDefiningOp<arith::DivFOp>();
  if (!divide || !matchPattern(divide.getRhs(), m_ConstantFloat(&largest)))
    return std::nullopt;
  if (!isMaximum(divide.getLhs(), amax, type, amaxFloor)) {
    Operation *bound = divide.getLhs().getDefiningOp();
    if (!isBound(bound) ||
        !isMaximum(otherThanConstant(bound, leastAmax), amax, type, amaxFloor))
      return std::nullopt;
  }
  MLIRContext *context = scale.getContext();
  Type formats[] = {Float8E4M3FNType::get(context),
                    Float8E5M2Type::get(context), IntegerType::get(context, 8),
                    IntegerType::get(context, 4),
                    Float4E2M1FNType::get(context)};
  auto *format = llvm::find_if(formats, [&](Type type) {
    return largest.convertToFloat() == formatMax(type);
  });
  if (format == std::end(formats) || !leastAmax.isFinite() ||
      !leastScale.isFinite())
    return std::nullopt;
  // Division and maximum may change places: it keeps the order of numbers.
  std::optional<float> ofScale =
      dividend(leastScale.convertToFloat(), formatMax(*format));
  if (!ofScale)
    return std::nullopt;
  float floor = std::max(
      {leastAmax.convertToFloat(), *ofScale, amaxFloor.convertToFloat()});
  if (!(floor / formatMax(*format) >= 0x1p-126f))
    return std::nullopt;
  return Formula{*format, APFloat(floor), pow2};
}

namespace {

/// Scales of a formula that is absmax_to_scale's, between the maxima of blocks
/// and a cast by them, which can be fused then.
struct RaiseScale : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(linalg::GenericOp op,
                                PatternRewriter &rewriter) const override {
    if (!getElementwise(op) || op.getNumDpsInputs() != 1 ||
        !op.getMatchingIndexingMap(op.getDpsInputOperand(0)).isIdentity())
      return rewriter.notifyMatchFailure(op, "is no function of one tensor");
    auto amax = op.getDpsInputOperand(0)->get().getDefiningOp<BlockAbsmaxOp>();
    if (!amax)
      return rewriter.notifyMatchFailure(op, "is not of maxima of blocks");
    Block *body = op.getBody();
    std::optional<Formula> formula =
        formulaOf(body->getTerminator()->getOperand(0), body->getArgument(0),
                  getElementTypeOrSelf(amax.getX()), amax.getAmaxFloor());
    if (!formula)
      return rewriter.notifyMatchFailure(op, "has a formula of its own");
    bool fuses = llvm::any_of(op->getUses(), [&](OpOperand &use) {
      auto cast = dyn_cast<ScaledCastOp>(use.getOwner());
      return cast && cast.getScales() == use.get() &&
             cast.getX() == amax.getX() && cast.getBlock() == amax.getBlock() &&
             cast.getFormat() == formula->format;
    });
    if (!fuses)
      return rewriter.notifyMatchFailure(op,
                                         "no cast of these blocks reads it");
    auto bounded = BlockAbsmaxOp::create(
        rewriter, amax.getLoc(), amax->getResultTypes(), amax.getX(),
        amax.getInit(), amax.getBlockAttr(),
        rewriter.getFloatAttr(rewriter.getF32Type(), formula->floor),
        amax.getConfigAttr());
    rewriter.replaceOpWithNewOp<AbsmaxToScaleOp>(
        op, op->getResultTypes(), bounded.getResult(0),
        op.getDpsInitOperand(0)->get(), TypeAttr::get(formula->format),
        formula->pow2 ? rewriter.getUnitAttr() : UnitAttr());
    return success();
  }
};

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
    if (scale.getFormat() != cast.getFormat())
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
        amax.getConfigAttr(), cast.getDivideAttr(), cast.getPackedAttr());
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
        quantize.getConfigAttr(), quantize.getDivideAttr(),
        quantize.getPackedAttr());
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
  patterns.add<RaiseScale, FuseQuantize, FuseTranspose>(patterns.getContext());
}
