//===- ExpandPowers.cpp - exponentials, logarithms and powers -------------===//
//
// What is not exp2 is in terms of it, and of series of the logarithm.
//
//===----------------------------------------------------------------------===//
#include "ExpandMath.h"
#include "Functions.h"

using namespace mlir;
using namespace mlir::gqgpu;
using P = arith::CmpFPredicate;

static constexpr double kLog2E = 1.4426950408889634, kLn2 = 0.69314718055994531,
                        kLog10E = 0.43429448190325183;

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

Value mlir::gqgpu::exponential(ScalarBuilder &b, Value x) {
  return math::Exp2Op::create(b.b, b.mul(x, kLog2E));
}

Value mlir::gqgpu::exponentialMinus1(ScalarBuilder &b, Value x) {
  // Where 1 would take digits away, x + x^2/2! + x^3/3! + ...
  Value series = b.mul(
      x, b.polynomial(x, {1, 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720,
                          1.0 / 5040, 1.0 / 40320, 1.0 / 362880}));
  Value other = b.add(exponential(b, x), -1);
  return b.select(b.compare(P::OLT, b.abs(x), 0.5), series, other);
}

namespace {
/// A positive float as 2^exponent * (1 + fraction), with 1 + fraction from
/// sqrt(1/2) to sqrt(2).
struct Parts {
  Value exponent, fraction;
};
} // namespace

static Parts partsOf(ScalarBuilder &b, Value x) {
  // Subnormal numbers have their digits elsewhere.
  Value small = b.compare(P::OLT, x, 0x1p-126);
  Value bits = b.bits(b.select(small, b.mul(x, 0x1p23), x));
  // The bits of sqrt(1/2): what is above is the exponent.
  Value offset = b.isub(bits, b.i32(0x3f3504f3));
  Value exponent = b.ishr(offset, 23);
  Value rest = b.isub(bits, b.ishl(exponent, 23));
  Value shift = b.select(small, b.f32(-23), b.f32(0));
  return {b.add(b.toFloat(x.getType(), exponent), shift),
          b.add(b.bitcast(x.getType(), rest), -1)};
}

/// ln(1 + f) = 2 artanh(s) with s = f / (2 + f), up to 0.172.
static Value naturalLog(ScalarBuilder &b, Value fraction) {
  Value s = b.div(fraction, b.add(fraction, 2));
  Value square = b.mul(s, s);
  return b.mul(s,
               b.polynomial(square, {2, 2.0 / 3, 2.0 / 5, 2.0 / 7, 2.0 / 9}));
}

/// `value`, which is of a finite positive x, for every x.
static Value ofAll(ScalarBuilder &b, Value x, Value value) {
  value = b.select(b.compare(P::OLT, x, b.infinity(x)), value, x);
  value = b.select(b.compare(P::OEQ, x, 0), b.neg(b.infinity(x)), value);
  return b.select(b.compare(P::ULT, x, 0), b.nan(x), value);
}

Value mlir::gqgpu::logarithm(ScalarBuilder &b, Value x, double unit) {
  auto [exponent, fraction] = partsOf(b, x);
  Value log = b.mul(naturalLog(b, fraction), unit);
  log = b.fma(exponent, b.real(x, kLn2 * unit), log);
  return ofAll(b, x, log);
}

Value mlir::gqgpu::logarithmOf1Plus(ScalarBuilder &b, Value x) {
  // What rounding 1 + x has lost is so small that the slope there adds it.
  Value sum = b.add(x, 1);
  Value lost = b.sub(x, b.add(sum, -1));
  auto [exponent, fraction] = partsOf(b, sum);
  Value log = b.fma(exponent, b.real(x, kLn2), naturalLog(b, fraction));
  log = ofAll(b, sum, b.add(log, b.div(lost, sum)));
  // The sign of zero.
  return b.select(b.compare(P::OEQ, x, 0), x, log);
}

/// |x|^y, y not NaN.
static Value powerOfMagnitude(ScalarBuilder &b, Value x, Value y) {
  Value magnitude = b.abs(x);
  // The product with y needs more digits than f32 has. The logarithm has them
  // in two floats: the exponent is a whole number.
  Type f64 = b.b.getF64Type();
  auto [exponent, fraction] = partsOf(b, magnitude);
  Value small = b.mul(naturalLog(b, fraction), kLog2E);
  Value log = b.add(b.convert(f64, exponent), b.convert(f64, small));
  Value product = b.mul(log, b.convert(f64, y));
  // Exact, or out of range, where it is rounded to f32.
  Value whole = b.roundEven(product);
  Value rest = b.convert(b.b.getF32Type(), b.sub(product, whole));
  Value narrow = b.convert(b.b.getF32Type(), product);
  Value inRange = b.compare(P::OLT, b.abs(narrow), 120);
  Value scale =
      b.bitcast(x.getType(),
                b.ishl(b.iadd(b.toInteger(b.b.getI32Type(),
                                          b.convert(b.b.getF32Type(), whole)),
                              b.i32(127)),
                       23));
  Value power = b.mul(math::Exp2Op::create(b.b, rest), scale);
  power = b.select(inRange, power, math::Exp2Op::create(b.b, narrow));
  // Zero and infinity have no parts; 1 is 1 to any power.
  Value negative = b.compare(P::OLT, y, 0);
  Value zero = b.real(x, 0), infinity = b.infinity(x);
  power = b.select(b.compare(P::OEQ, magnitude, 0),
                   b.select(negative, infinity, zero), power);
  power = b.select(b.compare(P::OEQ, magnitude, infinity),
                   b.select(negative, zero, infinity), power);
  power = b.select(b.isNaN(x), x, power);
  Value one = b.ior(b.compare(P::OEQ, y, 0), b.compare(P::OEQ, magnitude, 1));
  return b.select(one, b.real(x, 1), power);
}

//===----------------------------------------------------------------------===//
// Patterns
//===----------------------------------------------------------------------===//

static Value log2Of(ScalarBuilder &b, Value x) {
  return logarithm(b, x, kLog2E);
}
static Value logOf(ScalarBuilder &b, Value x) { return logarithm(b, x, 1); }
static Value log10Of(ScalarBuilder &b, Value x) {
  return logarithm(b, x, kLog10E);
}

/// 2^(log2(x) / 3), and a step of Newton's.
static Value cubeRoot(ScalarBuilder &b, Value x) {
  Value magnitude = b.abs(x);
  Value root = math::Exp2Op::create(
      b.b, b.mul(logarithm(b, magnitude, kLog2E), 1.0 / 3));
  Value error = b.sub(root, b.div(magnitude, b.mul(root, root)));
  root = b.copySign(b.fma(error, b.real(x, -1.0 / 3), root), x);
  Value itself = b.ior(b.compare(P::OEQ, magnitude, 0),
                       b.compare(P::UEQ, magnitude, b.infinity(x)));
  return b.select(itself, x, root);
}

namespace {

struct ExpandPowF : OpRewritePattern<math::PowFOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(math::PowFOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.getType().isF32())
      return rewriter.notifyMatchFailure(op, "not f32");
    ScalarBuilder b(op.getLoc(), rewriter);
    Value x = op.getLhs(), y = op.getRhs();
    Value power = powerOfMagnitude(b, x, y);
    auto truncated = [&](Value value) {
      return math::TruncOp::create(b.b, value).getResult();
    };
    Value whole = b.compare(P::OEQ, truncated(y), y);
    Value half = b.mul(y, 0.5);
    Value odd = b.iand(whole, b.compare(P::ONE, truncated(half), half));
    Value signedX = b.isNegative(b.bits(x));
    power = b.select(b.iand(odd, signedX), b.neg(power), power);
    // A root of a negative number.
    Value finite = b.iand(b.compare(P::OLT, x, 0),
                          b.compare(P::OGT, x, b.neg(b.infinity(x))));
    Value root = b.compare(P::ONE, truncated(y), y);
    power = b.select(b.iand(finite, root), b.nan(x), power);
    Value always1 = b.compare(P::OEQ, x, 1);
    power = b.select(b.isNaN(y), y, power);
    rewriter.replaceOp(op, b.select(always1, b.real(x, 1), power));
    return success();
  }
};

struct ExpandFPowI : OpRewritePattern<math::FPowIOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(math::FPowIOp op,
                                PatternRewriter &rewriter) const override {
    auto type = dyn_cast<IntegerType>(op.getRhs().getType());
    if (!op.getType().isF32() || !type)
      return rewriter.notifyMatchFailure(op, "not f32");
    ScalarBuilder b(op.getLoc(), rewriter);
    Value x = op.getLhs(), n = op.getRhs();
    Value power = powerOfMagnitude(b, x, b.toFloat(x.getType(), n));
    // A float that large has no odd numbers.
    Value odd = type.getWidth() == 1 ? n : b.isOdd(n);
    Value negate = b.iand(odd, b.isNegative(b.bits(x)));
    rewriter.replaceOp(op, b.select(negate, b.neg(power), power));
    return success();
  }
};

/// Squares of the base, of which the bits of the exponent choose.
struct ExpandIPowI : OpRewritePattern<math::IPowIOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(math::IPowIOp op,
                                PatternRewriter &rewriter) const override {
    auto type = dyn_cast<IntegerType>(op.getType());
    if (!type || type.getWidth() < 8 || type.getWidth() > 64)
      return rewriter.notifyMatchFailure(op, "not of 8 to 64 bits");
    ScalarBuilder b(op.getLoc(), rewriter);
    Value base = op.getLhs(), exponent = op.getRhs();
    Value one = b.integer(type, 1), zero = b.integer(type, 0);
    Value power = one, square = base;
    unsigned bits = type.getWidth() - 1; // the last is the sign
    for (unsigned bit = 0; bit < bits; ++bit) {
      Value taken = b.isOdd(bit == 0 ? exponent : b.ishr(exponent, bit));
      power = b.select(taken, b.imul(power, square), power);
      if (bit + 1 < bits)
        square = b.imul(square, square);
    }
    // 1 / base^n is whole for 1 and -1 only.
    Value isOne = b.compare(arith::CmpIPredicate::eq, base, 1);
    Value isMinusOne = b.compare(arith::CmpIPredicate::eq, base, -1);
    Value sign = b.select(b.isOdd(exponent), base, one);
    Value inverse = b.select(isOne, one, b.select(isMinusOne, sign, zero));
    rewriter.replaceOp(op, b.select(b.isNegative(exponent), inverse, power));
    return success();
  }
};

} // namespace

void mlir::gqgpu::populatePowerPatterns(RewritePatternSet &patterns) {
  patterns.add<FunctionPattern<math::CbrtOp, cubeRoot>,
               FunctionPattern<math::ExpOp, exponential>,
               FunctionPattern<math::ExpM1Op, exponentialMinus1>,
               FunctionPattern<math::LogOp, logOf>,
               FunctionPattern<math::Log2Op, log2Of>,
               FunctionPattern<math::Log10Op, log10Of>,
               FunctionPattern<math::Log1pOp, logarithmOf1Plus>, ExpandPowF,
               ExpandFPowI, ExpandIPowI>(patterns.getContext());
}
