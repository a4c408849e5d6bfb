//===- SplitSum.cpp - a sum that a cluster computes in parts --------------===//
//
// Part p of n has the steps of K from p * steps / n on, rounded down, up to
// those of the next part: whole steps in order, whose numbers differ by one at
// most. With fewer steps than parts some are empty, and add zeros.
//
//===----------------------------------------------------------------------===//
#include "SplitSum.h"
#include "TileIndices.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::gq;

using OFR = OpFoldResult;

/// Where operand `number` of a tile, a slice, begins along dimension 0.
static OFR startOf(Operation *tile, unsigned number) {
  return tile->getOperand(number)
      .getDefiningOp<tensor::ExtractSliceOp>()
      .getMixedOffsets()[0];
}

FailureOr<BlockOpInterface> mlir::gq::splitSum(RewriterBase &rewriter,
                                               BlockOpInterface op,
                                               BlockOpInterface narrow,
                                               int64_t parts) {
  constexpr unsigned kA = 0, kB = 1; // M x K, N x K
  Location loc = op.getLoc();
  ArrayRef<int64_t> tile = op.getStrategy().getTile();
  int64_t columns = tile[1], depth = tile[2];
  rewriter.setInsertionPoint(narrow);
  TileIndices at{rewriter, loc};
  OFR row = startOf(narrow, kA), column = startOf(narrow, kB);
  Value init = narrow.getDpsInitOperand(0)->get();
  OFR rows = tensor::getMixedSize(rewriter, loc, init, 0);
  OFR extentN = tensor::getMixedSize(rewriter, loc, op->getOperand(kB), 0);
  OFR extentK = tensor::getMixedSize(rewriter, loc, op->getOperand(kA), 1);
  std::optional<int64_t> k = getConstantIntValue(extentK);
  OFR first = at.apply(at.d0.floorDiv(columns) * columns, {column});
  OFR own = at.apply(at.d0 % columns, {column});
  OFR width = at.rest(columns, extentN, first);

  auto sum = SumOfPartsOp::create(
      rewriter, loc, init.getType(), rewriter.getI64IntegerAttr(parts), init,
      getValueOrCreateConstantIndexOp(rewriter, loc, own));
  Block *body =
      rewriter.createBlock(&sum.getBody(), {}, rewriter.getIndexType(), loc);
  Value part = body->getArgument(0);
  // The steps before part p, in elements.
  OFR steps = at.apply(at.d0.ceilDiv(depth), {extentK});
  auto before = [&](int64_t after) -> OFR {
    AffineExpr s0 = rewriter.getAffineSymbolExpr(0);
    return at.apply(((at.d0 + after) * s0).floorDiv(parts) * depth,
                    {part, steps});
  };
  OFR begin = before(0), end = before(1);
  if (!k || *k % depth != 0)
    end = affine::makeComposedFoldedAffineMin(
        rewriter, loc, rewriter.getMultiDimIdentityMap(2), {end, extentK});
  OFR length = at.apply(at.d0 - at.d1, {end, begin});

  Value zero = arith::ConstantOp::create(
      rewriter, loc, rewriter.getZeroAttr(getElementTypeOrSelf(init)));
  Value empty = tensor::EmptyOp::create(
      rewriter, loc, ArrayRef<OFR>{rows, width}, getElementTypeOrSelf(init));
  Value zeros = linalg::FillOp::create(rewriter, loc, zero, empty).getResult(0);
  FailureOr<TilingResult> tiled =
      cast<TilingInterface>(op.getOperation())
          .getTiledImplementation(rewriter, {row, first, begin},
                                  {rows, width, length});
  if (failed(tiled))
    return op->emitOpError("could not be tiled along its sums"), failure();
  auto computed = cast<BlockOpInterface>(tiled->tiledOps.front());
  rewriter.modifyOpInPlace(computed, [&] {
    computed.getDpsInitOperand(0)->set(zeros);
    computed->getResult(0).setType(zeros.getType());
  });
  YieldOp::create(rewriter, loc, computed->getResult(0));
  rewriter.replaceOp(narrow, sum.getResult());
  return computed;
}
