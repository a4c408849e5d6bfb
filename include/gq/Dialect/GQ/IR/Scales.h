//===- Scales.h - scales as arith ops ---------------------------*- C++ -*-===//
#ifndef GQ_DIALECT_GQ_IR_SCALES_H
#define GQ_DIALECT_GQ_IR_SCALES_H

#include "mlir/IR/Builders.h"

namespace mlir::gq {

/// A scale, f32 or f8E8M0FNU, as f32. The code of an f8E8M0FNU is the exponent,
/// but for its ends: 0 is 2^-127, a denormal, and 255 is NaN.
Value decodeScale(OpBuilder &b, Location loc, Value scale);

} // namespace mlir::gq

#endif // GQ_DIALECT_GQ_IR_SCALES_H
