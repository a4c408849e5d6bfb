//===- ExpandTrigonometry.cpp - sines, their inverses, hyperbolic ones ----===//

#include "ExpandMath.h"
#include "Functions.h"

using namespace mlir;
using namespace mlir::gqgpu;
using P = arith::CmpFPredicate;

static constexpr double kPi = 3.14159265358979312;

//===----------------------------------------------------------------------===//
// Sine and cosine
//===----------------------------------------------------------------------===//

/// What is left of `x` behind the nearest multiple of pi/2, up to pi/4, and
/// which of the four it is.
static std::pair<Value, Value> quarterOf(ScalarBuilder &b, Value x) {
  // pi/2 as the sum of two f64: x - k pi/2 has the digits of an f32 then, for k
  // up to 2^48.
  Type f64 = b.b.getF64Type();
  Value wide = b.convert(f64, x);
  Value k = b.roundEven(b.mul(wide, 2 / kPi));
  Value minus = b.neg(k);
  Value rest = b.fma(minus, b.real(f64, 1.57079632679489656), wide);
  rest = b.fma(minus, b.real(f64, 6.123233995736766e-17), rest);
  Value number = b.toInteger(b.b.getI64Type(), k);
  return {b.convert(x.getType(), rest),
          arith::TruncIOp::create(b.b, b.b.getI32Type(), number)};
}

/// The sine of x + quarters pi/2.
static Value sineFrom(ScalarBuilder &b, Value x, int64_t quarters) {
  auto [rest, number] = quarterOf(b, x);
  if (quarters)
    number = b.iadd(number, b.i32(quarters));
  Value square = b.mul(rest, rest);
  Value sine = b.fma(
      b.mul(rest, square),
      b.polynomial(square, {-1.0 / 6, 1.0 / 120, -1.0 / 5040, 1.0 / 362880}),
      rest);
  Value cosine = b.polynomial(
      square, {1, -1.0 / 2, 1.0 / 24, -1.0 / 720, 1.0 / 40320, -1.0 / 3628800});
  Value value = b.select(b.isOdd(number), cosine, sine);
  Value turned =
      b.compare(arith::CmpIPredicate::ne, b.iand(number, b.i32(2)), 0);
  value = b.select(turned, b.neg(value), value);
  // Too far away; infinities and NaN too.
  Value near = b.compare(P::OLT, b.abs(x), 0x1p48);
  return b.select(near, value, b.nan(x));
}

static Value sine(ScalarBuilder &b, Value x) { return sineFrom(b, x, 0); }
static Value cosine(ScalarBuilder &b, Value x) { return sineFrom(b, x, 1); }

//===----------------------------------------------------------------------===//
// Hyperbolic functions
//===----------------------------------------------------------------------===//

/// e^|x| / 2, which is finite where e^|x| no longer is.
static Value halfExponential(ScalarBuilder &b, Value magnitude) {
  Value root = exponential(b, b.mul(magnitude, 0.5));
  return b.mul(b.mul(root, 0.5), root);
}

static Value hyperbolicCosine(ScalarBuilder &b, Value x) {
  Value half = halfExponential(b, b.abs(x));
  return b.add(half, b.div(b.real(x, 0.25), half));
}

static Value hyperbolicSine(ScalarBuilder &b, Value x) {
  Value magnitude = b.abs(x);
  Value half = halfExponential(b, magnitude);
  Value large = b.sub(half, b.div(b.real(x, 0.25), half));
  Value minus1 = exponentialMinus1(b, magnitude);
  Value small = b.mul(b.add(minus1, b.div(minus1, b.add(minus1, 1))), 0.5);
  return b.copySign(b.select(b.compare(P::OLT, magnitude, 1), small, large), x);
}

/// ln(2 x) of a large one.
static Value logOfTwice(ScalarBuilder &b, Value x) {
  return b.add(logarithm(b, x, 1), 0.69314718055994531);
}

static Value areaSine(ScalarBuilder &b, Value x) {
  Value magnitude = b.abs(x);
  Value square = b.mul(magnitude, magnitude);
  Value root = b.sqrt(b.add(square, 1));
  Value more = b.div(square, b.add(root, 1));
  Value value = logarithmOf1Plus(b, b.add(magnitude, more));
  value = b.select(b.compare(P::OLT, magnitude, 0x1p30), value,
                   logOfTwice(b, magnitude));
  return b.copySign(value, x);
}

static Value areaCosine(ScalarBuilder &b, Value x) {
  Value less1 = b.add(x, -1);
  Value root = b.sqrt(b.fma(less1, less1, b.mul(less1, 2)));
  Value value = logarithmOf1Plus(b, b.add(less1, root));
  value = b.select(b.compare(P::OGT, x, 0x1p30), logOfTwice(b, x), value);
  return b.select(b.compare(P::ULT, x, 1), b.nan(x), value);
}

static Value areaTangent(ScalarBuilder &b, Value x) {
  Value magnitude = b.abs(x);
  Value ratio = b.div(b.mul(magnitude, 2), b.sub(b.real(x, 1), magnitude));
  return b.copySign(b.mul(logarithmOf1Plus(b, ratio), 0.5), x);
}

//===----------------------------------------------------------------------===//
// Patterns
//===----------------------------------------------------------------------===//

namespace {

struct ExpandSincos : OpRewritePattern<math::SincosOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(math::SincosOp op,
                                PatternRewriter &rewriter) const override {
    rewriter.replaceOp(
        op, {math::SinOp::create(rewriter, op.getLoc(), op.getOperand()),
             math::CosOp::create(rewriter, op.getLoc(), op.getOperand())});
    return success();
  }
};

/// The smaller magnitude by the larger has an angle up to pi/4; which eighth of
/// the circle it is, signs and magnitudes say.
struct ExpandAtan2 : OpRewritePattern<math::Atan2Op> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(math::Atan2Op op,
                                PatternRewriter &rewriter) const override {
    if (!op.getType().isF32())
      return rewriter.notifyMatchFailure(op, "not f32");
    ScalarBuilder b(op.getLoc(), rewriter);
    Value y = b.abs(op.getLhs()), x = b.abs(op.getRhs());
    Value steep = b.compare(P::OGT, y, x);
    Value ratio = b.div(b.select(steep, x, y), b.select(steep, y, x));
    // 0 / 0, and infinity by infinity.
    Value equal = b.compare(P::OEQ, y, x);
    Value diagonal =
        b.select(b.compare(P::OEQ, x, 0), b.real(x, 0), b.real(x, 1));
    ratio = b.select(equal, diagonal, ratio);
    Value angle = math::AtanOp::create(b.b, ratio);
    angle = b.select(steep, b.sub(b.real(x, kPi / 2), angle), angle);
    Value left = b.isNegative(b.bits(op.getRhs()));
    angle = b.select(left, b.sub(b.real(x, kPi), angle), angle);
    rewriter.replaceOp(op, b.copySign(angle, op.getLhs()));
    return success();
  }
};

} // namespace

void mlir::gqgpu::populateTrigonometryPatterns(RewritePatternSet &patterns) {
  patterns.add<
      FunctionPattern<math::SinOp, sine>, FunctionPattern<math::CosOp, cosine>,
      FunctionPattern<math::SinhOp, hyperbolicSine>,
      FunctionPattern<math::CoshOp, hyperbolicCosine>,
      FunctionPattern<math::AsinhOp, areaSine>,
      FunctionPattern<math::AcoshOp, areaCosine>,
      FunctionPattern<math::AtanhOp, areaTangent>, ExpandSincos, ExpandAtan2>(
      patterns.getContext());
}
