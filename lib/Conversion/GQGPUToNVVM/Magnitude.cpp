//===- Magnitude.cpp - sums and largest magnitudes of registers -----------===//
#include "Patterns.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::gqgpu;

/// The word that a bf16 is a half of, and whether the high one.
static std::optional<std::pair<Value, bool>> halfOfWord(Value value) {
  auto half = value.getDefiningOp<LLVM::ExtractElementOp>();
  auto pair =
      half ? half.getVector().getDefiningOp<LLVM::BitcastOp>() : nullptr;
  APInt index;
  if (!pair || !pair.getArg().getType().isInteger(32) ||
      !matchPattern(half.getPosition(), m_ConstantInt(&index)))
    return std::nullopt;
  return std::pair(pair.getArg(), index == 1);
}

Value mlir::gqgpu::widen(Emitter &e, Value value) {
  if (value.getType().isF32())
    return value;
  // A bf16 is the upper half of its f32. ptxas takes two instructions to take
  // it out of a word and to convert it.
  if (value.getType().isBF16()) {
    Value bits;
    if (auto half = halfOfWord(value)) {
      auto [word, high] = *half;
      bits = high ? e.bitAnd(word, 0xffff0000) : e.shl(word, 16);
    } else {
      bits = LLVM::BitcastOp::create(e.b, e.loc, e.i16(), value);
      bits = e.shl(e.zext(e.i32(), bits), 16);
    }
    return LLVM::BitcastOp::create(e.b, e.loc, e.f32(), bits);
  }
  if (value.getType().isInteger(32))
    return LLVM::SIToFPOp::create(e.b, e.loc, e.f32(), value);
  return LLVM::FPExtOp::create(e.b, e.loc, e.f32(), value);
}

Value mlir::gqgpu::addSums(Emitter &e, Value lhs, Value rhs) {
  if (lhs.getType().isInteger())
    return e.add(lhs, rhs);
  return LLVM::FAddOp::create(e.b, e.loc, lhs, rhs);
}

Value mlir::gqgpu::maxOf(Emitter &e, Value lhs, Value rhs) {
  return LLVM::MaxNumOp::create(e.b, e.loc, lhs, rhs);
}

Value mlir::gqgpu::addMagnitudes(Emitter &e, Value max, ArrayRef<Value> members,
                                 FragmentType type) {
  if (!holdsPairs(type)) {
    for (Value element : members) {
      Value magnitude = LLVM::FAbsOp::create(e.b, e.loc, widen(e, element));
      max = max ? maxOf(e, max, magnitude) : magnitude;
    }
    return max;
  }
  // Two 16-bit floats in each word: they stay as they were loaded.
  for (Value word : members) {
    word = e.bitAnd(word, 0x7fff7fff);
    max = max ? ptx::maxOfPairs(e.b, e.loc, max, word, type.getElementType())
              : word;
  }
  return max;
}

Value mlir::gqgpu::magnitudeOf(Emitter &e, Value max, FragmentType type) {
  if (!holdsPairs(type))
    return max;
  Value pair = LLVM::BitcastOp::create(
      e.b, e.loc, VectorType::get({2}, type.getElementType()), max);
  Value halves[2];
  for (int64_t half : {0, 1})
    halves[half] =
        widen(e, LLVM::ExtractElementOp::create(e.b, e.loc, pair, e.c32(half)));
  return maxOf(e, halves[0], halves[1]);
}
