//===- ScaleArith.h - arithmetic on scales as arith ops ---------*- C++ -*-===//
//
// What gq.absmax_to_scale says of one element, for bodies of elementwise ops on
// tensors and on fragments. GQBase.td, Numerics, has the arithmetic.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_DIALECT_GQ_IR_SCALEARITH_H
#define GQ_DIALECT_GQ_IR_SCALEARITH_H

#include "mlir/IR/Builders.h"

namespace mlir::gq {

/// A scale, f32 or a narrower float, as f32.
Value decodeScale(OpBuilder &b, Location loc, Value scale);

/// The scale of a block from its amax, both f32, for codes of `format`: not
/// rounded to the type that it is stored in.
/// `finite`: amax is known to be a finite number, as gq.block_absmax makes it;
/// then it is divided without a branch.
Value scaleFromAmax(OpBuilder &b, Location loc, Value amax, Type format,
                    bool pow2, bool finite = false);

/// A scale of scaleFromAmax, f32, as the f32 of what is `stored`, which codes
/// are made with: a type that rounds it, if bf16. One of f8E8M0FNU is exact.
Value roundScale(OpBuilder &b, Location loc, Value scale, Type stored);

} // namespace mlir::gq

#endif // GQ_DIALECT_GQ_IR_SCALEARITH_H
