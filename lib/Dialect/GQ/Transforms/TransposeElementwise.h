//===- TransposeElementwise.h - ops on matrices, transposed -----*- C++ -*-===//
#ifndef GQ_LIB_DIALECT_GQ_TRANSFORMS_TRANSPOSEELEMENTWISE_H
#define GQ_LIB_DIALECT_GQ_TRANSFORMS_TRANSPOSEELEMENTWISE_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlir::gq {

/// Whether elements of an elementwise op (gq::getElementwise) depend on nothing
/// but elements of its inputs, by a body that can be that of a linalg.generic.
bool canTranspose(linalg::LinalgOp op);

/// The transpose of what such an op computes, where `operand`, an input that
/// its loops go through in order, is `transposed` already; if that is
/// `operand` itself, it is read the other way round, as all other inputs are.
Value transposeElementwise(RewriterBase &rewriter, linalg::LinalgOp op,
                           OpOperand *operand, Value transposed);

} // namespace mlir::gq

#endif // GQ_LIB_DIALECT_GQ_TRANSFORMS_TRANSPOSEELEMENTWISE_H
