//===- RowValues.cpp - elementwise ops on values of rows ------------------===//
//
// In:  what a reduction makes of rows, seen as a vector, or with dimensions of
//      size 1 (tensor.collapse_shape, expand_shape); elementwise
//      ops on such values (mean, reciprocal root); elementwise ops on matrices
//      that read either.
// Out: elementwise ops on matrices that read columns of R x 1, with what is
//      computed of these values inside. Threads have them in registers: it
//      costs nothing to compute them where they are needed.
//
//===----------------------------------------------------------------------===//
#include "RowValues.h"
#include "RowReductions.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/Transforms/Transforms.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;
using namespace mlir::gq;

static bool isElementwiseOp(Operation *op) {
  auto linalgOp = dyn_cast_or_null<linalg::LinalgOp>(op);
  return linalgOp && !isa<linalg::FillOp>(op) &&
         linalgOp.hasPureTensorSemantics() && linalgOp->getNumResults() == 1 &&
         linalgOp.getNumParallelLoops() == linalgOp.getNumLoops() &&
         linalgOp.getMatchingIndexingMap(linalgOp.getDpsInitOperand(0))
             .isIdentity();
}

/// Values of rows: a vector, or a column of a matrix.
static bool isRowValue(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && (type.getRank() <= 1 ||
                  (type.getRank() == 2 && type.getDimSize(1) == 1));
}

/// Whether `value`, one of rows, is computed from what reductions make.
static bool isOfReduction(Value value) {
  SmallVector<Value> todo{value};
  DenseSet<Value> seen;
  while (!todo.empty()) {
    Value at = todo.pop_back_val();
    Operation *op = at.getDefiningOp();
    if (!op || !seen.insert(at).second || !isRowValue(at))
      continue;
    if (BlockOpInterface reduce = asReduction(op))
      return isa<BlockReduceOp>(op) || rowOf(reduce) != 0;
    if (isElementwiseOp(op))
      llvm::append_range(todo, cast<linalg::LinalgOp>(op).getDpsInputs());
    else if (isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(op))
      todo.push_back(op->getOperand(0));
  }
  return false;
}

/// The column that `value` is a view of as a vector; or null.
static Value columnOf(Value value) {
  auto view = value.getDefiningOp<tensor::CollapseShapeOp>();
  if (!view || view.getResultType().getRank() != 1 ||
      view.getSrcType().getRank() != 2 || view.getSrcType().getDimSize(1) != 1)
    return {};
  return view.getSrc();
}

namespace {
/// Named ops are generic ones where they read values of rows.
struct GeneralizeReader : OpInterfaceRewritePattern<linalg::LinalgOp> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;
  LogicalResult matchAndRewrite(linalg::LinalgOp op,
                                PatternRewriter &rewriter) const override {
    if (isa<linalg::GenericOp>(op) || !isElementwiseOp(op) ||
        llvm::none_of(op.getDpsInputs(), isOfReduction))
      return rewriter.notifyMatchFailure(op, "reads no value of a reduction");
    return linalg::generalizeNamedOp(rewriter, op);
  }
};

/// A vector that is a view of a column is read as that.
struct ReadColumn : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(linalg::GenericOp op,
                                PatternRewriter &rewriter) const override {
    if (!isElementwiseOp(op))
      return rewriter.notifyMatchFailure(op, "is not elementwise");
    bool changed = false;
    SmallVector<AffineMap> maps = op.getIndexingMapsArray();
    for (OpOperand *input : op.getDpsInputOperands()) {
      Value column = columnOf(input->get());
      if (!column || !isOfReduction(column))
        continue;
      changed = true;
      AffineMap &map = maps[input->getOperandNumber()];
      map =
          AffineMap::get(map.getNumDims(), 0,
                         {map.getResult(0), rewriter.getAffineConstantExpr(0)},
                         rewriter.getContext());
      rewriter.modifyOpInPlace(op, [&] { input->set(column); });
    }
    if (!changed)
      return rewriter.notifyMatchFailure(op, "reads no view of a column");
    rewriter.modifyOpInPlace(op, [&] {
      op.setIndexingMapsAttr(rewriter.getAffineMapArrayAttr(maps));
    });
    return success();
  }
};

/// What is computed of vectors that are views of columns is such a view, too:
/// elementwise ops on vectors are those on a matrix of one row otherwise.
struct ComputeColumn : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(linalg::GenericOp op,
                                PatternRewriter &rewriter) const override {
    if (!isElementwiseOp(op) || op.getNumLoops() != 1 ||
        op.getNumDpsInputs() == 0 ||
        op.payloadUsesValueFromOperand(op.getDpsInitOperand(0)))
      return rewriter.notifyMatchFailure(op, "is no function of vectors");
    SmallVector<Value> columns;
    for (OpOperand *input : op.getDpsInputOperands()) {
      AffineMap map = op.getMatchingIndexingMap(input);
      // As ReadColumn has it.
      bool reads = isRowValue(input->get()) && isOfReduction(input->get()) &&
                   map.getNumResults() == 2 &&
                   isa<AffineDimExpr>(map.getResult(0)) &&
                   isa<AffineConstantExpr>(map.getResult(1));
      if (!reads)
        return rewriter.notifyMatchFailure(op, "reads other than columns");
      columns.push_back(input->get());
    }
    Location loc = op.getLoc();
    auto type = cast<RankedTensorType>(op.getResult(0).getType());
    SmallVector<OpFoldResult> sizes =
        tensor::getMixedSizes(rewriter, loc, columns.front());
    Value empty =
        tensor::EmptyOp::create(rewriter, loc, sizes, type.getElementType());
    SmallVector<AffineMap> maps(columns.size() + 1,
                                rewriter.getMultiDimIdentityMap(2));
    SmallVector<utils::IteratorType> loops(2, utils::IteratorType::parallel);
    auto column = linalg::GenericOp::create(rewriter, loc, empty.getType(),
                                            columns, empty, maps, loops);
    rewriter.inlineRegionBefore(op.getRegion(), column.getRegion(),
                                column.getRegion().begin());
    rewriter.replaceOpWithNewOp<tensor::CollapseShapeOp>(
        op, type, column.getResult(0),
        SmallVector<ReassociationIndices>{{0, 1}});
    return success();
  }
};

/// What is computed of values of rows, where it is read.
struct ComputeWhereRead : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(linalg::GenericOp op,
                                PatternRewriter &rewriter) const override {
    if (!isElementwiseOp(op))
      return rewriter.notifyMatchFailure(op, "is not elementwise");
    for (OpOperand *input : op.getDpsInputOperands()) {
      auto producer = input->get().getDefiningOp<linalg::GenericOp>();
      if (!producer || !isElementwiseOp(producer) ||
          !isRowValue(input->get()) || !isOfReduction(input->get()) ||
          producer->getBlock() != op->getBlock() ||
          !linalg::areElementwiseOpsFusable(input) ||
          // What has to be in memory is read there, or stored on the way.
          !llvm::all_of(producer->getUsers(), [](Operation *user) {
            return isElementwiseOp(user) || isa<tensor::DimOp>(user);
          }))
        continue;
      // Others that read it have one of their own.
      if (!producer->hasOneUse()) {
        rewriter.setInsertionPoint(op);
        Operation *own = rewriter.clone(*producer);
        rewriter.modifyOpInPlace(op, [&] { input->set(own->getResult(0)); });
      }
      rewriter.setInsertionPoint(op);
      FailureOr<linalg::ElementwiseOpFusionResult> fused =
          linalg::fuseElementwiseOps(rewriter, input);
      if (failed(fused))
        return rewriter.notifyMatchFailure(op, "cannot be fused");
      rewriter.replaceOp(
          op, fused->fusedOp->getResults().take_back(op->getNumResults()));
      return success();
    }
    return rewriter.notifyMatchFailure(op, "reads no computed value of rows");
  }
};
} // namespace

void mlir::gq::readRowValuesAsColumns(func::FuncOp function) {
  MLIRContext *context = function.getContext();
  RewritePatternSet patterns(context);
  patterns.add<GeneralizeReader, ReadColumn, ComputeColumn, ComputeWhereRead>(
      context);
  tensor::populateReassociativeReshapeFoldingPatterns(patterns);
  tensor::CollapseShapeOp::getCanonicalizationPatterns(patterns, context);
  tensor::ExpandShapeOp::getCanonicalizationPatterns(patterns, context);
  (void)applyPatternsGreedily(function, std::move(patterns));
}
