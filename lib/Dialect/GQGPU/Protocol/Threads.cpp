//===- Threads.cpp - fragments lie over the threads there are -------------===//
#include "Protocol.h"
#include "gq/Dialect/GQGPU/Protocol/Budgets.h"

using namespace mlir;
using namespace mlir::gqgpu;

/// A fragment, or what a fragment has become for a while; null for others.
static FragmentType fragmentOf(Type type) {
  if (auto partial = dyn_cast<PartialType>(type))
    return partial.getFragment();
  if (auto parked = dyn_cast<ParkedType>(type))
    return parked.getFragment();
  return dyn_cast<FragmentType>(type);
}

/// Each warp of the math groups has a part of the staging of products.
static bool verifyStaging(Operation *op, TileType tile) {
  auto roles = op->getParentOfType<WarpSpecializeOp>();
  if (!roles) {
    op->emitOpError(
        "expects to be in a math region, whose warps have a part of "
        "the buffer each");
    return false;
  }
  int64_t warps = static_cast<int64_t>(roles.getGroups()) * 4;
  if (tile.getShape()[0] == warps)
    return true;
  op->emitOpError("expects a buffer of one part for each of ")
      << warps << " math warps, got " << tile;
  return false;
}

LogicalResult mlir::gqgpu::verifyThreads(KernelOp kernel) {
  bool right = true;
  kernel.walk([&](TmaStoreOp op) {
    right &= verifyStaging(op, op.getBuffer().getType());
  });
  kernel.walk([&](StageOp op) {
    if (op.isProduct())
      right &= verifyStaging(op, op.getBuffer().getType());
  });
  if (!kernel.getThreads())
    return success(right);
  auto threads = static_cast<int64_t>(*kernel.getThreads());
  auto cluster = static_cast<int64_t>(kernel.getCluster().value_or(1));
  kernel.walk([&](Operation *op) {
    for (Type type : op->getResultTypes()) {
      FragmentType fragment = fragmentOf(type);
      if (!fragment)
        continue;
      LayoutInterface layout = fragment.getLayout();
      // Of math groups and the producer, which are equally large, each holds a
      // fragment.
      auto role = op->getParentOfType<WarpSpecializeOp>();
      int64_t needed = layout.getNumThreads();
      int64_t there = role ? threads / (role.getGroups() + 1) : threads;
      if (needed == there && layout.getCluster() == cluster)
        continue;
      right = false;
      op->emitOpError("has a layout of ")
          << needed << " threads in " << layout.getCluster()
          << " thread blocks, the " << (role ? "group" : "kernel") << " has "
          << there << " in " << cluster;
      return;
    }
  });
  return success(right);
}
