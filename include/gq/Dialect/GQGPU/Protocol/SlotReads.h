//===- SlotReads.h - everything that reads a slot ---------------*- C++ -*-===//
//
// A slot's memory is read directly, through tensors that a slot_read returned
// (until they are used for something new), and by products in flight.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_DIALECT_GQGPU_PROTOCOL_SLOTREADS_H
#define GQ_DIALECT_GQGPU_PROTOCOL_SLOTREADS_H

#include "gq/Dialect/GQGPU/IR/GQGPU.h"

namespace mlir::gqgpu {

struct SlotReads {
  /// Reads and fills, users of tiles read from the slot, and the waits for its
  /// products; in any region, through loops and branches.
  SmallVector<Operation *> ops;
  /// An op that may keep hold of the slot's memory in a way that is not
  /// followed; null when there is none.
  Operation *unknown = nullptr;
  /// A product that reads the slot and whose result no mma_wait takes; or null.
  Operation *unfinished = nullptr;

  static SlotReads of(Value slot);
};

} // namespace mlir::gqgpu

#endif // GQ_DIALECT_GQGPU_PROTOCOL_SLOTREADS_H
