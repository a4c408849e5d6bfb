//===- BlockOpTiling.cpp - tiling of the gq ops ---------------------------===//
//
// Iteration domains are in elements. Tiles are slices of tensors, or subviews
// of memrefs; along a loop that an operand has one value per block of, the
// slice holds the blocks that the tile touches.
//
// What needs care is which scales a tile needs. When the tile provably starts
// at a block, the slice of the scales does too. Otherwise the slice starts at
// the block the tile starts in, and the tiled op gets an `origin` that says
// where in it. Results that belong to whole blocks allow no such tile: it
// starts at a block, and holds whole blocks or reaches to the end of the
// tensor. Rows of results that are padded are tiled with their padding, so
// tiles start and end at its steps.
//
//===----------------------------------------------------------------------===//
#include "TilingUtils.h"
#include "gq/Analysis/Divisibility.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"

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
  if (!insideOne) {
    // Of a position that is a multiple of `step`: a bound of the count then
    // sees it.
    int64_t step = std::gcd<int64_t>(getDivisibility(position).factor, block);
    AffineExpr in =
        step == 1 ? d0 % block : d0.floorDiv(step) % (block / step) * step;
    count = apply(b, loc, (in + d1).ceilDiv(block), {position, size});
  }
  return {first, count, position};
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

/// Dimensions in the order of the loops they run along.
static SmallVector<unsigned> inLoopOrder(const OperandSpec &operand) {
  auto order = llvm::to_vector(llvm::seq<unsigned>(operand.dims.size()));
  llvm::sort(order, [&](unsigned a, unsigned b) {
    return operand.dims[a].loop < operand.dims[b].loop;
  });
  return order;
}

static bool isInit(BlockOpInterface op, unsigned operand) {
  return op.isDpsInit(&op->getOpOperand(operand));
}

/// Results that belong to whole blocks: a tile must not cut one.
static bool hasWholeBlocks(BlockOpInterface op) {
  for (auto [number, operand] : llvm::enumerate(op.getOperandSpecs()))
    if (operand.perBlock && !operand.packed && isInit(op, number))
      return true;
  return false;
}

/// One tile. `given`: the slice of an init that is known already.
static TilingResult tileOperands(BlockOpInterface op, OpBuilder &b,
                                 ArrayRef<OFR> offsets, ArrayRef<OFR> sizes,
                                 std::optional<unsigned> given,
                                 ArrayRef<OFR> givenOffsets,
                                 ArrayRef<OFR> givenSizes) {
  Location loc = op.getLoc();
  AffineExpr d0 = b.getAffineDimExpr(0);
  SmallVector<OperandSpec> operands = op.getOperandSpecs();
  OperandRange origin = op.getOrigin();
  auto originOf = [&](unsigned loop) {
    return origin.empty() ? Value() : Value(origin[loop]);
  };
  SmallVector<SmallVector<OFR>> starts(operands.size()),
      counts(operands.size());
  SmallVector<OFR> origins(op.getNumLoops());
  SmallVector<unsigned> scaled(op.getNumLoops(), 0);
  for (auto [number, operand] : llvm::enumerate(operands)) {
    SmallVector<OFR> &start = starts[number], &count = counts[number];
    if (given == number) {
      start.assign(givenOffsets.begin(), givenOffsets.end());
      count.assign(givenSizes.begin(), givenSizes.end());
      continue;
    }
    start.resize(operand.dims.size());
    count.resize(operand.dims.size());
    for (unsigned dim : inLoopOrder(operand)) {
      auto [loop, block, multiple] = operand.dims[dim];
      if (!operand.perBlock) {
        start[dim] = offsets[loop];
        count[dim] = sizes[loop];
        continue;
      }
      ScaleRange range = scaleRange(b, loc, offsets[loop], sizes[loop], block,
                                    operand.packed ? Value() : originOf(loop));
      start[dim] = range.offset;
      count[dim] =
          isInit(op, number)
              ? apply(b, loc, d0.ceilDiv(multiple) * multiple, {range.size})
              : range.size;
      if (operand.packed)
        continue;
      if (range.origin)
        origins[loop] = range.origin;
      ++scaled[loop];
    }
  }
  // One origin may serve operands with different blocks: each takes it modulo
  // its own, so it is counted from the start of the untiled op, not of a block.
  for (auto [loop, value] : llvm::enumerate(origins)) {
    if (!value || scaled[loop] == 1)
      continue;
    value = offsets[loop];
    if (!origin.empty())
      value = apply(b, loc, b.getAffineDimExpr(0) + b.getAffineDimExpr(1),
                    {OFR(origin[loop]), offsets[loop]});
  }
  SmallVector<Operation *> slices;
  SmallVector<Value> tiles, inits;
  for (unsigned number = 0; number < operands.size(); ++number) {
    tiles.push_back(slice(b, loc, op->getOperand(number), starts[number],
                          counts[number], slices));
    if (isInit(op, number))
      inits.push_back(tiles.back());
  }
  BlockOpInterface tiled =
      cloneTiled(b, op, tiles, originOperands(b, loc, origins), inits);
  tiled.dropPadding();
  tiled.keepPromotionStep(op.getPromotionStep());
  return result(tiled, slices);
}

//===----------------------------------------------------------------------===//
// Whole blocks
//===----------------------------------------------------------------------===//

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
static LogicalResult checkWholeBlocks(BlockOpInterface op,
                                      ArrayRef<OFR> offsets,
                                      ArrayRef<OFR> sizes) {
  SmallVector<int64_t> multiples(op.getNumLoops(), 1);
  for (auto [number, operand] : llvm::enumerate(op.getOperandSpecs()))
    if (isInit(op, number))
      for (BlockDim dim : operand.dims)
        multiples[dim.loop] = std::max(multiples[dim.loop], dim.multiple);
  for (auto [loop, elements] : llvm::enumerate(op.getLoopBlocks())) {
    int64_t block = elements * multiples[loop];
    std::string cut =
        multiples[loop] == 1
            ? ("blocks of " + Twine(block) + " would be cut").str()
            : ("rows of scales are padded to a multiple of " +
               Twine(multiples[loop]) + ", tiles have to be of " + Twine(block))
                  .str();
    std::optional<int64_t> size = upperBound(sizes[loop]);
    bool whole = size ? *size % block == 0 : isMultipleOf(sizes[loop], block);
    auto [operand, dim] = op.getExtent(loop);
    if (!whole &&
        !endsWith(op->getOperand(operand), dim, offsets[loop], sizes[loop])) {
      InFlightDiagnostic diag = op->emitOpError("cannot be tiled by ");
      if (size)
        diag << *size;
      else
        diag << "an unknown size";
      return diag << " along dimension " << loop << ": " << cut;
    }
    if (isMultipleOf(offsets[loop], block))
      continue;
    InFlightDiagnostic diag = op->emitOpError("cannot be tiled at offset ");
    if (std::optional<int64_t> offset = getConstantIntValue(offsets[loop]))
      diag << *offset;
    else
      diag << "(unknown)";
    return diag << " along dimension " << loop << ": " << cut;
  }
  return success();
}

/// Refuses a tile that starts inside of a value that holds several elements.
static LogicalResult checkPacked(BlockOpInterface op, ArrayRef<OFR> offsets) {
  for (const OperandSpec &operand : op.getOperandSpecs())
    for (BlockDim dim : operand.dims)
      if (operand.packed && !isMultipleOf(offsets[dim.loop], dim.block))
        return op->emitOpError("cannot be tiled at an offset along dimension ")
               << dim.loop << " that is not known to be a multiple of "
               << dim.block << ", the elements in a value of operand "
               << operand.name;
  return success();
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

/// Elements under a tile of `operand`, which has one value per block, clipped
/// to the tensor.
static void elementsOfBlocks(BlockOpInterface op, OpBuilder &b,
                             const OperandSpec &operand, ArrayRef<OFR> offsets,
                             ArrayRef<OFR> sizes, MutableArrayRef<OFR> starts,
                             MutableArrayRef<OFR> counts) {
  Location loc = op.getLoc();
  AffineExpr d0 = b.getAffineDimExpr(0), d1 = b.getAffineDimExpr(1),
             d2 = b.getAffineDimExpr(2);
  for (unsigned dim : inLoopOrder(operand)) {
    auto [loop, block, multiple] = operand.dims[dim];
    starts[loop] = startOfBlock(b, loc, offsets[dim], block);
    // Where the blocks fill the tensor there is nothing to clip.
    auto [source, sourceDim] = op.getExtent(loop);
    Value x = op->getOperand(source);
    int64_t extent = cast<ShapedType>(x.getType()).getDimSize(sourceDim);
    bool fills =
        !ShapedType::isDynamic(extent) && extent % (block * multiple) == 0;
    if (fills || (block == 1 && multiple == 1)) {
      counts[loop] = apply(b, loc, d0 * block, {sizes[dim]});
      continue;
    }
    AffineMap clip =
        AffineMap::get(3, 0, {d0 * block, d1 - d2 * block}, b.getContext());
    counts[loop] = affine::makeComposedFoldedAffineMin(
        b, loc, clip, {sizes[dim], sizeOf(b, loc, x, sourceDim), offsets[dim]});
  }
}

//===----------------------------------------------------------------------===//
// TilingInterface
//===----------------------------------------------------------------------===//

SmallVector<Iter> mlir::gq::detail::getIteratorTypes(BlockOpInterface op) {
  return op.getIteratorTypes();
}

SmallVector<Range> mlir::gq::detail::getIterationDomain(BlockOpInterface op,
                                                        OpBuilder &b) {
  SmallVector<Range> domain;
  for (unsigned loop = 0, e = op.getNumLoops(); loop < e; ++loop) {
    auto [operand, dim] = op.getExtent(loop);
    domain.push_back({b.getIndexAttr(0),
                      sizeOf(b, op.getLoc(), op->getOperand(operand), dim),
                      b.getIndexAttr(1)});
  }
  return domain;
}

FailureOr<TilingResult> mlir::gq::detail::tile(BlockOpInterface op,
                                               OpBuilder &b,
                                               ArrayRef<OFR> offsets,
                                               ArrayRef<OFR> sizes) {
  if (StringRef what = op.getUnexpanded(); !what.empty())
    return op->emitOpError("has ") << what << "; run gq-expand first";
  if (hasWholeBlocks(op) && failed(checkWholeBlocks(op, offsets, sizes)))
    return failure();
  if (failed(checkPacked(op, offsets)))
    return failure();
  return tileOperands(op, b, offsets, sizes, std::nullopt, {}, {});
}

LogicalResult mlir::gq::detail::getResultTile(BlockOpInterface op, OpBuilder &b,
                                              unsigned number,
                                              ArrayRef<OFR> offsets,
                                              ArrayRef<OFR> sizes,
                                              SmallVector<OFR> &resultOffsets,
                                              SmallVector<OFR> &resultSizes) {
  AffineExpr d0 = b.getAffineDimExpr(0);
  OperandSpec init =
      op.getOperandSpecs()[op.getDpsInitOperand(number)->getOperandNumber()];
  resultOffsets.resize(init.dims.size());
  resultSizes.resize(init.dims.size());
  for (unsigned dim : inLoopOrder(init)) {
    auto [loop, block, multiple] = init.dims[dim];
    resultOffsets[dim] =
        apply(b, op.getLoc(), d0.floorDiv(block), {offsets[loop]});
    resultSizes[dim] = apply(
        b, op.getLoc(), d0.ceilDiv(block * multiple) * multiple, {sizes[loop]});
  }
  return success();
}

FailureOr<TilingResult> mlir::gq::detail::tileOfResult(BlockOpInterface op,
                                                       OpBuilder &b,
                                                       unsigned number,
                                                       ArrayRef<OFR> offsets,
                                                       ArrayRef<OFR> sizes) {
  unsigned operand = op.getDpsInitOperand(number)->getOperandNumber();
  OperandSpec init = op.getOperandSpecs()[operand];
  SmallVector<OFR> starts(op.getNumLoops()), counts(op.getNumLoops());
  for (auto [dim, along] : llvm::enumerate(init.dims)) {
    if (!isMultipleOf(offsets[dim], along.multiple) ||
        !isMultipleOf(sizes[dim], along.multiple))
      return op->emitOpError("cannot be tiled by a slice of result ")
             << number << ", whose rows are padded to a multiple of "
             << along.multiple << ": expects one that starts and ends at such";
    starts[along.loop] = offsets[dim];
    counts[along.loop] = sizes[dim];
  }
  // Reductions run over everything.
  for (unsigned loop = 0; loop < starts.size(); ++loop) {
    if (starts[loop])
      continue;
    auto [source, dim] = op.getExtent(loop);
    starts[loop] = b.getIndexAttr(0);
    counts[loop] = sizeOf(b, op.getLoc(), op->getOperand(source), dim);
  }
  FailureOr<TilingResult> tiled;
  if (init.perBlock) {
    elementsOfBlocks(op, b, init, offsets, sizes, starts, counts);
    // Whole values that hold several elements may be parts of blocks.
    if (init.packed && hasWholeBlocks(op) &&
        failed(checkWholeBlocks(op, starts, counts)))
      return failure();
    tiled = tileOperands(op, b, starts, counts, operand, offsets, sizes);
  } else {
    tiled = detail::tile(op, b, starts, counts);
  }
  if (failed(tiled))
    return failure();
  tiled->tiledValues = {tiled->tiledOps[0]->getResult(number)};
  return tiled;
}
