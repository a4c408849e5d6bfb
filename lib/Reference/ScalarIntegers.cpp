//===- ScalarIntegers.cpp - integer instructions --------------------------===//

#include "ScalarStep.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/bit.h"

using namespace mlir;
using namespace mlir::gq;

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

/// The upper half of the product.
void Step::multiplyHigh(bool isSigned) {
  unsigned width = instruction.kind.width;
  for (int64_t i = 0; i < count; ++i) {
    unsigned __int128 product =
        isSigned ? static_cast<unsigned __int128>(
                       static_cast<__int128>(a.i[i]) * b.i[i])
                 : static_cast<unsigned __int128>(zeroExtend(a.i[i], width)) *
                       zeroExtend(b.i[i], width);
    to.i[i] = signExtend(static_cast<uint64_t>(product >> width), width);
  }
}

void Step::countBits() {
  unsigned width = instruction.kind.width;
  for (int64_t i = 0; i < count; ++i) {
    uint64_t bits = zeroExtend(a.i[i], width);
    unsigned number = instruction.opcode == Opcode::CountOnes
                          ? llvm::popcount(bits)
                      : bits == 0 ? width
                      : instruction.opcode == Opcode::LeadingZeros
                          ? llvm::countl_zero(bits) - (64 - width)
                          : llvm::countr_zero(bits);
    to.i[i] = signExtend(number, width);
  }
}

bool Step::power(std::string &why) {
  unsigned width = instruction.kind.width;
  for (int64_t i = 0; i < count; ++i) {
    int64_t base = a.i[i], exponent = b.i[i];
    if (exponent < 0) {
      // 1 / base^n is whole for 1 and -1 only.
      if (base == 0) {
        why = "divides by zero";
        return false;
      }
      to.i[i] = base == 1 || (base == -1 && !(exponent & 1)) ? 1
                : base == -1                                 ? -1
                                                             : 0;
      continue;
    }
    uint64_t power = 1, square = static_cast<uint64_t>(base);
    for (; exponent; exponent >>= 1, square *= square)
      if (exponent & 1)
        power *= square;
    to.i[i] = signExtend(power, width);
  }
  return true;
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
