//===- RowSums.h - sums of rows for zero points -----------------*- C++ -*-===//
#ifndef GQ_LIB_DIALECT_GQ_TRANSFORMS_ROWSUMS_H
#define GQ_LIB_DIALECT_GQ_TRANSFORMS_ROWSUMS_H

#include "gq/Dialect/GQ/IR/GQ.h"

namespace mlir::gq {

/// Why kernels of their own cannot add up rows for the zero points of `op`;
/// empty: they can.
std::string refuseRowSumsApart(BlockOpInterface op);

} // namespace mlir::gq

#endif // GQ_LIB_DIALECT_GQ_TRANSFORMS_ROWSUMS_H
