//===- BundleOptions.h - options of gq-run for a bundle ---------*- C++ -*-===//
#ifndef GQ_LIB_RUN_BUNDLEOPTIONS_H
#define GQ_LIB_RUN_BUNDLEOPTIONS_H

#include "gq/Run/Run.h"

namespace mlir::gq {

/// Whether there is more to do with a bundle than to show it.
bool asksToRun(const RunOptions &options);

/// An error at \p function where an option asks for what only a program has.
LogicalResult checkBundleOptions(func::FuncOp function,
                                 const RunOptions &options);

} // namespace mlir::gq

#endif // GQ_LIB_RUN_BUNDLEOPTIONS_H
