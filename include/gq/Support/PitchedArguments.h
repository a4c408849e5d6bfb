//===- PitchedArguments.h - rows further apart than long --------*- C++ -*-===//
#ifndef GQ_SUPPORT_PITCHEDARGUMENTS_H
#define GQ_SUPPORT_PITCHEDARGUMENTS_H

#include "llvm/ADT/StringRef.h"

namespace mlir::gq {

/// On an argument of a function or a kernel, a matrix: who launches says how
/// far apart its rows are.
constexpr llvm::StringLiteral kPitchedAttr = "gq.pitched";

} // namespace mlir::gq

#endif // GQ_SUPPORT_PITCHEDARGUMENTS_H
