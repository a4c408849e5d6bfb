//===- Cluster.h - thread blocks that run together --------------*- C++ -*-===//
//
// The thread blocks of a cluster that have tiles of their own run at the same
// time: agents of all of them take turns, and so do the copies in flight. What
// shares tiles, or has no cluster, is one thread block here.
//
//===----------------------------------------------------------------------===//

#ifndef GQ_LIB_SIMULATOR_CLUSTER_H
#define GQ_LIB_SIMULATOR_CLUSTER_H

#include "ThreadBlock.h"

#include <map>
#include <variant>

namespace mlir::gq::sim {

/// What the thread blocks of one launch share.
struct LaunchState {
  gqgpu::KernelOp kernel;
  /// Of the kernel's arguments.
  SmallVector<RuntimeValue> args;
  ExecutorOptions options;
  ExecutionStatistics *statistics;
  /// From a tile of a thread block (cluster) to its next.
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

/// A gqgpu.sum_over_peers or max_over_peers, by thread block: how often each
/// has brought its part and taken what all make, and the last part.
struct Exchange {
  explicit Exchange(size_t peers)
      : brought(peers), taken(peers), parts(peers) {}
  std::vector<int64_t> brought, taken;
  std::vector<RuntimeTensor> parts;
};

class Cluster {
public:
  Cluster(LaunchState &launch, int64_t index);

  /// Runs to the end, or to the first error.
  LogicalResult run();

  LaunchState &launch;
  const int64_t index;

  /// Of the largest tile loop, or of groups of tiles that a cluster takes at
  /// once; known after it has begun.
  int64_t getNumTiles() const { return numTiles; }

  // Called by thread blocks and agents.
  void noteTiles(int64_t count) { numTiles = std::max(numTiles, count); }
  ArrayRef<std::unique_ptr<ThreadBlock>> getBlocks() const { return blocks; }
  const Agent &getAgent(unsigned id) const { return *agents[id]; }
  Agent &addAgent(ThreadBlock &block, std::string name, gqgpu::RoleOp role,
                  int64_t arrivals);
  /// All agents of the roles of \p block have finished.
  bool rolesAreFinished(const ThreadBlock &block) const;
  /// \p block has run to its end.
  bool hasEnded(const ThreadBlock &block) const;
  void start(Copy copy) { copies.emplace_back(std::move(copy)); }
  void start(Push push) { copies.emplace_back(std::move(push)); }

  /// \p block comes to a barrier of the cluster; the number of it.
  int64_t meet(const ThreadBlock &block);
  /// All that have not ended have come to barrier \p number.
  bool haveMet(int64_t number) const;

  /// The agent of \p peer that does there what \p agent does in its thread
  /// block; null if there is none yet.
  const Agent *peerOf(const Agent &agent, const ThreadBlock &peer) const;
  /// That of \p op for \p agent and those that do the same.
  Exchange &exchangeOf(Operation *op, const Agent &agent);

private:
  /// The place of \p agent among those of its thread block.
  size_t placeOf(const Agent &agent) const;
  LogicalResult reportDeadlock();
  void describe(llvm::raw_ostream &os, const Agent &agent) const;

  // Policies of choice: which candidate goes next.
  struct Candidate {
    bool isCopy;
    size_t index;
  };
  size_t choose(ArrayRef<Candidate> candidates);
  LogicalResult land(const std::variant<Copy, Push> &copy);

  SmallVector<std::unique_ptr<ThreadBlock>> blocks;
  SmallVector<int64_t> meetings; // per thread block
  SmallVector<std::unique_ptr<Agent>> agents;
  SmallVector<std::variant<Copy, Push>> copies;
  std::map<std::pair<Operation *, size_t>, Exchange> exchanges;
  int64_t numTiles = 0;
  Random random;
  SmallVector<uint64_t> priorities; // per agent
};

} // namespace mlir::gq::sim

#endif // GQ_LIB_SIMULATOR_CLUSTER_H
