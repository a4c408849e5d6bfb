//===- CollapseElementwise.h - elementwise ops on views as matrices -*- C++
//-*-//
#ifndef GQ_LIB_DIALECT_GQ_TRANSFORMS_COLLAPSEELEMENTWISE_H
#define GQ_LIB_DIALECT_GQ_TRANSFORMS_COLLAPSEELEMENTWISE_H

#include "mlir/IR/PatternMatch.h"

namespace mlir::gq {

/// Elementwise ops behind a tensor.expand_shape, or in front of a
/// tensor.collapse_shape, of what a kernel computes are ops on the matrix.
void populateCollapseElementwisePatterns(RewritePatternSet &patterns);

} // namespace mlir::gq

#endif // GQ_LIB_DIALECT_GQ_TRANSFORMS_COLLAPSEELEMENTWISE_H
