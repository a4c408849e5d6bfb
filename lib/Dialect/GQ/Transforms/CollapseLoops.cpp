//===- CollapseLoops.cpp - ops on tensors of any rank as matrices ---------===//
//
// In:  linalg ops with more loops than two, or one, that are elementwise or
//      reduce.
// Out: the same ops with two loops, on views of the tensors: dimensions that
//      lie side by side in all operands are one. Vectors are matrices of one
//      row.
//
// Which dimensions may become one, and how, upstream knows.
//
//===----------------------------------------------------------------------===//
#include "CollapseLoops.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Dominance.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

static constexpr unsigned kMatrix = 2;

/// Elementwise, or a reduction that is no product.
static bool isOfElements(linalg::LinalgOp op) {
  // What a product starts from stays as it is.
  if (isa<linalg::FillOp>(op) &&
      !llvm::all_of(op->getUsers(), llvm::IsaPred<func::ReturnOp>))
    return false;
  return op.hasPureTensorSemantics() && op->getNumResults() == 1 &&
         !op.hasIndexSemantics() && op.getNumLoops() > 0 &&
         !isa<linalg::ContractionOpInterface, linalg::ConvolutionOpInterface>(
             op.getOperation()) &&
         !linalg::isaContractionOpInterface(op);
}

/// Loops [0, first) and the others may be one each.
static bool canCollapse(linalg::LinalgOp op, unsigned first) {
  SmallVector<utils::IteratorType> loops = op.getIteratorTypesArray();
  for (unsigned loop = 0; loop < loops.size(); ++loop)
    if (loops[loop] != loops[loop < first ? 0 : first])
      return false;
  SmallVector<ReassociationIndices> groups(kMatrix);
  for (unsigned loop = 0; loop < loops.size(); ++loop)
    groups[loop < first ? 0 : 1].push_back(loop);
  return linalg::areDimSequencesPreserved(op.getIndexingMapsArray(), groups);
}

static bool hasConstant(AffineMap map) {
  return llvm::any_of(map.getResults(), llvm::IsaPred<AffineConstantExpr>);
}

/// Dimensions of size 1 that `map` reads or writes at 0 go into a neighbour.
static SmallVector<ReassociationIndices> withoutConstants(AffineMap map) {
  SmallVector<ReassociationIndices> groups;
  ReassociationIndices pending;
  for (auto [dim, expr] : llvm::enumerate(map.getResults())) {
    auto index = static_cast<int64_t>(dim);
    if (isa<AffineConstantExpr>(expr) && !groups.empty()) {
      groups.back().push_back(index);
      continue;
    }
    pending.push_back(index);
    if (isa<AffineConstantExpr>(expr))
      continue;
    groups.push_back(std::exchange(pending, {}));
  }
  return groups;
}

namespace {
/// Operands with a dimension of size 1 for one that the loops reduce or repeat
/// are seen without it: upstream collapses no maps with constants.
struct DropUnitDims : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(linalg::GenericOp op,
                                PatternRewriter &rewriter) const override {
    SmallVector<AffineMap> maps = op.getIndexingMapsArray();
    if (op.getNumLoops() <= kMatrix || !isOfElements(op) ||
        llvm::none_of(maps, hasConstant))
      return rewriter.notifyMatchFailure(op, "reads no dimension at 0");
    Location loc = op.getLoc();
    SmallVector<Value> operands;
    for (auto [value, map] : llvm::zip(op->getOperands(), maps)) {
      operands.push_back(value);
      if (!hasConstant(map))
        continue;
      auto type = cast<RankedTensorType>(value.getType());
      SmallVector<int64_t> shape;
      SmallVector<AffineExpr> exprs;
      for (auto [size, expr] : llvm::zip(type.getShape(), map.getResults())) {
        if (!isa<AffineConstantExpr>(expr)) {
          shape.push_back(size);
          exprs.push_back(expr);
        } else if (size != 1) {
          return rewriter.notifyMatchFailure(op, "reads a part of an operand");
        }
      }
      operands.back() = tensor::CollapseShapeOp::create(
          rewriter, loc, RankedTensorType::get(shape, type.getElementType()),
          value, withoutConstants(map));
      map = AffineMap::get(map.getNumDims(), 0, exprs, op.getContext());
    }
    size_t inputs = op.getNumDpsInputs();
    Value init = operands.back();
    auto dropped = linalg::GenericOp::create(
        rewriter, loc, init.getType(), ArrayRef(operands).take_front(inputs),
        init, maps, op.getIteratorTypesArray());
    rewriter.cloneRegionBefore(op.getRegion(), dropped.getRegion(),
                               dropped.getRegion().end());
    Value result = dropped.getResult(0);
    AffineMap written = op.getIndexingMapsArray().back();
    if (hasConstant(written))
      result = tensor::ExpandShapeOp::create(
          rewriter, loc, op.getResultTypes()[0], result,
          withoutConstants(written),
          tensor::getMixedSizes(rewriter, loc, op.getDpsInits()[0]));
    rewriter.replaceOp(op, result);
    return success();
  }
};

struct CollapseToMatrix : OpInterfaceRewritePattern<linalg::LinalgOp> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;
  LogicalResult matchAndRewrite(linalg::LinalgOp op,
                                PatternRewriter &rewriter) const override {
    unsigned loops = op.getNumLoops();
    if (loops <= kMatrix || !isOfElements(op) ||
        llvm::any_of(op.getIndexingMapsArray(), hasConstant))
      return rewriter.notifyMatchFailure(op, "is on matrices, or a product");
    // Rows as the last dimension has them, if possible.
    for (unsigned first = loops - 1; first > 0; --first) {
      if (!canCollapse(op, first))
        continue;
      SmallVector<ReassociationIndices> groups(kMatrix);
      for (unsigned loop = 0; loop < loops; ++loop)
        groups[loop < first ? 0 : 1].push_back(loop);
      // Of a named op the attributes would stay, as dimensions that are none of
      // the matrix.
      if (!isa<linalg::GenericOp, linalg::FillOp>(op)) {
        FailureOr<linalg::GenericOp> generic =
            linalg::generalizeNamedOp(rewriter, op);
        if (failed(generic))
          return rewriter.notifyMatchFailure(op, "has no body");
        op = *generic;
      }
      FailureOr<linalg::CollapseResult> collapsed =
          linalg::collapseOpIterationDims(op, groups, rewriter);
      if (failed(collapsed))
        return rewriter.notifyMatchFailure(op, "cannot be collapsed");
      rewriter.replaceOp(op, collapsed->results);
      return success();
    }
    return rewriter.notifyMatchFailure(
        op, "has no dimensions that all operands have side by side");
  }
};

/// A vector is the only row of a matrix.
struct VectorAsRow : OpInterfaceRewritePattern<linalg::LinalgOp> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;
  LogicalResult matchAndRewrite(linalg::LinalgOp op,
                                PatternRewriter &rewriter) const override {
    MLIRContext *context = op.getContext();
    if (op.getNumLoops() != 1 || !isOfElements(op) || isa<linalg::FillOp>(op))
      return rewriter.notifyMatchFailure(op, "is on no vector");
    AffineMap identity = AffineMap::getMultiDimIdentityMap(1, context);
    for (AffineMap map : op.getIndexingMapsArray())
      if (map != identity && map.getNumResults() != 0)
        return rewriter.notifyMatchFailure(op, "reads other than vectors");
    Location loc = op.getLoc();
    auto asRow = [&](Value value) -> Value {
      auto type = dyn_cast<RankedTensorType>(value.getType());
      if (!type || type.getRank() != 1)
        return value;
      SmallVector<OpFoldResult> sizes =
          tensor::getMixedSizes(rewriter, loc, value);
      sizes.insert(sizes.begin(), rewriter.getIndexAttr(1));
      auto row =
          RankedTensorType::get({1, type.getDimSize(0)}, type.getElementType());
      return tensor::ExpandShapeOp::create(
          rewriter, loc, row, value, ArrayRef<ReassociationIndices>{{0, 1}},
          sizes);
    };
    SmallVector<Value> inputs, outputs;
    for (Value input : op.getDpsInputs())
      inputs.push_back(asRow(input));
    for (Value init : op.getDpsInits())
      outputs.push_back(asRow(init));
    SmallVector<AffineMap> maps;
    for (AffineMap map : op.getIndexingMapsArray())
      maps.push_back(map == identity
                         ? AffineMap::getMultiDimIdentityMap(kMatrix, context)
                         : AffineMap::get(kMatrix, 0, context));
    utils::IteratorType loop = op.getIteratorTypesArray()[0];
    SmallVector<utils::IteratorType> loops{loop, loop};
    auto matrix = linalg::GenericOp::create(
        rewriter, loc, outputs.front().getType(), inputs, outputs, maps, loops);
    rewriter.cloneRegionBefore(op->getRegion(0), matrix.getRegion(),
                               matrix.getRegion().end());
    Value result = matrix.getResult(0);
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    if (type.getRank() == 1)
      result = tensor::CollapseShapeOp::create(
          rewriter, loc, type, result, ArrayRef<ReassociationIndices>{{0, 1}});
    rewriter.replaceOp(op, result);
    return success();
  }
};
} // namespace

/// Two views of one tensor that are the same are one: kernels read it once.
static void mergeViews(func::FuncOp function) {
  DominanceInfo dominance(function);
  DenseMap<Value, SmallVector<tensor::CollapseShapeOp>> known;
  SmallVector<tensor::CollapseShapeOp> merged;
  function.walk([&](tensor::CollapseShapeOp view) {
    SmallVector<tensor::CollapseShapeOp> &others = known[view.getSrc()];
    for (tensor::CollapseShapeOp other : others)
      if (other.getType() == view.getType() &&
          other.getReassociation() == view.getReassociation() &&
          dominance.properlyDominates(other.getOperation(), view)) {
        view.replaceAllUsesWith(other.getResult());
        merged.push_back(view);
        return;
      }
    others.push_back(view);
  });
  for (tensor::CollapseShapeOp view : merged)
    view.erase();
}

template <typename... Patterns> static void apply(func::FuncOp function) {
  MLIRContext *context = function.getContext();
  RewritePatternSet patterns(context);
  patterns.add<Patterns...>(context);
  tensor::CollapseShapeOp::getCanonicalizationPatterns(patterns, context);
  tensor::ExpandShapeOp::getCanonicalizationPatterns(patterns, context);
  (void)applyPatternsGreedily(function, std::move(patterns));
  mergeViews(function);
}

void mlir::gq::readAsMatrices(func::FuncOp function) {
  apply<DropUnitDims, CollapseToMatrix>(function);
}

void mlir::gq::readVectorsAsRows(func::FuncOp function) {
  apply<VectorAsRow>(function);
}
