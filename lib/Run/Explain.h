//===- Explain.h - which kernels a call takes, and why ----------*- C++ -*-===//
#ifndef GQ_LIB_RUN_EXPLAIN_H
#define GQ_LIB_RUN_EXPLAIN_H

#include "gq/Reference/RuntimeValue.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::gq {

/// Compiles a copy of the module of `function` for `target` (empty: what the
/// module says) up to its kernels, and says of each that a call with tensors of
/// the shapes of `args` launches: what it computes, its config and what the
/// strategy weighed, its tiles, and the time that its bytes and products take
/// at least. Then what passes could not do. Diagnostics are of the context.
LogicalResult explain(func::FuncOp function, ArrayRef<RuntimeValue> args,
                      StringRef target, llvm::raw_ostream &os);

} // namespace mlir::gq

#endif // GQ_LIB_RUN_EXPLAIN_H
