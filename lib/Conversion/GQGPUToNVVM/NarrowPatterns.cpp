//===- NarrowPatterns.cpp - elements of one byte --------------------------===//
//
// What elementwise ops of upstream dialects make of f8E4M3FN, f8E5M2, f8E8M0FNU
// and i8, none of which LLVM computes with. arith.truncf rounds to nearest even
// and does not saturate, as its constant folder has it and the reference: what
// is too large is infinite in f8E5M2 and NaN in f8E4M3FN. To f8E8M0FNU it
// rounds up, as scales must; what has no logarithm is NaN. arith.fptosi
// saturates and takes NaN to 0, as the reference has it and PTX for wider
// integers.
//
// Where a conversion is the last thing that a body does, the codes that share a
// register are converted together.
//
//===----------------------------------------------------------------------===//
#include "Narrow.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace mlir::gqgpu;

/// What overflows is above 464, halfway from 448 to the next code, which rounds
/// down, or from 61440 on, halfway from 57344, which rounds up.
static constexpr float kMostE4M3 = 464.0f, kLeastInfiniteE5M2 = 61440.0f;

bool mlir::gqgpu::isCode(Type type) {
  return isa<Float8E4M3FNType, Float8E5M2Type, Float8E8M0FNUType>(type) ||
         type.isInteger(8);
}

/// Whether the magnitude of `value` compares so; false for NaN.
static Value compareMagnitude(Emitter &e, Value value,
                              LLVM::FCmpPredicate predicate, float limit) {
  Value magnitude = LLVM::FAbsOp::create(e.b, e.loc, value);
  return LLVM::FCmpOp::create(e.b, e.loc, predicate, magnitude, e.cf32(limit));
}

/// Two codes of f32 values in an i16, without saturation.
static Value truncateToF8(Emitter &e, Value high, Value low, Type format) {
  if (isa<Float8E4M3FNType>(format)) {
    auto orNaN = [&](Value value) {
      return e.select(
          compareMagnitude(e, value, LLVM::FCmpPredicate::ogt, kMostE4M3),
          e.cf32(std::numeric_limits<float>::quiet_NaN()), value);
    };
    return ptx::convertToF8(e.b, e.loc, orNaN(high), orNaN(low), format);
  }
  // The code behind the largest finite one, which it saturates to.
  Value codes = ptx::convertToF8(e.b, e.loc, high, low, format);
  for (auto [value, one] : {std::pair(low, 0x1), std::pair(high, 0x100)})
    codes = e.add(codes,
                  e.select(compareMagnitude(e, value, LLVM::FCmpPredicate::oge,
                                            kLeastInfiniteE5M2),
                           e.constant(e.i16(), one), e.constant(e.i16(), 0)));
  return codes;
}

/// An s32 from an f32, to the nearest integer or toward zero.
static Value toInt(Emitter &e, Value value, bool nearest) {
  return nearest ? ptx::convertToInt(e.b, e.loc, value)
                 : ptx::truncateToInt(e.b, e.loc, value);
}

SmallVector<Value> mlir::gqgpu::packInt8(Emitter &e, ArrayRef<Value> codes,
                                         int64_t perRegister) {
  SmallVector<Value> registers;
  for (size_t first = 0; first < codes.size(); first += perRegister) {
    Value packed;
    if (perRegister == 1) {
      packed = LLVM::SMaxOp::create(e.b, e.loc, codes[first], e.c32(-128));
      packed = LLVM::SMinOp::create(e.b, e.loc, packed, e.c32(127));
    } else {
      packed = e.c32(0);
      for (int64_t i = perRegister - 2; i >= 0; i -= 2)
        packed = ptx::packInt8(e.b, e.loc, codes[first + i + 1],
                               codes[first + i], packed);
    }
    if (perRegister < 4)
      packed = LLVM::TruncOp::create(
          e.b, e.loc, e.b.getIntegerType(8 * perRegister), packed);
    registers.push_back(packed);
  }
  return registers;
}

//===----------------------------------------------------------------------===//
// Fragments of codes
//===----------------------------------------------------------------------===//

LastConversion LastConversion::of(Value yielded) {
  Operation *op = yielded.getDefiningOp();
  if (!op || !op->hasOneUse())
    return {};
  if (auto truncate = dyn_cast<arith::TruncFOp>(op);
      truncate && yielded.getType().isBF16() &&
      truncate.getIn().getType().isF32())
    return {op, truncate.getIn(), false};
  if (!isCode(yielded.getType()))
    return {};
  auto isNarrow = [](Value value) {
    return value.getType().isF32() || value.getType().isF16() ||
           value.getType().isBF16();
  };
  auto truncate = dyn_cast<arith::TruncFOp>(op);
  if (truncate && !isa<Float8E8M0FNUType>(yielded.getType()) &&
      isNarrow(truncate.getIn()))
    return {op, truncate.getIn(), false};
  auto convert = dyn_cast<arith::FPToSIOp>(op);
  if (!convert || !isNarrow(convert.getIn()))
    return {};
  if (auto round = convert.getIn().getDefiningOp<math::RoundEvenOp>())
    return {op, round.getOperand(), true};
  return {op, convert.getIn(), false};
}

/// By the instruction for two: that for one goes a quarter as fast.
static Value roundToBF16(Emitter &e, Value value) {
  Value word = ptx::convertToBF16(e.b, e.loc, value, e.cf32(0.0f));
  Value half = LLVM::TruncOp::create(e.b, e.loc, e.i16(), e.lshr(word, 16));
  return LLVM::BitcastOp::create(e.b, e.loc, e.b.getBF16Type(), half);
}

SmallVector<Value> LastConversion::convert(Emitter &e, ArrayRef<Value> values,
                                           FragmentType type) const {
  int64_t perRegister = type.getValuesPerRegister();
  SmallVector<Value> wide, registers;
  if (type.getElementType().isBF16()) {
    for (size_t i = 0; i < values.size(); i += perRegister)
      registers.push_back(
          perRegister == 1
              ? roundToBF16(e, values[i])
              : ptx::convertToBF16(e.b, e.loc, values[i + 1], values[i]));
    return registers;
  }
  for (Value value : values)
    wide.push_back(widen(e, value));
  if (type.getElementType().isInteger(8)) {
    for (Value &value : wide)
      value = toInt(e, value, nearest);
    return packInt8(e, wide, perRegister);
  }
  for (size_t i = 0; i < wide.size(); i += perRegister) {
    Value high = perRegister == 1 ? e.cf32(0.0f) : wide[i + 1];
    Value codes = truncateToF8(e, high, wide[i], type.getElementType());
    if (perRegister == 1)
      codes = LLVM::TruncOp::create(e.b, e.loc, e.b.getI8Type(), codes);
    registers.push_back(codes);
  }
  return registers;
}

SmallVector<Value> mlir::gqgpu::packCodes(Emitter &e, ArrayRef<Value> codes,
                                          FragmentType type) {
  int64_t perRegister = type.getValuesPerRegister();
  Type word = e.b.getIntegerType(8 * perRegister);
  SmallVector<Value> registers;
  for (size_t first = 0; first < codes.size(); first += perRegister) {
    Value packed;
    for (int64_t i = 0; i < perRegister; ++i) {
      Value code = castTo(e, codes[first + i], e.b.getI8Type());
      if (perRegister > 1)
        code = e.zext(word, code);
      packed = packed
                   ? LLVM::OrOp::create(e.b, e.loc, packed, e.shl(code, 8 * i))
                         .getResult()
                   : code;
    }
    registers.push_back(packed);
  }
  return registers;
}

SmallVector<Value> mlir::gqgpu::unpackCodes(Emitter &e,
                                            ArrayRef<Value> registers,
                                            FragmentType type) {
  int64_t perRegister = type.getValuesPerRegister();
  SmallVector<Value> codes;
  for (Value packed : registers)
    for (int64_t i = 0; i < perRegister; ++i) {
      Value code = i ? e.lshr(packed, 8 * i) : packed;
      if (perRegister > 1)
        code = LLVM::TruncOp::create(e.b, e.loc, e.b.getI8Type(), code);
      codes.push_back(castTo(e, code, type.getElementType()));
    }
  return codes;
}

Value mlir::gqgpu::castTo(Emitter &e, Value value, Type type) {
  if (value.getType() == type)
    return value;
  return UnrealizedConversionCastOp::create(e.b, e.loc, type, value)
      .getResult(0);
}

//===----------------------------------------------------------------------===//
// Single values
//===----------------------------------------------------------------------===//

namespace {

struct TruncFPattern : OpConversionPattern<arith::TruncFOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(arith::TruncFOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (!isa<FloatType>(op.getType()) || !isCode(op.getType()) ||
        !isa<Float32Type, Float16Type, BFloat16Type>(op.getIn().getType()))
      return rewriter.notifyMatchFailure(op, "not to a code");
    Emitter e(rewriter, op.getLoc());
    if (isa<Float8E8M0FNUType>(op.getType())) {
      rewriter.replaceOp(op, encodeE8M0(e, widen(e, adaptor.getIn())));
      return success();
    }
    Value codes =
        truncateToF8(e, e.cf32(0.0f), widen(e, adaptor.getIn()), op.getType());
    rewriter.replaceOpWithNewOp<LLVM::TruncOp>(op, rewriter.getI8Type(), codes);
    return success();
  }
};

struct ExtFPattern : OpConversionPattern<arith::ExtFOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(arith::ExtFOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Type from = op.getIn().getType(), to = op.getType();
    if (from.isBF16() && to.isF32()) {
      Emitter e(rewriter, op.getLoc());
      auto round = op.getIn().getDefiningOp<arith::TruncFOp>();
      if (round && round.getIn().getType().isF32()) {
        // What is rounded, with zeros behind, is the f32.
        Value word = ptx::convertToBF16(
            e.b, e.loc, rewriter.getRemappedValue(round.getIn()), e.cf32(0.0f));
        rewriter.replaceOpWithNewOp<LLVM::BitcastOp>(op, to, word);
        return success();
      }
      rewriter.replaceOp(op, widen(e, adaptor.getIn()));
      return success();
    }
    if (!isa<FloatType>(from) || !isCode(from) ||
        !isa<Float32Type, Float16Type, BFloat16Type>(to))
      return rewriter.notifyMatchFailure(op, "not from a code");
    Emitter e(rewriter, op.getLoc());
    Value value;
    if (isa<Float8E8M0FNUType>(from)) {
      value = decodeE8M0(e, adaptor.getIn());
    } else {
      // f16 holds all values of both.
      value = ptx::convertFromF8(e.b, e.loc, adaptor.getIn(), from);
      if (!to.isF16())
        value = widen(e, value);
    }
    if (value.getType() != to)
      value = LLVM::FPTruncOp::create(e.b, e.loc, to, value);
    rewriter.replaceOp(op, value);
    return success();
  }
};

/// Saturates, and takes NaN to 0: to 32 bits from f32 and less an instruction
/// does, which is what LLVM's op becomes. It does not say so elsewhere.
template <typename OpTy> struct FPToIntPattern : OpConversionPattern<OpTy> {
  using OpConversionPattern<OpTy>::OpConversionPattern;
  LogicalResult
  matchAndRewrite(OpTy op, typename OpTy::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    constexpr bool isSigned = std::is_same_v<OpTy, arith::FPToSIOp>;
    Type type = op.getType();
    if (!isa<IntegerType>(type) || !isa<FloatType>(op.getIn().getType()))
      return rewriter.notifyMatchFailure(op, "not of a scalar");
    Emitter e(rewriter, op.getLoc());
    bool wide = op.getIn().getType().isF64();
    if (type.isInteger(32) && !wide)
      return rewriter.notifyMatchFailure(op, "one instruction");
    Value value = wide ? adaptor.getIn() : widen(e, adaptor.getIn());
    if (!type.isInteger(8) || wide) {
      std::string name =
          (isSigned ? "llvm.fptosi.sat.i" : "llvm.fptoui.sat.i") +
          std::to_string(type.getIntOrFloatBitWidth()) +
          (wide ? ".f64" : ".f32");
      rewriter.replaceOpWithNewOp<LLVM::CallIntrinsicOp>(
          op, type, rewriter.getStringAttr(name), ValueRange(value));
      return success();
    }
    value = ptx::truncateToInt(e.b, e.loc, value);
    value = LLVM::SMaxOp::create(e.b, e.loc, value, e.c32(isSigned ? -128 : 0));
    value =
        LLVM::SMinOp::create(e.b, e.loc, value, e.c32(isSigned ? 127 : 255));
    rewriter.replaceOpWithNewOp<LLVM::TruncOp>(op, type, value);
    return success();
  }
};

} // namespace

void mlir::gqgpu::populateNarrowPatterns(RewritePatternSet &patterns,
                                         const LLVMTypeConverter &converter) {
  // Before upstream's, which leave these types to LLVM.
  patterns.add<TruncFPattern, ExtFPattern, FPToIntPattern<arith::FPToSIOp>,
               FPToIntPattern<arith::FPToUIOp>>(
      converter, patterns.getContext(), /*benefit=*/2);
}
