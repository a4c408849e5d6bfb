//===- ReducePatterns.cpp - maxima of blocks ------------------------------===//
//
// Partial maxima are f32, one for each group of chunks that a thread holds of a
// block. They are not negative once a floor was applied, so their bits compare
// as unsigned integers, which is what redux and atomics in shared memory do.
//
//===----------------------------------------------------------------------===//
#include "Patterns.h"
#include "gq/Dialect/GQGPU/IR/BlockSharing.h"

using namespace mlir;
using namespace mlir::gqgpu;

namespace {

struct ThreadAbsmaxPattern : KernelPattern<ThreadAbsmaxOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(ThreadAbsmaxOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    auto type = cast<FragmentType>(op.getValue().getType());
    BlockSharing sharing(op.getResult().getType().getFragment());
    SmallVector<Value> values = e.members(adaptor.getValue());
    SmallVector<Value> maxima(sharing.getNumGroups());
    size_t chunk = values.size() / sharing.getGroups().size();
    for (auto [i, group] : llvm::enumerate(sharing.getGroups()))
      maxima[group] = addMagnitudes(
          e, maxima[group], ArrayRef(values).slice(i * chunk, chunk), type);
    for (Value &max : maxima) {
      max = magnitudeOf(e, max, type);
      if (std::optional<Type> rounded = op.getRounded())
        max = round(e, max, *rounded);
    }
    rewriter.replaceOp(op, e.pack(maxima));
    return success();
  }

private:
  static Value round(Emitter &e, Value value, Type type) {
    // The upper half of a word whose lower half is 0 is a bf16, and f32 of it.
    if (type.isBF16())
      return LLVM::BitcastOp::create(
          e.b, e.loc, e.f32(),
          ptx::convertToBF16(e.b, e.loc, value, e.cf32(0.0f)));
    Value narrow = LLVM::FPTruncOp::create(e.b, e.loc, type, value);
    return LLVM::FPExtOp::create(e.b, e.loc, e.f32(), narrow);
  }
};

struct PartialMaxPattern : KernelPattern<PartialMaxOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(PartialMaxOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    SmallVector<Value> maxima = e.members(adaptor.getValues().front());
    for (Value other : adaptor.getValues().drop_front())
      for (auto [max, member] : llvm::zip(maxima, e.members(other)))
        max = maxOf(e, max, member);
    // NaN loses against the floor, which is a number.
    for (Value &max : maxima)
      max = maxOf(e, max, e.cf32(op.getFloor().convertToFloat()));
    rewriter.replaceOp(op, e.pack(maxima));
    return success();
  }
};

struct LaneMaxPattern : KernelPattern<LaneMaxOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(LaneMaxOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    SmallVector<Value> maxima = e.members(adaptor.getValue());
    int64_t lanes = op.getResult().getType().getLanes();
    int64_t before = op.getValue().getType().getLanes();
    for (Value &max : maxima) {
      if (op.getBy() == LaneReduction::Shuffle) {
        for (int64_t step = lanes / 2; step >= before; step /= 2)
          max = maxOf(e, max, ptx::shuffleXor(e.b, e.loc, max, step));
        continue;
      }
      Value bits = LLVM::BitcastOp::create(e.b, e.loc, e.i32(), max);
      max = LLVM::BitcastOp::create(e.b, e.loc, e.f32(),
                                    ptx::maxOfWarp(e.b, e.loc, bits));
    }
    rewriter.replaceOp(op, e.pack(maxima));
    return success();
  }
};

/// One value per chunk from one per group of chunks.
Value spreadGroups(Emitter &e, const BlockSharing &sharing,
                   ArrayRef<Value> maxima) {
  SmallVector<Value> values;
  for (int64_t group : sharing.getGroups())
    values.push_back(maxima[group]);
  return e.pack(values);
}

struct WholeBlocksPattern : KernelPattern<WholeBlocksOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(WholeBlocksOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    BlockSharing sharing(op.getValue().getType().getFragment());
    rewriter.replaceOp(op,
                       spreadGroups(e, sharing, e.members(adaptor.getValue())));
    return success();
  }
};

/// The word of the block that a chunk of a thread lies in.
Value wordOf(Emitter &e, const FragmentPositions &at,
             const BlockSharing &sharing, Value words, int64_t chunk) {
  auto [rowOffset, columnOffset] = at.offset(chunk);
  Value row = e.udiv(e.add(at.row, rowOffset), sharing.rows.block);
  Value column = e.udiv(e.add(at.column, columnOffset), sharing.columns.block);
  Value word = e.add(e.mul(row, sharing.gridColumns), column);
  return e.add(words, e.shl(word, 2));
}

struct AtomicMaxPattern : KernelPattern<AtomicMaxOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(AtomicMaxOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    PartialType type = op.getValue().getType();
    BlockSharing sharing(type.getFragment());
    Value mine; // every thread's
    if (type.getLanes() > 1)
      mine = e.eq(e.urem(abi.lane, type.getLanes()), 0);
    FragmentPositions at(e, type.getFragment(), abi);
    for (auto [chunk, max] :
         llvm::zip(sharing.getFirstChunks(), e.members(adaptor.getValue()))) {
      Value word = wordOf(e, at, sharing, adaptor.getWords(), chunk);
      Value bits = LLVM::BitcastOp::create(e.b, e.loc, e.i32(), max);
      if (op.getScope() != Scope::Cluster) {
        ptx::maxShared(e.b, e.loc, word, bits, mine);
        continue;
      }
      for (int64_t rank = 0; rank < sharing.cluster; ++rank)
        ptx::maxCluster(e.b, e.loc, ptx::mapToBlock(e.b, e.loc, word, rank),
                        bits, mine);
    }
    rewriter.eraseOp(op);
    return success();
  }
};

struct ReadBlocksPattern : KernelPattern<ReadBlocksOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(ReadBlocksOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    auto type = cast<FragmentType>(op.getResult().getType());
    BlockSharing sharing(type);
    FragmentPositions at(e, type, abi);
    SmallVector<Value> maxima;
    for (int64_t chunk : sharing.getFirstChunks())
      maxima.push_back(ptx::loadShared(
          e.b, e.loc, wordOf(e, at, sharing, adaptor.getWords(), chunk),
          e.f32()));
    rewriter.replaceOp(op, spreadGroups(e, sharing, maxima));
    return success();
  }
};

} // namespace

void mlir::gqgpu::populateReducePatterns(RewritePatternSet &patterns,
                                         const LLVMTypeConverter &converter,
                                         const KernelAbi &abi) {
  patterns.add<ThreadAbsmaxPattern, PartialMaxPattern, LaneMaxPattern,
               WholeBlocksPattern, AtomicMaxPattern, ReadBlocksPattern>(
      converter, patterns.getContext(), abi);
}
