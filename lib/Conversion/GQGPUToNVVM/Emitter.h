//===- Emitter.h - short names for the LLVM ops of the lowering -----------===//
//
// The lowering computes 32-bit coordinates and shared-memory addresses. This
// class keeps that readable; instructions of the hardware come from
// gq/Target/PTX/PTX.h. Shared-memory addresses are plain i32: PTX takes them as
// such, and 64-bit pointer arithmetic would double the registers they need.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_CONVERSION_GQGPUTONVVM_EMITTER_H
#define GQ_LIB_CONVERSION_GQGPUTONVVM_EMITTER_H

#include "gq/Target/PTX/PTX.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"

namespace mlir::gqgpu {

namespace ptx = gq::ptx;

class Emitter {
public:
  Emitter(OpBuilder &b, Location loc) : b(b), loc(loc) {}

  Type i1() { return b.getI1Type(); }
  Type i16() { return b.getI16Type(); }
  Type i32() { return b.getI32Type(); }
  Type i64() { return b.getI64Type(); }
  Type f32() { return b.getF32Type(); }
  Type globalPointer() { return LLVM::LLVMPointerType::get(b.getContext(), 1); }

  Value constant(Type type, int64_t value);
  Value c32(int64_t value) { return constant(i32(), value); }
  Value c64(int64_t value) { return constant(i64(), value); }
  Value cf32(float value);

  Value add(Value lhs, Value rhs);
  Value add(Value lhs, int64_t rhs);
  Value sub(Value lhs, Value rhs);
  Value mul(Value lhs, Value rhs);
  Value mul(Value lhs, int64_t rhs);
  Value udiv(Value lhs, int64_t rhs);
  Value urem(Value lhs, int64_t rhs);
  Value bitAnd(Value lhs, int64_t rhs);
  Value bitXor(Value lhs, Value rhs);
  Value shl(Value lhs, int64_t rhs);
  Value lshr(Value lhs, int64_t rhs);
  Value ult(Value lhs, Value rhs);
  Value eq(Value lhs, int64_t rhs);
  Value ne(Value lhs, int64_t rhs);
  Value both(Value lhs, Value rhs);
  Value select(Value condition, Value yes, Value no);
  Value zext(Type type, Value value);

  /// One of two values of type `type` (or nothing, if there is none), of which
  /// only that one is computed.
  Value choose(Value condition, Type type, function_ref<Value()> yes,
               function_ref<Value()> no);

  /// `body` for each number from 0 to `times` - 1.
  void repeat(int64_t times, function_ref<void(Value)> body);

  /// Member `i` of a struct, and a struct of `values`.
  Value member(Value aggregate, int64_t i);
  SmallVector<Value> members(Value aggregate);
  Value pack(ValueRange values);
  static LLVM::LLVMStructType structOf(Type element, int64_t count);

  /// `base + index * bytes`, the index as 64-bit.
  Value globalAddress(Value base, Value index, int64_t bytes);

  OpBuilder &b;
  Location loc;
};

} // namespace mlir::gqgpu

#endif // GQ_LIB_CONVERSION_GQGPUTONVVM_EMITTER_H
