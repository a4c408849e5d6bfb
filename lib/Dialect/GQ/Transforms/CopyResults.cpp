//===- CopyResults.cpp - results that are the same tensor -----------------===//
//
// In:  a function that returns a tensor twice.
// Out: the second one is a gq.copy of the first: a caller gives a buffer for
//      each. Copies of one tensor would be one again, so each is of the one in
//      front; and what elementwise ops compute is copied once for the first.
//
//===----------------------------------------------------------------------===//
#include "CopyResults.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQ/Transforms/Fusion.h"
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

static Value copyOf(OpBuilder &b, Location loc, Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  Value empty = tensor::EmptyOp::create(
      b, loc, tensor::getMixedSizes(b, loc, value), type.getElementType());
  return CopyOp::create(b, loc, TypeRange(type), value, empty,
                        QuantizeConfigAttr())
      .getResult(0);
}

namespace {
struct CopyResult : OpRewritePattern<func::ReturnOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(func::ReturnOp op,
                                PatternRewriter &rewriter) const override {
    DenseMap<Value, OpOperand *> seen;
    for (OpOperand &operand : op->getOpOperands()) {
      Value value = operand.get();
      auto [first, isNew] = seen.try_emplace(value, &operand);
      if (isNew || !canCopy(value.getType()))
        continue;
      rewriter.modifyOpInPlace(op, [&, first = first->second] {
        if (getElementwise(value.getDefiningOp()))
          first->set(copyOf(rewriter, op.getLoc(), value));
        Value before = first->get();
        for (OpOperand &other : op->getOpOperands())
          if (other.get() == value && &other != first) {
            before = copyOf(rewriter, op.getLoc(), before);
            other.set(before);
          }
      });
      return success();
    }
    return rewriter.notifyMatchFailure(op, "returns nothing twice");
  }
};
} // namespace

void mlir::gq::populateCopyResultPatterns(RewritePatternSet &patterns) {
  patterns.add<CopyResult>(patterns.getContext());
}
