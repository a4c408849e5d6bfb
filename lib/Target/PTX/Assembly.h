//===- Assembly.h - one inline-assembly op in the making --------*- C++ -*-===//
//
// Results and operands are declared, and give the names to write the text with;
// constraints follow from their types. Results come before operands, as in the
// numbering of placeholders.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_TARGET_PTX_ASSEMBLY_H
#define GQ_LIB_TARGET_PTX_ASSEMBLY_H

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"
#include <string>

namespace mlir::gq::ptx {

class Assembly {
public:
  Assembly(OpBuilder &b, Location loc) : b(b), loc(loc) {}

  /// The name of a result. `early`: it is written before operands are read.
  std::string result(Type type, bool early = false);
  /// The name of an operand. One of 8 bits lies in a register of 16.
  std::string operand(Value value);
  /// Names of several, in braces if there are more than one.
  std::string results(Type type, int64_t count, bool early = false);
  std::string operands(ValueRange values);
  /// Names of results that start as `values`, each in one register, in braces.
  std::string tied(ValueRange values);
  /// What to write before a guarded instruction, nothing if `when` is null.
  std::string guard(Value when);

  /// The op. `Effects::Yes`: it must stay where it is, and memory may change.
  /// Returns its result, a struct if there are several, or nothing.
  enum class Effects { No, Yes };
  Value emit(const Twine &text, Effects effects);

private:
  std::string next();

  OpBuilder &b;
  Location loc;
  SmallVector<Type> types;
  SmallVector<Value> values;
  std::string constraints;
  int64_t named = 0;
};

/// "[$1]" or "[$1+64]".
std::string memoryAt(StringRef address, int64_t offset);

/// The suffix for `count` words: ".b32", ".v4.b32", ".f32".
std::string wordSuffix(Type word, int64_t count);

/// A pointer into shared memory (or that of a cluster) for an i32 address.
constexpr unsigned kSharedSpace = 3, kClusterSpace = 7;
Value sharedPointer(OpBuilder &b, Location loc, Value address,
                    unsigned space = kSharedSpace);

Value constantInt(OpBuilder &b, Location loc, Type type, int64_t value);
inline Value constant32(OpBuilder &b, Location loc, int64_t value) {
  return constantInt(b, loc, b.getI32Type(), value);
}

/// Members of a struct, or the value that is none.
SmallVector<Value> membersOf(OpBuilder &b, Location loc, Value value);

} // namespace mlir::gq::ptx

#endif // GQ_LIB_TARGET_PTX_ASSEMBLY_H
