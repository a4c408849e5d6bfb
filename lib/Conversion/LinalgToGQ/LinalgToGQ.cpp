//===- LinalgToGQ.cpp - programs of front ends to gq ops ------------------===//
#include "gq/Conversion/LinalgToGQ/LinalgToGQ.h"
#include "Dequantize.h"
#include "Patterns.h"
#include "gq/Conversion/Passes.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQ/IR/Views.h"
#include "gq/Support/Remarks.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/Transforms/Transforms.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Dominance.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/CSE.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlir {
#define GEN_PASS_DEF_CONVERTLINALGTOGQPASS
#include "gq/Conversion/Passes.h.inc"
} // namespace mlir

using namespace mlir;
using namespace mlir::gq;
using namespace mlir::gq::raise;

LogicalResult raise::raiseDequantize(RewriterBase &rewriter, Operation *op,
                                     std::string &why) {
  if (!isa<tensor::CollapseShapeOp, linalg::LinalgOp>(op) ||
      op->getNumResults() != 1)
    return failure();
  auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  if (!type || type.getRank() != 2 ||
      (!isHalf(type.getElementType()) && !type.getElementType().isF32()))
    return failure();
  Elements elements(op->getContext());
  Matrix matrix{{type.getDimSize(0), type.getDimSize(1)}, op->getContext()};
  const Element *element = elements.get(op->getResult(0), matrix.index());
  if (!elements.hasViews())
    return failure();
  FailureOr<Dequantized> value = matchDequantized(element, matrix, why);
  if (failed(value) || !value->scale || value->zero ||
      value->type != type.getElementType())
    return failure();
  rewriter.replaceOp(
      op, makeDequantize(rewriter, op->getLoc(), *value, value->type));
  return success();
}

void mlir::gq::expandScaling(Operation *root) {
  bool found =
      root->walk([](Operation *op) {
            return isa<arith::ScalingExtFOp, arith::ScalingTruncFOp>(op)
                       ? WalkResult::interrupt()
                       : WalkResult::advance();
          })
          .wasInterrupted();
  if (!found)
    return;
  RewritePatternSet patterns(root->getContext());
  arith::populateExpandScalingExtTruncPatterns(patterns);
  // Nothing is lost if this does not converge: the ops stay.
  (void)applyPatternsGreedily(root, std::move(patterns));
}

/// Ops of kernels and loops over tiles are somebody's decision.
static bool isOfProgram(Operation *op) {
  Operation *parent = op->getParentOp();
  while (isa<scf::IfOp>(parent))
    parent = parent->getParentOp();
  return isa<func::FuncOp>(parent);
}

namespace {
struct ConvertLinalgToGQPass
    : impl::ConvertLinalgToGQPassBase<ConvertLinalgToGQPass> {
  using ConvertLinalgToGQPassBase::ConvertLinalgToGQPassBase;

  void runOnOperation() override {
    if (failed(gq::verifyViews(getOperation())) ||
        failed(raiseCustomCalls(getOperation())))
      return signalPassFailure();
    expandScaling(getOperation());
    raised = false;
    // Users first: what an op took along is dead when its turn comes.
    SmallVector<Operation *> ops;
    getOperation().walk([&](Operation *op) {
      if (isOfProgram(op) &&
          (isa<linalg::LinalgOp, tensor::ExpandShapeOp, tensor::CollapseShapeOp,
               tensor::EmptyOp>(op) ||
           OpTrait::hasElementwiseMappableTraits(op)))
        ops.push_back(op);
    });
    IRRewriter rewriter(&getContext());
    for (Operation *op : llvm::reverse(ops)) {
      if (isOpTriviallyDead(op)) {
        rewriter.eraseOp(op);
        continue;
      }
      raise(rewriter, op);
    }
    if (raised)
      cleanUp(rewriter);
  }

private:
  /// A statistic counts only where LLVM is built to.
  bool raised = false;

  /// Views of views go, and what is computed for several ops is one value, as
  /// gq-fuse-quantize wants it.
  void cleanUp(RewriterBase &rewriter) {
    RewritePatternSet patterns(&getContext());
    tensor::CollapseShapeOp::getCanonicalizationPatterns(patterns,
                                                         &getContext());
    tensor::ExpandShapeOp::getCanonicalizationPatterns(patterns, &getContext());
    // Sizes are those of arguments, not of what is computed, which would be
    // read for its size.
    tensor::DimOp::getCanonicalizationPatterns(patterns, &getContext());
    memref::populateResolveRankedShapedTypeResultDimsPatterns(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      return signalPassFailure();
    DominanceInfo dominance(getOperation());
    eliminateCommonSubExpressions(rewriter, dominance, getOperation());
  }

  void raise(RewriterBase &rewriter, Operation *op) {
    using Raise = LogicalResult (*)(RewriterBase &, Operation *, std::string &);
    rewriter.setInsertionPoint(op);
    for (auto [name, apply] :
         {std::pair<StringRef, Raise>("product", raiseProduct),
          {"dequantize", raiseDequantize},
          {"cast", raiseCast},
          {"absmax", raiseAbsmax}}) {
      std::string why;
      if (succeeded(apply(rewriter, op, why))) {
        ++numRaised;
        raised = true;
        return;
      }
      if (!why.empty()) {
        remarkMissed(op, kPass, name, "is not raised: " + why);
        return;
      }
    }
  }
};
} // namespace
