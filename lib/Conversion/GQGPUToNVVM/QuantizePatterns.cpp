//===- QuantizePatterns.cpp - FP8 and int8 codes --------------------------===//
#include "Patterns.h"

using namespace mlir;
using namespace mlir::gqgpu;

namespace {

struct ScaledCastPattern : KernelPattern<ScaledCastOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(ScaledCastOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    auto type = cast<FragmentType>(op.getResult().getType());
    int64_t chunk = type.getLayout().getChunk();
    bool int8 = type.getElementType().isInteger(8);
    auto from = cast<FragmentType>(op.getValue().getType());
    SmallVector<Value> values = e.members(adaptor.getValue()), results;
    // Chunk by chunk: few elements are wide at the same time.
    int64_t perChunk = holdsPairs(from) ? chunk / 2 : chunk;
    for (auto [i, scale] : llvm::enumerate(e.members(adaptor.getScales()))) {
      Value inverse;
      if (!op.getDivide())
        inverse =
            LLVM::FDivOp::create(rewriter, op.getLoc(), e.cf32(1.0f), scale);
      SmallVector<Value> scaled;
      Value words = e.pack(ArrayRef(values).slice(i * perChunk, perChunk));
      for (Value element : unpackElements(e, words, from)) {
        Value wide = widen(e, element);
        scaled.push_back(
            inverse ? LLVM::FMulOp::create(rewriter, op.getLoc(), wide, inverse)
                          .getResult()
                    : LLVM::FDivOp::create(rewriter, op.getLoc(), wide, scale)
                          .getResult());
      }
      if (int8) {
        llvm::append_range(
            results, convertToInt8(e, scaled, type.getValuesPerRegister()));
        continue;
      }
      if (chunk == 1) {
        Value pair = ptx::convertToF8(e.b, e.loc, e.cf32(0.0f), scaled[0],
                                      type.getElementType());
        results.push_back(LLVM::TruncOp::create(rewriter, op.getLoc(),
                                                rewriter.getI8Type(), pair));
        continue;
      }
      for (int64_t j = 0; j < chunk; j += 2)
        results.push_back(ptx::convertToF8(e.b, e.loc, scaled[j + 1], scaled[j],
                                           type.getElementType()));
    }
    rewriter.replaceOp(op, e.pack(results));
    return success();
  }
};

} // namespace

void mlir::gqgpu::populateQuantizePatterns(RewritePatternSet &patterns,
                                           const LLVMTypeConverter &converter,
                                           const KernelAbi &abi) {
  patterns.add<ScaledCastPattern>(converter, patterns.getContext(), abi);
}
