//===- ArgumentNames.h - what a program calls its arguments -----*- C++ -*-===//
//
// MLIR forgets the names of SSA values when it has parsed them. Those of the
// arguments of functions are kept as attributes, so that messages, bundles and
// edits of the IR between passes have them.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_SUPPORT_ARGUMENTNAMES_H
#define GQ_SUPPORT_ARGUMENTNAMES_H

#include "mlir/Interfaces/FunctionInterfaces.h"

#include <string>

namespace mlir::gq {

/// On an argument of a func.func, a string: its name, without a '%'.
constexpr llvm::StringLiteral kNameAttr = "gq.name";

/// The name of argument `number`, or nothing.
inline llvm::StringRef argumentName(FunctionOpInterface function,
                                    unsigned number) {
  auto name = function.getArgAttrOfType<StringAttr>(number, kNameAttr);
  return name ? name.getValue() : llvm::StringRef();
}

/// "argument 2 (%b)", for messages; without a name "argument 2".
inline std::string describeArgument(FunctionOpInterface function,
                                    unsigned number) {
  std::string text = "argument " + std::to_string(number);
  llvm::StringRef name = argumentName(function, number);
  return name.empty() ? text : text + " (%" + name.str() + ")";
}

/// The same of an argument of a block, which has a name if the block is the
/// body of a function.
inline std::string describeArgument(BlockArgument argument) {
  unsigned number = argument.getArgNumber();
  auto function =
      dyn_cast_or_null<FunctionOpInterface>(argument.getOwner()->getParentOp());
  return function ? describeArgument(function, number)
                  : "argument " + std::to_string(number);
}

} // namespace mlir::gq

#endif // GQ_SUPPORT_ARGUMENTNAMES_H
