//===- GQChecks.h - shapes of the operands of gq ops at run time ----------===//
//
// What the verifiers could not see while sizes were dynamic, in their words.
//
//===----------------------------------------------------------------------===//

#ifndef GQ_LIB_REFERENCE_GQCHECKS_H
#define GQ_LIB_REFERENCE_GQCHECKS_H

#include "gq/Numerics/Quantize.h"
#include "gq/Reference/RuntimeValue.h"
#include "mlir/IR/Operation.h"

namespace mlir::gq {

class Interpreter;

/// Dimension \p dim of operand \p name must be \p expected.
LogicalResult checkDim(Operation *op, StringRef name,
                       const RuntimeTensor &tensor, int64_t dim,
                       int64_t expected, const Twine &why);

LogicalResult checkSameShape(Operation *op, StringRef name,
                             const RuntimeTensor &tensor, StringRef otherName,
                             const RuntimeTensor &other);

/// Exactly one scale per block of operand \p otherName, or with an origin, at
/// least the scales that are read. Transposed scales have their rows along the
/// columns of the other operand.
LogicalResult checkScales(Operation *op, StringRef name,
                          const RuntimeTensor &scales, StringRef otherName,
                          const RuntimeTensor &other, ArrayRef<int64_t> block,
                          ArrayRef<int64_t> origin = {},
                          bool transposed = false);

/// The values of an `origin`, which must not be negative.
FailureOr<SmallVector<int64_t>> getOrigin(Interpreter &in, Operation *op,
                                          ValueRange values);

/// A refusal of the numerics library as a diagnostic.
LogicalResult toResult(Operation *op, const gridquant::Status &status);

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
