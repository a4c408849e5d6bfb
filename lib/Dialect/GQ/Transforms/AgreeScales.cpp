//===- AgreeScales.cpp - scales in the order that products read -----------===//
//
// In:  a gq.quantize with row-major scales that only products read.
// Out: the same with M-major scales on both sides, `transposed_scales` and
//      `transposed_a_scales` or `transposed_b_scales`, where all of the
//      products prefer them. Their rows are padded to whole 16 bytes, as the
//      copy engine needs them, unless they are known to be that.
//
// Nobody else may see the scales, and no op may have a config: a person wrote
// that for the order that is there. The numbers stay the same to the bit.
//
//===----------------------------------------------------------------------===//
#include "Branches.h"
#include "gq/Dialect/GQ/Transforms/Choices.h"
#include "gq/Dialect/GQ/Transforms/Passes.h"
#include "gq/Support/Remarks.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::gq {
#define GEN_PASS_DEF_AGREESCALESPASS
#include "gq/Dialect/GQ/Transforms/Passes.h.inc"
} // namespace mlir::gq

using namespace mlir;
using namespace mlir::gq;

static constexpr StringLiteral kPass = "gq-agree-scales";

/// Why there is no turning them; nothing if there is.
using Reason = std::optional<std::string>;

static Reason because(const Twine &why) { return why.str(); }

/// Values that lie side by side in a row of `scales` once they are M-major.
static int64_t rowLength(Value scales) {
  return cast<RankedTensorType>(scales.getType()).getDimSize(0);
}

static bool needsPadding(Value scales) {
  int64_t length = rowLength(scales);
  return ShapedType::isDynamic(length) ||
         length % valuesPerPaddedStep(scales.getType()) != 0;
}

/// Whether `use` is the one of `scales`, if there are any.
static bool isOf(MutableOperandRange scales, OpOperand &use) {
  return llvm::any_of(scales, [&](OpOperand &one) { return &one == &use; });
}

static bool isAScales(OpOperand &use) {
  return isOf(cast<ScaledMatmulOp>(use.getOwner()).getAScalesMutable(), use);
}

/// What a quantisation with M-major scales has to be: one pass.
static Reason refuseProducer(QuantizeOp quantize, const TargetModel &target) {
  if (quantize.getConfig())
    return because("the quantisation has a config");
  if (!quantize.getScalesInit().getDefiningOp<tensor::EmptyOp>())
    return because("they are written to a tensor that is given");
  strategy::QuantizeShape shape = elementsShapeOf(quantize);
  shape.transposedScales = true;
  if (needsPadding(quantize.getResult(1)))
    shape.scaleMultiple =
        valuesPerPaddedStep(quantize.getScalesInit().getType());
  auto all = strategy::candidates(target, shape);
  if (all.empty() || all.front().refusal || all.front().config.isSplit())
    return because("no kernel quantises to M-major ones in one pass");
  return std::nullopt;
}

/// Whether the product that `use` is of reads the scales, row-major, and would
/// rather have them M-major.
static Reason refuseReader(OpOperand &use, const TargetModel &target) {
  auto product = dyn_cast<ScaledMatmulOp>(use.getOwner());
  if (!product)
    return because("'" + use.getOwner()->getName().getStringRef() +
                   "' reads them too");
  bool isA = isAScales(use);
  if (!isA && !isOf(product.getBScalesMutable(), use))
    return because("a product starts from them");
  if (isA ? product.getTransposedAScales() : product.getTransposedBScales())
    return because("a product reads their transpose");
  if (!isOnHost(product))
    return because("a product reads them in a loop");
  if (!product.getOrigin().empty())
    return because("a product starts inside of a block");
  if (product.getConfig())
    return because("a product has a config");
  strategy::MatmulShape shape = sumShapeOf(product), turned = shape;
  int64_t length = rowLength(use.get());
  if (needsPadding(use.get()))
    length = strategy::kUnknown;
  (isA ? turned.aScalesTransposed : turned.bScalesTransposed) = true;
  (isA ? turned.aScalesPadded : turned.bScalesPadded) = needsPadding(use.get());
  (isA ? turned.aScaleColumns : turned.bScaleColumns) = length;
  if (!strategy::prefersTransposed(target, shape, turned))
    return because("a product is not faster with M-major ones");
  return std::nullopt;
}

static Reason refuse(QuantizeOp quantize, const TargetModel &target) {
  for (OpOperand &use : quantize.getResult(1).getUses())
    if (Reason reason = refuseReader(use, target))
      return reason;
  return refuseProducer(quantize, target);
}

/// Both sides of the scales, M-major.
static void turn(RewriterBase &rewriter, QuantizeOp quantize) {
  Location loc = quantize.getLoc();
  Value scales = quantize.getResult(1);
  bool padded = needsPadding(scales);
  int64_t multiple = padded ? valuesPerPaddedStep(scales.getType()) : 1;
  rewriter.setInsertionPoint(quantize);
  auto old = quantize.getScalesInit().getDefiningOp<tensor::EmptyOp>();
  SmallVector<OpFoldResult> sizes = old.getMixedSizes();
  OpFoldResult row = affine::makeComposedFoldedAffineApply(
      rewriter, loc, rewriter.getAffineDimExpr(0).ceilDiv(multiple) * multiple,
      {sizes[0]});
  Value init = tensor::EmptyOp::create(rewriter, loc, {sizes[1], row},
                                       old.getType().getElementType());
  for (OpOperand &use : scales.getUses()) {
    auto product = cast<ScaledMatmulOp>(use.getOwner());
    rewriter.modifyOpInPlace(product, [&] {
      if (isAScales(use)) {
        product.setTransposedAScales(true);
        product.setPaddedAScales(padded);
      } else {
        product.setTransposedBScales(true);
        product.setPaddedBScales(padded);
      }
    });
  }
  rewriter.modifyOpInPlace(quantize, [&] {
    quantize.getScalesInitMutable().assign(init);
    scales.setType(init.getType());
    quantize.setTransposedScales(true);
    quantize.setPaddedScales(padded);
  });
  if (old->use_empty())
    rewriter.eraseOp(old);
  remarkDecision(quantize, kPass, "scales",
                 "scales are M-major, as the products that read them want "
                 "them" +
                     Twine(padded ? ", in rows that are padded to a multiple "
                                    "of 16 bytes"
                                  : ""));
}

namespace {
struct AgreeScalesPass : gq::impl::AgreeScalesPassBase<AgreeScalesPass> {
  void runOnOperation() override {
    const TargetModel &target = getTarget(getOperation());
    IRRewriter rewriter(&getContext());
    getOperation().walk([&](QuantizeOp quantize) {
      // Others have no order to agree on.
      bool read = llvm::any_of(quantize->getUsers(), [&](Operation *user) {
        return isa<ScaledMatmulOp>(user);
      });
      if (!read || !quantize.hasPureTensorSemantics() ||
          quantize.getTransposedScales() || quantize.getResult(1).use_empty())
        return;
      if (Reason reason = refuse(quantize, target)) {
        remarkMissed(quantize, kPass, "scales",
                     "scales stay row-major: " + *reason);
        return;
      }
      turn(rewriter, quantize);
      ++numTurned;
    });
  }
};
} // namespace
