//===- DistributeQuantize.cpp - quantisation on fragments -----------------===//
#include "Distributor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

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

FailureOr<Value> Distributor::elements(Operation *user, Value x) {
  if (spread.product)
    return user->emitOpError("is not supported inside a math role"), failure();
  if (spread.slabs != 1)
    return user->emitOpError("is not supported in a tile of ")
               << spread.slabs << " slabs",
           failure();
  FailureOr<Value> value = fragmentOf(user, x, 0, b.getMultiDimIdentityMap(2));
  if (failed(value) || failed(spread.fragment(user, x.getType())))
    return failure();
  return value;
}

LogicalResult Distributor::distribute(gq::QuantizeOp op) {
  Location loc = op.getLoc();
  FailureOr<SmallVector<Value>> values = slabsOf(op);
  if (failed(values))
    return failure();
  auto type = cast<FragmentType>(values->front().getType());
  SmallVector<int64_t> block(op.getBlock());
  if (values->size() > 1)
    block[0] = spread.rows; // of a slab
  FragmentType blocks = perBlock(type, block);
  Value amax =
      BlockAbsmaxOp::create(b, loc, blocks, *values, op.getAmaxFloor());
  Type format = cast<RankedTensorType>(op.getInit().getType()).getElementType();
  Value scale =
      elementwise(loc, amax, blocks, [&](OpBuilder &b, ValueRange args) {
        return scaleFromAmax(b, loc, args[0], format, op.getPow2());
      });
  if (failed(castSlabs(op, *values, scale)))
    return failure();
  Type stored =
      cast<RankedTensorType>(op.getScalesInit().getType()).getElementType();
  if (!stored.isF32())
    scale = EncodeScalesOp::create(b, loc, blocks.cloneWith(stored), scale);
  fragments[op.getResult(1)] = {scale};
  return success();
}

/// The fragment stays as it is; the store turns it.
LogicalResult Distributor::distribute(linalg::TransposeOp op) {
  auto tile = fragments.find(op.getInput());
  if (tile == fragments.end() || isTransposed(op.getInput()) ||
      op.getPermutation() != ArrayRef<int64_t>{1, 0})
    return op.emitOpError("expects to swap rows and columns of a tile that the "
                          "kernel computes");
  SmallVector<Value> same = tile->second;
  fragments[op->getResult(0)] = same;
  return success();
}

LogicalResult Distributor::distribute(gq::BlockAbsmaxOp op) {
  FailureOr<Value> value = elements(op, op.getX());
  if (failed(value))
    return failure();
  FragmentType blocks =
      perBlock(cast<FragmentType>(value->getType()), op.getBlock());
  Value amax =
      BlockAbsmaxOp::create(b, op.getLoc(), blocks, *value, op.getAmaxFloor());
  fragments[op->getResult(0)] = {amax};
  return success();
}

LogicalResult Distributor::distribute(gq::AbsmaxToScaleOp op) {
  auto amax = fragments.find(op.getAmax());
  if (amax == fragments.end())
    return op.emitOpError("expects operand amax to be computed in the kernel");
  Value from = amax->second[0];
  Value scale =
      elementwise(op.getLoc(), from, cast<FragmentType>(from.getType()),
                  [&](OpBuilder &b, ValueRange args) {
                    return scaleFromAmax(b, op.getLoc(), args[0],
                                         op.getFormat(), op.getPow2());
                  });
  fragments[op->getResult(0)] = {scale};
  return success();
}

LogicalResult Distributor::distribute(gq::ScaledCastOp op) {
  FailureOr<Value> value = elements(op, op.getX());
  if (failed(value))
    return failure();
  auto type = cast<FragmentType>(value->getType());
  SmallVector<int64_t> block = gq::BlockOpInterface(op).getBlockInTile();
  auto scalesType = cast<RankedTensorType>(op.getScales().getType());
  for (auto [dim, origin] : llvm::enumerate(op.getOrigin()))
    if (scalesType.getDimSize(dim) != 1 && getConstantIntValue(origin) != 0)
      return op.emitOpError("expects origin 0 along dimension ")
             << dim << ", where its tile has " << scalesType.getDimSize(dim)
             << " scales";
  FragmentType blocks = perBlock(type, block);
  Value scales;
  if (auto load = op.getScales().getDefiningOp<LoadOp>()) {
    scales = LoadFragmentOp::create(
        b, load.getLoc(), Type(blocks), load.getSource(), load.getIndices(),
        b.getMultiDimIdentityMap(2), load.getEvictAttr());
  } else {
    auto found = fragments.find(op.getScales());
    if (found == fragments.end() || found->second[0].getType() != blocks)
      return op.emitOpError("expects scales that are loaded, or computed for "
                            "blocks of ")
             << block[0] << "x" << block[1] << " of its tile";
    scales = found->second[0];
  }
  Type format = cast<RankedTensorType>(op.getInit().getType()).getElementType();
  Value q = ScaledCastOp::create(b, op.getLoc(), type.cloneWith(format), *value,
                                 scales);
  fragments[op->getResult(0)] = {q};
  return success();
}
