//===- CollapseElementwise.cpp - elementwise ops on views as matrices -----===//
//
// In:  a product, or a loop over a batch, whose result is seen with more
//      dimensions (tensor.expand_shape), with elementwise ops behind that, as
//      where tokens are batch x sequence; or such ops in front of the view that
//      a gq op reads.
// Out: the same ops on matrices, which kernels take along, and the view behind
//      them.
//
// Which dimensions of an op may become one, upstream's patterns know.
//
//===----------------------------------------------------------------------===//
#include "CollapseElementwise.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/Transforms/Transforms.h"

using namespace mlir;
using namespace mlir::gq;

static constexpr unsigned kMatrix = 2;

/// All loops go through elements of the result, of more dimensions than a
/// matrix has.
static bool isElementwiseOfMore(Operation *op) {
  auto linalgOp = dyn_cast_or_null<linalg::LinalgOp>(op);
  return linalgOp && !isa<linalg::FillOp>(op) &&
         linalgOp.hasPureTensorSemantics() && linalgOp->getNumResults() == 1 &&
         linalgOp.getNumLoops() > kMatrix &&
         linalgOp.getNumParallelLoops() == linalgOp.getNumLoops() &&
         linalgOp.getMatchingIndexingMap(linalgOp.getDpsInitOperand(0))
             .isIdentity();
}

static bool isMatrix(Value value) {
  return cast<RankedTensorType>(value.getType()).getRank() == kMatrix;
}

/// The view of what a kernel computes, or of what elementwise ops make of it.
static bool isViewOfComputed(Value value) {
  auto view = value.getDefiningOp<tensor::ExpandShapeOp>();
  return view && isMatrix(view.getSrc()) &&
         isa_and_nonnull<BlockOpInterface, linalg::LinalgOp, scf::ForallOp>(
             view.getSrc().getDefiningOp());
}

/// The matrix that a gq op reads, of what elementwise ops compute.
static bool isReadAsMatrix(Operation *op) {
  auto view = dyn_cast<tensor::CollapseShapeOp>(op);
  return view && isMatrix(view) &&
         isElementwiseOfMore(view.getSrc().getDefiningOp()) &&
         llvm::all_of(view->getUsers(),
                      llvm::IsaPred<BlockOpInterface, tensor::DimOp>);
}

namespace {
/// Upstream's patterns are for linalg.generic.
struct GeneralizeOnView : OpInterfaceRewritePattern<linalg::LinalgOp> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;
  LogicalResult matchAndRewrite(linalg::LinalgOp op,
                                PatternRewriter &rewriter) const override {
    if (isa<linalg::GenericOp>(op) || !isElementwiseOfMore(op))
      return rewriter.notifyMatchFailure(op, "is no named elementwise op");
    if (!llvm::any_of(op.getDpsInputs(), isViewOfComputed) &&
        !llvm::any_of(op->getUsers(), isReadAsMatrix))
      return rewriter.notifyMatchFailure(op, "is on no view of a matrix");
    return linalg::generalizeNamedOp(rewriter, op);
  }
};

/// A size of a view is one that it was made with: a product that is only asked
/// for sizes is still read by one op.
struct SizeOfView : OpRewritePattern<tensor::DimOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tensor::DimOp op,
                                PatternRewriter &rewriter) const override {
    auto view = op.getSource().getDefiningOp<tensor::ExpandShapeOp>();
    std::optional<int64_t> dim = op.getConstantIndex();
    if (!view || !dim || *dim < 0 || *dim >= view.getResultType().getRank())
      return rewriter.notifyMatchFailure(op, "is of no view");
    rewriter.replaceOp(
        op, getValueOrCreateConstantIndexOp(rewriter, op.getLoc(),
                                            view.getMixedOutputShape()[*dim]));
    return success();
  }
};
} // namespace

void mlir::gq::populateCollapseElementwisePatterns(
    RewritePatternSet &patterns) {
  patterns.add<GeneralizeOnView, SizeOfView>(patterns.getContext());
  linalg::populateFoldReshapeOpsByCollapsingPatterns(
      patterns, [](OpOperand *operand) {
        Operation *user = operand->getOwner();
        return isElementwiseOfMore(user) ? isViewOfComputed(operand->get())
                                         : isReadAsMatrix(user);
      });
  // Destinations are views of nothing.
  tensor::populateFoldTensorEmptyPatterns(patterns);
}
