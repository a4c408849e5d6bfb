//===- RowValues.h - elementwise ops on values of rows ----------*- C++ -*-===//
#ifndef GQ_LIB_DIALECT_GQ_TRANSFORMS_ROWVALUES_H
#define GQ_LIB_DIALECT_GQ_TRANSFORMS_ROWVALUES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::gq {

/// Elementwise ops that read what a gq.block_reduce makes of rows read it as a
/// column, and compute themselves what elementwise ops make of such values in
/// between.
void readRowValuesAsColumns(func::FuncOp function);

} // namespace mlir::gq

#endif // GQ_LIB_DIALECT_GQ_TRANSFORMS_ROWVALUES_H
