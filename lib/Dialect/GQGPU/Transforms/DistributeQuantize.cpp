//===- DistributeQuantize.cpp - quantisation on fragments -----------------===//
#include "Distributor.h"
#include "gq/Dialect/GQ/IR/ScaleArith.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::gqgpu;

/// The scales of a tile, one for each block.
template <typename OpTy>
static FailureOr<Value> scalesOf(OpTy op, ValueRange computed,
                                 FragmentType blocks, OpBuilder &b) {
  auto tile = cast<RankedTensorType>(op.getScales().getType());
  for (auto [dim, origin] : llvm::enumerate(op.getOrigin()))
    if (tile.getDimSize(dim) != 1 && getConstantIntValue(origin) != 0)
      return op.emitOpError("expects origin 0 along dimension ")
                 << dim << ", where its tile has " << tile.getDimSize(dim)
                 << " scales",
             failure();
  if (auto load = op.getScales().template getDefiningOp<LoadOp>())
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

/// Maxima that are finite, of which scales are normal.
static bool isOfSlot(Value maxima) {
  if (auto all = maxima.getDefiningOp<MaxOverPeersOp>())
    maxima = all.getValue();
  return maxima.getDefiningOp<ReadMaximaOp>() != nullptr;
}

/// Scales, f32, as the tensor \p init has them.
static Value encode(Value init, Value scale, Location loc, OpBuilder &b) {
  Type stored = getElementTypeOrSelf(init);
  if (stored.isF32())
    return scale;
  auto blocks = cast<FragmentType>(scale.getType()).cloneWith(stored);
  if (isa<Float8E8M0FNUType>(stored))
    return EncodeScalesOp::create(b, loc, blocks, scale);
  return createElementwise(
      b, loc, scale, blocks, [&](OpBuilder &b, ValueRange args) -> Value {
        return arith::TruncFOp::create(b, loc, stored, args[0]);
      });
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

struct ReducePattern : DistributePattern<gq::BlockReduceOp> {
  using DistributePattern::DistributePattern;

  LogicalResult convert(gq::BlockReduceOp op, Operands operands,
                        ConversionPatternRewriter &b) const override {
    FailureOr<Value> value =
        distributor.elementsOf(b, op.getXMutable(), operands.getX());
    if (failed(value))
      return failure();
    FragmentType blocks =
        spread.perBlock(cast<FragmentType>(value->getType()), op.getBlock())
            .cloneWith(getElementTypeOrSelf(op.getInit()));
    b.replaceOpWithMultiple(
        op, {BlockReduceOp::create(b, op.getLoc(), blocks, op.getKind(), *value)
                 .getResult()});
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
    for (Value amax : operands.getAmax()) {
      Value scale = createElementwise(
          b, op.getLoc(), amax, cast<FragmentType>(amax.getType()),
          [&](OpBuilder &b, ValueRange args) {
            return gq::scaleFromAmax(b, op.getLoc(), args[0], op.getFormat(),
                                     op.getPow2(), isOfSlot(op.getAmax()));
          });
      scales.push_back(encode(op.getInit(), scale, op.getLoc(), b));
    }
    b.replaceOpWithMultiple(op, {scales});
    return success();
  }
};

struct CastPattern : DistributePattern<gq::ScaledCastOp> {
  using DistributePattern::DistributePattern;

  LogicalResult convert(gq::ScaledCastOp op, Operands operands,
                        ConversionPatternRewriter &b) const override {
    if (spread.product)
      return convertProducts(op, operands, b);
    FailureOr<Value> value =
        distributor.elementsOf(b, op.getXMutable(), operands.getX());
    if (failed(value))
      return failure();
    auto type = cast<FragmentType>(value->getType());
    SmallVector<int64_t> block = gq::BlockOpInterface(op).getBlockInTile();
    FragmentType blocks = spread.perBlock(type, block);
    Type given =
        cast<RankedTensorType>(op.getScales().getType()).getElementType();
    FailureOr<Value> scales =
        scalesOf(op, operands.getScales(), blocks.cloneWith(given), b);
    if (failed(scales))
      return failure();
    if (!given.isF32())
      scales = createElementwise(
          b, op.getLoc(), *scales, blocks, [&](OpBuilder &b, ValueRange args) {
            return gq::decodeScale(b, op.getLoc(), args[0]);
          });
    FailureOr<FragmentType> codes = codesOf(op, type, op.getFormat());
    if (failed(codes))
      return failure();
    Value q = ScaledCastOp::create(b, op.getLoc(), *codes, *value, *scales,
                                   op.getDivide(), /*normal=*/false,
                                   op.getPackedAttr());
    b.replaceOpWithMultiple(op, {q});
    return success();
  }

private:
  /// Each product of a math group by its scales, which its role has found out.
  LogicalResult convertProducts(gq::ScaledCastOp op, Operands operands,
                                ConversionPatternRewriter &b) const {
    ValueRange products = operands.getX(), given = operands.getScales();
    if (!isSpread(products) || !isSpread(given) ||
        products.size() != given.size())
      return op.emitOpError("expects operands x and scales to be computed in "
                            "the kernel");
    if (op.getPacked())
      return op.emitOpError("has codes of four bits, which are packed in a "
                            "kernel of their own");
    if (failed(requireUpright(op, op.getX())) ||
        failed(requireUpright(op, op.getScales())))
      return failure();
    if (!op.getOrigin().empty())
      return op.emitOpError("has an origin, expects the blocks that its kernel "
                            "has found the scales of");
    // Of one row or column of blocks, they may be longer than that.
    ArrayRef<int64_t> block = op.getBlock(),
                      x = cast<ShapedType>(op.getX().getType()).getShape(),
                      count =
                          cast<ShapedType>(op.getScales().getType()).getShape();
    for (int dim : {0, 1})
      if (count[dim] > 1 && block[dim] * count[dim] != x[dim])
        return op.emitOpError("has blocks of ")
               << block[0] << "x" << block[1]
               << ", expects those of its scales, " << x[0] / count[0] << "x"
               << x[1] / count[1];
    auto toScale = op.getScales().getDefiningOp<gq::AbsmaxToScaleOp>();
    bool normal = !op.getDivide() && toScale && isOfSlot(toScale.getAmax());
    Type format = getElementTypeOrSelf(op.getInit());
    SmallVector<Value> codes;
    for (auto [product, scale] : llvm::zip(products, given)) {
      auto type = cast<FragmentType>(product.getType());
      auto blocks = cast<FragmentType>(scale.getType());
      Value wide = scale;
      if (!blocks.getElementType().isF32())
        wide = createElementwise(
            b, op.getLoc(), scale, blocks.cloneWith(b.getF32Type()),
            [&](OpBuilder &b, ValueRange args) {
              return gq::decodeScale(b, op.getLoc(), args[0]);
            });
      codes.push_back(ScaledCastOp::create(b, op.getLoc(),
                                           type.cloneWith(format), product,
                                           wide, op.getDivide(), normal,
                                           /*packed=*/TypeAttr()));
    }
    b.replaceOpWithMultiple(op, {codes});
    return success();
  }
};

struct DequantizePattern : DistributePattern<gq::DequantizeOp> {
  using DistributePattern::DistributePattern;

  LogicalResult convert(gq::DequantizeOp op, Operands operands,
                        ConversionPatternRewriter &b) const override {
    Location loc = op.getLoc();
    auto elementOf = [](Value tile) {
      return cast<RankedTensorType>(tile.getType()).getElementType();
    };
    FailureOr<Value> codes =
        op.getPacked()
            ? unpack(op, operands.getQ(), b)
            : distributor.elementsOf(b, op.getQMutable(), operands.getQ());
    if (failed(codes))
      return failure();
    auto type = cast<FragmentType>(codes->getType());
    FragmentType blocks =
        spread.perBlock(type, gq::BlockOpInterface(op).getBlockInTile());
    FailureOr<Value> scales =
        scalesOf(op, operands.getScales(),
                 blocks.cloneWith(elementOf(op.getScales())), b);
    if (failed(scales))
      return failure();
    Type f32 = b.getF32Type(), result = elementOf(op.getInit());
    Value wide = createElementwise(
        b, loc, {*codes, *scales}, type.cloneWith(result),
        [&](OpBuilder &b, ValueRange args) -> Value {
          Value code = args[0];
          if (isa<IntegerType>(code.getType()))
            code = arith::SIToFPOp::create(b, loc, f32, code);
          else if (!code.getType().isF32())
            code = arith::ExtFOp::create(b, loc, f32, code);
          Value value = arith::MulFOp::create(b, loc, code,
                                              gq::decodeScale(b, loc, args[1]));
          if (result.isF32())
            return value;
          return arith::TruncFOp::create(b, loc, result, value);
        });
    b.replaceOpWithMultiple(op, {wide});
    return success();
  }

private:
  /// The values of codes of four bits, spread as the elements of the tile are:
  /// a thread reads the bytes of its own.
  FailureOr<Value> unpack(gq::DequantizeOp op, ValueRange bytes,
                          ConversionPatternRewriter &b) const {
    auto layout = dyn_cast<BlockedLayoutAttr>(spread.layout);
    if (isSpread(bytes) || !layout || layout.getChunk() == 1)
      return op.emitOpError("expects bytes that are loaded, by threads that "
                            "have both codes of each"),
             failure();
    Spread half = spread;
    half.layout =
        BlockedLayoutAttr::get(op.getContext(), layout.getThreads(),
                               layout.getChunk() / 2, layout.getCluster());
    FailureOr<Value> loaded =
        Distributor(half).elementsOf(b, op.getQMutable(), bytes);
    FailureOr<FragmentType> type = spread.fragment(op, op.getInit().getType());
    if (failed(loaded) || failed(type))
      return failure();
    return UnpackOp::create(b, op.getLoc(), type->cloneWith(b.getF32Type()),
                            *loaded, *op.getPacked())
        .getResult();
  }
};

struct QuantizePattern : DistributePattern<gq::QuantizeOp> {
  using DistributePattern::DistributePattern;

  LogicalResult convert(gq::QuantizeOp op, Operands operands,
                        ConversionPatternRewriter &b) const override {
    if (spread.product)
      return convertProducts(op, operands.getX(), b);
    FailureOr<Slabs> slabs = readSlabs(distributor, op, operands.getX(), b);
    if (failed(slabs))
      return failure();
    SmallVector<int64_t> block(op.getBlock());
    if (slabs->values.size() > 1)
      block[0] = spread.rows; // of a slab
    FragmentType blocks = spread.perBlock(
        cast<FragmentType>(slabs->values.front().getType()), block);
    Value scale = scaleOf(op, slabs->values, blocks, b);
    FailureOr<SmallVector<Value>> codes =
        castSlabs(distributor, op, *slabs, scale, b);
    if (failed(codes))
      return failure();
    b.replaceOpWithMultiple(
        op, {*codes, SmallVector<Value>{
                         encode(op.getScalesInit(), scale, op.getLoc(), b)}});
    return success();
  }

private:
  /// The scale of each block of `values` as it is stored, in f32.
  static Value scaleOf(gq::QuantizeOp op, ValueRange values,
                       FragmentType blocks, OpBuilder &b) {
    Location loc = op.getLoc();
    Value amax =
        BlockAbsmaxOp::create(b, loc, blocks, values, op.getAmaxFloor());
    Type format = op.getFormat();
    Type stored = getElementTypeOrSelf(op.getScalesInit());
    return createElementwise(
        b, loc, amax, blocks, [&](OpBuilder &b, ValueRange args) {
          Value scale = gq::scaleFromAmax(b, loc, args[0], format, op.getPow2(),
                                          /*finite=*/true);
          return gq::roundScale(b, loc, scale, stored);
        });
  }

  /// Blocks that lie in the products of a math group, each of which is
  /// quantised by itself.
  LogicalResult convertProducts(gq::QuantizeOp op, ValueRange products,
                                ConversionPatternRewriter &b) const {
    if (!isSpread(products))
      return op.emitOpError("expects operand x to be computed in the kernel");
    if (op.getPacked())
      return op.emitOpError("has codes of four bits, which are packed in a "
                            "kernel of their own");
    if (failed(requireUpright(op, op.getX())))
      return failure();
    ArrayRef<int64_t> block = op.getBlock();
    auto type = cast<FragmentType>(products.front().getType());
    if (block[0] != 1 || type.getShape()[1] % block[1] != 0)
      return op.emitOpError("has blocks of ")
             << block[0] << "x" << block[1]
             << ", expects some of 1 row that divide the " << type.getShape()[1]
             << " columns of a product";
    if (failed(FragmentType::verifyInvariants(
            [&] { return op.emitOpError("cannot be spread over threads: "); },
            type.getShape(), b.getF32Type(), type.getLayout(), block)))
      return failure();
    FragmentType blocks = spread.perBlock(type, block);
    Type format = getElementTypeOrSelf(op.getInit());
    SmallVector<Value> codes, scales;
    for (Value product : products) {
      Value scale = scaleOf(op, product, blocks, b);
      codes.push_back(ScaledCastOp::create(
          b, op.getLoc(), type.cloneWith(format), product, scale,
          op.getDivide(), /*normal=*/!op.getDivide(), /*packed=*/TypeAttr()));
      scales.push_back(encode(op.getScalesInit(), scale, op.getLoc(), b));
    }
    b.replaceOpWithMultiple(op, {codes, scales});
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
  patterns
      .add<AbsmaxPattern, ReducePattern, ScalePattern, CastPattern,
           DequantizePattern, QuantizePattern, CopyPattern, TransposePattern>(
          patterns.getContext(), distributor);
}
