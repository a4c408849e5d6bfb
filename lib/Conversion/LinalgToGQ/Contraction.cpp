//===- Contraction.cpp - structured ops as products of matrices -----------===//
//
// A contraction is any structured op that adds up products of two formulas, one
// of rows and one of columns of its result, over what both share. Its loops may
// be many: those of one kind are one dimension of a matrix.
//
//===----------------------------------------------------------------------===//
#include "Contraction.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/SmallBitVector.h"

using namespace mlir;
using namespace mlir::gq;
using namespace mlir::gq::raise;

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

/// The operand of the sum that is not the accumulator.
static Value summand(linalg::LinalgOp op, Operation *sum) {
  BlockArgument sumArg = op.getMatchingBlockArgument(op.getDpsInitOperand(0));
  for (unsigned i : {0, 1})
    if (sum->getOperand(i) == sumArg && sumArg.hasOneUse())
      return sum->getOperand(1 - i);
  return {};
}

/// Loops that an element depends on.
static void collectLoops(const Element *element, llvm::SmallBitVector &loops) {
  if (element->isLeaf())
    for (AffineExpr expr : element->index)
      for (unsigned loop : llvm::seq<unsigned>(0, loops.size()))
        if (expr.isFunctionOfDim(loop))
          loops.set(loop);
  for (const Element *operand : element->operands)
    collectLoops(operand, loops);
}

static SmallVector<int64_t> sizesOf(ArrayRef<unsigned> loops,
                                    ArrayRef<int64_t> ranges) {
  return llvm::map_to_vector(loops,
                             [&](unsigned loop) { return ranges[loop]; });
}

/// Splits the parallel loops between the sides, in the order of the result.
static LogicalResult splitLoops(Contraction &product,
                                std::array<llvm::SmallBitVector, 2> uses,
                                ArrayRef<int64_t> ranges, std::string &why) {
  linalg::LinalgOp op = product.op;
  AffineMap map = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  std::optional<unsigned> last;
  SmallVector<unsigned> order;
  SmallVector<unsigned> single;
  for (AffineExpr expr : map.getResults()) {
    unsigned loop = cast<AffineDimExpr>(expr).getPosition();
    if (uses[0][loop] == uses[1][loop]) {
      // A batch of one product is that product.
      if (ranges[loop] != 1) {
        why = uses[0][loop] ? "is a batch of products, of which both operands "
                              "have one for each"
                            : "repeats its results along a dimension";
        return failure();
      }
      // To the side in front, or else the first one.
      if (last)
        product.sides[*last].rows.push_back(loop);
      else
        single.push_back(loop);
      continue;
    }
    unsigned side = uses[1][loop];
    if (order.empty() || order.back() != side)
      order.push_back(side);
    if (!last)
      product.sides[side].rows = single;
    last = side;
    product.sides[side].rows.push_back(loop);
  }
  if (order.size() != 2) {
    why = "is no product of two matrices: rows and columns of its result "
          "alternate, or it has none of them";
    return failure();
  }
  if (order.front() == 1)
    std::swap(product.sides[0], product.sides[1]);
  return success();
}

FailureOr<Contraction> raise::matchContraction(linalg::LinalgOp op,
                                               Elements &elements,
                                               std::string &why) {
  if (!op.hasPureTensorSemantics() || op->getNumResults() != 1 ||
      op.getNumReductionLoops() == 0 ||
      op.getNumReductionLoops() + op.getNumParallelLoops() != op.getNumLoops())
    return failure();
  Block *body = op.getBlock();
  Operation *sum = body->getTerminator()->getOperand(0).getDefiningOp();
  if (!isa_and_nonnull<arith::AddFOp, arith::AddIOp>(sum))
    return failure();
  Value added = summand(op, sum);
  Operation *multiply = added ? added.getDefiningOp() : nullptr;
  Contraction product{op, {}, {}, isa<arith::AddIOp>(sum)};
  if (product.integers ? !isa_and_nonnull<arith::MulIOp>(multiply)
                       : !isa_and_nonnull<arith::MulFOp>(multiply))
    return failure();
  if (!op.getMatchingIndexingMap(op.getDpsInitOperand(0))
           .isProjectedPermutation())
    return failure();
  MLIRContext *context = op.getContext();
  SmallVector<AffineExpr> loops;
  for (unsigned loop : llvm::seq(op.getNumLoops()))
    loops.push_back(getAffineDimExpr(loop, context));
  SmallVector<const Element *> args = elements.getArguments(op, loops);
  std::array<llvm::SmallBitVector, 2> uses;
  for (unsigned side : {0, 1}) {
    product.sides[side].value = multiply->getOperand(side);
    uses[side].resize(op.getNumLoops());
    collectLoops(elements.evaluate(product.sides[side].value, body, args),
                 uses[side]);
  }
  SmallVector<int64_t> ranges = op.getStaticLoopRanges();
  for (auto [loop, type] : llvm::enumerate(op.getIteratorTypesArray())) {
    if (type != utils::IteratorType::reduction)
      continue;
    product.inner.push_back(loop);
    if (uses[0][loop] && uses[1][loop])
      continue;
    if (ranges[loop] != 1) {
      why = "adds up one of its operands alone";
      return failure();
    }
  }
  if (failed(splitLoops(product, uses, ranges, why)))
    return failure();
  SmallVector<int64_t> innerSizes = sizesOf(product.inner, ranges);
  for (Side &side : product.sides) {
    SmallVector<int64_t> rowSizes = sizesOf(side.rows, ranges);
    if (llvm::is_contained(rowSizes, 0) || llvm::is_contained(innerSizes, 0)) {
      why = "has no elements";
      return failure();
    }
    side.matrix = {{countOf(rowSizes), countOf(innerSizes)}, context};
    SmallVector<AffineExpr> places(op.getNumLoops(),
                                   getAffineConstantExpr(0, context));
    SmallVector<AffineExpr> index = side.matrix.index();
    for (auto [loop, place] :
         llvm::zip_equal(side.rows, delinearize(index[0], rowSizes, side.rows)))
      places[loop] = place;
    for (auto [loop, place] : llvm::zip_equal(
             product.inner, delinearize(index[1], innerSizes, product.inner)))
      places[loop] = place;
    side.element =
        elements.evaluate(side.value, body, elements.getArguments(op, places));
  }
  return product;
}

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

static SmallVector<ReassociationIndices>
resultGroups(const Contraction &product) {
  SmallVector<ReassociationIndices> groups(2);
  int64_t dim = 0;
  for (unsigned side : {0, 1})
    for (unsigned i = 0; i < product.sides[side].rows.size(); ++i)
      groups[side].push_back(dim++);
  return groups;
}

Value raise::startAsMatrix(OpBuilder &b, Location loc,
                           const Contraction &product) {
  linalg::LinalgOp op = product.op;
  Value init = op.getDpsInitOperand(0)->get();
  auto type = cast<RankedTensorType>(init.getType());
  if (type.getRank() == 2)
    return init;
  SmallVector<ReassociationIndices> groups = resultGroups(product);
  auto fill = init.getDefiningOp<linalg::FillOp>();
  if (!fill)
    return tensor::CollapseShapeOp::create(b, loc, init, groups);
  Value empty = tensor::CollapseShapeOp::create(
      b, loc, fill.getDpsInitOperand(0)->get(), groups);
  return linalg::FillOp::create(b, loc, fill.value(), empty).getResult(0);
}

void raise::replaceByMatmul(RewriterBase &rewriter, const Contraction &product,
                            Value matmul) {
  linalg::LinalgOp op = product.op;
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  if (type.getRank() == 2)
    return rewriter.replaceOp(op, matmul);
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(
      rewriter, op.getLoc(), op.getDpsInitOperand(0)->get());
  rewriter.replaceOpWithNewOp<tensor::ExpandShapeOp>(
      op, type, matmul, resultGroups(product), sizes);
}
