//===- ShareLoads.h - loads that a cluster needs once -----------*- C++ -*-===//
//
// The thread blocks of a cluster that have tiles of their own (cluster_tiles)
// load some of them all alike. Thread block 0 brings those to all; what that
// takes is written here: who loads, who hears that a slot is empty, and where
// the thread blocks wait for one another.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_DIALECT_GQGPU_TRANSFORMS_SHARELOADS_H
#define GQ_LIB_DIALECT_GQGPU_TRANSFORMS_SHARELOADS_H

#include "gq/Dialect/GQGPU/IR/GQGPU.h"

namespace mlir::gqgpu {

/// Writes `multicast` on the tma_loads of `loop` that are the same for all
/// thread blocks of a cluster, and `peers` on the releases of their slots.
/// Returns the rings that these are of. A failure with an error if the thread
/// blocks have tiles of their own and nothing is the same.
FailureOr<SmallVector<Value>> shareLoads(TileLoopOp loop);

/// A slot of `ring` is empty in the thread block that loads into all of
/// `peers` once all have released it. Its roles are known.
void shareRing(RingCreateOp ring, int64_t peers);

/// The barriers of the rings are there before another thread block arrives at
/// them, and the shared memory until none does any more.
void meetAround(WarpSpecializeOp roles);

} // namespace mlir::gqgpu

#endif // GQ_LIB_DIALECT_GQGPU_TRANSFORMS_SHARELOADS_H
