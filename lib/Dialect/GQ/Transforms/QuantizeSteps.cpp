//===- QuantizeSteps.cpp - a quantisation in three ops --------------------===//
#include "QuantizeSteps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::gq;

/// A destination for one value per block of x.
static Value rowMajorScales(OpBuilder &b, QuantizeOp op, Type elementType) {
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(b, op.getLoc(), op.getScalesInit());
  if (op.getTransposedScales())
    std::swap(sizes[0], sizes[1]);
  return tensor::EmptyOp::create(b, op.getLoc(), sizes, elementType);
}

QuantizeSteps mlir::gq::makeQuantizeSteps(OpBuilder &b, QuantizeOp op,
                                          QuantizeConfigAttr absmaxConfig,
                                          QuantizeConfigAttr castConfig) {
  Location loc = op.getLoc();
  // Only the scales as they are stored go to the init: those that the cast
  // reads are row-major, and their maxima are f32.
  bool transposed = op.getTransposedScales();
  Value init = op.getScalesInit();
  Type stored = cast<ShapedType>(init.getType()).getElementType();
  Value amaxInit = rowMajorScales(b, op, b.getF32Type());
  Value scalesInit = transposed ? rowMajorScales(b, op, stored) : init;
  QuantizeSteps steps;
  steps.absmax = BlockAbsmaxOp::create(b, loc, TypeRange(amaxInit.getType()),
                                       op.getX(), amaxInit, op.getBlockAttr(),
                                       op.getAmaxFloorAttr(), absmaxConfig);
  steps.scale = AbsmaxToScaleOp::create(
      b, loc, TypeRange(scalesInit.getType()), steps.absmax.getResult(0),
      scalesInit, TypeAttr::get(op.getFormat()), op.getPow2Attr());
  steps.scales = steps.scale.getResult(0);
  steps.cast = ScaledCastOp::create(b, loc, TypeRange(op.getInit().getType()),
                                    op.getX(), steps.scales, op.getInit(),
                                    ValueRange(), op.getBlockAttr(), castConfig,
                                    op.getDivideAttr(), op.getPackedAttr());
  if (transposed)
    steps.scales = linalg::TransposeOp::create(b, loc, steps.scales, init,
                                               ArrayRef<int64_t>{1, 0})
                       ->getResult(0);
  return steps;
}
