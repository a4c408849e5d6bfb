//===- MaximaPatterns.cpp - maxima that a math role shares ----------------===//
//
// A word of a slot for each warp's rows of a part of the columns. Those of a
// block lie side by side, four of a product at once.
//
//===----------------------------------------------------------------------===//
#include "Patterns.h"
#include "gq/Dialect/GQGPU/IR/BlockSharing.h"
#include "gq/Dialect/GQGPU/IR/Roles.h"
#include "llvm/ADT/MapVector.h"
#include <limits>

using namespace mlir;
using namespace mlir::gqgpu;

static constexpr int64_t kRowsOfWord = 16, kWordBytes = 4, kWordsAtOnce = 4;

namespace {

struct PutMaximaPattern : KernelPattern<PutMaximaOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(PutMaximaOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    FragmentType type =
        cast<PartialType>(op.getValue().getType()).getFragment();
    RingType ring = op.getRing().getType();
    int64_t inRow = ring.getTiles()[op.getTile()].getShape()[1],
            width = type.getBlock()[1];
    Value base = tileAddress(e, adaptor.getRing(),
                             RingLayout::get(ring, 0).tiles[op.getTile()],
                             adaptor.getSlot());
    // Words across, then those of rows.
    Value word = e.add(e.mul(e.udiv(adaptor.getAt()[1], width), inRow),
                       e.add(e.udiv(adaptor.getAt()[0], kRowsOfWord),
                             e.bitAnd(abi.warp, kGroupWarps - 1)));
    Value address = e.add(base, e.mul(word, kWordBytes));
    Value first = e.eq(abi.lane, 0);
    BlockSharing sharing(type);
    FragmentPositions at(e, type, abi);
    // The maxima of both rows of a thread, part by part.
    llvm::MapVector<int64_t, Value> parts;
    for (auto [chunk, max] :
         llvm::zip(sharing.getFirstChunks(), e.members(adaptor.getValue()))) {
      auto [row, column] = at.offset(chunk);
      Value counted = max;
      if (adaptor.getRows()) {
        Value place = e.add(e.add(adaptor.getAt()[0], at.row), row);
        counted = e.select(e.ult(place, adaptor.getRows()), max, e.cf32(0.0f));
      }
      Value &whole = parts[column / width];
      // NaN loses against the 0 that this starts from.
      whole = maxOf(e, whole ? whole : e.cf32(0.0f), counted);
    }
    Value most = e.cf32(std::numeric_limits<float>::max());
    for (auto [part, max] : parts) {
      Value finite = LLVM::MinNumOp::create(e.b, e.loc, max, most);
      Value bits = LLVM::BitcastOp::create(e.b, e.loc, e.i32(), finite);
      ptx::storeShared(e.b, e.loc, address, part * inRow * kWordBytes,
                       ptx::maxOfWarp(e.b, e.loc, bits), first);
    }
    rewriter.eraseOp(op);
    return success();
  }
};

struct ReadMaximaPattern : KernelPattern<ReadMaximaOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(ReadMaximaOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    auto type = cast<FragmentType>(op.getResult().getType());
    RingType ring = op.getRing().getType();
    ArrayRef<int64_t> block = op.getBlock();
    int64_t inRow = ring.getTiles()[op.getTile()].getShape()[1],
            width = type.getBlock()[1], across = block[1] / width,
            down = block[0] / kRowsOfWord;
    Value base = tileAddress(e, adaptor.getRing(),
                             RingLayout::get(ring, 0).tiles[op.getTile()],
                             adaptor.getSlot());
    // Where the words of the product's first block begin.
    Value column = e.mul(e.udiv(adaptor.getAt()[1], block[1]), across),
          row = e.mul(e.udiv(adaptor.getAt()[0], block[0]), down);
    Value address =
        e.add(base, e.mul(e.add(e.mul(column, inRow), row), kWordBytes));
    SmallVector<Value> maxima;
    for (int64_t i = 0; i < type.getNumValues(); ++i) {
      int64_t part = type.getOffset(i).column / block[1] * across;
      Value max = e.cf32(op.getFloor().convertToFloat());
      for (int64_t j = part; j < part + across; ++j)
        for (int64_t i = 0; i < down; i += kWordsAtOnce)
          for (Value word : ptx::loadShared(e.b, e.loc, address,
                                            (j * inRow + i) * kWordBytes,
                                            e.i32(), kWordsAtOnce))
            max = maxOf(e, max,
                        LLVM::BitcastOp::create(e.b, e.loc, e.f32(), word));
      maxima.push_back(max);
    }
    rewriter.replaceOp(op, e.pack(maxima));
    return success();
  }
};

struct SpreadBlocksPattern : KernelPattern<SpreadBlocksOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(SpreadBlocksOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    auto type = cast<FragmentType>(op.getResult().getType());
    SmallVector<Value> blocks = e.members(adaptor.getValue()), values;
    for (int64_t i = 0; i < type.getNumValues(); ++i)
      values.push_back(blocks[type.getOffset(i).column / type.getBlock()[1]]);
    rewriter.replaceOp(op, e.pack(values));
    return success();
  }
};

} // namespace

void mlir::gqgpu::populateMaximaPatterns(RewritePatternSet &patterns,
                                         const LLVMTypeConverter &converter,
                                         const KernelAbi &abi) {
  patterns.add<PutMaximaPattern, ReadMaximaPattern, SpreadBlocksPattern>(
      converter, patterns.getContext(), abi);
}
