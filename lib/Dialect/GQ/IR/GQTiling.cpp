//===- GQTiling.cpp - TilingInterface of the gq ops -----------------------===//
//
// Tiles are slices of tensors, or subviews of memrefs.
//
// Iteration domains are in elements: R x C for the quantisation ops, M x N x K
// (K a reduction) for scaled_matmul. Two things need care:
//
// - which scales a tile needs. When the tile provably starts at a block, the
//   slice of the scales does too. Otherwise the slice starts at the block the
//   tile starts in, and the tiled op gets an `origin` that says where in it.
// - ops whose result belongs to whole blocks refuse tiles that cut one.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQ/IR/GQ.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"

using namespace mlir;
using namespace mlir::gq;

using OFR = OpFoldResult;
using Iter = utils::IteratorType;

//===----------------------------------------------------------------------===//
// Facts about offsets and sizes
//===----------------------------------------------------------------------===//

static bool isMultipleOf(OFR value, int64_t factor);

static bool isMultipleOf(AffineExpr expr, ValueRange operands, unsigned numDims,
                         int64_t factor) {
  if (expr.isMultipleOf(factor))
    return true;
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return isMultipleOf(operands[dim.getPosition()], factor);
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
    return isMultipleOf(operands[numDims + symbol.getPosition()], factor);
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return false;
  bool lhs = isMultipleOf(binary.getLHS(), operands, numDims, factor);
  bool rhs = isMultipleOf(binary.getRHS(), operands, numDims, factor);
  if (binary.getKind() == AffineExprKind::Add)
    return lhs && rhs;
  return binary.getKind() == AffineExprKind::Mul && (lhs || rhs);
}

/// True when `value` is provably a multiple of `factor`: constants, induction
/// variables of loops with such bounds and steps, and affine sums of those.
static bool isMultipleOf(OFR value, int64_t factor) {
  if (factor == 1)
    return true;
  if (std::optional<int64_t> constant = getConstantIntValue(value))
    return *constant % factor == 0;
  auto v = cast<Value>(value);
  if (auto arg = dyn_cast<BlockArgument>(v)) {
    auto loop =
        dyn_cast_or_null<LoopLikeOpInterface>(arg.getOwner()->getParentOp());
    if (!loop)
      return false;
    auto ivs = loop.getLoopInductionVars();
    auto lowers = loop.getLoopLowerBounds();
    auto steps = loop.getLoopSteps();
    if (!ivs || !lowers || !steps)
      return false;
    for (auto [iv, lower, step] : llvm::zip(*ivs, *lowers, *steps))
      if (iv == v)
        return isMultipleOf(lower, factor) && isMultipleOf(step, factor);
    return false;
  }
  if (auto apply = v.getDefiningOp<affine::AffineApplyOp>())
    return isMultipleOf(apply.getAffineMap().getResult(0), apply.getOperands(),
                        apply.getAffineMap().getNumDims(), factor);
  return false;
}

/// The largest value `size` can have when that is known.
static std::optional<int64_t> upperBound(OFR size) {
  if (std::optional<int64_t> constant = getConstantIntValue(size))
    return constant;
  FailureOr<int64_t> bound = ValueBoundsConstraintSet::computeConstantBound(
      presburger::BoundType::UB, size, /*stopCondition=*/nullptr,
      /*closedUB=*/true);
  if (failed(bound))
    return std::nullopt;
  return *bound;
}

static OFR apply(OpBuilder &b, Location loc, AffineExpr expr,
                 ArrayRef<OFR> operands) {
  return affine::makeComposedFoldedAffineApply(b, loc, expr, operands);
}

static OFR sizeOf(OpBuilder &b, Location loc, Value value, int64_t dim) {
  if (isa<MemRefType>(value.getType()))
    return memref::getMixedSize(b, loc, value, dim);
  return tensor::getMixedSize(b, loc, value, dim);
}

static Value slice(OpBuilder &b, Location loc, Value source,
                   ArrayRef<OFR> offsets, ArrayRef<OFR> sizes,
                   SmallVectorImpl<Operation *> &slices) {
  SmallVector<OFR> strides(offsets.size(), b.getIndexAttr(1));
  if (isa<MemRefType>(source.getType())) {
    slices.push_back(
        memref::SubViewOp::create(b, loc, source, offsets, sizes, strides));
  } else {
    slices.push_back(tensor::ExtractSliceOp::create(b, loc, source, offsets,
                                                    sizes, strides));
  }
  return slices.back()->getResult(0);
}

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

/// Clones `op` onto new operands; results take the types of the new inits, and
/// there are none on memrefs.
static Operation *cloneTiled(OpBuilder &b, Operation *op, ValueRange operands,
                             ValueRange inits) {
  OperationState state(op->getLoc(), op->getName());
  state.addOperands(operands);
  for (Type type : inits.getTypes())
    if (isa<TensorType>(type))
      state.addTypes(type);
  state.addAttributes(op->getDiscardableAttrDictionary().getValue());
  state.propertiesAttr = op->getPropertiesAsAttribute();
  return b.create(state);
}

static TilingResult result(Operation *tiled, SmallVector<Operation *> slices) {
  return TilingResult{
      {tiled}, SmallVector<Value>(tiled->getResults()), std::move(slices)};
}

static SmallVector<Range> fullDomain(OpBuilder &b, Location loc, Value value) {
  OFR zero = b.getIndexAttr(0), one = b.getIndexAttr(1);
  return {{zero, sizeOf(b, loc, value, 0), one},
          {zero, sizeOf(b, loc, value, 1), one}};
}

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

//===----------------------------------------------------------------------===//
// Two-dimensional ops
//===----------------------------------------------------------------------===//

static SmallVector<Iter> parallel2() {
  return {Iter::parallel, Iter::parallel};
}

static void assign(ArrayRef<OFR> from, SmallVectorImpl<OFR> &to) {
  to.assign(from.begin(), from.end());
}

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
// Ops whose results belong to whole blocks
//===----------------------------------------------------------------------===//

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
                               ArrayRef<OFR> offsets, ArrayRef<OFR> sizes) {
  Location loc = op.getLoc();
  SmallVector<Operation *> slices;
  SmallVector<OFR> scaleOffsets, scaleSizes;
  blockTile(b, loc, op.getBlock(), offsets, sizes, scaleOffsets, scaleSizes);
  Value x = slice(b, loc, op.getX(), offsets, sizes, slices);
  Value init = slice(b, loc, op.getInit(), scaleOffsets, scaleSizes, slices);
  return result(cloneTiled(b, op, {x, init}, init), slices);
}
FailureOr<TilingResult>
BlockAbsmaxOp::getTiledImplementation(OpBuilder &b, ArrayRef<OFR> offsets,
                                      ArrayRef<OFR> sizes) {
  if (failed(checkWholeBlocks(*this, getX(), offsets, sizes, getBlock())))
    return failure();
  return tileBlocks(*this, b, offsets, sizes);
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
  return tileBlocks(*this, b, elementOffsets, elementSizes);
}

SmallVector<Iter> QuantizeOp::getLoopIteratorTypes() { return parallel2(); }
SmallVector<Range> QuantizeOp::getIterationDomain(OpBuilder &b) {
  return fullDomain(b, getLoc(), getX());
}
static TilingResult tileBlocks(QuantizeOp op, OpBuilder &b,
                               ArrayRef<OFR> offsets, ArrayRef<OFR> sizes) {
  Location loc = op.getLoc();
  SmallVector<Operation *> slices;
  SmallVector<OFR> scaleOffsets, scaleSizes;
  blockTile(b, loc, op.getBlock(), offsets, sizes, scaleOffsets, scaleSizes);
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
    blockTile(b, getLoc(), getBlock(), offsets, sizes, resultOffsets,
              resultSizes);
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
    SmallVector<OFR> elementOffsets, elementSizes;
    elementsOfBlocks(b, getLoc(), getX(), getBlock(), offsets, sizes,
                     elementOffsets, elementSizes);
    tiled = tileBlocks(*this, b, elementOffsets, elementSizes);
  }
  if (failed(tiled))
    return failure();
  tiled->tiledValues = {tiled->tiledOps[0]->getResult(resultNumber)};
  return tiled;
}

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
