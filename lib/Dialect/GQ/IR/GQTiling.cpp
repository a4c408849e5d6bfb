//===- GQTiling.cpp - tiling of the gq ops that take scales ---------------===//
//
// Iteration domains are in elements: R x C for the quantisation ops, M x N x K
// (K a reduction) for scaled_matmul. Tiles are slices of tensors, or subviews
// of memrefs.
//
// What needs care is which scales a tile needs. When the tile provably starts
// at a block, the slice of the scales does too. Otherwise the slice starts at
// the block the tile starts in, and the tiled op gets an `origin` that says
// where in it.
//
//===----------------------------------------------------------------------===//
#include "TilingUtils.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::gq;
using namespace mlir::gq::tiling;

//===----------------------------------------------------------------------===//
// Scales of a tile
//===----------------------------------------------------------------------===//

namespace {
/// The scales one dimension of a tile needs, and where the tile starts in the
/// first of them (null when it starts at a block).
struct ScaleRange {
  OFR offset, size, origin;
};
} // namespace

static ScaleRange scaleRange(OpBuilder &b, Location loc, OFR offset, OFR size,
                             int64_t block, Value origin) {
  AffineExpr d0 = b.getAffineDimExpr(0), d1 = b.getAffineDimExpr(1);
  if (block == 1)
    return {offset, size, OFR()};
  // Position of the tile's first element counted from the first scale's block.
  OFR position =
      origin ? apply(b, loc, d0 % block + d1, {origin, offset}) : offset;
  OFR first = apply(b, loc, d0.floorDiv(block), {position});
  bool aligned =
      (!origin || isMultipleOf(origin, block)) && isMultipleOf(offset, block);
  if (aligned)
    return {first, apply(b, loc, d0.ceilDiv(block), {size}), OFR()};
  std::optional<int64_t> most = upperBound(size);
  bool insideOne = most && *most > 0 && block % *most == 0 &&
                   (!origin || isMultipleOf(origin, *most)) &&
                   isMultipleOf(offset, *most);
  OFR count = b.getIndexAttr(1);
  if (!insideOne)
    count = apply(b, loc, (d0 % block + d1).ceilDiv(block), {position, size});
  return {first, count, position};
}

static Value originOf(OperandRange origin, unsigned dim) {
  return origin.empty() ? Value() : Value(origin[dim]);
}

/// `origin` operands for a tiled op: none when every dimension is aligned.
static SmallVector<Value> originOperands(OpBuilder &b, Location loc,
                                         ArrayRef<OFR> origins) {
  SmallVector<Value> values;
  if (llvm::all_of(origins, [](OFR o) { return !o; }))
    return values;
  for (OFR origin : origins)
    values.push_back(getValueOrCreateConstantIndexOp(
        b, loc, origin ? origin : OFR(b.getIndexAttr(0))));
  return values;
}

//===----------------------------------------------------------------------===//
// Two-dimensional ops
//===----------------------------------------------------------------------===//

SmallVector<Iter> AbsmaxToScaleOp::getLoopIteratorTypes() {
  return parallel2();
}
SmallVector<Range> AbsmaxToScaleOp::getIterationDomain(OpBuilder &b) {
  return fullDomain(b, getLoc(), getAmax());
}
FailureOr<TilingResult>
AbsmaxToScaleOp::getTiledImplementation(OpBuilder &b, ArrayRef<OFR> offsets,
                                        ArrayRef<OFR> sizes) {
  SmallVector<Operation *> slices;
  Value amax = slice(b, getLoc(), getAmax(), offsets, sizes, slices);
  Value init = slice(b, getLoc(), getInit(), offsets, sizes, slices);
  return result(cloneTiled(b, *this, {amax, init}, init), slices);
}
LogicalResult AbsmaxToScaleOp::getResultTilePosition(
    OpBuilder &, unsigned, ArrayRef<OFR> offsets, ArrayRef<OFR> sizes,
    SmallVector<OFR> &resultOffsets, SmallVector<OFR> &resultSizes) {
  assign(offsets, resultOffsets);
  assign(sizes, resultSizes);
  return success();
}
FailureOr<TilingResult> AbsmaxToScaleOp::generateResultTileValue(
    OpBuilder &b, unsigned, ArrayRef<OFR> offsets, ArrayRef<OFR> sizes) {
  return getTiledImplementation(b, offsets, sizes);
}

/// scaled_cast and dequantize: value, scales, init, origin.
template <typename OpTy>
static FailureOr<TilingResult> tileScaled(OpTy op, Value value, OpBuilder &b,
                                          ArrayRef<OFR> offsets,
                                          ArrayRef<OFR> sizes) {
  Location loc = op.getLoc();
  SmallVector<Operation *> slices;
  SmallVector<OFR> scaleOffsets, scaleSizes, origins;
  for (int64_t dim : {0, 1}) {
    ScaleRange range =
        scaleRange(b, loc, offsets[dim], sizes[dim], op.getBlock()[dim],
                   originOf(op.getOrigin(), dim));
    scaleOffsets.push_back(range.offset);
    scaleSizes.push_back(range.size);
    origins.push_back(range.origin);
  }
  Value tile = slice(b, loc, value, offsets, sizes, slices);
  Value scales =
      slice(b, loc, op.getScales(), scaleOffsets, scaleSizes, slices);
  Value init = slice(b, loc, op.getInit(), offsets, sizes, slices);
  SmallVector<Value> operands = {tile, scales, init};
  operands.append(originOperands(b, loc, origins));
  return result(cloneTiled(b, op, operands, init), slices);
}

#define GQ_TILE_SCALED(OP, VALUE)                                              \
  SmallVector<Iter> OP::getLoopIteratorTypes() { return parallel2(); }         \
  SmallVector<Range> OP::getIterationDomain(OpBuilder &b) {                    \
    return fullDomain(b, getLoc(), VALUE());                                   \
  }                                                                            \
  FailureOr<TilingResult> OP::getTiledImplementation(                          \
      OpBuilder &b, ArrayRef<OFR> offsets, ArrayRef<OFR> sizes) {              \
    return tileScaled(*this, VALUE(), b, offsets, sizes);                      \
  }                                                                            \
  LogicalResult OP::getResultTilePosition(                                     \
      OpBuilder &, unsigned, ArrayRef<OFR> offsets, ArrayRef<OFR> sizes,       \
      SmallVector<OFR> &resultOffsets, SmallVector<OFR> &resultSizes) {        \
    assign(offsets, resultOffsets);                                            \
    assign(sizes, resultSizes);                                                \
    return success();                                                          \
  }                                                                            \
  FailureOr<TilingResult> OP::generateResultTileValue(                         \
      OpBuilder &b, unsigned, ArrayRef<OFR> offsets, ArrayRef<OFR> sizes) {    \
    return getTiledImplementation(b, offsets, sizes);                          \
  }
GQ_TILE_SCALED(ScaledCastOp, getX)
GQ_TILE_SCALED(DequantizeOp, getQ)
#undef GQ_TILE_SCALED

//===----------------------------------------------------------------------===//
// scaled_matmul
//===----------------------------------------------------------------------===//

SmallVector<Iter> ScaledMatmulOp::getLoopIteratorTypes() {
  return {Iter::parallel, Iter::parallel, Iter::reduction};
}
SmallVector<Range> ScaledMatmulOp::getIterationDomain(OpBuilder &b) {
  OFR zero = b.getIndexAttr(0), one = b.getIndexAttr(1);
  Location loc = getLoc();
  return {{zero, sizeOf(b, loc, getA(), 0), one},
          {zero, sizeOf(b, loc, getB(), 0), one},
          {zero, sizeOf(b, loc, getA(), 1), one}};
}
FailureOr<TilingResult>
ScaledMatmulOp::getTiledImplementation(OpBuilder &b, ArrayRef<OFR> offsets,
                                       ArrayRef<OFR> sizes) {
  Location loc = getLoc();
  auto range = [&](unsigned dim, int64_t block) {
    return scaleRange(b, loc, offsets[dim], sizes[dim], block,
                      originOf(getOrigin(), dim));
  };
  ScaleRange am = range(0, getABlock()[0]), ak = range(2, getABlock()[1]);
  ScaleRange bn = range(1, getBBlock()[0]), bk = range(2, getBBlock()[1]);
  // One K origin serves both operands: each takes it modulo its own block, so
  // it is counted from the start of the untiled op, not of a block.
  OFR kOrigin;
  if (ak.origin || bk.origin) {
    kOrigin = offsets[2];
    if (!getOrigin().empty())
      kOrigin = apply(b, loc, b.getAffineDimExpr(0) + b.getAffineDimExpr(1),
                      {OFR(getOrigin()[2]), offsets[2]});
  }
  SmallVector<Operation *> slices;
  Value a = slice(b, loc, getA(), {offsets[0], offsets[2]},
                  {sizes[0], sizes[2]}, slices);
  Value bTile = slice(b, loc, getB(), {offsets[1], offsets[2]},
                      {sizes[1], sizes[2]}, slices);
  Value aScales = slice(b, loc, getAScales(), {am.offset, ak.offset},
                        {am.size, ak.size}, slices);
  Value bScales = slice(b, loc, getBScales(), {bn.offset, bk.offset},
                        {bn.size, bk.size}, slices);
  Value init = slice(b, loc, getInit(), {offsets[0], offsets[1]},
                     {sizes[0], sizes[1]}, slices);
  SmallVector<Value> operands = {a, bTile, aScales, bScales, init};
  operands.append(originOperands(b, loc, {am.origin, bn.origin, kOrigin}));
  return result(cloneTiled(b, *this, operands, init), slices);
}
LogicalResult ScaledMatmulOp::getResultTilePosition(
    OpBuilder &, unsigned, ArrayRef<OFR> offsets, ArrayRef<OFR> sizes,
    SmallVector<OFR> &resultOffsets, SmallVector<OFR> &resultSizes) {
  assign(offsets.take_front(2), resultOffsets);
  assign(sizes.take_front(2), resultSizes);
  return success();
}
FailureOr<TilingResult> ScaledMatmulOp::generateResultTileValue(
    OpBuilder &b, unsigned, ArrayRef<OFR> offsets, ArrayRef<OFR> sizes) {
  SmallVector<OFR> allOffsets(offsets), allSizes(sizes);
  allOffsets.push_back(b.getIndexAttr(0));
  allSizes.push_back(sizeOf(b, getLoc(), getA(), 1));
  return getTiledImplementation(b, allOffsets, allSizes);
}
