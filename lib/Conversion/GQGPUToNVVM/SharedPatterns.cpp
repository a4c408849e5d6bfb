//===- SharedPatterns.cpp - shared memory, barriers, parking --------------===//
#include "MemoryAccess.h"
#include "Patterns.h"

using namespace mlir;
using namespace mlir::gqgpu;

namespace {

struct SharedAllocPattern : KernelPattern<SharedAllocOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(SharedAllocOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    rewriter.replaceOp(
        op, e.add(abi.shared, static_cast<int64_t>(*op.getOffset())));
    return success();
  }
};

struct BarrierPattern : KernelPattern<BarrierOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(BarrierOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    switch (op.getScope()) {
    case Scope::Warp:
      ptx::syncWarp(rewriter, op.getLoc());
      break;
    case Scope::Block:
      ptx::syncBlock(rewriter, op.getLoc());
      break;
    case Scope::Cluster:
      ptx::arriveCluster(rewriter, op.getLoc());
      ptx::waitCluster(rewriter, op.getLoc());
      break;
    }
    rewriter.eraseOp(op);
    return success();
  }
};

struct ProxyFencePattern : KernelPattern<ProxyFenceOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(ProxyFenceOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ptx::fenceAsyncShared(rewriter, op.getLoc());
    rewriter.eraseOp(op);
    return success();
  }
};

struct TmaStoreWaitPattern : KernelPattern<TmaStoreWaitOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(TmaStoreWaitOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ptx::waitBulk(rewriter, op.getLoc(), op.getRead());
    rewriter.eraseOp(op);
    return success();
  }
};

struct ClearPattern : KernelPattern<ClearOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(ClearOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    int64_t words = op.getBuffer().getType().getNumBytes() / 4;
    for (int64_t first = 0; first < words; first += abi.threads) {
      Value word = e.add(abi.thread, first);
      ptx::storeShared(e.b, e.loc, e.add(adaptor.getBuffer(), e.shl(word, 2)),
                       /*offset=*/0, e.c32(0), e.ult(word, e.c32(words)));
    }
    rewriter.eraseOp(op);
    return success();
  }
};

/// How a thread parks a fragment: in vectors of at most 16 bytes, those of all
/// threads side by side, so that neither meets bank conflicts.
struct Parking {
  Parking(Emitter &e, const KernelAbi &abi, FragmentType type, Value buffer) {
    int64_t bytes = type.getElementType().getIntOrFloatBitWidth() / 8;
    int64_t side = std::max<int64_t>(type.getLayout().getChunk(),
                                     type.getValuesPerRegister());
    vector = std::min<int64_t>(side * bytes, 16);
    count = type.getNumValues() * bytes / vector;
    stride = vector * abi.threads;
    first = e.add(buffer, e.mul(abi.thread, vector));
  }
  int64_t vector, count, stride;
  Value first;
};

struct ParkPattern : KernelPattern<ParkOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(ParkOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    Parking parking(e, abi, cast<FragmentType>(op.getValue().getType()),
                    adaptor.getBuffer());
    SmallVector<Value> words = e.members(adaptor.getValue());
    for (Value &word : words)
      word = bitsOf(e, word);
    size_t each = words.size() / parking.count;
    for (int64_t i = 0; i < parking.count; ++i)
      ptx::storeShared(e.b, e.loc, parking.first, i * parking.stride,
                       ArrayRef(words).slice(i * each, each));
    rewriter.replaceOp(op, adaptor.getBuffer());
    return success();
  }
};

struct UnparkPattern : KernelPattern<UnparkOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(UnparkOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    auto type = cast<FragmentType>(op.getResult().getType());
    Parking parking(e, abi, type, adaptor.getParked());
    auto to = cast<LLVM::LLVMStructType>(getTypeConverter()->convertType(type));
    SmallVector<Value> values;
    for (int64_t i = 0; i < parking.count; ++i)
      for (Value word : loadShared(e, parking.first, i * parking.stride,
                                   8 * parking.vector)) {
        Type member = to.getBody()[values.size()];
        values.push_back(
            word.getType() == member
                ? word
                : LLVM::BitcastOp::create(e.b, e.loc, member, word));
      }
    rewriter.replaceOp(op, e.pack(values));
    return success();
  }
};

} // namespace

void mlir::gqgpu::populateSharedPatterns(RewritePatternSet &patterns,
                                         const LLVMTypeConverter &converter,
                                         const KernelAbi &abi) {
  patterns.add<SharedAllocPattern, BarrierPattern, ProxyFencePattern,
               TmaStoreWaitPattern, ClearPattern, ParkPattern, UnparkPattern>(
      converter, patterns.getContext(), abi);
}
