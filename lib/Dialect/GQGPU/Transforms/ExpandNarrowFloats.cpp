//===- ExpandNarrowFloats.cpp - floats that have no instructions ----------===//
//
// Functions of bf16 and f16, and everything of one byte, are computed in f32
// and rounded once. Sums, products and quotients are then what one rounding of
// the exact result gives: f32 has more than twice the digits.
//
//===----------------------------------------------------------------------===//
#include "ExpandMath.h"
#include "ScalarBuilder.h"

using namespace mlir;
using namespace mlir::gqgpu;

static bool isOneByte(Type type) {
  return isa<Float8E4M3FNType, Float8E5M2Type, Float8E8M0FNUType>(type);
}

/// Whether `type` has no instruction for `op`.
static bool needsF32(Operation *op, Type type) {
  if (isOneByte(type))
    return true;
  if (!isa<Float16Type, BFloat16Type>(type))
    return false;
  return isa<math::MathDialect>(op->getDialect()) && !isa<math::FmaOp>(op);
}

namespace {

/// An op of arith or math with operands or results that have no instruction.
struct ComputeInF32 : RewritePattern {
  // Before formulas, whose steps would be rounded each.
  ComputeInF32(MLIRContext *context)
      : RewritePattern(MatchAnyOpTypeTag(), /*benefit=*/10, context) {}

  LogicalResult matchAndRewrite(Operation *op,
                                PatternRewriter &rewriter) const override {
    if (!isa_and_nonnull<arith::ArithDialect, math::MathDialect>(
            op->getDialect()) ||
        isa<arith::ConstantOp, arith::SelectOp, arith::ExtFOp, arith::TruncFOp,
            arith::BitcastOp, arith::RemFOp, arith::ScalingExtFOp,
            arith::ScalingTruncFOp, math::IsNormalOp>(op))
      return rewriter.notifyMatchFailure(op, "does not compute");
    auto needs = [&](Type type) { return needsF32(op, type); };
    if (llvm::none_of(op->getOperandTypes(), needs) &&
        llvm::none_of(op->getResultTypes(), needs))
      return rewriter.notifyMatchFailure(op, "has instructions");
    ScalarBuilder b(op->getLoc(), rewriter);
    Type f32 = rewriter.getF32Type();
    OperationState state(op->getLoc(), op->getName());
    state.addAttributes(op->getAttrs());
    for (Value operand : op->getOperands())
      state.addOperands(needs(operand.getType()) ? b.convert(f32, operand)
                                                 : operand);
    for (Type type : op->getResultTypes())
      state.addTypes(needs(type) ? f32 : type);
    Operation *wide = rewriter.create(state);
    SmallVector<Value> results;
    for (auto [result, type] :
         llvm::zip(wide->getResults(), op->getResultTypes()))
      results.push_back(needs(type) ? b.convert(type, result) : Value(result));
    rewriter.replaceOp(op, results);
    return success();
  }
};

/// What is normal depends on the type: one that is widened may become so.
struct ExpandIsNormal : OpRewritePattern<math::IsNormalOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(math::IsNormalOp op,
                                PatternRewriter &rewriter) const override {
    auto type = dyn_cast<FloatType>(op.getOperand().getType());
    if (!type)
      return rewriter.notifyMatchFailure(op, "not of a scalar");
    ScalarBuilder b(op.getLoc(), rewriter);
    APFloat least = APFloat::getSmallestNormalized(type.getFloatSemantics());
    Value value = op.getOperand();
    if (isOneByte(type) || isa<Float16Type, BFloat16Type>(type)) {
      bool lossy;
      least.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven,
                    &lossy);
      value = b.convert(rewriter.getF32Type(), value);
    }
    Value magnitude = b.abs(value);
    Value normal = b.compare(
        arith::CmpFPredicate::OGE, magnitude,
        arith::ConstantOp::create(
            b.b, FloatAttr::get(cast<FloatType>(value.getType()), least)));
    Value finite =
        b.compare(arith::CmpFPredicate::OLT, magnitude, b.infinity(magnitude));
    rewriter.replaceOp(op, b.iand(normal, finite));
    return success();
  }
};

/// NaN and infinities by comparisons, for all widths.
template <typename OpTy> struct ExpandClass : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;
  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    Value value = op.getOperand();
    if (!isa<Float32Type, Float64Type>(value.getType()))
      return rewriter.notifyMatchFailure(op, "of a type that is widened");
    ScalarBuilder b(op.getLoc(), rewriter);
    if (isa<math::IsNaNOp>(op)) {
      rewriter.replaceOp(op, b.isNaN(value));
      return success();
    }
    auto predicate = isa<math::IsInfOp>(op) ? arith::CmpFPredicate::OEQ
                                            : arith::CmpFPredicate::OLT;
    Value magnitude = b.abs(value);
    rewriter.replaceOp(op,
                       b.compare(predicate, magnitude, b.infinity(magnitude)));
    return success();
  }
};

/// NaN if any operand is.
struct ExpandClamp : OpRewritePattern<math::ClampFOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(math::ClampFOp op,
                                PatternRewriter &rewriter) const override {
    Value least = arith::MaximumFOp::create(rewriter, op.getLoc(),
                                            op.getValue(), op.getMin());
    rewriter.replaceOpWithNewOp<arith::MinimumFOp>(op, least, op.getMax());
    return success();
  }
};

} // namespace

void mlir::gqgpu::populateNarrowFloatPatterns(RewritePatternSet &patterns) {
  patterns.add<ComputeInF32, ExpandClamp, ExpandIsNormal,
               ExpandClass<math::IsNaNOp>, ExpandClass<math::IsInfOp>,
               ExpandClass<math::IsFiniteOp>>(patterns.getContext());
}
