//===- ShareSums.h - sums of columns, for all groups of a role --*- C++ -*-===//
//
// Rows of operand b are added up by the groups of a math role together, and
// each group needs all of their sums: they go through slots of a ring that the
// role fills and consumes itself.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_DIALECT_GQGPU_TRANSFORMS_SHARESUMS_H
#define GQ_LIB_DIALECT_GQGPU_TRANSFORMS_SHARESUMS_H

#include "gq/Dialect/GQGPU/IR/GQGPU.h"

namespace mlir::gqgpu {

/// Behind the loop over K, for sums of columns that are spread in `loop`: slots
/// of `rings`, which this makes. The tile loop that carries their cursors, in
/// place of `loop`.
FailureOr<TileLoopOp> shareSums(TileLoopOp loop,
                                SmallVectorImpl<RingCreateOp> &rings);

} // namespace mlir::gqgpu

#endif // GQ_LIB_DIALECT_GQGPU_TRANSFORMS_SHARESUMS_H
