//===- RowSumPatterns.cpp - sums of the rows of operands ------------------===//
//
// A warp group adds up 64 rows of a tile, which a warp reads 8 at a time: four
// lanes have a row, as they have one of an accumulator, and read 16 bytes of it
// at once. The swizzle puts unit `u` of row `r` at unit `u ^ (r % 8)`. Lanes of
// two rows side by side read different halves of these, so that eight lanes
// meet in no bank.
//
//===----------------------------------------------------------------------===//
#include "Patterns.h"
#include "gq/Dialect/GQGPU/IR/Roles.h"

using namespace mlir;
using namespace mlir::gqgpu;

static constexpr int64_t kLanesPerRow = 4, kRowsPerWarp = 16, kHalf = 8;
static constexpr int64_t kUnit = 16, kRowBytes = 128, kWordBytes = 4;

/// The rows of this thread, from the first of the 64 on.
static Value firstRow(Emitter &e, const KernelAbi &abi) {
  Value warp = e.bitAnd(abi.warp, kGroupWarps - 1);
  return e.add(e.mul(warp, kRowsPerWarp), e.udiv(abi.lane, kLanesPerRow));
}

/// The sums that the four lanes of a row have together, in each of them.
static SmallVector<Value> wholeSums(Emitter &e, Value sums) {
  SmallVector<Value> whole = e.members(sums);
  for (Value &sum : whole)
    for (int64_t step = kLanesPerRow / 2; step >= 1; step /= 2)
      sum = e.add(sum, ptx::shuffleXor(e.b, e.loc, sum, step));
  return whole;
}

namespace {

struct ZeroSumsPattern : KernelPattern<ZeroSumsOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(ZeroSumsOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    rewriter.replaceOp(op, e.pack({e.c32(0), e.c32(0)}));
    return success();
  }
};

struct SumSlotRowsPattern : KernelPattern<SumSlotRowsOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(SumSlotRowsOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    int64_t together = abi.roles.lookup(op).warps * kRowsPerWarp;
    if (together == 0)
      return op.emitOpError("is only supported inside a math role");
    Emitter e(rewriter, op.getLoc());
    RingLayout layout = RingLayout::get(op.getRing().getType(), 0);
    TileType tile = op.getRing().getType().getTiles()[op.getTile()];
    Value base = tileAddress(e, adaptor.getRing(), layout.tiles[op.getTile()],
                             adaptor.getSlot());
    SmallVector<Value> sums = e.members(adaptor.getSums());
    Value row = firstRow(e, abi);
    // Rows in turn begin with the lower and the upper half of their units.
    Value unit = e.bitXor(e.urem(abi.lane, kLanesPerRow),
                          e.mul(e.urem(row, 2), kLanesPerRow));
    int64_t begin = op.getK()[0] / kUnit, end = op.getK()[1] / kUnit;
    constexpr int64_t kUnits = kRowBytes / kUnit;
    bool whole = begin == 0 && end == kUnits;
    Value place = e.add(adaptor.getFirst(), row);
    int64_t rows = tile.getShape()[0];
    for (auto [h, sum] : llvm::enumerate(sums)) {
      // Rows past the end of the tile are not asked for: groups that share
      // rows out have as many each.
      Value at = place;
      if (rows % together != 0) {
        Value past = e.add(place, static_cast<int64_t>(h) * kHalf);
        Value any = e.add(e.urem(row, kHalf), -static_cast<int64_t>(h) * kHalf);
        at = e.select(e.ult(past, e.c32(rows)), place, any);
      }
      // What of an address is the same in every step stays together.
      Value pattern = e.bitXor(unit, e.urem(row, kHalf));
      for (int64_t i = 0; i < kUnits / kLanesPerRow; ++i) {
        Value other = e.c32(i * kLanesPerRow);
        Value inTile =
            e.add(e.mul(at, kRowBytes),
                  e.shl(e.bitXor(pattern, other), llvm::Log2_64(kUnit)));
        Value inRange;
        if (!whole)
          inRange =
              e.ult(e.add(e.bitXor(unit, other), -begin), e.c32(end - begin));
        for (Value word :
             ptx::loadShared(e.b, e.loc, e.add(base, inTile),
                             static_cast<int64_t>(h) * kHalf * kRowBytes,
                             e.i32(), kUnit / kWordBytes)) {
          if (inRange)
            word = e.select(inRange, word, e.c32(0));
          sum = ptx::addBytes(e.b, e.loc, word, sum);
        }
      }
    }
    rewriter.replaceOp(op, e.pack(sums));
    return success();
  }
};

struct SpreadSumsPattern : KernelPattern<SpreadSumsOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(SpreadSumsOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    auto type = cast<FragmentType>(op.getResult().getType());
    SmallVector<Value> sums = wholeSums(e, adaptor.getSums()), values;
    for (int64_t i = 0; i < type.getNumValues(); ++i)
      values.push_back(sums[type.getOffset(i).row / kHalf]);
    rewriter.replaceOp(op, e.pack(values));
    return success();
  }
};

struct PutSumsPattern : KernelPattern<PutSumsOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(PutSumsOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    RingLayout layout = RingLayout::get(op.getRing().getType(), 0);
    int64_t rows =
        op.getRing().getType().getTiles()[op.getTile()].getShape()[0];
    Value base = tileAddress(e, adaptor.getRing(), layout.tiles[op.getTile()],
                             adaptor.getSlot());
    Value first = e.eq(e.urem(abi.lane, kLanesPerRow), 0);
    auto group = static_cast<int64_t>(op.getPermuted());
    for (auto [h, sum] : llvm::enumerate(wholeSums(e, adaptor.getSums()))) {
      Value place = e.add(e.add(adaptor.getFirst(), firstRow(e, abi)),
                          static_cast<int64_t>(h) * kHalf);
      Value mine = e.both(first, e.ult(place, e.c32(rows)));
      Value address = e.add(base, e.mul(rowAt(e, group, place), kWordBytes));
      ptx::storeShared(e.b, e.loc, address, 0, sum, mine);
    }
    rewriter.eraseOp(op);
    return success();
  }

private:
  /// permutedRow() of a place that the kernel computes.
  static Value rowAt(Emitter &e, int64_t group, Value place) {
    if (group == 0)
      return place;
    constexpr int64_t kPlaces = 8, kPair = 2;
    Value in = e.urem(place, group);
    Value quarter =
        e.mul(e.udiv(e.urem(in, kPlaces), kPair), group / kLanesPerRow);
    Value pair = e.mul(e.udiv(in, kPlaces), kPair);
    return e.add(e.add(e.sub(place, in), quarter),
                 e.add(pair, e.urem(in, kPair)));
  }
};

struct ReadSumsPattern : KernelPattern<ReadSumsOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(ReadSumsOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    auto type = cast<FragmentType>(op.getResult().getType());
    RingLayout layout = RingLayout::get(op.getRing().getType(), 0);
    Value base = tileAddress(e, adaptor.getRing(), layout.tiles[op.getTile()],
                             adaptor.getSlot());
    FragmentPositions at(e, type, abi);
    Value column = at.column;
    if (op.getFirst())
      column = e.add(adaptor.getFirst(), column);
    Value address = e.add(base, e.mul(column, kWordBytes));
    // Of columns side by side at once, and once for both rows.
    DenseMap<int64_t, Value> known;
    SmallVector<Value> values;
    constexpr int64_t kPair = 2;
    for (int64_t i = 0; i < type.getNumValues(); ++i) {
      int64_t offset = type.getOffset(i).column;
      if (!known.contains(offset))
        for (auto [j, word] : llvm::enumerate(ptx::loadShared(
                 e.b, e.loc, address, offset * kWordBytes, e.i32(), kPair)))
          known[offset + static_cast<int64_t>(j)] = word;
      values.push_back(known[offset]);
    }
    rewriter.replaceOp(op, e.pack(values));
    return success();
  }
};

} // namespace

void mlir::gqgpu::populateRowSumPatterns(RewritePatternSet &patterns,
                                         const LLVMTypeConverter &converter,
                                         const KernelAbi &abi) {
  patterns.add<ZeroSumsPattern, SumSlotRowsPattern, SpreadSumsPattern,
               PutSumsPattern, ReadSumsPattern>(converter,
                                                patterns.getContext(), abi);
}
