//===- HostOps.h - what no kernel computes ----------------------*- C++ -*-===//
#ifndef GQ_DIALECT_GQ_TRANSFORMS_HOSTOPS_H
#define GQ_DIALECT_GQ_TRANSFORMS_HOSTOPS_H

#include "gq/Dialect/GQ/IR/GQ.h"

namespace mlir::gq {

/// The ops in \p root that compute tensors, whose results something reads, and
/// that stand outside of kernels: once kernels are made, what a GPU does not
/// compute.
SmallVector<Operation *> computedOnHost(Operation *root);

/// An error where, once kernels are made, an op of \p module that computes
/// tensors has none, or a public function launches none.
LogicalResult requireKernels(ModuleOp module);

} // namespace mlir::gq

#endif // GQ_DIALECT_GQ_TRANSFORMS_HOSTOPS_H
