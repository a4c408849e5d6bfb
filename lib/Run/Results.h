//===- Results.h - what a run leaves ----------------------------*- C++ -*-===//
#ifndef GQ_LIB_RUN_RESULTS_H
#define GQ_LIB_RUN_RESULTS_H

#include "gq/Run/Run.h"

namespace mlir::gq {

/// To the files of --output; an error at \p function where that fails.
LogicalResult writeOutputs(func::FuncOp function, const RunOptions &options,
                           ArrayRef<RuntimeValue> results);

/// Who ran which function on what, for how long.
void printSummary(func::FuncOp function, const Backend &backend,
                  ArrayRef<RuntimeValue> args, const RunResult &run,
                  llvm::raw_ostream &os);

} // namespace mlir::gq

#endif // GQ_LIB_RUN_RESULTS_H
