//===- ShareInRole.h - values that all groups of a role need ----*- C++ -*-===//
//
// What the groups of a math role have found out together behind their loop over
// K goes through slots of a ring that the role fills and consumes itself.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_DIALECT_GQGPU_TRANSFORMS_SHAREINROLE_H
#define GQ_LIB_DIALECT_GQGPU_TRANSFORMS_SHAREINROLE_H

#include "gq/Dialect/GQGPU/IR/GQGPU.h"

namespace mlir::gqgpu {

/// Values of `words`, which are all that a slot has: `put` writes them into the
/// slot of the ring it is given, and `read` makes of those of all groups what
/// takes the place of `shared`, a value in `loop`. Adds the ring to `rings`.
/// The tile loop that carries its cursors takes the place of `loop`.
using SlotAccess = function_ref<Value(OpBuilder &, Value ring, Value slot)>;
FailureOr<TileLoopOp> shareInRole(TileLoopOp loop, Value shared, TileType words,
                                  SlotAccess put, SlotAccess read,
                                  SmallVectorImpl<RingCreateOp> &rings);

/// The sums of rows of operand b, which groups add up some of each, of every
/// `spread_sums` of columns in `loop`.
FailureOr<TileLoopOp> shareSums(TileLoopOp loop,
                                SmallVectorImpl<RingCreateOp> &rings);

/// The largest magnitudes of blocks of several rows, which warps hold elements
/// of: of every `gq.block_absmax` in `loop`, and every `gq.quantize` of such
/// blocks, which becomes its steps. `across`: products of all groups side by
/// side in a tile.
FailureOr<TileLoopOp> shareMaxima(TileLoopOp loop, int64_t across,
                                  SmallVectorImpl<RingCreateOp> &rings);

} // namespace mlir::gqgpu

#endif // GQ_LIB_DIALECT_GQGPU_TRANSFORMS_SHAREINROLE_H
