//===- ScalarBuilder.h - arithmetic on scalars, briefly ---------*- C++ -*-===//
//
// Expansions are formulas; this lets them read as such.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_DIALECT_GQGPU_TRANSFORMS_SCALARBUILDER_H
#define GQ_LIB_DIALECT_GQGPU_TRANSFORMS_SCALARBUILDER_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::gqgpu {

/// Operands of a binary op have one type, which is the result's. A `like` is a
/// value whose type a constant takes.
class ScalarBuilder {
public:
  ScalarBuilder(Location loc, OpBuilder &builder) : b(loc, builder) {}

  Value real(Type type, double value) {
    return arith::ConstantOp::create(b, b.getFloatAttr(type, value));
  }
  Value real(Value like, double value) { return real(like.getType(), value); }
  Value f32(double value) { return real(b.getF32Type(), value); }
  Value integer(Type type, int64_t value) {
    return arith::ConstantOp::create(b, b.getIntegerAttr(type, value));
  }
  Value i32(int64_t value) { return integer(b.getI32Type(), value); }
  Value nan(Value like) {
    auto type = cast<FloatType>(like.getType());
    return arith::ConstantOp::create(
        b, FloatAttr::get(type, APFloat::getNaN(type.getFloatSemantics())));
  }
  Value infinity(Value like) {
    auto type = cast<FloatType>(like.getType());
    return arith::ConstantOp::create(
        b, FloatAttr::get(type, APFloat::getInf(type.getFloatSemantics())));
  }

  template <typename OpTy> Value op(ValueRange operands) {
    return OpTy::create(b, TypeRange(operands.front().getType()), operands)
        ->getResult(0);
  }
  Value add(Value x, Value y) { return arith::AddFOp::create(b, x, y); }
  Value sub(Value x, Value y) { return arith::SubFOp::create(b, x, y); }
  Value mul(Value x, Value y) { return arith::MulFOp::create(b, x, y); }
  Value div(Value x, Value y) { return arith::DivFOp::create(b, x, y); }
  Value mul(Value x, double y) { return mul(x, real(x, y)); }
  Value add(Value x, double y) { return add(x, real(x, y)); }
  Value neg(Value x) { return arith::NegFOp::create(b, x); }
  Value abs(Value x) { return math::AbsFOp::create(b, x); }
  /// x * y + z, rounded once.
  Value fma(Value x, Value y, Value z) {
    return math::FmaOp::create(b, x, y, z);
  }
  Value sqrt(Value x) { return math::SqrtOp::create(b, x); }
  Value copySign(Value magnitude, Value sign) {
    return math::CopySignOp::create(b, magnitude, sign);
  }
  Value roundEven(Value x) { return math::RoundEvenOp::create(b, x); }

  Value iadd(Value x, Value y) { return arith::AddIOp::create(b, x, y); }
  Value isub(Value x, Value y) { return arith::SubIOp::create(b, x, y); }
  Value imul(Value x, Value y) { return arith::MulIOp::create(b, x, y); }
  Value iand(Value x, Value y) { return arith::AndIOp::create(b, x, y); }
  Value ior(Value x, Value y) { return arith::OrIOp::create(b, x, y); }
  Value ixor(Value x, Value y) { return arith::XOrIOp::create(b, x, y); }
  Value ishl(Value x, int64_t by) {
    return arith::ShLIOp::create(b, x, integer(x.getType(), by));
  }
  Value ishr(Value x, int64_t by) {
    return arith::ShRSIOp::create(b, x, integer(x.getType(), by));
  }

  Value select(Value condition, Value x, Value y) {
    return arith::SelectOp::create(b, condition, x, y);
  }
  Value compare(arith::CmpFPredicate predicate, Value x, Value y) {
    return arith::CmpFOp::create(b, predicate, x, y);
  }
  Value compare(arith::CmpFPredicate predicate, Value x, double y) {
    return compare(predicate, x, real(x, y));
  }
  Value compare(arith::CmpIPredicate predicate, Value x, int64_t y) {
    return arith::CmpIOp::create(b, predicate, x, integer(x.getType(), y));
  }
  Value isNaN(Value x) { return compare(arith::CmpFPredicate::UNO, x, x); }
  /// Bit 0 of an integer, as i1.
  Value isOdd(Value x) { return arith::TruncIOp::create(b, b.getI1Type(), x); }
  Value isNegative(Value integer) {
    return compare(arith::CmpIPredicate::slt, integer, 0);
  }

  Value bits(Value x) {
    return arith::BitcastOp::create(
        b, b.getIntegerType(x.getType().getIntOrFloatBitWidth()), x);
  }
  Value bitcast(Type type, Value x) {
    return arith::BitcastOp::create(b, type, x);
  }
  /// To a float of another width, rounded to nearest even.
  Value convert(Type type, Value x) {
    unsigned from = x.getType().getIntOrFloatBitWidth();
    if (x.getType() == type)
      return x;
    if (from < type.getIntOrFloatBitWidth())
      return arith::ExtFOp::create(b, type, x);
    return arith::TruncFOp::create(b, type, x);
  }
  Value toFloat(Type type, Value integer) {
    return arith::SIToFPOp::create(b, type, integer);
  }
  Value toInteger(Type type, Value x) {
    return arith::FPToSIOp::create(b, type, x);
  }

  /// coefficients[0] + x * (coefficients[1] + x * ...).
  Value polynomial(Value x, ArrayRef<double> coefficients) {
    Value sum = real(x, coefficients.back());
    for (double coefficient : llvm::reverse(coefficients.drop_back()))
      sum = fma(sum, x, real(x, coefficient));
    return sum;
  }

  ImplicitLocOpBuilder b;
};

} // namespace mlir::gqgpu

#endif // GQ_LIB_DIALECT_GQGPU_TRANSFORMS_SCALARBUILDER_H
