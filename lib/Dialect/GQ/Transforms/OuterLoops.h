//===- OuterLoops.h - loops around the tiles of an op -----------*- C++ -*-===//
//
// A batch, the parts of a sum, or groups of rows: an scf.forall over thread
// blocks whose iterations each compute one gq op on slices. gq-tile tiles the
// op and makes one loop, and so one kernel, of both.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_DIALECT_GQ_TRANSFORMS_OUTERLOOPS_H
#define GQ_LIB_DIALECT_GQ_TRANSFORMS_OUTERLOOPS_H

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/PatternMatch.h"

namespace mlir::gq {

/// The loop that `op` is in, if it is over thread blocks, and leaves the
/// dimensions y and x to tiles; or null. A loop over tiles, as gq-tile writes
/// it, does not.
scf::ForallOp getOuterLoop(Operation *op);

/// Moves what computes `value` in front of `loop`; false if it depends on the
/// iteration.
bool hoistOutOf(RewriterBase &rewriter, scf::ForallOp loop, Value value);

/// Demands in front of `loop` that slices in it lie within their tensors; fails
/// with an error where they do not.
LogicalResult checkSlices(scf::ForallOp loop);

/// Demands in front of a slice that is taken out of a tensor, or put into one,
/// that it lies within that; fails with an error where it does not.
LogicalResult checkSlice(OffsetSizeAndStrideOpInterface op);

/// Makes one loop of `outer` and of the loop over tiles in it: what else is in
/// `outer` are slices and indices. Fails with an error where that cannot be.
LogicalResult mergeOuterLoop(RewriterBase &rewriter, scf::ForallOp outer);

} // namespace mlir::gq

#endif // GQ_LIB_DIALECT_GQ_TRANSFORMS_OUTERLOOPS_H
