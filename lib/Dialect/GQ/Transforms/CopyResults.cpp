//===- CopyResults.cpp - results that are the same tensor -----------------===//
//
// In:  a function that returns a tensor twice.
// Out: the second one is a gq.copy of it: a caller gives a buffer for each.
//
//===----------------------------------------------------------------------===//
#include "CopyResults.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::gq;

/// What a gq.copy takes.
static bool canCopy(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.getRank() == 2 &&
         (isa<BFloat16Type, Float16Type, Float32Type, Float8E4M3FNType,
              Float8E5M2Type, Float8E8M0FNUType>(tensor.getElementType()) ||
          tensor.getElementType().isSignlessInteger(8) ||
          tensor.getElementType().isSignlessInteger(32));
}

namespace {
struct CopyResult : OpRewritePattern<func::ReturnOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(func::ReturnOp op,
                                PatternRewriter &rewriter) const override {
    DenseSet<Value> seen;
    for (OpOperand &operand : op->getOpOperands()) {
      Value value = operand.get();
      if (seen.insert(value).second || !canCopy(value.getType()))
        continue;
      auto type = cast<RankedTensorType>(value.getType());
      Value empty = tensor::EmptyOp::create(
          rewriter, op.getLoc(),
          tensor::getMixedSizes(rewriter, op.getLoc(), value),
          type.getElementType());
      auto copy = CopyOp::create(rewriter, op.getLoc(), TypeRange(type), value,
                                 empty, QuantizeConfigAttr());
      rewriter.modifyOpInPlace(op, [&] { operand.set(copy.getResult(0)); });
      return success();
    }
    return rewriter.notifyMatchFailure(op, "returns nothing twice");
  }
};
} // namespace

void mlir::gq::populateCopyResultPatterns(RewritePatternSet &patterns) {
  patterns.add<CopyResult>(patterns.getContext());
}
