//===- Turns.cpp - loops over tiles that take turns -----------------------===//
//
// Of a thread block's tiles, a loop with `turn i of n` takes each n-th. Here:
// no turn is left out. That a role gets its slots from a loop of the same turn,
// and that roles wait for the turn before theirs, verifyReplay() sees.
//
//===----------------------------------------------------------------------===//
#include "Protocol.h"
#include <map>

using namespace mlir;
using namespace mlir::gqgpu;

/// What loads or computes tiles may do so for any loop; what stores them is
/// where a tile would be missing.
static bool stores(TileLoopOp loop) {
  return loop
      ->walk([](Operation *op) {
        return WalkResult(failure(
            isa<StoreOp, StoreFragmentOp, TmaStoreOp, StoreSharedOp>(op)));
      })
      .wasInterrupted();
}

LogicalResult mlir::gqgpu::verifyTurns(KernelOp kernel) {
  // By the number of turns: a loop for each.
  std::map<int64_t, SmallVector<TileLoopOp>> loops;
  kernel.walk([&](TileLoopOp loop) {
    int64_t turns = loop.getTurns();
    if (turns == 1 || !stores(loop))
      return;
    SmallVector<TileLoopOp> &takers = loops[turns];
    takers.resize(turns);
    if (!takers[loop.getTurn()])
      takers[loop.getTurn()] = loop;
  });
  bool right = true;
  for (auto &[turns, takers] : loops)
    for (auto [turn, taker] : llvm::enumerate(takers)) {
      if (taker)
        continue;
      right = false;
      TileLoopOp other = *llvm::find_if(
          takers, [](TileLoopOp loop) { return loop != nullptr; });
      other.emitOpError("takes turn ") << other.getTurn() << " of " << turns
                                       << ", no loop that stores takes "
                                       << "turn " << turn;
    }
  return success(right);
}
