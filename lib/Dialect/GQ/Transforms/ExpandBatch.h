//===- ExpandBatch.h - a batch as a loop over thread blocks -----*- C++ -*-===//
#ifndef GQ_LIB_DIALECT_GQ_TRANSFORMS_EXPANDBATCH_H
#define GQ_LIB_DIALECT_GQ_TRANSFORMS_EXPANDBATCH_H

#include "mlir/IR/PatternMatch.h"

namespace mlir::gq {

/// A product whose operands have a dimension more becomes a loop over it, a
/// quantisation one of matrices; a slice of one of several matrices becomes one
/// of them below one another.
void populateExpandBatchPatterns(RewritePatternSet &patterns);

} // namespace mlir::gq

#endif // GQ_LIB_DIALECT_GQ_TRANSFORMS_EXPANDBATCH_H
