//===- Products.cpp - contractions to gq.scaled_matmul --------------------===//
//
// Operands are codes with scales and zero points, or 16-bit floats. Where both
// are codes and decoding rounds nothing but in f32, the codes are multiplied;
// where it rounds to 16 bits, that is kept: gq.dequantize, and a product of
// what it makes.
//
//===----------------------------------------------------------------------===//
#include "Contraction.h"
#include "Dequantize.h"
#include "Patterns.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Target/Target.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::gq;
using namespace mlir::gq::raise;

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

namespace {

/// Codes, or a matrix of bf16 or f16.
struct Operand {
  std::optional<Dequantized> codes;
  std::optional<Grid> half;
  Type halfType;
};

} // namespace

static FailureOr<Operand> matchOperand(const Side &side, std::string &why) {
  Operand operand;
  if (FailureOr<Dequantized> codes =
          matchDequantized(side.element, side.matrix, why);
      succeeded(codes)) {
    operand.codes = *codes;
    return operand;
  }
  for (const Element *element = side.element; element;
       element = element->of<arith::ExtFOp>()) {
    if (!isHalf(element->type))
      continue;
    FailureOr<Grid> grid = matchGrid(element, side.matrix);
    if (succeeded(grid) && grid->isMatrix()) {
      operand.half = *grid;
      operand.halfType = element->type;
      return operand;
    }
  }
  return failure();
}

static StringRef nameOf(unsigned side) { return side ? "second" : "first"; }

//===----------------------------------------------------------------------===//
// Products of codes
//===----------------------------------------------------------------------===//

/// Zero points as an operand: of rank 0, or 1 with one for each row.
static Value makeZeroPoints(OpBuilder &b, Location loc,
                            const Dequantized &value) {
  if (!value.zero)
    return {};
  if (TypedAttr known = value.zero->constant) {
    int32_t number = 0;
    if (auto integer = dyn_cast<IntegerAttr>(known))
      number = static_cast<int32_t>(integer.getValue().getSExtValue());
    else
      number = static_cast<int32_t>(cast<FloatAttr>(known).getValueAsDouble());
    auto type = RankedTensorType::get({}, b.getI32Type());
    return arith::ConstantOp::create(b, loc,
                                     DenseElementsAttr::get(type, number));
  }
  Value points = value.zeros->tensor;
  auto type = cast<RankedTensorType>(points.getType());
  int64_t rank = value.zeros->varies[0];
  if (type.getRank() == rank)
    return points;
  SmallVector<ReassociationIndices> groups;
  if (rank)
    groups.push_back(llvm::to_vector(llvm::seq<int64_t>(type.getRank())));
  if (rank)
    return tensor::CollapseShapeOp::create(b, loc, points, groups);
  return tensor::CollapseShapeOp::create(
      b, loc, RankedTensorType::get({}, type.getElementType()), points, groups);
}

static bool zeroPointsFit(const Dequantized &value) {
  return !value.zeros ||
         (!value.zeros->varies[1] &&
          (!value.zeros->varies[0] || value.zeros->block[0] == 1));
}

/// The scales of a side of a product, and whether they are stored M-major.
static std::pair<Value, bool> makeProductScales(OpBuilder &b, Location loc,
                                                const Dequantized &value) {
  if (value.scales && value.scales->transposed && value.scales->varies[0] &&
      value.scales->varies[1])
    return {asRankTwo(b, loc, *value.scales), true};
  return {makeScales(b, loc, value), false};
}

static UnitAttr flag(OpBuilder &b, bool set) {
  return set ? b.getUnitAttr() : UnitAttr();
}

/// Why the codes of both are not multiplied; empty: they may be.
static std::string refuseCodes(const Contraction &product, const Dequantized &a,
                               const Dequantized &b) {
  if (isFp8(a.format) != isFp8(b.format))
    return "multiplies codes of fp8 and of i8";
  int64_t depth = getTarget(product.op).mmaDepthBytes;
  int64_t inner = product.sides[0].matrix.extents[1];
  bool zero = a.zero || b.zero;
  for (const Dequantized *value : {&a, &b}) {
    if (!zeroPointsFit(*value))
      return "has zero points that are not one for each row";
    bool whole = !value->scale ||
                 (!ShapedType::isDynamic(inner) && value->block[1] >= inner);
    if (!whole && value->block[1] % depth != 0)
      return "has blocks along K of " + std::to_string(value->block[1]) +
             ", which are no multiples of " + std::to_string(depth);
    int64_t rows = value->block[0];
    int64_t extent = product.sides[value == &b].matrix.extents[0];
    bool one = rows == 1 || (!ShapedType::isDynamic(extent) && rows >= extent);
    if (zero && value->scale && (!whole || !one))
      return "has zero points beside scales that are not one for each row or "
             "one for all";
  }
  constexpr int64_t kMostWithZeroPoints = 33024;
  if (zero && (ShapedType::isDynamic(inner) || inner > kMostWithZeroPoints))
    return "has zero points and a K that is dynamic or above 33024, of which "
           "a sum may leave s32";
  return "";
}

static Value multiplyCodes(OpBuilder &b, Location loc, const Dequantized &left,
                           const Dequantized &right, Value init) {
  std::pair<Value, bool> leftScales, rightScales;
  DenseI64ArrayAttr leftBlock, rightBlock;
  if (left.scale || right.scale) {
    leftScales = makeProductScales(b, loc, left);
    rightScales = makeProductScales(b, loc, right);
    auto widenHalf = [&](Value scales) {
      return isHalf(getElementTypeOrSelf(scales))
                 ? convertFloats(b, loc, scales, b.getF32Type())
                 : scales;
    };
    leftScales.first = widenHalf(leftScales.first);
    rightScales.first = widenHalf(rightScales.first);
    leftBlock = b.getDenseI64ArrayAttr(left.block);
    rightBlock = b.getDenseI64ArrayAttr(right.block);
  }
  Value leftCodes = rowMajor(b, loc, left.codes),
        rightCodes = rowMajor(b, loc, right.codes);
  Value leftZeros = makeZeroPoints(b, loc, left),
        rightZeros = makeZeroPoints(b, loc, right);
  return ScaledMatmulOp::create(
             b, loc, TypeRange(init.getType()), leftCodes, rightCodes,
             leftScales.first, rightScales.first, leftZeros, rightZeros, init,
             ValueRange(), leftBlock, rightBlock, /*promote=*/IntegerAttr(),
             /*batch_invariant=*/UnitAttr(), /*config=*/Attribute(),
             flag(b, leftScales.second), flag(b, rightScales.second),
             /*padded_a_scales=*/UnitAttr(), /*padded_b_scales=*/UnitAttr(),
             /*zero_points_apart=*/UnitAttr())
      .getResult(0);
}

//===----------------------------------------------------------------------===//
// Products of floats of 16 bits
//===----------------------------------------------------------------------===//

/// The type in which both operands are multiplied, or null.
static Type commonHalf(const Operand &a, const Operand &b) {
  SmallVector<Type> types;
  for (const Operand *operand : {&a, &b}) {
    if (operand->half)
      types.push_back(operand->halfType);
    else if (operand->codes->rounded && !operand->codes->type.isF32())
      types.push_back(operand->codes->type);
  }
  if (types.empty())
    for (const Operand *operand : {&a, &b})
      if (isHalf(operand->codes->type))
        types.push_back(operand->codes->type);
  if (types.empty() || !llvm::all_equal(types))
    return {};
  for (const Operand *operand : {&a, &b})
    if (operand->codes &&
        (operand->codes->zero || (operand->codes->type != types[0] &&
                                  !operand->codes->isExactIn(types[0]))))
      return {};
  return types[0];
}

static Value makeHalf(OpBuilder &b, Location loc, const Operand &operand,
                      Type type) {
  return operand.half ? rowMajor(b, loc, *operand.half)
                      : makeDequantize(b, loc, *operand.codes, type);
}

static Value multiply(OpBuilder &b, Location loc, Value left, Value right,
                      Value init) {
  return ScaledMatmulOp::create(
             b, loc, TypeRange(init.getType()), left, right, Value(), Value(),
             Value(), Value(), init, ValueRange(), DenseI64ArrayAttr(),
             DenseI64ArrayAttr(), IntegerAttr(), UnitAttr(), Attribute(),
             UnitAttr(), UnitAttr(), UnitAttr(), UnitAttr())
      .getResult(0);
}

//===----------------------------------------------------------------------===//
// All
//===----------------------------------------------------------------------===//

static LogicalResult raiseIntegers(RewriterBase &rewriter,
                                   const Contraction &product,
                                   std::string &why) {
  linalg::LinalgOp op = product.op;
  if (!getElementTypeOrSelf(op->getResult(0)).isSignlessInteger(32))
    return failure();
  std::array<Dequantized, 2> operands;
  for (unsigned side : {0, 1}) {
    FailureOr<Dequantized> operand = matchShifted(
        product.sides[side].element, product.sides[side].matrix, why);
    if (failed(operand))
      return failure();
    operands[side] = *operand;
    if (!zeroPointsFit(*operand)) {
      why = "has zero points that are not one for each row";
      return failure();
    }
  }
  if ((operands[0].zero || operands[1].zero) &&
      ShapedType::isDynamic(product.sides[0].matrix.extents[1])) {
    why = "has zero points beside a dynamic K";
    return failure();
  }
  Location loc = op.getLoc();
  Value init = startAsMatrix(rewriter, loc, product);
  replaceByMatmul(rewriter, product,
                  multiplyCodes(rewriter, loc, operands[0], operands[1], init));
  return success();
}

LogicalResult raise::raiseProduct(RewriterBase &rewriter, Operation *candidate,
                                  std::string &why) {
  auto op = dyn_cast<linalg::LinalgOp>(candidate);
  if (!op)
    return failure();
  Elements elements(op.getContext());
  FailureOr<Contraction> product = matchContraction(op, elements, why);
  if (failed(product))
    return failure();
  if (product->integers)
    return raiseIntegers(rewriter, *product, why);
  Type type = getElementTypeOrSelf(op->getResult(0));
  if (!type.isF32() && !isHalf(type))
    return failure();
  std::array<Operand, 2> operands;
  SmallVector<unsigned> missing;
  for (unsigned side : {0, 1}) {
    std::string reason;
    FailureOr<Operand> operand = matchOperand(product->sides[side], reason);
    if (succeeded(operand)) {
      operands[side] = *operand;
      continue;
    }
    missing.push_back(side);
    if (!reason.empty() && why.empty())
      why = ("its " + nameOf(side) + " operand: " + reason).str();
  }
  if (missing.size() == 1 && why.empty())
    why = ("its " + nameOf(missing[0]) +
           " operand is no tensor of codes, bf16 or f16, as the other is")
              .str();
  if (!missing.empty())
    return failure();
  Location loc = op.getLoc();
  auto &[a, b] = operands;
  bool codes = a.codes && b.codes && !a.codes->rounded && !b.codes->rounded;
  if (codes) {
    why = refuseCodes(*product, *a.codes, *b.codes);
    if (why.empty()) {
      Value init = startAsMatrix(rewriter, loc, *product);
      replaceByMatmul(rewriter, *product,
                      multiplyCodes(rewriter, loc, *a.codes, *b.codes, init));
      return success();
    }
  }
  Type half = commonHalf(a, b);
  if (!half) {
    bool zero = (a.codes && a.codes->zero) || (b.codes && b.codes->zero);
    if (why.empty() && zero)
      why = "has zero points, and codes that are not both multiplied as i8";
    if (why.empty())
      why = "its operands are codes that are not rounded to the bf16 or f16 of "
            "the other operand, or of two types";
    return failure();
  }
  Value init = startAsMatrix(rewriter, loc, *product);
  Value left = makeHalf(rewriter, loc, a, half),
        right = makeHalf(rewriter, loc, b, half);
  replaceByMatmul(rewriter, *product,
                  multiply(rewriter, loc, left, right, init));
  return success();
}
