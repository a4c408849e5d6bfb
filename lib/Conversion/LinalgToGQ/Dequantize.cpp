//===- Dequantize.cpp - the formula of a dequantised element --------------===//
//
// Which formulas are gq.dequantize to the bit, and what a product may make of
// them. Codes are exact in every float that they are converted to here, and
// the product of a code and a scale is rounded once: in f32, in bf16 or f16
// (where that is the same as f32 and a rounding, codes and scales being exact
// in f32 and their product too), or in f32 and then to bf16 or f16.
//
//===----------------------------------------------------------------------===//
#include "Dequantize.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::gq;
using namespace mlir::gq::raise;

bool Dequantized::isExactIn(Type other) const {
  if (!scale)
    return !zero || other.isF32();
  return isa<Float8E8M0FNUType>(scale->type) && other.isBF16() && !zero;
}

/// Below all conversions to wider types that are exact.
static const Element *skipWidening(const Element *element) {
  while (true) {
    if (const Element *operand = element->of<arith::ExtFOp>())
      element = operand;
    else if (const Element *signedOperand = element->of<arith::ExtSIOp>())
      element = signedOperand;
    else
      return element;
  }
}

/// True if a code is somewhere below, for reasons why it is not taken.
static bool hasCodes(const Element *element) {
  if (element->isLeaf())
    return element->tensor && isQuantized(element->type);
  return llvm::any_of(element->operands, hasCodes);
}

static bool isConvertedAsUnsigned(const Element *element) {
  return element->of<arith::UIToFPOp>() || element->of<arith::ExtUIOp>();
}

/// An integer that is known, from a constant of either kind.
static std::optional<int64_t> knownInteger(const Element *element) {
  if (auto integer = dyn_cast_or_null<IntegerAttr>(element->constant))
    return integer.getValue().getSExtValue();
  if (auto number = dyn_cast_or_null<FloatAttr>(element->constant)) {
    double value = number.getValueAsDouble();
    if (value == std::trunc(value) && std::abs(value) <= 1 << 24)
      return static_cast<int64_t>(value);
  }
  return std::nullopt;
}

static bool isInRangeOfI8(int64_t value) {
  return value >= -128 && value <= 127;
}

/// A zero point as an element of i8, or a constant in its range.
static const Element *matchSmallZero(const Element *element) {
  if (std::optional<int64_t> known = knownInteger(element))
    return isInRangeOfI8(*known) ? element : nullptr;
  if (const Element *integer = element->of<arith::SIToFPOp>())
    element = integer;
  element = skipWidening(element);
  if (std::optional<int64_t> known = knownInteger(element))
    return isInRangeOfI8(*known) ? element : nullptr;
  return element->tensor && element->type.isSignlessInteger(8) ? element
                                                               : nullptr;
}

/// The codes below conversions to a float, and the zero point that is
/// subtracted on the way.
static bool matchCodes(const Element *element, const Matrix &matrix,
                       Dequantized &value, std::string &why) {
  if (const Element *float8 = element->of<arith::ExtFOp>()) {
    float8 = skipWidening(float8);
    FailureOr<Grid> grid = matchGrid(float8, matrix);
    if (!isFp8(float8->type) || failed(grid) || !grid->isMatrix())
      return false;
    value.codes = *grid;
    value.format = float8->type;
    return true;
  }
  // A difference of floats that are integers, which is exact.
  if (isa_and_nonnull<arith::SubFOp>(element->op)) {
    const Element *zero = matchSmallZero(element->operands[1]);
    if (!element->type.isF32() ||
        !matchCodes(element->operands[0], matrix, value, why) || value.zero)
      return false;
    if (!value.format.isInteger(8) || !zero) {
      why = "a zero point is not known to be in the range of i8";
      return false;
    }
    value.zero = zero;
    return true;
  }
  if (const Element *integer = element->of<arith::SIToFPOp>()) {
    if (isa_and_nonnull<arith::SubIOp>(integer->op)) {
      const Element *zero = matchSmallZero(integer->operands[1]);
      if (!element->type.isF32() ||
          integer->type.getIntOrFloatBitWidth() < 16) {
        why = "a difference of a code and its zero point may overflow";
        return false;
      }
      if (!zero) {
        why = "a zero point is not known to be in the range of i8";
        return false;
      }
      value.zero = zero;
      integer = integer->operands[0];
    }
    integer = skipWidening(integer);
    FailureOr<Grid> grid = matchGrid(integer, matrix);
    if (!integer->type.isSignlessInteger(8) || failed(grid) ||
        !grid->isMatrix())
      return false;
    value.codes = *grid;
    value.format = integer->type;
    return true;
  }
  if (isConvertedAsUnsigned(element))
    why = "codes are converted as unsigned integers";
  return false;
}

/// The scale, as narrow as it is in memory.
static bool matchScale(const Element *element, const Matrix &matrix,
                       Dequantized &value, std::string &why) {
  for (const Element *next = element; next; next = next->of<arith::ExtFOp>()) {
    Type type = next->type;
    if (!type.isF32() && !isHalf(type) && !isa<Float8E8M0FNUType>(type))
      continue;
    if (next->constant) {
      value.scale = next;
      continue;
    }
    if (FailureOr<Grid> grid = matchGrid(next, matrix); succeeded(grid)) {
      value.scale = next;
      value.scales = *grid;
    }
  }
  if (!value.scale)
    why = "the scale of an element is in no tensor that has one for each block";
  return value.scale;
}

static bool isExact(const Dequantized &value) {
  return value.type.isF32() || value.isExactIn(value.type);
}

static FailureOr<Dequantized> match(const Element *element,
                                    const Matrix &matrix, std::string &why) {
  Dequantized value;
  value.block = wholeBlock(matrix);
  while (const Element *operand = element->of<arith::ExtFOp>()) {
    if (!isHalf(operand->type))
      break;
    element = operand;
  }
  value.type = element->type;
  if (const Element *wide = element->of<arith::TruncFOp>()) {
    if (!isHalf(element->type) || !wide->type.isF32())
      return failure();
    if (cast<arith::TruncFOp>(element->op).getRoundingmode()) {
      why = "it is rounded another way than to nearest";
      return failure();
    }
    element = wide;
  }
  if (!isHalf(element->type) && !element->type.isF32())
    return failure();
  if (isa_and_nonnull<arith::MulFOp>(element->op)) {
    for (unsigned side : {0, 1}) {
      const Element *codes = element->operands[side],
                    *scale = element->operands[1 - side];
      if (!matchCodes(codes, matrix, value, why)) {
        value.zero = nullptr;
        continue;
      }
      // A scale that is wider than the product would have been rounded.
      if (!matchScale(scale, matrix, value, why))
        return failure();
      break;
    }
  } else {
    matchCodes(element, matrix, value, why);
  }
  if (!value.format)
    return failure();
  if (value.zero && !value.zero->constant) {
    FailureOr<Grid> zeros = matchGrid(value.zero, matrix);
    if (failed(zeros)) {
      why = "the zero point of an element is in no tensor that has one for "
            "each block";
      return failure();
    }
    value.zeros = *zeros;
  }
  // f16 holds no scale of f8E8M0FNU that is large or small, which was rounded
  // before it was multiplied then.
  if (value.scale && element->type.isF16() && !value.scale->type.isF16()) {
    why = "scales are rounded to f16 before they are multiplied";
    return failure();
  }
  value.rounded = !isExact(value);
  if (value.scales)
    value.block = value.scales->block;
  return value;
}

FailureOr<Dequantized> raise::matchDequantized(const Element *element,
                                               const Matrix &matrix,
                                               std::string &why) {
  FailureOr<Dequantized> value = match(element, matrix, why);
  if (failed(value) && why.empty() && !element->isLeaf() && hasCodes(element))
    why = "it computes something else of codes than their product with a scale "
          "that each block has one of";
  return value;
}

FailureOr<Dequantized> raise::matchShifted(const Element *element,
                                           const Matrix &matrix,
                                           std::string &why) {
  Dequantized value;
  value.block = wholeBlock(matrix);
  value.type = element->type;
  if (isa_and_nonnull<arith::SubIOp>(element->op) &&
      element->type.isSignlessInteger(32)) {
    value.zero = element->operands[1];
    const Element *zero = skipWidening(value.zero);
    if (zero->type.isSignlessInteger(8))
      value.zero = zero;
    element = element->operands[0];
    if (!value.zero->constant) {
      FailureOr<Grid> zeros = matchGrid(value.zero, matrix);
      if (failed(zeros)) {
        why =
            value.zero->tensor && !isa<TensorType>(value.zero->tensor.getType())
                ? "a zero point is a scalar, which no kernel takes"
                : "a zero point is in no tensor that has one for each row";
        return failure();
      }
      value.zeros = *zeros;
    }
  }
  if (isConvertedAsUnsigned(element)) {
    why = "codes are converted as unsigned integers";
    return failure();
  }
  const Element *codes = skipWidening(element);
  FailureOr<Grid> grid = matchGrid(codes, matrix);
  if (!codes->type.isSignlessInteger(8) || failed(grid) || !grid->isMatrix())
    return failure();
  value.codes = *grid;
  value.format = codes->type;
  return value;
}

Value raise::makeScales(OpBuilder &b, Location loc, const Dequantized &value) {
  if (!value.scale)
    return oneScale(b, loc, b.getF32FloatAttr(1.0f));
  return value.scale->constant ? oneScale(b, loc, value.scale->constant)
                               : rowMajor(b, loc, *value.scales);
}

Value raise::makeDequantize(OpBuilder &b, Location loc,
                            const Dequantized &value, Type type) {
  Value scales = makeScales(b, loc, value);
  Value codes = rowMajor(b, loc, value.codes);
  Value init = tensor::EmptyOp::create(
      b, loc, tensor::getMixedSizes(b, loc, codes), type);
  return DequantizeOp::create(b, loc, TypeRange(init.getType()), codes, scales,
                              init, ValueRange(),
                              b.getDenseI64ArrayAttr(value.block),
                              QuantizeConfigAttr(), TypeAttr())
      .getResult(0);
}
