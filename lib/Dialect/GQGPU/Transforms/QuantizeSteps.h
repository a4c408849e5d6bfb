//===- QuantizeSteps.h - a quantisation of a tile in its steps --*- C++ -*-===//
#ifndef GQ_LIB_DIALECT_GQGPU_TRANSFORMS_QUANTIZESTEPS_H
#define GQ_LIB_DIALECT_GQGPU_TRANSFORMS_QUANTIZESTEPS_H

#include "gq/Dialect/GQ/IR/GQ.h"

namespace mlir::gqgpu {

/// What computes the results of `op`, a quantisation of a tile of whole blocks:
/// maxima, scales, and codes of `elements`, which are those of x but for some
/// that are not stored.
SmallVector<Value> makeQuantizeSteps(OpBuilder &b, gq::QuantizeOp op,
                                     Value elements);

} // namespace mlir::gqgpu

#endif // GQ_LIB_DIALECT_GQGPU_TRANSFORMS_QUANTIZESTEPS_H
