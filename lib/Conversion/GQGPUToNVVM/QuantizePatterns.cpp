//===- QuantizePatterns.cpp - codes of elements ---------------------------===//
#include "Patterns.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;
using namespace mlir::gqgpu;

static SmallVector<Value> divideBy(Emitter &e, ArrayRef<Value> values,
                                   Value scale) {
  SmallVector<Value> quotients;
  for (size_t first = 0; first < values.size(); first += kDivisions) {
    ArrayRef<Value> some = values.drop_front(first).take_front(kDivisions);
    llvm::append_range(quotients,
                       divide(e, some, SmallVector<Value>(some.size(), scale)));
  }
  return quotients;
}

/// `1 / scale` of one that is normal, as its reciprocal is: one step from the
/// approximate one, which rounds as a division there.
static Value normalReciprocal(Emitter &e, Value scale) {
  Value inverse = NVVM::RcpApproxFtzF32Op::create(e.b, e.loc, e.f32(), scale);
  Value minus = LLVM::FNegOp::create(e.b, e.loc, scale);
  Value off = LLVM::FMAOp::create(e.b, e.loc, minus, inverse, e.cf32(1.0f));
  return LLVM::FMAOp::create(e.b, e.loc, inverse, off, inverse);
}

namespace {

struct ScaledCastPattern : KernelPattern<ScaledCastOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(ScaledCastOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    auto type = cast<FragmentType>(op.getResult().getType());
    auto from = cast<FragmentType>(op.getValue().getType());
    int64_t chunk = from.getLayout().getChunk();
    bool int8 = type.getElementType().isInteger(8);
    SmallVector<Value> values = e.members(adaptor.getValue()), results;
    // Chunk by chunk: few elements are wide at the same time.
    int64_t perChunk = holdsPairs(from) ? chunk / 2 : chunk;
    for (auto [i, scale] : llvm::enumerate(e.members(adaptor.getScales()))) {
      SmallVector<Value> scaled;
      Value words = e.pack(ArrayRef(values).slice(i * perChunk, perChunk));
      for (Value element : unpackElements(e, words, from))
        scaled.push_back(widen(e, element));
      if (op.getDivide()) {
        scaled = divideBy(e, scaled, scale);
      } else {
        Value inverse = op.getNormal()
                            ? normalReciprocal(e, scale)
                            : LLVM::FDivOp::create(rewriter, op.getLoc(),
                                                   e.cf32(1.0f), scale)
                                  .getResult();
        for (Value &value : scaled)
          value = LLVM::FMulOp::create(rewriter, op.getLoc(), value, inverse);
      }
      if (std::optional<Type> packed = op.getPacked()) {
        llvm::append_range(
            results,
            packFourBits(e, scaled, *packed, 2 * type.getValuesPerRegister()));
        continue;
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
