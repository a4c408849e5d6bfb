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

/// Each warp of a math role has a part of the staging of products.
static bool verifyStaging(Operation *op, TileType tile) {
  RoleOp role = roleOf(op);
  if (!role || !role.isMath()) {
    op->emitOpError("expects to be in a math role, whose warps have a part of "
                    "the buffer each");
    return false;
  }
  if (tile.getShape()[0] == role.getAllWarps())
    return true;
  op->emitOpError("expects a buffer of one part for each of ")
      << role.getAllWarps() << " warps of role \"" << role.getName()
      << "\", got " << tile;
  return false;
}

/// Roles run at the same time and meet in no barrier: none of them has part in
/// the buffer of another.
static bool verifyOwners(KernelOp kernel) {
  bool right = true;
  DenseMap<Value, Operation *> owners;
  kernel.walk([&](SharedMemoryOpInterface op) {
    Value buffer = op.getSharedAccess().buffer;
    RoleOp role = roleOf(op);
    if (!buffer || !role)
      return;
    Operation *owner = owners.try_emplace(buffer, op).first->second;
    RoleOp other = roleOf(owner);
    if (other == role)
      return;
    right = false;
    InFlightDiagnostic error = op->emitOpError("expects a buffer of role \"")
                               << role.getName() << "\" alone, role \""
                               << other.getName()
                               << "\" uses it at the same time";
    error.attachNote(owner->getLoc()) << "used here";
  });
  return right;
}

LogicalResult mlir::gqgpu::verifyThreads(KernelOp kernel) {
  bool right = verifyOwners(kernel);
  kernel.walk([&](TmaStoreOp op) {
    right &= verifyStaging(op, op.getBuffer().getType());
  });
  kernel.walk([&](StageOp op) {
    if (op.isProduct())
      right &= verifyStaging(op, op.getBuffer().getType());
  });
  int64_t cluster = kernel.getBlocksPerTile();
  kernel.walk([&](Operation *op) {
    for (Type type : op->getResultTypes()) {
      FragmentType fragment = fragmentOf(type);
      if (!fragment)
        continue;
      LayoutInterface layout = fragment.getLayout();
      int64_t needed = layout.getNumThreads();
      Threads there = threadsOf(op);
      if ((needed == there.count && layout.getCluster() == cluster) ||
          (!there.role && !kernel.getThreads()))
        continue;
      right = false;
      InFlightDiagnostic error = op->emitOpError("has a layout of ")
                                 << needed << " threads in "
                                 << layout.getCluster() << " thread blocks, ";
      if (there.role)
        error << "role \"" << there.role.getName() << '"';
      else
        error << "the kernel";
      error << " has " << there.count << " in " << cluster;
      if (there.role)
        error.attachNote(there.role.getLoc()) << "the role";
      return;
    }
  });
  return success(right);
}
