//===- Budgets.h - a kernel fits into a thread block ------------*- C++ -*-===//
#ifndef GQ_DIALECT_GQGPU_PROTOCOL_BUDGETS_H
#define GQ_DIALECT_GQGPU_PROTOCOL_BUDGETS_H

#include "gq/Dialect/GQGPU/IR/GQGPU.h"

namespace mlir::gqgpu {

/// Checks that the default target has the shared memory (bytes), registers and
/// threads that a thread block of `kernel` needs; failure with an error at each
/// op that asks for too much.
LogicalResult verifyBudgets(KernelOp kernel);

/// Checks that fragments lie over the threads that `kernel`, or a group of a
/// role, has, where the kernel says so, and that staging has a part for each
/// math warp.
LogicalResult verifyThreads(KernelOp kernel);

} // namespace mlir::gqgpu

#endif // GQ_DIALECT_GQGPU_PROTOCOL_BUDGETS_H
