//===- EncodePatterns.cpp - int8 codes, E8M0 scales, codes of four bits ---===//
//
// The formats of one byte and of half a byte that the hardware has no
// conversion of its own for.
//
//===----------------------------------------------------------------------===//
#include "Patterns.h"

using namespace mlir;
using namespace mlir::gqgpu;

/// A conversion to s32 saturates and takes NaN to 0. The pack saturates once
/// more, but its lower bound is -128, so that -127 has to be enforced before.
SmallVector<Value> mlir::gqgpu::convertToInt8(Emitter &e,
                                              ArrayRef<Value> scaled,
                                              int64_t perRegister) {
  SmallVector<Value> registers;
  for (size_t first = 0; first < scaled.size(); first += perRegister) {
    SmallVector<Value> codes;
    for (Value value : scaled.slice(first, perRegister))
      codes.push_back(LLVM::SMaxOp::create(
          e.b, e.loc, ptx::convertToInt(e.b, e.loc, value), e.c32(-127)));
    llvm::append_range(registers, packInt8(e, codes, perRegister));
  }
  return registers;
}

/// A code of f4E2M1FN, in the low four bits of a word. Saturated, a magnitude
/// has one of three exponents, or is below 1, where codes are as far apart as
/// from 1 to 2. Added to a power of two so much larger that the last bit of the
/// sum is such a step, it is rounded to steps, of which codes have two more for
/// each exponent. Eight more are the sign. Where there is a choice an op is one
/// of floats, which go through another pipe, twice as fast.
static Value toF4E2M1FN(Emitter &e, Value value) {
  auto bitsOf = [&](Value value) -> Value {
    return LLVM::BitcastOp::create(e.b, e.loc, e.i32(), value);
  };
  auto floatOf = [&](Value bits) -> Value {
    return LLVM::BitcastOp::create(e.b, e.loc, e.f32(), bits);
  };
  // NaN, positive as all that is computed, is the other operand.
  Value magnitude = LLVM::MinNumOp::create(
      e.b, e.loc, LLVM::FAbsOp::create(e.b, e.loc, value), e.cf32(6.0f));
  Value atLeast1 = LLVM::MaxNumOp::create(e.b, e.loc, magnitude, e.cf32(1.0f));
  Value power = floatOf(e.bitAnd(bitsOf(atLeast1), 0x7f800000));
  // Six steps more, or 14: of twice the exponents 149 to 151 of sums, they
  // leave 0, 2 and 4, or these and 8, in four bits.
  Value two = floatOf(LLVM::OrOp::create(
      e.b, e.loc, e.bitAnd(bitsOf(value), INT32_MIN), e.c32(0x40000000)));
  Value large = LLVM::FSubOp::create(e.b, e.loc, e.cf32(0x1p22f + 5.0f), two);
  Value sum = bitsOf(LLVM::FMAOp::create(e.b, e.loc, power, large, magnitude));
  return e.add(e.lshr(sum, 22), sum);
}

/// The instruction saturates at -8 and takes NaN to 0.
static Value toInt4(Emitter &e, Value value) {
  return LLVM::SMaxOp::create(e.b, e.loc, ptx::convertToInt(e.b, e.loc, value),
                              e.c32(-7));
}

SmallVector<Value> mlir::gqgpu::packFourBits(Emitter &e, ArrayRef<Value> scaled,
                                             Type format, int64_t perRegister) {
  bool isInt = format.isSignlessInteger(4);
  SmallVector<Value> registers;
  for (size_t first = 0; first < scaled.size(); first += perRegister) {
    SmallVector<Value> codes;
    for (Value value : scaled.slice(first, perRegister))
      codes.push_back(isInt ? toInt4(e, value) : toF4E2M1FN(e, value));
    Value packed;
    for (int64_t i = perRegister - 1; i >= 0; --i) {
      if (isInt) {
        --i;
        packed = ptx::packInt4(e.b, e.loc, codes[i + 1], codes[i],
                               packed ? packed : e.c32(0));
        continue;
      }
      Value code = e.bitAnd(codes[i], 15);
      packed = packed ? LLVM::OrOp::create(e.b, e.loc, e.shl(packed, 4), code)
                            .getResult()
                      : code;
    }
    if (perRegister < 8)
      packed = LLVM::TruncOp::create(
          e.b, e.loc, e.b.getIntegerType(4 * perRegister), packed);
    registers.push_back(packed);
  }
  return registers;
}

/// The code is the exponent of an f32, but for its ends: there 0 is another
/// number and 255 is infinity.
Value mlir::gqgpu::decodeE8M0(Emitter &e, Value code) {
  constexpr int64_t kLeast = 0x00400000, kNaN = 0x7fc00000;
  Value wide = e.zext(e.i32(), code);
  Value bits = LLVM::UMaxOp::create(e.b, e.loc, e.shl(wide, 23), e.c32(kLeast));
  bits = e.select(e.eq(wide, 255), e.c32(kNaN), bits);
  return LLVM::BitcastOp::create(e.b, e.loc, e.f32(), bits);
}

/// A carry out of the mantissa rounds up. Zeros and what is at most 2^-127 have
/// the least code, 0.
Value mlir::gqgpu::encodeE8M0(Emitter &e, Value value) {
  Value bits = LLVM::BitcastOp::create(e.b, e.loc, e.i32(), value);
  bits = e.select(e.eq(bits, INT32_MIN), e.c32(0), bits); // -0
  Value code = e.lshr(e.add(bits, 0x007fffff), 23);
  code = e.select(e.ult(bits, e.c32(0x00400001)), e.c32(0), code);
  code = e.select(e.ult(bits, e.c32(0x7f800000)), code, e.c32(0xff));
  return LLVM::TruncOp::create(e.b, e.loc, e.b.getI8Type(), code);
}

Value mlir::gqgpu::unpackCode(Emitter &e, Value word, int64_t at, Type format) {
  auto toBit = [&](int64_t bit) {
    return bit > at   ? e.shl(word, bit - at)
           : bit < at ? e.lshr(word, at - bit)
                      : word;
  };
  if (format.isSignlessInteger(4)) {
    Value code =
        LLVM::AShrOp::create(e.b, e.loc, toBit(28), e.c32(28)).getResult();
    return LLVM::SIToFPOp::create(e.b, e.loc, e.f32(), code);
  }
  // In the place of an f32's exponent and mantissa, denormals among them: but
  // for the bias, that is the value.
  Value magnitude = e.bitAnd(toBit(22), 7 << 22);
  Value sign = e.bitAnd(toBit(28), INT32_MIN);
  Value bits = LLVM::OrOp::create(e.b, e.loc, sign, magnitude);
  return LLVM::FMulOp::create(
      e.b, e.loc, LLVM::BitcastOp::create(e.b, e.loc, e.f32(), bits),
      e.cf32(0x1p126f));
}

namespace {

struct EncodeScalesPattern : KernelPattern<EncodeScalesOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(EncodeScalesOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    SmallVector<Value> codes;
    for (Value scale : e.members(adaptor.getScales())) {
      Value bits =
          LLVM::BitcastOp::create(rewriter, op.getLoc(), e.i32(), scale);
      codes.push_back(LLVM::TruncOp::create(
          rewriter, op.getLoc(), rewriter.getI8Type(), e.lshr(bits, 23)));
    }
    rewriter.replaceOp(op, e.pack(codes));
    return success();
  }
};

struct UnpackPattern : KernelPattern<UnpackOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(UnpackOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    auto bytes = cast<FragmentType>(op.getBytes().getType());
    int64_t bits = 8 * bytes.getValuesPerRegister();
    SmallVector<Value> values;
    for (Value word : e.members(adaptor.getBytes())) {
      if (bits < 32)
        word = e.zext(e.i32(), word);
      for (int64_t at = 0; at < bits; at += 4)
        values.push_back(unpackCode(e, word, at, op.getFormat()));
    }
    rewriter.replaceOp(op, e.pack(values));
    return success();
  }
};

} // namespace

void mlir::gqgpu::populateEncodePatterns(RewritePatternSet &patterns,
                                         const LLVMTypeConverter &converter,
                                         const KernelAbi &abi) {
  patterns.add<EncodeScalesPattern, UnpackPattern>(converter,
                                                   patterns.getContext(), abi);
}
