//===- Scales.cpp - scales as arith ops -----------------------------------===//
#include "gq/Dialect/GQ/IR/Scales.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

Value mlir::gq::decodeScale(OpBuilder &b, Location loc, Value scale) {
  if (scale.getType().isF32())
    return scale;
  Type i32 = b.getI32Type();
  auto integer = [&](int32_t value) -> Value {
    return arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(value));
  };
  Value code = arith::BitcastOp::create(b, loc, b.getI8Type(), scale);
  Value wide = arith::ExtUIOp::create(b, loc, i32, code);
  Value bits = arith::ShLIOp::create(b, loc, wide, integer(23));
  bits = arith::MaxUIOp::create(b, loc, bits, integer(0x00400000));
  Value isNaN = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, wide,
                                      integer(255));
  bits = arith::SelectOp::create(b, loc, isNaN, integer(0x7fc00000), bits);
  return arith::BitcastOp::create(b, loc, b.getF32Type(), bits);
}
