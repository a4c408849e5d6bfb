//===- Emitter.cpp - short names for the LLVM ops of the lowering ---------===//
#include "Emitter.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::gqgpu;

Value Emitter::constant(Type type, int64_t value) {
  return LLVM::ConstantOp::create(b, loc, type, b.getIntegerAttr(type, value));
}
Value Emitter::cf32(float value) {
  return LLVM::ConstantOp::create(b, loc, f32(), b.getF32FloatAttr(value));
}
Value Emitter::add(Value lhs, Value rhs) {
  return LLVM::AddOp::create(b, loc, lhs, rhs);
}
Value Emitter::add(Value lhs, int64_t rhs) {
  return rhs == 0 ? lhs : add(lhs, constant(lhs.getType(), rhs));
}
Value Emitter::sub(Value lhs, Value rhs) {
  return LLVM::SubOp::create(b, loc, lhs, rhs);
}
Value Emitter::mul(Value lhs, Value rhs) {
  return LLVM::MulOp::create(b, loc, lhs, rhs);
}
Value Emitter::mul(Value lhs, int64_t rhs) {
  return rhs == 1 ? lhs : mul(lhs, constant(lhs.getType(), rhs));
}
Value Emitter::udiv(Value lhs, int64_t rhs) {
  if (llvm::isPowerOf2_64(rhs))
    return lshr(lhs, llvm::Log2_64(rhs));
  return LLVM::UDivOp::create(b, loc, lhs, constant(lhs.getType(), rhs));
}
Value Emitter::urem(Value lhs, int64_t rhs) {
  if (llvm::isPowerOf2_64(rhs))
    return bitAnd(lhs, rhs - 1);
  return LLVM::URemOp::create(b, loc, lhs, constant(lhs.getType(), rhs));
}
Value Emitter::bitAnd(Value lhs, int64_t rhs) {
  return LLVM::AndOp::create(b, loc, lhs, constant(lhs.getType(), rhs));
}
Value Emitter::bitXor(Value lhs, Value rhs) {
  return LLVM::XOrOp::create(b, loc, lhs, rhs);
}
Value Emitter::shl(Value lhs, int64_t rhs) {
  return rhs == 0
             ? lhs
             : LLVM::ShlOp::create(b, loc, lhs, constant(lhs.getType(), rhs))
                   .getResult();
}
Value Emitter::lshr(Value lhs, int64_t rhs) {
  return rhs == 0
             ? lhs
             : LLVM::LShrOp::create(b, loc, lhs, constant(lhs.getType(), rhs))
                   .getResult();
}
Value Emitter::ult(Value lhs, Value rhs) {
  return LLVM::ICmpOp::create(b, loc, LLVM::ICmpPredicate::ult, lhs, rhs);
}
Value Emitter::eq(Value lhs, int64_t rhs) {
  return LLVM::ICmpOp::create(b, loc, LLVM::ICmpPredicate::eq, lhs,
                              constant(lhs.getType(), rhs));
}
Value Emitter::ne(Value lhs, int64_t rhs) {
  return LLVM::ICmpOp::create(b, loc, LLVM::ICmpPredicate::ne, lhs,
                              constant(lhs.getType(), rhs));
}
Value Emitter::both(Value lhs, Value rhs) {
  return LLVM::AndOp::create(b, loc, lhs, rhs);
}
Value Emitter::select(Value condition, Value yes, Value no) {
  return LLVM::SelectOp::create(b, loc, condition, yes, no);
}
Value Emitter::choose(Value condition, Type type, function_ref<Value()> yes,
                      function_ref<Value()> no) {
  // Not by IfOp's builders: terminators they add would be there before the op,
  // and be converted before it.
  OperationState state(loc, scf::IfOp::getOperationName(), condition,
                       type ? TypeRange(type) : TypeRange());
  for (int i = 0; i < 2; ++i)
    state.addRegion()->emplaceBlock();
  auto choice = cast<scf::IfOp>(b.create(state));
  auto fill = [&](Region &region, function_ref<Value()> compute) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(&region.front());
    Value value = compute();
    scf::YieldOp::create(b, loc, value ? ValueRange(value) : ValueRange());
  };
  fill(choice.getThenRegion(), yes);
  fill(choice.getElseRegion(), no);
  return type ? choice.getResult(0) : Value();
}

void Emitter::repeat(int64_t times, function_ref<void(Value)> body) {
  // As above.
  OperationState state(loc, scf::ForOp::getOperationName());
  state.addOperands({c32(0), c32(times), c32(1)});
  Block &block = state.addRegion()->emplaceBlock();
  Value number = block.addArgument(i32(), loc);
  auto loop = cast<scf::ForOp>(b.create(state));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(&loop.getRegion().front());
  body(number);
  scf::YieldOp::create(b, loc);
}

Value Emitter::zext(Type type, Value value) {
  return value.getType() == type ? value
                                 : LLVM::ZExtOp::create(b, loc, type, value);
}

Value Emitter::member(Value aggregate, int64_t i) {
  return LLVM::ExtractValueOp::create(b, loc, aggregate, i);
}
SmallVector<Value> Emitter::members(Value aggregate) {
  auto type = cast<LLVM::LLVMStructType>(aggregate.getType());
  SmallVector<Value> values;
  for (size_t i = 0; i < type.getBody().size(); ++i)
    values.push_back(member(aggregate, i));
  return values;
}
LLVM::LLVMStructType Emitter::structOf(Type element, int64_t count) {
  return LLVM::LLVMStructType::getLiteral(element.getContext(),
                                          SmallVector<Type>(count, element));
}
Value Emitter::pack(ValueRange values) {
  auto type = LLVM::LLVMStructType::getLiteral(
      b.getContext(), SmallVector<Type>(values.getTypes()));
  Value aggregate = LLVM::PoisonOp::create(b, loc, type);
  for (auto [i, value] : llvm::enumerate(values))
    aggregate = LLVM::InsertValueOp::create(b, loc, aggregate, value,
                                            static_cast<int64_t>(i));
  return aggregate;
}

Value Emitter::globalAddress(Value base, Value index, int64_t bytes) {
  Type byte = b.getI8Type();
  Value offset = mul(zext(i64(), index), bytes);
  return LLVM::GEPOp::create(b, loc, base.getType(), byte, base,
                             ArrayRef<LLVM::GEPArg>{offset});
}
