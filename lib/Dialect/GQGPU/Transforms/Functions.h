//===- Functions.h - functions of f32 in ops of arith -----------*- C++ -*-===//
//
// Formulas that others are made of.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_DIALECT_GQGPU_TRANSFORMS_FUNCTIONS_H
#define GQ_LIB_DIALECT_GQGPU_TRANSFORMS_FUNCTIONS_H

#include "ScalarBuilder.h"
#include "mlir/IR/PatternMatch.h"

namespace mlir::gqgpu {

/// e^x, with an error of about |x| 2^-24.
Value exponential(ScalarBuilder &b, Value x);
/// e^x - 1, with the digits of a small x.
Value exponentialMinus1(ScalarBuilder &b, Value x);
/// ln(x) \p unit.
Value logarithm(ScalarBuilder &b, Value x, double unit);
/// ln(1 + x), with the digits of a small x.
Value logarithmOf1Plus(ScalarBuilder &b, Value x);

/// A function of one f32, by a formula.
template <typename OpTy, Value (*make)(ScalarBuilder &, Value)>
struct FunctionPattern : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;
  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    if (!op.getType().isF32())
      return rewriter.notifyMatchFailure(op, "not f32");
    ScalarBuilder b(op.getLoc(), rewriter);
    rewriter.replaceOp(op, make(b, op.getOperand()));
    return success();
  }
};

} // namespace mlir::gqgpu

#endif // GQ_LIB_DIALECT_GQGPU_TRANSFORMS_FUNCTIONS_H
