//===- SlabLoads.cpp - when the slabs of a tile are loaded ----------------===//
//
// A tile is taken in slabs because it does not fit the registers. ptxas would
// load it all at once, for it moves loads of read-only memory up as far as it
// can, and spill. Two rules stop it:
// - what is loaded again is loaded after the stores before it;
// - of what one block_absmax reduces, few slabs are on their way at a time.
//
//===----------------------------------------------------------------------===//
#include "Patterns.h"

using namespace mlir;
using namespace mlir::gqgpu;

/// Slabs of a block_absmax that may be in registers together.
static constexpr size_t kSlabsAtOnce = 2;

void mlir::gqgpu::markRepeatedLoads(KernelOp kernel) {
  DenseMap<Value, SmallVector<LoadFragmentOp>> before;
  kernel.walk([&](LoadFragmentOp op) {
    SmallVector<LoadFragmentOp> &others = before[op.getSource()];
    for (LoadFragmentOp other : others)
      if (other->getBlock() == op->getBlock() &&
          other.getIndices() == op.getIndices() &&
          other.getMap() == op.getMap() &&
          other.getResult().getType() == op.getResult().getType())
        op->setAttr(kRepeated, UnitAttr::get(op->getContext()));
    others.push_back(op);
  });
}

/// The loads behind `value` that come after `slab` wait for it.
static void waitFor(Value slab, Value value,
                    DenseMap<Operation *, Value> &waits) {
  Operation *first = slab.getDefiningOp(), *op = value.getDefiningOp();
  if (!first || !op || op->getBlock() != first->getBlock() ||
      !first->isBeforeInBlock(op))
    return;
  if (isa<LoadFragmentOp>(op))
    waits[op] = slab;
  else if (isa<ElementwiseOp, MaskOp>(op))
    for (Value operand : op->getOperands())
      waitFor(slab, operand, waits);
}

DenseMap<Operation *, Value>
mlir::gqgpu::orderSlabs(LLVM::LLVMFuncOp function) {
  DenseMap<Operation *, Value> waits;
  function.walk([&](BlockAbsmaxOp op) {
    for (size_t i = kSlabsAtOnce; i < op.getValues().size(); ++i)
      waitFor(op.getValues()[i - kSlabsAtOnce], op.getValues()[i], waits);
  });
  return waits;
}
