//===- SplitResults.h - ops of one result from those of several -*- C++ -*-===//
#ifndef GQ_LIB_DIALECT_GQ_TRANSFORMS_SPLITRESULTS_H
#define GQ_LIB_DIALECT_GQ_TRANSFORMS_SPLITRESULTS_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlir::gq {

/// Replaces `op` by one for each of its results, which computes what that one
/// needs. False where a result needs what another one has so far.
bool splitResults(RewriterBase &b, linalg::GenericOp op);

} // namespace mlir::gq

#endif // GQ_LIB_DIALECT_GQ_TRANSFORMS_SPLITRESULTS_H
