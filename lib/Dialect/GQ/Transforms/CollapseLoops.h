//===- CollapseLoops.h - ops on tensors of any rank as matrices -*- C++ -*-===//
#ifndef GQ_LIB_DIALECT_GQ_TRANSFORMS_COLLAPSELOOPS_H
#define GQ_LIB_DIALECT_GQ_TRANSFORMS_COLLAPSELOOPS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::gq {

/// Elementwise ops and reductions on tensors of more dimensions become such ops
/// on matrices that are views of them, where all operands allow it.
void readAsMatrices(func::FuncOp function);
/// Those on vectors become ops on matrices of one row.
void readVectorsAsRows(func::FuncOp function);

} // namespace mlir::gq

#endif // GQ_LIB_DIALECT_GQ_TRANSFORMS_COLLAPSELOOPS_H
