//===- DecodeInLoop.cpp - operands that the steps of a sum decode ---------===//
#include "DecodeInLoop.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/Transforms/Transforms.h"
#include "mlir/Interfaces/TilingInterface.h"

using namespace mlir;
using namespace mlir::gq;

bool mlir::gq::isDecodedHere(Operation *op) {
  auto decode = dyn_cast_or_null<DequantizeOp>(op);
  return decode && !decode.getConfig();
}

/// The part of what is decoded that `slice`, or one of a slice, has is
/// decoded in its place.
static LogicalResult decodeIn(RewriterBase &rewriter,
                              tensor::ExtractSliceOp slice) {
  Operation *source = slice.getSource().getDefiningOp();
  if (auto wider = dyn_cast_or_null<tensor::ExtractSliceOp>(source)) {
    if (failed(decodeIn(rewriter, wider)))
      return failure();
    source = slice.getSource().getDefiningOp();
  }
  if (!isDecodedHere(source))
    return success();
  rewriter.setInsertionPoint(slice);
  FailureOr<TilingResult> part = tensor::replaceExtractSliceWithTiledProducer(
      rewriter, slice, source->getResult(0));
  if (failed(part))
    return source->emitOpError("could not be tiled along the sums of the "
                               "product that reads it");
  rewriter.replaceOp(slice, part->tiledValues.front());
  if (source->use_empty())
    rewriter.eraseOp(source);
  return success();
}

LogicalResult mlir::gq::decodeInLoop(RewriterBase &rewriter,
                                     ArrayRef<Operation *> products) {
  for (Operation *product : products)
    for (Value operand : product->getOperands())
      if (auto slice = operand.getDefiningOp<tensor::ExtractSliceOp>();
          slice && failed(decodeIn(rewriter, slice)))
        return failure();
  return success();
}
