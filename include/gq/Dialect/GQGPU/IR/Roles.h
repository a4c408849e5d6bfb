//===- Roles.h - which threads run an op ------------------------*- C++ -*-===//
//
// Outside of roles every thread of the thread block runs an op; inside, those
// of the role. What needs all threads (a barrier of the thread block, a
// reduction over it, the creation of a ring) must be outside, or the others
// never come.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_DIALECT_GQGPU_IR_ROLES_H
#define GQ_DIALECT_GQGPU_IR_ROLES_H

#include "gq/Dialect/GQGPU/IR/GQGPU.h"

namespace mlir::gqgpu {

/// Threads of a warp, and warps that setmaxnreg and wgmma act on together.
constexpr int64_t kWarpThreads = 32;
constexpr int64_t kGroupWarps = 4;
/// The largest count of an mbarrier, of arrivals and of bytes (PTX ISA,
/// "mbarrier").
constexpr int64_t kBarrierMax = (int64_t(1) << 20) - 1;

/// The role around `op`; null outside of roles.
RoleOp roleOf(Operation *op);
/// The roles of a kernel; null when it has none.
WarpSpecializeOp rolesOf(KernelOp kernel);

/// The threads that run an op together.
struct Threads {
  /// Null: all threads of the thread block.
  RoleOp role;
  /// How many they are; of a role, in one of its groups. 0 where the kernel has
  /// no number of threads yet.
  int64_t count = 0;
};
Threads threadsOf(Operation *op);

/// An error if only a role's threads reach `op`, which needs all of them.
LogicalResult verifyWholeBlock(Operation *op);

} // namespace mlir::gqgpu

#endif // GQ_DIALECT_GQGPU_IR_ROLES_H
