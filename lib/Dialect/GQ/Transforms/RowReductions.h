//===- RowReductions.h - reductions in the kernels that read them -*- C++
//-*-===//
//
// A reduction along rows that elementwise ops in front of another op's kernel
// read may be computed there, if its tiles have whole rows: the row is read
// once. Such a gq.block_reduce has no config. What stands here says which may,
// gq-select-config decides by it, and gq-tile obeys the missing config.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_DIALECT_GQ_TRANSFORMS_ROWREDUCTIONS_H
#define GQ_LIB_DIALECT_GQ_TRANSFORMS_ROWREDUCTIONS_H

#include "gq/Dialect/GQ/IR/GQ.h"

namespace mlir::gq {

/// Elements of a row that `op` makes one value of, all of it; 0 if it makes
/// something else.
int64_t rowOf(BlockReduceOp op);

/// The reductions along rows without a config that the elementwise ops in front
/// of `anchor` read, and those in front of them.
SmallVector<BlockReduceOp> rowReductions(BlockOpInterface anchor);

/// Whether all that reads `op`, which has no config, is computed in kernels
/// that can have tiles of whole rows. If not, `refusal` says why.
bool isTakenAlong(BlockReduceOp op, std::string &refusal);

} // namespace mlir::gq

#endif // GQ_LIB_DIALECT_GQ_TRANSFORMS_ROWREDUCTIONS_H
