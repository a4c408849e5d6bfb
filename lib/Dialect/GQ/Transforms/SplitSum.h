//===- SplitSum.h - a sum that a cluster computes in parts ------*- C++ -*-===//
#ifndef GQ_LIB_DIALECT_GQ_TRANSFORMS_SPLITSUM_H
#define GQ_LIB_DIALECT_GQ_TRANSFORMS_SPLITSUM_H

#include "gq/Dialect/GQ/IR/GQ.h"

namespace mlir::gq {

/// `narrow`, which is `op` on the columns that one thread block stores, becomes
/// a gq.sum_of_parts. The op is returned that computes a part: whole steps of
/// the sum, of all columns of the tile, from zeros.
FailureOr<BlockOpInterface> splitSum(RewriterBase &rewriter,
                                     BlockOpInterface op,
                                     BlockOpInterface narrow, int64_t parts);

} // namespace mlir::gq

#endif // GQ_LIB_DIALECT_GQ_TRANSFORMS_SPLITSUM_H
