//===- Inputs.h - the arguments of a function -------------------*- C++ -*-===//

#ifndef GQ_LIB_RUN_INPUTS_H
#define GQ_LIB_RUN_INPUTS_H

#include "gq/Run/Run.h"

namespace mlir::gq {

/// Reads or generates one tensor per argument. Failures are diagnostics at
/// \p function.
FailureOr<SmallVector<RuntimeValue>> makeInputs(func::FuncOp function,
                                                const RunOptions &options);

} // namespace mlir::gq

#endif // GQ_LIB_RUN_INPUTS_H
