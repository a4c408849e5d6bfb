//===- HostLaunches.cpp - the order of the launches of a function ---------===//
//
// Of branches either region is taken; what runs its regions in another way may
// run them, or not.
//
//===----------------------------------------------------------------------===//
#include "HostLaunches.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::gqgpu;
using Launches = llvm::SetVector<Operation *>;

KernelOp mlir::gqgpu::kernelOf(LaunchOp launch) {
  return dyn_cast_or_null<KernelOp>(
      SymbolTable::lookupNearestSymbolFrom(launch, launch.getKernelAttr()));
}

/// True if a launch has surely come by the end of `region`.
static bool collectFirst(Region &region, Launches &first) {
  for (Block &block : region)
    for (Operation &op : block) {
      if (isa<LaunchOp>(op)) {
        first.insert(&op);
        return true;
      }
      bool all = isa<scf::IfOp>(op);
      for (Region &inner : op.getRegions())
        all &= collectFirst(inner, first);
      if (all)
        return true;
    }
  return false;
}

Launches mlir::gqgpu::firstLaunches(func::FuncOp function) {
  Launches first;
  collectFirst(function.getBody(), first);
  return first;
}

/// `next`: whether what comes behind `region` may be dependent; returns whether
/// what comes first in it may.
static bool collectBefore(Region &region, bool next, Launches &before) {
  for (Block &block : llvm::reverse(region))
    for (Operation &op : llvm::reverse(block)) {
      if (auto launch = dyn_cast<LaunchOp>(op)) {
        if (next)
          before.insert(launch);
        next = launch.getDependent();
        continue;
      }
      if (op.getNumRegions() == 0)
        continue;
      // A region that is empty, or not run, leaves what is behind.
      bool any = !isa<scf::IfOp>(op) && next;
      for (Region &inner : op.getRegions())
        any |= collectBefore(inner, next, before);
      next = any;
    }
  return next;
}

Launches mlir::gqgpu::launchesBeforeDependent(func::FuncOp function,
                                              bool last) {
  Launches before;
  collectBefore(function.getBody(), last, before);
  return before;
}
