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

namespace {

struct AbsmaxPattern : DistributePattern<gq::BlockAbsmaxOp> {
  using DistributePattern::DistributePattern;

  LogicalResult convert(gq::BlockAbsmaxOp op, Operands operands,
                        ConversionPatternRewriter &b) const override {
    FailureOr<Value> value =
        distributor.elementsOf(b, op.getXMutable(), operands.getX());
    if (failed(value))
      return failure();
    FragmentType blocks =
        spread.perBlock(cast<FragmentType>(value->getType()), op.getBlock());
    Value amax = BlockAbsmaxOp::create(b, op.getLoc(), blocks, *value,
                                       op.getAmaxFloor());
    b.replaceOpWithMultiple(op, {amax});
    return success();
  }
};

struct ScalePattern : DistributePattern<gq::AbsmaxToScaleOp> {
  using DistributePattern::DistributePattern;

  LogicalResult convert(gq::AbsmaxToScaleOp op, Operands operands,
                        ConversionPatternRewriter &b) const override {
    if (!isSpread(operands.getAmax()))
      return op.emitOpError(
          "expects operand amax to be computed in the kernel");
    if (failed(requireUpright(op, op.getAmax())))
      return failure();
    SmallVector<Value> scales;
    for (Value amax : operands.getAmax())
      scales.push_back(createElementwise(
          b, op.getLoc(), amax, cast<FragmentType>(amax.getType()),
          [&](OpBuilder &b, ValueRange args) {
            return scaleFromAmax(b, op.getLoc(), args[0], op.getFormat(),
                                 op.getPow2());
          }));
    b.replaceOpWithMultiple(op, {scales});
    return success();
  }
};

struct CastPattern : DistributePattern<gq::ScaledCastOp> {
  using DistributePattern::DistributePattern;

  LogicalResult convert(gq::ScaledCastOp op, Operands operands,
                        ConversionPatternRewriter &b) const override {
    FailureOr<Value> value =
        distributor.elementsOf(b, op.getXMutable(), operands.getX());
    if (failed(value))
      return failure();
    auto type = cast<FragmentType>(value->getType());
    SmallVector<int64_t> block = gq::BlockOpInterface(op).getBlockInTile();
    FailureOr<Value> scales =
        scalesOf(op, operands.getScales(), spread.perBlock(type, block), b);
    if (failed(scales))
      return failure();
    Type format =
        cast<RankedTensorType>(op.getInit().getType()).getElementType();
    Value q = ScaledCastOp::create(b, op.getLoc(), type.cloneWith(format),
                                   *value, *scales, op.getDivide());
    b.replaceOpWithMultiple(op, {q});
    return success();
  }

private:
  static FailureOr<Value> scalesOf(gq::ScaledCastOp op, ValueRange computed,
                                   FragmentType blocks, OpBuilder &b) {
    auto tile = cast<RankedTensorType>(op.getScales().getType());
    if (!tile.getElementType().isF32())
      return op.emitOpError("expects operand scales of f32 in a kernel, got ")
                 << tile.getElementType(),
             failure();
    for (auto [dim, origin] : llvm::enumerate(op.getOrigin()))
      if (tile.getDimSize(dim) != 1 && getConstantIntValue(origin) != 0)
        return op.emitOpError("expects origin 0 along dimension ")
                   << dim << ", where its tile has " << tile.getDimSize(dim)
                   << " scales",
               failure();
    if (auto load = op.getScales().getDefiningOp<LoadOp>())
      return LoadFragmentOp::create(
                 b, load.getLoc(), blocks, load.getSource(), load.getIndices(),
                 b.getMultiDimIdentityMap(2), load.getEvictAttr())
          .getResult();
    if (!isSpread(computed) || computed.front().getType() != blocks)
      return op.emitOpError("expects scales that are loaded, or computed for "
                            "blocks of ")
                 << blocks.getBlock()[0] << "x" << blocks.getBlock()[1]
                 << " of its tile",
             failure();
    if (failed(requireUpright(op, op.getScales())))
      return failure();
    return computed.front();
  }
};

struct QuantizePattern : DistributePattern<gq::QuantizeOp> {
  using DistributePattern::DistributePattern;

  LogicalResult convert(gq::QuantizeOp op, Operands operands,
                        ConversionPatternRewriter &b) const override {
    Location loc = op.getLoc();
    FailureOr<Slabs> slabs = readSlabs(distributor, op, operands.getX(), b);
    if (failed(slabs))
      return failure();
    SmallVector<int64_t> block(op.getBlock());
    if (slabs->values.size() > 1)
      block[0] = spread.rows; // of a slab
    FragmentType blocks = spread.perBlock(
        cast<FragmentType>(slabs->values.front().getType()), block);
    Value amax =
        BlockAbsmaxOp::create(b, loc, blocks, slabs->values, op.getAmaxFloor());
    Type format =
        cast<RankedTensorType>(op.getInit().getType()).getElementType();
    Value scale = createElementwise(
        b, loc, amax, blocks, [&](OpBuilder &b, ValueRange args) {
          return scaleFromAmax(b, loc, args[0], format, op.getPow2());
        });
    SmallVector<Value> codes = castSlabs(distributor, op, *slabs, scale, b);
    Type stored =
        cast<RankedTensorType>(op.getScalesInit().getType()).getElementType();
    if (!stored.isF32())
      scale = EncodeScalesOp::create(b, loc, blocks.cloneWith(stored), scale);
    b.replaceOpWithMultiple(op, {codes, SmallVector<Value>{scale}});
    return success();
  }
};

/// Only its store is left.
struct CopyPattern : DistributePattern<gq::CopyOp> {
  using DistributePattern::DistributePattern;

  LogicalResult convert(gq::CopyOp op, Operands operands,
                        ConversionPatternRewriter &b) const override {
    FailureOr<Value> value =
        distributor.elementsOf(b, op.getXMutable(), operands.getX());
    if (failed(value))
      return failure();
    b.replaceOpWithMultiple(op, {*value});
    return success();
  }
};

/// The fragment stays as it is; the store turns it.
struct TransposePattern : DistributePattern<linalg::TransposeOp> {
  using DistributePattern::DistributePattern;

  LogicalResult convert(linalg::TransposeOp op, Operands operands,
                        ConversionPatternRewriter &b) const override {
    if (!isSpread(operands.getInput()) || isTransposed(op.getInput()) ||
        op.getPermutation() != ArrayRef<int64_t>{1, 0})
      return op.emitOpError("expects to swap rows and columns of a tile that "
                            "the kernel computes");
    b.replaceOpWithMultiple(op, {operands.getInput()});
    return success();
  }
};

} // namespace

void mlir::gqgpu::populateDistributeQuantizePatterns(
    RewritePatternSet &patterns, Distributor &distributor) {
  patterns.add<AbsmaxPattern, ScalePattern, CastPattern, QuantizePattern,
               CopyPattern, TransposePattern>(patterns.getContext(),
                                              distributor);
}
