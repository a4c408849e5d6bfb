//===- IntegerSums.h - sums of products of i8 -------------------*- C++ -*-===//
#ifndef GQ_LIB_REFERENCE_INTEGERSUMS_H
#define GQ_LIB_REFERENCE_INTEGERSUMS_H

#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Numerics/ScaledMatmul.h"

namespace mlir::gq {

class Interpreter;

/// Adds the product of `a` and `b` of `op`, whose sums over all of K are
/// integers, to `d`: i32, f32 or f64. `sumAbs`, if it is not null, receives
/// what errors are measured by.
LogicalResult addIntegerSums(Interpreter &in, ScaledMatmulOp op,
                             const gridquant::MatmulOperand &a,
                             const gridquant::MatmulOperand &b,
                             const gridquant::MatmulOptions &options,
                             gridquant::ElementType type, void *d,
                             double *sumAbs);

} // namespace mlir::gq

#endif // GQ_LIB_REFERENCE_INTEGERSUMS_H
