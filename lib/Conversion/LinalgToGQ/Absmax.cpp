//===- Absmax.cpp - reductions to gq.block_absmax -------------------------===//
//
// A reduction by a maximum, of magnitudes, over the rest of each block: of a
// view with dimensions of blocks, of rows, of all. gq.block_absmax ignores NaN
// and has a finite maximum of infinite elements, so a program is the same for
// finite ones.
//
//===----------------------------------------------------------------------===//
#include "Patterns.h"
#include "Quantize.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::gq;
using namespace mlir::gq::raise;

SmallVector<unsigned> raise::matrixViews(ArrayRef<int64_t> sizes) {
  SmallVector<unsigned> views;
  if (!llvm::is_contained(sizes, 0))
    for (unsigned rows = sizes.size(); rows-- > 1;)
      views.push_back(rows);
  return views;
}

Matrix raise::matrixOf(ArrayRef<int64_t> sizes, unsigned rows,
                       MLIRContext *context) {
  return {{countOf(sizes.take_front(rows)), countOf(sizes.drop_front(rows))},
          context};
}

SmallVector<AffineExpr> raise::placesOf(ArrayRef<int64_t> sizes, unsigned rows,
                                        const Matrix &matrix) {
  SmallVector<AffineExpr> index = matrix.index();
  // Unknown sizes have the numbers of their dimensions, as those of loops have.
  SmallVector<unsigned> names =
      llvm::to_vector(llvm::seq<unsigned>(0, sizes.size()));
  ArrayRef<unsigned> all = names;
  SmallVector<AffineExpr> places =
      delinearize(index[0], sizes.take_front(rows), all.take_front(rows));
  llvm::append_range(places, delinearize(index[1], sizes.drop_front(rows),
                                         all.drop_front(rows)));
  return places;
}

FailureOr<Grid> raise::matchInput(const Element *element,
                                  const Matrix &matrix) {
  FailureOr<Grid> found = failure();
  for (; element; element = element->of<arith::ExtFOp>()) {
    if (!isHalf(element->type) && !element->type.isF32())
      continue;
    FailureOr<Grid> grid = matchGrid(element, matrix);
    if (succeeded(grid) && grid->isMatrix())
      found = grid;
  }
  return found;
}

/// The loops that index the dimensions of `leaf` from `first` to `last`, in
/// their order.
static SmallVector<unsigned> loopsOf(const Element *leaf, unsigned first,
                                     unsigned last, unsigned numLoops) {
  SmallVector<unsigned> loops;
  for (unsigned loop = 0; loop < numLoops; ++loop)
    for (unsigned dim = first; dim < last; ++dim)
      if (leaf->index[dim].isFunctionOfDim(loop)) {
        loops.push_back(loop);
        break;
      }
  return loops;
}

/// The magnitude that is reduced: the innermost tensor below absf and
/// conversions.
static const Element *innermost(const Element *element) {
  const Element *found = nullptr;
  while (element) {
    if (element->tensor)
      found = element;
    if (const Element *wide = element->of<arith::ExtFOp>())
      element = wide;
    else
      element = element->of<math::AbsFOp>();
  }
  return found;
}

/// Without the absolute value, wherever it is between conversions; null where
/// there is none.
static const Element *withoutAbs(const Element *element) {
  if (const Element *value = element->of<math::AbsFOp>())
    return value;
  if (const Element *narrow = element->of<arith::ExtFOp>())
    return withoutAbs(narrow);
  return nullptr;
}

/// The number that a maximum starts from.
static std::optional<double> startOf(linalg::LinalgOp op) {
  Value init = op.getDpsInitOperand(0)->get();
  APFloat number(0.0f);
  if (auto fill = init.getDefiningOp<linalg::FillOp>();
      fill && matchPattern(fill.value(), m_ConstantFloat(&number))) {
    bool lost = false;
    number.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &lost);
    return number.convertToDouble();
  }
  if (DenseElementsAttr dense; matchPattern(init, m_Constant(&dense)) &&
                               dense.isSplat() &&
                               isa<FloatType>(dense.getElementType())) {
    number = dense.getSplatValue<APFloat>();
    bool lost = false;
    number.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &lost);
    return number.convertToDouble();
  }
  return std::nullopt;
}

FailureOr<Absmax> raise::matchAbsmax(Operation *candidate, std::string &why) {
  auto op = dyn_cast_or_null<linalg::LinalgOp>(candidate);
  if (!op || !op.hasPureTensorSemantics() || op->getNumResults() != 1 ||
      op.getNumReductionLoops() == 0 || op.getNumDpsInputs() != 1)
    return failure();
  Block *body = op.getBlock();
  Value yielded = body->getTerminator()->getOperand(0);
  Operation *max = yielded.getDefiningOp();
  if (!isa_and_nonnull<arith::MaximumFOp, arith::MaxNumFOp>(max))
    return failure();
  BlockArgument sofar = op.getMatchingBlockArgument(op.getDpsInitOperand(0));
  Value reduced =
      max->getOperand(0) == sofar ? max->getOperand(1) : max->getOperand(0);
  if (reduced == sofar || !llvm::is_contained(max->getOperands(), sofar) ||
      !sofar.hasOneUse())
    return failure();
  MLIRContext *context = op.getContext();
  Elements elements(context);
  SmallVector<AffineExpr> loops;
  for (unsigned loop = 0; loop < op.getNumLoops(); ++loop)
    loops.push_back(getAffineDimExpr(loop, context));
  const Element *generic =
      elements.evaluate(reduced, body, elements.getArguments(op, loops));
  if (!withoutAbs(generic))
    return failure();
  const Element *leaf = innermost(generic);
  auto type =
      leaf ? dyn_cast<RankedTensorType>(leaf->tensor.getType()) : nullptr;
  std::optional<double> start = startOf(op);
  if (type && type.getRank() != static_cast<int64_t>(leaf->index.size()))
    return failure();
  if (!type || !start || std::isnan(*start)) {
    why = "a maximum of magnitudes starts from a value that is not known";
    return failure();
  }
  SmallVector<int64_t> ranges = op.getStaticLoopRanges();
  AffineMap results = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  for (unsigned rows : matrixViews(type.getShape())) {
    SmallVector<unsigned> rowLoops = loopsOf(leaf, 0, rows, op.getNumLoops()),
                          columnLoops = loopsOf(leaf, rows, type.getRank(),
                                                op.getNumLoops());
    auto sizesOf = [&](ArrayRef<unsigned> list) {
      return llvm::map_to_vector(list,
                                 [&](unsigned loop) { return ranges[loop]; });
    };
    SmallVector<int64_t> rowSizes = sizesOf(rowLoops),
                         columnSizes = sizesOf(columnLoops);
    if (llvm::is_contained(rowSizes, 0) || llvm::is_contained(columnSizes, 0))
      continue;
    Matrix matrix{{countOf(rowSizes), countOf(columnSizes)}, context};
    SmallVector<AffineExpr> places(op.getNumLoops(),
                                   getAffineConstantExpr(0, context));
    SmallVector<AffineExpr> index = matrix.index();
    for (auto [loop, place] :
         llvm::zip_equal(rowLoops, delinearize(index[0], rowSizes, rowLoops)))
      places[loop] = place;
    for (auto [loop, place] : llvm::zip_equal(
             columnLoops, delinearize(index[1], columnSizes, columnLoops)))
      places[loop] = place;
    const Element *value = withoutAbs(
        elements.evaluate(reduced, body, elements.getArguments(op, places)));
    FailureOr<Grid> x = matchInput(value, matrix);
    if (failed(x))
      continue;
    Element result;
    result.type = getElementTypeOrSelf(op->getResult(0));
    result.tensor = op->getResult(0);
    for (AffineExpr expr : results.getResults())
      result.index.push_back(expr.replaceDims(places));
    FailureOr<Grid> grid = matchGrid(&result, matrix);
    if (failed(grid))
      continue;
    return Absmax{*x, *grid, static_cast<float>(std::max(*start, 0.0))};
  }
  why = "reduces magnitudes of no blocks of rows and columns";
  return failure();
}

LogicalResult raise::raiseAbsmax(RewriterBase &rewriter, Operation *op,
                                 std::string &why) {
  FailureOr<Absmax> absmax = matchAbsmax(op, why);
  if (failed(absmax))
    return failure();
  if (!std::isfinite(absmax->floor))
    return failure();
  Location loc = op->getLoc();
  Type type = getElementTypeOrSelf(op->getResult(0));
  if (!type.isF32() && !isHalf(type))
    return failure();
  const Grid &grid = absmax->result;
  if (grid.transposed && grid.varies[0] && grid.varies[1]) {
    why = "has the maxima of columns of blocks in rows";
    return failure();
  }
  Grid shape = grid;
  shape.tensor = shapeOf(op->getResult(0));
  Value x = rowMajor(rewriter, loc, absmax->x);
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(rewriter, loc, rowMajor(rewriter, loc, shape));
  Value init =
      tensor::EmptyOp::create(rewriter, loc, sizes, rewriter.getF32Type());
  Value maxima =
      BlockAbsmaxOp::create(rewriter, loc, TypeRange(init.getType()), x, init,
                            rewriter.getDenseI64ArrayAttr(grid.block),
                            rewriter.getF32FloatAttr(absmax->floor),
                            QuantizeConfigAttr())
          .getResult(0);
  // A maximum is an element of x: it is exact in a narrower float.
  maxima = convertFloats(rewriter, loc, maxima, type);
  FailureOr<Value> view = asShapeOf(rewriter, loc, maxima, shape);
  if (failed(view))
    return failure();
  rewriter.replaceOp(op, *view);
  return success();
}
