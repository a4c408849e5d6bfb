//===- ScalarRun.cpp - execution of scalar programs -----------------------===//

#include "ScalarProgram.h"

#include "gq/Numerics/Convert.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

#include <cmath>
#include <cstring>

using namespace mlir;
using namespace mlir::gq;

namespace {

/// One instruction on its way over the lanes.
struct Step {
  const Instruction &instruction;
  Lanes &to;
  const Lanes &a, &b, &c;
  int64_t count;

  template <typename Fn> void floats(Fn fn) {
    if (instruction.kind.bank == ScalarKind::F64) {
      for (int64_t i = 0; i < count; ++i)
        to.d[i] = fn(a.d[i], b.d[i]);
      return;
    }
    for (int64_t i = 0; i < count; ++i)
      to.f[i] = fn(a.f[i], b.f[i]);
    roundLanes(instruction.kind, to, count);
  }

  /// \p fn computes on 64 bits; the result is cut to the width.
  template <typename Fn> void integers(Fn fn) {
    unsigned width = instruction.kind.width;
    for (int64_t i = 0; i < count; ++i)
      to.i[i] = signExtend(static_cast<uint64_t>(fn(a.i[i], b.i[i])), width);
  }
  template <typename Fn> void unsignedIntegers(Fn fn) {
    unsigned width = instruction.from.width;
    integers([&](int64_t x, int64_t y) {
      return fn(zeroExtend(x, width), zeroExtend(y, width));
    });
  }

  void unary();
  void binary();
  void fma();
  void classify();
  void compareFloats();
  void compareIntegers();
  void select();
  void convert(bool isSigned);
  void bitcast();
  bool divide(std::string &why);
  bool shift(std::string &why);
};

} // namespace

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

void Step::compareIntegers() {
  using P = arith::CmpIPredicate;
  switch (static_cast<P>(instruction.immediate)) {
  case P::eq:
    return integers([](int64_t x, int64_t y) { return x == y; });
  case P::ne:
    return integers([](int64_t x, int64_t y) { return x != y; });
  case P::slt:
    return integers([](int64_t x, int64_t y) { return x < y; });
  case P::sle:
    return integers([](int64_t x, int64_t y) { return x <= y; });
  case P::sgt:
    return integers([](int64_t x, int64_t y) { return x > y; });
  case P::sge:
    return integers([](int64_t x, int64_t y) { return x >= y; });
  case P::ult:
    return unsignedIntegers([](uint64_t x, uint64_t y) { return x < y; });
  case P::ule:
    return unsignedIntegers([](uint64_t x, uint64_t y) { return x <= y; });
  case P::ugt:
    return unsignedIntegers([](uint64_t x, uint64_t y) { return x > y; });
  case P::uge:
    return unsignedIntegers([](uint64_t x, uint64_t y) { return x >= y; });
  }
}

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

void Step::bitcast() {
  // Both kinds have the same width; memory is where bits are the same.
  unsigned char memory[maxLanes * 8];
  storeLanes(instruction.from, a, 1, count, memory);
  loadLanes(instruction.kind, memory, 1, count, to);
}

bool Step::divide(std::string &why) {
  unsigned width = instruction.kind.width;
  int64_t lowest = signExtend(UINT64_C(1) << (width - 1), width);
  bool isUnsigned = instruction.opcode == Opcode::DivU ||
                    instruction.opcode == Opcode::RemU ||
                    instruction.opcode == Opcode::CeilDivU;
  for (int64_t i = 0; i < count; ++i) {
    if (b.i[i] == 0) {
      why = "divides by zero";
      return false;
    }
    if (!isUnsigned && a.i[i] == lowest && b.i[i] == -1) {
      why = "overflows dividing " + std::to_string(lowest) + " by -1";
      return false;
    }
  }
  switch (instruction.opcode) {
  case Opcode::DivS:
    integers([](int64_t x, int64_t y) { return x / y; });
    break;
  case Opcode::RemS:
    integers([](int64_t x, int64_t y) { return x % y; });
    break;
  case Opcode::CeilDivS:
    integers([](int64_t x, int64_t y) {
      return x / y + (x % y != 0 && (x < 0) == (y < 0));
    });
    break;
  case Opcode::FloorDivS:
    integers([](int64_t x, int64_t y) {
      return x / y - (x % y != 0 && (x < 0) != (y < 0));
    });
    break;
  case Opcode::DivU:
    unsignedIntegers([](uint64_t x, uint64_t y) { return x / y; });
    break;
  case Opcode::RemU:
    unsignedIntegers([](uint64_t x, uint64_t y) { return x % y; });
    break;
  default: // CeilDivU
    unsignedIntegers(
        [](uint64_t x, uint64_t y) { return x / y + (x % y != 0); });
  }
  return true;
}

bool Step::shift(std::string &why) {
  unsigned width = instruction.kind.width;
  for (int64_t i = 0; i < count; ++i)
    if (zeroExtend(b.i[i], width) >= width) {
      why = "shifts by " + std::to_string(zeroExtend(b.i[i], width)) +
            ", expected less than the width " + std::to_string(width);
      return false;
    }
  if (instruction.opcode == Opcode::ShL)
    unsignedIntegers([](uint64_t x, uint64_t y) { return x << y; });
  else if (instruction.opcode == Opcode::ShRU)
    unsignedIntegers([](uint64_t x, uint64_t y) { return x >> y; });
  else
    integers(
        [width](int64_t x, int64_t y) { return x >> zeroExtend(y, width); });
  return true;
}

void ScalarProgram::setUp(MutableArrayRef<Lanes> registers) const {
  for (const Instruction &instruction : instructions)
    if (instruction.opcode == Opcode::Constant)
      splatLanes(instruction.kind, instruction.constant,
                 registers[instruction.result]);
}

bool ScalarProgram::run(MutableArrayRef<Lanes> registers, int64_t count,
                        const LoopPoint &point, ScalarError &error) const {
  // Wrapping arithmetic is done unsigned: signed overflow is undefined in C++.
  auto wrap = [](auto fn) {
    return [fn](int64_t x, int64_t y) {
      return fn(static_cast<uint64_t>(x), static_cast<uint64_t>(y));
    };
  };
  for (const Instruction &instruction : instructions) {
    Step step{instruction,
              registers[instruction.result],
              registers[instruction.a],
              registers[instruction.b],
              registers[instruction.c],
              count};
    bool ok = true;
    switch (instruction.opcode) {
    case Opcode::Constant:
      break;
    case Opcode::Index: {
      int64_t base = point.ivs[instruction.immediate];
      int64_t stride = instruction.immediate == point.laneLoop ? 1 : 0;
      for (int64_t i = 0; i < count; ++i)
        step.to.i[i] = base + i * stride;
      break;
    }
    case Opcode::AddF:
      step.floats([](auto x, auto y) { return x + y; });
      break;
    case Opcode::SubF:
      step.floats([](auto x, auto y) { return x - y; });
      break;
    case Opcode::MulF:
      step.floats([](auto x, auto y) { return x * y; });
      break;
    case Opcode::DivF:
      step.floats([](auto x, auto y) { return x / y; });
      break;
    case Opcode::FmaF:
      step.fma();
      break;
    case Opcode::CmpF:
      step.compareFloats();
      break;
    case Opcode::UnaryF:
      step.unary();
      break;
    case Opcode::BinaryF:
      step.binary();
      break;
    case Opcode::ClassifyF:
      step.classify();
      break;
    case Opcode::AddI:
      step.integers(wrap([](uint64_t x, uint64_t y) { return x + y; }));
      break;
    case Opcode::SubI:
      step.integers(wrap([](uint64_t x, uint64_t y) { return x - y; }));
      break;
    case Opcode::MulI:
      step.integers(wrap([](uint64_t x, uint64_t y) { return x * y; }));
      break;
    case Opcode::And:
      step.integers([](int64_t x, int64_t y) { return x & y; });
      break;
    case Opcode::Or:
      step.integers([](int64_t x, int64_t y) { return x | y; });
      break;
    case Opcode::Xor:
      step.integers([](int64_t x, int64_t y) { return x ^ y; });
      break;
    case Opcode::MaxS:
      step.integers([](int64_t x, int64_t y) { return x > y ? x : y; });
      break;
    case Opcode::MinS:
      step.integers([](int64_t x, int64_t y) { return x < y ? x : y; });
      break;
    case Opcode::MaxU:
      step.unsignedIntegers(
          [](uint64_t x, uint64_t y) { return x > y ? x : y; });
      break;
    case Opcode::MinU:
      step.unsignedIntegers(
          [](uint64_t x, uint64_t y) { return x < y ? x : y; });
      break;
    case Opcode::AbsI:
      step.integers(
          wrap([](uint64_t x, uint64_t) { return (x >> 63) ? 0 - x : x; }));
      break;
    case Opcode::CmpI:
      step.compareIntegers();
      break;
    case Opcode::DivS:
    case Opcode::DivU:
    case Opcode::RemS:
    case Opcode::RemU:
    case Opcode::CeilDivS:
    case Opcode::CeilDivU:
    case Opcode::FloorDivS:
      ok = step.divide(error.message);
      break;
    case Opcode::ShL:
    case Opcode::ShRS:
    case Opcode::ShRU:
      ok = step.shift(error.message);
      break;
    case Opcode::Select:
      step.select();
      break;
    case Opcode::ConvertS:
      step.convert(/*isSigned=*/true);
      break;
    case Opcode::ConvertU:
      step.convert(/*isSigned=*/false);
      break;
    case Opcode::Bitcast:
      step.bitcast();
      break;
    }
    if (!ok) {
      error.op = instruction.source;
      return false;
    }
  }
  return true;
}
