//===- DistributeMatmul.cpp - scaled_matmul on fragments ------------------===//
#include "Distributor.h"
#include "Products.h"

using namespace mlir;
using namespace mlir::gqgpu;

/// Where a tile of `block` rows starts in its first block: `origin mod block`.
static Value positionInBlock(OpBuilder &b, Location loc, OperandRange origin,
                             unsigned dim, int64_t block) {
  if (origin.empty())
    return arith::ConstantIndexOp::create(b, loc, 0);
  Value size = arith::ConstantIndexOp::create(b, loc, block);
  return arith::RemUIOp::create(b, loc, origin[dim], size);
}

LogicalResult Distributor::distribute(gq::ScaledMatmulOp op) {
  Location loc = op.getLoc();
  SlotReadOp reads[4];
  StringRef names[] = {"a", "b", "a_scales", "b_scales"};
  for (unsigned i = 0; i < 4; ++i) {
    reads[i] = op->getOperand(i).getDefiningOp<SlotReadOp>();
    if (!reads[i])
      return op.emitOpError("expects operand ")
             << names[i] << " to be read from a ring slot";
    if (reads[i].getSlot() != reads[0].getSlot())
      return op.emitOpError("expects all operands to be in one slot");
  }
  auto init = fragments.find(op.getInit());
  if (init == fragments.end())
    return op.emitOpError("expects an accumulator that is computed");
  if (!spread.product)
    return op.emitOpError("is only supported inside a math role");
  FailureOr<MmaInterface> found = productFor(op);
  if (failed(found))
    return failure();
  MmaInterface product = *found;
  Value ring = reads[0].getRing(), slot = reads[0].getSlot();
  auto a = cast<RankedTensorType>(op.getA().getType());
  auto bType = cast<RankedTensorType>(op.getB().getType());
  int64_t am = op.getABlock()[0], bn = op.getBBlock()[0];
  int64_t columns = bType.getDimSize(0);
  int64_t scalesA =
      cast<RankedTensorType>(op.getAScales().getType()).getDimSize(0);

  if (columns % bn != 0 && bn % columns != 0)
    return op.emitOpError("has ")
           << columns << " tile columns and blocks of " << bn
           << " rows of b, expects one to divide the other";
  // One scale more means that the tile starts inside a block: its parts would
  // not be equal.
  int64_t parts = std::max<int64_t>(1, columns / bn);
  int64_t scalesB =
      cast<RankedTensorType>(op.getBScales().getType()).getDimSize(0);
  if (scalesB != parts)
    return op.emitOpError("has ")
           << scalesB << " rows of b_scales for " << columns
           << " tile columns in blocks of " << bn << ", expects " << parts
           << " and a tile that does not start inside a block";
  // One scale per block of columns; a block wider than the tile is one scale.
  Value firstColumn = positionInBlock(b, loc, op.getOrigin(), 1, bn);
  Value colScales = ReadScalesOp::create(
      b, loc, product.getScaleType(Dim::Cols, bn), ring, slot,
      reads[3].getTile(), Dim::Cols, firstColumn, bn);
  // All rows share a scale when a block holds whole slabs.
  bool uniform = am % product.getM() == 0 || scalesA == 1;
  FragmentType rowsType =
      product.getScaleType(Dim::Rows, uniform ? product.getM() : am);
  Value firstRow = positionInBlock(b, loc, op.getOrigin(), 0, am);
  SmallVector<Value> rowScales;
  for (Value row : spread.firstRow)
    rowScales.push_back(ReadScalesOp::create(b, loc, rowsType, ring, slot,
                                             reads[2].getTile(), Dim::Rows,
                                             add(loc, firstRow, row), am));

  // Sums keep the type of the init, products have that of their instruction.
  FragmentType type = product.getResultType();
  if (failed(spread.fragment(op, op.getInit().getType())))
    return failure();
  int64_t depth = a.getDimSize(1);
  int64_t promote = std::min<int64_t>(op.getPromote(), depth);
  SmallVector<Value> sums(init->second);
  Value previous;
  for (auto [slab, row] : llvm::enumerate(spread.firstRow)) {
    for (int64_t k = 0; k < depth; k += promote) {
      Value pending = MmaAsyncOp::create(
          b, loc, type, ring, slot, reads[0].getTileAttr(),
          reads[1].getTileAttr(), row, previous,
          b.getDenseI64ArrayAttr({k, std::min(depth, k + promote)}), product);
      previous = MmaWaitOp::create(b, loc, type, pending);
      sums[slab] = PromoteOp::create(b, loc, sums[slab].getType(), previous,
                                     rowScales[slab], colScales, sums[slab]);
    }
  }
  fragments[op.getResult(0)] = sums;
  return success();
}
