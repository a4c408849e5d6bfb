//===- QuantizeSteps.cpp - a quantisation of a tile in its steps ----------===//
#include "QuantizeSteps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

SmallVector<Value> mlir::gqgpu::makeQuantizeSteps(OpBuilder &b,
                                                  gq::QuantizeOp op,
                                                  Value elements) {
  Location loc = op.getLoc();
  auto shape = cast<RankedTensorType>(op.getX().getType()).getShape();
  ArrayRef<int64_t> block = op.getBlock();
  auto emptyOf = [&](Type element) -> Value {
    return tensor::EmptyOp::create(
        b, loc, {shape[0] / block[0], shape[1] / block[1]}, element);
  };
  Value init = emptyOf(b.getF32Type());
  Value maxima = gq::BlockAbsmaxOp::create(b, loc, init.getType(), op.getX(),
                                           init, block, op.getAmaxFloor(),
                                           /*config=*/gq::QuantizeConfigAttr())
                     .getResult(0);
  init = emptyOf(getElementTypeOrSelf(op.getScalesInit()));
  Value scales = gq::AbsmaxToScaleOp::create(
                     b, loc, init.getType(), maxima, init,
                     getElementTypeOrSelf(op.getInit()), op.getPow2())
                     .getResult(0);
  Value codes = gq::ScaledCastOp::create(b, loc, op.getInit().getType(),
                                         elements, scales, op.getInit(),
                                         /*origin=*/ValueRange(), block,
                                         /*config=*/gq::QuantizeConfigAttr(),
                                         op.getDivide(), op.getPackedAttr())
                    .getResult(0);
  if (op.getTransposedScales())
    scales = linalg::TransposeOp::create(b, loc, scales, op.getScalesInit(),
                                         ArrayRef<int64_t>{1, 0})
                 ->getResult(0);
  return {codes, scales};
}
