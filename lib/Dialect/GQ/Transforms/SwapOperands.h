//===- SwapOperands.h - the product of b and a ------------------*- C++ -*-===//
#ifndef GQ_LIB_DIALECT_GQ_TRANSFORMS_SWAPOPERANDS_H
#define GQ_LIB_DIALECT_GQ_TRANSFORMS_SWAPOPERANDS_H

#include "gq/Dialect/GQ/IR/GQ.h"

namespace mlir::gq {

/// Why the product of b and a cannot stand for `op`, as what it expects; empty:
/// it can.
std::string refuseSwap(BlockOpInterface op);

} // namespace mlir::gq

#endif // GQ_LIB_DIALECT_GQ_TRANSFORMS_SWAPOPERANDS_H
