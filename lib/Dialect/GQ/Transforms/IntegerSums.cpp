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
// The product keeps its zero points and computes all but the last of these: its
// kernel adds up rows of b and of a. Where its config does not let it, the sums
// are products of a row of ones, small ones that are as fast as b or a is read.
// No op makes codes that are known; of a tensor of f32 ones gq.quantize does,
// if it takes 127 for the maximum.
//
//===----------------------------------------------------------------------===//
#include "IntegerSums.h"
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
  Value multiply(Value left, Value right, Value init, UnitAttr invariant,
                 Attribute config, Value leftPoints = {},
                 Value rightPoints = {});
  void readScales(Value x, unsigned along, Value scales, int64_t rowsOfBlock,
                  bool transposed, bool padded);
  Source readZeroPoints(Value points, unsigned along);
  Value makeOnes(int64_t count);
  /// A row of the sums of the rows of `x`.
  Value sumRows(StringRef name, Value x, StringRef other, StringRef why);
  /// Why no kernel can add up rows beside the product; empty: it can.
  std::string refuseRowSums();
  Value inMemory(Value points);
  Value integer(OpBuilder &b, Source source, ValueRange args);
  Value sumOf(OpBuilder &b, ValueRange args);

  PatternRewriter &b;
  Location loc;
  ScaledMatmulOp op;
  AffineMap identity;
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;
  Value ones;
  struct ZeroPoints {
    Source value;
    /// Input number of the sums of the other operand's rows, where these are
    /// not subtracted already.
    std::optional<unsigned> sums;
  };
  std::optional<ZeroPoints> ofA, ofB;
};
} // namespace

Value Expansion::zeros(ArrayRef<OpFoldResult> sizes) {
  Value empty = tensor::EmptyOp::create(b, loc, sizes, b.getI32Type());
  Value zero = arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(0));
  return linalg::FillOp::create(b, loc, zero, empty).getResult(0);
}

/// A product into i32, all but for the product of both zero points.
Value Expansion::multiply(Value left, Value right, Value init,
                          UnitAttr invariant, Attribute config,
                          Value leftPoints, Value rightPoints) {
  bool apart = leftPoints || rightPoints;
  return ScaledMatmulOp::create(
             b, loc, TypeRange(init.getType()), left, right,
             /*a_scales=*/Value(), /*b_scales=*/Value(), leftPoints,
             rightPoints, init, ValueRange(), /*a_block=*/DenseI64ArrayAttr(),
             /*b_block=*/DenseI64ArrayAttr(), /*promote=*/IntegerAttr(),
             invariant, config, /*transposed_a_scales=*/UnitAttr(),
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

/// What all rows have, if it is known.
static std::optional<int32_t> knownZeroPoint(Value points) {
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

Value Expansion::makeOnes(int64_t count) {
  constexpr int64_t kBlock = 128;
  SmallVector<int64_t> shape{1, count},
      blocks{1, static_cast<int64_t>(llvm::divideCeil(count, kBlock))};
  Type f32 = b.getF32Type();
  Value one = arith::ConstantOp::create(b, loc, b.getF32FloatAttr(1.0f));
  Value x = tensor::EmptyOp::create(b, loc, shape, f32);
  x = linalg::FillOp::create(b, loc, one, x).getResult(0);
  Value codes = tensor::EmptyOp::create(b, loc, shape, b.getI8Type());
  Value scales = tensor::EmptyOp::create(b, loc, blocks, f32);
  auto quantize = QuantizeOp::create(
      b, loc, TypeRange{codes.getType(), scales.getType()}, x, codes, scales,
      b.getDenseI64ArrayAttr({1, kBlock}), /*pow2=*/UnitAttr(),
      /*transposed_scales=*/UnitAttr(), /*padded_scales=*/UnitAttr(),
      b.getF32FloatAttr(formatMax(b.getI8Type())), QuantizeConfigAttr(),
      /*divide=*/UnitAttr(), /*packed=*/TypeAttr());
  return quantize.getResult(0);
}

std::string Expansion::refuseRowSums() {
  SmallVector<MatmulConfigAttr> configs;
  if (auto one = dyn_cast_or_null<MatmulConfigAttr>(op.getConfigAttr()))
    configs.push_back(one);
  if (auto many = dyn_cast_or_null<MatmulVariantsAttr>(op.getConfigAttr()))
    llvm::append_range(configs, many.getConfigs());
  for (MatmulConfigAttr config : configs)
    if (strategy::Refusal refusal = strategy::refuseRowSums(config.getValue()))
      return *refusal;
  return "";
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

Value Expansion::sumRows(StringRef name, Value x, StringRef other,
                         StringRef why) {
  auto type = cast<ShapedType>(x.getType());
  if (!ones)
    ones = makeOnes(type.getDimSize(1));
  remarkMissed(op, kPass, "row sums",
               "operand " + name +
                   " is read once more, by a kernel that adds up its rows for "
                   "the zero points of " +
                   other + ": its config " + why);
  SmallVector<OpFoldResult> sizes{b.getIndexAttr(1),
                                  tensor::getMixedSize(b, loc, x, 0)};
  return multiply(ones, x, zeros(sizes), op.getBatchInvariantAttr(),
                  /*config=*/Attribute());
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
  Value sum = args[0], both;
  for (std::optional<ZeroPoints> points : {ofA, ofB}) {
    if (!points)
      continue;
    Value value = integer(b, points->value, args);
    if (points->sums)
      sum = arith::SubIOp::create(
          b, loc, sum,
          arith::MulIOp::create(b, loc, value, args[*points->sums]));
    both =
        both ? arith::MulIOp::create(b, loc, both, value).getResult() : value;
  }
  if (!ofA || !ofB)
    return sum;
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
  Value pointsA = op.getAZeroPoints(), pointsB = op.getBZeroPoints(), rowsA,
        rowsB;
  if (!isNeeded(pointsA))
    pointsA = {};
  if (!isNeeded(pointsB))
    pointsB = {};
  std::string refusal = refuseRowSums();
  bool apart = (pointsA || pointsB) && !refusal.empty();
  if (apart && pointsA)
    rowsB = sumRows("b", op.getB(), "a", refusal);
  if (apart && pointsB)
    rowsA = sumRows("a", op.getA(), "b", refusal);
  read(multiply(op.getA(), op.getB(),
                zeros(tensor::getMixedSizes(b, loc, init)),
                op.getBatchInvariantAttr(), op.getConfigAttr(),
                apart ? Value() : inMemory(pointsA),
                apart ? Value() : inMemory(pointsB)),
       identity);
  if (op.isScaled()) {
    readScales(op.getA(), /*along=*/0, op.getAScales(), (*op.getABlock())[0],
               op.getTransposedAScales(), op.getPaddedAScales());
    readScales(op.getB(), /*along=*/1, op.getBScales(), (*op.getBBlock())[0],
               op.getTransposedBScales(), op.getPaddedBScales());
  }
  AffineExpr first = b.getAffineConstantExpr(0), row = b.getAffineDimExpr(0),
             column = b.getAffineDimExpr(1);
  // What the product has not subtracted, or the product of both.
  if (pointsA && (apart || pointsB))
    ofA = {readZeroPoints(pointsA, /*along=*/0), std::nullopt};
  if (rowsB)
    ofA->sums = read(rowsB, mapTo({first, column}));
  if (pointsB && (apart || pointsA))
    ofB = {readZeroPoints(pointsB, /*along=*/1), std::nullopt};
  if (rowsA)
    ofB->sums = read(rowsA, mapTo({first, row}));
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
    Expansion(rewriter, op).run();
    return success();
  }
};
} // namespace

void mlir::gq::populateIntegerSumPatterns(RewritePatternSet &patterns) {
  // Before operands are decoded.
  patterns.add<SumIntegers>(patterns.getContext(), /*benefit=*/2);
}
