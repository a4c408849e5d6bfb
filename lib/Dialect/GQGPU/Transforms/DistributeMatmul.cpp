//===- DistributeMatmul.cpp - scaled_matmul on fragments ------------------===//
#include "Distributor.h"
#include "Products.h"
#include "gq/Analysis/Divisibility.h"
#include "gq/Dialect/GQGPU/IR/Roles.h"
#include "gq/Strategy/Matmul.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::gqgpu;

/// Where a tile of `block` rows starts in its first block: `origin mod block`.
static Value positionInBlock(OpBuilder &b, Location loc, OperandRange origin,
                             unsigned dim, int64_t block) {
  if (origin.empty() || block == 1)
    return arith::ConstantIndexOp::create(b, loc, 0);
  Value size = arith::ConstantIndexOp::create(b, loc, block);
  return arith::RemUIOp::create(b, loc, origin[dim], size);
}

/// Rows of a or b that surely share a scale in a tile of `extent`, in groups
/// from its first one on: as many as its place in a block is a multiple of.
/// The scales of the tile cover it, wherever it starts.
static int64_t sharedRows(gq::ScaledMatmulOp op, unsigned operand,
                          bool transposed, int64_t extent, int64_t block) {
  if (!op.isScaled())
    return extent;
  int64_t scales = cast<RankedTensorType>(op->getOperand(2 + operand).getType())
                       .getDimSize(transposed ? 1 : 0);
  if (scales == 1)
    return extent;
  OperandRange origin = op.getOrigin();
  int64_t step = block;
  if (!origin.empty())
    step = std::gcd<int64_t>(gq::getDivisibility(origin[operand]).factor, step);
  // With no room for the first step there is none.
  return std::gcd(scales * block - extent < step ? block : step, extent);
}

/// Blocks of operand `name` along K in a step of `depth`, for each of which
/// there is a column of scales; 1 if the step lies inside of a block.
static FailureOr<int64_t> blocksAlongK(gq::ScaledMatmulOp op,
                                       MmaInterface product, unsigned operand,
                                       bool transposed, StringRef name,
                                       int64_t depth, int64_t block) {
  if (!op.isScaled())
    return 1;
  if (depth % block != 0 && block % depth != 0)
    return op.emitOpError("has steps of ")
           << depth << " along K and blocks of " << block << " of " << name
           << ", expects one to divide the other";
  if (block < depth && block % product.getK() != 0)
    return op.emitOpError("has blocks of ")
           << block << " of " << name << " along K, expects a multiple of "
           << product.getK() << " as " << product;
  int64_t blocks = std::max<int64_t>(1, depth / block);
  // One column more means that the step starts inside a block.
  int64_t columns =
      cast<RankedTensorType>(op->getOperand(2 + operand).getType())
          .getDimSize(transposed ? 0 : 1);
  if (columns != blocks)
    return op.emitOpError("has ")
           << columns << " columns of " << name << "_scales for a step of "
           << depth << " along K in blocks of " << block << ", expects "
           << blocks << " and a step that does not start inside a block";
  // How much of a block is in front of the step, where that is known.
  std::optional<int64_t> start = op.getOrigin().empty()
                                     ? std::nullopt
                                     : getConstantIntValue(op.getOrigin()[2]);
  if (int64_t before = start ? ((*start % block) + block) % block : 0;
      before != 0 && before + depth > block)
    return op.emitOpError("has origin ")
               << *start << " along K, expects steps of " << depth
               << " that do not cross the blocks of " << block << " of "
               << name,
           failure();
  return blocks;
}

/// Where whole columns of a tile begin.
static FailureOr<Value> firstColumnOf(tensor::ExtractSliceOp slice,
                                      StringRef name, OpBuilder &b) {
  RankedTensorType from = slice.getSourceType(), to = slice.getType();
  if (from.getRank() != 2 || to.getRank() != 2 || !slice.hasUnitStride() ||
      from.getDimSize(0) != to.getDimSize(0) ||
      getConstantIntValue(slice.getMixedOffsets()[0]) != 0)
    return slice.emitOpError("expects whole columns of a tile of operand ")
           << name << ", got " << to << " of " << from;
  return getValueOrCreateConstantIndexOp(b, slice.getLoc(),
                                         slice.getMixedOffsets()[1]);
}

namespace {
struct MatmulPattern : DistributePattern<gq::ScaledMatmulOp> {
  using DistributePattern::DistributePattern;
  LogicalResult convert(gq::ScaledMatmulOp op, Operands operands,
                        ConversionPatternRewriter &b) const override;
};
} // namespace

LogicalResult MatmulPattern::convert(gq::ScaledMatmulOp op, Operands operands,
                                     ConversionPatternRewriter &b) const {
  Location loc = op.getLoc();
  StringRef names[] = {"a", "b", "a_scales", "b_scales"};
  bool transposed[] = {op.getTransposedAScales(), op.getTransposedBScales()};
  SmallVector<SlotReadOp> reads[4];
  // Columns before those of this step that its tile of scales has.
  Value columnOf[4];
  for (unsigned i = 0; i < (op.isScaled() ? 4 : 2); ++i) {
    Value tile = op->getOperand(i);
    if (auto slice = tile.getDefiningOp<tensor::ExtractSliceOp>();
        slice && (i < 2 || !transposed[i - 2])) {
      FailureOr<Value> column = firstColumnOf(slice, names[i], b);
      if (failed(column))
        return failure();
      if (i >= 2)
        columnOf[i] = *column;
      else if (getConstantIntValue(*column) != 0)
        return slice.emitOpError("expects the first columns of operand ")
               << names[i] << " in its slot";
      tile = slice.getSource();
    }
    FailureOr<SmallVector<SlotReadOp>> found = slotsOf(op, tile, names[i]);
    if (failed(found))
      return failure();
    reads[i] = *found;
    // Scales are those of the step, in its first slot.
    if (reads[i].size() != (i < 2 ? reads[0].size() : 1))
      return op.emitOpError("expects operand ")
             << names[i] << " to be in " << (i < 2 ? reads[0].size() : 1)
             << " slots, got " << reads[i].size();
    for (auto [read, first] : llvm::zip(reads[i], reads[0])) {
      if (read.getSlot() != first.getSlot())
        return op.emitOpError("expects all operands to be in one slot");
      int64_t depth = columnsOf(first), own = columnsOf(read);
      if (i == 1 && own != depth)
        return op.emitOpError("expects slots with as many columns of b as of "
                              "a, ")
               << depth << ", got " << own;
    }
  }
  if (!spread.product)
    return op.emitOpError("is only supported inside a math role");
  // A single step of K may add to a tile in memory, without a loop.
  FailureOr<SmallVector<Value>> start =
      distributor.startOf(b, op.getInitMutable(), operands.getInit());
  if (failed(start))
    return failure();
  FailureOr<MmaInterface> found = productFor(op);
  if (failed(found))
    return failure();
  MmaInterface product = *found;
  Value ring = reads[0].front().getRing(), slot = reads[0].front().getSlot();
  auto a = cast<RankedTensorType>(op.getA().getType());
  auto bType = cast<RankedTensorType>(op.getB().getType());
  int64_t depth = a.getDimSize(1);
  // Sums keep the type of the init, products have that of their instruction.
  FragmentType type = product.getResultType();
  if (failed(spread.fragment(op, op.getInit().getType())))
    return failure();
  SmallVector<Value> sums(*start);
  // One slot after another, into one sum: a new one, or with `accumulate` the
  // one that `reuse` holds.
  auto multiply = [&](const Place &place, std::pair<int64_t, int64_t> span,
                      Value reuse, bool accumulate) {
    int64_t begin = 0;
    for (auto [left, right] : llvm::zip(reads[0], reads[1])) {
      int64_t width = columnsOf(left);
      int64_t from = std::max(span.first, begin) - begin;
      int64_t to = std::min(span.second, begin + width) - begin;
      begin += width;
      if (from >= to)
        continue;
      reuse = MmaAsyncOp::create(b, loc, type, left.getRing(), left.getSlot(),
                                 left.getTileAttr(), right.getTileAttr(),
                                 place.row, place.column, reuse,
                                 b.getDenseI64ArrayAttr({from, to}), product,
                                 accumulate ? b.getUnitAttr() : UnitAttr());
      accumulate = true;
    }
    return reuse;
  };
  // The tensor cores go on with all accumulators of the group.
  if (!op.getPromotionStep()) {
    for (auto [place, sum] : llvm::zip(spread.places, sums))
      sum = multiply(place, {0, depth}, sum, /*accumulate=*/true);
    for (Value &sum : sums)
      sum = MmaWaitOp::create(b, loc, type, sum);
    b.replaceOpWithMultiple(op, {sums});
    return success();
  }
  constexpr int64_t kNoBlock[] = {1, 1};
  ArrayRef<int64_t> aBlock = op.getABlock().value_or(kNoBlock),
                    bBlock = op.getBBlock().value_or(kNoBlock);
  int64_t am = aBlock[0], bn = bBlock[0];
  int64_t sharedA = sharedRows(op, 0, transposed[0], a.getDimSize(0), am),
          sharedB = sharedRows(op, 1, transposed[1], bType.getDimSize(0), bn);
  FailureOr<int64_t> blocksA =
      blocksAlongK(op, product, 0, transposed[0], "a", depth, aBlock[1]);
  FailureOr<int64_t> blocksB =
      blocksAlongK(op, product, 1, transposed[1], "b", depth, bBlock[1]);
  if (failed(blocksA) || failed(blocksB))
    return failure();
  auto oneOf = [&](FragmentType scales) -> Value {
    return SplatOp::create(
        b, loc, scales,
        arith::ConstantOp::create(b, loc, b.getF32FloatAttr(1.0f)));
  };
  // One scale per group of columns that share one, in each product.
  int64_t parts = spread.parts;
  Value firstColumn = positionInBlock(b, loc, op.getOrigin(), 1, bn);
  FragmentType colsType =
      product.getScaleType(Dim::Cols, std::gcd(sharedB, product.getN()));
  auto readColumns = [&](int64_t part, int64_t block) -> Value {
    if (!op.isScaled())
      return oneOf(colsType);
    Value first = firstColumn;
    spread.places[part].addColumn(b, loc, first);
    return ReadScalesOp::create(b, loc, colsType, ring, slot,
                                reads[3].front().getTile(), Dim::Cols, first,
                                bn, block, columnOf[3], transposed[1]);
  };
  // Sums end where `promote` or a block of a or b does. Those that lie in slots
  // of their own are all multiplied before the first one is promoted.
  int64_t promote = std::min(*op.getPromotionStep(), depth);
  int64_t depthA = depth / *blocksA, depthB = depth / *blocksB;
  SmallVector<std::pair<int64_t, int64_t>> spans;
  for (int64_t k = 0; k < depth; k = spans.back().second)
    spans.push_back({k, std::min({k + promote, (k / depthA + 1) * depthA,
                                  (k / depthB + 1) * depthB})});
  size_t inFlight = reads[0].size() > 1 ? spans.size() : 1;
  // Read before the products, scales can be read ahead, under the product of
  // the step before.
  int64_t sumValues = product.getResultType().getNumValues() *
                      static_cast<int64_t>(spread.places.size() + inFlight);
  int64_t columnValues = colsType.getNumValues() * parts;
  bool late = (colsType.getBlock().empty() || parts > 1) && columnValues > 1 &&
              gq::strategy::readsColumnsLate(sumValues, columnValues,
                                             roleOf(op).getRegisters());
  // ptxas takes turns of products of one instruction each in the same registers
  // for too few registers, and waits for each instruction.
  auto isShort = [&](std::pair<int64_t, int64_t> span) {
    return span.second - span.first <= product.getK();
  };
  int64_t values = product.getResultType().getNumValues(),
          places = static_cast<int64_t>(spread.places.size());
  bool apart =
      inFlight == 1 && spans.size() > 1 && llvm::all_of(spans, isShort) &&
      gq::strategy::keepsProductsApart(
          places * values, places * static_cast<int64_t>(spans.size()) * values,
          columnValues, roleOf(op).getRegisters());
  // By part or slab, and block along K.
  DenseMap<std::pair<int64_t, int64_t>, Value> colScales, rowScales;
  if (!late)
    for (int64_t part = 0; part < parts; ++part)
      colScales[{part, 0}] = readColumns(part, 0);
  // All rows of a slab share a scale when whole slabs do.
  FragmentType rowsType = product.getScaleType(Dim::Rows, sharedA);
  Value firstRow = positionInBlock(b, loc, op.getOrigin(), 0, am);
  auto readRows = [&](Value row, int64_t block) -> Value {
    if (!op.isScaled())
      return oneOf(rowsType);
    return ReadScalesOp::create(b, loc, rowsType, ring, slot,
                                reads[2].front().getTile(), Dim::Rows,
                                arith::AddIOp::create(b, loc, firstRow, row),
                                am, block, columnOf[2], transposed[0]);
  };
  // One for all products of a slab.
  if (!late)
    for (size_t i = 0; i < spread.places.size(); i += parts)
      rowScales[{i / parts, 0}] = readRows(spread.places[i].row, 0);

  struct Started {
    Value product, rowScale, colScale;
  };
  SmallVector<Value> previous(inFlight);
  for (auto [value, left] : llvm::zip(previous, distributor.promoted))
    if (left.getParentBlock() == b.getInsertionBlock() &&
        left.getType() == type)
      value = left;
  // All products of a span before the next one: they share scales of columns.
  for (size_t first = 0; first < spans.size(); first += inFlight)
    for (auto [number, place] : llvm::enumerate(spread.places)) {
      int64_t part = static_cast<int64_t>(number) % parts,
              slab = static_cast<int64_t>(number) / parts;
      SmallVector<Started> started;
      for (size_t i = 0; i < inFlight; ++i) {
        // The scales of a further block just before its product, under which
        // they arrive: sooner, they would take registers for longer.
        int64_t k = spans[first + i].first, blockA = k / depthA,
                blockB = k / depthB;
        Value &rowScale = rowScales[{slab, blockA}];
        if (!rowScale && blockA != 0)
          rowScale = readRows(place.row, blockA);
        Value &colScale = colScales[{part, blockB}];
        if (!colScale && blockB != 0)
          colScale = readColumns(part, blockB);
        started.push_back(
            {multiply(place, spans[first + i], apart ? Value() : previous[i],
                      /*accumulate=*/false),
             rowScale, colScale});
      }
      for (auto [i, one] : llvm::enumerate(started)) {
        // ptxas would put these reads, and a multiplication that waits for
        // them, between the instructions of the product.
        if (late && (!one.rowScale || !one.colScale))
          BarrierOp::create(b, loc, Scope::Warp);
        if (!one.rowScale) {
          Value &rowScale = rowScales[{slab, 0}];
          if (!rowScale)
            rowScale = readRows(place.row, 0);
          one.rowScale = rowScale;
        }
        if (!one.colScale) {
          Value &colScale = colScales[{part, 0}];
          if (!colScale)
            colScale = readColumns(part, 0);
          one.colScale = colScale;
        }
        previous[i] = MmaWaitOp::create(b, loc, type, one.product);
        sums[number] =
            PromoteOp::create(b, loc, sums[number].getType(), previous[i],
                              one.rowScale, one.colScale, sums[number]);
      }
    }
  distributor.promoted = previous;
  b.replaceOpWithMultiple(op, {sums});
  return success();
}

void mlir::gqgpu::populateDistributeMatmulPatterns(RewritePatternSet &patterns,
                                                   Distributor &distributor) {
  patterns.add<MatmulPattern>(patterns.getContext(), distributor);
}
