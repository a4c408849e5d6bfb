//===- SharedAccess.h - what an op does in shared memory --------*- C++ -*-===//
#ifndef GQ_DIALECT_GQGPU_IR_SHAREDACCESS_H
#define GQ_DIALECT_GQGPU_IR_SHAREDACCESS_H

#include "mlir/IR/Value.h"

namespace mlir::gqgpu {

/// Threads that may meet in the words that an op accesses.
enum class Reach : uint8_t { Thread, Warp, Block, Cluster };

enum class AccessKind : uint8_t {
  Clear,      ///< writes zeros
  Write,      ///< writes
  Accumulate, ///< adds to what is there, in any order
  Read,       ///< reads
  Take,       ///< reads what is not there afterwards
  Copy,       ///< the copy engine reads, some time later
};

struct SharedAccess {
  /// A tile in shared memory.
  Value buffer;
  AccessKind kind;
  Reach reach;
  /// What must have written there, if that is known.
  Operation *writer = nullptr;
};

} // namespace mlir::gqgpu

#endif // GQ_DIALECT_GQGPU_IR_SHAREDACCESS_H
