//===- Budgets.cpp - a kernel fits into a thread block --------------------===//
#include "gq/Dialect/GQGPU/Protocol/Budgets.h"
#include "Protocol.h"
#include "gq/Dialect/GQGPU/IR/SharedMemory.h"
#include "gq/Target/Target.h"

using namespace mlir;
using namespace mlir::gqgpu;

static bool verifyRegisters(WarpSpecializeOp roles,
                            const gq::TargetModel &target) {
  bool right = true;
  int64_t groups = roles.getGroups();
  int64_t math = roles.getMathRegisters(),
          producer = roles.getProducerRegisters();
  int64_t threads = target.warpGroup * (groups + 1);
  if (threads > target.threadsPerBlock) {
    roles.emitOpError("needs ")
        << threads << " threads for " << groups
        << " math groups and the producer, the limit is "
        << target.threadsPerBlock;
    return false;
  }
  int64_t used = target.warpGroup * (producer + groups * math);
  int64_t pool = target.registerPool(threads);
  if (used > pool) {
    right = false;
    roles.emitOpError("needs ")
        << used << " registers per thread block, the limit for " << threads
        << " threads is " << pool;
  }
  // What a loop carries is in registers all at once, whatever else is.
  roles.getMath().walk([&](Operation *op) {
    std::optional<LoopView> loop = LoopView::get(op);
    if (!loop)
      return;
    int64_t carried = 0;
    for (Value arg : loop->args)
      if (auto fragment = dyn_cast<FragmentType>(arg.getType());
          fragment && fragment.getElementType().isF32())
        carried += fragment.getNumValues();
    if (carried <= math)
      return;
    right = false;
    InFlightDiagnostic error = op->emitOpError("carries ")
                               << carried
                               << " f32 values of fragments in each thread, a "
                                  "math thread has "
                               << math << " registers";
    error.attachNote(roles.getLoc()) << "the registers are given here";
  });
  return right;
}

LogicalResult mlir::gqgpu::verifyBudgets(KernelOp kernel) {
  const gq::TargetModel &target = gq::getTarget(kernel);
  bool right = true;
  int64_t bytes =
      std::max(SharedMemoryLayout::get(kernel).bytes,
               static_cast<int64_t>(kernel.getSharedMemory().value_or(0)));
  if (bytes > target.sharedMemory) {
    right = false;
    InFlightDiagnostic error = kernel.emitOpError("uses ")
                               << bytes
                               << " bytes of shared memory, the limit is "
                               << target.sharedMemory;
    kernel.walk([&](RingCreateOp ring) {
      error.attachNote(ring.getLoc())
          << "a ring of " << RingLayout::get(ring.getRing().getType(), 0).end
          << " bytes";
    });
    kernel.walk([&](SharedAllocOp buffer) {
      error.attachNote(buffer.getLoc())
          << "a buffer of " << buffer.getBuffer().getType().getNumBytes()
          << " bytes";
    });
  }
  int64_t threads = kernel.getThreads().value_or(0);
  if (threads > target.threadsPerBlock) {
    right = false;
    kernel.emitOpError("has ")
        << threads << " threads, the limit is " << target.threadsPerBlock;
  }
  int64_t cluster = kernel.getCluster().value_or(1);
  if (cluster > target.clusterMax) {
    right = false;
    kernel.emitOpError("has a cluster of ")
        << cluster << " thread blocks, the limit is " << target.clusterMax;
  }
  kernel.walk([&](WarpSpecializeOp roles) {
    right &= verifyRegisters(roles, target);
    int64_t needed = target.warpGroup * (roles.getGroups() + 1);
    if (threads == 0 || threads == needed)
      return;
    right = false;
    roles.emitOpError("expects a kernel of ")
        << needed << " threads for " << roles.getGroups()
        << " math groups and the producer, got " << threads;
  });
  return success(right);
}
