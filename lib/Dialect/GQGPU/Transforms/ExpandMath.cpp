//===- ExpandMath.cpp - functions in instructions that exist --------------===//
//
// Multiprocessors have a power of two; it is what exp becomes. Functions
// without an instruction become polynomials.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQGPU/Transforms/Passes.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlir::gqgpu {
#define GEN_PASS_DEF_EXPANDMATHPASS
#include "gq/Dialect/GQGPU/Transforms/Passes.h.inc"
} // namespace mlir::gqgpu

using namespace mlir;
using namespace mlir::gqgpu;

namespace {

/// exp(x) = 2^(x log2 e): about 2 ulp with the hardware's power of two.
struct ExpandExp : OpRewritePattern<math::ExpOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(math::ExpOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.getType().isF32())
      return rewriter.notifyMatchFailure(op, "not f32");
    Value log2e = arith::ConstantOp::create(
        rewriter, op.getLoc(), rewriter.getF32FloatAttr(1.4426950408889634f));
    Value scaled =
        arith::MulFOp::create(rewriter, op.getLoc(), op.getOperand(), log2e);
    rewriter.replaceOpWithNewOp<math::Exp2Op>(op, scaled);
    return success();
  }
};

struct ExpandMathPass : gqgpu::impl::ExpandMathPassBase<ExpandMathPass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateExpandMathPatterns(patterns);
    FrozenRewritePatternSet frozen(std::move(patterns));
    if (failed(forEachKernel(getOperation(), [&](KernelOp kernel) {
          return applyPatternsGreedily(kernel, frozen);
        })))
      signalPassFailure();
  }
};

} // namespace

void mlir::gqgpu::populateExpandMathPatterns(RewritePatternSet &patterns) {
  populateMathPolynomialApproximationPatterns(
      patterns, [](StringRef name) { return name != "math.exp"; });
  patterns.add<ExpandExp>(patterns.getContext());
}
