//===- BlockReducePatterns.cpp - sums and other reductions of blocks ------===//
//
// In the order that the ops say, so that the bits are those of the simulator.
// Partial values are f32 or i32, one for each group of chunks that a thread
// holds of a block.
//
//===----------------------------------------------------------------------===//
#include "Patterns.h"
#include "gq/Dialect/GQGPU/IR/BlockSharing.h"
#include "gq/Support/Reduction.h"

using namespace mlir;
using namespace mlir::gqgpu;

/// What `kind` makes of two values.
static auto combiner(Emitter &e, arith::AtomicRMWKind kind) {
  return [&e, kind](Value lhs, Value rhs) {
    return arith::getReductionOp(kind, e.b, e.loc, lhs, rhs);
  };
}

/// One value per chunk from one per group of chunks.
static Value spreadGroups(Emitter &e, const BlockSharing &sharing,
                          ArrayRef<Value> values) {
  SmallVector<Value> chunks;
  for (int64_t group : sharing.getGroups())
    chunks.push_back(values[group]);
  return e.pack(chunks);
}

namespace {

struct ThreadReducePattern : KernelPattern<ThreadReduceOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(ThreadReduceOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    FragmentType type = op.getValue().getType();
    BlockSharing sharing(op.getResult().getType().getFragment());
    SmallVector<Value> elements = unpackElements(e, adaptor.getValue(), type);
    SmallVector<SmallVector<Value>> ofGroup(sharing.getNumGroups());
    size_t chunk = elements.size() / sharing.getGroups().size();
    for (auto [i, group] : llvm::enumerate(sharing.getGroups()))
      for (Value element : ArrayRef(elements).slice(i * chunk, chunk))
        ofGroup[group].push_back(
            element.getType().isInteger() ? element : widen(e, element));
    SmallVector<Value> partials;
    for (const SmallVector<Value> &values : ofGroup)
      partials.push_back(gq::combinePairs(values, combiner(e, op.getKind())));
    rewriter.replaceOp(op, e.pack(partials));
    return success();
  }
};

struct LaneReducePattern : KernelPattern<LaneReduceOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(LaneReduceOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    auto combine = combiner(e, op.getKind());
    SmallVector<Value> partials = e.members(adaptor.getValue());
    int64_t before = op.getValue().getType().getLanes();
    for (Value &partial : partials)
      for (int64_t step = op.getResult().getType().getLanes() / 2;
           step >= before; step /= 2)
        partial = combine(partial, ptx::shuffleXor(e.b, e.loc, partial, step));
    rewriter.replaceOp(op, e.pack(partials));
    return success();
  }
};

constexpr int64_t kWordBytes = 4;

struct WritePartialsPattern : KernelPattern<WritePartialsOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(WritePartialsOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    int64_t lanes = op.getValue().getType().getLanes();
    int64_t pitch = op.getWords().getType().getShape()[1] * kWordBytes;
    Value mine; // every thread's
    if (lanes > 1)
      mine = e.eq(e.urem(abi.thread, lanes), 0);
    Value word =
        e.add(adaptor.getWords(), e.mul(e.udiv(abi.thread, lanes), kWordBytes));
    for (auto [i, partial] : llvm::enumerate(e.members(adaptor.getValue())))
      ptx::storeShared(e.b, e.loc, word, static_cast<int64_t>(i) * pitch,
                       partial, mine);
    rewriter.eraseOp(op);
    return success();
  }
};

struct ReadPartialsPattern : KernelPattern<ReadPartialsOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(ReadPartialsOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    FragmentType blocks = op.getResult().getType();
    BlockSharing sharing(blocks);
    BlockSharing::Writers writers =
        *sharing.getWriters(static_cast<int64_t>(op.getLanes()));
    int64_t pitch = op.getWords().getType().getShape()[1] * kWordBytes;
    Value row = e.udiv(abi.thread, sharing.threadColumns);
    Value column = e.urem(abi.thread, sharing.threadColumns);
    Value first =
        e.add(e.mul(e.udiv(row, writers.rowsOfThreads), writers.rowStep),
              e.mul(e.udiv(column, writers.columnsOfThreads), writers.columns));
    Value address = e.add(adaptor.getWords(), e.mul(first, kWordBytes));
    SmallVector<Value> values;
    for (int64_t group = 0; group < sharing.getNumGroups(); ++group) {
      SmallVector<Value> partials;
      for (int64_t r = 0; r < writers.rows; ++r)
        for (int64_t c = 0; c < writers.columns; ++c)
          llvm::append_range(
              partials,
              ptx::loadShared(e.b, e.loc, address,
                              group * pitch +
                                  (r * writers.stride + c) * kWordBytes,
                              blocks.getElementType(), 1));
      values.push_back(gq::combinePairs(partials, combiner(e, op.getKind())));
    }
    rewriter.replaceOp(op, spreadGroups(e, sharing, values));
    return success();
  }
};

} // namespace

void mlir::gqgpu::populateBlockReducePatterns(
    RewritePatternSet &patterns, const LLVMTypeConverter &converter,
    const KernelAbi &abi) {
  patterns.add<ThreadReducePattern, LaneReducePattern, WritePartialsPattern,
               ReadPartialsPattern>(converter, patterns.getContext(), abi);
}
