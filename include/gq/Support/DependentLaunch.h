//===- DependentLaunch.h - kernels that begin early -------------*- C++ -*-===//
//
// What a function says of programmatic dependent launch, where a kernel begins
// before the one in front of it in the stream has completed.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_SUPPORT_DEPENDENTLAUNCH_H
#define GQ_SUPPORT_DEPENDENTLAUNCH_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Operation.h"

#include <optional>

namespace mlir::gq {

/// On a func.func, a string: which of its kernels begin early.
constexpr llvm::StringLiteral kDependentLaunchAttr = "gq.dependent_launch";
/// On an argument of a function or a kernel: no kernel writes the tensor that
/// may still run when this one begins.
constexpr llvm::StringLiteral kConstantAttr = "gq.constant";

enum class DependentLaunch {
  None,
  Within, ///< all but the first kernel of the function
  Callers ///< the first one as well: what is in front of it is the caller's
};

/// Nothing for other words.
inline std::optional<DependentLaunch>
parseDependentLaunch(llvm::StringRef word) {
  if (word == "none")
    return DependentLaunch::None;
  if (word == "within")
    return DependentLaunch::Within;
  if (word == "callers")
    return DependentLaunch::Callers;
  return std::nullopt;
}

/// What `function` says, or `otherwise`.
inline DependentLaunch
dependentLaunchOf(Operation *function,
                  DependentLaunch otherwise = DependentLaunch::None) {
  auto word = function->getAttrOfType<StringAttr>(kDependentLaunchAttr);
  return word ? parseDependentLaunch(word.getValue()).value_or(otherwise)
              : otherwise;
}

} // namespace mlir::gq

#endif // GQ_SUPPORT_DEPENDENTLAUNCH_H
