//===- GQChecks.h - operands of gq ops at run time --------------*- C++ -*-===//
//
// What the verifiers could not see while sizes were dynamic, in their words;
// operands as the numerics library takes them.
//
//===----------------------------------------------------------------------===//

#ifndef GQ_LIB_REFERENCE_GQCHECKS_H
#define GQ_LIB_REFERENCE_GQCHECKS_H

#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Numerics/Quantize.h"
#include "gq/Reference/RuntimeValue.h"

namespace mlir::gq {

class Interpreter;

/// Checks the shape rules of \p op for the tensors that it has now.
LogicalResult checkShapes(Interpreter &in, BlockOpInterface op,
                          ArrayRef<int64_t> origin = {});

/// The values of an `origin`, which must not be negative.
FailureOr<SmallVector<int64_t>> getOrigin(Interpreter &in, BlockOpInterface op);

/// A refusal of the numerics library as a diagnostic.
LogicalResult toResult(Operation *op, const gridquant::Status &status);

/// Scales of any type as f32.
FailureOr<RuntimeTensor> widenScales(Interpreter &in, Operation *op,
                                     const RuntimeTensor &scales);

/// A tensor of a verified op as the numerics library sees it.
inline gridquant::ElementType typeOf(const RuntimeTensor &tensor) {
  return *getNumericsType(tensor.getElementType());
}
inline gridquant::ConstMatrix matrixOf(const RuntimeTensor &tensor) {
  return {tensor.getData(), typeOf(tensor), tensor.getDim(0), tensor.getDim(1)};
}
inline const float *floatsOf(const RuntimeTensor &tensor) {
  return reinterpret_cast<const float *>(tensor.getData());
}

} // namespace mlir::gq

#endif // GQ_LIB_REFERENCE_GQCHECKS_H
