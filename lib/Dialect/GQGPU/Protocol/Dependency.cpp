//===- Dependency.cpp - global memory before the kernel in front ends -----===//
//
// A kernel that is dependent runs beside the one in front of it. Whatever it
// does in global memory is behind a wait of the same threads, on every way
// there: in the block of the wait, behind it, or in a region of what is.
// Barriers between roles count for nothing: each role that comes to global
// memory waits itself.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQGPU/IR/Dependency.h"
#include "Protocol.h"

using namespace mlir;
using namespace mlir::gqgpu;

static bool isBehind(Operation *op, DependencyWaitOp wait) {
  Operation *inBlock = wait->getBlock()->findAncestorOpInBlock(*op);
  return inBlock && wait->isBeforeInBlock(inBlock);
}

LogicalResult mlir::gqgpu::verifyDependencies(KernelOp kernel) {
  SmallVector<DependencyWaitOp> waits;
  kernel.walk([&](DependencyWaitOp wait) { waits.push_back(wait); });
  bool right = true;
  kernel.walk([&](Operation *op) {
    std::optional<GlobalAccess> access = globalAccessOf(op);
    if (!access)
      return;
    if (access->writes && isConstantArgument(access->memref)) {
      right = false;
      op->emitOpError("writes ")
          << describeArgument(access->memref) << ", which is gq.constant";
      return;
    }
    if (!kernel.getDependent() || !dependentAccessOf(op) ||
        llvm::any_of(waits,
                     [&](DependencyWaitOp w) { return isBehind(op, w); }))
      return;
    right = false;
    InFlightDiagnostic error =
        op->emitOpError(access->writes ? "writes " : "reads ");
    error << describeArgument(access->memref)
          << (access->writes
                  ? ", which the kernel in front may still read or write"
                  : ", which the kernel in front may still write")
          << "; expects a gqgpu.dependency_wait before it";
    if (RoleOp role = roleOf(op))
      error << " in " << role.describe();
  });
  return success(right);
}
