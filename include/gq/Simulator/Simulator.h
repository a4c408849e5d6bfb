//===- Simulator.h - runs kernels on the CPU, stage by stage ----*- C++ -*-===//
//
// The simulator executes a module as any pass of the pipeline leaves it: tensor
// code as the reference executor does, and `gqgpu.launch` by running the
// kernel: thread blocks and their tile loops, the roles of
// `gqgpu.warp_specialize` (each group of a math role) as agents that take
// turns, and the copies in flight. Rings are what the hardware has: two
// mbarriers a slot, with phases, arrivals and bytes to come.
//
// Which agent goes next, and when a copy lands, is drawn from a seed; the same
// seed draws the same. Values do not depend on it in a kernel that keeps the
// protocol; so the first interleaving computes them, and further ones check
// accesses only.
//
// What is reported, at the op at fault, with a note at the other party:
// - a deadlock: who waits, for whom, on which slot and phase;
// - a wait that passes on a slot that is not filled, or an acquire of one that
//   is not released (a wrong phase);
// - a read of a slot that was never filled, is being filled, or was released;
// - a fill of a slot in use, more bytes than expected, more arrivals than
//   counted, a slot not committed, not released, released twice;
// - in a cluster whose thread blocks have tiles of their own, which run at the
//   same time: a multicast into a slot that another one has not released, or of
//   another tile than that one wants; a release that its barrier does not
//   count, or counts in another round; an inbox that does not count who comes,
//   is written before it is offered or read before all has come; whatever
//   reaches a thread block before its ring or inbox is there, or after it has
//   ended;
// - of tiles that thread blocks share: a part that is added before its flag is
//   awaited, or that was stored behind it; a flag that nobody before sets, or
//   that was not cleared; a store by whoever does not own the tile;
// - a product read before it is waited for, or after its registers were reused;
// - shared memory read before it is written, written or read without a barrier
//   in between, reduced into without being cleared, taken twice, written and
//   never read; a copy from it without a fence, or that is not waited for;
// - in a kernel that begins before the one in front has completed: an access to
//   global memory before the wait for that, unless it reads what is constant;
// - a load that may move up past a store of the kernel to the same element;
// - a tile that starts where the copy engine takes none;
// - an access outside a tensor or a tile; an element of a result that is never
//   written, written twice, or read after another thread block wrote it.
//
//===----------------------------------------------------------------------===//

#ifndef GQ_SIMULATOR_SIMULATOR_H
#define GQ_SIMULATOR_SIMULATOR_H

#include "gq/Reference/Executor.h"

namespace mlir::gq {

struct SimulatorOptions {
  /// The first interleaving, and how many from there on.
  uint64_t interleaving = 0;
  uint64_t interleavings = 1;
  /// Multiprocessors of the simulated GPU, one thread block (cluster) on each:
  /// few, so that each thread block of a persistent kernel runs several tiles.
  int64_t multiprocessors = 2;
};

class Simulator {
public:
  explicit Simulator(SimulatorOptions options = {}) : options(options) {}

  /// Runs \p function with the kernels of its module. Failures are diagnostics
  /// at the op at fault, followed by a remark at the kernel that names the
  /// thread block and the interleaving.
  LogicalResult run(func::FuncOp function, ArrayRef<RuntimeValue> args,
                    SmallVectorImpl<RuntimeValue> &results);

  /// Of the last run; interleavings of kernels that have none are not counted.
  struct Statistics {
    int64_t launches = 0;
    int64_t interleavings = 0;
    ExecutionStatistics execution;
  };
  const Statistics &getStatistics() const { return statistics; }

private:
  SimulatorOptions options;
  Statistics statistics;
};

} // namespace mlir::gq

#endif // GQ_SIMULATOR_SIMULATOR_H
