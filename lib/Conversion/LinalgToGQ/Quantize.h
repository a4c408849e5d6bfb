//===- Quantize.h - maxima of blocks, and what is cast by them --*- C++ -*-===//
#ifndef GQ_LIB_CONVERSION_LINALGTOGQ_QUANTIZE_H
#define GQ_LIB_CONVERSION_LINALGTOGQ_QUANTIZE_H

#include "Scales.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlir::gq::raise {

/// The largest magnitude of each block of a matrix.
struct Absmax {
  Grid x;
  /// The result, as a grid over `x`.
  Grid result;
  float floor = 0;
};

/// What a reduction computes, if that is a largest magnitude.
FailureOr<Absmax> matchAbsmax(Operation *op, std::string &why);

/// The matrix below exact conversions to wider floats, as narrow as it is in
/// memory: bf16, f16 or f32.
FailureOr<Grid> matchInput(const Element *element, const Matrix &matrix);

/// The ways to see dimensions of these sizes as a matrix: how many of them are
/// rows.
SmallVector<unsigned> matrixViews(ArrayRef<int64_t> sizes);

/// Places of all dimensions, of which `rows` are rows of `matrix`.
SmallVector<AffineExpr> placesOf(ArrayRef<int64_t> sizes, unsigned rows,
                                 const Matrix &matrix);

/// The matrix that dimensions of these sizes are, with so many of them rows.
Matrix matrixOf(ArrayRef<int64_t> sizes, unsigned rows, MLIRContext *context);

} // namespace mlir::gq::raise

#endif // GQ_LIB_CONVERSION_LINALGTOGQ_QUANTIZE_H
