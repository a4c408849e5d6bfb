//===- Inputs.h - the arguments of a function -------------------*- C++ -*-===//

#ifndef GQ_LIB_RUN_INPUTS_H
#define GQ_LIB_RUN_INPUTS_H

#include "InferSizes.h"
#include "gq/Run/Run.h"

namespace mlir::gq {

/// Sets sizes of arguments that follow from those that are known.
using SizeInference = llvm::function_ref<void(ArgumentShapes &)>;

/// Reads or generates one tensor per argument. Sizes follow from others by \p
/// infer, or else by the ops of the function. Failures are diagnostics at
/// \p function, which may be a declaration: then nothing is known of what
/// arguments are for.
FailureOr<SmallVector<RuntimeValue>> makeInputs(func::FuncOp function,
                                                const RunOptions &options,
                                                SizeInference infer = {});

} // namespace mlir::gq

#endif // GQ_LIB_RUN_INPUTS_H
