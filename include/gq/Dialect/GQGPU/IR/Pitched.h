//===- Pitched.h - operands with gaps between rows --------------*- C++ -*-===//
//
// An argument of a kernel that is gq.pitched has a parameter more, the distance
// of its rows in elements. That is the length of a row or a multiple of 16
// bytes, which whoever launches sees to: where rows are whole vectors long,
// they begin at multiples of them as well.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_DIALECT_GQGPU_IR_PITCHED_H
#define GQ_DIALECT_GQGPU_IR_PITCHED_H

#include "gq/Dialect/GQGPU/IR/GQGPU.h"

namespace mlir::gqgpu {

/// \p memref is an argument of a kernel that is gq.pitched.
bool isPitchedArgument(Value memref);

/// \p tensor of a host function is an argument that is gq.pitched, or a cast of
/// one.
bool isPitchedOfFunction(Value tensor);

} // namespace mlir::gqgpu

#endif // GQ_DIALECT_GQGPU_IR_PITCHED_H
