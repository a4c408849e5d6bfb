//===- StepsInTurn.h - steps of a sum that roles take in turn ---*- C++ -*-===//
//
// What gq-warp-specialize does to the loop over K of a tile where two math
// roles take its steps in turn, each with a sum of its own: before the loop is
// sliced, a ring hands the sum of one to the other; after that, each slice
// takes some of the steps.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_DIALECT_GQGPU_TRANSFORMS_STEPSINTURN_H
#define GQ_LIB_DIALECT_GQGPU_TRANSFORMS_STEPSINTURN_H

#include "gq/Dialect/GQGPU/IR/GQGPU.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace mlir::gqgpu {

/// The loop over K of a tile loop, in which slots are waited for.
FailureOr<scf::ForOp> stepsOf(TileLoopOp loop);

/// Behind the loop over K: a slot of `sums` that one role fills with its sum,
/// and another one takes and adds to its own. The tile loop that carries their
/// cursors, in place of `loop`.
FailureOr<TileLoopOp> handOver(TileLoopOp loop, scf::ForOp steps, Value sum,
                               Value sums);

/// The loop over K of `role` takes every so many-th step, from step `turn` on.
/// But for the first one's, its sums start from zeros.
void takeSteps(RoleOp role, int64_t turn, int64_t turns);

} // namespace mlir::gqgpu

#endif // GQ_LIB_DIALECT_GQGPU_TRANSFORMS_STEPSINTURN_H
