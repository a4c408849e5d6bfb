//===- RowSums.cpp - sums of rows by kernels of their own -----------------===//
//
// In:  a product with zero points and `row_sums = apart`.
// Out: the product without them; the sums of the rows of b, if a has zero
//      points, and of a, if b has, each the product of a row of ones; and an
//      elementwise op behind the product, a part of its kernel, that subtracts
//      the zero points times the sums.
//
// A product of one row is as fast as b or a is read. No op makes codes that are
// known; of a tensor of f32 ones gq.quantize does, if it takes 127 for the
// maximum.
//
//===----------------------------------------------------------------------===//
#include "RowSums.h"
#include "Branches.h"
#include "ConfigRewrites.h"
#include "IntegerSums.h"
#include "gq/Dialect/GQ/Transforms/Choices.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::gq;

std::string mlir::gq::refuseRowSumsApart(BlockOpInterface op) {
  auto product = dyn_cast<ScaledMatmulOp>(op.getOperation());
  if (!product || !product.hasZeroPoints())
    return "expects a gq.scaled_matmul with zero points";
  if (!isOnHost(op))
    return "expects to be in a function or in an scf.if there, got '" +
           op->getParentOp()->getName().getStringRef().str() + "'";
  return "";
}

namespace {
class Separation {
public:
  Separation(RewriterBase &b, ScaledMatmulOp op)
      : b(b), loc(op.getLoc()), op(op) {}

  /// Failure has an error at an op.
  LogicalResult run();

private:
  Value makeOnes(int64_t count);
  ScaledMatmulOp multiply(Value left, Value right, Value init,
                          Attribute config);
  /// A row of the sums of the rows of `x`.
  ScaledMatmulOp sumRows(Value x);
  /// Reads `points`, of the rows along `loop` of the result, and the sums of
  /// the rows of `other`.
  void subtract(Value points, unsigned loop, Value other);

  struct Term {
    std::optional<int32_t> known;
    unsigned points, sums; ///< numbers of inputs
  };

  RewriterBase &b;
  Location loc;
  ScaledMatmulOp op;
  Value ones;
  SmallVector<BlockOpInterface> made;
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;
  SmallVector<Term> terms;
};
} // namespace

Value Separation::makeOnes(int64_t count) {
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
  made.push_back(cast<BlockOpInterface>(quantize.getOperation()));
  return quantize.getResult(0);
}

ScaledMatmulOp Separation::multiply(Value left, Value right, Value init,
                                    Attribute config) {
  return ScaledMatmulOp::create(
      b, loc, TypeRange(init.getType()), left, right, /*a_scales=*/Value(),
      /*b_scales=*/Value(), /*a_zero_points=*/Value(),
      /*b_zero_points=*/Value(), init, ValueRange(),
      /*a_block=*/DenseI64ArrayAttr(), /*b_block=*/DenseI64ArrayAttr(),
      /*promote=*/IntegerAttr(), op.getBatchInvariantAttr(), config,
      /*transposed_a_scales=*/UnitAttr(), /*transposed_b_scales=*/UnitAttr(),
      /*padded_a_scales=*/UnitAttr(), /*padded_b_scales=*/UnitAttr(),
      /*zero_points_apart=*/UnitAttr());
}

ScaledMatmulOp Separation::sumRows(Value x) {
  if (!ones)
    ones = makeOnes(cast<ShapedType>(x.getType()).getDimSize(1));
  SmallVector<OpFoldResult> sizes{b.getIndexAttr(1),
                                  tensor::getMixedSize(b, loc, x, 0)};
  Value sums = tensor::EmptyOp::create(b, loc, sizes, b.getI32Type());
  Value zero = arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(0));
  sums = linalg::FillOp::create(b, loc, zero, sums).getResult(0);
  ScaledMatmulOp product = multiply(ones, x, sums, /*config=*/Attribute());
  made.push_back(cast<BlockOpInterface>(product.getOperation()));
  return product;
}

void Separation::subtract(Value points, unsigned loop, Value other) {
  MLIRContext *context = b.getContext();
  auto read = [&](Value value, ArrayRef<AffineExpr> place) {
    inputs.push_back(value);
    maps.push_back(AffineMap::get(2, 0, place, context));
    return static_cast<unsigned>(inputs.size() - 1);
  };
  Term term{knownZeroPoint(points), 0, 0};
  if (!term.known) {
    SmallVector<AffineExpr> place;
    if (cast<ShapedType>(points.getType()).getRank() == 1)
      place.push_back(b.getAffineDimExpr(loop));
    term.points = read(points, place);
  }
  term.sums = read(sumRows(other).getResult(0),
                   {b.getAffineConstantExpr(0), b.getAffineDimExpr(1 - loop)});
  terms.push_back(term);
}

LogicalResult Separation::run() {
  auto attr = cast<MatmulConfigAttr>(op.getConfigAttr());
  auto config =
      MatmulConfigAttr::get(b.getContext(), attr.getValue().afterRowSums());
  // Sums come in front of the product, whose kernel takes along what is behind
  // it.
  inputs.emplace_back();
  maps.push_back(b.getMultiDimIdentityMap(2));
  if (Value points = op.getAZeroPoints())
    subtract(points, /*loop=*/0, op.getB());
  if (Value points = op.getBZeroPoints())
    subtract(points, /*loop=*/1, op.getA());
  inputs.front() =
      multiply(op.getA(), op.getB(), op.getInit(), config).getResult(0);
  maps.push_back(b.getMultiDimIdentityMap(2));
  auto fill = op.getInit().getDefiningOp<linalg::FillOp>();
  Value dest = fill ? fill.getDpsInitOperand(0)->get() : op.getInit();
  SmallVector<utils::IteratorType> parallel(2, utils::IteratorType::parallel);
  auto integer = [&](OpBuilder &b, Value value) -> Value {
    return value.getType().isInteger(32)
               ? value
               : arith::ExtSIOp::create(b, loc, b.getI32Type(), value)
                     .getResult();
  };
  b.replaceOpWithNewOp<linalg::GenericOp>(
      op, op.getInit().getType(), inputs, dest, maps, parallel,
      [&](OpBuilder &b, Location, ValueRange args) {
        Value sum = args[0];
        for (const Term &term : terms) {
          Value point = term.known
                            ? arith::ConstantOp::create(
                                  b, loc, b.getI32IntegerAttr(*term.known))
                                  .getResult()
                            : integer(b, args[term.points]);
          Value more = arith::MulIOp::create(b, loc, point, args[term.sums]);
          sum = arith::SubIOp::create(b, loc, sum, more);
        }
        linalg::YieldOp::create(b, loc, sum);
      });
  // Rows of the result of these may be of any length, as the launch says.
  for (BlockOpInterface kernel : made)
    if (failed(select(kernel, getTarget(kernel))) ||
        (kernel.isSum() && failed(branchOnPitch(b, kernel))))
      return failure();
  return success();
}

FailureOr<bool> mlir::gq::sumRowsApart(RewriterBase &rewriter,
                                       BlockOpInterface op) {
  auto attr = dyn_cast<MatmulConfigAttr>(op.getStrategy());
  if (!attr || attr.getValue().rowSums != RowSums::Apart)
    return false;
  if (failed(op.requireTensors()))
    return failure();
  if (std::string why = refuseRowSumsApart(op); !why.empty())
    return op->emitOpError("has a config with row_sums = apart, ") << why,
           failure();
  auto product = cast<ScaledMatmulOp>(op.getOperation());
  if (!product.getZeroPointsApart())
    return op->emitOpError("has a config with row_sums = apart, expects "
                           "zero_points_apart; run gq-expand first"),
           failure();
  if (failed(Separation(rewriter, product).run()))
    return failure();
  return true;
}
