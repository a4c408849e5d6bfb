//===- Target.h - the GPU that a module is compiled for ---------*- C++ -*-===//
//
// A module says it once, in its attribute gq.target; gq-set-target writes it
// where it is missing. Everything that depends on the GPU asks with the op it
// works on.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_TARGET_TARGET_H
#define GQ_TARGET_TARGET_H

#include "gq/Target/TargetModel.h"
#include "mlir/IR/Attributes.h"
#include "mlir/IR/Operation.h"

#include "gq/Target/TargetInterface.h.inc"

namespace mlir::gq {

/// The attribute of a module that says its target.
constexpr llvm::StringLiteral kTargetAttr = "gq.target";

/// What the nearest module around `op` that says a target says; kDefaultTarget
/// if none does.
const TargetModel &getTarget(Operation *op);

} // namespace mlir::gq

#endif // GQ_TARGET_TARGET_H
