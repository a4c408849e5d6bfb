//===- GQOps.cpp - effects and shape inference of the gq ops --------------===//
#include "gq/Dialect/GQ/IR/GQ.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace mlir::gq;

#define GET_OP_CLASSES
#include "gq/Dialect/GQ/IR/GQOps.cpp.inc"

//===----------------------------------------------------------------------===//
// Memory effects: on memrefs, inputs are read and inits written; matmul, which
// accumulates, reads its init too.
//===----------------------------------------------------------------------===//

using Effects =
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>;

static void addEffects(DestinationStyleOpInterface op, bool readsInit,
                       Effects &effects) {
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<MemRefType>(operand.get().getType()))
      continue;
    bool init = op.isDpsInit(&operand);
    if (!init || readsInit)
      effects.emplace_back(MemoryEffects::Read::get(), &operand);
    if (init)
      effects.emplace_back(MemoryEffects::Write::get(), &operand);
  }
}

void BlockAbsmaxOp::getEffects(Effects &effects) {
  addEffects(*this, false, effects);
}
void AbsmaxToScaleOp::getEffects(Effects &effects) {
  addEffects(*this, false, effects);
}
void ScaledCastOp::getEffects(Effects &effects) {
  addEffects(*this, false, effects);
}
void DequantizeOp::getEffects(Effects &effects) {
  addEffects(*this, false, effects);
}
void QuantizeOp::getEffects(Effects &effects) {
  addEffects(*this, false, effects);
}
void ScaledMatmulOp::getEffects(Effects &effects) {
  addEffects(*this, true, effects);
}

//===----------------------------------------------------------------------===//
// Shape inference: result shapes from the inputs, not from the inits.
//===----------------------------------------------------------------------===//

static OpFoldResult dimOf(OpBuilder &b, Location loc, Value value,
                          int64_t dim) {
  return tensor::getMixedSize(b, loc, value, dim);
}

static SmallVector<OpFoldResult> shapeOf(OpBuilder &b, Location loc,
                                         Value value) {
  return {dimOf(b, loc, value, 0), dimOf(b, loc, value, 1)};
}

static SmallVector<OpFoldResult> scaleShape(OpBuilder &b, Location loc, Value x,
                                            ArrayRef<int64_t> block) {
  SmallVector<OpFoldResult> shape;
  AffineExpr d0 = b.getAffineDimExpr(0);
  for (int64_t dim : {0, 1})
    shape.push_back(affine::makeComposedFoldedAffineApply(
        b, loc, d0.ceilDiv(block[dim]), {dimOf(b, loc, x, dim)}));
  return shape;
}

LogicalResult
BlockAbsmaxOp::reifyResultShapes(OpBuilder &b,
                                 ReifiedRankedShapedTypeDims &shapes) {
  shapes.push_back(scaleShape(b, getLoc(), getX(), getBlock()));
  return success();
}

LogicalResult
AbsmaxToScaleOp::reifyResultShapes(OpBuilder &b,
                                   ReifiedRankedShapedTypeDims &shapes) {
  shapes.push_back(shapeOf(b, getLoc(), getAmax()));
  return success();
}

LogicalResult
ScaledCastOp::reifyResultShapes(OpBuilder &b,
                                ReifiedRankedShapedTypeDims &shapes) {
  shapes.push_back(shapeOf(b, getLoc(), getX()));
  return success();
}

LogicalResult
DequantizeOp::reifyResultShapes(OpBuilder &b,
                                ReifiedRankedShapedTypeDims &shapes) {
  shapes.push_back(shapeOf(b, getLoc(), getQ()));
  return success();
}

LogicalResult
QuantizeOp::reifyResultShapes(OpBuilder &b,
                              ReifiedRankedShapedTypeDims &shapes) {
  shapes.push_back(shapeOf(b, getLoc(), getX()));
  shapes.push_back(scaleShape(b, getLoc(), getX(), getBlock()));
  if (getTransposedScales())
    std::reverse(shapes.back().begin(), shapes.back().end());
  return success();
}

LogicalResult
ScaledMatmulOp::reifyResultShapes(OpBuilder &b,
                                  ReifiedRankedShapedTypeDims &shapes) {
  shapes.push_back(
      {dimOf(b, getLoc(), getA(), 0), dimOf(b, getLoc(), getB(), 0)});
  return success();
}
