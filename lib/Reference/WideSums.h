//===- WideSums.h - sums of products in f32 ---------------------*- C++ -*-===//
//
// A linalg op into bf16 or f16 that adds up says, taken at its word, that every
// addition is rounded to that. No front end means it, and none of the machines
// that it was written for does it: sums are f32 and rounded once. So does the
// reference, as GQBase.td, Numerics, has it.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_REFERENCE_WIDESUMS_H
#define GQ_LIB_REFERENCE_WIDESUMS_H

#include "Interpreter.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlir::gq {

/// The body of `op` with sums in f32, and products of bf16 or f16 exact in
/// that; null if it has no sum of such floats.
std::unique_ptr<Region> widenSums(linalg::LinalgOp op);

/// `tensor` with elements of `type`, both floats.
FailureOr<RuntimeTensor> convertFloats(Interpreter &in, Operation *op,
                                       const RuntimeTensor &tensor, Type type);

} // namespace mlir::gq

#endif // GQ_LIB_REFERENCE_WIDESUMS_H
