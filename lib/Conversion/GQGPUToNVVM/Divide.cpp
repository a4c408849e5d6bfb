//===- Divide.cpp - quotients of f32, several at once ---------------------===//
//
// A division that is rounded correctly has a way for operands of any size, and
// a branch to it. A branch for each element keeps ptxas from computing elements
// side by side, so that each waits for all instructions of the one before it.
// So several elements share the branch: SiLU of one matrix times another,
// quantised, takes 198 us instead of 252 on an H200 (docs/performance.md).
//
// The way without it: an approximate reciprocal, refined once, and two
// corrections of the quotient by what it leaves (P. Markstein, "Computation of
// elementary functions on the IBM RISC System/6000 processor", 1990). All
// intermediate results are normal where both operands are from 2^-32 up to
// 2^32.
//
// Divisors may be much larger, up to infinity: 1 + exp(-x) is for any x below
// -22. Where some are, all are scaled by a power of two first, and the
// quotients after it, exactly, unless one is subnormal.
//
//===----------------------------------------------------------------------===//
#include "Patterns.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::gqgpu;

static constexpr int64_t kBias = 127, kMantissa = 23, kExponents = 64;

/// Exponent and mantissa, without the sign and relative to the least operand:
/// of an exponent that is not one of kExponents, one of the two upper bits is
/// set.
static Value aboveLeast(Emitter &e, Value value) {
  constexpr int64_t kLeast = (kBias - kExponents / 2) << (kMantissa + 1);
  Value bits = LLVM::BitcastOp::create(e.b, e.loc, e.i32(), value);
  return e.sub(e.shl(bits, 1), e.c32(kLeast));
}

static Value multiplyAdd(Emitter &e, Value a, Value b, Value c) {
  return LLVM::FMAOp::create(e.b, e.loc, a, b, c);
}

static Value quotientOf(Emitter &e, Value a, Value b) {
  Value minus = LLVM::FNegOp::create(e.b, e.loc, b);
  Value inverse = NVVM::RcpApproxFtzF32Op::create(e.b, e.loc, e.f32(), b);
  Value off = multiplyAdd(e, minus, inverse, e.cf32(1.0f));
  inverse = multiplyAdd(e, inverse, off, inverse);
  Value quotient = LLVM::FMulOp::create(e.b, e.loc, a, inverse);
  for (int i = 0; i < 2; ++i) {
    Value rest = multiplyAdd(e, minus, quotient, a);
    quotient = multiplyAdd(e, rest, inverse, quotient);
  }
  return quotient;
}

static Value real(Emitter &e, int exponent) {
  return e.cf32(std::ldexp(1.0f, exponent));
}

static Value compare(Emitter &e, LLVM::FCmpPredicate predicate, Value a,
                     Value b) {
  return LLVM::FCmpOp::create(e.b, e.loc, predicate, a, b);
}

static Value magnitude(Emitter &e, Value value) {
  return LLVM::FAbsOp::create(e.b, e.loc, value);
}

static Value isInfinite(Emitter &e, Value value) {
  return compare(e, LLVM::FCmpPredicate::oeq, magnitude(e, value),
                 e.cf32(std::numeric_limits<float>::infinity()));
}

/// Whether scaledQuotientOf is exact: its quotient is normal, or a zero of an
/// infinite divisor.
static Value canScale(Emitter &e, Value dividend, Value divisor) {
  using Is = LLVM::FCmpPredicate;
  constexpr int kMost = kExponents / 2, kLeastNormal = -125;
  Value a = magnitude(e, dividend), b = magnitude(e, divisor);
  Value normal =
      compare(e, Is::ogt, a,
              LLVM::FMulOp::create(e.b, e.loc, b, real(e, kLeastNormal)));
  Value bounded = e.both(compare(e, Is::oge, a, real(e, -kMost)),
                         e.both(compare(e, Is::olt, a, real(e, kMost)),
                                compare(e, Is::oge, b, real(e, -kMost))));
  return e.both(bounded,
                LLVM::OrOp::create(e.b, e.loc, normal, isInfinite(e, divisor)));
}

static Value scaledQuotientOf(Emitter &e, Value a, Value b) {
  Value large = compare(e, LLVM::FCmpPredicate::ogt, magnitude(e, b),
                        real(e, kExponents / 2));
  Value scale = LLVM::SelectOp::create(e.b, e.loc, large, real(e, -kExponents),
                                       e.cf32(1.0f));
  Value within = LLVM::FMulOp::create(e.b, e.loc, b, scale);
  Value quotient =
      LLVM::FMulOp::create(e.b, e.loc, quotientOf(e, a, within), scale);
  Value zero = LLVM::FMulOp::create(
      e.b, e.loc, a,
      NVVM::RcpApproxFtzF32Op::create(e.b, e.loc, e.f32(), within));
  return LLVM::SelectOp::create(e.b, e.loc, isInfinite(e, b), zero, quotient);
}

SmallVector<Value> mlir::gqgpu::divide(Emitter &e, ArrayRef<Value> dividends,
                                       ArrayRef<Value> divisors) {
  Value bits;
  for (Value value : llvm::concat<const Value>(dividends, divisors)) {
    Value above = aboveLeast(e, value);
    bits =
        bits ? LLVM::OrOp::create(e.b, e.loc, bits, above).getResult() : above;
  }
  constexpr int64_t kRange = kExponents << (kMantissa + 1);
  auto quotients = [&](auto divideOne) {
    SmallVector<Value> results;
    for (auto [a, b] : llvm::zip(dividends, divisors))
      results.push_back(divideOne(a, b));
    return e.pack(results);
  };
  Type type =
      Emitter::structOf(e.f32(), static_cast<int64_t>(dividends.size()));
  Value results = e.choose(
      e.ult(bits, e.c32(kRange)), type,
      [&] {
        return quotients([&](Value a, Value b) { return quotientOf(e, a, b); });
      },
      [&] {
        Value scalable;
        for (auto [a, b] : llvm::zip(dividends, divisors)) {
          Value own = canScale(e, a, b);
          scalable = scalable ? e.both(scalable, own) : own;
        }
        return e.choose(
            scalable, type,
            [&] {
              return quotients(
                  [&](Value a, Value b) { return scaledQuotientOf(e, a, b); });
            },
            [&] {
              return quotients([&](Value a, Value b) -> Value {
                return LLVM::FDivOp::create(e.b, e.loc, a, b);
              });
            });
      });
  return e.members(results);
}
