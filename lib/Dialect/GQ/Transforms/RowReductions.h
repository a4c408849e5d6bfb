//===- RowReductions.h - reductions in the kernels that read them -*- C++
//-*-===//
//
// A reduction along rows (gq.block_reduce, gq.block_absmax) that elementwise
// ops in front of another op's kernel read, or a cast that scales by it, may be
// computed there, if its tiles have whole rows: the row is read once. Such a
// reduction has no config. So have gq.copies of what is computed of its values,
// which that kernel stores as well. What stands here says which may,
// gq-select-config decides by it, and gq-tile obeys the missing configs.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_DIALECT_GQ_TRANSFORMS_ROWREDUCTIONS_H
#define GQ_LIB_DIALECT_GQ_TRANSFORMS_ROWREDUCTIONS_H

#include "gq/Dialect/GQ/IR/GQ.h"

namespace mlir::gq {

/// `op` as a reduction that may be one along rows; or null.
BlockOpInterface asReduction(Operation *op);

/// Elements of a row that `op` makes one value of, all of it; 0 if it makes
/// something else.
int64_t rowOf(BlockOpInterface op);

/// Whether `op` makes values of rows, R x 1, from nothing but those of
/// reductions along rows: one of these, or an elementwise op.
bool makesRowValues(Operation *op);

/// The reductions along rows without a config that the elementwise ops in front
/// of `anchor` read, or its scales, and those in front of them.
SmallVector<BlockOpInterface> rowReductions(BlockOpInterface anchor);

/// Whether all that reads `op`, which has no config, is computed in kernels
/// that can have tiles of whole rows. If not, `refusal` says why.
bool isTakenAlong(BlockOpInterface op, std::string &refusal);

/// Whether the kernel that computes the values of rows that `op` copies stores
/// them.
bool isStoredAlong(CopyOp op);

} // namespace mlir::gq

#endif // GQ_LIB_DIALECT_GQ_TRANSFORMS_ROWREDUCTIONS_H
