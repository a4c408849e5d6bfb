//===- ExpandBlockReduce.h - sums of blocks, step by step -------*- C++ -*-===//
#ifndef GQ_LIB_DIALECT_GQGPU_TRANSFORMS_EXPANDBLOCKREDUCE_H
#define GQ_LIB_DIALECT_GQGPU_TRANSFORMS_EXPANDBLOCKREDUCE_H

#include "gq/Dialect/GQGPU/IR/GQGPU.h"

namespace mlir::gqgpu {

/// Replaces `op` by its steps; or fails with an error at it where blocks lie
/// irregularly over threads.
LogicalResult expandBlockReduce(BlockReduceOp op);

} // namespace mlir::gqgpu

#endif // GQ_LIB_DIALECT_GQGPU_TRANSFORMS_EXPANDBLOCKREDUCE_H
