//===- ExpandConversions.cpp - conversions that take several steps --------===//
//
// Instructions round to nearest even. Other modes are that and a step to the
// next number where it was the wrong side; in all formats of floats the next
// number is the next pattern of bits.
//
//===----------------------------------------------------------------------===//
#include "ExpandMath.h"
#include "ScalarBuilder.h"

using namespace mlir;
using namespace mlir::gqgpu;

namespace {

/// Magnitudes are rounded to the nearest, then one step on or back; the sign
/// comes last, for what overflows in f8E4M3FN has none.
struct RoundAsAsked : OpRewritePattern<arith::TruncFOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(arith::TruncFOp op,
                                PatternRewriter &rewriter) const override {
    std::optional<arith::RoundingMode> mode = op.getRoundingmode();
    if (!mode || !isa<FloatType>(op.getType()))
      return rewriter.notifyMatchFailure(op, "no mode");
    // What f8E8M0FNU rounds to by default is not the nearest.
    if (isa<Float8E8M0FNUType>(op.getType()))
      return rewriter.notifyMatchFailure(op, "not a float with a sign");
    ScalarBuilder b(op.getLoc(), rewriter);
    if (*mode == arith::RoundingMode::to_nearest_even) {
      rewriter.replaceOpWithNewOp<arith::TruncFOp>(op, op.getType(),
                                                   op.getIn());
      return success();
    }
    Value exact = b.abs(op.getIn());
    Value negative = b.isNegative(b.bits(op.getIn()));
    Value nearest = b.bits(b.convert(op.getType(), exact));
    Value step = stepOf(b, *mode, exact, nearest, op.getType(), negative);
    Type word = nearest.getType();
    Value sign = b.ishl(arith::ExtUIOp::create(b.b, word, negative),
                        word.getIntOrFloatBitWidth() - 1);
    rewriter.replaceOp(
        op, b.bitcast(op.getType(), b.ior(b.iadd(nearest, step), sign)));
    return success();
  }

  /// How far from `nearest`, the pattern of bits, is what `mode` asks for.
  static Value stepOf(ScalarBuilder &b, arith::RoundingMode mode, Value exact,
                      Value nearest, Type type, Value negative) {
    using P = arith::CmpFPredicate;
    Type word = nearest.getType();
    Value rounded = b.convert(exact.getType(), b.bitcast(type, nearest));
    auto stepWhere = [&](Value condition, int64_t step) {
      return b.select(condition, b.integer(word, step), b.integer(word, 0));
    };
    // NaN is what f8E4M3FN overflows to.
    Value back = stepWhere(b.iand(b.compare(P::UGT, rounded, exact),
                                  b.compare(P::OLT, exact, b.infinity(exact))),
                           -1);
    Value on = stepWhere(b.compare(P::OLT, rounded, exact), 1);
    switch (mode) {
    case arith::RoundingMode::downward:
      return b.select(negative, on, back);
    case arith::RoundingMode::upward:
      return b.select(negative, back, on);
    case arith::RoundingMode::to_nearest_away: {
      // A tie that went back: the next number is as far.
      Value next =
          b.convert(exact.getType(),
                    b.bitcast(type, b.iadd(nearest, b.integer(word, 1))));
      if (isa<Float8E4M3FNType>(type)) // NaN where 480 would be
        next = b.select(b.isNaN(next), b.real(next, 480.0), next);
      Value tie = b.compare(P::OEQ, b.sub(exact, rounded), b.sub(next, exact));
      return stepWhere(b.iand(tie, b.compare(P::OLT, rounded, exact)), 1);
    }
    default:
      return back; // toward zero
    }
  }
};

/// Through f32 rounded to odd, which the second rounding does not notice.
struct TruncateF64 : OpRewritePattern<arith::TruncFOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(arith::TruncFOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.getIn().getType().isF64() || op.getType().isF32() ||
        op.getRoundingmode())
      return rewriter.notifyMatchFailure(op, "not from f64 to a narrow float");
    ScalarBuilder b(op.getLoc(), rewriter);
    using P = arith::CmpFPredicate;
    Value exact = op.getIn();
    Value nearest = b.convert(rewriter.getF32Type(), exact);
    Value back = b.convert(exact.getType(), nearest);
    Value bits = b.bits(nearest);
    Value below = b.select(b.compare(P::OGT, b.abs(back), b.abs(exact)),
                           b.isub(bits, b.i32(1)), bits);
    Value odd =
        b.select(b.compare(P::ONE, back, exact), b.ior(below, b.i32(1)), bits);
    rewriter.replaceOp(
        op, b.convert(op.getType(), b.bitcast(rewriter.getF32Type(), odd)));
    return success();
  }
};

/// One byte to f64, through f32, which holds it.
struct ExtendToF64 : OpRewritePattern<arith::ExtFOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(arith::ExtFOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.getType().isF64() || op.getIn().getType().isF32())
      return rewriter.notifyMatchFailure(op, "one instruction");
    ScalarBuilder b(op.getLoc(), rewriter);
    rewriter.replaceOp(
        op,
        b.convert(op.getType(), b.convert(rewriter.getF32Type(), op.getIn())));
    return success();
  }
};

} // namespace

void mlir::gqgpu::populateConversionPatterns(RewritePatternSet &patterns) {
  patterns.add<RoundAsAsked, TruncateF64, ExtendToF64>(patterns.getContext());
}
