//===- LinalgToGQ.cpp - programs of front ends to gq ops ------------------===//
#include "Dequantize.h"
#include "Patterns.h"
#include "gq/Conversion/Passes.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Support/Remarks.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

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
    // Users first: what an op took along is dead when its turn comes.
    SmallVector<Operation *> ops;
    getOperation().walk([&](Operation *op) {
      if (isOfProgram(op) &&
          isa<linalg::LinalgOp, tensor::ExpandShapeOp, tensor::CollapseShapeOp,
              tensor::EmptyOp, arith::ConstantOp>(op))
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
  }

private:
  void raise(RewriterBase &rewriter, Operation *op) {
    using Raise = LogicalResult (*)(RewriterBase &, Operation *, std::string &);
    rewriter.setInsertionPoint(op);
    for (auto [name, apply] :
         {std::pair<StringRef, Raise>("product", raiseProduct),
          {"dequantize", raiseDequantize}}) {
      std::string why;
      if (succeeded(apply(rewriter, op, why))) {
        ++numRaised;
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
