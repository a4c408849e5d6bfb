//===- StoreSplats.h - constants of one value, as data ----------*- C++ -*-===//
#ifndef GQ_LIB_DIALECT_GQ_TRANSFORMS_STORESPLATS_H
#define GQ_LIB_DIALECT_GQ_TRANSFORMS_STORESPLATS_H

#include "mlir/IR/PatternMatch.h"

namespace mlir::gq {

/// Operands of products and of decoding that have one value everywhere become
/// data, which kernels read like any other.
void populateStoreSplatPatterns(RewritePatternSet &patterns);

/// Fails with an error where an op still reads one: it is too long to be data.
LogicalResult requireStoredSplats(Operation *root);

} // namespace mlir::gq

#endif // GQ_LIB_DIALECT_GQ_TRANSFORMS_STORESPLATS_H
