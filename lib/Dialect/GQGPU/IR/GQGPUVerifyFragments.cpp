//===- GQGPUVerifyFragments.cpp - verifiers of ops on fragments -----------===//
#include "GQGPUVerify.h"
#include "gq/Dialect/GQGPU/IR/BlockSharing.h"
#include "gq/Target/Target.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::gqgpu;

static FragmentType fragment(Value value) {
  return cast<FragmentType>(value.getType());
}

LogicalResult SplatOp::verify() {
  return verifyElementTypes(*this, "operand value", getValue().getType(),
                            "the result",
                            fragment(getResult()).getElementType());
}

LogicalResult ForgetOp::verify() {
  FragmentType type = fragment(getValue());
  int64_t bits = type.getValuesPerRegister() *
                 type.getElementType().getIntOrFloatBitWidth();
  if (bits != 32)
    return emitOpError("expects operand value to fill registers of 32 bits, "
                       "got ")
           << bits << " bits in each of " << type;
  return success();
}

LogicalResult MmaAsyncOp::verify() {
  FailureOr<TileType> a = ringTile(*this, getRing().getType(), getA());
  FailureOr<TileType> b = ringTile(*this, getRing().getType(), getB());
  if (failed(a) || failed(b))
    return failure();
  MmaInterface product = getProduct();
  struct Operand {
    StringRef name;
    TileType tile;
    Type element;
  };
  Operand operands[] = {{"a", *a, product.getA()}, {"b", *b, product.getB()}};
  for (auto [i, operand] : llvm::enumerate(operands)) {
    OperandTile needed = product.getOperandTile(i);
    auto [name, tile, element] = operand;
    if (tile.getElementType() != element)
      return emitOpError("expects tile ")
             << name << " of element type " << element
             << " as its product, got " << tile.getElementType();
    if (tile.getShape().size() != 2 || tile.getSwizzle() != needed.swizzle)
      return emitOpError("expects tile ") << name << " of rank 2 and swizzle "
                                          << needed.swizzle << ", got " << tile;
    if (tile.getPermuted() != needed.permuted) {
      InFlightDiagnostic error = emitOpError("expects tile ")
                                 << name << " with rows ";
      if (needed.permuted)
        error << "permuted in groups of " << needed.permuted;
      else
        error << "that are not permuted";
      return error << " as its product, got " << tile;
    }
    if (tile.getShape()[0] < needed.rows)
      return emitOpError("expects tile ")
             << name << " of at least " << needed.rows << " rows, got "
             << tile.getShape()[0];
  }
  if (!getColumn() && b->getShape()[0] != product.getN())
    return emitOpError("expects a product of as many columns as tile b has "
                       "rows, ")
           << b->getShape()[0] << ", got " << product.getN()
           << " and no operand column";
  if (getK().size() != 2 || getK()[0] < 0 || getK()[1] > a->getShape()[1] ||
      getK()[0] >= getK()[1] || getK()[0] % product.getK() ||
      getK()[1] % product.getK())
    return emitOpError("expects k to be a range of multiples of ")
           << product.getK() << " within " << a->getShape()[1];
  if (FragmentType type = product.getResultType();
      getResult().getType() != type)
    return emitOpError("expects a result of the product's type ")
           << type << ", got " << getResult().getType();
  if (getReuse() && getReuse().getType() != getResult().getType())
    return emitOpError("expects operand reuse of the result's type, got ")
           << getReuse().getType();
  if (getAccumulate() && !getReuse())
    return emitOpError("expects operand reuse beside accumulate, got none");
  return verifyConsumes(*this);
}

/// Scales whose rows are permuted are those of columns that are permuted alike.
static LogicalResult verifyPermuted(ReadScalesOp op, TileType tile,
                                    FragmentType type) {
  int64_t group = tile.getPermuted();
  if (group == 0)
    return success();
  if (op.getDim() == Dim::Rows || op.getTransposed() || op.getBlock() != 1 ||
      getConstantIntValue(op.getFirst()) != 0)
    return op.emitOpError("expects a tile whose rows are not permuted, or cols "
                          "from 0 in blocks of 1 that are not transposed, got ")
           << tile;
  if (auto layout = dyn_cast<MmaLayoutAttr>(type.getLayout());
      !layout || layout.getPermuted() != group)
    return op.emitOpError("reads rows that are permuted in groups of ")
           << group
           << ", expects a result in the layout #gqgpu.mma<permuted = " << group
           << ">, got " << type;
  return success();
}

LogicalResult ReadScalesOp::verify() {
  FailureOr<TileType> tile = ringTile(*this, getRing().getType(), getTile());
  if (failed(tile))
    return failure();
  Type element = tile->getElementType();
  if (!isa<Float32Type, BFloat16Type, Float8E8M0FNUType>(element) ||
      tile->getShape().size() != 2 || tile->getSwizzle() != 0)
    return emitOpError("expects a tile of rank 2 of f32, bf16 or f8E8M0FNU "
                       "without swizzle, got ")
           << *tile;
  int64_t columns = tile->getShape()[getTransposed() ? 0 : 1];
  if (int64_t column = getColumn(); column < 0 || column >= columns)
    return emitOpError("expects a column between 0 and ")
           << columns - 1 << " of its tile, got " << column;
  if (int64_t block = getBlock(); block <= 0)
    return emitOpError("expects a positive block, got ") << block;
  FragmentType type = fragment(getResult());
  bool rows = getDim() == Dim::Rows;
  auto block = static_cast<int64_t>(getBlock());
  if (!type.getElementType().isF32() || type.getShape()[rows ? 1 : 0] != 1 ||
      (!type.getBlock().empty() &&
       (rows || type.getBlock()[0] != 1 || block % type.getBlock()[1] != 0)))
    return emitOpError("expects a result of ")
           << (rows ? "Rx1xf32 without a block"
                    : "1xNxf32 without a block or with one of [1, B] where B "
                      "divides " +
                          std::to_string(block))
           << ", got " << type;
  if (failed(verifyPermuted(*this, *tile, type)))
    return failure();
  return verifyConsumes(*this);
}

/// The values of `a` lie in the rows (columns) that the thread's values of `b`
/// lie in.
static bool startTogether(FragmentType a, FragmentType b, unsigned dim) {
  return a.getShape()[dim] == b.getShape()[dim] &&
         a.getFirst().getResult(dim) == b.getFirst().getResult(dim);
}

LogicalResult PromoteOp::verify() {
  FragmentType acc = fragment(getAcc()), rows = fragment(getRowScales()),
               cols = fragment(getColScales());
  LayoutInterface layout = acc.getLayout();
  if (!acc.getElementType().isF32() || !acc.isSpread() ||
      !acc.getBlock().empty())
    return emitOpError("expects an accumulator of f32 that has each element in "
                       "one thread, got ")
           << acc;
  FragmentType sum = fragment(getSum());
  if (sum != acc.cloneWith(sum.getElementType()))
    return emitOpError("expects a sum of the accumulator's shape and layout, "
                       "got ")
           << sum;
  if (Type type = sum.getElementType();
      !type.isF32() && !type.isF16() && !type.isSignlessInteger(32))
    return emitOpError("expects a sum of f32, f16 or i32, got ") << sum;
  // In every thread, or in those that hold elements of the row or column; of
  // blocks of columns, every thread holds elements of each.
  auto stands = [&](FragmentType type, unsigned dim) {
    if (type.getLayout() != layout || !type.getElementType().isF32() ||
        type.getShape()[1 - dim] != 1)
      return false;
    if (type.getShape()[dim] == 1)
      return layout.getNumCopies(type.getShape()) == layout.getNumThreads();
    if (!type.getBlock().empty())
      return dim == 1 && type.getShape()[dim] == acc.getShape()[dim];
    return startTogether(type, acc, dim);
  };
  if (!stands(rows, 0))
    return emitOpError("expects f32 row scales of ")
           << acc.getShape()[0] << "x1 or 1x1 in the accumulator's layout, got "
           << rows;
  if (!stands(cols, 1))
    return emitOpError("expects f32 column scales of 1x")
           << acc.getShape()[1] << " or 1x1 in the accumulator's layout, got "
           << cols;
  return success();
}

/// Narrow floats are those that have instructions, or become f32 in
/// gq-expand-math. Of f8E8M0FNU the default is the next power of two, which no
/// rounding mode says. An error names the scalar op: people wrote that.
static LogicalResult verifyNarrow(Operation &inner) {
  for (Type type : llvm::concat<const Type>(inner.getOperandTypes(),
                                            inner.getResultTypes()))
    if (isa<FloatType>(type) && type.getIntOrFloatBitWidth() < 16 &&
        !isa<Float8E4M3FNType, Float8E5M2Type, Float8E8M0FNUType>(type))
      return inner.emitOpError("computes with elements of ")
             << type << ", expects f8E4M3FN, f8E5M2 or f8E8M0FNU of those of "
             << "one byte";
  auto truncate = dyn_cast<arith::TruncFOp>(inner);
  if (truncate && truncate.getRoundingmode() &&
      isa<Float8E8M0FNUType>(truncate.getType()))
    return inner.emitOpError("rounds to ")
           << truncate.getType() << " "
           << arith::stringifyRoundingMode(*truncate.getRoundingmode())
           << ", expects no rounding mode";
  return success();
}

bool ElementwiseOp::isDivision(Operation &op) {
  auto divide = dyn_cast<arith::DivFOp>(op);
  return divide && divide.getType().isF32() &&
         !matchPattern(divide.getRhs(), m_Constant());
}

LogicalResult ElementwiseOp::verify() {
  if (std::optional<uint64_t> count = getAtOnce();
      count && static_cast<int64_t>(*count) < 1)
    return emitOpError("expects at_once to be at least 1, got ")
           << static_cast<int64_t>(*count);
  Block &body = getBody().front();
  if (body.getNumArguments() != getOperands().size())
    return emitOpError("expects one body argument per operand, got ")
           << body.getNumArguments();
  if (getResults().empty())
    return emitOpError("expects at least one result");
  FragmentType first = fragment(getResults().front());
  auto same = [&](Value value) {
    return fragment(value).getShape() == first.getShape() &&
           fragment(value).getLayout() == first.getLayout();
  };
  for (auto [operand, arg] : llvm::zip(getOperands(), body.getArguments())) {
    if (fragment(operand).getElementType() != arg.getType())
      return emitOpError(
                 "expects body arguments of the operands' element types, "
                 "got ")
             << arg.getType();
    if (!same(operand))
      return emitOpError(
                 "expects operands of the result's shape and layout, got ")
             << operand.getType();
    if (!first.getBlock().empty() &&
        fragment(operand).getBlock() != first.getBlock())
      return emitOpError("expects operands constant over the result's blocks, "
                         "got ")
             << operand.getType();
  }
  for (Operation &inner : body)
    if (failed(verifyNarrow(inner)))
      return failure();
  auto yield = dyn_cast<YieldOp>(body.getTerminator());
  if (!yield || yield.getValues().size() != getResults().size())
    return emitOpError("expects the body to yield one value per result");
  for (auto [value, result] : llvm::zip(yield.getValues(), getResults())) {
    if (value.getType() != fragment(result).getElementType())
      return emitOpError("expects the body to yield ")
             << fragment(result).getElementType() << ", got "
             << value.getType();
    if (!same(result) || fragment(result).getBlock() != first.getBlock())
      return emitOpError("expects results of one shape and layout, got ")
             << result.getType();
  }
  return success();
}

LogicalResult LoadFragmentOp::verify() {
  auto source = cast<MemRefType>(getSource().getType());
  if (failed(verifyIndices(*this, "source", source, getIndices().size())))
    return failure();
  AffineMap map = getMap();
  if (map.getNumDims() != 2 || map.getNumSymbols() != 0 ||
      static_cast<int64_t>(map.getNumResults()) != source.getRank() ||
      !map.isProjectedPermutation(/*allowZeroInResults=*/true))
    return emitOpError("expects a map that projects (row, column) to ")
           << source.getRank() << " indices, got " << getMapAttr();
  FragmentType result = fragment(getResult());
  if (failed(verifyElementPositions(*this, "a result", result)) ||
      failed(verifyAligned(*this)))
    return failure();
  return verifyElementTypes(*this, "a result", result.getElementType(),
                            "operand source", source.getElementType());
}

LogicalResult StoreFragmentOp::verify() {
  auto dest = cast<MemRefType>(getDest().getType());
  if (dest.getRank() != 2)
    return emitOpError("expects operand dest of rank 2, got rank ")
           << dest.getRank();
  if (failed(verifyIndices(*this, "dest", dest, getIndices().size())) ||
      failed(verifyElementPositions(*this, "operand value",
                                    fragment(getValue()))) ||
      failed(verifyAligned(*this)) || failed(verifyEnds(*this)) ||
      failed(verifyDeferred(*this)))
    return failure();
  FragmentType value = fragment(getValue());
  if (getPath() == Path::Tma && !getEnds().empty())
    return emitOpError("has path tma, which writes to the end of operand dest; "
                       "with ends expects copy");
  // A warp puts its rows side by side for the copy engine.
  if (getPath() == Path::Tma && value.getLayout().getMatrixRows() == 0)
    return emitOpError("cannot go by tma: expects operand value in a layout "
                       "of matrices, as that of a product, got ")
           << value;
  if (getPath() == Path::Tma && getTransposed())
    return emitOpError("cannot go by tma: it writes rows of operand value, "
                       "which are columns of dest when transposed");
  return verifyElementTypes(*this, "operand value",
                            fragment(getValue()).getElementType(),
                            "operand dest", dest.getElementType());
}

LogicalResult BlockAbsmaxOp::verify() {
  if (getValues().empty())
    return emitOpError("expects at least 1 operand, got none");
  FragmentType from = fragment(getValues().front()), to = fragment(getResult());
  if (!isWideFloat(from))
    return emitOpError("expects an f32, bf16 or f16 operand without a block, "
                       "got ")
           << from;
  if (failed(verifyElementPositions(*this, "an operand", from)))
    return failure();
  for (Value value : getValues())
    if (value.getType() != from)
      return emitOpError("expects operands of one type, got ")
             << from << " and " << value.getType();
  if (to.getShape() != from.getShape() || to.getLayout() != from.getLayout() ||
      to.getBlock().empty() || !to.getElementType().isF32())
    return emitOpError(
               "expects an f32 result of the operand's shape and layout "
               "with a block, got ")
           << to;
  int64_t cluster = from.getLayout().getCluster();
  if (getValues().size() > 1 && to.getBlock()[0] != from.getShape()[0])
    return emitOpError("of several operands expects a result whose block has "
                       "their ")
           << from.getShape()[0] << " rows, got " << to.getBlock()[0];
  if (getValues().size() > 1 && cluster != 1)
    return emitOpError("of several operands expects a layout of 1 thread "
                       "block, got a cluster of ")
           << cluster;
  if (!(getAmaxFloor().isFinite() && getAmaxFloor().convertToFloat() >= 0.0f))
    return emitOpError(
               "expects an amax_floor that is finite and not negative, got ")
           << getAmaxFloorAttr();
  // Of what a math group holds, lanes find it without the others.
  RoleOp role = roleOf(*this);
  if (role && role.isMath() &&
      from.getLayout().getNumThreads() == threadsOf(*this).count &&
      BlockSharing(to).lanesAlone())
    return success();
  return verifyWholeBlock(*this);
}
