//===- ScalarConvert.cpp - conversions and selection ----------------------===//

#include "ScalarStep.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

#include <cmath>

using namespace mlir;
using namespace mlir::gq;

void Step::select() {
  for (int64_t i = 0; i < count; ++i) {
    const Lanes &from = a.i[i] ? b : c;
    if (instruction.kind.bank == ScalarKind::F32)
      to.f[i] = from.f[i];
    else
      to.i[i] = from.i[i]; // f64 as well: the same bits
  }
}

/// Saturating; NaN gives 0.
static int64_t floatToInt(double x, unsigned width, bool isSigned) {
  if (std::isnan(x))
    return 0;
  x = std::trunc(x);
  double high = std::ldexp(1.0, static_cast<int>(isSigned ? width - 1 : width));
  double low = isSigned ? -high : 0;
  if (isSigned) {
    if (x >= high)
      return static_cast<int64_t>(~UINT64_C(0) >> (65 - width));
    return x <= low ? signExtend(UINT64_C(1) << (width - 1), width)
                    : static_cast<int64_t>(x);
  }
  if (x >= high)
    return -1; // all ones, sign-extended
  return x <= 0 ? 0 : signExtend(static_cast<uint64_t>(x), width);
}

/// One integer to f32 or f64, with a single rounding.
template <typename T> static T intToFloat(int64_t x, unsigned width, bool s) {
  return s ? static_cast<T>(x) : static_cast<T>(zeroExtend(x, width));
}

/// One integer to f64, odd if inexact.
static double intToOdd(int64_t x, unsigned width, bool isSigned) {
  double value = intToFloat<double>(x, width, isSigned);
  if (std::fabs(value) < 0x1p53)
    return value;
  uint64_t magnitude = zeroExtend(x, width);
  bool negative = isSigned && x < 0;
  if (negative)
    magnitude = 0 - static_cast<uint64_t>(x);
  uint64_t kept = (magnitude >> 12) | ((magnitude & 0xfff) != 0);
  value = static_cast<double>(kept) * 0x1p12;
  return negative ? -value : value;
}

void Step::convert(bool isSigned) {
  const ScalarKind &from = instruction.from, &kind = instruction.kind;
  if (!from.isFloat() && !kind.isFloat()) {
    for (int64_t i = 0; i < count; ++i) {
      int64_t value =
          isSigned ? a.i[i]
                   : static_cast<int64_t>(zeroExtend(a.i[i], from.width));
      to.i[i] = signExtend(static_cast<uint64_t>(value), kind.width);
    }
    return;
  }
  if (!kind.isFloat()) {
    for (int64_t i = 0; i < count; ++i)
      to.i[i] = floatToInt(from.bank == ScalarKind::F64 ? a.d[i] : a.f[i],
                           kind.width, isSigned);
    return;
  }
  if (kind.bank == ScalarKind::F64) {
    for (int64_t i = 0; i < count; ++i)
      to.d[i] = from.isFloat()
                    ? static_cast<double>(a.f[i])
                    : intToFloat<double>(a.i[i], from.width, isSigned);
    return;
  }
  bool narrow = kind.isNarrow();
  for (int64_t i = 0; i < count; ++i) {
    if (from.bank == ScalarKind::F32)
      to.f[i] = a.f[i];
    else if (from.bank == ScalarKind::F64)
      to.f[i] = narrow ? roundToOdd(a.d[i]) : static_cast<float>(a.d[i]);
    else
      to.f[i] = narrow ? roundToOdd(intToOdd(a.i[i], from.width, isSigned))
                       : intToFloat<float>(a.i[i], from.width, isSigned);
  }
  roundLanes(kind, to, count);
}

static llvm::RoundingMode getMode(int64_t mode) {
  switch (static_cast<arith::RoundingMode>(mode)) {
  case arith::RoundingMode::to_nearest_even:
    return llvm::RoundingMode::NearestTiesToEven;
  case arith::RoundingMode::downward:
    return llvm::RoundingMode::TowardNegative;
  case arith::RoundingMode::upward:
    return llvm::RoundingMode::TowardPositive;
  case arith::RoundingMode::toward_zero:
    return llvm::RoundingMode::TowardZero;
  case arith::RoundingMode::to_nearest_away:
    return llvm::RoundingMode::NearestTiesToAway;
  }
  return llvm::RoundingMode::NearestTiesToEven;
}

static const llvm::fltSemantics &getSemantics(gridquant::ElementType type) {
  switch (type) {
  case gridquant::ElementType::bf16:
    return llvm::APFloat::BFloat();
  case gridquant::ElementType::f16:
    return llvm::APFloat::IEEEhalf();
  case gridquant::ElementType::f8E4M3FN:
    return llvm::APFloat::Float8E4M3FN();
  case gridquant::ElementType::f8E5M2:
    return llvm::APFloat::Float8E5M2();
  default:
    return llvm::APFloat::IEEEsingle();
  }
}

void Step::roundInMode() {
  llvm::RoundingMode mode = getMode(instruction.immediate);
  for (int64_t i = 0; i < count; ++i) {
    llvm::APFloat value(instruction.from.bank == ScalarKind::F64
                            ? a.d[i]
                            : static_cast<double>(a.f[i]));
    bool lossy;
    value.convert(getSemantics(instruction.kind.element), mode, &lossy);
    value.convert(llvm::APFloat::IEEEsingle(),
                  llvm::APFloat::rmNearestTiesToEven, &lossy);
    to.f[i] = value.convertToFloat();
  }
}

void Step::bitcast() {
  // Both kinds have the same width; memory is where bits are the same.
  unsigned char memory[maxLanes * 8];
  storeLanes(instruction.from, a, 1, count, memory);
  loadLanes(instruction.kind, memory, 1, count, to);
}
