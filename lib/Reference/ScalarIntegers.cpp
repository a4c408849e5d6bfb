//===- ScalarIntegers.cpp - integer instructions --------------------------===//

#include "ScalarStep.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

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
