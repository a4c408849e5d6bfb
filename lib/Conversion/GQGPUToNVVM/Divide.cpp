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
//===----------------------------------------------------------------------===//
#include "Patterns.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

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
  Value results = e.choose(
      e.ult(bits, e.c32(kRange)),
      Emitter::structOf(e.f32(), static_cast<int64_t>(dividends.size())),
      [&] {
        return quotients([&](Value a, Value b) { return quotientOf(e, a, b); });
      },
      [&] {
        return quotients([&](Value a, Value b) -> Value {
          return LLVM::FDivOp::create(e.b, e.loc, a, b);
        });
      });
  return e.members(results);
}
