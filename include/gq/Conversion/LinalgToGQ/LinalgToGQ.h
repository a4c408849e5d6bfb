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

/// For tools that read programs with such calls, whose dialect is not there:
/// `parse` may meet any op of a dialect that is not registered. Afterwards the
/// calls are raised, and what is left of unknown ops is an error. Null after
/// an error.
OwningOpRef<ModuleOp>
parseWithCustomCalls(MLIRContext &context,
                     function_ref<OwningOpRef<ModuleOp>()> parse);

} // namespace mlir::gq

#endif // GQ_CONVERSION_LINALGTOGQ_LINALGTOGQ_H
