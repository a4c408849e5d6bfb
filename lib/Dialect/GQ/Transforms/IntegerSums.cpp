//===- IntegerSums.cpp - products of i8 as sums of integers ---------------===//
//
// In:  a product of i8 whose sum over K is one integer, into f32
//      (ScaledMatmulOp::isOneIntegerSum), or with zero points into f32 or i32.
// Out: the product without scales into i32, which stays in the tensor core over
//      all of K, and one elementwise op behind it: f32(sum) * (sa * sb) + init,
//      as the op says. It reads the scales of rows, of columns, or one, from
//      memory, once for each tile of the result.
//
// With zero points sum is that of (a - za) * (b - zb), modulo 2^32:
//
//   a . b - za * (1 . b) - zb * (1 . a) + K * za * zb
//
// The product keeps its zero points and computes all but the last of these. A
// config with which its kernel cannot add up rows gets `row_sums = apart`.
//
//===----------------------------------------------------------------------===//
#include "IntegerSums.h"
#include "Branches.h"
#include "RowSums.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQ/IR/ScaleArith.h"
#include "gq/Strategy/Matmul.h"
#include "gq/Support/Remarks.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::gq;

static constexpr StringLiteral kPass = "gq-expand";

namespace {
/// Builds what a product becomes.
class Expansion {
public:
  Expansion(PatternRewriter &b, ScaledMatmulOp op)
      : b(b), loc(op.getLoc()), op(op), identity(b.getMultiDimIdentityMap(2)) {}

  void run();

private:
  /// A value that the elementwise op reads: a constant, or an element of what
  /// it has as input number `input`.
  struct Source {
    std::optional<int32_t> constant;
    unsigned input = 0;
  };
  unsigned read(Value value, AffineMap map) {
    inputs.push_back(value);
    maps.push_back(map);
    return inputs.size() - 1;
  }
  AffineMap mapTo(ArrayRef<AffineExpr> place) {
    return AffineMap::get(2, 0, place, b.getContext());
  }

  Value zeros(ArrayRef<OpFoldResult> sizes);
  Value multiply(Value aPoints, Value bPoints);
  void readScales(Value x, unsigned along, Value scales, int64_t rowsOfBlock,
                  bool transposed, bool padded);
  Source readZeroPoints(Value points, unsigned along);
  /// The config, of which all can add up rows.
  StrategyAttrInterface withRowSums();
  Value inMemory(Value points);
  Value integer(OpBuilder &b, Source source, ValueRange args);
  Value sumOf(OpBuilder &b, ValueRange args);

  PatternRewriter &b;
  Location loc;
  ScaledMatmulOp op;
  AffineMap identity;
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;
  /// Zero points of a and of b, where both have some.
  SmallVector<Source, 2> points;
};
} // namespace

Value Expansion::zeros(ArrayRef<OpFoldResult> sizes) {
  Value empty = tensor::EmptyOp::create(b, loc, sizes, b.getI32Type());
  Value zero = arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(0));
  return linalg::FillOp::create(b, loc, zero, empty).getResult(0);
}

/// The product into i32, all but for the product of both zero points.
Value Expansion::multiply(Value aPoints, Value bPoints) {
  bool apart = aPoints || bPoints;
  Value init = zeros(tensor::getMixedSizes(b, loc, op.getInit()));
  return ScaledMatmulOp::create(
             b, loc, TypeRange(init.getType()), op.getA(), op.getB(),
             /*a_scales=*/Value(), /*b_scales=*/Value(), aPoints, bPoints, init,
             ValueRange(), /*a_block=*/DenseI64ArrayAttr(),
             /*b_block=*/DenseI64ArrayAttr(), /*promote=*/IntegerAttr(),
             op.getBatchInvariantAttr(),
             apart ? withRowSums() : op.getConfigAttr(),
             /*transposed_a_scales=*/UnitAttr(),
             /*transposed_b_scales=*/UnitAttr(), /*padded_a_scales=*/UnitAttr(),
             /*padded_b_scales=*/UnitAttr(),
             apart ? b.getUnitAttr() : UnitAttr())
      .getResult(0);
}

/// The scales of a or b, each of a row of `x`, which runs along loop `along` of
/// the result, or one of all rows.
void Expansion::readScales(Value x, unsigned along, Value scales,
                           int64_t rowsOfBlock, bool transposed, bool padded) {
  AffineExpr zero = b.getAffineConstantExpr(0);
  SmallVector<AffineExpr> place{zero, zero};
  bool isOne = rowsOfBlock != 1;
  if (!isOne)
    place[transposed ? 1 : 0] = b.getAffineDimExpr(along);
  if (padded) {
    // Rows as long as there are scales.
    OpFoldResult first = b.getIndexAttr(0), one = b.getIndexAttr(1);
    OpFoldResult count =
        isOne ? one : OpFoldResult(tensor::getMixedSize(b, loc, x, 0));
    scales = tensor::ExtractSliceOp::create(
        b, loc, scales, ArrayRef<OpFoldResult>{first, first},
        ArrayRef<OpFoldResult>{one, count}, ArrayRef<OpFoldResult>{one, one});
  }
  read(scales, mapTo(place));
}

std::optional<int32_t> mlir::gq::knownZeroPoint(Value points) {
  DenseIntElementsAttr known;
  if (matchPattern(points, m_Constant(&known)) && known.isSplat())
    return static_cast<int32_t>(known.getSplatValue<APInt>().getSExtValue());
  APInt value;
  if (auto made = points.getDefiningOp<tensor::FromElementsOp>();
      made && made.getElements().size() == 1 &&
      matchPattern(made.getElements()[0], m_ConstantInt(&value)))
    return static_cast<int32_t>(value.getSExtValue());
  return std::nullopt;
}

Expansion::Source Expansion::readZeroPoints(Value points, unsigned along) {
  if (std::optional<int32_t> known = knownZeroPoint(points))
    return {known};
  SmallVector<AffineExpr> place;
  if (cast<ShapedType>(points.getType()).getRank() == 1)
    place.push_back(b.getAffineDimExpr(along));
  return {std::nullopt, read(points, mapTo(place))};
}

StrategyAttrInterface Expansion::withRowSums() {
  auto complete = [&](MatmulConfigAttr attr) {
    MatmulConfig config = attr.getValue();
    strategy::Refusal refusal = strategy::refuseRowSums(config);
    if (!refusal || config.rowSums == RowSums::Apart || config.dual ||
        !refuseRowSumsApart(op).empty())
      return attr;
    remarkMissed(op, kPass, "row sums",
                 "kernels of their own add up rows for the zero points: its "
                 "config " +
                     *refusal);
    config.rowSums = RowSums::Apart;
    return MatmulConfigAttr::get(b.getContext(), config);
  };
  auto strategy = cast_or_null<StrategyAttrInterface>(op.getConfigAttr());
  if (auto one = dyn_cast_or_null<MatmulConfigAttr>(strategy))
    return complete(one);
  if (auto many = dyn_cast_or_null<MatmulVariantsAttr>(strategy))
    return MatmulVariantsAttr::get(
        b.getContext(), many.getLimits(),
        llvm::map_to_vector(many.getConfigs(), complete));
  return strategy;
}

/// Zero points that are known, as one that a kernel reads.
Value Expansion::inMemory(Value points) {
  std::optional<int32_t> known = points ? knownZeroPoint(points) : std::nullopt;
  if (!known)
    return points;
  auto type = RankedTensorType::get({}, b.getI32Type());
  return arith::ConstantOp::create(b, loc,
                                   DenseElementsAttr::get(type, *known));
}

Value Expansion::integer(OpBuilder &b, Source source, ValueRange args) {
  if (source.constant)
    return arith::ConstantOp::create(b, loc,
                                     b.getI32IntegerAttr(*source.constant));
  Value value = args[source.input];
  return value.getType().isInteger(32)
             ? value
             : arith::ExtSIOp::create(b, loc, b.getI32Type(), value)
                   .getResult();
}

/// The integer of an element.
Value Expansion::sumOf(OpBuilder &b, ValueRange args) {
  Value sum = args[0];
  if (points.empty())
    return sum;
  Value both = arith::MulIOp::create(b, loc, integer(b, points[0], args),
                                     integer(b, points[1], args));
  int64_t k = cast<ShapedType>(op.getA().getType()).getDimSize(1);
  Value count = arith::ConstantOp::create(
      b, loc, b.getIntegerAttr(b.getI32Type(), static_cast<int32_t>(k)));
  return arith::AddIOp::create(b, loc, sum,
                               arith::MulIOp::create(b, loc, both, count));
}

void Expansion::run() {
  Value init = op.getInit();
  bool integers = getElementTypeOrSelf(init.getType()).isInteger();
  remarkDecision(
      op, kPass, "integers",
      "products of i8 are added up in s32 over all of K" +
          Twine(op.isScaled() ? ", and scaled behind the loop" : ""));
  // In front of the product, whose kernel takes along what is behind it.
  auto isNeeded = [](Value points) {
    return points && knownZeroPoint(points) != 0;
  };
  Value pointsA = op.getAZeroPoints(), pointsB = op.getBZeroPoints();
  if (!isNeeded(pointsA))
    pointsA = {};
  if (!isNeeded(pointsB))
    pointsB = {};
  read(multiply(inMemory(pointsA), inMemory(pointsB)), identity);
  if (op.isScaled()) {
    readScales(op.getA(), /*along=*/0, op.getAScales(), (*op.getABlock())[0],
               op.getTransposedAScales(), op.getPaddedAScales());
    readScales(op.getB(), /*along=*/1, op.getBScales(), (*op.getBBlock())[0],
               op.getTransposedBScales(), op.getPaddedBScales());
  }
  // What the product has not added.
  if (pointsA && pointsB)
    points = {readZeroPoints(pointsA, /*along=*/0),
              readZeroPoints(pointsB, /*along=*/1)};
  // A number that all sums start from is one in the op.
  auto fill = init.getDefiningOp<linalg::FillOp>();
  if (!fill)
    read(init, identity);
  maps.push_back(identity);
  Value target = fill ? fill.getDpsInitOperand(0)->get() : init;
  SmallVector<utils::IteratorType> parallel(2, utils::IteratorType::parallel);
  b.replaceOpWithNewOp<linalg::GenericOp>(
      op, init.getType(), inputs, target, maps, parallel,
      [&](OpBuilder &b, Location, ValueRange args) {
        Value start = fill ? fill.value() : args.drop_back().back();
        Value value = sumOf(b, args);
        if (!integers)
          value = arith::SIToFPOp::create(b, loc, b.getF32Type(), value);
        if (op.isScaled()) {
          Value scale =
              arith::MulFOp::create(b, loc, decodeScale(b, loc, args[1]),
                                    decodeScale(b, loc, args[2]));
          value = math::FmaOp::create(b, loc, value, scale, start);
        } else if (integers) {
          value = arith::AddIOp::create(b, loc, value, start);
        } else {
          value = arith::AddFOp::create(b, loc, value, start);
        }
        linalg::YieldOp::create(b, loc, value);
      });
}

namespace {
struct SumIntegers : OpRewritePattern<ScaledMatmulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ScaledMatmulOp op,
                                PatternRewriter &rewriter) const override {
    Type type = getElementTypeOrSelf(op.getInit().getType());
    bool matches = type.isF32() ? op.isOneIntegerSum()
                                : type.isInteger() && op.hasZeroPoints() &&
                                      !op.getZeroPointsApart();
    if (!op.hasPureTensorSemantics() || !matches)
      return rewriter.notifyMatchFailure(op, "is no sum of integers");
    // All of the columns of a slice are a step.
    if (isInTiles(op))
      return rewriter.notifyMatchFailure(op, "is in tiles");
    Expansion(rewriter, op).run();
    return success();
  }
};
} // namespace

void mlir::gq::populateIntegerSumPatterns(RewritePatternSet &patterns) {
  // Before operands are decoded.
  patterns.add<SumIntegers>(patterns.getContext(), /*benefit=*/2);
}
