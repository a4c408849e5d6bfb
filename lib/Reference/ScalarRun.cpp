//===- ScalarRun.cpp - execution of scalar programs -----------------------===//

#include "ScalarStep.h"

using namespace mlir;
using namespace mlir::gq;

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
    case Opcode::ClampF:
      step.clamp();
      break;
    case Opcode::PowFI:
      step.powFI();
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
    case Opcode::MulHighS:
      step.multiplyHigh(/*isSigned=*/true);
      break;
    case Opcode::MulHighU:
      step.multiplyHigh(/*isSigned=*/false);
      break;
    case Opcode::PowI:
      ok = step.power(error.message);
      break;
    case Opcode::LeadingZeros:
    case Opcode::TrailingZeros:
    case Opcode::CountOnes:
      step.countBits();
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
    case Opcode::RoundF:
      step.roundInMode();
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
