//===- PartPatterns.cpp - tiles that thread blocks share ------------------===//
//
// A part lies in vectors of four values, those of all threads of a math group
// side by side: stores and loads of a warp are whole lines. The thread of the
// same number reads what one has stored, so each warp waits for one, by a flag
// of its own.
//
// The flag is set by the first lane, with release, behind bar.warp.sync, which
// the stores of all lanes come before; all lanes of the other warp find it set,
// with acquire, before they load.
//
//===----------------------------------------------------------------------===//
#include "MemoryAccess.h"
#include "Patterns.h"
#include "gq/Dialect/GQGPU/IR/Roles.h"

using namespace mlir;
using namespace mlir::gqgpu;

/// Values of a vector, and their bytes.
static constexpr int64_t kVector = 4, kVectorBytes = 16;
static constexpr int64_t kGroupThreads = kGroupWarps * kWarpThreads;
/// From one vector of a thread to its next.
static constexpr int64_t kStride = kVectorBytes * kGroupThreads;

/// Where the vectors of this thread lie in row `range` of `parts`, from element
/// `at` on.
static Value vectorsOf(Emitter &e, const KernelAbi &abi, Value parts,
                       Value range, Value at) {
  int64_t row = cast<MemRefType>(parts.getType()).getDimSize(1);
  Value thread = e.bitAnd(abi.thread, kGroupThreads - 1);
  Value inRow = e.add(at, e.mul(thread, kVector));
  Value element =
      e.add(e.mul(e.zext(e.i64(), range), row), e.zext(e.i64(), inRow));
  return e.globalAddress(abi.pointer(parts), element, /*bytes=*/4);
}

/// The flag of this warp.
static Value flagAt(Emitter &e, const KernelAbi &abi, Value flags, Value at) {
  Value warp = e.bitAnd(abi.warp, kGroupWarps - 1);
  return e.globalAddress(abi.pointer(flags), e.zext(e.i64(), e.add(at, warp)),
                         /*bytes=*/4);
}

namespace {

struct StorePartPattern : KernelPattern<StorePartOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(StorePartOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    Value to =
        vectorsOf(e, abi, op.getParts(), adaptor.getRange(), adaptor.getAt());
    SmallVector<Value> values = e.members(adaptor.getValue());
    for (Value &value : values)
      value = bitsOf(e, value);
    for (size_t i = 0; i < values.size(); i += kVector)
      ptx::storeGlobal(e.b, e.loc, to,
                       static_cast<int64_t>(i) / kVector * kStride,
                       ArrayRef(values).slice(i, kVector));
    rewriter.eraseOp(op);
    return success();
  }
};

struct AddPartPattern : KernelPattern<AddPartOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(AddPartOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    Value from =
        vectorsOf(e, abi, op.getParts(), adaptor.getRange(), adaptor.getAt());
    SmallVector<Value> sums = e.members(adaptor.getValue());
    ptx::GlobalLoad written;
    written.readOnly = false;
    for (size_t i = 0; i < sums.size(); i += kVector) {
      SmallVector<Value> part = ptx::loadGlobal(
          e.b, e.loc, from, static_cast<int64_t>(i) / kVector * kStride,
          sums[i].getType(), kVector, /*when=*/Value(), written);
      for (auto [j, value] : llvm::enumerate(part))
        sums[i + j] = addSums(e, sums[i + j], value);
    }
    rewriter.replaceOp(op, e.pack(sums));
    return success();
  }
};

struct PublishPartPattern : KernelPattern<PublishPartOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(PublishPartOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    ptx::syncWarp(e.b, e.loc);
    ptx::storeRelease(e.b, e.loc,
                      flagAt(e, abi, op.getFlags(), adaptor.getAt()), e.c32(1),
                      e.eq(abi.lane, 0));
    rewriter.eraseOp(op);
    return success();
  }
};

struct AwaitPartPattern : KernelPattern<AwaitPartOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(AwaitPartOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    ptx::waitNonZero(e.b, e.loc,
                     flagAt(e, abi, op.getFlags(), adaptor.getAt()));
    ptx::syncWarp(e.b, e.loc);
    rewriter.eraseOp(op);
    return success();
  }
};

} // namespace

void mlir::gqgpu::populatePartPatterns(RewritePatternSet &patterns,
                                       const LLVMTypeConverter &converter,
                                       const KernelAbi &abi) {
  patterns.add<StorePartPattern, AddPartPattern, PublishPartPattern,
               AwaitPartPattern>(converter, patterns.getContext(), abi);
}
