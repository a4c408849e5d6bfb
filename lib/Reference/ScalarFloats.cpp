//===- ScalarFloats.cpp - float instructions ------------------------------===//

#include "ScalarStep.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

#include <cmath>
#include <cstring>

using namespace mlir;
using namespace mlir::gq;

void Step::unary() {
  if (instruction.kind.bank == ScalarKind::F64) {
    for (int64_t i = 0; i < count; ++i)
      to.d[i] = instruction.unary(a.d[i]);
    return;
  }
  bool narrow = instruction.kind.isNarrow();
  for (int64_t i = 0; i < count; ++i) {
    double value = instruction.unary(a.f[i]);
    to.f[i] = narrow ? roundToOdd(value) : static_cast<float>(value);
  }
  roundLanes(instruction.kind, to, count);
}

void Step::binary() {
  if (instruction.kind.bank == ScalarKind::F64) {
    for (int64_t i = 0; i < count; ++i)
      to.d[i] = instruction.binary(a.d[i], b.d[i]);
    return;
  }
  bool narrow = instruction.kind.isNarrow();
  for (int64_t i = 0; i < count; ++i) {
    double value = instruction.binary(a.f[i], b.f[i]);
    to.f[i] = narrow ? roundToOdd(value) : static_cast<float>(value);
  }
  roundLanes(instruction.kind, to, count);
}

/// a * b + c for factors whose product is exact in f64, rounded to odd.
static double fusedToOdd(double a, double b, double c) {
  double product = a * b;
  double sum = product + c;
  // Knuth's two-sum: what the addition lost.
  double part = sum - product;
  double lost = (product - (sum - part)) + (c - part);
  if (!std::isfinite(sum) || lost == 0)
    return sum;
  uint64_t bits;
  std::memcpy(&bits, &sum, sizeof(bits));
  if ((bits & 1) == 0) {
    // One step toward what was lost makes the last bit odd.
    bits += (lost > 0) == (sum > 0) ? 1 : -1;
    std::memcpy(&sum, &bits, sizeof(sum));
  }
  return sum;
}

void Step::fma() {
  if (instruction.kind.bank == ScalarKind::F64) {
    for (int64_t i = 0; i < count; ++i)
      to.d[i] = std::fma(a.d[i], b.d[i], c.d[i]);
    return;
  }
  bool narrow = instruction.kind.isNarrow();
  for (int64_t i = 0; i < count; ++i) {
    double value = fusedToOdd(a.f[i], b.f[i], c.f[i]);
    to.f[i] = narrow ? roundToOdd(value) : static_cast<float>(value);
  }
  roundLanes(instruction.kind, to, count);
}

/// NaN if any operand is.
void Step::clamp() {
  bool isDouble = instruction.kind.bank == ScalarKind::F64;
  for (int64_t i = 0; i < count; ++i) {
    double x = isDouble ? a.d[i] : a.f[i], low = isDouble ? b.d[i] : b.f[i],
           high = isDouble ? c.d[i] : c.f[i];
    double value = std::isnan(x) || std::isnan(low) || std::isnan(high)
                       ? std::nan("")
                       : std::fmin(std::fmax(x, low), high);
    if (isDouble)
      to.d[i] = value;
    else
      to.f[i] = static_cast<float>(value);
  }
}

void Step::powFI() {
  bool narrow = instruction.kind.isNarrow();
  for (int64_t i = 0; i < count; ++i) {
    if (instruction.kind.bank == ScalarKind::F64) {
      to.d[i] = std::pow(a.d[i], static_cast<double>(b.i[i]));
      continue;
    }
    double value =
        std::pow(static_cast<double>(a.f[i]), static_cast<double>(b.i[i]));
    // An f64 has no odd numbers that large.
    if (std::signbit(a.f[i]) && (b.i[i] & 1))
      value = -std::fabs(value);
    to.f[i] = narrow ? roundToOdd(value) : static_cast<float>(value);
  }
  roundLanes(instruction.kind, to, count);
}

void Step::classify() {
  bool isDouble = instruction.from.bank == ScalarKind::F64;
  for (int64_t i = 0; i < count; ++i) {
    double x = isDouble ? a.d[i] : a.f[i];
    bool holds = false;
    switch (instruction.immediate) {
    case 0:
      holds = std::isnan(x);
      break;
    case 1:
      holds = std::isinf(x);
      break;
    case 2:
      holds = std::isfinite(x);
      break;
    default: {
      // Normal in its own type: at least the smallest normal number.
      using gridquant::ElementType;
      ElementType type = instruction.from.element;
      double smallest = type == ElementType::f64         ? 0x1p-1022
                        : type == ElementType::f16       ? 0x1p-14
                        : type == ElementType::f8E5M2    ? 0x1p-14
                        : type == ElementType::f8E4M3FN  ? 0x1p-6
                        : type == ElementType::f8E8M0FNU ? 0x1p-127
                                                         : 0x1p-126;
      holds = std::isfinite(x) && std::fabs(x) >= smallest;
    }
    }
    to.i[i] = holds ? -1 : 0;
  }
}

static bool compare(arith::CmpFPredicate predicate, double x, double y) {
  using P = arith::CmpFPredicate;
  bool unordered = std::isnan(x) || std::isnan(y);
  switch (predicate) {
  case P::AlwaysFalse:
    return false;
  case P::AlwaysTrue:
    return true;
  case P::ORD:
    return !unordered;
  case P::UNO:
    return unordered;
  case P::OEQ:
    return x == y;
  case P::OGT:
    return x > y;
  case P::OGE:
    return x >= y;
  case P::OLT:
    return x < y;
  case P::OLE:
    return x <= y;
  case P::ONE:
    return !unordered && x != y;
  case P::UEQ:
    return unordered || x == y;
  case P::UGT:
    return unordered || x > y;
  case P::UGE:
    return unordered || x >= y;
  case P::ULT:
    return unordered || x < y;
  case P::ULE:
    return unordered || x <= y;
  case P::UNE:
    return unordered || x != y;
  }
  return false;
}

void Step::compareFloats() {
  auto predicate = static_cast<arith::CmpFPredicate>(instruction.immediate);
  bool isDouble = instruction.from.bank == ScalarKind::F64;
  for (int64_t i = 0; i < count; ++i) {
    bool holds = isDouble ? compare(predicate, a.d[i], b.d[i])
                          : compare(predicate, a.f[i], b.f[i]);
    to.i[i] = holds ? -1 : 0;
  }
}
