//===- Threads.cpp - fragments lie over the threads there are -------------===//
#include "Protocol.h"
#include "gq/Dialect/GQGPU/IR/Roles.h"
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

/// Each warp up to the last of a math role has a part of the staging of
/// products.
static bool verifyStaging(Operation *op, TileType tile) {
  RoleOp role = roleOf(op);
  if (!role || !role.isMath()) {
    op->emitOpError("expects to be in a math role, whose warps have a part of "
                    "the buffer each");
    return false;
  }
  int64_t warps = role.getFirstWarp() + role.getAllWarps();
  if (tile.getShape()[0] == warps)
    return true;
  op->emitOpError("expects a buffer of one part for each of ")
      << warps << " warps, the last of role \"" << role.getName() << "\", got "
      << tile;
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
  auto cluster = static_cast<int64_t>(kernel.getCluster().value_or(1));
  kernel.walk([&](Operation *op) {
    for (Type type : op->getResultTypes()) {
      FragmentType fragment = fragmentOf(type);
      if (!fragment)
        continue;
      LayoutInterface layout = fragment.getLayout();
      int64_t needed = layout.getNumThreads(), there = threadsOf(op).count;
      if (needed == there && layout.getCluster() == cluster)
        continue;
      right = false;
      InFlightDiagnostic error = op->emitOpError("has a layout of ");
      error << needed << " threads in " << layout.getCluster()
            << " thread blocks, ";
      RoleOp role = roleOf(op);
      if (role) {
        error << "role \"" << role.getName() << "\"";
        error.attachNote(role.getLoc()) << "the role";
      } else {
        error << "the kernel";
      }
      error << " has " << there << " in " << cluster;
      return;
    }
  });
  return success(right);
}
