//===- Scales.cpp - tensors that are grids over a matrix ------------------===//
//
// Of a tensor and the place of its element for a row and a column: which blocks
// of the matrix share an element, and which view of the tensor has rank 2.
//
//===----------------------------------------------------------------------===//
#include "Scales.h"
#include "gq/Dialect/GQ/IR/ScaleArith.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::gq;
using namespace mlir::gq::raise;

/// What a dimension of a grid runs along.
enum class Along { Nothing, Rows, Columns };

static std::optional<Along> alongOf(AffineExpr expr) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return constant.getValue() == 0 ? std::optional(Along::Nothing)
                                    : std::nullopt;
  bool rows = expr.isFunctionOfDim(0), columns = expr.isFunctionOfDim(1);
  if (rows == columns)
    return std::nullopt;
  return rows ? Along::Rows : Along::Columns;
}

/// A block as long as a dimension; where nobody knows how long that is, longer
/// than any that a kernel takes.
static int64_t wholeOf(int64_t extent) {
  return ShapedType::isDynamic(extent) ? int64_t(1) << 30
                                       : std::max<int64_t>(extent, 1);
}

std::array<int64_t, 2> raise::wholeBlock(const Matrix &matrix) {
  return {wholeOf(matrix.extents[0]), wholeOf(matrix.extents[1])};
}

FailureOr<Grid> raise::matchGrid(const Element *element, const Matrix &matrix) {
  auto type = element->tensor
                  ? dyn_cast<RankedTensorType>(element->tensor.getType())
                  : RankedTensorType();
  // A tensor as a whole, in an op that takes one in the middle of a body.
  if (!type || type.getRank() != static_cast<int64_t>(element->index.size()))
    return failure();
  Grid grid{element->tensor, element->index, wholeBlock(matrix)};
  // Dimensions along rows are next to one another, and so are those along
  // columns.
  SmallVector<Along> order;
  std::array<SmallVector<AffineExpr>, 2> places;
  std::array<SmallVector<int64_t>, 2> sizes;
  for (auto [expr, size] : llvm::zip_equal(grid.index, type.getShape())) {
    std::optional<Along> along = alongOf(expr);
    if (!along)
      return failure();
    if (*along == Along::Nothing) {
      if (size != 1)
        return failure();
      continue;
    }
    if (order.empty() || order.back() != *along)
      order.push_back(*along);
    bool column = *along == Along::Columns;
    places[column].push_back(expr);
    sizes[column].push_back(size);
  }
  if (order.size() > 2)
    return failure();
  for (unsigned dim : {0, 1}) {
    if (places[dim].empty())
      continue;
    AffineExpr place = linearize(places[dim], sizes[dim], matrix.context);
    if (!place)
      return failure();
    auto [base, block] = quotient(place);
    if (base != getAffineDimExpr(dim, matrix.context))
      return failure();
    // Elements behind those of the matrix would be other rows' in a view.
    int64_t count = countOf(sizes[dim]);
    int64_t extent = matrix.extents[dim];
    if (!ShapedType::isDynamic(count) && !ShapedType::isDynamic(extent) &&
        count != static_cast<int64_t>(llvm::divideCeil(extent, block)))
      return failure();
    grid.block[dim] = block;
    grid.varies[dim] = true;
  }
  grid.transposed =
      order.size() == 2
          ? order.front() == Along::Columns
          // One of a line of them: as it stands, if it has two dimensions.
          : order.size() == 1 && type.getRank() == 2 &&
                (order.front() == Along::Rows) ==
                    isa<AffineConstantExpr>(grid.index[0]);
  return grid;
}

/// Dimensions of `grid` that are one in a view with a dimension for each of
/// rows and columns that vary. Those of size 1 go to the group in front, or
/// else to the first.
static SmallVector<ReassociationIndices> groupsOf(const Grid &grid) {
  SmallVector<ReassociationIndices> groups;
  if (!grid.varies[0] && !grid.varies[1])
    return groups;
  std::optional<Along> last;
  for (auto [dim, expr] : llvm::enumerate(grid.index)) {
    Along along = *alongOf(expr);
    if (groups.empty() || (along != Along::Nothing && last && along != *last))
      groups.emplace_back();
    groups.back().push_back(dim);
    if (along != Along::Nothing)
      last = along;
  }
  return groups;
}

/// Is the tensor of `grid` of rank 2, one dimension for rows and one for
/// columns.
static bool isRankTwo(const Grid &grid) {
  if (cast<RankedTensorType>(grid.tensor.getType()).getRank() != 2)
    return false;
  std::optional<Along> first = alongOf(grid.index[0]),
                       second = alongOf(grid.index[1]);
  return first != second || first == Along::Nothing;
}

/// A view of `value`, a vector or one element, as rows and columns.
static Value addDimensions(OpBuilder &b, Location loc, Value value, bool rows) {
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<OpFoldResult> shape(2, b.getIndexAttr(1));
  SmallVector<ReassociationIndices> groups;
  if (type.getRank() == 1) {
    groups.push_back({0, 1});
    shape[!rows] = tensor::getMixedSize(b, loc, value, 0);
  }
  SmallVector<int64_t> sizes;
  SmallVector<Value> dynamic;
  dispatchIndexOpFoldResults(shape, dynamic, sizes);
  return tensor::ExpandShapeOp::create(
      b, loc, RankedTensorType::get(sizes, type.getElementType()), value,
      groups, shape);
}

/// A view of `value` with the dimensions of each group as one; without groups,
/// of one element.
static Value collapse(OpBuilder &b, Location loc, Value value,
                      ArrayRef<ReassociationIndices> groups) {
  auto type = cast<RankedTensorType>(value.getType());
  if (static_cast<int64_t>(groups.size()) == type.getRank())
    return value;
  if (groups.empty())
    return tensor::CollapseShapeOp::create(
        b, loc, RankedTensorType::get({}, type.getElementType()), value,
        groups);
  return tensor::CollapseShapeOp::create(b, loc, value, groups);
}

Value raise::asRankTwo(OpBuilder &b, Location loc, const Grid &grid) {
  if (isRankTwo(grid))
    return grid.tensor;
  Value value = collapse(b, loc, grid.tensor, groupsOf(grid));
  if (grid.varies[0] && grid.varies[1])
    return value;
  return addDimensions(b, loc, value, grid.varies[0] != grid.transposed);
}

Value raise::shapeOf(Value computed) {
  Operation *op = computed.getDefiningOp();
  if (auto structured = dyn_cast<linalg::LinalgOp>(op))
    return structured
        .getDpsInitOperand(cast<OpResult>(computed).getResultNumber())
        ->get();
  return OpTrait::hasElementwiseMappableTraits(op) ? op->getOperand(0)
                                                   : computed;
}

FailureOr<Value> raise::asShapeOf(OpBuilder &b, Location loc, Value matrix,
                                  const Grid &grid) {
  if (grid.transposed && grid.varies[0] && grid.varies[1])
    return failure();
  if (isRankTwo(grid) && !grid.transposed)
    return matrix;
  SmallVector<ReassociationIndices> groups = groupsOf(grid), line;
  if (groups.size() == 1)
    line.push_back({0, 1});
  Value value = groups.size() == 2 ? matrix : collapse(b, loc, matrix, line);
  auto type = RankedTensorType::get(
      cast<RankedTensorType>(grid.tensor.getType()).getShape(),
      getElementTypeOrSelf(matrix));
  if (value.getType() == type)
    return value;
  return tensor::ExpandShapeOp::create(
             b, loc, type, value, groups,
             tensor::getMixedSizes(b, loc, grid.tensor))
      .getResult();
}

Value raise::transpose(OpBuilder &b, Location loc, Value tensor) {
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, loc, tensor);
  std::swap(sizes[0], sizes[1]);
  Value init =
      tensor::EmptyOp::create(b, loc, sizes, getElementTypeOrSelf(tensor));
  return linalg::TransposeOp::create(b, loc, tensor, init,
                                     ArrayRef<int64_t>{1, 0})
      ->getResult(0);
}

/// A constant matrix of elements of whole bytes, transposed; null for others.
static DenseElementsAttr transposeConstant(Value tensor) {
  DenseElementsAttr dense;
  if (!matchPattern(tensor, m_Constant(&dense)) || dense.isSplat())
    return {};
  ShapedType type = dense.getType();
  unsigned bits = type.getElementTypeBitWidth();
  if (bits % 8 != 0 ||
      dense.getRawData().size() !=
          static_cast<size_t>(type.getNumElements()) * bits / 8)
    return {};
  int64_t rows = type.getDimSize(0), columns = type.getDimSize(1);
  size_t bytes = bits / 8;
  ArrayRef<char> from = dense.getRawData();
  std::vector<char> to(from.size());
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t column = 0; column < columns; ++column)
      std::copy_n(from.data() + (row * columns + column) * bytes, bytes,
                  to.data() + (column * rows + row) * bytes);
  return DenseElementsAttr::getFromRawBuffer(
      RankedTensorType::get({columns, rows}, type.getElementType()), to);
}

Value raise::rowMajor(OpBuilder &b, Location loc, const Grid &grid) {
  Value value = asRankTwo(b, loc, grid);
  if (!grid.transposed)
    return value;
  // One line of elements is another view of the same.
  if (!grid.varies[0] || !grid.varies[1])
    return addDimensions(b, loc, collapse(b, loc, grid.tensor, groupsOf(grid)),
                         grid.varies[0]);
  if (DenseElementsAttr constant = transposeConstant(value))
    return arith::ConstantOp::create(b, loc, constant);
  return transpose(b, loc, value);
}

Value raise::oneScale(OpBuilder &b, Location loc, TypedAttr value) {
  Value number = arith::ConstantOp::create(b, loc, value);
  Value init =
      tensor::EmptyOp::create(b, loc, ArrayRef<int64_t>{1, 1}, value.getType());
  return linalg::FillOp::create(b, loc, number, init).getResult(0);
}

Value raise::convertFloats(OpBuilder &b, Location loc, Value tensor,
                           Type type) {
  auto from = cast<RankedTensorType>(tensor.getType());
  if (from.getElementType() == type)
    return tensor;
  Value init = tensor::EmptyOp::create(
      b, loc, tensor::getMixedSizes(b, loc, tensor), type);
  SmallVector<AffineMap> maps(2, b.getMultiDimIdentityMap(from.getRank()));
  SmallVector<utils::IteratorType> parallel(from.getRank(),
                                            utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             b, loc, init.getType(), tensor, init, maps, parallel,
             [&](OpBuilder &b, Location loc, ValueRange args) {
               Value value =
                   type.isF32() ? decodeScale(b, loc, args[0])
                                : arith::TruncFOp::create(b, loc, type, args[0])
                                      .getResult();
               linalg::YieldOp::create(b, loc, value);
             })
      .getResult(0);
}
