//===- SharedMemory.h - what lies where in shared memory --------*- C++ -*-===//
//
// One place decides the layout: config selection and budgets ask it for sizes,
// gq-allocate-shared-memory writes what it says into the IR, and the verifier
// and the lowering read that.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_DIALECT_GQGPU_IR_SHAREDMEMORY_H
#define GQ_DIALECT_GQGPU_IR_SHAREDMEMORY_H

#include "gq/Dialect/GQGPU/IR/GQGPU.h"

namespace mlir::gqgpu {

/// Bytes, from the start of the kernel's dynamic shared memory:
///
///     tile 0: stage 0, stage 1, ...   each stage aligned to 1024 if swizzled
///     tile 1: stage 0, ...            (the swizzle pattern repeats every
///     1024),
///     ...                             else to 128
///     full barriers: 8 bytes a stage
///     empty barriers: 8 bytes a stage
struct RingLayout {
  struct Tile {
    int64_t offset; ///< of stage 0
    int64_t stride; ///< from one stage to the next
  };
  SmallVector<Tile> tiles;
  int64_t full, empty;
  int64_t end;

  /// The layout of a ring that starts at `start`, a multiple of 1024.
  static RingLayout get(RingType ring, int64_t start);
};

/// The same of an inbox: its tiles, with the parts of other thread blocks one
/// after another, and an mbarrier each for offers and for what is pushed.
struct InboxLayout {
  SmallVector<int64_t> tiles;
  int64_t offered, pushed;
  int64_t end;

  /// The layout of an inbox that starts at `start`, a multiple of 16.
  static InboxLayout get(InboxType inbox, int64_t start);
};

/// What an op has of the shared memory of its kernel.
struct SharedExtent {
  std::optional<int64_t> offset;
  int64_t bytes, alignment;
  /// No sum overflows, whatever offset somebody wrote.
  int64_t endAt(int64_t start) const {
    return std::min(start, int64_t(1) << 60) + bytes;
  }

  /// Nothing for an op that has none.
  static std::optional<SharedExtent> get(Operation *op);
};

/// Where everything in the shared memory of a kernel lies: where its offset
/// says, and what has none behind that, in the order of the code. All of it is
/// there for as long as the kernel runs.
struct SharedMemoryLayout {
  SmallVector<std::pair<Operation *, int64_t>> offsets;
  int64_t bytes = 0;

  static SharedMemoryLayout get(KernelOp kernel);
};

/// Rows of the boxes in which the copy engine fills `tile`, which it takes of
/// at most `most` rows: the fewest boxes that are alike, and start where its
/// pattern of 16-byte units and its groups of rows do. Nothing if there are
/// none.
std::optional<int64_t> rowsOfBox(TileType tile, int64_t most);

} // namespace mlir::gqgpu

#endif // GQ_DIALECT_GQGPU_IR_SHAREDMEMORY_H
