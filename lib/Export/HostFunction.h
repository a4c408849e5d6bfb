//===- HostFunction.h - one function of a bundle ----------------*- C++ -*-===//
#ifndef GQ_LIB_EXPORT_HOSTFUNCTION_H
#define GQ_LIB_EXPORT_HOSTFUNCTION_H

#include "ConstantTable.h"
#include "KernelTable.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::gq {

/// The FUNCTION of Schema.md for a host function that launches kernels. The
/// contents of its constants go into `constants`.
FailureOr<llvm::json::Object> exportFunction(func::FuncOp function,
                                             const KernelTable &kernels,
                                             ConstantTable &constants);

} // namespace mlir::gq

#endif // GQ_LIB_EXPORT_HOSTFUNCTION_H
