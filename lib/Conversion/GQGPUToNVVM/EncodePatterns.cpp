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
    std::string text = "{ .reg .s32 v<4>; .reg .b32 d; ", constraints = "=r";
    for (int64_t i = 0; i < perRegister; ++i) {
      std::string v = "v" + std::to_string(i);
      text += "cvt.rni.s32.f32 " + v + ", $" + std::to_string(i + 1) +
              "; max.s32 " + v + ", " + v + ", -127; ";
      constraints += ",f";
    }
    // The second source goes to the lowest byte, the third moves up by two.
    if (perRegister == 4)
      text += "cvt.pack.sat.s8.s32.b32 d, v3, v2, 0; "
              "cvt.pack.sat.s8.s32.b32 $0, v1, v0, d; }";
    else if (perRegister == 2)
      text += "cvt.pack.sat.s8.s32.b32 $0, v1, v0, 0; }";
    else
      text += "min.s32 $0, v0, 127; }";
    Value packed = e.ptx(e.i32(), text, constraints,
                         SmallVector<Value>(scaled.slice(first, perRegister)),
                         /*effects=*/false);
    if (perRegister < 4)
      packed = LLVM::TruncOp::create(
          e.b, e.loc, e.b.getIntegerType(8 * perRegister), packed);
    registers.push_back(packed);
  }
  return registers;
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
