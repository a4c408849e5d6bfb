//===- SlabLoads.cpp - when the slabs of a tile are loaded ----------------===//
//
// A tile is taken in slabs because it does not fit the registers. ptxas would
// load it all at once, for it moves loads of read-only memory up as far as it
// can, and spill. Two rules stop it:
// - what is loaded again is loaded after the stores before it, from memory or
//   from where the first load parked it;
// - of what one block_absmax reduces, few slabs are on their way at a time.
//
//===----------------------------------------------------------------------===//
#include "KernelAbi.h"

using namespace mlir;
using namespace mlir::gqgpu;

/// Slabs of a block_absmax that may be in registers together.
static constexpr size_t kSlabsAtOnce = 2;

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

static bool readTheSame(LoadFragmentOp a, LoadFragmentOp b) {
  return a.getSource() == b.getSource() && a.getIndices() == b.getIndices() &&
         a.getMap() == b.getMap() &&
         a.getResult().getType() == b.getResult().getType();
}

SlabLoads SlabLoads::get(Operation *function) {
  SlabLoads loads;
  function->walk([&](BlockAbsmaxOp op) {
    OperandRange slabs = op.getValues();
    if (slabs.size() < 2)
      return;
    for (size_t i = kSlabsAtOnce; i < slabs.size(); ++i)
      waitFor(slabs[i - kSlabsAtOnce], slabs[i], loads.waits);
  });
  function->walk([&](LoadFragmentOp load) {
    LoadFragmentOp first;
    bool reduced = false;
    for (Operation &op : *load->getBlock()) {
      if (&op == load.getOperation())
        break;
      auto other = dyn_cast<LoadFragmentOp>(&op);
      if (other && !first && readTheSame(load, other))
        first = other;
      reduced |= first && isa<BlockAbsmaxOp>(op);
    }
    if (load.getParked())
      loads.parked[load] = load;
    if (first && first.getParked())
      loads.parked[load] = first;
    else if (reduced)
      loads.repeated.insert(load);
  });
  return loads;
}
