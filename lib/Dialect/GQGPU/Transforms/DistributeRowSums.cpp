//===- DistributeRowSums.cpp - sums of rows, by warp groups ---------------===//
//
// A group adds up the rows of a that it multiplies. The rows of b all groups of
// a role share out, 64 to one at a time, for every group needs all of them:
// they go through a slot.
//
//===----------------------------------------------------------------------===//
#include "Distributor.h"
#include "Products.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::gqgpu;

/// Where the rows of each of a group's sums begin in their tile.
static SmallVector<Value> startsOf(const Spread &spread, Dim dim) {
  if (dim == Dim::Cols)
    return spread.sumsOfB;
  SmallVector<Value> starts;
  for (size_t i = 0; i < spread.places.size(); i += spread.parts)
    starts.push_back(spread.places[i].row);
  return starts;
}

namespace {

struct ZeroSumsPattern : DistributePattern<ZeroSumsOp> {
  using DistributePattern::DistributePattern;

  LogicalResult convert(ZeroSumsOp op, Operands,
                        ConversionPatternRewriter &b) const override {
    if (!spread.product)
      return op.emitOpError("is only supported inside a math role");
    SmallVector<Value> sums;
    for (size_t i = 0; i < startsOf(spread, op.getDim()).size(); ++i)
      sums.push_back(ZeroSumsOp::create(
          b, op.getLoc(), RowSumsType::get(op.getContext()), op.getDim()));
    b.replaceOpWithMultiple(op, {sums});
    return success();
  }
};

struct AddRowSumsPattern : DistributePattern<AddRowSumsOp> {
  using DistributePattern::DistributePattern;

  LogicalResult convert(AddRowSumsOp op, Operands operands,
                        ConversionPatternRewriter &b) const override {
    Value tile = op.getX();
    int64_t depth = cast<RankedTensorType>(tile.getType()).getDimSize(1);
    if (auto slice = tile.getDefiningOp<tensor::ExtractSliceOp>()) {
      if (!llvm::all_of(slice.getMixedOffsets(), [](OpFoldResult offset) {
            return getConstantIntValue(offset) == 0;
          }))
        return slice.emitOpError("expects the first columns of operand x in "
                                 "its slot");
      tile = slice.getSource();
    }
    FailureOr<SmallVector<SlotReadOp>> slots = slotsOf(op, tile, "x");
    if (failed(slots))
      return failure();
    SmallVector<Value> starts = startsOf(spread, op.getDim());
    if (!isRowSums(operands.getSums()) ||
        operands.getSums().size() != starts.size())
      return op.emitOpError("adds to sums that do not start from "
                            "gqgpu.zero_sums in its role");
    SmallVector<Value> sums(operands.getSums());
    for (SlotReadOp slot : *slots) {
      int64_t columns = std::min(depth, columnsOf(slot));
      for (auto [start, sum] : llvm::zip(starts, sums))
        sum = SumSlotRowsOp::create(b, op.getLoc(), slot.getRing(),
                                    slot.getSlot(), slot.getTile(), start,
                                    ArrayRef<int64_t>{0, columns}, sum);
    }
    b.replaceOpWithMultiple(op, {sums});
    return success();
  }
};

struct SpreadSumsPattern : DistributePattern<SpreadSumsOp> {
  using DistributePattern::DistributePattern;

  LogicalResult convert(SpreadSumsOp op, Operands operands,
                        ConversionPatternRewriter &b) const override {
    if (op.getDim() == Dim::Cols)
      return op.emitOpError("is of columns, which other threads add up; run "
                            "gq-warp-specialize first");
    FailureOr<FragmentType> type =
        spread.fragment(op, op.getResult().getType());
    if (failed(type))
      return failure();
    if (!isRowSums(operands.getSums()))
      return op.emitOpError("is of sums that no gqgpu.zero_sums starts");
    SmallVector<Value> each;
    for (size_t i = 0; i < spread.places.size(); ++i)
      each.push_back(
          SpreadSumsOp::create(b, op.getLoc(), *type, Dim::Rows,
                               operands.getSums()[i / spread.parts]));
    b.replaceOpWithMultiple(op, {each});
    return success();
  }
};

struct PutSumsPattern : DistributePattern<PutSumsOp> {
  using DistributePattern::DistributePattern;

  LogicalResult convert(PutSumsOp op, Operands operands,
                        ConversionPatternRewriter &b) const override {
    if (!isRowSums(operands.getSums()))
      return op.emitOpError("is of sums that no gqgpu.zero_sums starts");
    for (auto [sums, start] : llvm::zip(operands.getSums(), spread.sumsOfB))
      PutSumsOp::create(b, op.getLoc(), sums, start, op.getRing(),
                        operands.getSlot().front(), op.getTile(),
                        spread.product.getOperandTile(1).permuted);
    b.eraseOp(op);
    return success();
  }
};

struct ReadSumsPattern : DistributePattern<ReadSumsOp> {
  using DistributePattern::DistributePattern;

  LogicalResult convert(ReadSumsOp op, Operands operands,
                        ConversionPatternRewriter &b) const override {
    FailureOr<FragmentType> type =
        spread.fragment(op, op.getResult().getType());
    if (failed(type))
      return failure();
    SmallVector<Value> each;
    for (const Place &place : spread.places)
      each.push_back(ReadSumsOp::create(b, op.getLoc(), *type, op.getRing(),
                                        operands.getSlot().front(),
                                        op.getTile(), place.column));
    b.replaceOpWithMultiple(op, {each});
    return success();
  }
};

} // namespace

void mlir::gqgpu::populateDistributeRowSumPatterns(RewritePatternSet &patterns,
                                                   Distributor &distributor) {
  patterns.add<ZeroSumsPattern, AddRowSumsPattern, SpreadSumsPattern,
               PutSumsPattern, ReadSumsPattern>(patterns.getContext(),
                                                distributor);
}
