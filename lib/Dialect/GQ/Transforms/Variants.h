//===- Variants.h - kernels that sizes choose between -----------*- C++ -*-===//
//
// One op with several configs becomes an scf.if in front of launches, whose
// branches hold the op with one config each. What is a part of the op's kernel
// (Fusion.h) goes into each branch, so that gq-tile finds it there.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_DIALECT_GQ_TRANSFORMS_VARIANTS_H
#define GQ_LIB_DIALECT_GQ_TRANSFORMS_VARIANTS_H

#include "gq/Dialect/GQ/IR/GQ.h"

namespace mlir::gq {

/// Whether `op` is in a function, or in an scf.if there: what a launch goes
/// through once.
bool isOnHost(Operation *op);

/// Whether branches on the number of rows can be made around `op`. Where not,
/// `refusal` says what is expected.
bool canBranchOnRows(BlockOpInterface op, std::string &refusal);

} // namespace mlir::gq

#endif // GQ_LIB_DIALECT_GQ_TRANSFORMS_VARIANTS_H
