//===- ThreadBlock.h - roles, rings and shared memory -----------*- C++ -*-===//

#ifndef GQ_LIB_SIMULATOR_THREADBLOCK_H
#define GQ_LIB_SIMULATOR_THREADBLOCK_H

#include "Agent.h"

namespace mlir::gq::sim {

class Cluster;
struct LaunchState;

/// A copy into a tile of a slot that has begun: of the slot that \p token is
/// for, in the ring of this thread block or of another.
struct Copy {
  Operation *op;
  std::shared_ptr<SlotToken> token;
  std::shared_ptr<Ring> ring;
  int64_t tile;
  std::shared_ptr<Buffer> source;
  SmallVector<int64_t> indices;
  /// Of codes that are decoded on the way.
  std::shared_ptr<Buffer> scales;
  SmallVector<int64_t> scaleIndices;
};

/// A part on its way into an inbox: of which thread block, for which agent.
struct Push {
  Operation *op;
  uint64_t tile;
  std::shared_ptr<Inbox> inbox;
  int64_t from;
  unsigned agent;
  RuntimeTensor part;
};

class ThreadBlock {
public:
  ThreadBlock(Cluster &cluster, int64_t rank);

  Cluster &cluster;
  LaunchState &launch;
  /// Its number in the cluster, and among all thread blocks.
  const int64_t rank, index;
  /// The barrier of the cluster to which it has come by arrive_cluster; 0:
  /// none.
  int64_t arrived = 0;

  /// "the thread block"; in a cluster, "thread block 1".
  std::string getName() const;
  /// " of thread block 1" in a cluster; empty otherwise.
  std::string getSuffix() const;

  // Called by agents.
  /// The agents of a warp_specialize. The parent waits until none is left.
  void startRoles(gqgpu::WarpSpecializeOp op, const Agent &parent);
  std::shared_ptr<Ring> createRing(gqgpu::RingCreateOp op);
  /// The ring that \p op has created here; null before.
  std::shared_ptr<Ring> getRing(gqgpu::RingCreateOp op) const;
  /// The same for an inbox.
  std::shared_ptr<Inbox> createInbox(gqgpu::InboxCreateOp op);
  std::shared_ptr<Inbox> getInbox(gqgpu::InboxCreateOp op) const;
  /// The memory of \p op.
  std::shared_ptr<SharedBuffer> getBuffer(gqgpu::SharedAllocOp op);
  /// What an agent knows of all buffers.
  void forEachPart(unsigned agent,
                   function_ref<void(gqgpu::SharedState &)> body);
  /// Nothing is left in the buffers of an agent that has finished.
  LogicalResult checkBuffers(unsigned agent);
  /// The arrival of a role that fills, once its copies have landed.
  LogicalResult arriveFull(Operation *op, const SlotToken &token);
  LogicalResult land(const Copy &copy);
  LogicalResult land(const Push &push);
  /// What was filled has been read, at the end.
  LogicalResult checkRings();
  LogicalResult checkInboxes();

private:
  SmallVector<std::shared_ptr<Ring>> rings;
  SmallVector<std::shared_ptr<Inbox>> inboxes;
  llvm::MapVector<Operation *, std::shared_ptr<SharedBuffer>> buffers;
};

/// Elements of a matrix (a vector is a row) that \p buffer holds.
std::pair<int64_t, int64_t> matrixShape(const Buffer &buffer);

/// Copies the tile at \p indices, zeros outside of the buffer. A read of what
/// another thread block has written is a diagnostic at \p op.
LogicalResult readTile(Operation *op, int64_t block, Buffer &buffer,
                       ArrayRef<int64_t> indices, RuntimeTensor &tile);

/// The same of the values of codes of four bits, \p packed, whose scales each
/// have one of \p blocks: the first of them are at \p scaleIndices.
LogicalResult readDecoded(Operation *op, int64_t block, Buffer &codes,
                          ArrayRef<int64_t> indices, Buffer &scales,
                          ArrayRef<int64_t> scaleIndices, Type packed,
                          ArrayRef<int64_t> blocks, RuntimeTensor &tile);

/// The rows of a tile in the order in which they lie in shared memory, permuted
/// in groups of \p group, or \p back again.
RuntimeTensor permuteRows(const RuntimeTensor &tile, int64_t group, bool back);

/// Writes rows x cols elements, those that lie inside and before \p ends, an
/// index for each dimension; none: the ends of the buffer. Null \p from: only
/// the accesses are checked.
LogicalResult writeTile(Operation *op, int64_t block, Buffer &buffer,
                        ArrayRef<int64_t> indices, int64_t tileRows,
                        int64_t tileCols, const unsigned char *from,
                        ArrayRef<int64_t> ends = {});

/// What an access says of its last index must be so: the kernel takes vectors
/// on the strength of it.
template <typename OpTy>
LogicalResult checkAligned(OpTy op, ArrayRef<int64_t> at) {
  std::optional<int64_t> aligned = op.getAligned();
  if (!aligned || at.back() % *aligned == 0)
    return success();
  return op.emitOpError("expects a last index that is a multiple of ")
         << *aligned << " as aligned says, got " << at.back();
}

/// The copy engine takes tiles that start at a multiple of 16 bytes in a row;
/// others are an illegal instruction.
LogicalResult checkTma(Operation *op, const Buffer &buffer,
                       ArrayRef<int64_t> at);

/// The elements of a matrix, column by column.
std::vector<unsigned char> transposed(const RuntimeTensor &matrix);

} // namespace mlir::gq::sim

#endif // GQ_LIB_SIMULATOR_THREADBLOCK_H
