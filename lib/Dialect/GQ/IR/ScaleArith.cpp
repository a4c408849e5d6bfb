//===- ScaleArith.cpp - arithmetic on scales as arith ops -----------------===//
#include "gq/Dialect/GQ/IR/ScaleArith.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

Value mlir::gq::decodeScale(OpBuilder &b, Location loc, Value scale) {
  if (scale.getType().isF32())
    return scale;
  return arith::ExtFOp::create(b, loc, b.getF32Type(), scale);
}

Value mlir::gq::roundScale(OpBuilder &b, Location loc, Value scale,
                           Type stored) {
  if (!stored.isBF16())
    return scale;
  return decodeScale(b, loc, arith::TruncFOp::create(b, loc, stored, scale));
}

/// `amax / divisor`, rounded as a division, where the quotient is normal and
/// amax finite: a product with the rounded reciprocal, corrected by what that
/// leaves (P. Markstein, 1990; test/Simulator/scales-of-blocks.test).
/// A smaller quotient may be off, and is below the least scale.
static Value finiteQuotient(OpBuilder &b, Location loc, Value amax,
                            float divisor) {
  auto constant = [&](float value) -> Value {
    return arith::ConstantOp::create(b, loc, b.getF32FloatAttr(value));
  };
  Value inverse = constant(1.0f / divisor);
  Value quotient = arith::MulFOp::create(b, loc, amax, inverse);
  Value rest = math::FmaOp::create(b, loc, quotient, constant(-divisor), amax);
  return math::FmaOp::create(b, loc, rest, inverse, quotient);
}

Value mlir::gq::scaleFromAmax(OpBuilder &b, Location loc, Value amax,
                              Type format, bool pow2, bool finite) {
  auto constant = [&](float value) -> Value {
    return arith::ConstantOp::create(b, loc, b.getF32FloatAttr(value));
  };
  float most = formatMax(format);
  Value scale =
      finite ? finiteQuotient(b, loc, amax, most)
             : arith::DivFOp::create(b, loc, amax, constant(most)).getResult();
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
