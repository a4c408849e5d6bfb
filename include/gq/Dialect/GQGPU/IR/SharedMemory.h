//===- SharedMemory.h - where rings lie in shared memory --------*- C++ -*-===//
//
// One place decides the layout: config selection and the verifier of the
// protocol ask it for the size, the lowering for the addresses.
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

/// Bytes of staging one math warp needs to store a fragment through TMA: 16
/// rows of 128 bytes.
constexpr int64_t kStoreStagingPerWarp = 2048;

/// Bytes of a thread block's part of a blocked fragment.
int64_t bytesPerThreadBlock(FragmentType fragment);

/// Codes of one thread block on their way to a transposed store: its rows of
/// the tile, each of `pitch` bytes, of which a thread turns `band` (4, 8 or 16)
/// at a time.
struct TransposeStaging {
  int64_t rows, pitch, band;
  int64_t bytes() const { return rows * pitch; }

  static TransposeStaging get(FragmentType fragment);
};

/// Scales of a tile on their way to memory, in the order they have there. A
/// warp holds few scales that are neighbours in memory, and stores of less than
/// a sector (32 bytes) cost L2 as much as whole ones: measured (one H100), a
/// 1x128 quantisation spends 3 % of its time on them.
struct ScaleStaging {
  int64_t rows, columns, bytesPerScale;
  int64_t count() const { return rows * columns; }
  int64_t bytes() const { return count() * bytesPerScale; }

  /// None if `op` does not store scales, or would gain nothing.
  static std::optional<ScaleStaging> get(StoreFragmentOp op);
};

/// What a kernel puts where in its dynamic shared memory: staging of its
/// stores, then rings, then the scratch of reductions that cross warps, what
/// loads park, and the scratch of stores that change the order.
struct SharedMemoryPlan {
  /// Offsets of each `ring_create`, `block_absmax`, parked load, and
  /// `store_fragment` of transposed codes or staged scales.
  DenseMap<Operation *, int64_t> offsets;
  int64_t bytes = 0;

  static SharedMemoryPlan get(KernelOp kernel);
};

} // namespace mlir::gqgpu

#endif // GQ_DIALECT_GQGPU_IR_SHAREDMEMORY_H
