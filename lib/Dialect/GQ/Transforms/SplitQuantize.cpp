//===- SplitQuantize.cpp - two passes over the input ----------------------===//
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
#include "QuantizeSteps.h"
#include "gq/Dialect/GQ/Transforms/Choices.h"
#include "gq/Dialect/GQ/Transforms/Passes.h"
#include "gq/Support/Remarks.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::gq {
#define GEN_PASS_DEF_SPLITQUANTIZEPASS
#include "gq/Dialect/GQ/Transforms/Passes.h.inc"
} // namespace mlir::gq

using namespace mlir;
using namespace mlir::gq;

static constexpr StringLiteral kPass = "gq-split-quantize";

static ShapedType typeOf(Value value) {
  return cast<ShapedType>(value.getType());
}

namespace {
struct SplitQuantizePass : gq::impl::SplitQuantizePassBase<SplitQuantizePass> {
  void runOnOperation() override {
    SmallVector<QuantizeOp> quantizes;
    SmallVector<BlockAbsmaxOp> maxima;
    getOperation()->walk([&](Operation *op) {
      if (auto quantize = dyn_cast<QuantizeOp>(op)) {
        if (quantize.getConfig() && quantize.getConfig()->isSplit())
          quantizes.push_back(quantize);
      } else if (auto absmax = dyn_cast<BlockAbsmaxOp>(op)) {
        if (absmax.getConfig() && absmax.hasPureTensorSemantics())
          maxima.push_back(absmax);
      } else if (auto cast = dyn_cast<ScaledCastOp>(op)) {
        if (cast.getConfig() && cast.hasPureTensorSemantics() &&
            cast.getOrigin().empty())
          alignBlock(cast);
      }
    });
    for (QuantizeOp op : quantizes) {
      FailureOr<BlockAbsmaxOp> absmax = split(op);
      if (failed(absmax))
        return signalPassFailure();
      maxima.push_back(*absmax);
    }
    for (BlockAbsmaxOp op : maxima)
      if (failed(reduceParts(op)))
        return signalPassFailure();
  }

  /// Where one block covers a dimension, the block tiles fill.
  static void alignBlock(ScaledCastOp op) {
    if (auto block = strategy::blockForTiles(
            sizesOf(typeOf(op.getX()).getShape()), sizesOf(op.getBlock()),
            op.getConfig()->getValue().tile))
      op.setBlock(*block);
  }

  FailureOr<BlockAbsmaxOp> split(QuantizeOp op) {
    if (!op.hasPureTensorSemantics())
      return op.emitOpError("is on memrefs; two passes are made of tensors"),
             failure();
    auto config = QuantizeConfigAttr::get(
        &getContext(), op.getConfig()->getValue().withoutPasses());
    strategy::QuantizeShape shape = shapeOf(op);
    shape.kind = strategy::QuantizeShape::Kind::Absmax;
    if (failed(check(op, shape, config)))
      return failure();
    auto stored = typeOf(op.getScalesInit()).getElementType();
    if (op.getTransposedScales() || !stored.isF32())
      return op.emitOpError("in two passes writes f32 scales in row-major "
                            "order, got ")
                 << (op.getTransposedScales() ? "transposed " : "") << stored,
             failure();
    OpBuilder b(op);
    QuantizeSteps steps = makeQuantizeSteps(b, op, config, config);
    alignBlock(steps.cast);
    op->replaceAllUsesWith(ValueRange{steps.cast.getResult(0), steps.scales});
    op.erase();
    ++numSplit;
    return steps.absmax;
  }

  static LogicalResult check(Operation *op,
                             const strategy::QuantizeShape &shape,
                             QuantizeConfigAttr config) {
    const TargetModel &target = getTarget(op);
    if (strategy::Refusal refusal =
            strategy::refuse(target, shape, config.getValue()))
      return op->emitOpError("config: ") << *refusal;
    return success();
  }

  /// Makes `op` one of whole blocks per tile, with as many before it as that
  /// takes.
  LogicalResult reduceParts(BlockAbsmaxOp op) {
    while (true) {
      QuantizeConfigAttr config = *op.getConfig();
      strategy::QuantizeShape shape = shapeOf(op);
      if (failed(check(op, shape, config)))
        return failure();
      strategy::Size2 tile = config.getValue().tile;
      strategy::Size2 block =
          *strategy::blockForTiles(shape.x, shape.block, tile);
      strategy::Size2 part = strategy::partOfBlock(block, tile);
      if (part == block) {
        op.setBlock(block);
        return success();
      }
      OpBuilder b(op);
      Location loc = op.getLoc();
      SmallVector<OpFoldResult> sizes;
      for (int64_t dim : {0, 1})
        sizes.push_back(affine::makeComposedFoldedAffineApply(
            b, loc, b.getAffineDimExpr(0).ceilDiv(part[dim]),
            {tensor::getMixedSize(b, loc, op.getX(), dim)}));
      Value empty = tensor::EmptyOp::create(b, loc, sizes, b.getF32Type());
      auto parts = BlockAbsmaxOp::create(
          b, loc, TypeRange(empty.getType()), op.getX(), empty,
          b.getDenseI64ArrayAttr(part), FloatAttr(), config);
      gq::remarkDecision(op, kPass, "parts",
                         "blocks of " + Twine(block[0]) + "x" +
                             Twine(block[1]) + " are reduced in parts of " +
                             Twine(part[0]) + "x" + Twine(part[1]));
      op.getXMutable().assign(parts.getResult(0));
      op.setBlock({block[0] / part[0], block[1] / part[1]});
      op.removeConfigAttr();
      if (failed(select(op, getTarget(op))))
        return failure();
      ++numSplit;
    }
  }
};
} // namespace
