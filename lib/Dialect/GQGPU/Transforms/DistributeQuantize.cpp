//===- DistributeQuantize.cpp - quantize on fragments ---------------------===//
#include "Distributor.h"

using namespace mlir;
using namespace mlir::gqgpu;

/// The scale of a block from its amax, as arith ops: see GQBase.td, Numerics.
static Value scaleFromAmax(OpBuilder &b, Location loc, Value amax, Type format,
                           bool pow2) {
  auto constant = [&](float value) -> Value {
    return arith::ConstantOp::create(b, loc, b.getF32FloatAttr(value));
  };
  Value scale =
      arith::DivFOp::create(b, loc, amax, constant(gq::formatMax(format)));
  // Not below the smallest normal, so that its reciprocal is finite; a normal
  // number is what makes the power-of-two rounding below a carry.
  scale = arith::MaximumFOp::create(b, loc, scale, constant(0x1p-126f));
  if (pow2) {
    // Rounding up to a power of two: a carry out of the mantissa bits.
    Type i32 = b.getI32Type();
    auto integer = [&](int32_t value) -> Value {
      return arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(value));
    };
    Value bits = arith::BitcastOp::create(b, loc, i32, scale);
    bits = arith::AddIOp::create(b, loc, bits, integer(0x007fffff));
    bits = arith::AndIOp::create(b, loc, bits, integer(0x7f800000));
    scale = arith::BitcastOp::create(b, loc, b.getF32Type(), bits);
  }
  Value positive = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGT,
                                         amax, constant(0.0f));
  return arith::SelectOp::create(b, loc, positive, scale, constant(1.0f));
}

LogicalResult Distributor::distribute(gq::QuantizeOp op) {
  Location loc = op.getLoc();
  if (!isa<BlockedLayoutAttr>(spread.layout))
    return op.emitOpError("is not supported inside a math region");
  FailureOr<Value> x =
      fragmentOf(op, op.getX(), 0, b.getMultiDimIdentityMap(2));
  if (failed(x) || failed(spread.fragment(op, op.getX().getType())))
    return failure();
  auto type = cast<FragmentType>(x->getType());
  auto perBlock =
      FragmentType::get(op.getContext(), type.getShape(), b.getF32Type(),
                        spread.layout, op.getBlock());
  Value amax = BlockAbsmaxOp::create(b, loc, perBlock, *x, op.getAmaxFloor());
  Type format = cast<RankedTensorType>(op.getInit().getType()).getElementType();
  Value scale =
      elementwise(loc, amax, perBlock, [&](OpBuilder &b, ValueRange args) {
        return scaleFromAmax(b, loc, args[0], format, op.getPow2());
      });
  Value q = ScaledCastOp::create(b, loc, type.cloneWith(format), *x, scale);
  fragments[op.getResult(0)] = {q};
  Type stored =
      cast<RankedTensorType>(op.getScalesInit().getType()).getElementType();
  if (!stored.isF32())
    scale = EncodeScalesOp::create(b, loc, perBlock.cloneWith(stored), scale);
  fragments[op.getResult(1)] = {scale};
  return success();
}
