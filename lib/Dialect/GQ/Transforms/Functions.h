//===- Functions.h - what functions of elements take ------------*- C++ -*-===//
#ifndef GQ_LIB_DIALECT_GQ_TRANSFORMS_FUNCTIONS_H
#define GQ_LIB_DIALECT_GQ_TRANSFORMS_FUNCTIONS_H

#include "mlir/IR/Operation.h"

namespace mlir::gq {

/// Registers for what gq-expand-math makes of `op`, of the body of an
/// elementwise op, if it is a function: a branch around the slow path of a
/// division, a polynomial, or steps in f64. 0 of what is an instruction or a
/// few.
int64_t registersOfFunction(Operation &op);

} // namespace mlir::gq

#endif // GQ_LIB_DIALECT_GQ_TRANSFORMS_FUNCTIONS_H
