//===- EncodePatterns.cpp - int8 codes and E8M0 scales --------------------===//
//
// The one-byte formats that the hardware has no conversion of its own for.
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

/// The code is the exponent of an f32, but for its ends: there 0 is another
/// number and 255 is infinity.
Value mlir::gqgpu::decodeE8M0(Emitter &e, Value code) {
  constexpr int64_t kLeast = 0x00400000, kNaN = 0x7fc00000;
  Value wide = e.zext(e.i32(), code);
  Value bits = LLVM::UMaxOp::create(e.b, e.loc, e.shl(wide, 23), e.c32(kLeast));
  bits = e.select(e.eq(wide, 255), e.c32(kNaN), bits);
  return LLVM::BitcastOp::create(e.b, e.loc, e.f32(), bits);
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

} // namespace

void mlir::gqgpu::populateEncodePatterns(RewritePatternSet &patterns,
                                         const LLVMTypeConverter &converter,
                                         const KernelAbi &abi) {
  patterns.add<EncodeScalesPattern>(converter, patterns.getContext(), abi);
}
