//===- CopyResults.h - results that are the same tensor ---------*- C++ -*-===//
#ifndef GQ_LIB_DIALECT_GQ_TRANSFORMS_COPYRESULTS_H
#define GQ_LIB_DIALECT_GQ_TRANSFORMS_COPYRESULTS_H

#include "mlir/IR/PatternMatch.h"

namespace mlir::gq {

/// A tensor that a function returns twice is returned once and copied.
void populateCopyResultPatterns(RewritePatternSet &patterns);

} // namespace mlir::gq

#endif // GQ_LIB_DIALECT_GQ_TRANSFORMS_COPYRESULTS_H
