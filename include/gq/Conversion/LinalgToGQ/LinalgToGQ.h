//===- LinalgToGQ.h - programs of front ends --------------------*- C++ -*-===//
#ifndef GQ_CONVERSION_LINALGTOGQ_LINALGTOGQ_H
#define GQ_CONVERSION_LINALGTOGQ_LINALGTOGQ_H

#include "mlir/IR/BuiltinOps.h"

namespace mlir::gq {

/// Replaces every `stablehlo.custom_call` in its generic form whose target is
/// an op of this dialect by that op; docs/frontends.md has the convention. A
/// call that breaks it is an error at the call. Those of other targets stay.
LogicalResult raiseCustomCalls(Operation *root);

/// Writes `arith.scaling_extf` and `arith.scaling_truncf` with the ops that
/// they stand for, so that nothing else needs to know them.
void expandScaling(Operation *root);

/// For tools that read programs: `text` is MLIR as text or bytecode, locations
/// are in `name`. It may have any op of a dialect that is not registered; calls
/// are raised, what is left of unknown ops is an error, and scaling ops are
/// expanded. Arguments of functions that the text calls something of its own
/// (%x, not %0 or %arg0) are called so from here on
/// (gq/Support/ArgumentNames.h). Null after an error.
OwningOpRef<ModuleOp> parseProgram(MLIRContext &context, StringRef text,
                                   StringRef name);

} // namespace mlir::gq

#endif // GQ_CONVERSION_LINALGTOGQ_LINALGTOGQ_H
