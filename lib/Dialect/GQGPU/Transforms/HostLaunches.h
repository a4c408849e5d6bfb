//===- HostLaunches.h - the order of the launches of a function -*- C++ -*-===//
#ifndef GQ_LIB_DIALECT_GQGPU_TRANSFORMS_HOSTLAUNCHES_H
#define GQ_LIB_DIALECT_GQGPU_TRANSFORMS_HOSTLAUNCHES_H

#include "gq/Dialect/GQGPU/IR/GQGPU.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/SetVector.h"

namespace mlir::gqgpu {

/// The kernel of \p launch; null once it is compiled.
KernelOp kernelOf(LaunchOp launch);

/// Launches of \p function that no other one of it comes before, whichever
/// branches are taken.
llvm::SetVector<Operation *> firstLaunches(func::FuncOp function);

/// Launches that may have one behind them that is dependent; behind the last
/// ones are the caller's, which are if \p last.
llvm::SetVector<Operation *> launchesBeforeDependent(func::FuncOp function,
                                                     bool last);

} // namespace mlir::gqgpu

#endif // GQ_LIB_DIALECT_GQGPU_TRANSFORMS_HOSTLAUNCHES_H
