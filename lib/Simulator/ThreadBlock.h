//===- ThreadBlock.h - agents, copies, and who goes next --------*- C++ -*-===//

#ifndef GQ_LIB_SIMULATOR_THREADBLOCK_H
#define GQ_LIB_SIMULATOR_THREADBLOCK_H

#include "Agent.h"

namespace mlir::gq::sim {

/// What the thread blocks of one launch share.
struct LaunchState {
  gqgpu::KernelOp kernel;
  /// Of the kernel's arguments.
  SmallVector<RuntimeValue> args;
  ExecutorOptions options;
  ExecutionStatistics *statistics;
  /// From a tile of a thread block to its next.
  int64_t stride = 1;
  uint64_t interleaving = 0;
  /// False: only accesses are checked.
  bool values = true;
};

/// Random numbers that are the same everywhere (splitmix64).
class Random {
public:
  explicit Random(uint64_t seed) : state(seed) {}
  uint64_t next() {
    state += 0x9e3779b97f4a7c15;
    uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  size_t below(size_t bound) { return next() % bound; }

private:
  uint64_t state;
};

class ThreadBlock {
public:
  ThreadBlock(LaunchState &launch, int64_t index);

  /// Runs to the end, or to the first error.
  LogicalResult run();

  LaunchState &launch;
  const int64_t index;

  /// Of the largest tile loop, known after it has begun.
  int64_t getNumTiles() const { return numTiles; }

  // Called by agents.
  void noteTiles(int64_t count) { numTiles = std::max(numTiles, count); }
  const Agent &getAgent(unsigned id) const { return *agents[id]; }
  /// The agents of a warp_specialize. The parent waits until none is left.
  void startRoles(gqgpu::WarpSpecializeOp op, const Agent &parent);
  bool rolesAreFinished() const;
  std::shared_ptr<Ring> createRing(gqgpu::RingCreateOp op);
  /// The memory of \p op.
  std::shared_ptr<SharedBuffer> getBuffer(gqgpu::SharedAllocOp op);
  /// What an agent knows of all buffers.
  void forEachPart(unsigned agent,
                   function_ref<void(gqgpu::SharedState &)> body);
  /// Nothing is left in the buffers of an agent that has finished.
  LogicalResult checkBuffers(unsigned agent);
  /// A copy into a tile of a slot that has begun.
  struct Copy {
    Operation *op;
    std::shared_ptr<SlotToken> token;
    int64_t tile;
    std::shared_ptr<Buffer> source;
    SmallVector<int64_t> indices;
  };
  void start(Copy copy) { copies.push_back(std::move(copy)); }
  /// The arrival of a role that fills, once its copies have landed.
  LogicalResult arriveFull(Operation *op, const SlotToken &token);

private:
  unsigned addAgent(std::string name, gqgpu::RoleOp role, int64_t arrivals);
  LogicalResult land(const Copy &copy);
  LogicalResult reportDeadlock();
  LogicalResult checkRings();

  // Policies of choice: which candidate goes next.
  struct Candidate {
    bool isCopy;
    size_t index;
  };
  size_t choose(ArrayRef<Candidate> candidates);

  SmallVector<std::unique_ptr<Agent>> agents;
  SmallVector<Copy> copies;
  SmallVector<std::shared_ptr<Ring>> rings;
  llvm::MapVector<Operation *, std::shared_ptr<SharedBuffer>> buffers;
  int64_t numTiles = 0;
  Random random;
  SmallVector<uint64_t> priorities; // per agent
};

/// Elements of a matrix (a vector is a row) that \p buffer holds.
std::pair<int64_t, int64_t> matrixShape(const Buffer &buffer);

/// Copies the tile at \p indices, zeros outside of the buffer. A read of what
/// another thread block has written is a diagnostic at \p op.
LogicalResult readTile(Operation *op, int64_t block, Buffer &buffer,
                       ArrayRef<int64_t> indices, RuntimeTensor &tile);

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
