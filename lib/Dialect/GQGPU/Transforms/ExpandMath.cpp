//===- ExpandMath.cpp - functions in instructions that exist --------------===//
//
// In:  what elementwise ops compute on one element, in ops of arith and math
//      and on any type.
// Out: the same in ops of which each is an instruction, or a few; what cannot
//      be had so is refused, at the op that the program has.
//
// Multiprocessors have a power of two; it is what exp becomes. Floats narrower
// than f32 are computed in f32 where they have no instruction. Flags that allow
// to compute less exactly are not made use of: results do not depend on them.
//
// Errors, against the exact function of the f32 operand: 2^-16 of the result,
// and 2^-140; the test of all functions measures them. Sines and their like are
// NaN from 2^48 on, where an f32 is further from the next one than many
// periods.
//
//===----------------------------------------------------------------------===//
#include "ExpandMath.h"
#include "RoundWide.h"
#include "gq/Dialect/GQGPU/Transforms/Passes.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlir::gqgpu {
#define GEN_PASS_DEF_EXPANDMATHPASS
#include "gq/Dialect/GQGPU/Transforms/Passes.h.inc"
} // namespace mlir::gqgpu

using namespace mlir;
using namespace mlir::gqgpu;

/// Whether kernels compute with elements of `type`.
static bool isScalar(Type type) {
  if (auto integer = dyn_cast<IntegerType>(type))
    return llvm::is_contained({1u, 8u, 16u, 32u, 64u}, integer.getWidth());
  return isa<Float64Type, Float32Type, Float16Type, BFloat16Type,
             Float8E4M3FNType, Float8E5M2Type, Float8E8M0FNUType, IndexType>(
      type);
}

/// Functions that have instructions, of every type that is left of them.
static bool hasInstructions(Operation *op) {
  if (auto exp2 = dyn_cast<math::Exp2Op>(op))
    return exp2.getType().isF32();
  return isa<math::AbsFOp, math::AbsIOp, math::CeilOp, math::CopySignOp,
             math::CountLeadingZerosOp, math::CountTrailingZerosOp,
             math::CtPopOp, math::FloorOp, math::FmaOp, math::IsFiniteOp,
             math::IsInfOp, math::IsNaNOp, math::RoundEvenOp, math::RoundOp,
             math::RsqrtOp, math::SqrtOp, math::TruncOp>(op);
}

/// Why kernels do not compute `op`, as the rewrites left it.
static std::optional<std::string> refuse(Operation *op) {
  std::string reason;
  llvm::raw_string_ostream text(reason);
  if (!isa_and_nonnull<arith::ArithDialect, math::MathDialect>(
          op->getDialect()))
    return "has no form in kernels: expects ops of arith and math";
  for (TypeRange types :
       {TypeRange(op->getOperandTypes()), TypeRange(op->getResultTypes())})
    for (Type type : types)
      if (!isScalar(type)) {
        text << "has no form in kernels on '" << type
             << "': expects f64, f32, f16, bf16, f8E4M3FN, f8E5M2, "
                "f8E8M0FNU, i1, i8, i16, i32, i64 or index";
        return reason;
      }
  if (isa<arith::RemFOp>(op))
    return "has no form in kernels: an exact remainder takes a loop for each "
           "element";
  if (isa<arith::ScalingExtFOp, arith::ScalingTruncFOp>(op))
    return "has no form in kernels: gq.dequantize and gq.quantize have";
  if (!isa<math::MathDialect>(op->getDialect()) || hasInstructions(op))
    return std::nullopt;
  text << "has no form in kernels on '" << op->getOperand(0).getType()
       << "': expects f32, f16, bf16, f8E4M3FN or f8E5M2";
  return reason;
}

/// Permissions: to compute less exactly, and not to care for overflow.
static void dropFlags(Operation *op) {
  MLIRContext *context = op->getContext();
  auto floats = dyn_cast<arith::ArithFastMathInterface>(op);
  if (floats && floats.getFastMathFlagsAttr() &&
      floats.getFastMathFlagsAttr().getValue() != arith::FastMathFlags::none)
    op->setAttr(
        floats.getFastMathAttrName(),
        arith::FastMathFlagsAttr::get(context, arith::FastMathFlags::none));
  auto integers = dyn_cast<arith::ArithIntegerOverflowFlagsInterface>(op);
  if (integers && integers.getOverflowAttr().getValue() !=
                      arith::IntegerOverflowFlags::none)
    op->setAttr(integers.getIntegerOverflowAttrName(),
                arith::IntegerOverflowFlagsAttr::get(
                    context, arith::IntegerOverflowFlags::none));
}

namespace {

struct ExpandMathPass : gqgpu::impl::ExpandMathPassBase<ExpandMathPass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateExpandMathPatterns(patterns);
    FrozenRewritePatternSet frozen(std::move(patterns));
    if (failed(forEachKernel(getOperation(), [&](KernelOp kernel) {
          return expand(kernel, frozen);
        })))
      signalPassFailure();
  }

  static LogicalResult expand(KernelOp kernel,
                              const FrozenRewritePatternSet &patterns) {
    kernel.walk([](ElementwiseOp op) {
      op.getBody().walk([](Operation *inner) { dropFlags(inner); });
    });
    // Constants stay where they are: what is placed in front of the rest, as
    // waits and triggers, stays in front.
    if (failed(applyPatternsGreedily(
            kernel, patterns, GreedyRewriteConfig().enableConstantCSE(false))))
      return failure();
    WalkResult walk = kernel.walk([](ElementwiseOp op) {
      return op.getBody().walk([](Operation *inner) {
        if (isa<YieldOp>(inner))
          return WalkResult::advance();
        std::optional<std::string> reason = refuse(inner);
        if (!reason)
          return WalkResult::advance();
        inner->emitOpError(*reason);
        return WalkResult::interrupt();
      });
    });
    if (walk.wasInterrupted())
      return failure();
    kernel.walk(computeSideBySide);
    return success();
  }
};

} // namespace

void mlir::gqgpu::populateExpandMathPatterns(RewritePatternSet &patterns) {
  populateRoundWidePatterns(patterns);
  populateNarrowFloatPatterns(patterns);
  populateConversionPatterns(patterns);
  populateErfPatterns(patterns);
  populatePowerPatterns(patterns);
  populateTrigonometryPatterns(patterns);
  // Those of upstream that are within the bound, special values included.
  static constexpr StringLiteral kApproximated[] = {
      "math.acos", "math.asin", "math.atan", "math.erfc", "math.tanh"};
  populateMathPolynomialApproximationPatterns(patterns, [](StringRef name) {
    return llvm::is_contained(kApproximated, name);
  });
  math::populateExpansionPatterns(patterns, {"tan"});
}
