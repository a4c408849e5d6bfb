//===- SharedMemory.cpp - barriers between accesses to shared memory ------===//
//
// Follows each buffer through the code, twice through loops that may repeat.
// What is under a condition is seen from what comes before it, and forgotten
// where another way leads past it.
//
//===----------------------------------------------------------------------===//
#include "Protocol.h"
#include "gq/Dialect/GQGPU/Protocol/SharedState.h"

using namespace mlir;
using namespace mlir::gqgpu;

namespace {
class SharedChecker {
public:
  using States = llvm::MapVector<Operation *, SharedState>;

  LogicalResult run(KernelOp kernel) {
    States states;
    kernel.walk([&](SharedAllocOp alloc) { states[alloc] = SharedState(); });
    if (states.empty())
      return success();
    follow(kernel.getBody().front(), states);
    end(states);
    kernel.walk([&](ParkOp park) { checkParked(park); });
    return failure(wrong);
  }

private:
  void end(const States &states) {
    for (auto &[alloc, state] : states)
      if (auto fault = state.end())
        report(fault->first, fault->second);
  }

  void report(Operation *op, const SharedState::Fault &fault) {
    if (!reported.insert(op).second)
      return;
    wrong = true;
    fault.emit(op);
  }

  void follow(Block &block, States &states) {
    for (Operation &op : block)
      follow(&op, states);
  }

  void follow(Operation *op, States &states) {
    if (auto access = dyn_cast<SharedMemoryOpInterface>(op)) {
      SharedAccess what = access.getSharedAccess();
      Operation *alloc = what.buffer ? what.buffer.getDefiningOp() : nullptr;
      auto *at = alloc ? states.find(alloc) : states.end();
      if (at != states.end())
        if (auto fault = at->second.access(op, what))
          report(op, *fault);
    } else if (auto barrier = dyn_cast<BarrierOp>(op)) {
      for (auto &[alloc, state] : states)
        state.barrier(barrier.getScope());
    } else if (isa<ProxyFenceOp>(op)) {
      for (auto &[alloc, state] : states)
        state.fence();
    } else if (isa<TmaStoreWaitOp>(op)) {
      for (auto &[alloc, state] : states)
        state.waitForCopies();
    } else if (std::optional<LoopView> loop = LoopView::get(op)) {
      follow(*loop->body, states);
      if (loop->mayRepeat())
        follow(*loop->body, states);
    } else if (op->getNumRegions() != 0) {
      followBranches(op, states);
    }
  }

  /// Every region may run, or none. Roles run at the same time, and meet in no
  /// barrier.
  void followBranches(Operation *op, States &states) {
    bool roles = isa<RoleOp>(op);
    States before = states;
    bool all = !llvm::any_of(op->getRegions(),
                             [](Region &region) { return region.empty(); });
    bool first = all && isa<scf::IfOp>(op);
    for (Region &region : op->getRegions()) {
      if (!region.hasOneBlock())
        continue;
      States inside = before;
      follow(region.front(), inside);
      if (roles)
        end(inside);
      else if (first)
        states = inside;
      else
        for (auto &[alloc, state] : states)
          state.merge(inside[alloc]);
      first = false;
    }
  }

  /// A parked fragment is read back once.
  void checkParked(ParkOp park) {
    Operation *reader = nullptr;
    for (Operation *user : park.getResult().getUsers()) {
      if (!isa<UnparkOp>(user))
        return;
      if (!reader) {
        reader = user;
        continue;
      }
      if (reader->getBlock() != user->getBlock())
        return;
      // Users come in no particular order.
      if (user->isBeforeInBlock(reader))
        std::swap(reader, user);
      report(user, {"reads a second time what is read once", reader,
                    "read here before"});
    }
    if (!reader)
      report(park, {"parks a fragment that nobody reads", nullptr, {}});
  }

  bool wrong = false;
  DenseSet<Operation *> reported;
};
} // namespace

LogicalResult mlir::gqgpu::verifySharedMemory(KernelOp kernel) {
  return SharedChecker().run(kernel);
}
