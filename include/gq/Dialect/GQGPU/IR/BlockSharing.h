//===- BlockSharing.h - how blocks lie over threads -------------*- C++ -*-===//
//
// Which of the values of a thread belong to one block, and which threads share
// a block: what the reduction of a block is planned, executed and lowered by.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_DIALECT_GQGPU_IR_BLOCKSHARING_H
#define GQ_DIALECT_GQGPU_IR_BLOCKSHARING_H

#include "gq/Dialect/GQGPU/IR/GQGPU.h"

namespace mlir::gqgpu {

/// Along one dimension.
struct Sharing {
  int64_t stride; ///< elements from one repetition of the threads to the next
  int64_t block;
  /// Elements of a repetition that one thread holds: the chunk; of rows 1, or
  /// as many as it has in one block.
  int64_t perUnit;

  /// All threads of a repetition lie in one block.
  bool allThreads() const { return block % stride == 0; }
  /// Aligned groups of threads share a block.
  bool groups() const { return stride % block == 0 && block % perUnit == 0; }
  /// Threads that share a block, 0 if that is irregular.
  int64_t threads() const {
    if (allThreads())
      return stride / perUnit;
    return groups() ? block / perUnit : 0;
  }
  /// Values at offsets with equal keys are in the same block for every thread.
  int64_t key(int64_t offset) const {
    return allThreads() ? offset / block : offset;
  }
};

class BlockSharing {
public:
  /// `blocks`: a fragment that is constant over blocks. Its threads form a
  /// grid, row by row, over the layout's period.
  explicit BlockSharing(FragmentType blocks);

  Sharing rows, columns;
  int64_t threadRows, threadColumns, cluster;
  /// The grid of blocks of the whole fragment.
  int64_t gridRows, gridColumns;

  /// Of the chunks that a thread holds: the number of the maximum that each
  /// belongs to. Chunks with one number are in one block, for every thread.
  ArrayRef<int64_t> getGroups() const { return groupOf; }
  /// The first chunk of each of these.
  ArrayRef<int64_t> getFirstChunks() const { return firstOf; }
  int64_t getNumGroups() const { return static_cast<int64_t>(firstOf.size()); }

  /// Aligned groups of so many lanes lie in one block, whichever it is.
  bool lanesShareBlock(int64_t lanes) const;
  /// Neighbouring lanes of a warp have all of each block; it says how many, 0
  /// if it takes others.
  int64_t lanesAlone() const;
  /// Threads of a thread block that share a block, 0 if that is irregular.
  int64_t getThreadsOfBlock() const {
    return rows.threads() * columns.threads();
  }

  /// Of the groups of `lanes` lanes of a thread block, numbered, those that
  /// share a block: some for each of `rows` times `columns` parts of a grid.
  struct Writers {
    int64_t rows, columns; ///< how many
    int64_t stride;        ///< from a row of them to the next
    /// The first is `row / rowsOfThreads * rowStep + column / columnsOfThreads
    /// * columns` of a thread that is at (row, column) of all threads.
    int64_t rowsOfThreads, columnsOfThreads, rowStep;
    int64_t count() const { return rows * columns; }
  };
  /// Nothing if blocks lie irregularly over threads. `lanes` share a block.
  std::optional<Writers> getWriters(int64_t lanes) const;

private:
  SmallVector<int64_t> groupOf, firstOf;
};

} // namespace mlir::gqgpu

#endif // GQ_DIALECT_GQGPU_IR_BLOCKSHARING_H
