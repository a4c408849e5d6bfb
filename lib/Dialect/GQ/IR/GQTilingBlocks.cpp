//===- GQTilingBlocks.cpp - tiling of block_absmax and quantize -----------===//
//
// Their results belong to whole blocks: a tile starts at a block, and holds
// whole blocks or reaches to the end of the tensor. Any other tile is refused.
//
//===----------------------------------------------------------------------===//
#include "TilingUtils.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"

using namespace mlir;
using namespace mlir::gq;
using namespace mlir::gq::tiling;

/// True when a tile provably reaches to the end of dimension `dim` of `x`.
static bool endsWith(Value x, int64_t dim, OFR offset, OFR size) {
  int64_t extent = cast<ShapedType>(x.getType()).getDimSize(dim);
  std::optional<int64_t> start = getConstantIntValue(offset);
  std::optional<int64_t> count = getConstantIntValue(size);
  if (start && count && !ShapedType::isDynamic(extent))
    return *count == extent - *start;
  if (!start || *start != 0)
    return false;
  FailureOr<bool> equal = ValueBoundsConstraintSet::areEqual(
      size, ValueBoundsConstraintSet::Variable(x, dim));
  return succeeded(equal) && *equal;
}

/// Refuses a tile of an op whose results belong to whole blocks: the tile has
/// to start at a block, and to hold whole blocks or reach to the end.
static LogicalResult checkWholeBlocks(Operation *op, Value x,
                                      ArrayRef<OFR> offsets,
                                      ArrayRef<OFR> sizes,
                                      ArrayRef<int64_t> block) {
  for (int64_t dim : {0, 1}) {
    std::optional<int64_t> size = upperBound(sizes[dim]);
    bool whole =
        size ? *size % block[dim] == 0 : isMultipleOf(sizes[dim], block[dim]);
    if (!whole && !endsWith(x, dim, offsets[dim], sizes[dim])) {
      InFlightDiagnostic diag = op->emitOpError("cannot be tiled by ");
      if (size)
        diag << *size;
      else
        diag << "an unknown size";
      return diag << " along dimension " << dim << ": blocks of " << block[dim]
                  << " would be cut";
    }
    if (isMultipleOf(offsets[dim], block[dim]))
      continue;
    InFlightDiagnostic diag = op->emitOpError("cannot be tiled at offset ");
    if (std::optional<int64_t> offset = getConstantIntValue(offsets[dim]))
      diag << *offset;
    else
      diag << "(unknown)";
    return diag << " along dimension " << dim << ": blocks of " << block[dim]
                << " would be cut";
  }
  return success();
}

static void blockTile(OpBuilder &b, Location loc, ArrayRef<int64_t> block,
                      ArrayRef<OFR> offsets, ArrayRef<OFR> sizes,
                      SmallVectorImpl<OFR> &scaleOffsets,
                      SmallVectorImpl<OFR> &scaleSizes) {
  AffineExpr d0 = b.getAffineDimExpr(0);
  for (int64_t dim : {0, 1}) {
    scaleOffsets.push_back(
        apply(b, loc, d0.floorDiv(block[dim]), {offsets[dim]}));
    scaleSizes.push_back(apply(b, loc, d0.ceilDiv(block[dim]), {sizes[dim]}));
  }
}

/// First element of block number `number`. When the number is `x floordiv
/// block` of an aligned x that is x itself, so that neighbours slice the same
/// tile.
static OFR startOfBlock(OpBuilder &b, Location loc, OFR number, int64_t block) {
  auto value = dyn_cast<Value>(number);
  auto floor = value ? value.getDefiningOp<affine::AffineApplyOp>() : nullptr;
  if (floor && floor.getAffineMap().getNumInputs() == 1 &&
      isMultipleOf(floor.getOperands()[0], block)) {
    AffineMap map = floor.getAffineMap();
    AffineExpr in =
        map.getNumDims() ? b.getAffineDimExpr(0) : b.getAffineSymbolExpr(0);
    if (map.getResult(0) == in.floorDiv(block))
      return floor.getOperands()[0];
  }
  return apply(b, loc, b.getAffineDimExpr(0) * block, {number});
}

/// Elements under a tile of scales, clipped to the tensor.
static void elementsOfBlocks(OpBuilder &b, Location loc, Value x,
                             ArrayRef<int64_t> block, ArrayRef<OFR> offsets,
                             ArrayRef<OFR> sizes,
                             SmallVectorImpl<OFR> &outOffsets,
                             SmallVectorImpl<OFR> &outSizes) {
  AffineExpr d0 = b.getAffineDimExpr(0), d1 = b.getAffineDimExpr(1),
             d2 = b.getAffineDimExpr(2);
  MLIRContext *context = b.getContext();
  for (int64_t dim : {0, 1}) {
    outOffsets.push_back(startOfBlock(b, loc, offsets[dim], block[dim]));
    // Where the blocks fill the tensor there is nothing to clip.
    int64_t extent = cast<ShapedType>(x.getType()).getDimSize(dim);
    if (block[dim] == 1 ||
        (!ShapedType::isDynamic(extent) && extent % block[dim] == 0)) {
      outSizes.push_back(apply(b, loc, d0 * block[dim], {sizes[dim]}));
      continue;
    }
    AffineMap clip =
        AffineMap::get(3, 0, {d0 * block[dim], d1 - d2 * block[dim]}, context);
    outSizes.push_back(affine::makeComposedFoldedAffineMin(
        b, loc, clip,
        {sizes[dim], tensor::getMixedSize(b, loc, x, dim), offsets[dim]}));
  }
}

SmallVector<Iter> BlockAbsmaxOp::getLoopIteratorTypes() { return parallel2(); }
SmallVector<Range> BlockAbsmaxOp::getIterationDomain(OpBuilder &b) {
  return fullDomain(b, getLoc(), getX());
}
static TilingResult tileBlocks(BlockAbsmaxOp op, OpBuilder &b,
                               ArrayRef<OFR> offsets, ArrayRef<OFR> sizes,
                               ArrayRef<OFR> scaleOffsets,
                               ArrayRef<OFR> scaleSizes) {
  Location loc = op.getLoc();
  SmallVector<Operation *> slices;
  Value x = slice(b, loc, op.getX(), offsets, sizes, slices);
  Value init = slice(b, loc, op.getInit(), scaleOffsets, scaleSizes, slices);
  return result(cloneTiled(b, op, {x, init}, init), slices);
}
FailureOr<TilingResult>
BlockAbsmaxOp::getTiledImplementation(OpBuilder &b, ArrayRef<OFR> offsets,
                                      ArrayRef<OFR> sizes) {
  if (failed(checkWholeBlocks(*this, getX(), offsets, sizes, getBlock())))
    return failure();
  SmallVector<OFR> scaleOffsets, scaleSizes;
  blockTile(b, getLoc(), getBlock(), offsets, sizes, scaleOffsets, scaleSizes);
  return tileBlocks(*this, b, offsets, sizes, scaleOffsets, scaleSizes);
}
LogicalResult BlockAbsmaxOp::getResultTilePosition(
    OpBuilder &b, unsigned, ArrayRef<OFR> offsets, ArrayRef<OFR> sizes,
    SmallVector<OFR> &resultOffsets, SmallVector<OFR> &resultSizes) {
  blockTile(b, getLoc(), getBlock(), offsets, sizes, resultOffsets,
            resultSizes);
  return success();
}
FailureOr<TilingResult> BlockAbsmaxOp::generateResultTileValue(
    OpBuilder &b, unsigned, ArrayRef<OFR> offsets, ArrayRef<OFR> sizes) {
  SmallVector<OFR> elementOffsets, elementSizes;
  elementsOfBlocks(b, getLoc(), getX(), getBlock(), offsets, sizes,
                   elementOffsets, elementSizes);
  return tileBlocks(*this, b, elementOffsets, elementSizes, offsets, sizes);
}

SmallVector<Iter> QuantizeOp::getLoopIteratorTypes() { return parallel2(); }
SmallVector<Range> QuantizeOp::getIterationDomain(OpBuilder &b) {
  return fullDomain(b, getLoc(), getX());
}
/// The scales of a tile, in the order in which they are stored.
static void scaleTile(QuantizeOp op, OpBuilder &b, ArrayRef<OFR> offsets,
                      ArrayRef<OFR> sizes, SmallVectorImpl<OFR> &scaleOffsets,
                      SmallVectorImpl<OFR> &scaleSizes) {
  blockTile(b, op.getLoc(), op.getBlock(), offsets, sizes, scaleOffsets,
            scaleSizes);
  if (!op.getTransposedScales())
    return;
  std::reverse(scaleOffsets.begin(), scaleOffsets.end());
  std::reverse(scaleSizes.begin(), scaleSizes.end());
}
static TilingResult tileBlocks(QuantizeOp op, OpBuilder &b,
                               ArrayRef<OFR> offsets, ArrayRef<OFR> sizes) {
  Location loc = op.getLoc();
  SmallVector<Operation *> slices;
  SmallVector<OFR> scaleOffsets, scaleSizes;
  scaleTile(op, b, offsets, sizes, scaleOffsets, scaleSizes);
  Value x = slice(b, loc, op.getX(), offsets, sizes, slices);
  Value init = slice(b, loc, op.getInit(), offsets, sizes, slices);
  Value scales =
      slice(b, loc, op.getScalesInit(), scaleOffsets, scaleSizes, slices);
  return result(cloneTiled(b, op, {x, init, scales}, {init, scales}), slices);
}
FailureOr<TilingResult>
QuantizeOp::getTiledImplementation(OpBuilder &b, ArrayRef<OFR> offsets,
                                   ArrayRef<OFR> sizes) {
  if (failed(checkWholeBlocks(*this, getX(), offsets, sizes, getBlock())))
    return failure();
  return tileBlocks(*this, b, offsets, sizes);
}
LogicalResult QuantizeOp::getResultTilePosition(OpBuilder &b,
                                                unsigned resultNumber,
                                                ArrayRef<OFR> offsets,
                                                ArrayRef<OFR> sizes,
                                                SmallVector<OFR> &resultOffsets,
                                                SmallVector<OFR> &resultSizes) {
  if (resultNumber == 0) {
    assign(offsets, resultOffsets);
    assign(sizes, resultSizes);
  } else {
    scaleTile(*this, b, offsets, sizes, resultOffsets, resultSizes);
  }
  return success();
}
FailureOr<TilingResult>
QuantizeOp::generateResultTileValue(OpBuilder &b, unsigned resultNumber,
                                    ArrayRef<OFR> offsets,
                                    ArrayRef<OFR> sizes) {
  FailureOr<TilingResult> tiled;
  if (resultNumber == 0) {
    tiled = getTiledImplementation(b, offsets, sizes);
  } else {
    SmallVector<OFR> blockOffsets(offsets), blockSizes(sizes);
    if (getTransposedScales()) {
      std::reverse(blockOffsets.begin(), blockOffsets.end());
      std::reverse(blockSizes.begin(), blockSizes.end());
    }
    SmallVector<OFR> elementOffsets, elementSizes;
    elementsOfBlocks(b, getLoc(), getX(), getBlock(), blockOffsets, blockSizes,
                     elementOffsets, elementSizes);
    tiled = tileBlocks(*this, b, elementOffsets, elementSizes);
  }
  if (failed(tiled))
    return failure();
  tiled->tiledValues = {tiled->tiledOps[0]->getResult(resultNumber)};
  return tiled;
}
