//===- TwoPasses.cpp - two passes over the input --------------------------===//
//
// In:  gq.quantize {passes = 2}, and gq.block_absmax with tiles that are parts
//      of a block.
// Out: gq.block_absmax of whole blocks in every tile, gq.absmax_to_scale and
//      gq.scaled_cast, each pass with a config.
//
// A maximum of maxima is exact, so parts of blocks are reduced by one
// block_absmax and their results, a smaller tensor, by the next.
//
//===----------------------------------------------------------------------===//
#include "ConfigRewrites.h"
#include "OuterLoops.h"
#include "QuantizeSteps.h"
#include "gq/Dialect/GQ/Transforms/Choices.h"
#include "gq/Support/Remarks.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::gq;
using strategy::QuantizeShape;
using strategy::Size2;

static constexpr StringLiteral kPass = "gq-apply-config";

/// A config that nobody has checked may cut blocks.
static LogicalResult check(Operation *op, const QuantizeShape &shape,
                           const QuantizeConfig &config) {
  if (strategy::Refusal refusal =
          strategy::refuse(getTarget(op), shape, config))
    return op->emitOpError("config: ") << *refusal;
  return success();
}

/// `what` takes several kernels; a loop over thread blocks becomes one.
static LogicalResult requireNoLoop(Operation *op, const Twine &what) {
  if (scf::ForallOp loop = getOuterLoop(op))
    return (op->emitOpError() << what
                              << ", each a kernel of its own; a loop over "
                                 "thread blocks has one")
               .attachNote(loop.getLoc())
           << "the loop";
  return success();
}

FailureOr<bool> mlir::gq::quantizeInTwoPasses(RewriterBase &rewriter,
                                              BlockOpInterface block) {
  auto op = dyn_cast<QuantizeOp>(block.getOperation());
  if (!op || !op.getConfig()->getValue().isSplit())
    return false;
  if (!op.hasPureTensorSemantics())
    return op.emitOpError("is on memrefs; two passes are made of tensors"),
           failure();
  if (failed(requireNoLoop(op, "has a config of two passes")))
    return failure();
  QuantizeConfig config = op.getConfig()->getValue().withoutPasses();
  QuantizeShape shape = elementsShapeOf(block);
  shape.writesElements = false;
  if (failed(check(op, shape, config)))
    return failure();
  Type stored = cast<ShapedType>(op.getScalesInit().getType()).getElementType();
  if (op.getTransposedScales() || isa<Float8E8M0FNUType>(stored))
    return op.emitOpError("in two passes writes f32 or bf16 scales in "
                          "row-major order, got ")
               << (op.getTransposedScales() ? "transposed " : "") << stored,
           failure();
  auto each = QuantizeConfigAttr::get(op.getContext(), config);
  QuantizeSteps steps = makeQuantizeSteps(rewriter, op, each, each);
  rewriter.replaceOp(op, {steps.cast.getResult(0), steps.scales});
  return true;
}

/// The op of `op` on parts of its blocks, whose values are `empty`.
static Value createParts(RewriterBase &rewriter, BlockAbsmaxOp op, Value empty,
                         DenseI64ArrayAttr part) {
  return BlockAbsmaxOp::create(rewriter, op.getLoc(),
                               TypeRange(empty.getType()), op.getX(), empty,
                               part, FloatAttr(), op.getConfigAttr())
      .getResult(0);
}
static Value createParts(RewriterBase &rewriter, BlockReduceOp op, Value empty,
                         DenseI64ArrayAttr part) {
  return BlockReduceOp::create(rewriter, op.getLoc(),
                               TypeRange(empty.getType()), op.getKind(),
                               op.getX(), empty, part, op.getConfigAttr())
      .getResult(0);
}

/// The values of parts of the blocks of `op`, each as large as `part`.
template <typename OpTy>
static Value partsOf(RewriterBase &rewriter, OpTy op, Size2 part) {
  Location loc = op.getLoc();
  SmallVector<OpFoldResult> sizes;
  for (int64_t dim : {0, 1})
    sizes.push_back(affine::makeComposedFoldedAffineApply(
        rewriter, loc, rewriter.getAffineDimExpr(0).ceilDiv(part[dim]),
        {tensor::getMixedSize(rewriter, loc, op.getX(), dim)}));
  Value empty = tensor::EmptyOp::create(rewriter, loc, sizes,
                                        getElementTypeOrSelf(op.getInit()));
  return createParts(rewriter, op, empty, rewriter.getDenseI64ArrayAttr(part));
}

/// Makes `op` one of whole blocks per tile, with as many before it as that
/// takes.
template <typename OpTy>
static FailureOr<bool> reduceInParts(RewriterBase &rewriter, OpTy op) {
  for (bool rewritten = false;; rewritten = true) {
    auto absmax = cast<BlockOpInterface>(op.getOperation());
    QuantizeConfig config = op.getConfig()->getValue();
    QuantizeShape shape = elementsShapeOf(absmax);
    if (failed(check(op, shape, config)))
      return failure();
    Size2 block = *strategy::blockForTiles(shape.x, shape.block, config.tile);
    Size2 part = strategy::partOfBlock(block, config.tile);
    if (part == block) {
      op.setBlock(block);
      return rewritten;
    }
    if (failed(requireNoLoop(op, "has blocks of " + Twine(block[0]) + "x" +
                                     Twine(block[1]) +
                                     " and tiles of parts of them, "
                                     "which are reduced in several steps")))
      return failure();
    remarkDecision(op, kPass, "parts",
                   "blocks of " + Twine(block[0]) + "x" + Twine(block[1]) +
                       " are reduced in parts of " + Twine(part[0]) + "x" +
                       Twine(part[1]));
    op.getXMutable().assign(partsOf(rewriter, op, part));
    op.setBlock({block[0] / part[0], block[1] / part[1]});
    op.removeConfigAttr();
    if (failed(select(absmax, getTarget(op))))
      return failure();
    // What is left may be one of rows that the kernel behind it takes along.
    if (!op.getConfig())
      return true;
  }
}

FailureOr<bool> mlir::gq::fitBlocksToTiles(RewriterBase &rewriter,
                                           BlockOpInterface block) {
  if (!block.hasPureTensorSemantics())
    return false;
  if (auto absmax = dyn_cast<BlockAbsmaxOp>(block.getOperation()))
    return reduceInParts(rewriter, absmax);
  if (auto reduce = dyn_cast<BlockReduceOp>(block.getOperation()))
    return reduceInParts(rewriter, reduce);
  auto fit = [&](auto op) {
    QuantizeShape shape = elementsShapeOf(block);
    std::optional<Size2> fitting = strategy::blockForTiles(
        shape.x, shape.block, op.getConfig()->getValue().tile);
    if (!op.getOrigin().empty() || !fitting || *fitting == shape.block)
      return false;
    op.setBlock(*fitting);
    return true;
  };
  if (auto cast = dyn_cast<ScaledCastOp>(block.getOperation()))
    return fit(cast);
  if (auto decode = dyn_cast<DequantizeOp>(block.getOperation()))
    return fit(decode);
  return false;
}
