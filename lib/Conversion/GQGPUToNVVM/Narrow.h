//===- Narrow.h - elements of one byte --------------------------*- C++ -*-===//
//
// Codes: f8E4M3FN, f8E5M2, f8E8M0FNU and i8, several to a register as their
// fragment says (FragmentType::getValuesPerRegister).
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_CONVERSION_GQGPUTONVVM_NARROW_H
#define GQ_LIB_CONVERSION_GQGPUTONVVM_NARROW_H

#include "Patterns.h"

namespace mlir::gqgpu {

bool isCode(Type type);

/// The conversion to a code or to bf16 that the body of an elementwise op ends
/// with, which is done for all elements of a register at once. Null where it
/// ends otherwise.
struct LastConversion {
  static LastConversion of(Value yielded);
  explicit operator bool() const { return op != nullptr; }

  /// The registers of a fragment from the values that `from` stands for.
  SmallVector<Value> convert(Emitter &e, ArrayRef<Value> values,
                             FragmentType type) const;

  Operation *op = nullptr;
  Value from;           ///< what is converted, in the body
  bool nearest = false; ///< to the nearest integer, not toward zero
};

/// The registers of a fragment of codes, and the codes in them.
SmallVector<Value> packCodes(Emitter &e, ArrayRef<Value> codes,
                             FragmentType type);
SmallVector<Value> unpackCodes(Emitter &e, ArrayRef<Value> registers,
                               FragmentType type);

/// `value` between a code and the i8 that it is in LLVM.
Value castTo(Emitter &e, Value value, Type type);

} // namespace mlir::gqgpu

#endif // GQ_LIB_CONVERSION_GQGPUTONVVM_NARROW_H
