//===- Budgets.cpp - a kernel fits into a thread block --------------------===//
#include "gq/Dialect/GQGPU/Protocol/Budgets.h"
#include "Protocol.h"
#include "gq/Dialect/GQGPU/IR/SharedMemory.h"
#include "gq/Target/Target.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::gqgpu;

/// Each role has registers that setmaxnreg can give it, and all together no
/// more than the launch did.
static bool verifyRegisters(WarpSpecializeOp roles,
                            const gq::TargetModel &target) {
  int64_t threads = roles.getThreads();
  if (threads > target.threadsPerBlock) {
    InFlightDiagnostic error = roles.emitOpError("needs ")
                               << threads << " threads for " << roles.getWarps()
                               << " warps of its roles, the limit is "
                               << target.threadsPerBlock;
    for (RoleOp role : roles.getRoles())
      error.attachNote(role.getLoc())
          << "role \"" << role.getName() << "\" has " << role.getAllWarps()
          << " warps";
    return false;
  }
  int64_t pool = target.registerPool(threads),
          atLaunch = target.launchRegisters(threads);
  int64_t used = 0;
  for (RoleOp role : roles.getRoles()) {
    int64_t registers = role.getRegisters();
    if (!target.isRegisterCount(registers)) {
      role.emitOpError("expects register counts between ")
          << target.minRegisters << " and " << target.maxRegisters
          << " that are multiples of " << target.registerStep << ", got "
          << registers;
      return false;
    }
    // Math roles take what others give back; a launch gives all the same.
    if (role.isMath() ? registers < atLaunch : registers > atLaunch) {
      role.emitOpError("has ")
          << registers << " registers, expects at "
          << (role.isMath() ? "least" : "most") << " the " << atLaunch
          << " of each of " << threads << " threads at launch";
      return false;
    }
    // The last warps of a group get what its roles have.
    int64_t first = llvm::alignTo(role.getFirstWarp(), kGroupWarps),
            end = llvm::alignTo(role.getFirstWarp() + role.getAllWarps(),
                                kGroupWarps);
    used += (end - first) * kWarpThreads * registers;
  }
  if (used > pool) {
    roles.emitOpError("needs ")
        << used << " registers per thread block, the limit for " << threads
        << " threads is " << pool;
    return false;
  }
  return true;
}

/// What a loop carries is in registers all at once, whatever else is.
static bool verifyCarried(RoleOp role) {
  bool right = true;
  int64_t registers = role.getRegisters();
  role.getBody().walk([&](Operation *op) {
    std::optional<LoopView> loop = LoopView::get(op);
    if (!loop)
      return;
    int64_t carried = 0;
    for (Value arg : loop->args)
      if (auto fragment = dyn_cast<FragmentType>(arg.getType());
          fragment && fragment.getElementType().isF32())
        carried += fragment.getNumValues();
    if (carried <= registers)
      return;
    right = false;
    InFlightDiagnostic error = op->emitOpError("carries ")
                               << carried
                               << " f32 values of fragments in each thread, "
                                  "role \""
                               << role.getName() << "\" has " << registers
                               << " registers";
    error.attachNote(role.getLoc()) << "the registers are given here";
  });
  return right;
}

LogicalResult mlir::gqgpu::verifyBudgets(KernelOp kernel) {
  // What one of the thread blocks of a multiprocessor has of it.
  gq::TargetModel target =
      gq::getTarget(kernel).shareOf(kernel.getOccupancyOrOne());
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
  if (int64_t blocks = kernel.getOccupancyOrOne();
      blocks > 1 && threads * blocks > target.threadsPerMultiprocessor) {
    right = false;
    kernel.emitOpError("has an occupancy of ")
        << blocks << ", which takes " << threads * blocks
        << " threads of a multiprocessor, the limit is "
        << target.threadsPerMultiprocessor;
  }
  int64_t cluster = kernel.getCluster().value_or(1);
  if (cluster > target.clusterMax) {
    right = false;
    kernel.emitOpError("has a cluster of ")
        << cluster << " thread blocks, the limit is " << target.clusterMax;
  }
  if (WarpSpecializeOp roles = rolesOf(kernel)) {
    bool fits = verifyRegisters(roles, target);
    for (RoleOp role : roles.getRoles())
      fits = fits && verifyCarried(role);
    right &= fits;
    if (fits && threads != 0 && threads != roles.getThreads()) {
      right = false;
      roles.emitOpError("expects a kernel of ")
          << roles.getThreads() << " threads for " << roles.getWarps()
          << " warps of its roles, got " << threads;
    }
  }
  return success(right);
}
