//===- ExplainWorkspace.h - the temporaries of a call -----------*- C++ -*-===//
#ifndef GQ_LIB_RUN_EXPLAINWORKSPACE_H
#define GQ_LIB_RUN_EXPLAINWORKSPACE_H

#include "LaunchSizes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::gq {

/// Prints how much memory a call needs for what its launches hand to one
/// another, and where each of these tensors lies: as the runtime places them
/// (gq/Bundle/Workspace.h). Nothing where there are none. \p function has its
/// launches, and \p sizes those of its arguments.
void explainWorkspace(func::FuncOp function, LaunchSizes &sizes,
                      llvm::raw_ostream &os);

} // namespace mlir::gq

#endif // GQ_LIB_RUN_EXPLAINWORKSPACE_H
