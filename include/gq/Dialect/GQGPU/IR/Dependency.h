//===- Dependency.h - what a kernel has of the one before -------*- C++ -*-===//
//
// A kernel that is `dependent` begins while the kernel in front of it may still
// read and write global memory. What it does there itself has to be behind a
// gqgpu.dependency_wait of the same threads, except for loads of arguments that
// are gq.constant.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_DIALECT_GQGPU_IR_DEPENDENCY_H
#define GQ_DIALECT_GQGPU_IR_DEPENDENCY_H

#include "gq/Dialect/GQGPU/IR/GQGPU.h"

namespace mlir::gqgpu {

/// An op that reads or writes an argument of a kernel in global memory.
struct GlobalAccess {
  Value memref;
  bool writes;
};
/// The access of \p op; nothing for ops that only ask for sizes.
std::optional<GlobalAccess> globalAccessOf(Operation *op);

/// \p memref is an argument of a kernel that is gq.constant.
bool isConstantArgument(Value memref);

/// "argument 2 of the kernel".
std::string describeArgument(Value memref);

/// The access of \p op, if a kernel that is dependent has to wait before it.
std::optional<GlobalAccess> dependentAccessOf(Operation *op);

/// The argument of a func.func that \p tensor is, or is a cast of.
BlockArgument argumentOfFunction(Value tensor);

/// \p tensor of a host function is an argument that is gq.constant, or a cast
/// of one.
bool isConstantOfFunction(Value tensor);

/// \p op is in the body of the kernel or of a role, under no loop or branch:
/// all threads that come there run it once.
bool runsOnce(Operation *op);

} // namespace mlir::gqgpu

#endif // GQ_DIALECT_GQGPU_IR_DEPENDENCY_H
