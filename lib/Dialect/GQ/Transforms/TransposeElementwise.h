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
/// `operand` itself, or there is none, all inputs are read the other way round.
Value transposeElementwise(RewriterBase &rewriter, linalg::LinalgOp op,
                           OpOperand *operand, Value transposed);

/// Elementwise ops whose results `op` reads the other way round compute the
/// transpose for it, and so on: all are made in one tile.
void transposeProducers(RewriterBase &rewriter, linalg::GenericOp op);

} // namespace mlir::gq

#endif // GQ_LIB_DIALECT_GQ_TRANSFORMS_TRANSPOSEELEMENTWISE_H
