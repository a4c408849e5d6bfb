//===- IntegerSums.cpp - products of i8 as sums of integers ---------------===//
//
// In:  a product of i8 into f32 whose sum over K is one integer
//      (ScaledMatmulOp::isOneIntegerSum).
// Out: the product without scales into i32, which stays in the tensor core over
//      all of K, and one elementwise op behind it: f32(sum) * (sa * sb) + init,
//      as the op says. It reads the scales of rows, of columns, or one, from
//      memory, once for each tile of the result.
//
//===----------------------------------------------------------------------===//
#include "IntegerSums.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQ/IR/Scales.h"
#include "gq/Support/Remarks.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::gq;

namespace {
/// What the elementwise op reads, each through a map of its own.
struct Inputs {
  SmallVector<Value> values;
  SmallVector<AffineMap> maps;

  void insert(Value value, AffineMap map) {
    values.push_back(value);
    maps.push_back(map);
  }
};
} // namespace

/// Scales without what pads their rows: as many columns as there are scales.
static Value withoutPadding(OpBuilder &b, Location loc, Value scales,
                            OpFoldResult count) {
  OpFoldResult zero = b.getIndexAttr(0), one = b.getIndexAttr(1);
  return tensor::ExtractSliceOp::create(
      b, loc, scales, ArrayRef<OpFoldResult>{zero, zero},
      ArrayRef<OpFoldResult>{one, count}, ArrayRef<OpFoldResult>{one, one});
}

/// The scales of a or b, each of a row of `x`, which runs along loop `loop` of
/// the result, or one of all rows.
static void insertScales(OpBuilder &b, Location loc, Inputs &inputs, Value x,
                         unsigned along, Value scales, int64_t rowsOfBlock,
                         bool transposed, bool padded) {
  unsigned dim = transposed ? 1 : 0;
  AffineExpr zero = b.getAffineConstantExpr(0);
  SmallVector<AffineExpr> place{zero, zero};
  bool isOne = rowsOfBlock != 1;
  if (!isOne)
    place[dim] = b.getAffineDimExpr(along);
  if (padded)
    scales = withoutPadding(b, loc, scales,
                            isOne ? OpFoldResult(b.getIndexAttr(1))
                                  : tensor::getMixedSize(b, loc, x, 0));
  inputs.insert(scales, AffineMap::get(2, 0, place, b.getContext()));
}

namespace {
struct SumIntegers : OpRewritePattern<ScaledMatmulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ScaledMatmulOp op,
                                PatternRewriter &b) const override {
    if (!op.hasPureTensorSemantics() || !op.isOneIntegerSum() ||
        !getElementTypeOrSelf(op.getInit().getType()).isF32())
      return b.notifyMatchFailure(op, "is no sum of integers into f32");
    Location loc = op.getLoc();
    Value init = op.getInit();
    remarkDecision(
        op, "gq-expand", "integers",
        "products of i8 are added up in s32 over all of K" +
            Twine(op.isScaled() ? ", and scaled behind the loop" : ""));
    SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, loc, init);
    Type i32 = b.getI32Type();
    Value empty = tensor::EmptyOp::create(b, loc, sizes, i32);
    Value zero = arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(0));
    Value zeros = linalg::FillOp::create(b, loc, zero, empty).getResult(0);
    auto sum = ScaledMatmulOp::create(
        b, loc, TypeRange(zeros.getType()), op.getA(), op.getB(),
        /*a_scales=*/Value(), /*b_scales=*/Value(), zeros, ValueRange(),
        /*a_block=*/DenseI64ArrayAttr(), /*b_block=*/DenseI64ArrayAttr(),
        /*promote=*/IntegerAttr(), op.getBatchInvariantAttr(),
        op.getConfigAttr(), /*transposed_a_scales=*/UnitAttr(),
        /*transposed_b_scales=*/UnitAttr(), /*padded_a_scales=*/UnitAttr(),
        /*padded_b_scales=*/UnitAttr());
    AffineMap identity = b.getMultiDimIdentityMap(2);
    Inputs inputs;
    inputs.insert(sum.getResult(0), identity);
    if (op.isScaled()) {
      insertScales(b, loc, inputs, op.getA(), /*along=*/0, op.getAScales(),
                   (*op.getABlock())[0], op.getTransposedAScales(),
                   op.getPaddedAScales());
      insertScales(b, loc, inputs, op.getB(), /*along=*/1, op.getBScales(),
                   (*op.getBBlock())[0], op.getTransposedBScales(),
                   op.getPaddedBScales());
    }
    // A number that all sums start from is one in the op.
    auto fill = init.getDefiningOp<linalg::FillOp>();
    if (!fill)
      inputs.insert(init, identity);
    inputs.maps.push_back(identity);
    Value target = fill ? fill.getDpsInitOperand(0)->get() : init;
    SmallVector<utils::IteratorType> parallel(2, utils::IteratorType::parallel);
    b.replaceOpWithNewOp<linalg::GenericOp>(
        op, init.getType(), inputs.values, target, inputs.maps, parallel,
        [&](OpBuilder &b, Location loc, ValueRange args) {
          Type f32 = b.getF32Type();
          Value value = arith::SIToFPOp::create(b, loc, f32, args[0]);
          Value start = fill ? fill.value() : args.drop_back().back();
          if (op.isScaled()) {
            Value scale =
                arith::MulFOp::create(b, loc, decodeScale(b, loc, args[1]),
                                      decodeScale(b, loc, args[2]));
            value = math::FmaOp::create(b, loc, value, scale, start);
          } else {
            value = arith::AddFOp::create(b, loc, value, start);
          }
          linalg::YieldOp::create(b, loc, value);
        });
    return success();
  }
};
} // namespace

void mlir::gq::populateIntegerSumPatterns(RewritePatternSet &patterns) {
  // Before operands are decoded.
  patterns.add<SumIntegers>(patterns.getContext(), /*benefit=*/2);
}
