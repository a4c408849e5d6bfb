//===- Protocol.h - static checks of rings and shared memory ----*- C++ -*-===//
//
// Each check reports only what is wrong whatever the operands of the kernel
// are: what depends on a condition, a trip count or a form that it does not
// know is left alone. All of them look at every error of a kernel; none changes
// it.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_DIALECT_GQGPU_PROTOCOL_PROTOCOL_H
#define GQ_LIB_DIALECT_GQGPU_PROTOCOL_PROTOCOL_H

#include "gq/Dialect/GQGPU/IR/GQGPU.h"
#include "gq/Dialect/GQGPU/IR/Roles.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/MapVector.h"

namespace mlir::gqgpu {

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

/// Slots are committed or released once, and not used afterwards.
LogicalResult verifySlots(KernelOp kernel);
/// Tiles of a slot are filled once, and bring the bytes that are expected.
LogicalResult verifyFills(KernelOp kernel);
/// Cursors advance once per slot and go from iteration to iteration.
LogicalResult verifyCursors(KernelOp kernel);
/// Products are waited for before they are read and their slot is released.
LogicalResult verifyFragments(KernelOp kernel);
/// Cursors start in their ring and advance on it.
LogicalResult verifyRings(KernelOp kernel);
/// All parties of a ring take as many slots.
LogicalResult verifyCounts(KernelOp kernel);
/// All parties of a ring start at the same place.
LogicalResult verifyStarts(KernelOp kernel);
/// Rings are used by the roles they name, and count what those arrive.
LogicalResult verifyRoles(KernelOp kernel);
/// Where loops over tiles take turns, each turn is that of one that stores.
LogicalResult verifyTurns(KernelOp kernel);
/// Thread blocks that load into the slots of others hear of these, and all are
/// there for as long as they do.
LogicalResult verifyClusters(KernelOp kernel);
/// Inboxes count whoever comes, and what others push to them comes when it may,
/// is awaited and read.
LogicalResult verifyInboxes(KernelOp kernel);
/// Where tiles are cut, owners alone store them, and add parts of others that
/// they have waited for; these are written before they are published, and
/// nobody waits before.
LogicalResult verifyPartsOfTiles(KernelOp kernel);
/// Goes through the loops of all roles together, for sizes that the operands
/// may have: nobody waits for ever, or for another slot than was filled.
LogicalResult verifyReplay(KernelOp kernel);
/// What a kernel does in global memory is behind its wait for the kernel in
/// front, if it is dependent.
LogicalResult verifyDependencies(KernelOp kernel);
/// Shared memory is written before it is read, with a barrier in between.
LogicalResult verifySharedMemory(KernelOp kernel);

//===----------------------------------------------------------------------===//
// Flow: how values go through loops
//===----------------------------------------------------------------------===//

/// What one role does with a ring, on one side of it; in a kernel without
/// roles, all that is done on that side.
struct Party {
  RoleOp role;
  bool fills;
  /// Its acquires or waits, in the order of the code.
  SmallVector<Operation *> takes;

  /// "the tma role"; without roles, "the producer" and "the consumer".
  std::string describe() const;
};
/// A role of a thread block that loads into the slots of all thread blocks of
/// its cluster.
struct Loader {
  int64_t rank;
  RoleOp role;
  TmaLoadOp first;
};
/// Of `ring`, by number of the thread block; one for each role.
SmallVector<Loader> loadersOf(Value ring);
/// The parties of each ring, those that fill it first; nothing where loops
/// carry rings, so that it is not known who uses which.
std::optional<llvm::MapVector<Value, SmallVector<Party>>>
partiesOf(KernelOp kernel);

/// acquire, fills and commit.
bool isProducerOp(Operation *op);
/// wait, reads and release.
bool isConsumerOp(Operation *op);
/// The slot operand of a fill, a read, a commit or a release; or null.
Value slotOf(Operation *op);
/// The ring operand of an op of the protocol; or null.
Value ringOf(Operation *op);

/// An scf.for or a tile_loop, seen alike.
struct LoopView {
  Operation *op = nullptr;
  Block *body = nullptr;
  ValueRange inits, args, yields, results;

  /// Nothing when `op` is no loop of these kinds.
  static std::optional<LoopView> get(Operation *op);
  /// Iterations, when they are constant.
  std::optional<int64_t> trips() const;
  /// A second iteration follows for some operands. A tile loop that is not
  /// persistent has one tile for each thread block.
  bool mayRepeat() const;
};

/// Advances from `start` to `cursor`, straight on.
std::optional<int64_t> advancesBetween(Value start, Value cursor);
/// The value of `condition` when it is a constant.
std::optional<bool> constantCondition(Value condition);
/// `condition` says that `loop` has an iteration after the current one.
bool saysAnother(Value condition, scf::ForOp loop);
/// `condition` says that `loop` has an iteration at all.
bool saysAny(Value condition, scf::ForOp loop);

} // namespace mlir::gqgpu

#endif // GQ_LIB_DIALECT_GQGPU_PROTOCOL_PROTOCOL_H
