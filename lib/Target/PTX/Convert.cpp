//===- Convert.cpp - conversions and arithmetic ---------------------------===//
#include "Assembly.h"
#include "gq/Target/PTX/PTX.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;
using namespace mlir::gq;
using Effects = ptx::Assembly::Effects;

Value ptx::convertToF8(OpBuilder &b, Location loc, Value high, Value low,
                       Type format) {
  return NVVM::ConvertF32x2ToF8x2Op::create(
      b, loc, b.getI16Type(), high, low, NVVM::FPRoundingMode::RN,
      NVVM::SaturationMode::SATFINITE, /*relu=*/false, format);
}

Value ptx::convertToBF16(OpBuilder &b, Location loc, Value high, Value low) {
  Value pair = NVVM::ConvertF32x2ToBF16x2Op::create(
      b, loc, VectorType::get({2}, b.getBF16Type()), high, low,
      /*random_bits=*/Value(), NVVM::FPRoundingMode::RN);
  return LLVM::BitcastOp::create(b, loc, b.getI32Type(), pair);
}

Value ptx::convertFromF8(OpBuilder &b, Location loc, Value code, Type format) {
  auto codes = VectorType::get({2}, b.getI8Type()),
       halves = VectorType::get({2}, b.getF16Type());
  Value first = LLVM::ConstantOp::create(b, loc, b.getI32IntegerAttr(0));
  Value pair = LLVM::ZeroOp::create(b, loc, codes);
  pair = LLVM::InsertElementOp::create(b, loc, pair, code, first);
  Value wide = NVVM::ConvertF8x2ToF16x2Op::create(b, loc, halves, pair,
                                                  /*relu=*/false, format);
  return LLVM::ExtractElementOp::create(b, loc, wide, first);
}

/// An instruction on registers: result, then operands.
static Value compute(OpBuilder &b, Location loc, StringRef instruction,
                     Type type, ValueRange operands) {
  ptx::Assembly assembly(b, loc);
  std::string text = instruction.str() + " " + assembly.result(type);
  for (Value operand : operands)
    text += ", " + assembly.operand(operand);
  return assembly.emit(text + ";", Effects::No);
}

Value ptx::convertToInt(OpBuilder &b, Location loc, Value value) {
  return compute(b, loc, "cvt.rni.s32.f32", b.getI32Type(), value);
}

Value ptx::truncateToInt(OpBuilder &b, Location loc, Value value) {
  return compute(b, loc, "cvt.rzi.s32.f32", b.getI32Type(), value);
}

Value ptx::packInt8(OpBuilder &b, Location loc, Value high, Value low,
                    Value rest) {
  return compute(b, loc, "cvt.pack.sat.s8.s32.b32", b.getI32Type(),
                 {high, low, rest});
}

Value ptx::packInt4(OpBuilder &b, Location loc, Value high, Value low,
                    Value rest) {
  return compute(b, loc, "cvt.pack.sat.s4.s32.b32", b.getI32Type(),
                 {high, low, rest});
}

Value ptx::exp2Approx(OpBuilder &b, Location loc, Value value, bool flush) {
  return compute(b, loc, flush ? "ex2.approx.ftz.f32" : "ex2.approx.f32",
                 b.getF32Type(), value);
}

Value ptx::maxOfPairs(OpBuilder &b, Location loc, Value lhs, Value rhs,
                      Type element) {
  return compute(b, loc, element.isBF16() ? "max.bf16x2" : "max.f16x2",
                 lhs.getType(), {lhs, rhs});
}

Value ptx::permuteBytes(OpBuilder &b, Location loc, Value low, Value high,
                        Value selector) {
  return NVVM::PermuteOp::create(b, loc, b.getI32Type(), low, high, selector,
                                 NVVM::PermuteMode::DEFAULT);
}

Value ptx::permuteBytes(OpBuilder &b, Location loc, Value low, Value high,
                        int64_t selector) {
  return permuteBytes(b, loc, low, high, constant32(b, loc, selector));
}

Value ptx::multiplyPairs(OpBuilder &b, Location loc, Value lhs, Value rhs) {
  return compute(b, loc, "mul.rn.bf16x2", lhs.getType(), {lhs, rhs});
}

Value ptx::subtractPairs(OpBuilder &b, Location loc, Value lhs, Value rhs) {
  return compute(b, loc, "sub.rn.bf16x2", lhs.getType(), {lhs, rhs});
}

static Value compare(OpBuilder &b, Location loc, StringRef instruction,
                     Value value, int64_t limit) {
  ptx::Assembly assembly(b, loc);
  std::string holds = assembly.result(b.getI1Type());
  return assembly.emit(instruction + " " + holds + ", " +
                           assembly.operand(value) + ", " + Twine(limit) + ";",
                       Effects::Yes);
}

Value ptx::exceeds(OpBuilder &b, Location loc, Value value, int64_t limit) {
  return compare(b, loc, "setp.gt.s32", value, limit);
}

Value ptx::below(OpBuilder &b, Location loc, Value value, int64_t limit) {
  return compare(b, loc, "setp.lt.u32", value, limit);
}

Value ptx::forget(OpBuilder &b, Location loc, Value value) {
  Assembly assembly(b, loc);
  std::string copy = assembly.result(value.getType());
  return assembly.emit("mov.b32 " + copy + ", " + assembly.operand(value) + ";",
                       Effects::Yes);
}

Value ptx::indexAfter(OpBuilder &b, Location loc, Value index, Value value) {
  Assembly assembly(b, loc);
  std::string sum = assembly.result(index.getType()),
              first = assembly.operand(index), last = assembly.operand(value);
  return assembly.emit("{ .reg .b32 t; mov.b32 t, " + last +
                           "; shr.u32 t, t, 31; add.u32 " + sum + ", " + first +
                           ", t; }",
                       Effects::Yes);
}

Value ptx::addBytes(OpBuilder &b, Location loc, Value word, Value sum) {
  auto bytes = VectorType::get({4}, b.getI8Type());
  auto vectorOf = [&](Value value) -> Value {
    return LLVM::BitcastOp::create(b, loc, bytes, value);
  };
  constexpr int64_t kOnes = 0x01010101;
  return NVVM::DotAccumulate4WayOp::create(
      b, loc, b.getI32Type(), vectorOf(word), NVVM::DotAccumulateType::SIGNED,
      vectorOf(constant32(b, loc, kOnes)), NVVM::DotAccumulateType::SIGNED,
      sum);
}
