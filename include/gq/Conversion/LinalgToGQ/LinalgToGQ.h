//===- LinalgToGQ.h - programs of front ends ----------------------*- C++
//-*-===//
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

/// For tools that read programs: `parse` may meet any op of a dialect that is
/// not registered. Afterwards calls are raised, what is left of unknown ops is
/// an error, and scaling ops are expanded. Null after an error.
OwningOpRef<ModuleOp> parseProgram(MLIRContext &context,
                                   function_ref<OwningOpRef<ModuleOp>()> parse);

} // namespace mlir::gq

#endif // GQ_CONVERSION_LINALGTOGQ_LINALGTOGQ_H
