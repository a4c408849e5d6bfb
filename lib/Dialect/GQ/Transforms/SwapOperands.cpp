//===- SwapOperands.cpp - the product of b and a, transposed --------------===//
//
// In:  a product with `swap = true`.
// Out: the product of b and a, with the rest of the config; the elementwise ops
//      behind it on what that computes, and a transpose behind these, which its
//      kernel stores.
//
// An instruction multiplies 64 rows of its first operand with as few as 8 of
// its second, so few rows of a waste less of it there. Every sum adds the same
// products in the same order: the result has the same bits.
//
//===----------------------------------------------------------------------===//
#include "SwapOperands.h"
#include "Branches.h"
#include "ConfigRewrites.h"
#include "TransposeElementwise.h"
#include "gq/Dialect/GQ/Transforms/Fusion.h"
#include "gq/Support/Remarks.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::gq;

/// The elementwise ops that only `anchor` feeds, in order.
static SmallVector<linalg::LinalgOp> chainBehind(Operation *anchor) {
  SmallVector<linalg::LinalgOp> chain;
  Operation *last = lastFusableConsumer(anchor);
  for (Operation *op = anchor; op != last;)
    chain.push_back(cast<linalg::LinalgOp>(op = *op->user_begin()));
  return chain;
}

std::string mlir::gq::refuseSwap(BlockOpInterface op) {
  auto named = [](Operation *op) {
    return "'" + op->getName().getStringRef().str() + "'";
  };
  if (!isa<ScaledMatmulOp>(op))
    return "expects a gq.scaled_matmul, got " + named(op);
  if (!isOnHost(op))
    return "expects to be in a function or in an scf.if there, got " +
           named(op->getParentOp());
  Value init = op.getDpsInitOperand(0)->get();
  if (Operation *def = init.getDefiningOp();
      !isa_and_nonnull<linalg::FillOp>(def))
    return "expects sums that start from a linalg.fill, got " +
           (def ? named(def) : std::string("an argument"));
  if (takesQuantize(op))
    return "expects a result that is not quantised in its tiles";
  if (fusableTranspose(op))
    return "expects a result whose transpose is not stored";
  for (linalg::LinalgOp elementwise : chainBehind(op))
    if (!canTranspose(elementwise))
      return "expects elementwise ops behind it that compute with elements of "
             "their inputs alone, got " +
             named(elementwise);
  return "";
}

/// The sums start from the transpose of what those of `product` do.
static Value startOf(RewriterBase &rewriter, ScaledMatmulOp product) {
  Location loc = product.getLoc();
  auto fill = product.getInit().getDefiningOp<linalg::FillOp>();
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(rewriter, loc, fill.getDpsInitOperand(0)->get());
  std::swap(sizes[0], sizes[1]);
  Value empty = tensor::EmptyOp::create(
      rewriter, loc, sizes, getElementTypeOrSelf(product.getInit().getType()));
  return linalg::FillOp::create(rewriter, loc, fill.value(), empty)
      .getResult(0);
}

FailureOr<bool> mlir::gq::swapOperands(RewriterBase &rewriter,
                                       BlockOpInterface op) {
  auto attr = dyn_cast<MatmulConfigAttr>(op.getStrategy());
  if (!attr || !attr.getValue().swap)
    return false;
  if (failed(op.requireTensors()))
    return failure();
  if (std::string why = refuseSwap(op); !why.empty())
    return op->emitOpError("has a config with swap = true, ") << why, failure();

  auto product = cast<ScaledMatmulOp>(op.getOperation());
  SmallVector<linalg::LinalgOp> chain = chainBehind(op);
  rewriter.setInsertionPoint(op);
  Value start = startOf(rewriter, product);
  // Where it is not at a block, per loop.
  SmallVector<Value> origin(product.getOrigin());
  if (!origin.empty())
    std::swap(origin[0], origin[1]);
  auto config =
      MatmulConfigAttr::get(op->getContext(), attr.getValue().afterSwap());
  auto swapped = ScaledMatmulOp::create(
      rewriter, op.getLoc(), TypeRange(start.getType()), product.getB(),
      product.getA(), product.getBScales(), product.getAScales(),
      product.getBZeroPoints(), product.getAZeroPoints(), start, origin,
      product.getBBlockAttr(), product.getABlockAttr(),
      product.getPromoteAttr(), product.getBatchInvariantAttr(), config,
      product.getTransposedBScalesAttr(), product.getTransposedAScalesAttr(),
      product.getPaddedBScalesAttr(), product.getPaddedAScalesAttr(),
      product.getZeroPointsApartAttr());
  remarkDecision(swapped, "gq-apply-config", "swap",
                 "rows of b are multiplied with rows of a, and the transpose "
                 "is stored");

  Value value = swapped.getResult(0);
  Operation *last = op;
  Value dest = product.getInit()
                   .getDefiningOp<linalg::FillOp>()
                   .getDpsInitOperand(0)
                   ->get();
  for (linalg::LinalgOp elementwise : chain) {
    rewriter.setInsertionPoint(elementwise);
    OpOperand *use = &*last->getResult(0).getUses().begin();
    value = transposeElementwise(rewriter, elementwise, use, value);
    transposeProducers(rewriter,
                       cast<linalg::GenericOp>(value.getDefiningOp()));
    last = elementwise;
    dest = elementwise.getDpsInitOperand(0)->get();
  }
  rewriter.setInsertionPoint(last);
  auto transpose = linalg::TransposeOp::create(rewriter, last->getLoc(), value,
                                               dest, ArrayRef<int64_t>{1, 0});
  rewriter.replaceOp(last, transpose);
  for (linalg::LinalgOp elementwise : llvm::reverse(chain))
    if (elementwise != last)
      rewriter.eraseOp(elementwise);
  if (last != op)
    rewriter.eraseOp(op);
  return true;
}
