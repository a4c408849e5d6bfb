//===- DistributeMaxima.cpp - maxima of blocks of several groups ----------===//
//
// A warp finds those of its 16 rows, and puts them into a slot where the warps
// of all groups read what they need.
//
//===----------------------------------------------------------------------===//
#include "Distributor.h"

using namespace mlir;
using namespace mlir::gqgpu;

/// The row and the column of a product in its tile.
static SmallVector<Value> positionOf(const Place &place, Location loc,
                                     OpBuilder &b) {
  Value column = place.column;
  if (!column)
    column = arith::ConstantIndexOp::create(b, loc, 0);
  return {place.row, column};
}

namespace {

struct PutMaximaPattern : DistributePattern<PutMaximaOp> {
  using DistributePattern::DistributePattern;

  LogicalResult convert(PutMaximaOp op, Operands operands,
                        ConversionPatternRewriter &b) const override {
    if (!spread.product)
      return op.emitOpError("is only supported inside a math role");
    if (!isSpread(operands.getValue()))
      return op.emitOpError("is of a tile that is not computed");
    if (failed(requireUpright(op, op.getValue())))
      return failure();
    Location loc = op.getLoc();
    ArrayRef<int64_t> words =
        op.getRing().getType().getTiles()[op.getTile()].getShape();
    int64_t width =
        cast<RankedTensorType>(op.getValue().getType()).getDimSize(1) /
        words[0];
    for (auto [value, place] : llvm::zip(operands.getValue(), spread.places)) {
      auto type = cast<FragmentType>(value.getType());
      int64_t block[] = {1, width};
      if (failed(FragmentType::verifyInvariants(
              [&] { return op.emitOpError("cannot be spread over threads: "); },
              type.getShape(), b.getF32Type(), type.getLayout(), block)))
        return failure();
      auto partials = PartialType::get(
          op.getContext(), spread.perBlock(type, block), /*lanes=*/1);
      Value partial = ThreadAbsmaxOp::create(b, loc, partials, value);
      Value rows = op.getRows() ? operands.getRows().front() : Value();
      PutMaximaOp::create(b, loc, partial, positionOf(place, loc, b), rows,
                          op.getRing(), operands.getSlot().front(),
                          op.getTile());
    }
    b.eraseOp(op);
    return success();
  }
};

struct ReadMaximaPattern : DistributePattern<ReadMaximaOp> {
  using DistributePattern::DistributePattern;

  LogicalResult convert(ReadMaximaOp op, Operands operands,
                        ConversionPatternRewriter &b) const override {
    if (!spread.product)
      return op.emitOpError("is only supported inside a math role");
    Location loc = op.getLoc();
    ArrayRef<int64_t> words =
        op.getRing().getType().getTiles()[op.getTile()].getShape();
    int64_t columns =
        cast<RankedTensorType>(op.getResult().getType()).getDimSize(1) *
        op.getBlock()[1];
    FailureOr<FragmentType> type =
        spread.fragment(op, columns / spread.across, b.getF32Type());
    if (failed(type))
      return failure();
    // One value for each block in front of the next tile, and in its epilogue.
    int64_t width = columns / words[0];
    FragmentType blocks = spread.perBlock(*type, {spread.rows, width});
    auto maxima =
        FragmentType::get(op.getContext(), {1, type->getShape()[1]},
                          b.getF32Type(), type->getLayout(), {1, width});
    // Where a tile has one block, it is that of all products.
    bool one =
        cast<RankedTensorType>(op.getResult().getType()).getNumElements() == 1;
    Value read;
    SmallVector<Value> each;
    for (const Place &place : spread.places) {
      if (!read || !one)
        read = ReadMaximaOp::create(b, loc, maxima, op.getRing(),
                                    operands.getSlot().front(), op.getTile(),
                                    op.getBlock(), op.getFloor(),
                                    positionOf(place, loc, b));
      each.push_back(SpreadBlocksOp::create(b, loc, blocks, read));
    }
    b.replaceOpWithMultiple(op, {each});
    return success();
  }
};

/// Before they are spread over the elements of blocks.
struct MaxOverPeersPattern : DistributePattern<MaxOverPeersOp> {
  using DistributePattern::DistributePattern;

  LogicalResult convert(MaxOverPeersOp op, Operands operands,
                        ConversionPatternRewriter &b) const override {
    // All one after another, as they go through one inbox.
    DenseMap<Value, Value> most;
    SmallVector<Value> spread;
    for (Value blocks : operands.getValue()) {
      auto own = blocks.getDefiningOp<SpreadBlocksOp>();
      if (!own)
        return op.emitOpError("expects maxima that a gqgpu.read_maxima has "
                              "found");
      Value &all = most[own.getValue()];
      if (!all)
        all = MaxOverPeersOp::create(b, op.getLoc(), own.getValue());
    }
    for (Value blocks : operands.getValue()) {
      auto own = blocks.getDefiningOp<SpreadBlocksOp>();
      spread.push_back(SpreadBlocksOp::create(b, op.getLoc(), blocks.getType(),
                                              most.lookup(own.getValue())));
    }
    b.replaceOpWithMultiple(op, {spread});
    return success();
  }
};

} // namespace

void mlir::gqgpu::populateDistributeMaximaPatterns(RewritePatternSet &patterns,
                                                   Distributor &distributor) {
  patterns.add<PutMaximaPattern, ReadMaximaPattern, MaxOverPeersPattern>(
      patterns.getContext(), distributor);
}
