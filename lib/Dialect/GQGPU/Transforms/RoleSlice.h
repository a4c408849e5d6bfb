//===- RoleSlice.h - the part of some code that one role needs --*- C++ -*-===//
//
// The ops that a role performs for their effects, and what those need: a
// backward slice through loops and branches, which keep only the values that
// the slice reaches.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_DIALECT_GQGPU_TRANSFORMS_ROLESLICE_H
#define GQ_LIB_DIALECT_GQGPU_TRANSFORMS_ROLESLICE_H

#include "gq/Dialect/GQGPU/IR/GQGPU.h"
#include "mlir/IR/IRMapping.h"

namespace mlir::gqgpu {

/// acquire, commit and the loads into a slot.
bool isFill(Operation *op);
/// Its ring.
Value ringFilledBy(Operation *fill);
/// wait, release, reads of a slot, and what reaches memory otherwise.
bool isUse(Operation *op);
/// What each role that needs its results does for itself: it has no effects but
/// those of the ops inside, or loads a number that the kernel does not write.
bool isOfEachRole(Operation *op);

class RoleSlice {
public:
  /// Of `code`, ops of one block, what the ops that `performs` accepts need.
  RoleSlice(ArrayRef<Operation *> code,
            llvm::function_ref<bool(Operation *)> performs);

  /// Writes the slice at `b`. Values from outside the code stay as they are,
  /// unless `map` replaces them.
  void clone(OpBuilder &b, IRMapping &map);

private:
  bool contains(Operation *op) const;
  void need(Operation *op);
  void need(Value value);
  void needCarried(Operation *op, unsigned i);
  void cloneOp(OpBuilder &b, Operation *op, IRMapping &map);
  void cloneBlock(OpBuilder &b, Block &from, IRMapping &map);
  void cloneFor(OpBuilder &b, Operation *op, IRMapping &map);
  void cloneTileLoop(OpBuilder &b, Operation *op, IRMapping &map);
  void cloneIf(OpBuilder &b, Operation *op, IRMapping &map);
  /// The loop-carried values (results) of `op` that the slice keeps.
  SmallVector<unsigned> keptOf(Operation *op) const;

  SmallVector<Operation *> code;
  DenseSet<Operation *> ops;
  DenseSet<std::pair<Operation *, unsigned>> carried;
};

} // namespace mlir::gqgpu

#endif // GQ_LIB_DIALECT_GQGPU_TRANSFORMS_ROLESLICE_H
